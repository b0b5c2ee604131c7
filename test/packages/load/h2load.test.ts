import { LoadProblem, sniffFormat } from '@hardgate/load'
import { describe, expect, test } from '@jest/globals'
import { h2loadJson } from '../../../packages/load/src/h2load-json.ts'
import { h2loadLog } from '../../../packages/load/src/h2load-log.ts'
import { h2loadText } from '../../../packages/load/src/h2load-text.ts'
import { judged } from './judged.ts'
import { only, percentileOf, runOf, told } from './told.ts'

const LOG = '1795619557052744\t500\t24333\n1795619557052735\t200\t33433\n1795619557052999\t-1\t1200\n'

describe('the log of h2load', () => {
  test('trap 14: is in microseconds; -1 and 500 are failures', () => {
    const calls = told(h2loadLog, LOG)

    expect(only(calls, 'sample')).toEqual([
      ['sample', '', 1_795_619_557_052.744, 24.333, true],
      ['sample', '', 1_795_619_557_052.735, 33.433, false],
      ['sample', '', 1_795_619_557_052.999, 1.2, true],
    ])
    expect(percentileOf(runOf(h2loadLog, LOG), 95)).toBe(33.433)
    for (const chunk of [1, 2, 3]) expect(told(h2loadLog, LOG, chunk)).toEqual(calls)
  })

  test('has no row for a request whose connection was lost, so its error rate is no data', () => {
    const run = runOf(h2loadLog, LOG)

    expect([run.total.requests, run.total.failures]).toEqual([3, undefined])
    expect(judged(run, 'error_rate <= 1%')).toBe('no-data')
  })

  test.each(['NaN', '-1', '', '24.3.3'])('trap 6: %p is no duration', (duration) => {
    expect(() => told(h2loadLog, LOG.replace('24333', duration))).toThrow(LoadProblem)
    expect(() => told(h2loadLog, LOG.replace('24333', duration))).toThrow(`record 1: the duration is "${duration}"`)
  })

  test('trap 6: a status that is none, a row that is cut off, a file of 0 bytes', () => {
    expect(() => told(h2loadLog, LOG.replace('\t500', '\tOK'))).toThrow('record 1: the status is "OK"')
    expect(only(told(h2loadLog, LOG.slice(0, -3)), 'sample', 'partial')).toHaveLength(3)
    expect(() => told(h2loadLog, '')).toThrow('it holds nothing but blank lines')
  })
})

const counts = '200 total, 50 started, 48 done, 45 succeeded, 155 failed, 152 errored, 2 timeout'

// the layout of h2load 1.52
const old = (requests = counts, status = '45 2xx, 0 3xx, 1 4xx, 2 5xx') => `starting benchmark...
spawning thread #0: 3 total client(s). 100 total requests
spawning thread #1: 2 total client(s). 100 total requests
Application protocol: http/1.1
progress: 10% done

finished in 449.43ms, 100.13 req/s, 12.12KB/s
requests: ${requests}
status codes: ${status}
traffic: 5.45KB (5580) total, 3.82KB (3915) headers (space savings 0.00%), 90B (90) data
                     min         max         mean         sd        +/- sd
time for request:      380us      1.02s     21.95ms      2.79ms    88.89%
time for connect:       47us       243us       127us        73us    60.00%
time to 1st byte:    26.18ms     30.60ms     29.52ms      1.88ms    80.00%
req/s           :      31.60       46.75       42.35        6.20    80.00%
`

const newer = old().replace(
  /^ {21}min[^]*?\ntime for connect.*$/m,
  `                     min         max      median         p95         p99        mean          sd      +/- sd
request     :        380us       1.02s     21.00ms     30.50ms     60.10ms     21.95ms      2.79ms    88.89%
time for connect:     47us       243us       127us       200us       243us       127us        73us    60.00%`,
)

describe('the text of h2load', () => {
  test('before 1.69 has no p95: it lies between the shortest and the longest', () => {
    const run = runOf(h2loadText, old())

    expect(run.total.printed).toEqual({
      requests: 200,
      failures: 155,
      counted: 48,
      percentiles: [{ percentile: 100, valueMs: 1020, lowMs: 1015, highMs: 1025 }],
      minMs: 0.38,
      averageMs: 21.95,
      maxMs: 1020,
      within: { averageMs: [21.945, 21.955], minMs: [0.3795, 0.3805], maxMs: [1015, 1025] },
      includesFailures: true,
    })
    expect([run.mostUsers, run.durationMs, run.requestsPerSecond]).toEqual([5, 449.43, 100.13])
    const many = runOf(
      h2loadText,
      old(
        '200 total, 200 started, 200 done, 200 succeeded, 0 failed, 0 errored, 0 timeout',
        '200 2xx, 0 3xx, 0 4xx, 0 5xx',
      ),
    )
    expect(judged(many, 'p95 < 500ms', { confidence: '95' })).toBe('inconclusive')
    expect(judged(many, 'p95 < 1100ms', { confidence: '95' })).toBe('pass')
  })

  test('since 1.69 has one, with the bounds of its digits', () => {
    const run = runOf(h2loadText, newer)

    expect(run.total.printed?.percentiles).toEqual([
      { percentile: 50, valueMs: 21, lowMs: 20.995, highMs: 21.005 },
      { percentile: 95, valueMs: 30.5, lowMs: 30.495, highMs: 30.505 },
      { percentile: 99, valueMs: 60.1, lowMs: 60.095, highMs: 60.105 },
      { percentile: 100, valueMs: 1020, lowMs: 1015, highMs: 1025 },
    ])
    expect(run.total.printed).toMatchObject({ minMs: 0.38, averageMs: 21.95, maxMs: 1020 })
  })

  test('errors are told apart: what timed out, what had no answer, what had a failed status', () => {
    expect(runOf(h2loadText, old()).errors.map(({ message, count }) => [message, count])).toEqual([
      ['no whole answer', 150],
      ['failed status', 3],
      ['timeout', 2],
    ])
  })

  test('trap 6: cut off at any line it is partial', () => {
    const lines = old().split('\n')
    for (let kept = 1; kept < lines.length - 1; kept += 1) {
      expect(only(told(h2loadText, lines.slice(0, kept).join('\n')), 'partial')).toHaveLength(
        lines.slice(0, kept).some((line) => line.startsWith('req/s')) ? 0 : 1,
      )
    }
  })

  test('trap 6: no requests, no time, two reports', () => {
    const none = '0 total, 0 started, 0 done, 0 succeeded, 0 failed, 0 errored, 0 timeout'
    expect(() => told(h2loadText, old(none))).toThrow('h2load made 0 requests')
    expect(() => told(h2loadText, old().replace('1.02s', 'nan'))).toThrow('"max" of "time for request" is "nan"')
    expect(() => told(h2loadText, old() + old())).toThrow('begins a second report of h2load')
  })

  test('trap 6: requests that were never done have no latency', () => {
    const lost = '200 total, 5 started, 0 done, 0 succeeded, 200 failed, 200 errored, 0 timeout'
    const { total } = runOf(h2loadText, old(lost, '0 2xx, 0 3xx, 0 4xx, 0 5xx'))

    expect([total.requests, total.failures, total.printed?.percentiles]).toEqual([200, 200, []])
  })
})

