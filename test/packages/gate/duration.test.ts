import { formatDuration, formatDurationShort, parseDuration } from '@hardgate/gate'
import { expect, test } from '@jest/globals'

test.each([
  ['500ms', 500],
  ['10s', 10_000],
  ['1m30s', 90_000],
  ['2h', 7_200_000],
  ['1h5m', 3_900_000],
  ['1h1m1s1ms', 3_661_001],
  ['1m500ms', 60_500],
  ['1m90s', 150_000],
  ['1.5h', 5_400_000],
  ['0.1s', 100],
  ['1m0.3s', 60_300],
  ['0.5ms', 0.5],
  ['0', 0],
  ['10', 10_000],
  ['0.57', 570],
])('%s is %d ms', (text, expected) => {
  expect(parseDuration(text)).toBe(expected)
})

test.each(
  [
    '',
    ' ',
    '1e3',
    '-1s',
    '+1s',
    '10 parsecs',
    '5 min',
    '10 s',
    '10S',
    '1s1m',
    '1s1s',
    '1.5m30s',
    '.5s',
    '5.s',
    '1..5s',
  ].concat([
    'ms',
    '10sec',
    '0x10',
    '1_000s',
    '١s',
    'Infinity',
    'NaN',
    '10s\n',
    '9'.repeat(41),
    `${'0'.repeat(40)}1s`,
    '99999999999999h',
  ]),
)('%j is no duration', (text) => {
  expect(parseDuration(text)).toBeUndefined()
})

test.each([
  [0, '0 ms', '0ms'],
  [0.42, '0.4 ms', '0ms'],
  [83, '83 ms', '83ms'],
  [999.6, '1 s', '1s'],
  [6940, '6.9 s', '6.94s'],
  [59_949, '59.9 s', '59.949s'],
  [59_960, '1 min', '59.96s'],
  [81_000, '1 min 21 s', '1m21s'],
  [161_400, '2 min 41 s', '2m41s'],
  [3_599_600, '1 h', '1h'],
  [3_901_000, '1 h 5 min', '1h5m1s'],
  [7_200_000, '2 h', '2h'],
])('%d ms reads %j and %j', (ms, long, short) => {
  expect(formatDuration(ms)).toBe(long)
  expect(formatDurationShort(ms)).toBe(short)
})
