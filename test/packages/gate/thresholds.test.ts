import {
  isInScope,
  type MetricKind,
  type Metrics,
  parseThresholds,
  percentileOf,
  sugarLine,
  type Threshold,
} from '@hardgate/gate'
import { expect, test } from '@jest/globals'
import { seeded } from '../markdown/random.ts'
import { single } from './single.ts'

const METRICS: Record<string, MetricKind> = {
  p95: 'duration',
  'p95.sustained': 'duration',
  'p99.9': 'duration',
  error_rate: 'percent',
  lines: 'percent',
  'patch.lines': 'percent',
  high: 'number',
}

const parse = (text: string): Threshold => {
  const { thresholds, problems } = parseThresholds(text, METRICS)
  expect(problems).toEqual([])
  return single(thresholds)
}
const problemOf = (text: string): string | undefined => parseThresholds(text, METRICS).problems[0]?.problem

test('a line is a metric, an operator and a limit', () => {
  expect(parse('p95 < 500ms')).toEqual({
    line: 'p95 < 500ms',
    metric: 'p95',
    kind: 'duration',
    operator: '<',
    limit: { from: 'value', value: '500', unit: 'ms' },
    severity: 'gate',
  })
})

test.each([
  ['p95<500ms', '<', '500', 'ms'],
  ['p95 <= 1m30s', '<=', '90', 's'],
  ['p95 > 1.25 s', '>', '1.25', 's'],
  ['p(95) >= 0.5h', '>=', '0.5', 'h'],
  ['lines >= 70', '>=', '70', '%'],
  ['lines >= 99.95 %', '>=', '99.95', '%'],
  ['high == 0', '==', '0', ''],
  ['high != -3.50', '!=', '-3.50', ''],
])('%s', (text, operator, value, unit) => {
  expect(parse(text)).toMatchObject({ operator, limit: { from: 'value', value, unit } })
})

test.each([
  ['p(99.9) < 1s', 'p99.9'],
  ['p(95).sustained < 1s', 'p95.sustained'],
  ['patch.lines >= 80%', 'patch.lines'],
])('%s is about %s', (text, metric) => {
  expect(parse(text).metric).toBe(metric)
})

test.each([
  ['POST /api/v1/*: p95 <= 800ms', 'POST /api/v1/*'],
  ['src/billing/**: lines >= 90%', 'src/billing/**'],
  ['http://x.example:80/a: p95 < 1s', 'http://x.example:80/a'],
  ['Login: step 2: p95 < 1s', 'Login: step 2'],
  ['lines < 3: high == 0', 'lines < 3'],
  ['Login#1 <fast>: p95 < 1s', 'Login#1 <fast>'],
])('the scope of %j ends at the last colon before a metric', (text, scope) => {
  expect(parse(text).scope).toBe(scope)
})

test('comments, blank lines and blanks at the ends say nothing', () => {
  const text = '# why\r\n\r\n  p95  <\t500ms   warn  # later\n#high == 0\n\thigh == 0 #x'

  const { thresholds, problems } = parseThresholds(text, METRICS)

  expect(problems).toEqual([])
  expect(thresholds.map(({ line, severity }) => [line, severity])).toEqual([
    ['p95 < 500ms warn', 'warn'],
    ['high == 0', 'gate'],
  ])
})

test.each([
  ['lines >= baseline', undefined],
  ['lines >= baseline - 0.5%', { sign: '-', value: '0.5', unit: '%' }],
  ['p95 <= baseline + 10%', { sign: '+', value: '10', unit: '%' }],
  ['p95 <= baseline+250%', { sign: '+', value: '250', unit: '%' }],
  ['p95 <= baseline + 1m30s', { sign: '+', value: '90', unit: 's' }],
  ['high <= baseline + 2', { sign: '+', value: '2', unit: '' }],
  ['high <= baseline + 5%', { sign: '+', value: '5', unit: '%' }],
])('%s', (text, change) => {
  expect(parse(text).limit).toEqual({ from: 'baseline', ...(change === undefined ? {} : { change }) })
})

