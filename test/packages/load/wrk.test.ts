import { LoadProblem, sniffFormat } from '@hardgate/load'
import { describe, expect, test } from '@jest/globals'
import { wrk } from '../../../packages/load/src/wrk.ts'
import { only, runOf, told } from './told.ts'

interface Parts {
  readonly p90?: string
  readonly p99?: string
  readonly complete?: string
  readonly errors?: string
}

// the layout of wrk 4.1.0
const report = ({
  p90 = '52.40ms',
  p99 = '57.11ms',
  complete = '380',
  errors = '',
}: Parts = {}) => `Running 2s test @ http://127.0.0.1:8080/
  2 threads and 10 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency    51.73ms    1.05ms  60.04ms   90.00%
    Req/Sec    95.30     10.23   100.00     80.00%
  Latency Distribution
     50%   51.63ms
     75%   51.99ms
     90%   ${p90}
     99%   ${p99}
  ${complete} requests in 2.01s, 46.39KB read
${errors}Requests/sec:    189.17
Transfer/sec:     23.09KB
`

const at = (percentile: number, valueMs: number, lowMs: number, highMs: number) => ({
  percentile,
  valueMs,
  lowMs,
  highMs,
})

test('its four percentiles and the longest are told with the bounds of their digits', () => {
  const run = runOf(wrk, report({ p99: '1.02s' }))

  expect(run.total.printed).toEqual({
    requests: 380,
    failures: 0,
    counted: 380,
    percentiles: [
      at(50, 51.63, 51.625, 51.635),
      at(75, 51.99, 51.985, 51.995),
      at(90, 52.4, 52.395, 52.405),
      at(99, 1020, 1015, 1025),
      at(100, 60.04, 60.035, 60.045),
    ],
    averageMs: 51.73,
    maxMs: 60.04,
    within: { averageMs: [51.725, 51.735], maxMs: [60.035, 60.045] },
    includesFailures: false,
  })
  expect([run.tool, run.mostUsers, run.durationMs, run.requestsPerSecond]).toEqual(['wrk', 10, 2010, 189.17])
  expect(run.signals.map(({ kind }) => kind)).toEqual(['closed-loop'])
})

test('trap 14: its suffixes are microseconds, milliseconds, seconds, minutes and hours', () => {
  const valueOf = (p90: string) => runOf(wrk, report({ p90 })).total.printed?.percentiles[2]?.valueMs

  expect(['812.00us', '52.40ms', '1.02s', '2.00m', '1.50h'].map(valueOf)).toEqual([
    0.812, 52.4, 1020, 120_000, 5_400_000,
  ])
})

test('statuses of 400 and above and all socket errors are failures; a timeout is among the complete and has no latency', () => {
  const errors = '  Socket errors: connect 1, read 26, write 2, timeout 3\n  Non-2xx or 3xx responses: 12\n'

  const run = runOf(wrk, report({ errors }))

  expect([run.total.requests, run.total.failures, run.total.printed?.counted]).toEqual([409, 44, 377])
  expect(run.total.printed?.includesFailures).toBe(true)
  expect(run.errors.map(({ message, count }) => [message, count])).toEqual([
    ['socket error: read', 26],
    ['status 400 or above', 12],
    ['socket error: timeout', 3],
    ['socket error: write', 2],
    ['socket error: connect', 1],
  ])
})

test('of a shortened number of requests the lowest that can be meant is taken', () => {
  expect(runOf(wrk, report({ complete: '1.20k' })).total.requests).toBe(1195)
  expect(runOf(wrk, report({ complete: '1.20M' })).total.requests).toBe(1_195_000)
})

test('without --latency there is the longest alone', () => {
  const text = report().replace(/ {2}Latency Distribution\n( {5}.*\n){4}/, '')

  const run = runOf(wrk, text)

  expect(run.total.printed?.percentiles).toEqual([at(100, 60.04, 60.035, 60.045)])
  expect(run.notes).toEqual(['wrk prints percentiles only with --latency'])
})

test('requests that were all lost have no latency', () => {
  const text = report({
    complete: '0',
    p90: '0.00us',
    p99: '0.00us',
    errors: '  Socket errors: connect 0, read 91, write 0, timeout 0\n',
  })

  const { total } = runOf(wrk, text)

  expect([total.requests, total.failures]).toEqual([91, 91])
  expect(total.printed).toEqual({ requests: 91, failures: 91, counted: 0, percentiles: [], includesFailures: false })
})

