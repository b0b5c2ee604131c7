import { normalQuantile, studentQuantile } from '@hardgate/gate'
import { expect, test } from '@jest/globals'

// Abramowitz and Stegun, table 26.5, to its ten decimals
test.each([
  [0.5, 0],
  [0.9, 1.281_551_565_5],
  [0.95, 1.644_853_627],
  [0.975, 1.959_963_984_5],
  [0.99, 2.326_347_874],
  [0.999, 3.090_232_306_2],
  [0.9999, 3.719_016_485_5],
])('the normal quantile of %d is %d', (probability, expected) => {
  expect(Math.abs(normalQuantile(probability) - expected)).toBeLessThan(1e-9)
})

// the same quantiles from the incomplete beta function with 40 digits
test.each([
  [0.95, 4, 2.131_846_786_326_65],
  [0.975, 5, 2.570_581_835_636_316],
  [0.95, 9, 1.833_112_932_656_237],
  [0.99, 9, 2.821_437_925_025_809],
  [0.95, 10, 1.812_461_122_811_676],
  [0.95, 19, 1.729_132_811_521_37],
  [0.95, 99, 1.660_391_156_016_991],
  [0.95, 100, 1.660_234_326_085_34],
])("Student's quantile of %d with %d degrees of freedom is %d", (probability, degrees, expected) => {
  expect(Math.abs(studentQuantile(probability, degrees) - expected)).toBeLessThan(1e-11)
})

test.each([0.5, 0.6, 0.75, 0.95, 0.999, 0.999_999])(
  'one and two degrees of freedom agree with their closed forms at %d',
  (probability) => {
    const one = Math.tan(Math.PI * (probability - 0.5))
    const two = (2 * probability - 1) / Math.sqrt(2 * probability * (1 - probability))

    expect(Math.abs(studentQuantile(probability, 1) - one)).toBeLessThanOrEqual(1e-9 * one)
    expect(Math.abs(studentQuantile(probability, 2) - two)).toBeLessThanOrEqual(1e-9 * two)
  },
)

test.each([999, 1000, 100_000])("with %d degrees of freedom Student's quantile is nearly the normal one", (degrees) => {
  const z = normalQuantile(0.95)
  // Abramowitz and Stegun 26.7.5: what is left out is of the order of 1 / degrees²
  const expected = z + (z ** 3 + z) / (4 * degrees)

  expect(Math.abs(studentQuantile(0.95, degrees) - expected)).toBeLessThan(2 / degrees ** 2)
})

test('quantiles grow with the probability and shrink with the degrees of freedom', () => {
  const probabilities = Array.from({ length: 1000 }, (_, index) => 0.5 + index / 2001)
  const degrees = Array.from({ length: 200 }, (_, index) => index + 1)

  const normal = probabilities.map(normalQuantile)
  const student = degrees.map((one) => studentQuantile(0.95, one))

  expect(normal).toEqual(normal.toSorted((a, b) => a - b))
  expect(student).toEqual(student.toSorted((a, b) => b - a))
})

test.each([0.4, 1, Number.NaN])('%d is no probability for a quantile', (probability) => {
  expect(() => normalQuantile(probability)).toThrow('is no probability for a quantile')
})

test.each([0, 1.5, Number.NaN])('%d is no number of degrees of freedom', (degrees) => {
  expect(() => studentQuantile(0.95, degrees)).toThrow('is no number of degrees of freedom')
})
