import { orderInterval } from '@hardgate/gate'
import { expect, test } from '@jest/globals'

/** P(j hits or more of n) over whole numbers, as a share of 100^n; p is whole percent. */
function tail(n: number, p: number, j: number): bigint {
  let sum = 0n
  let choose = 1n
  for (let hits = 0; hits <= n; hits++) {
    if (hits >= j) sum += choose * BigInt(p) ** BigInt(hits) * BigInt(100 - p) ** BigInt(n - hits)
    choose = (choose * BigInt(n - hits)) / BigInt(hits + 1)
  }
  return sum
}

test.each([50, 75, 90, 95, 99])('the ranks of p%d are those that whole-number arithmetic gives', (p) => {
  for (let n = 1; n <= 100; n += n < 20 ? 1 : 13) {
    for (const confidence of [51, 75, 90, 95, 99]) {
      const sure = BigInt(confidence) * 100n ** BigInt(n)
      const ranks = Array.from({ length: n }, (_, index) => index + 1)
      const isSure = (share: bigint): boolean => 100n * share >= sure
      const high = ranks.find((j) => isSure(100n ** BigInt(n) - tail(n, p, j)))
      const low = ranks.findLast((j) => isSure(tail(n, p, j)))

      const found = orderInterval({ n, deff: 1, p, confidence })

      const nearest = Math.max(1, Math.ceil((p * n) / 100))
      const lowRank = low === undefined ? undefined : Math.min(low, nearest)
      expect({ n, confidence, ...found }).toEqual({ n, confidence, independent: n, lowRank, highRank: high })
    }
  }
})

// sums of the terms' logarithms with 40 digits
test.each([
  [12_000, '95', 11_360, 11_440],
  [1_000_000, '99.9', 998_948, 999_053],
  [100_000_000, '50', 49_991_776, 50_008_225],
  [100_000_000, '95', 94_996_415, 95_003_586],
  [100_000_000, '99.99', 99_989_835, 99_990_165],
])('of %d values p%s lies between ranks %d and %d', (n, p, lowRank, highRank) => {
  expect(orderInterval({ n, deff: 1, p, confidence: 95 })).toEqual({ independent: n, lowRank, highRank })
})

test('acceptance 8: 58 requests never bound p95 from above, whatever the design effect; 59 can', () => {
  for (let n = 1; n <= 58; n++) {
    for (const deff of [0, 0.5, 1, 1.01, 3]) {
      expect(orderInterval({ n, deff, p: 95, confidence: 95 }).highRank).toBeUndefined()
    }
  }
  expect(orderInterval({ n: 59, deff: 1, p: 95, confidence: 95 }).highRank).toBe(59)
})

test('a design effect leaves fewer independent values, and ranks are spread over all', () => {
  // 118 / 2 = 59 values: the highest of them is the highest of all
  expect(orderInterval({ n: 118, deff: 2, p: 95, confidence: 95 })).toMatchObject({ independent: 59, highRank: 118 })
  expect(orderInterval({ n: 117, deff: 2, p: 95, confidence: 95 }).highRank).toBeUndefined()
  // 12 000 independent values give ranks 11 360 and 11 440
  expect(orderInterval({ n: 24_000, deff: 2, p: 95, confidence: 95 })).toEqual({
    independent: 12_000,
    lowRank: 22_720,
    highRank: 22_880,
  })
})

test('the lower bound is never above the value itself, however few values are independent', () => {
  // one value is below p95 with a probability of 95 %: that would be the highest of all 40
  expect(orderInterval({ n: 40, deff: 40, p: 95, confidence: 95 })).toEqual({ independent: 1, lowRank: 38 })
})

test.each([Number.NaN, Number.POSITIVE_INFINITY, 1000])('a design effect of %d bounds nothing', (deff) => {
  expect(orderInterval({ n: 900, deff, p: 95, confidence: 95 })).toEqual({ independent: 0 })
})

test('a design effect below 1 is none', () => {
  expect(orderInterval({ n: 58, deff: 0.1, p: 95, confidence: 95 }).independent).toBe(58)
})

test('no values bound nothing', () => {
  expect(orderInterval({ n: 0, deff: 1, p: 95, confidence: 95 })).toEqual({ independent: 0 })
})

test('more values never widen the share that the bounds leave open by much, and the bounds lie around the rank', () => {
  for (let n = 59; n < 5000; n += 7) {
    const { lowRank = 0, highRank = Number.NaN } = orderInterval({ n, deff: 1, p: 95, confidence: 95 })
    expect(lowRank).toBeLessThanOrEqual(Math.ceil(0.95 * n))
    expect(highRank).toBeGreaterThanOrEqual(Math.ceil(0.95 * n))
    // two normal quantiles of 1.645 standard deviations, and a rank at either end
    expect(highRank - lowRank).toBeLessThan(2 * 1.645 * Math.sqrt(n * 0.0475) + 2.5)
  }
})

test.each([50, 0, 100])('a confidence of %d %% is none', (confidence) => {
  expect(() => orderInterval({ n: 100, deff: 1, p: 95, confidence })).toThrow(/is not above /)
})

test('a percentile that all but a hair of the values reach is bounded by none', () => {
  expect(orderInterval({ n: 5000, deff: 1, p: `99.${'9'.repeat(60)}`, confidence: 95 }).highRank).toBeUndefined()
})
