import { designEffect, type Slice } from '@hardgate/gate'
import { expect, test } from '@jest/globals'

const slices = (...above: readonly number[]): Slice[] => above.map((one) => ({ requests: 100, above: one }))
// (t / z)² at 95 %: 1.833113 with 9, 2.131847 with 4 degrees of freedom, over 1.644854
const WIDENING_9 = 1.242
const WIDENING_4 = 1.679_8

test('slices that differ say how many requests tell as much as one', () => {
  // 5 of 100 above overall, half the slices none and half 10: every square is (1/10)² · 0.05² = 0.000025, ten of them
  // times 10/9 are 0.00027778; independent requests would give 0.05 · 0.95 / 1000 = 0.0000475
  expect(designEffect(slices(0, 10, 0, 10, 0, 10, 0, 10, 0, 10), 95)).toBeCloseTo(
    (0.000_277_78 / 0.000_047_5) * WIDENING_9,
    2,
  )
})

test('requests weigh, not slices', () => {
  // as above, but each slice of 10 above twice: 1500 requests, 100 above, a share of 1/15
  const uneven = Array.from({ length: 10 }, (_, index) =>
    index % 2 === 0 ? { requests: 100, above: 0 } : { requests: 200, above: 20 },
  )
  // 5 · (1/15)² · (1/15)² + 5 · (2/15)² · (1/30)² = 10 · (1/15)⁴; times 10/9; over (14/225) / 1500
  expect(designEffect(uneven, 95)).toBeCloseTo((((100 / 9 / 15 ** 4) * 225 * 1500) / 14) * WIDENING_9, 2)
})

test('equal slices have no design effect, and it is never below 1', () => {
  expect(designEffect(slices(5, 5, 5, 5, 5, 5, 5, 5, 5, 5), 95)).toBe(1)
  expect(designEffect(slices(5, 5, 5, 6, 5, 5, 5, 4, 5, 5), 95)).toBe(1)
})

test.each([
  ['none', 0],
  ['all', 100],
])('where %s lie above nothing can differ', (_, above) => {
  expect(designEffect(slices(...new Array<number>(10).fill(above)), 95)).toBe(1)
})

test('finer slices are joined to ten of neighbours', () => {
  const coarse = slices(0, 10, 0, 10, 0, 10, 0, 10, 0, 10)
  const fine = coarse.flatMap(({ above }) => Array.from({ length: 4 }, () => ({ requests: 25, above: above / 4 })))

  expect(designEffect(fine, 95)).toBeCloseTo(designEffect(coarse, 95) ?? Number.NaN, 9)
})

test('a slice without requests, such as a pause, does not count', () => {
  const busy = slices(0, 10, 0, 10, 0, 10, 0, 10, 0, 10)

  const paused = busy.flatMap((slice) => [slice, { requests: 0, above: 0 }])

  expect(designEffect(paused, 95)).toBe(designEffect(busy, 95))
})

test('few slices widen more, and fewer than five say nothing', () => {
  // 5 of 100 above, squares of (1/5)² · 0.04² four times; times 5/4; over 0.0475 / 500
  const few = slices(1, 9, 5, 1, 9)
  expect(designEffect(few, 95)).toBeCloseTo(((0.04 * 0.0016 * 4 * 1.25) / 0.000_095) * WIDENING_4, 2)
  expect(designEffect(few.slice(1), 95)).toBeUndefined()
  expect(designEffect([...few.slice(1), { requests: 0, above: 0 }], 95)).toBeUndefined()
})
