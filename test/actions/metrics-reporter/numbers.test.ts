import { describe, expect, test } from '@jest/globals'
import { cutDecimal, plainDecimal, scaledDecimal } from '../../../actions/metrics-reporter/src/decimal.ts'
import { normalUnit, normalValue } from '../../../actions/metrics-reporter/src/units.ts'

describe('a decimal is moved in its text', () => {
  test.each([
    ['85.29', { places: -2 }, '0.8529'],
    ['0.57', { places: 2 }, '57'],
    ['0.1', { factor: 60n }, '6'],
    ['1.1', { places: 3 }, '1100'],
    ['-12.5', { places: -3 }, '-0.0125'],
    ['1e-7', {}, '0.0000001'],
    ['1.5e+21', {}, '1500000000000000000000'],
    ['-0.00', {}, '0'],
    ['007', {}, '7'],
  ])('%s by %o is %s', (text, scale, moved) => {
    expect(scaledDecimal(text, scale)).toBe(moved)
  })

  test.each(['', '.', '1.', '.5', '1e', '0x10', 'NaN', 'Infinity', '1,5', '1e9999', ' 1'])(
    '%j is no decimal',
    (text) => {
      expect(scaledDecimal(text)).toBeUndefined()
    },
  )
})

test('trap 15: decimals are cut and never rounded up', () => {
  expect(cutDecimal('85.299', 2)).toBe('85.29')
  expect(cutDecimal('99.999999', 2)).toBe('99.99')
  expect(cutDecimal('85', 2)).toBe('85')
})

test('trap 24: a number is written without exponent, and one that is none is never written', () => {
  expect(plainDecimal(1e-7)).toBe('0.0000001')
  expect(plainDecimal(1e21)).toBe('1000000000000000000000')
  expect(() => plainDecimal(Number.NaN)).toThrow('NaN')
  expect(() => plainDecimal(Number.POSITIVE_INFINITY)).toThrow('Infinity')
})

test.each([
  ['612', 'ms', 0.612, 's'],
  ['1.5', 'm', 90, 's'],
  ['2', 'h', 7200, 's'],
  ['85.29', '%', 0.8529, '1'],
  ['340', 'KiB', 348_160, 'By'],
  ['1.5', 'MB', 1_500_000, 'By'],
  ['2', 'MiB', 2_097_152, 'By'],
  ['1', 'GiB', 1_073_741_824, 'By'],
  ['2', 'GB', 2_000_000_000, 'By'],
  ['2', 'kB', 2000, 'By'],
  ['7', 'B', 7, 'By'],
  ['3', '', 3, '1'],
  ['412', 'req/s', 412, 'req/s'],
])('%s %s is sent as %d %s', (text, unit, value, sent) => {
  expect([normalValue(text, unit), normalUnit(unit)]).toEqual([value, sent])
})
