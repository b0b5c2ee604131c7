import { formatShare, nearestName, parseBoolean, parseNumber, parsePercent } from '@hardgate/gate'
import { expect, test } from '@jest/globals'

test.each([
  ['70', 70],
  ['70%', 70],
  ['99.95%', 99.95],
  ['0', 0],
  ['100%', 100],
])('%s is a percentage', (text, expected) => {
  expect(parsePercent(text)).toBe(expected)
})

test.each(['', '%', '-1', '100.01', '70 %', '70%%', '0,75', '1e1', 'NaN', '0x10', '70oops', '7️'])(
  '%j is no percentage',
  (text) => {
    expect(parsePercent(text)).toBeUndefined()
  },
)

test('the booleans are those of YAML 1.2 and no other word', () => {
  expect(['true', 'True', 'TRUE'].map(parseBoolean)).toEqual([true, true, true])
  expect(['false', 'False', 'FALSE'].map(parseBoolean)).toEqual([false, false, false])
  for (const text of ['', 'yes', 'on', '1', 'tRUE', ' true', 'true\n']) expect(parseBoolean(text)).toBeUndefined()
})

test('a number is all of its text, and one that can be kept', () => {
  expect(['0', '-12.5', '007', '9007199254740991'].map(parseNumber)).toEqual([0, -12.5, 7, 9_007_199_254_740_991])
  for (const text of ['', '70oops', '0x10', '1e3', '+1', '.5', '5.', 'Infinity', '9007199254740993'])
    expect(parseNumber(text)).toBeUndefined()
})

test.each([
  [85.299, '85.29'],
  [69.996, '69.99'],
  [99.999999, '99.99'],
  [57, '57'],
  [80.9, '80.90'],
  [0, '0'],
  [100, '100'],
  [{ numerator: 57, denominator: 100 }, '57'],
  [{ numerator: 29_999, denominator: 30_000 }, '99.99'],
  [{ numerator: 1, denominator: 3 }, '33.33'],
  [{ numerator: 75, denominator: 85 }, '88.23'],
])('trap 15 (metrics): %j is shown as %s, never rounded up', (share, expected) => {
  expect(formatShare(share)).toBe(expected)
})

test('the nearest name is one that was most likely meant', () => {
  const known = ['min-lines', 'min-branches', 'timeout', 'url']

  expect(nearestName('min-line', known)).toBe('min-lines')
  expect(nearestName('MIN_LINES', known)).toBe('min-lines')
  expect(nearestName('tiemout', known)).toBe('timeout')
  expect(nearestName('ulr', known)).toBe('url')
  expect(nearestName('service-id', known)).toBeUndefined()
  expect(nearestName('x'.repeat(1_000_000), known)).toBeUndefined()
  expect(nearestName('p59', ['p50', 'p95'])).toBe('p50')
})

test('a foreign name of 2 MB is compared in no time', () => {
  const known = Array.from({ length: 100 }, (_, index) => `a-name-of-some-length-${index}`)
  const started = performance.now()

  nearestName('x'.repeat(2_000_000), known)

  expect(performance.now() - started).toBeLessThan(1000)
})
