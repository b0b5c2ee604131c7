import { judge, type Measurement, type MetricKind, parseThresholds, parseVerdict } from '@hardgate/gate'
import { expect, test } from '@jest/globals'
import { compare, exact } from '../../../packages/gate/src/exact.ts'
import { percentOf } from '../../../packages/gate/src/share.ts'
import { single } from './single.ts'

const METRICS: Record<string, MetricKind> = { lines: 'percent', branches: 'percent' }
const share = (numerator: number, denominator: number): Measurement => ({
  metric: 'lines',
  // what a tool would print: no verdict may come of it
  value: Math.round((100 * numerator) / denominator),
  unit: '%',
  ratio: { numerator, denominator },
})
const between = (low: number, high: number, total: number): Measurement => ({
  metric: 'branches',
  value: 0,
  unit: '%',
  ratio: { numerator: low, denominator: total },
  low: 99,
  high: 99.5,
  lowRatio: { numerator: low, denominator: total },
  highRatio: { numerator: high, denominator: total },
})
const judged = (line: string, measurement: Measurement) => {
  const { thresholds, problems } = parseThresholds(line, METRICS)
  expect(problems).toEqual([])
  return single(judge({ gate: 'coverage-gate', thresholds, measurements: [measurement] }).checks)
}
const shownPercent = (measured: string): string => /^([\d.]+) %/.exec(measured)?.[1] ?? 'none'

/** The limits in millionths of the whole, so that all is whole numbers below 2^53. */
const LIMITS: readonly (readonly [percent: string, millionths: number])[] = [
  ['70', 700_000],
  ['69.99', 699_900],
  ['33.3333', 333_333],
  ['100', 1_000_000],
  ['0.01', 100],
]

test('acceptance 2: every covered count of every total from 1 to 2000 is compared as rational numbers are', () => {
  // 10 015 000 comparisons, too many for judge() and its texts: this is the comparison that it makes
  const limits = LIMITS.map(([percent, millionths]) => ({ millionths, point: exact(percent) }))
  let wrong = 0
  for (let total = 1; total <= 2000; total++) {
    for (let covered = 0; covered <= total; covered++) {
      const measured = percentOf({ numerator: covered, denominator: total })
      for (const { millionths, point } of limits) {
        const expected = covered * 1_000_000 >= millionths * total
        if (compare(measured, point) >= 0 !== expected) wrong++
      }
    }
  }

  expect(wrong).toBe(0)
})

test.each(LIMITS)(
  'acceptance 2, trap 3: what is shown never contradicts the verdict at %s %%',
  (percent, millionths) => {
    // sampled: every 13th total, of it every 41st count and all around the limit and the ends
    const contradictions: string[] = []
    for (let total = 1; total <= 2000; total += 13) {
      const least = Math.ceil((millionths * total) / 1_000_000)
      const counts = new Set([0, 1, least - 1, least, least + 1, total - 1, total])
      for (let covered = 3; covered < total; covered += 41) counts.add(covered)
      for (const covered of counts) {
        if (covered < 0 || covered > total) continue
        const isMet = covered * 1_000_000 >= millionths * total
        const { outcome, measured: told } = judged(`lines >= ${percent}%`, share(covered, total))
        const measured = typeof told === 'string' ? told : ''
        const shown = shownPercent(measured)
        const looksMet = Number(shown) >= Number(percent)
        const looksWhole = Number(shown) >= 100
        const isRight = (outcome === 'pass') === isMet && looksMet === isMet && looksWhole === (covered === total)
        if (!isRight || !measured.endsWith(`(${covered} of ${total})`)) {
          contradictions.push(`${covered} of ${total}: ${outcome}, ${measured}`)
        }
      }
    }

    expect(contradictions).toEqual([])
  },
)

