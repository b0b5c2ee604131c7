import { LoadProblem, sniffFormat } from '@hardgate/load'
import { describe, expect, test } from '@jest/globals'
import { artillery } from '../../../packages/load/src/artillery.ts'
import { judged } from './judged.ts'
import { only, runOf, told } from './told.ts'

type Values = Readonly<Record<string, unknown>>

const summary = (more: Values = {}) => ({
  min: 20,
  max: 61,
  count: 200,
  mean: 31.5,
  p50: 30.3,
  median: 30.3,
  p75: 36.2,
  p90: 40,
  p95: 50.5,
  p99: 60,
  p999: 61.2,
  ...more,
})
const OK = { 'vusers.created': 100, 'http.requests': 200, 'http.codes.200': 200, 'http.responses': 200 }

const json = (counters: Values = OK, summaries: Values = { 'http.response_time': summary() }) =>
  JSON.stringify({
    aggregate: {
      counters,
      rates: { 'http.request_rate': 20 },
      firstCounterAt: 1_795_620_555_000,
      firstHistogramAt: 1_795_620_555_100,
      lastCounterAt: 1_795_620_565_000,
      lastHistogramAt: 1_795_620_565_000,
      firstMetricAt: 1_795_620_555_000,
      lastMetricAt: 1_795_620_565_000,
      period: 1_795_620_560_000,
      summaries,
      histograms: summaries,
    },
    intermediate: [{ counters, summaries }],
  })

const of = (run: ReturnType<typeof runOf>, percentile: number) =>
  run.total.printed?.percentiles.find((one) => one.percentile === percentile)

test('percentiles are milliseconds with one decimal, within 1 %, and never beyond the longest', () => {
  const run = runOf(artillery, json())

  expect(of(run, 95)).toEqual({ percentile: 95, valueMs: 50.5, lowMs: 50.45 / 1.01, highMs: 50.55 / 0.99 })
  // 60.05 / 0.99 is 60.66, and 61.2 is more than the longest of 61
  expect(of(run, 99)?.highMs).toBeCloseTo(60.6566, 4)
  expect(of(run, 99.9)).toMatchObject({ valueMs: 61.2, highMs: 61.2 })
  expect(of(run, 99.9)?.lowMs).toBeCloseTo(61.15 / 1.01, 9)
  expect(of(run, 100)).toEqual({ percentile: 100, valueMs: 61, lowMs: 60.95, highMs: 61.05 })
  expect(run.total.printed).toMatchObject({
    requests: 200,
    failures: 0,
    counted: 200,
    minMs: 20,
    maxMs: 61,
    averageMs: 31.5,
  })
  expect([run.fidelity, run.startMs, run.durationMs]).toEqual(['sketch', 1_795_620_555_000, 10_000])
})

test('a limit within the 1 % is inconclusive', () => {
  const run = runOf(artillery, json())

  expect(judged(run, 'p95 < 52ms', { confidence: '95' })).toBe('pass')
  expect(judged(run, 'p95 < 51ms', { confidence: '95' })).toBe('inconclusive')
  expect(judged(run, 'p95 < 49ms', { confidence: '95' })).toBe('fail')
})

test('requests without an answer and answers of 400 and above are failures', () => {
  const counters = {
    'http.requests': 220,
    'http.responses': 210,
    'http.codes.200': 190,
    'http.codes.302': 5,
    'http.codes.404': 10,
    'http.codes.500': 5,
    'errors.ETIMEDOUT': 10,
    'vusers.failed': 10,
  }
  const run = runOf(artillery, json(counters))

  expect([run.total.requests, run.total.failures]).toEqual([220, 25])
  expect(run.total.printed?.includesFailures).toBe(true)
  expect(run.errors.map(({ message, count }) => [message, count])).toEqual([
    ['status 404', 10],
    ['ETIMEDOUT', 10],
    ['status 500', 5],
  ])
})

