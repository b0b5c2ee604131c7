import { assess, type LoadReader, type Run, sniffFormat } from '@hardgate/load'
import { describe, expect, test } from '@jest/globals'
import { k6Csv } from '../../../packages/load/src/k6-csv.ts'
import { k6Points } from '../../../packages/load/src/k6-points.ts'
import { k6Summary } from '../../../packages/load/src/k6-summary.ts'
import { handledSummary, type K6Request, legacySummary, newSummary, pointLines, pointRecords } from './k6-shapes.ts'
import { outcomeOf, problemOf } from './reader-outcome.ts'
import { only, runOf, told } from './told.ts'

const START = Date.UTC(2026, 2, 1, 12)

/**
 * 201 successes of 101 to 301 ms and 4 failures of 2 ms. With 201 values k6's place p·200 is whole for 50, 90 and 95 %,
 * and the nearest rank is the same one.
 */
const REQUESTS: readonly K6Request[] = Array.from({ length: 205 }, (_, i) => {
  const endMs = START + 1000 + i * 100
  return i < 201
    ? { endMs, durationMs: 101 + ((i * 7) % 201), name: '/a' }
    : { endMs, durationMs: 2, name: '/a', isFailure: true }
})

const SUMMARIES = [
  ['the legacy summary', legacySummary(REQUESTS)],
  ['what handleSummary is given', handledSummary(REQUESTS)],
  ['the new summary', newSummary(REQUESTS)],
] as const
const SHAPES: readonly (readonly [string, LoadReader, string])[] = [
  ['points', k6Points, pointLines(REQUESTS)],
  ['points as CSV', k6Csv, pointRecords(REQUESTS)],
  ...SUMMARIES.map(([name, text]) => [name, k6Summary, text] as const),
]

function numbersOf(run: Run): Record<string, number> {
  const wanted = ['p50', 'p90', 'p95', 'avg', 'min', 'max', 'requests', 'errors', 'error_rate', 'duration', 'users']
  const { measurements } = assess(
    run,
    wanted.map((metric) => ({ metric })),
  )
  return Object.fromEntries(
    measurements
      .filter(({ metric }) => wanted.includes(metric))
      .map(({ metric, value }) => [metric, Number(value.toFixed(6))]),
  )
}

describe.each(SHAPES)('acceptance 6: %s of one set of requests', (_, reader, text) => {
  test('gives the same numbers', () => {
    expect(numbersOf(runOf(reader, text))).toEqual({
      p50: 201,
      p90: 281,
      p95: 291,
      avg: 201,
      min: 101,
      max: 301,
      requests: 205,
      errors: 4,
      error_rate: 1.95122,
      // from 899 ms, where the first of 101 ms began, to the end of the last
      duration: 20_501,
      users: 5,
    })
  })

  test.each([
    ['p95 < 292ms', 'pass'],
    ['p95 < 291ms', 'fail'],
    ['p95 <= 291ms', 'pass'],
    ['error_rate <= 2%', 'pass'],
    ['error_rate <= 1%', 'fail'],
    ['users >= 5', 'pass'],
  ])('is the same verdict: %s, %s', (line, outcome) => {
    expect(outcomeOf(runOf(reader, text), line)).toBe(outcome)
  })
})

test.each(SUMMARIES)('the latencies of %s are those of all requests where failures are included', (_, text) => {
  const calls: unknown[] = []
  const scanner = k6Summary.open(
    { ...silent(), printed: (_label, group) => void calls.push(group) },
    { name: 'report', failures: 'include' },
  )
  scanner.push(Buffer.from(text))
  scanner.end()

  expect(calls).toMatchObject([{ requests: 205, failures: 4, includesFailures: true, minMs: 2, maxMs: 301 }])
})

function silent(): Parameters<LoadReader['open']>[0] {
  const nothing = (): void => undefined
  return {
    facts: nothing,
    label: () => 0,
    sample: nothing,
    samples: nothing,
    withoutLatency: nothing,
    bucket: nothing,
    counts: nothing,
    printed: nothing,
    nested: nothing,
    users: nothing,
    dropped: nothing,
    error: nothing,
    signal: nothing,
    note: nothing,
    partial: nothing,
  }
}