type Values = Readonly<Record<string, unknown>>
const json = (more: { readonly requests?: Values; readonly codes?: Values; readonly request?: Values } = {}) =>
  JSON.stringify({
    version: 'v1',
    measurements: {
      requests: { total: 4, started: 4, done: 4, succeeded: 4, failed: 0, errored: 0, timeout: 0, ...more.requests },
      status_codes: { '2xx': 4, '3xx': 0, '4xx': 0, '5xx': 0, ...more.codes },
      performance: {
        request: {
          min: 0.02,
          max: 0.5001,
          median: 0.03,
          p95: 0.5001,
          p99: 0.5001,
          mean: 0.1,
          sd: 0.1,
          samples: [0.02, 0.03, 0.030001, 0.5001],
          ...more.request,
        },
        connect: { min: 1, max: 2, samples: [1, 2] },
      },
    },
  })

describe('the JSON of h2load', () => {
  test('trap 14: has its samples in seconds, to the last digit', () => {
    const calls = told(h2loadJson, json())

    expect(only(calls, 'sample')).toEqual([
      ['sample', '', Number.NaN, 20, false],
      ['sample', '', Number.NaN, 30, false],
      ['sample', '', Number.NaN, 30.001, false],
      ['sample', '', Number.NaN, 500.1, false],
    ])
    const run = runOf(h2loadJson, json())
    expect([percentileOf(run, 75), run.total.requests, run.total.failures]).toEqual([30.001, 4, 0])
  })

  test('does not say which samples failed, so the successes have bounds', () => {
    const failed = { requests: { succeeded: 3, failed: 1 }, codes: { '2xx': 3, '5xx': 1 } }
    const run = runOf(h2loadJson, json(failed))

    expect([run.total.requests, run.total.failures, run.total.ok, run.total.all?.count]).toEqual([4, 1, undefined, 4])
    expect(judged(run, 'p50 < 30.0005ms')).toBe('inconclusive')
  })

  test('without samples its printed percentiles are taken', () => {
    const run = runOf(h2loadJson, json({ request: { samples: [] } }))

    expect(run.total.printed?.percentiles).toEqual([
      { percentile: 50, valueMs: 30, lowMs: 30, highMs: 30 },
      { percentile: 95, valueMs: 500.1, lowMs: 500.1, highMs: 500.1 },
      { percentile: 99, valueMs: 500.1, lowMs: 500.1, highMs: 500.1 },
      { percentile: 100, valueMs: 500.1, lowMs: 500.1, highMs: 500.1 },
    ])
  })

  test('trap 6: samples and counts that are none', () => {
    expect(() => told(h2loadJson, json({ request: { samples: [0.02, -1] } }))).toThrow('"samples": entry 2 is -1')
    expect(() => told(h2loadJson, json({ request: { samples: ['0.02'] } }))).toThrow('"samples": entry 1 is "0.02"')
    expect(() => told(h2loadJson, json({ requests: { failed: -1 } }))).toThrow('"requests": "failed" is -1')
    expect(() => told(h2loadJson, json({ requests: { succeeded: 0 } }))).toThrow('h2load made 0 requests')
    expect(() => told(h2loadJson, '{"version": "v1", "measurements": {}}')).toThrow('it has no "requests"')
  })

  test('trap 6: cut off in its samples the whole ones are kept, and it is partial', () => {
    const calls = told(h2loadJson, json().slice(0, json().indexOf('0.030001') + 4))

    expect([only(calls, 'sample').length, only(calls, 'partial').length]).toEqual([2, 1])
  })
})

test('they are known by their content', () => {
  expect(sniffFormat(Buffer.from(LOG))).toEqual({ reader: h2loadLog })
  expect(sniffFormat(Buffer.from(json()))).toEqual({ reader: h2loadJson })
  expect(sniffFormat(Buffer.from(old()))).toEqual({ reader: h2loadText })
})
