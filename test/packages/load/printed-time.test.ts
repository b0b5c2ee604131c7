import { LoadProblem } from '@hardgate/load'
import { describe, expect, test } from '@jest/globals'
import { printedTime, printedTimeWithUnit, scaled } from '../../../packages/load/src/printed-time.ts'

describe('trap 14: a printed number carries half a unit of its last digit', () => {
  test.each([
    ['61', 'ms', 61, 60.5, 61.5],
    ['0', 'ms', 0, 0, 0.5],
    ['1.02', 's', 1020, 1015, 1025],
    ['0.0613', 's', 61.3, 61.25, 61.35],
    ['23.557', 'ms', 23.557, 23.5565, 23.5575],
    ['154', 'us', 0.154, 0.1535, 0.1545],
    ['1.00', 'm', 60_000, 59_700, 60_300],
    ['1.50', 'h', 5_400_000, 5_382_000, 5_418_000],
    ['51234567', 'ns', 51.234567, 51.2345665, 51.2345675],
  ] as const)('%s %s', (text, unit, valueMs, lowMs, highMs) => {
    expect(printedTime(text, unit, 'x')).toEqual({ valueMs, lowMs, highMs })
  })

  test('with its unit behind it', () => {
    expect(printedTimeWithUnit('51.63ms', 'x')).toEqual({ valueMs: 51.63, lowMs: 51.625, highMs: 51.635 })
    expect(printedTimeWithUnit('2.00m', 'x').valueMs).toBe(120_000)
  })
})

test('a decimal number of seconds becomes the nearest double of its milliseconds', () => {
  // 0.5001 * 1000 is 500.09999999999997 and would be under 500.1 ms
  expect(scaled(0.5001, 3)).toBe(500.1)
  expect(printedTime('0.5001', 's', 'x').valueMs).toBe(500.1)
  expect(scaled(1e-7, 3)).toBe(0.0001)
})

describe('trap 6: what is no time is refused with its place', () => {
  test.each(['NaN', '+Inf', 'Infinity', '-1', '-0.0', '', 'n/a', '1e3', '1.', '0x10', '1,5', '1.2.3'])('%p', (text) => {
    expect(() => printedTime(text, 'ms', 'line 3: 95%')).toThrow(LoadProblem)
    expect(() => printedTime(text, 'ms', 'line 3: 95%')).toThrow(
      `line 3: 95% is "${text}": expected a time of 0 or more`,
    )
  })

  test.each(['51.63', '51.63 ms', '-1.00ms', 'nanms', '1.00d', 'ms'])('%p with a unit', (text) => {
    expect(() => printedTimeWithUnit(text, 'line 3')).toThrow(LoadProblem)
  })

  test('nothing at all', () => {
    expect(() => printedTime(undefined, 'ms', 'record 2: "ttime"')).toThrow('record 2: "ttime" is missing')
  })
})
