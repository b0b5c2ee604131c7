import { designEffect, orderInterval, rankOf, type Slice } from '@hardgate/gate'
import { expect, test } from '@jest/globals'
import { gaussian } from './gaussian.ts'

// of the standard normal distribution
const TRUE_P95 = 1.644_853_627
const TRUE_P97 = 1.880_793_608

/** Shares of the runs. */
interface Shares {
  /** The upper bound is below the limit. */
  pass: number
  /** The lower bound is at the limit or above. */
  fail: number
  /** A pass of the interval that takes requests as independent. */
  plainPass: number
}

/** Each request's latency is `lag` times the one before and the rest by chance, over 20 slices of the run's time. */
function simulate(n: number, lag: number, limit: number, runs = 2000): Shares {
  const next = gaussian(8)
  const counts = { pass: 0, fail: 0, plainPass: 0 }
  for (let run = 0; run < runs; run++) {
    const values = new Float64Array(n)
    const chance = Math.sqrt(1 - lag * lag)
    let value = next()
    for (let index = 0; index < n; index++) {
      values[index] = value
      value = lag * value + chance * next()
    }
    judgeRun(values, limit, counts)
  }
  return { pass: counts.pass / runs, fail: counts.fail / runs, plainPass: counts.plainPass / runs }
}

function judgeRun(values: Float64Array, limit: number, counts: Shares): void {
  const n = values.length
  // what is ranked lies far up; where it does not, all is sorted
  const top = values.filter((value) => value > 1).sort()
  const sorted = n - top.length < 0.9 * n ? top : values.toSorted()
  const at = (rank: number): number => sorted[rank - 1 - (n - sorted.length)] ?? Number.NaN
  const deff = designEffect(slicesOf(values, at(rankOf(95, n))), 95) ?? Number.NaN
  const { lowRank, highRank } = orderInterval({ n, deff, p: 95, confidence: 95 })
  const plain = orderInterval({ n, deff: 1, p: 95, confidence: 95 })
  if (highRank !== undefined && at(highRank) < limit) counts.pass++
  if (lowRank !== undefined && at(lowRank) >= limit) counts.fail++
  if (plain.highRank !== undefined && at(plain.highRank) < limit) counts.plainPass++
}

function slicesOf(values: Float64Array, percentile: number): Slice[] {
  const each = values.length / 20
  return Array.from({ length: 20 }, (_, index) => {
    const slice = values.subarray(index * each, (index + 1) * each)
    let above = 0
    for (const value of slice) if (value > percentile) above++
    return { requests: slice.length, above }
  })
}

test.each([
  [100, 2000],
  [2000, 2000],
  [12_000, 1000],
])(
  'acceptance 8: of runs of %d independent requests with the true p95 at the limit at most 5.5 %% pass or fail',
  (n, runs) => {
    const { pass, fail } = simulate(n, 0, TRUE_P95, runs)

    expect(pass).toBeLessThanOrEqual(0.055)
    expect(fail).toBeLessThanOrEqual(0.055)
  },
)

test.each([0.5, 0.9, 0.98])(
  'acceptance 8: at most 5.5 %% pass where each request resembles the one before (lag-1 %d)',
  (lag) => {
    const { pass, fail, plainPass } = simulate(2000, lag, TRUE_P95)

    expect(pass).toBeLessThanOrEqual(0.055)
    // slow requests come in bursts, which a binomial does not have: a fail is a little less sure than a pass
    expect(fail).toBeLessThanOrEqual(0.075)
    expect(plainPass).toBeGreaterThan(0.07)
  },
)

test('a run that is fast enough passes: bounds that decide nothing would keep every promise', () => {
  expect(simulate(2000, 0, TRUE_P97).pass).toBeGreaterThan(0.9)
  expect(simulate(2000, 0.5, TRUE_P97).pass).toBeGreaterThan(0.8)
})
