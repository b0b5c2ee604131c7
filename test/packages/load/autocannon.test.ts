import { LoadProblem, sniffFormat } from '@hardgate/load'
import { describe, expect, test } from '@jest/globals'
import { autocannon } from '../../../packages/load/src/autocannon.ts'
import { judged } from './judged.ts'
import { only, runOf, told } from './told.ts'

type Values = Readonly<Record<string, unknown>>

// the keys of autocannon 8.0
const json = ({ latency = {}, requests = {}, ...more }: Values & { latency?: Values; requests?: Values } = {}) =>
  JSON.stringify({
    url: 'http://127.0.0.1:8080/',
    connections: 5,
    sampleInt: 1000,
    pipelining: 1,
    workers: 0,
    duration: 2.02,
    samples: 2,
    start: '2026-11-25T15:12:39.018Z',
    finish: '2026-11-25T15:12:41.039Z',
    errors: 0,
    timeouts: 0,
    mismatches: 0,
    non2xx: 0,
    resets: 0,
    '1xx': 0,
    '2xx': 300,
    '3xx': 0,
    '4xx': 0,
    '5xx': 0,
    statusCodeStats: { '200': { count: 300 } },
    latency: {
      average: 30.76,
      mean: 30.76,
      stddev: 6.24,
      min: 19,
      max: 51,
      p0_001: 19,
      p50: 31,
      p90: 38,
      p97_5: 44,
      p99: 47,
      p99_9: 51,
      totalCount: 300,
      ...latency,
    },
    requests: { average: 150, total: 300, p50: 150, p97_5: 160, sent: 305, ...requests },
    throughput: { average: 20240, p97_5: 20495 },
    ...more,
  })

describe('trap 17: between p90 (38 ms) and p97.5 (44 ms) p95 is not known', () => {
  const run = runOf(autocannon, json())

  test.each([
    ['p95 < 38ms', 'fail'],
    ['p95 < 37ms', 'fail'],
    ['p95 < 39ms', 'inconclusive'],
    ['p95 < 44ms', 'inconclusive'],
    ['p95 < 45ms', 'pass'],
    ['p90 < 38ms', 'fail'],
    ['p90 < 39ms', 'pass'],
    // the tool drops the fraction: 38 can have been 38.9
    ['p90 < 38.5ms', 'inconclusive'],
    ['p97.5 < 45ms', 'pass'],
  ])('%s: %s', (line, outcome) => {
    expect(judged(run, line, { confidence: '95' })).toBe(outcome)
  })
})

test('trap 17: more latencies than answers are flagged, and make no percentile surer', () => {
  const run = runOf(autocannon, json({ latency: { totalCount: 3026 }, requests: { total: 100 } }))

  expect(run.signals).toEqual([
    {
      kind: 'invented-samples',
      text: 'autocannon counts 3026 latencies of 100 answers: in its rate mode it adds some that nobody measured',
      spoilsPass: true,
    },
  ])
  expect([run.total.requests, run.total.printed?.counted]).toEqual([100, 100])
})

test('without a rate it is a closed loop, and nothing spoils a pass', () => {
  const run = runOf(autocannon, json())

  expect(run.signals.map(({ kind, spoilsPass }) => [kind, spoilsPass])).toEqual([['closed-loop', false]])
  expect([run.mostUsers, run.durationMs, run.total.requests, run.total.failures]).toEqual([5, 2021, 300, 0])
  expect(run.total.printed).toMatchObject({ averageMs: 30.76, minMs: 19, maxMs: 51, includesFailures: false })
  expect(run.total.printed?.percentiles[3]).toEqual({ percentile: 97.5, valueMs: 44, lowMs: 44, highMs: 44.999999 })
})

test('errors have no latency; timeouts are among them; a redirect is no failure', () => {
  const run = runOf(
    autocannon,
    json({ errors: 12, timeouts: 5, non2xx: 40, '3xx': 8, '4xx': 30, '5xx': 2, '2xx': 260 }),
  )

  expect([run.total.requests, run.total.failures, run.total.printed?.counted]).toEqual([312, 44, 300])
  expect(run.total.printed?.includesFailures).toBe(true)
  expect(run.errors.map(({ message, count }) => [message, count])).toEqual([
    ['failed statuses', 32],
    ['connection errors', 7],
    ['timeouts', 5],
  ])
})

test('with --excludeErrorStats the latencies are those of 2xx', () => {
  const run = runOf(autocannon, json({ non2xx: 40, '5xx': 40, '2xx': 260, latency: { totalCount: 260 } }))

  expect([run.total.printed?.includesFailures, run.total.printed?.counted]).toEqual([false, 260])
})

test('a body that is not the expected one is a failure', () => {
  expect(runOf(autocannon, json({ mismatches: 7 })).total.failures).toBe(7)
})

describe('trap 6', () => {
  test.each(['-1', '"38"', '1e999', 'true', '{}'])('%p is no latency', (p90) => {
    expect(() => told(autocannon, json().replace('"p90":38', `"p90":${p90}`))).toThrow(LoadProblem)
    expect(() => told(autocannon, json().replace('"p90":38', `"p90":${p90}`))).toThrow('"latency": "p90" is ')
  })

  test('no answers, and no errors either', () => {
    expect(() => told(autocannon, json({ requests: { total: 0 } }))).toThrow('autocannon got 0 answers')
  })

  test('nothing but errors has no percentiles, though they are printed as 0', () => {
    const text = json({ errors: 9, requests: { total: 0 }, latency: { max: 0, p90: 0, p97_5: 0, totalCount: 0 } })
    const { total } = runOf(autocannon, text)

    expect([total.requests, total.failures, total.printed?.percentiles]).toEqual([9, 9, []])
  })

  test('another document, and counts that are none', () => {
    expect(() => told(autocannon, '{"latency": {}}')).toThrow('expected the JSON of autocannon')
    expect(() => told(autocannon, json({ errors: -1 }))).toThrow('"errors" is -1')
    expect(() => told(autocannon, json({ requests: { total: 1.5 } }))).toThrow('"requests": "total" is 1.5')
  })

  test('cut off it is partial and counts nothing', () => {
    const whole = json()
    for (let end = 1; end < whole.length; end += 7) {
      const calls = told(autocannon, whole.slice(0, end))

      expect(only(calls, 'partial')).toHaveLength(1)
      expect(only(calls, 'printed')[0]?.[2]).not.toHaveProperty('requests')
    }
  })
})

test('it is known by its content', () => {
  expect(sniffFormat(Buffer.from(json()))).toEqual({ reader: autocannon })
})
