import {
  type Case,
  type Check,
  checkSchema,
  judge,
  type Measurement,
  type MetricKind,
  type Outcome,
  parseThresholds,
  type Threshold,
  verdictSchema,
} from '@hardgate/gate'
import { expect, test } from '@jest/globals'
import { seeded } from '../markdown/random.ts'
import { single } from './single.ts'

const METRICS: Record<string, MetricKind> = {
  p95: 'duration',
  lines: 'percent',
  branches: 'percent',
  high: 'number',
  cert_days: 'number',
}

const lines = (text: string): readonly Threshold[] => {
  const { thresholds, problems } = parseThresholds(text, METRICS)
  expect(problems).toEqual([])
  return thresholds
}
const checksOf = (text: string, measurements: readonly Measurement[], more: Partial<Case> = {}): readonly Check[] =>
  judge({ gate: 'sample', thresholds: lines(text), measurements, ...more }).checks
const only = (text: string, measurement: Measurement, more: Partial<Case> = {}): Check => {
  return single(checksOf(text, [measurement], more))
}
const p95 = (value: number, bounds: Partial<Measurement> = {}): Measurement => ({
  metric: 'p95',
  value,
  unit: 'ms',
  ...bounds,
})
const share = (numerator: number, denominator: number, more: Partial<Measurement> = {}): Measurement => ({
  metric: 'lines',
  value: (100 * numerator) / denominator,
  unit: '%',
  ratio: { numerator, denominator },
  ...more,
})

test.each<[string, Outcome, Outcome, Outcome]>([
  ['<', 'pass', 'fail', 'fail'],
  ['<=', 'pass', 'pass', 'fail'],
  ['>', 'fail', 'fail', 'pass'],
  ['>=', 'fail', 'pass', 'pass'],
  ['==', 'fail', 'pass', 'fail'],
  ['!=', 'pass', 'fail', 'pass'],
])('high %s 5 for 4, 5 and 6', (operator, below, at, above) => {
  const outcomes = [4, 5, 6].map((value) => only(`high ${operator} 5`, { metric: 'high', value, unit: '1' }).outcome)

  expect(outcomes).toEqual([below, at, above])
})

// bounds around the limit 5: below it, up to it, around it, from it, above it
test.each<[string, Outcome[]]>([
  ['<', ['pass', 'inconclusive', 'inconclusive', 'fail', 'fail']],
  ['<=', ['pass', 'pass', 'inconclusive', 'inconclusive', 'fail']],
  ['>', ['fail', 'fail', 'inconclusive', 'inconclusive', 'pass']],
  ['>=', ['fail', 'inconclusive', 'inconclusive', 'pass', 'pass']],
  ['==', ['fail', 'inconclusive', 'inconclusive', 'inconclusive', 'fail']],
  ['!=', ['pass', 'inconclusive', 'inconclusive', 'inconclusive', 'pass']],
])('high %s 5 where the evidence gives bounds', (operator, expected) => {
  const bounds = [
    [3, 4],
    [4, 5],
    [4, 6],
    [5, 6],
    [6, 7],
  ] as const

  const outcomes = bounds.map(
    ([low, high]) => only(`high ${operator} 5`, { metric: 'high', value: low, low, high, unit: '1' }).outcome,
  )

  expect(outcomes).toEqual(expected)
})

test.each<[string, number, Outcome]>([
  ['p95 < 500.0ms', 500, 'fail'],
  ['p95 < 500.0ms', 499.9999, 'pass'],
  ['p95 < 500ms', 499.999_999_999_999_94, 'pass'],
  ['p95 <= 500ms', 500.000_000_000_000_06, 'fail'],
  ['p95 <= 500ms', 500, 'pass'],
  ['p95 < 0.5s', 500, 'fail'],
  // 0.1 + 0.2 is no 0.3 in binary, and 1.005 no thousand and five thousandths
  ['p95 <= 0.3ms', 0.1 + 0.2, 'fail'],
  ['p95 < 1.005s', 1005, 'fail'],
])('trap 23: %s with a value of %d ms: %s', (line, value, outcome) => {
  expect(only(line, p95(value)).outcome).toBe(outcome)
})

test('a limit at the edge of a bucket is decided: below is strict, the upper edge belongs to it', () => {
  const bucket = p95(500, { low: 495, high: 505 })

  expect(only('p95 < 495ms', bucket).outcome).toBe('fail')
  expect(only('p95 < 500ms', bucket).outcome).toBe('inconclusive')
  expect(only('p95 < 505ms', bucket).outcome).toBe('inconclusive')
  expect(only('p95 <= 505ms', bucket).outcome).toBe('pass')
  expect(only('p95 <= 494.9999ms', bucket).outcome).toBe('fail')
  expect(only('p95 >= 495ms', bucket).outcome).toBe('pass')
  expect(only('p95 > 505ms', bucket).outcome).toBe('fail')
})

