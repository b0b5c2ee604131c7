import {
  createFileCoverage,
  type FileCoverage,
  fileMeasurementsOf,
  measurementsOf,
  mergeCoverage,
  patchMeasurementsOf,
  sumOf,
  type Totals,
  totalsByFile,
  totalsOf,
} from '@hardgate/coverage'
import { judge, type Measurement, type MetricKind, type Outcome, parseThresholds } from '@hardgate/gate'
import { expect, test } from '@jest/globals'

const METRICS: Record<string, MetricKind> = {
  lines: 'percent',
  branches: 'percent',
  combined: 'percent',
  statements: 'percent',
  'lines.strict': 'percent',
  'file.lines': 'percent',
  'file.branches': 'percent',
}
const NONE = { low: 0, high: 0, total: 0 }
const totals = (covered: number, total: number, branches = NONE): Totals => ({
  lines: { covered, total },
  strictLines: { low: covered, high: covered, total },
  branches,
})
const file = (build: (file: FileCoverage) => void): FileCoverage => {
  const coverage = createFileCoverage()
  build(coverage)
  return coverage
}
const outcomeOf = (line: string, measurements: readonly Measurement[]): Outcome => {
  const { thresholds, problems } = parseThresholds(line, METRICS)
  expect(problems).toEqual([])
  return judge({ gate: 'coverage-gate', thresholds, measurements }).outcome
}

test.each([
  [139, 200, '70'],
  [1399, 2000, '70'],
  [6999, 10_000, '70'],
  [69_996, 100_000, '70'],
  [29_999, 30_000, '100'],
])('trap 1: %i of %i is below %s %%', (covered, total, limit) => {
  expect(outcomeOf(`lines >= ${limit}%`, measurementsOf(totals(covered, total)))).toBe('fail')
})

test('trap 4: 70 % of the lines and no branch is a failure of the branches alone', () => {
  const measured = measurementsOf(totals(7, 10, { low: 0, high: 0, total: 10 }))

  expect(outcomeOf('lines >= 70%', measured)).toBe('pass')
  expect(outcomeOf('branches >= 70%', measured)).toBe('fail')
  expect(outcomeOf('lines >= 70%\nbranches >= 70%', measured)).toBe('fail')
  expect(measured.find(({ metric }) => metric === 'combined')?.ratio).toEqual({ numerator: 7, denominator: 20 })
})

test('trap 6: 0 of 0 is no measurement, so a threshold on it is no-data', () => {
  expect(measurementsOf(totals(0, 0))).toEqual([])
  expect(outcomeOf('lines >= 0%', measurementsOf(totals(0, 0)))).toBe('no-data')
  expect(patchMeasurementsOf(totals(0, 0))).toEqual([])
  expect(fileMeasurementsOf([totals(0, 0)])).toEqual([])
})

test('trap 10: bounds on both sides of the limit are inconclusive, and on one side decide', () => {
  const measured = measurementsOf(totals(4, 4, { low: 2, high: 4, total: 4 }))

  expect(outcomeOf('branches >= 70%', measured)).toBe('inconclusive')
  expect(outcomeOf('branches >= 50%', measured)).toBe('pass')
  expect(outcomeOf('branches > 50%', measured)).toBe('inconclusive')
  expect(outcomeOf('branches == 40%', measured)).toBe('fail')
})

test('a bound decides by its whole numbers where six decimals would say otherwise', () => {
  // 1 of 3 is below 33.33333334 and above 33.3333333; floored to six decimals it is 33.333333
  const measured = measurementsOf(totals(1, 1, { low: 1, high: 2, total: 3 }))

  expect(outcomeOf('branches >= 33.3333333%', measured)).toBe('pass')
  expect(outcomeOf('branches >= 33.33333334%', measured)).toBe('inconclusive')
})

test('trap 39: a file of 0 lines is left out of the lowest file', () => {
  const files = [totals(0, 0), totals(9, 10), totals(30, 45, { low: 1, high: 1, total: 4 }), totals(2, 2)]

  expect(fileMeasurementsOf(files)).toEqual([
    { metric: 'file.lines', value: 66.666666, unit: '%', ratio: { numerator: 30, denominator: 45 } },
    { metric: 'file.branches', value: 25, unit: '%', ratio: { numerator: 1, denominator: 4 } },
  ])
})

