import { expect, test } from '@jest/globals'
import { edgesOf, unknownEdges } from '../../../packages/load/src/locust-buckets.ts'

/** To a multiple of `step`, half to even. */
function rounded(value: number, step: number): number {
  const base = Math.floor(value / step) * step
  const over = value - base
  if (over === step / 2) return (base / step) % 2 === 0 ? base : base + step
  return over > step / 2 ? base + step : base
}

/** What Locust does with a response time. */
function keyOf(ms: number): number {
  return rounded(ms, ms < 100 ? 1 : ms < 1000 ? 10 : ms < 10_000 ? 100 : 1000)
}

const FLOAT = new Float64Array(1)
const BITS = new BigInt64Array(FLOAT.buffer)

function next(value: number, direction: 1n | -1n): number {
  FLOAT[0] = value
  BITS[0] = (BITS[0] ?? 0n) + direction
  return FLOAT[0]
}

test.each([
  [0, 0, 0.5],
  [1, 0.5000000000000001, 1.4999999999999998],
  [2, 1.5, 2.5],
  [99, 98.50000000000001, 99.49999999999999],
  [100, 99.5, 105],
  [110, 105.00000000000001, 114.99999999999999],
  [490, 485.00000000000006, 494.99999999999994],
  [500, 495, 505],
  [510, 505.00000000000006, 514.9999999999999],
  [990, 985.0000000000001, 994.9999999999999],
  [1000, 995, 1050],
  [1100, 1050.0000000000002, 1149.9999999999998],
  [10_000, 9950, 10_500],
  [11_000, 10_500.000000000002, 11_499.999999999998],
  [12_000, 11_500, 12_500],
])('trap 2: the key %d stands for %d to %d', (key, low, high) => {
  expect(edgesOf(key)).toEqual({ low, high })
})

test('trap 2: both edges of every key round to it, and the next floats outside do not', () => {
  const keys = [...Array(101).keys()]
  for (let key = 110; key <= 1000; key += 10) keys.push(key)
  for (let key = 1100; key <= 10_000; key += 100) keys.push(key)
  for (let key = 11_000; key <= 60_000; key += 1000) keys.push(key)

  for (const key of keys) {
    const { low, high } = edgesOf(key) ?? { low: Number.NaN, high: Number.NaN }
    const below = low === 0 ? key - 1 : keyOf(next(low, -1n))
    expect([key, keyOf(low), keyOf(high)]).toEqual([key, key, key])
    expect([key, below < key, keyOf(next(high, 1n)) > key]).toEqual([key, true, true])
  }
})

test.each([105, 497, 1010, 1250, 10_100, 12.5, -1, Number.NaN, Number.POSITIVE_INFINITY])(
  'Locust never rounds to %d',
  (key) => {
    expect(edgesOf(key)).toBeUndefined()
  },
)

test('of another rounding a bucket reaches half the distance to the next, and no further than the extremes', () => {
  expect(unknownEdges([25, 75, 500], 12, 604.2)).toEqual([
    { low: 12, high: 50 },
    { low: 50, high: 287.5 },
    { low: 287.5, high: 604.2 },
  ])
})