const TOO_FEW = '41 requests cannot show a p95 with 95 % confidence, 59 can'
test.each<[string, Outcome]>([
  ['p95 < 500ms', 'inconclusive'],
  ['p95 < 1000h', 'inconclusive'],
  ['p95 <= 420ms', 'inconclusive'],
  ['p95 < 420ms', 'fail'],
  ['p95 <= 419ms', 'fail'],
  ['p95 > 419ms', 'pass'],
  ['p95 > 420ms', 'inconclusive'],
  ['p95 >= 1000h', 'inconclusive'],
  ['p95 == 431ms', 'inconclusive'],
  ['p95 != 431ms', 'inconclusive'],
  ['p95 != 400ms', 'pass'],
])('431 ms, 420 ms or more, is never shown to be below anything: %s is %s', (line, outcome) => {
  // whatever the caller left in `high`
  for (const high of [{}, { high: 431 }]) {
    expect(only(line, p95(431, { low: 420, unboundedAbove: TOO_FEW, ...high })).outcome).toBe(outcome)
  }
})

test('the explanation says why nothing bounds a value from above', () => {
  expect(only('p95 < 500ms', p95(431, { low: 420, unboundedAbove: TOO_FEW }))).toMatchObject({
    measured: '431 ms (420 ms or more)',
    explanation: `p95 431 ms (420 ms or more), limit 500 ms, undecided: ${TOO_FEW}`,
  })
  expect(only('p95 < 400ms', p95(431, { low: 420, unboundedAbove: TOO_FEW })).explanation).toBe(
    'p95 431 ms (420 ms or more), limit 400 ms, over by 31 ms',
  )
})

test('a share with counted bounds can be without an upper one too', () => {
  const counted = { lowRatio: { numerator: 1, denominator: 4 }, highRatio: { numerator: 3, denominator: 4 } }

  expect(only('lines <= 90%', share(1, 2, { ...counted, unboundedAbove: 'a part is missing' }))).toMatchObject({
    outcome: 'inconclusive',
    measured: '50 % (1 of 2; 25 % or more)',
  })
})

test('a verdict holds the reason, and no endless number', () => {
  const { measurements } = judge({
    gate: 'sample',
    thresholds: lines('p95 < 500ms'),
    measurements: [p95(431, { unboundedAbove: TOO_FEW })],
  })

  expect(measurements).toEqual([p95(431, { unboundedAbove: TOO_FEW })])
})

test('an absent bound is the value itself', () => {
  expect(only('p95 < 500ms', p95(490, { high: 510 })).outcome).toBe('inconclusive')
  expect(only('p95 < 500ms', p95(490, { low: 400 })).outcome).toBe('pass')
  expect(only('p95 < 500ms', p95(500, { low: 499 })).outcome).toBe('inconclusive')
})

test('times are compared across units by their decimal text', () => {
  expect(only('p95 < 300ms', { metric: 'p95', value: 0.3, unit: 's' }).outcome).toBe('fail')
  expect(only('p95 <= 300ms', { metric: 'p95', value: 0.3, unit: 's' }).outcome).toBe('pass')
  expect(only('p95 <= 1m30s', p95(90_000)).outcome).toBe('pass')
  expect(only('p95 < 1m30s', { metric: 'p95', value: 1.5, unit: 'm' }).outcome).toBe('fail')
  expect(only('p95 < 1s', p95(1e-7)).outcome).toBe('pass')
  expect(only('p95 < 1s', p95(1e21)).outcome).toBe('fail')
})

test.each([
  [695, 1000, '70', 'fail'],
  [69_996, 100_000, '70', 'fail'],
  [29_999, 30_000, '100', 'fail'],
  [20_999, 30_000, '70', 'fail'],
  [21_000, 30_000, '70', 'pass'],
  [7, 10, '70', 'pass'],
  [1, 3, '33.3333', 'pass'],
  [1, 3, '33.3334', 'fail'],
  [9_007_199_254_740_990, 9_007_199_254_740_991, '100', 'fail'],
])('trap 1 (coverage): %d of %d against %s % is no matter of rounding', (numerator, denominator, limit, outcome) => {
  expect(only(`lines >= ${limit}%`, share(numerator, denominator)).outcome).toBe(outcome)
})

test('the quotient of a share has no influence', () => {
  expect(only('lines >= 70%', { ...share(1, 2), value: 100 }).outcome).toBe('fail')
})