test.each([
  ['p95 < 500', '500ms or 500s? A time needs its unit'],
  ['p95 <= baseline + 50', '50ms or 50s? A time needs its unit'],
  ['p95 < 10%', '"10%" is not a duration, and p95 is a time: write 500ms, 10s or 1m30s'],
  ['p95 < 1s1m', '"1s1m" is not a duration, and p95 is a time: write 500ms, 10s or 1m30s'],
  ['p95 < -1s', '"-1s" is not a duration, and p95 is a time: write 500ms, 10s or 1m30s'],
  ['lines >= 70ms', '"70ms" is not a percentage: write 70% or 99.5%'],
  ['lines >= 1e1%', '"1e1%" is not a percentage: write 70% or 99.5%'],
  ['lines >= 700%', '700% is above 100%, and so no limit for a share'],
  ['high == 0ms', '"0ms" is not a plain number, and high has no unit: write 0 or 12.5'],
  ['high == NaN', '"NaN" is not a plain number, and high has no unit: write 0 or 12.5'],
  ['high == 1e999', '"1e999" is not a plain number, and high has no unit: write 0 or 12.5'],
  ['high <= baseline + -2', '"-2" has a sign of its own: write "baseline + 2"'],
  ['high >= baseline - 150%', '150% is above 100%, and so no limit for a share'],
  ['p95 <', '"" is not a duration, and p95 is a time: write 500ms, 10s or 1m30s'],
  ['p95 = 1s', '"=" is no operator: write one of < <= > >= == !='],
  ['p95 => 1s', '"=>" is no operator: write one of < <= > >= == !='],
  ['p95 < 1s warning', '"1s warning" is not a duration, and p95 is a time: write 500ms, 10s or 1m30s'],
  ['p95 < 1s, high == 0', '"1s, high == 0" is not a duration, and p95 is a time: write 500ms, 10s or 1m30s'],
  ['p95', 'write "metric operator value", such as "p95 < 500ms"'],
  [': p95 < 1s', 'the scope in front of the colon is empty'],
  ['GET /a:p95 < 1s', 'write "metric operator value", such as "p95 < 500ms"'],
])('%j is refused: %s', (text, problem) => {
  expect(problemOf(text)).toBe(problem)
})

test('an unknown metric names the nearest and all', () => {
  expect(problemOf('line >= 70%')).toBe(
    '"line" is not a metric of this gate. Did you mean "lines"? Its metrics: p95, p95.sustained, p99.9, error_rate, lines, patch.lines, high',
  )
  expect(problemOf('constructor == 0')).toContain('"constructor" is not a metric of this gate. Its metrics: p95')
})

const FAMILIES: Metrics = { pN: 'duration', 'pN.sustained': 'duration', med: 'duration', rps: 'number' }
const familyOf = (text: string): Threshold | string | undefined => {
  const { thresholds, problems } = parseThresholds(text, FAMILIES)
  return thresholds[0] ?? problems[0]?.problem
}

test.each([
  ['p95 < 1s', 'p95', '95'],
  ['p(95) < 1s', 'p95', '95'],
  ['p99.9 < 1s', 'p99.9', '99.9'],
  ['p(99.90) < 1s', 'p99.9', '99.9'],
  ['p90 < 1s', 'p90', '90'],
  ['p90.0 < 1s', 'p90', '90'],
  ['p05 < 1s', 'p5', '5'],
  ['p0.10 < 1s', 'p0.1', '0.1'],
  ['p99.999999999 < 1s', 'p99.999999999', '99.999999999'],
  ['GET /a: p50.sustained < 1s', 'p50.sustained', '50'],
  ['p(97.5).sustained < 1s', 'p97.5.sustained', '97.5'],
])('pN stands for every percentile: %s is about %s', (text, metric, percentile) => {
  expect(familyOf(text)).toMatchObject({ metric, kind: 'duration' })
  expect(percentileOf(metric)).toBe(percentile)
})

test.each(['med', 'rps', 'p', 'pN', 'patch.lines', 'p95%', 'xp95', 'p95.'])('%s is no percentile', (metric) => {
  expect(percentileOf(metric)).toBeUndefined()
})

test.each([
  ['p0 < 1s', 'p0 is no percentile: the N of pN is above 0 and below 100, with 9 decimals at most'],
  ['p(0.00) < 1s', 'p(0.00) is no percentile: the N of pN is above 0 and below 100, with 9 decimals at most'],
  ['p100 < 1s', 'p100 is no percentile: the N of pN is above 0 and below 100, with 9 decimals at most'],
  [
    'p100.0.sustained < 1s',
    'p100.0.sustained is no percentile: the N of pN is above 0 and below 100, with 9 decimals at most',
  ],
  [
    'p99.9999999999 < 1s',
    'p99.9999999999 is no percentile: the N of pN is above 0 and below 100, with 9 decimals at most',
  ],
  ['pN < 1s', 'write a number for the N of "pN", such as p95'],
  ['pN.sustained < 1s', 'write a number for the N of "pN.sustained", such as p95.sustained'],
  [
    'p95.sustaind < 1s',
    '"p95.sustaind" is not a metric of this gate. Did you mean "p95.sustained"? Its metrics: pN, pN.sustained, med, rps',
  ],
  [
    'P(99.9) < 1s',
    '"P(99.9)" is not a metric of this gate. Did you mean "p99.9"? Its metrics: pN, pN.sustained, med, rps',
  ],
  ['p95.max < 1s', '"p95.max" is not a metric of this gate. Its metrics: pN, pN.sustained, med, rps'],
  ['p() < 1s', '"p()" is not a metric of this gate. Its metrics: pN, pN.sustained, med, rps'],
  ['p95', 'write "metric operator value", such as "p95 < 500ms"'],
])('of a gate with percentiles %j is refused: %s', (text, problem) => {
  expect(familyOf(text)).toBe(problem)
})