describe('trap 6', () => {
  test('0 requests are nothing that was measured', () => {
    expect(() => told(wrk, report({ complete: '0' }))).toThrow('wrk made 0 requests')
  })

  test.each(['nan', '-nanus', '51.63', '-1.00ms'])('%p is no latency', (p90) => {
    expect(() => told(wrk, report({ p90 }))).toThrow(LoadProblem)
    expect(() => told(wrk, report({ p90 }))).toThrow(`line 9: 90% is "${p90}": expected a time such as 51.63ms`)
  })

  test('cut at any line it is partial, and never has more than the whole', () => {
    const lines = report().split('\n')
    for (let kept = 1; kept < lines.length - 2; kept += 1) {
      const calls = told(wrk, lines.slice(0, kept).join('\n'))

      expect(only(calls, 'partial')).toEqual([['partial', 'it ends before the line "Transfer/sec:"']])
      // the failures stand behind the requests
      expect(only(calls, 'printed')[0]?.[2] ?? {}).not.toHaveProperty('failures')
    }
  })

  test('two reports in one file are refused', () => {
    expect(() => told(wrk, report() + report())).toThrow('line 14 begins a second report of wrk')
  })
})

// the layout of wrk2 4.0.0, its spectrum shortened
const wrk2 = `Running 30s test @ http://127.0.0.1:80/index.html
  2 threads and 100 connections
  Thread calibration: mean lat.: 9747us, rate sampling interval: 21ms
  Thread calibration: mean lat.: 9631us, rate sampling interval: 21ms
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency     6.46ms    1.93ms  12.34ms   67.66%
    Req/Sec     1.05k     1.12k    2.50k    64.84%
  Latency Distribution (HdrHistogram - Recorded Latency)
 50.000%    6.67ms
 75.000%    7.78ms
 90.000%    9.14ms
 99.000%   11.18ms
 99.900%   12.30ms
 99.990%   12.45ms
 99.999%   12.50ms
100.000%   12.50ms

  Detailed Percentile spectrum:
       Value   Percentile   TotalCount 1/(1-Percentile)

       0.921     0.000000            1         1.00
       6.671     0.500000        19870         2.00
      10.023     0.950000        37660        20.00
      10.135     0.956250        37902        22.86
      12.503     1.000000        39500          inf
#[Mean    =        6.460, StdDeviation   =        1.930]
#[Max     =       12.336, Total count    =        39500]
#[Buckets =           27, SubBuckets     =         2048]
----------------------------------------------------------
  Latency Distribution (HdrHistogram - Uncorrected Latency (measured without taking delayed starts into account))
 50.000%    1.01ms
  Detailed Percentile spectrum:
       Value   Percentile   TotalCount 1/(1-Percentile)
       2.001     0.950000        37660        20.00
----------------------------------------------------------
  60018 requests in 30.00s, 19.81MB read
  Socket errors: connect 0, read 0, write 0, timeout 20
Requests/sec:   2000.28
Transfer/sec:    676.18KB
`

test('wrk2 has a p95 in its spectrum: of the corrected latencies, within a thousandth', () => {
  const run = runOf(wrk, wrk2)

  const p95 = run.total.printed?.percentiles.find(({ percentile }) => percentile === 95)
  expect(p95?.valueMs).toBe(10.023)
  expect(p95?.lowMs).toBeCloseTo(10.0225 / (1 + 1 / 1024), 9)
  expect(p95?.highMs).toBeCloseTo(10.0235 / (1 - 1 / 1024), 9)
  expect(run.total.printed?.percentiles.map(({ percentile }) => percentile)).toEqual([
    50, 75, 90, 95, 95.625, 99, 99.9, 99.99, 99.999, 100,
  ])
  // a timeout of wrk2 is a request that has no answer
  expect([run.tool, run.total.requests, run.total.failures, run.total.printed?.counted]).toEqual([
    'wrk2',
    60_038,
    20,
    39_500,
  ])
  expect(run.signals).toEqual([])
})

test('it is known by its content', () => {
  for (const text of [report(), wrk2, `+ wrk -d 2s\n${report()}`]) {
    expect(sniffFormat(Buffer.from(text))).toEqual({ reader: wrk })
  }
})