test('shares agree with whole-number arithmetic, and what is shown never contradicts', () => {
  const random = seeded(4)
  for (let round = 0; round < 4000; round++) {
    const total = 1 + random.below(2000)
    const [limit, scaled] = random.pick<readonly [string, bigint]>([
      ['70', 700_000n],
      ['69.99', 699_900n],
      ['33.3333', 333_333n],
      ['100', 1_000_000n],
      ['0.01', 100n],
    ])
    // near the limit, where it matters
    const near = Math.round((total * Number(limit)) / 100) + random.below(3) - 1
    const covered = Math.min(total, Math.max(0, near))
    const holds = BigInt(covered) * 1_000_000n >= scaled * BigInt(total)

    const { outcome, explanation } = only(`lines >= ${limit}%`, share(covered, total))

    expect([covered, total, limit, outcome]).toEqual([covered, total, limit, holds ? 'pass' : 'fail'])
    const shown = Number(/^lines ([\d.]+) %/.exec(explanation)?.[1])
    expect([explanation, shown >= Number(limit)]).toEqual([explanation, holds])
    expect([explanation, shown === 100]).toEqual([explanation, covered === total])
    expect(explanation).not.toMatch(/by 0 points|(?<!\d)0 points to spare/)
  }
})

test.each([
  ['p95 < 500ms', p95(612), -112, 'p95 612 ms, limit 500 ms, over by 112 ms'],
  ['p95 < 500ms', p95(431), 69, 'p95 431 ms, limit 500 ms, 69 ms to spare'],
  ['p95 < 500ms', p95(500), 0, 'p95 500 ms, limit 500 ms, not below it'],
  ['p95 <= 500ms', p95(500), 0, 'p95 500 ms, limit 500 ms, met'],
  ['p95 < 500ms', p95(500.2), -0.2, 'p95 500.2 ms, limit 500 ms, over by 0.2 ms'],
  ['p95 < 500ms', p95(499.9996), 0.0004, 'p95 499 ms, limit 500 ms, 0.0004 ms to spare'],
  ['p95 < 2s', p95(2431), -0.431, 'p95 2.43 s, limit 2 s, over by 0.43 s'],
  [
    'p95 < 500ms',
    p95(612, { low: 598, high: 630 }),
    -112,
    'p95 612 ms (598 ms to 630 ms), limit 500 ms, over by 112 ms',
  ],
  [
    'p95 < 500ms',
    p95(500, { low: 495, high: 505 }),
    0,
    'p95 500 ms (495 ms to 505 ms), limit 500 ms, which lies within what the evidence allows',
  ],
  ['lines >= 90%', share(75, 85), -1.7647058823529411, 'lines 88.23 % (75 of 85), limit 90 %, short by 1.76 points'],
  [
    'lines >= 70%',
    share(20_999, 30_000),
    -0.0033333333333333335,
    'lines 69.99 % (20999 of 30000), limit 70 %, short by 0.003 points',
  ],
  [
    'lines >= 69.993%',
    share(69_992, 100_000),
    -0.001,
    'lines 69.99 % (69992 of 100000), limit 69.993 %, short by 0.001 points',
  ],
  [
    'lines >= 70%',
    share(50, 100, { low: 50, high: 100 }),
    -20,
    'lines 50 % (50 of 100; 50 % to 100 %), limit 70 %, which lies within what the evidence allows',
  ],
  ['high == 0', { metric: 'high', value: 3, unit: '1' }, -3, 'high 3, limit 0, off by 3'],
  ['high == 0', { metric: 'high', value: 0, unit: '1' }, 0, 'high 0, limit 0, met'],
  ['high != 0', { metric: 'high', value: 0, unit: '1' }, 0, 'high 0, limit 0, equal to it'],
  [
    'cert_days >= 14',
    { metric: 'cert_days', value: 9, unit: 'days' },
    -5,
    'cert_days 9 days, limit 14 days, short by 5 days',
  ],
])('%s: margin and explanation', (line, measurement, margin, explanation) => {
  const check = only(line, measurement)

  expect(check.margin).toBeCloseTo(margin, 12)
  expect(check.explanation).toBe(explanation)
})

test('a scope is judged for each measurement that it covers, and names it', () => {
  const measurements = [
    p95(700, { scope: 'POST /api/v1/a' }),
    p95(900, { scope: 'POST /api/v1/b' }),
    p95(9000, { scope: 'GET /api/v1/a' }),
    p95(9000),
  ]

  const verdict = judge({ gate: 'sample', measurements, thresholds: lines('POST /api/v1/*: p95 <= 800ms') })

  expect(verdict.outcome).toBe('fail')
  expect(verdict.reasons).toEqual(['POST /api/v1/b: p95 900 ms, limit 800 ms, over by 100 ms'])
  expect(verdict.checks.map(({ scope, metric, outcome }) => [scope, metric, outcome])).toEqual([
    ['POST /api/v1/a', 'p95', 'pass'],
    ['POST /api/v1/b', 'p95', 'fail'],
  ])
})

