import { expect, test } from '@jest/globals'
import { gatesOf } from '../../../actions/metrics-reporter/src/gates.ts'
import { type ReadVerdict, readVerdict } from '../../../actions/metrics-reporter/src/verdict-reading.ts'

function verdict(parts: Record<string, unknown> = {}): ReadVerdict {
  const whole = {
    schemaVersion: 1,
    gate: 'perf-threshold-gate',
    outcome: 'fail',
    checks: [],
    measurements: [],
    reasons: ['p95 612 ms, limit 500 ms'],
    evidence: {},
    ...parts,
  }
  const read = readVerdict(JSON.stringify(whole))
  if (typeof read === 'string') throw new Error(read)
  return read
}

const file = 'perf-threshold-gate.json'

test('a verdict gives an entry with its first reason, and its measurements in normal units', () => {
  const measurements = [{ metric: 'p95', value: 612, unit: 'ms', low: 600, high: 625, samples: 11_873 }]

  expect(gatesOf([{ file, verdict: verdict({ measurements }) }])).toEqual({
    gates: [{ gate: 'perf-threshold-gate', outcome: 'fail', reason: 'p95 612 ms, limit 500 ms', file }],
    metrics: [
      {
        name: 'p95',
        value: 0.612,
        unit: 's',
        gate: 'perf-threshold-gate',
        low: 0.6,
        high: 0.625,
        samples: 11_873,
      },
    ],
    coverages: [],
    notes: [],
  })
})

test('of the measurements in a scope only those that a check judged are taken', () => {
  const measured = (scope: string) => ({ metric: 'p95', scope, value: 1, unit: 's' })
  const measurements = ['', '*', 'POST /api/v1/users', 'GET /x', 'src/billing/**'].map(measured)
  const checks = ['POST /api/v1/*: p(95) <= 800ms', 'src/billing/**: p95 < 1s', 'GET /x: p99 < 1s'].map(
    (threshold) => ({
      threshold,
    }),
  )

  const { metrics } = gatesOf([{ file, verdict: verdict({ measurements: measurements.slice(1), checks }) }])

  expect(metrics.map(({ scope }) => scope)).toEqual([undefined, 'POST /api/v1/users', 'src/billing/**'])
})

test('a gate that is there twice has a label for each file', () => {
  const files = [file, 'perf-threshold-gate-2.json'].map((name) => ({ file: name, verdict: verdict() }))

  expect(gatesOf(files).gates.map(({ gate }) => gate)).toEqual([
    'perf-threshold-gate:perf-threshold-gate.json',
    'perf-threshold-gate:perf-threshold-gate-2.json',
  ])
})

const lines = { metric: 'lines', value: 85.29, unit: '%', ratio: { numerator: 8529, denominator: 10_000 } }

test('a verdict on coverage gives the shares of the whole', () => {
  const measurements = [
    lines,
    { metric: 'branches', value: 71.43, unit: '%' },
    { metric: 'patch.lines', value: 100, unit: '%' },
    { metric: 'functions', scope: 'src/**', value: 10, unit: '%' },
  ]

  expect(gatesOf([{ file, verdict: verdict({ measurements }) }]).coverages).toEqual([
    { lines: 0.8529, branches: 0.7143, patch_lines: 1 },
  ])
})

test('a gate without data gives no coverage', () => {
  expect(gatesOf([{ file, verdict: verdict({ outcome: 'no-data', measurements: [lines] }) }]).coverages).toEqual([])
})

test.each([
  ['another unit', { ...lines, unit: 'lines' }],
  ['more than the whole', { ...lines, value: 101 }],
])('lines in %s are no coverage', (_name, measured) => {
  expect(gatesOf([{ file, verdict: verdict({ measurements: [measured] }) }]).coverages).toEqual([])
})

test('trap 16: two verdicts with lines are both in metrics', () => {
  const files = ['a.json', 'b.json'].map((name) => ({
    file: name,
    verdict: verdict({ gate: name.slice(0, 1), measurements: [lines] }),
  }))

  const { metrics, coverages } = gatesOf(files)

  expect(metrics.map(({ gate, value }) => [gate, value])).toEqual([
    ['a', 0.8529],
    ['b', 0.8529],
  ])
  expect(coverages).toHaveLength(2)
})

test('at most 100 measurements of a gate are taken, and the rest is counted', () => {
  const measurements = Array.from({ length: 130 }, (_, index) => ({ metric: `m${index}`, value: 1, unit: 's' }))

  const { metrics, notes } = gatesOf([{ file, verdict: verdict({ measurements }) }])

  expect(metrics).toHaveLength(100)
  expect(notes).toEqual(['truncated: metrics of perf-threshold-gate 130 to 100'])
})

test('trap 24: a measurement with a name, unit or number that the event has no place for is counted, not sent', () => {
  const measurements = [
    { metric: 'p95 total', value: 1, unit: 's' },
    { metric: 'p95', value: 1, unit: 'a unit' },
    { metric: 'bytes', value: 1e308, unit: 'GB' },
    { metric: 'ok', value: 1, unit: 's' },
  ]

  const { metrics, notes } = gatesOf([{ file, verdict: verdict({ measurements }) }])

  expect(metrics.map(({ name }) => name)).toEqual(['ok'])
  expect(notes).toEqual(['metrics-unfit: 3 of perf-threshold-gate'])
})

test('fields of the wrong type are not taken for measurements', () => {
  const measurements = [null, 7, 'p95', { metric: 'p95', value: '612', unit: 'ms' }, { metric: 'p95', unit: 'ms' }]

  expect(verdict({ measurements, reasons: [7], checks: [null] })).toEqual({
    gate: 'perf-threshold-gate',
    outcome: 'fail',
    measurements: [],
    thresholds: [],
  })
})

test('trap 9: a hostile reason arrives as one line of plain text', () => {
  const reasons = [`::error::pwned\n##[error]x\u001b[31m${'y'.repeat(600)}`]

  const [gate] = gatesOf([{ file, verdict: verdict({ reasons }) }]).gates

  expect(gate?.reason).toMatch(/^::error::pwned ##\[error\]x \[31my+$/)
  expect(gate?.reason).toHaveLength(500)
})