const TREND = { avg: 5, min: 1, med: 4, max: 9, 'p(90)': 7, 'p(95)': 8 }
const EMPTY = { avg: 0, min: 0, med: 0, max: 0, 'p(90)': 0, 'p(95)': 0 }
const COUNTS = { http_reqs: { count: 100, rate: 10 }, http_req_failed: { value: 0.02, passes: 2, fails: 98 } }

function legacy(metrics: object): string {
  return JSON.stringify({ metrics: { http_req_duration: TREND, ...COUNTS, ...metrics } })
}

const notes = (text: string) => only(told(k6Summary, text), 'note').map(([, note]) => note)

test('trap 7: true is a failed threshold in the legacy summary, and ok: false in the other', () => {
  const old = legacy({ http_req_duration: { ...TREND, thresholds: { 'p(95)<5': true, 'p(95)<500': false } } })
  const late = JSON.stringify({
    metrics: {
      http_req_duration: { values: TREND, thresholds: { 'p(95)<5': { ok: false }, 'p(95)<500': { ok: true } } },
      http_reqs: { values: { count: 100 } },
    },
  })

  for (const text of [old, late]) {
    expect(notes(text).filter((note) => String(note).includes('threshold'))).toEqual([
      `k6's own threshold "p(95)<5" on http_req_duration failed`,
    ])
  }
})

test('trap 7: passes of http_req_failed are the failures', () => {
  const run = runOf(k6Summary, legacy({}))

  expect(run.total).toMatchObject({ requests: 100, failures: 2 })
  expect(outcomeOf(run, 'error_rate <= 2%')).toBe('pass')
  expect(outcomeOf(run, 'error_rate < 2%')).toBe('fail')
})

test('trap 7: the new summary says that it holds no p99', () => {
  const run = runOf(k6Summary, newSummary(REQUESTS))
  const { remarks } = assess(run, [{ metric: 'p99' }])

  expect(run.notes.join('\n')).toContain('holds no percentile but med, p(90) and p(95), so no p99')
  expect(remarks.find(({ metric }) => metric === 'p99')?.text).toContain('k6-summary does not hold p99')
  expect(outcomeOf(run, 'p99 < 300ms')).toBe('inconclusive')
})

test('trap 8: a threshold on a part without samples is no data', () => {
  const part = { ...EMPTY, thresholds: { 'p(95)<500': false } }
  const text = legacy({ 'http_req_duration{name:/gone,method:GET}': part, 'http_req_duration{scenario:spike}': part })
  const run = runOf(k6Summary, text)

  expect(outcomeOf(run, 'GET /gone: p95 < 500ms')).toBe('no-data')
  expect(outcomeOf(run, 'scenario:spike: p95 < 500ms')).toBe('no-data')
  expect(outcomeOf(run, 'p95 < 500ms')).toBe('pass')
  expect(run.notes).toContain(
    'k6 has no samples of http_req_duration{name:/gone,method:GET}: a threshold of its own on it was met by nothing',
  )
})

test('a part with samples is a label, with the counts that k6 keeps of it', () => {
  const text = legacy({
    'http_req_duration{name:"/a,b",method:POST}': {},
    'http_req_duration{ name:/a , method:GET }': TREND,
    'http_req_failed{ name:/a , method:GET }': { value: 0.5, passes: 5, fails: 5 },
    'http_req_duration{scenario:spike}': TREND,
  })
  const run = runOf(k6Summary, text)

  expect(run.groups.get('GET /a')).toMatchObject({ requests: 10, failures: 5 })
  expect(run.groups.get('scenario:spike')).toMatchObject({ failures: undefined })
  expect(run.total.requests).toBe(100)
})

test('trap 14: times are milliseconds, whatever unit the summary was shown in', () => {
  const text = handledSummary(REQUESTS)

  expect(text).toContain('"summaryTimeUnit":"s"')
  expect(runOf(k6Summary, text).total.printed?.maxMs).toBe(301)
})

test('other percentiles than the usual are read, and a count of samples', () => {
  const run = runOf(k6Summary, legacy({ http_req_duration: { 'p(99.9)': 90.5, 'p(99)': 80, count: 100 } }))

  expect(run.total.printed?.percentiles.map(({ percentile, valueMs }) => [percentile, valueMs])).toEqual([
    [99, 80],
    [99.9, 90.5],
  ])
})