test('a foreign name that reads like the scope hides no other measurement', () => {
  const measurements = [p95(1, { scope: 'POST /*' }), p95(900, { scope: 'POST /a' })]

  expect(judge({ gate: 'sample', measurements, thresholds: lines('POST /*: p95 < 1ms') }).outcome).toBe('fail')
})

test.each([
  ['p95 < 1s', [], 'p95 was not measured, so "p95 < 1s" has no answer'],
  [
    'p95 < 1s',
    [p95(1, { scope: 'GET /a' })],
    'p95 was measured for parts only, such as "GET /a", so "p95 < 1s" has no answer',
  ],
  ['GET /a: p95 < 1s', [p95(1)], 'p95 was not measured, so "GET /a: p95 < 1s" has no answer'],
  [
    'GET /api/helth: p95 < 1s',
    [p95(1, { scope: 'POST /x' }), p95(1, { scope: 'GET /api/health' })],
    '"GET /api/helth" covers nothing that p95 was measured for, such as "GET /api/health"',
  ],
  ['p95 < 1s', [p95(Number.NaN)], 'p95 has no value: it is not a finite number'],
  ['p95 < 1s', [p95(1, { high: Number.POSITIVE_INFINITY })], 'p95 has no value: it is not a finite number'],
  ['p95 < 1s', [p95(0, { samples: 0 })], 'p95 has no value: there are no samples'],
  ['p95 < 1s', [{ metric: 'p95', value: 1, unit: 'parsecs' }], 'p95 has no value: its unit "parsecs" is no time'],
  ['p95 < 1s', [p95(5, { low: 6, high: 4 })], 'p95 has no value: its lower bound 6 is above its upper bound 4'],
  ['lines >= 0%', [{ ...share(0, 1), ratio: { numerator: 0, denominator: 0 } }], 'lines has no value: it is 0 of 0'],
  ['lines >= 0%', [{ ...share(1, 2), unit: '1' }], 'lines has no value: its unit "1" is not %'],
  [
    'lines >= 0%',
    [{ ...share(1, 2), ratio: { numerator: 0.5, denominator: 1 } }],
    'lines has no value: it is 0.5 of 1',
  ],
])('%s is no-data where nothing answers', (line, measurements, explanation) => {
  const verdict = judge({ gate: 'sample', measurements, thresholds: lines(line) })

  expect(verdict.outcome).toBe('no-data')
  expect(verdict.checks[0]?.measured).toBeUndefined()
  expect(verdict.reasons).toEqual([explanation])
})

test('no threshold at all is no-data, and so are thresholds that only warn', () => {
  expect(judge({ gate: 'sample', measurements: [p95(1)], thresholds: [] }).outcome).toBe('no-data')
  expect(judge({ gate: 'sample', measurements: [p95(1)], thresholds: lines('p95 < 1s warn') }).outcome).toBe('no-data')
})

test('a warning is reported and decides nothing', () => {
  const verdict = judge({ gate: 'sample', measurements: [p95(612)], thresholds: lines('p95 < 1s\np95 < 500ms warn') })

  expect(verdict.outcome).toBe('pass')
  expect(verdict.checks.map(({ severity, outcome }) => [severity, outcome])).toEqual([
    ['gate', 'pass'],
    ['warn', 'fail'],
  ])
})

test('the worst check decides: fail, then no-data, then inconclusive', () => {
  const measurements = [p95(500, { low: 490, high: 510 }), share(1, 2)]
  const outcome = (text: string): Outcome => judge({ gate: 'sample', measurements, thresholds: lines(text) }).outcome

  expect(outcome('lines >= 50%')).toBe('pass')
  expect(outcome('lines >= 50%\np95 < 500ms')).toBe('inconclusive')
  expect(outcome('p95 < 500ms\nhigh == 0\nlines >= 50%')).toBe('no-data')
  expect(outcome('high == 0\np95 < 500ms\nlines >= 51%')).toBe('fail')
})

test('a verdict survives the way through a file, also with measurements that JSON could not say', () => {
  const measurements = [p95(1), p95(Number.NaN, { scope: 'a' }), p95(1, { scope: 'b', high: Number.POSITIVE_INFINITY })]

  const verdict = judge({
    gate: 'sample',
    measurements,
    thresholds: lines('p95 < 1s\n**: p95 < 1s'),
    evidence: { a: [1] },
  })

  expect(verdict.measurements).toEqual([p95(1)])
  expect(JSON.parse(JSON.stringify(verdict))).toEqual(verdict)
  expect(checkSchema(verdictSchema, verdict)).toEqual([])
})