describe('where all successes are 2xx', () => {
  const counters = { 'http.requests': 200, 'http.responses': 200, 'http.codes.200': 180, 'http.codes.500': 20 }
  const text = json(counters, {
    'http.response_time': summary({ p95: 30 }),
    'http.response_time.2xx': summary({ p95: 50.5, count: 180 }),
    'http.response_time.5xx': summary({ p95: 2, count: 20 }),
  })

  test('trap 4: their percentiles are taken, so that fast failures do not lower them', () => {
    const run = runOf(artillery, text)

    expect([of(run, 95)?.valueMs, run.total.printed?.counted, run.total.printed?.includesFailures]).toEqual([
      50.5,
      180,
      false,
    ])
  })

  test('with redirects among the successes those of all are taken', () => {
    const redirected = { ...counters, 'http.codes.200': 150, 'http.codes.302': 30 }
    const run = runOf(artillery, text.replaceAll(JSON.stringify(counters), JSON.stringify(redirected)))

    expect([run.total.printed?.counted, run.total.printed?.includesFailures]).toEqual([200, true])
  })

  test('those of all are taken where failures are to be judged too', () => {
    const calls: unknown[] = []
    const sink = { ...silent, printed: (_label: number | undefined, group: unknown) => calls.push(group) }
    const scanner = artillery.open(sink, { name: 'x', failures: 'include' })
    scanner.push(Buffer.from(text))
    scanner.end()

    expect(calls[0]).toMatchObject({ counted: 200, includesFailures: true })
  })
})

const nothing = (): void => undefined
const silent = {
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

test('endpoints are labels, whatever they are called, and one without an answer is there too', () => {
  const prefix = 'plugins.metrics-by-endpoint.'
  const counters = {
    ...OK,
    [`${prefix}/api/v1.0/users.codes.200`]: 90,
    [`${prefix}/api/v1.0/users.codes.500`]: 10,
    [`${prefix}/dead.errors.ECONNREFUSED`]: 7,
    [`${prefix}__proto__.codes.200`]: 100,
  }
  const run = runOf(
    artillery,
    json(counters, {
      'http.response_time': summary(),
      [`${prefix}response_time./api/v1.0/users`]: summary({ count: 100 }),
      [`${prefix}response_time.__proto__`]: summary({ count: 100, p95: 7 }),
    }),
  )

  const endpoints = [...run.groups].map(([label, { requests, failures, printed }]) => [
    label,
    requests,
    failures,
    printed?.percentiles.find(({ percentile }) => percentile === 95)?.valueMs,
  ])
  expect(endpoints).toEqual([
    ['/api/v1.0/users', 100, 10, 50.5],
    ['__proto__', 100, 0, 7],
    ['/dead', 7, 7, undefined],
  ])
})

describe('trap 6', () => {
  test.each(['-1', '"50"', '1e999', 'false'])('%p is no time', (p95) => {
    const text = json().replaceAll('"p95":50.5', `"p95":${p95}`)
    expect(() => told(artillery, text)).toThrow(LoadProblem)
    expect(() => told(artillery, text)).toThrow('"http.response_time": "p95" is ')
  })

  test('counters that are none, no requests, no HTTP', () => {
    expect(() => told(artillery, json({ ...OK, 'http.codes.200': -1 }))).toThrow('"counters": "http.codes.200" is -1')
    expect(() => told(artillery, json({ 'http.requests': 0 }))).toThrow('nothing of HTTP was measured')
    expect(() => told(artillery, json({ 'vusers.created': 5 }))).toThrow('its counters have no "http.requests"')
    expect(() => told(artillery, '{}')).toThrow('"aggregate": "counters" is missing')
  })

  test('requests without a single answer have no latency', () => {
    const { total } = runOf(artillery, json({ 'http.requests': 50, 'errors.ECONNREFUSED': 50 }, {}))

    expect([total.requests, total.failures, total.printed?.percentiles]).toEqual([50, 50, []])
  })

  test('cut off it is partial', () => {
    const whole = json()
    for (let end = 1; end < whole.length; end += 11) {
      expect(only(told(artillery, whole.slice(0, end)), 'partial')).toHaveLength(1)
    }
  })
})

test('it is known by its content', () => {
  expect(sniffFormat(Buffer.from(json()))).toEqual({ reader: artillery })
})