test('the lowest of files with bounds lies between the lowest lower and the lowest upper one', () => {
  const files = [
    totals(1, 1, { low: 1, high: 4, total: 4 }),
    totals(1, 1, { low: 2, high: 2, total: 4 }),
    totals(1, 1, { low: 3, high: 3, total: 3 }),
  ]

  expect(fileMeasurementsOf(files, 'src/**')[1]).toEqual({
    metric: 'file.branches',
    scope: 'src/**',
    value: 25,
    unit: '%',
    ratio: { numerator: 1, denominator: 4 },
    low: 25,
    high: 50,
    lowRatio: { numerator: 1, denominator: 4 },
    highRatio: { numerator: 2, denominator: 4 },
  })
})

test('what is measured has its exact ratio, a floored value and the bounds, in every metric', () => {
  const measured = measurementsOf({
    lines: { covered: 2, total: 3 },
    strictLines: { low: 1, high: 2, total: 3 },
    branches: { low: 1, high: 2, total: 4 },
    statements: { covered: 999_999, total: 1_000_000 },
  })

  expect(measured).toEqual([
    { metric: 'lines', value: 66.666666, unit: '%', ratio: { numerator: 2, denominator: 3 } },
    {
      metric: 'branches',
      value: 25,
      unit: '%',
      ratio: { numerator: 1, denominator: 4 },
      low: 25,
      high: 50,
      lowRatio: { numerator: 1, denominator: 4 },
      highRatio: { numerator: 2, denominator: 4 },
    },
    {
      metric: 'combined',
      value: 42.857142,
      unit: '%',
      ratio: { numerator: 3, denominator: 7 },
      low: 42.857142,
      high: 57.142857,
      lowRatio: { numerator: 3, denominator: 7 },
      highRatio: { numerator: 4, denominator: 7 },
    },
    { metric: 'statements', value: 99.9999, unit: '%', ratio: { numerator: 999_999, denominator: 1_000_000 } },
    {
      metric: 'lines.strict',
      value: 33.333333,
      unit: '%',
      ratio: { numerator: 1, denominator: 3 },
      low: 33.333333,
      high: 66.666666,
      lowRatio: { numerator: 1, denominator: 3 },
      highRatio: { numerator: 2, denominator: 3 },
    },
  ])
})

test('totals are sums over files, of the lines asked for', () => {
  const a = file((one) => {
    one.line(1, 1)
    one.line(2, 0)
    one.countedBranches(1, 1, 2)
    one.statement('1', 1, 1)
  })
  const b = file((one) => {
    one.line(2, 5)
    one.countedBranches(2, 2, 2)
  })

  expect(totalsOf([a, b])).toEqual({
    lines: { covered: 2, total: 3 },
    strictLines: { low: 1, high: 1, total: 3 },
    branches: { low: 3, high: 3, total: 4 },
    statements: { covered: 1, total: 1 },
  })
  expect(totalsOf([a, b], (line, of) => line === 2 && of === b)).toEqual({
    lines: { covered: 1, total: 1 },
    strictLines: { low: 1, high: 1, total: 1 },
    branches: { low: 2, high: 2, total: 2 },
  })
  expect(sumOf([])).toEqual(totals(0, 0))
})

test('a hit line with a branch not taken is not strictly covered, and with bounds perhaps', () => {
  const one = file((told) => {
    for (const line of [1, 2, 3, 4]) told.line(line, line === 4 ? 0 : 1)
    told.countedBranches(1, 1, 2)
    told.unknownBranches(2, 2)
    told.countedBranches(3, 2, 2)
    told.countedBranches(4, 2, 2)
  })

  expect(one.totals().strictLines).toEqual({ low: 1, high: 2, total: 4 })
})

test('totals by file keep the order of the paths', () => {
  const one = file((told) => told.line(1, 1))

  const all = totalsByFile(
    mergeCoverage([
      { path: 'b.py', coverage: one },
      { path: 'a.py', coverage: one },
    ]),
  )

  expect(all.map(({ path, totals: { lines } }) => [path, lines.covered])).toEqual([
    ['a.py', 1],
    ['b.py', 1],
  ])
})