test.each([
  [139, 200, '70', '69.5 %'],
  [1399, 2000, '70', '69.95 %'],
  [6999, 10_000, '70', '69.99 %'],
  [69_996, 100_000, '70', '69.99 %'],
  [699_999_999, 1_000_000_000, '70', '69.99 %'],
  [29_999, 30_000, '100', '99.99 %'],
  [33_333, 100_000, '33.3333', '33.33 %'],
  [333_334, 1_000_000, '33.3333', '33.3334 %'],
  [9_007_199_254_740_990, 9_007_199_254_740_991, '100', '99.99 %'],
])('trap 1, trap 3: %i of %i against %s %% is shown as %s', (covered, total, limit, shown) => {
  const isMet = limit === '33.3333' && total === 1_000_000

  const { outcome, measured } = judged(`lines >= ${limit}%`, share(covered, total))

  expect(outcome).toBe(isMet ? 'pass' : 'fail')
  expect(measured).toBe(`${shown} (${covered} of ${total})`)
})

test('trap 10: the whole numbers of bounds decide, and not the percent beside them', () => {
  const { outcome, explanation, measured } = judged('branches >= 70%', between(2, 4, 4))

  expect(outcome).toBe('inconclusive')
  expect(measured).toBe('between 50 % and 100 % (2 to 4 of 4)')
  expect(explanation).toBe(
    'branches between 50 % and 100 % (2 to 4 of 4), limit 70 %, which lies within what the evidence allows',
  )
  expect(judged('branches >= 50%', between(2, 4, 4)).outcome).toBe('pass')
  expect(judged('branches >= 99%', between(2, 3, 4)).outcome).toBe('fail')
})

test.each([
  // by what is shown, each bound stands on its side of the limit
  [69_996, 70_000, 100_000, '70', 'between 69.99 % and 70 % (69996 to 70000 of 100000)'],
  [333_332, 333_334, 1_000_000, '33.3333', 'between 33.3332 % and 33.3334 % (333332 to 333334 of 1000000)'],
  // two bounds are not shown as one number
  [10_001, 10_002, 10_000_000, '70', 'between 0.10001 % and 0.10002 % (10001 to 10002 of 10000000)'],
])('bounds of %i to %i of %i against %s %% are told apart', (low, high, total, limit, shown) => {
  expect(judged(`branches >= ${limit}%`, between(low, high, total)).measured).toBe(shown)
})

test('bounds with different totals are told with both', () => {
  const lowest: Measurement = {
    ...between(1, 1, 4),
    highRatio: { numerator: 2, denominator: 3 },
  }

  expect(judged('branches >= 50%', lowest).measured).toBe('between 25 % and 66.66 % (1 of 4 to 2 of 3)')
})

test.each<[Partial<Measurement>, string]>([
  [{ lowRatio: { numerator: 3, denominator: 4 }, highRatio: { numerator: 2, denominator: 4 } }, 'lower bound'],
  [{ lowRatio: { numerator: 0, denominator: 0 } }, 'it is 0 of 0'],
  [{ highRatio: { numerator: -1, denominator: 4 } }, 'it is -1 of 4'],
  [{ highRatio: { numerator: 1.5, denominator: 4 } }, 'it is 1.5 of 4'],
])('bounds that cannot be are no-data: %j', (bounds, why) => {
  const { outcome, explanation } = judged('branches >= 50%', { ...between(2, 3, 4), ...bounds })

  expect(outcome).toBe('no-data')
  expect(explanation).toContain(why)
})

test('a verdict file keeps exact bounds, and a baseline compares them', () => {
  const verdict = judge({
    gate: 'coverage-gate',
    thresholds: parseThresholds('branches >= 10%', METRICS).thresholds,
    measurements: [between(1, 2, 3)],
  })

  const read = parseVerdict(JSON.stringify(verdict))

  expect(read).toEqual({ verdict })
  const broken = JSON.stringify(verdict).replace('"lowRatio":{"numerator":1', '"lowRatio":{"numerator":-1')
  expect(parseVerdict(broken)).toHaveProperty('problems')
  const against = (measurement: Measurement) =>
    judge({
      gate: 'coverage-gate',
      thresholds: parseThresholds('branches >= baseline', METRICS).thresholds,
      measurements: [measurement],
      baseline: [verdict],
    }).outcome
  // the baseline lies between a third and two thirds
  expect([against(between(0, 0, 3)), against(between(1, 1, 3)), against(between(2, 2, 3))]).toEqual([
    'fail',
    'inconclusive',
    'pass',
  ])
})
