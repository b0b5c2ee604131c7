import {
  type Case,
  type Check,
  judge,
  type Measurement,
  type MetricKind,
  parseThresholds,
  type Verdict,
} from '@hardgate/gate'
import { expect, test } from '@jest/globals'
import { single } from './single.ts'

const METRICS: Record<string, MetricKind> = { p95: 'duration', lines: 'percent', errors: 'number' }

const verdict = (
  measurements: readonly Measurement[],
  outcome: Verdict['outcome'] = 'pass',
  gate = 'sample',
): Verdict => ({
  schemaVersion: 1,
  gate,
  outcome,
  checks: [],
  measurements,
  reasons: ['-'],
  evidence: {},
})
const check = (
  line: string,
  measurement: Measurement,
  baseline: readonly Verdict[],
  more: Partial<Case> = {},
): Check => {
  const { thresholds } = parseThresholds(line, METRICS)
  return single(judge({ gate: 'sample', thresholds, measurements: [measurement], baseline, ...more }).checks)
}
const p95 = (value: number, unit = 'ms'): Measurement => ({ metric: 'p95', value, unit })
const errors = (value: number, unit = '1'): Measurement => ({ metric: 'errors', value, unit })
const share = (numerator: number, denominator: number): Measurement => ({
  metric: 'lines',
  value: (100 * numerator) / denominator,
  unit: '%',
  ratio: { numerator, denominator },
})

test.each([
  // 10 % of the baseline of 450 ms
  ['p95 <= baseline + 10%', p95(495), p95(450), 'pass'],
  ['p95 <= baseline + 10%', p95(495.1), p95(450), 'fail'],
  ['p95 <= baseline + 10%', p95(495), p95(0.45, 's'), 'pass'],
  ['p95 <= baseline + 50ms', p95(500), p95(450), 'pass'],
  ['p95 < baseline + 50ms', p95(500), p95(450), 'fail'],
  ['p95 <= baseline - 10%', p95(405), p95(450), 'pass'],
  ['p95 <= baseline', p95(450), p95(450), 'pass'],
  // half a percentage point below 1627 of 2000 = 81.35 %
  ['lines >= baseline - 0.5%', share(1617, 2000), share(1627, 2000), 'pass'],
  ['lines >= baseline - 0.5%', share(1616, 2000), share(1627, 2000), 'fail'],
  // a third is a third, whatever the counts
  ['lines >= baseline', share(1, 3), share(333_333, 999_999), 'pass'],
  ['lines >= baseline', share(333_333, 1_000_000), share(1, 3), 'fail'],
  ['errors <= baseline + 2', errors(7), errors(5), 'pass'],
  ['errors <= baseline + 2', errors(8), errors(5), 'fail'],
  ['errors <= baseline + 20%', errors(6), errors(5), 'pass'],
])('%s, now %j, before %j: %s', (line, now, before, outcome) => {
  expect(check(line, now, [verdict([before])]).outcome).toBe(outcome)
})

test('the explanation names the baseline, and equal thirds are shown alike', () => {
  expect(check('p95 <= baseline + 10%', p95(520), [verdict([p95(450)])]).explanation).toBe(
    'p95 520 ms, limit 495 ms (baseline 450 ms + 10 %), over by 25 ms',
  )
  expect(check('lines >= baseline - 0.5%', share(1616, 2000), [verdict([share(1627, 2000)])]).explanation).toBe(
    'lines 80.8 % (1616 of 2000), limit 80.85 % (baseline 81.35 % - 0.5 points), short by 0.05 points',
  )
  expect(check('lines >= baseline', share(1, 3), [verdict([share(1, 3)])]).explanation).toBe(
    'lines 33.33 % (1 of 3), limit 33.33 % (baseline 33.33 %), met',
  )
  expect(check('lines >= baseline', share(81_352, 100_000), [verdict([share(81_357, 100_000)])]).explanation).toBe(
    'lines 81.352 % (81352 of 100000), limit 81.357 % (baseline 81.35 %), short by 0.005 points',
  )
})

test('bounds of the baseline widen what is inconclusive', () => {
  const before = { ...p95(450), low: 440, high: 460 }

  expect(check('p95 <= baseline', p95(440), [verdict([before])]).outcome).toBe('pass')
  expect(check('p95 <= baseline', p95(450), [verdict([before])]).outcome).toBe('inconclusive')
  expect(check('p95 <= baseline', p95(461), [verdict([before])]).outcome).toBe('fail')
})

test('the newest verdict of this gate that did not fail is the baseline', () => {
  const earlier = [
    verdict([p95(9000)], 'fail'),
    verdict([p95(9000)], 'no-data'),
    verdict([p95(9000)], 'pass', 'another'),
    verdict([p95(450)], 'inconclusive'),
    verdict([p95(9000)]),
  ]

  expect(check('p95 <= baseline', p95(451), earlier)).toMatchObject({ outcome: 'fail', margin: -1 })
})

test('no baseline yet is inconclusive, and passes with a note on the base branch', () => {
  expect(check('p95 <= baseline', p95(1), [])).toMatchObject({
    outcome: 'inconclusive',
    explanation: 'p95: there is no baseline yet, so there is nothing to compare with',
  })
  expect(check('p95 <= baseline', p95(1), [], { withoutBaseline: 'pass' })).toMatchObject({
    outcome: 'pass',
    explanation: 'p95: there is no baseline yet, and this run becomes the first',
  })
})

test('a scope that is new to the baseline counts as none yet', () => {
  const now = { ...p95(1), scope: 'GET /new' }

  expect(check('GET /*: p95 <= baseline', now, [verdict([p95(450)])]).outcome).toBe('inconclusive')
  expect(check('GET /*: p95 <= baseline', now, [verdict([p95(450)])], { withoutBaseline: 'pass' }).outcome).toBe('pass')
})

test.each([
  [
    'verdicts that failed',
    [verdict([p95(1)], 'fail')],
    'p95: of 1 baseline verdicts none is of this gate and without a failure',
  ],
  [
    'a value that says nothing',
    [verdict([{ ...p95(1), samples: 0 }])],
    'p95: the baseline has no value: there are no samples',
  ],
])('%s are no "none yet": inconclusive on the base branch too', (_, earlier, explanation) => {
  expect(check('p95 <= baseline', p95(1), earlier, { withoutBaseline: 'pass' })).toMatchObject({
    outcome: 'inconclusive',
    explanation,
  })
})

test('a newest verdict whose value nothing bounds from above is no baseline', () => {
  const before = { ...p95(450), unboundedAbove: 'too few requests' }

  expect(check('p95 <= baseline', p95(1), [verdict([before])], { withoutBaseline: 'pass' })).toMatchObject({
    outcome: 'inconclusive',
    explanation: 'p95: the baseline has no upper bound: too few requests',
  })
})

test('another unit of a plain number is not compared', () => {
  expect(
    check('errors <= baseline', errors(1, 'errors'), [verdict([errors(5)])], { withoutBaseline: 'pass' }),
  ).toMatchObject({
    outcome: 'inconclusive',
    explanation: 'errors: the baseline counts in "1", this run in "errors"',
  })
})

test('a baseline never answers for a value that was not measured', () => {
  expect(check('p95 <= baseline', p95(Number.NaN), [], { withoutBaseline: 'pass' }).outcome).toBe('no-data')
})