test.each(['p95 < 500', 'p95.sustained < 500', 'p(99.9) < 500', 'p95 <= baseline + 50', 'med < 500'])(
  'trap 23: %j does not say whether it means milliseconds or seconds',
  (text) => {
    expect(familyOf(text)).toMatch(/^\d+ms or \d+s\? A time needs its unit$/)
  },
)

test('all problems are told with their line, and the good lines are kept', () => {
  const { thresholds, problems } = parseThresholds('high == 0\n\nfoo < 1\rp95 < 5\r\np95 < 5s', METRICS)

  expect(thresholds.map(({ line }) => line)).toEqual(['high == 0', 'p95 < 5s'])
  expect(problems.map(({ line, text }) => [line, text])).toEqual([
    [3, 'foo < 1'],
    [4, 'p95 < 5'],
  ])
})

test('sugar puts one word in, and a value cannot add a word or a line', () => {
  expect(sugarLine('lines >= {}%', '70')).toBe('lines >= 70%')
  expect(sugarLine('lines >= {}%', '70%')).toBe('lines >= 70%')
  expect(sugarLine('p95 < {}', ' 500 ms ')).toBe('p95 < 500ms')
  expect(sugarLine('p95 < {}', "$&$'")).toBe("p95 < $&$'")
  expect(problemOf(sugarLine('p95 < {}', '500ms warn'))).toContain('"500mswarn" is not a duration')
  expect(problemOf(sugarLine('p95 < {}', '500ms # x'))).toContain('"500ms#x" is not a duration')
  expect(problemOf(sugarLine('p95 < {}', '1s\nhigh == 0'))).toContain('"1shigh==0" is not a duration')
})

test.each([
  ['src/**', 'src/a/b.py', true],
  ['src/**', 'src', false],
  ['src/**', 'lib/src/a', false],
  ['src/*', 'src/a.py', true],
  ['src/*', 'src/a/b.py', false],
  ['src/**/x', 'src/x', true],
  ['src/**/x', 'src/a/b/x', true],
  ['src/**/x', 'src/ax', false],
  ['**/x', 'x', true],
  ['**', 'anything / at all', true],
  ['*', 'api-health', true],
  ['*', '/api/health', false],
  ['GET /a?', 'GET /ab', true],
  ['GET /a?', 'GET /a/', false],
  ['a.b', 'axb', false],
  ['[a]{b}', '[a]{b}', true],
  ['a', '', false],
  ['', '', true],
  ['👍?', '👍👍', true],
])('scope %j covers %j: %s', (scope, name, expected) => {
  expect(isInScope(scope, name)).toBe(expected)
})

test('scopes agree with the regular expression of the same meaning', () => {
  const random = seeded(3)
  const toPattern = (scope: string): RegExp =>
    new RegExp(
      `^${scope.replace(/\*\*\/|\*\*|\*|\?/g, (star) => ({ '**/': '(?:.*/)?', '**': '.*', '*': '[^/]*', '?': '[^/]' })[star] ?? '')}$`,
    )
  let covered = 0

  for (let round = 0; round < 20_000; round++) {
    const scope = Array.from({ length: random.below(7) }, () =>
      random.pick(['*', '**', '**/', '?', 'a', 'b', '/']),
    ).join('')
    const name = Array.from({ length: random.below(7) }, () => random.pick(['a', 'b', '/'])).join('')
    expect([scope, name, isInScope(scope, name)]).toEqual([scope, name, toPattern(scope).test(name)])
    if (isInScope(scope, name)) covered++
  }

  expect(covered).toBeGreaterThan(1000)
})

test('a scope of many stars against a long foreign name takes no exponential time', () => {
  const started = performance.now()

  expect(isInScope('*a'.repeat(30), `${'a'.repeat(5000)}b`)).toBe(false)

  expect(performance.now() - started).toBeLessThan(2000)
})