test('the new summary of k6 1.8 and 2.1 writes p95 for p(95), and k6_version', () => {
  const text = newSummary(REQUESTS)
    .replaceAll('p(95)', 'p95')
    .replaceAll('p(90)', 'p90')
    .replace('k6Version', 'k6_version')
  const run = runOf(k6Summary, text)

  expect(run.version).toBe('1.6.0')
  expect(numbersOf(run)).toMatchObject({ p90: 281, p95: 291 })
  expect(runOf(k6Summary, newSummary(REQUESTS)).version).toBe('1.6.0')
})

test('dropped iterations and failed checks are told', () => {
  const run = runOf(
    k6Summary,
    legacy({ dropped_iterations: { count: 7, rate: 0.7 }, checks: { value: 0.9, passes: 90, fails: 10 } }),
  )

  expect(run.dropped).toBe(7)
  expect(run.signals.map(({ kind }) => kind)).toEqual(['dropped'])
  expect(run.errors).toEqual([{ message: 'check failed', count: 10 }])
})

test('all requests refused is an error rate of 100 % and no latency of 0', () => {
  const text = legacy({ http_req_duration: EMPTY, http_req_failed: { value: 1, passes: 100, fails: 0 } })
  const run = runOf(k6Summary, text)

  expect(run.total).toMatchObject({ requests: 100, failures: 100 })
  expect(outcomeOf(run, 'p95 < 500ms')).toBe('no-data')
  expect(outcomeOf(run, 'error_rate <= 1%')).toBe('fail')
})

test('failures that are only a share are not known', () => {
  const run = runOf(k6Summary, legacy({ http_req_failed: { value: 0.02 } }))

  expect(run.total).toMatchObject({ requests: 100, failures: undefined })
  expect(outcomeOf(run, 'error_rate <= 1%')).toBe('no-data')
})

test.each([
  ['{"metrics":{}}', 'no-samples: it has no metric http_req_duration: k6 measured no HTTP request'],
  ['{"metrics":{"http_req_duration":{"avg":0,"p(95)":0}}}', 'no-samples: its http_req_duration has no samples'],
  [legacy({ http_reqs: { count: 0, rate: 0 } }), 'no-samples: its http_req_duration has no samples'],
  ['[]', 'unreadable-report: it is a list: expected an object'],
  [legacy({ http_req_duration: 5 }), 'unreadable-report: the metric http_req_duration is 5: expected an object'],
  [legacy({ http_req_duration: { 'p(95)': 'fast' } }), 'the metric http_req_duration: "p(95)" is "fast"'],
  [legacy({ http_req_duration: { 'p(95)': null } }), 'the metric http_req_duration: "p(95)" is null'],
  [legacy({ http_req_duration: { max: -1 } }), '"max" is -1: expected milliseconds of 0 or more'],
  [legacy({}).replace('"max":9', '"max":1e999'), '"max" is Infinity'],
  [legacy({ http_req_failed: { passes: 1.5, fails: 2 } }), '"passes" is 1.5: expected a whole number'],
  [legacy({ http_reqs: { rate: 2 } }), 'the metric http_reqs: "count" is missing'],
  ['{"results":{"metrics":[{"type":"trend"}]}}', 'the name of a metric is missing'],
])('trap 6: %s', (text, message) => {
  expect(problemOf(k6Summary, text)).toContain(message)
})

test('trap 6: a summary that was cut anywhere is partial or refused', () => {
  const text = legacy({ vus: { value: 1, min: 1, max: 9 } })

  for (let length = 1; length < text.length; length += 1) {
    const calls = told(k6Summary, text.slice(0, length))
    expect([length, only(calls, 'partial').length]).toEqual([length, 1])
  }
})

test('the content tells the format', () => {
  for (const [, text] of SUMMARIES) {
    expect(sniffFormat(Buffer.from(text))).toMatchObject({ reader: { format: 'k6-summary' } })
  }
  expect(k6Summary.sniff(Buffer.from('{"metrics":{"a":1}}'))).toBeLessThan(0.5)
  expect(k6Summary.sniff(Buffer.from('{"Total":{}}'))).toBe(0)
})
