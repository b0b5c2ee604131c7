import type { FormatName } from '@hardgate/load'
import { GatlingWriter } from '../../packages/load/gatling-writer.ts'
import { evenly, locustJson, locustStats, requestLog, STARTED_S } from './reports.ts'

/** The number of requests in each document, where it counts them. */
export const COUNT = 120
const FAILED = 12
const START_MS = STARTED_S * 1000

/** 600 to 719 ms; one in ten fails. */
const ms = (index: number): number => 600 + index
const isFailure = (index: number): boolean => index % 10 === 0
const lines = (row: (index: number) => string, head = '', end = '\n'): string =>
  `${head === '' ? '' : `${head}${end}`}${Array.from({ length: COUNT }, (_, at) => row(at)).join(end)}${end}`
const isoAt = (index: number): string => new Date(START_MS + index * 1000).toISOString()

const K6_TAGS =
  'check,error,error_code,expected_response,group,method,name,proto,scenario,service,status,subproto,tls_version,url'

function k6Row(metric: string, index: number, value: number | string): string {
  const failed = isFailure(index)
  return `${metric},${STARTED_S + index},${value},,,${failed ? 1500 : ''},${!failed},,GET,http://127.0.0.1/orders,HTTP/1.1,default,,${failed ? 500 : 200},,,http://127.0.0.1/orders,,`
}

function k6Point(metric: string, index: number, value: number): string {
  const tags = {
    name: '/orders',
    method: 'GET',
    status: isFailure(index) ? '500' : '200',
    expected_response: String(!isFailure(index)),
    scenario: 'default',
    group: '',
  }
  return JSON.stringify({ metric, type: 'Point', data: { time: isoAt(index), value, tags } })
}

const gatlingStats = { total: COUNT, ok: COUNT - FAILED, ko: FAILED }
const gatlingTimes = (at: number) => ({ total: at, ok: at, ko: at })

function gatlingBinary(): Buffer {
  const writer = new GatlingWriter().run(START_MS)
  for (let at = 0; at < COUNT; at++)
    writer.request('orders', at * 1000, at * 1000 + ms(at), isFailure(at) ? { message: 'status 500' } : {})
  return writer.bytes
}

const locustRow = (name: string, method: string) => ({
  ...{ method, name, safe_name: name, num_requests: COUNT, num_failures: FAILED },
  ...{ avg_response_time: 660, min_response_time: 600, max_response_time: 719, median_response_time: 660 },
  ...{ current_rps: 1, current_fail_per_sec: 0, total_rps: 1, total_fail_per_sec: 0.1, avg_content_length: 10 },
  ...{ 'response_time_percentile_0.95': 713, 'response_time_percentile_0.99': 718 },
})
const locustTimes = (name: string, method: string) => ({
  ...{ name, method, '0.5': 659, '0.6': 671, '0.7': 683, '0.8': 695, '0.9': 707, '0.95': 713, '0.99': 718, '1.0': 719 },
})

const templateArgs = {
  is_report: true,
  start_time: isoAt(0),
  end_time: isoAt(COUNT),
  duration: '2 minutes',
  host: 'http://127.0.0.1',
  requests_statistics: [locustRow('/orders', 'GET'), locustRow('Aggregated', '')],
  response_time_statistics: [locustTimes('/orders', 'GET'), locustTimes('Aggregated', '')],
  history: [{ time: isoAt(60), user_count: [isoAt(60), 10], current_rps: [isoAt(60), 1] }],
  failures_statistics: [{ method: 'GET', name: '/orders', error: 'HTTP 500', occurrences: FAILED }],
  exceptions_statistics: [],
}

/** A run of each format that is too slow and fails too often, small enough to be looked at. */
export const DOCUMENTS: Readonly<Record<FormatName, string | Buffer>> = {
  'locust-requests': requestLog(
    evenly(COUNT, 120, ms).map((one, at) => (isFailure(at) ? { ...one, failure: 'HTTP 500' } : one)),
  ),
  'locust-json': locustJson([{ failures: FAILED, times: { 600: 60, 700: 60 } }]),
  'locust-html': `<!DOCTYPE html>\n<html>\n<head><title>Locust</title></head>\n<body><script>\nwindow.templateArgs = ${JSON.stringify(templateArgs)}\n</script></body>\n</html>\n`,
  'locust-stats': locustStats([{ name: '/orders', requests: COUNT, failures: FAILED, p95: 713 }]),
  'locust-history':
    'Timestamp,User Count,Type,Name,Requests/s,Failures/s,50%,66%,75%,80%,90%,95%,98%,99%,99.9%,99.99%,100%,Total Request Count,Total Failure Count,Total Median Response Time,Total Average Response Time,Total Min Response Time,Total Max Response Time,Total Average Content Size\r\n' +
    lines(
      (at) =>
        `${STARTED_S + at},10,,Aggregated,1.0,0.1,660,670,680,690,700,710,715,718,719,719,719,${at},${Math.floor(at / 10)},660,660.0,600,719,10`,
      '',
      '\r\n',
    ),
  'locust-failures': 'Method,Name,Error,Occurrences\r\nGET,/orders,HTTP 500,12\r\n',
  'locust-exceptions': 'Count,Message,Traceback,Nodes\r\n3,boom,"File ""a.py"", line 1",local\r\n',
  'k6-points': `${JSON.stringify({ type: 'Metric', metric: 'http_req_duration', data: { type: 'trend', contains: 'time', thresholds: ['p(95)<500'], submetrics: null } })}\n${lines((at) => `${k6Point('http_reqs', at, 1)}\n${k6Point('http_req_duration', at, ms(at))}\n${k6Point('http_req_failed', at, isFailure(at) ? 1 : 0)}`)}`,
  'k6-csv': lines(
    (at) => `${k6Row('http_reqs', at, '1.000000')}\n${k6Row('http_req_duration', at, `${ms(at)}.000000`)}`,
    `metric_name,timestamp,metric_value,${K6_TAGS},extra_tags,metadata`,
  ),
  'k6-summary': JSON.stringify({
    metrics: {
      http_req_duration: { avg: 660, min: 600, med: 660, max: 719, 'p(90)': 707, 'p(95)': 713 },
      http_req_failed: { value: 0.1, passes: FAILED, fails: COUNT - FAILED },
      http_reqs: { count: COUNT, rate: 1 },
      vus_max: { value: 10, min: 10, max: 10 },
    },
  }),
  'jmeter-csv': lines(
    (at) =>
      `${START_MS + at * 1000},${ms(at)},orders,${isFailure(at) ? 500 : 200},OK,TG 1-1,text,${!isFailure(at)},,10,10,10,10,http://127.0.0.1/orders,5,0,1`,
    'timeStamp,elapsed,label,responseCode,responseMessage,threadName,dataType,success,failureMessage,bytes,sentBytes,grpThreads,allThreads,URL,Latency,IdleTime,Connect',
  ),
  'jmeter-xml': `<?xml version="1.0" encoding="UTF-8"?>\n<testResults version="1.2">\n${lines((at) => `<httpSample t="${ms(at)}" it="0" lt="5" ct="1" ts="${START_MS + at * 1000}" s="${!isFailure(at)}" lb="orders" rc="${isFailure(at) ? 500 : 200}" rm="OK" tn="TG 1-1" ng="10" na="10"/>`)}</testResults>\n`,
  'jmeter-statistics': JSON.stringify(
    Object.fromEntries(
      ['Total', 'orders'].map((name) => [
        name,
        {
          ...{
            transaction: name,
            sampleCount: COUNT,
            errorCount: FAILED,
            errorPct: 10,
            meanResTime: 660,
            medianResTime: 660,
          },
          ...{ minResTime: 600, maxResTime: 719, pct1ResTime: 707, pct2ResTime: 713, pct3ResTime: 718, throughput: 1 },
          ...{ receivedKBytesPerSec: 1, sentKBytesPerSec: 1 },
        },
      ]),
    ),
  ),
  'gatling-text': `RUN\texample.Simulation\tsimulation\t${START_MS}\t \t3.9.5\nUSER\tUsers\tSTART\t${START_MS}\n${lines((at) => `REQUEST\t\torders\t${START_MS + at * 1000}\t${START_MS + at * 1000 + ms(at)}\t${isFailure(at) ? 'KO\tstatus 500' : 'OK\t '}`)}USER\tUsers\tEND\t${START_MS + 120_000}\n`,
  'gatling-binary': gatlingBinary(),
  'gatling-stats': JSON.stringify({
    type: 'GROUP',
    name: 'All Requests',
    path: '',
    pathFormatted: 'group_missing-name-b06d1',
    stats: {
      ...{
        name: 'All Requests',
        numberOfRequests: gatlingStats,
        minResponseTime: gatlingTimes(600),
        maxResponseTime: gatlingTimes(719),
      },
      ...{ meanResponseTime: gatlingTimes(660), standardDeviation: gatlingTimes(30), percentiles1: gatlingTimes(660) },
      ...{ percentiles2: gatlingTimes(690), percentiles3: gatlingTimes(713), percentiles4: gatlingTimes(718) },
      meanNumberOfRequestsPerSecond: { total: 1, ok: 0.9, ko: 0.1 },
    },
    contents: {},
  }),
  artillery: JSON.stringify({
    aggregate: {
      counters: {
        'http.requests': COUNT,
        'http.responses': COUNT,
        'http.codes.200': COUNT - FAILED,
        'http.codes.500': FAILED,
        'vusers.created': 10,
      },
      rates: { 'http.request_rate': 1 },
      firstMetricAt: START_MS,
      lastMetricAt: START_MS + 120_000,
      summaries: {
        'http.response_time': {
          min: 600,
          max: 719,
          count: COUNT,
          mean: 660,
          p50: 660,
          median: 660,
          p75: 690,
          p90: 707,
          p95: 713,
          p99: 718,
          p999: 719,
        },
      },
      histograms: {},
    },
    intermediate: [],
  }),
  autocannon: JSON.stringify({
    url: 'http://127.0.0.1',
    connections: 10,
    duration: 120,
    latency: {
      average: 660,
      mean: 660,
      stddev: 5,
      min: 600,
      max: 719,
      p2_5: 602,
      p50: 660,
      p75: 690,
      p90: 707,
      p97_5: 716,
      p99: 718,
      totalCount: COUNT,
    },
    requests: { average: 1, total: COUNT, sent: COUNT + 10 },
    throughput: { average: 1, total: 1 },
    ...{ errors: 0, timeouts: 0, mismatches: 0, non2xx: FAILED, resets: 0 },
    ...{ '1xx': 0, '2xx': COUNT - FAILED, '3xx': 0, '4xx': 0, '5xx': FAILED },
    statusCodeStats: { 200: { count: COUNT - FAILED }, 500: { count: FAILED } },
    start: isoAt(0),
    finish: isoAt(120),
  }),
  wrk: `Running 2m test @ http://127.0.0.1/
  1 threads and 10 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency   660.11ms    1.03ms  719.00ms   91.23%
    Req/Sec     1.10      5.20     2.00     80.00%
  Latency Distribution
     50%  660.00ms
     75%  690.00ms
     90%  707.00ms
     99%  718.00ms
  ${COUNT} requests in 2.00m, 2.10MB read
  Non-2xx or 3xx responses: ${FAILED}
Requests/sec:      1.00
Transfer/sec:      1.00KB
`,
  'vegeta-report': JSON.stringify({
    latencies: {
      total: 660e6 * COUNT,
      mean: 660e6,
      '50th': 660e6,
      '90th': 707e6,
      '95th': 713e6,
      '99th': 718e6,
      max: 719e6,
      min: 600e6,
    },
    bytes_in: { total: 1, mean: 1 },
    bytes_out: { total: 0, mean: 0 },
    ...{
      earliest: isoAt(0),
      latest: isoAt(119),
      end: isoAt(120),
      duration: 119e9,
      wait: 1e9,
      requests: COUNT,
      rate: 1,
      throughput: 1,
      success: 0.9,
    },
    status_codes: { 200: COUNT - FAILED, 500: FAILED },
    errors: ['500 Internal Server Error'],
  }),
  'vegeta-csv': lines(
    (at) =>
      `${START_MS + at * 1000}000000,${isFailure(at) ? 500 : 200},${ms(at)}000000,0,10,${isFailure(at) ? '500 Internal Server Error' : ''},,a,${at},GET,http://127.0.0.1/orders,`,
  ),
  'vegeta-json': lines((at) =>
    JSON.stringify({
      attack: '',
      seq: at,
      code: isFailure(at) ? 500 : 200,
      timestamp: isoAt(at),
      latency: ms(at) * 1e6,
      bytes_out: 0,
      bytes_in: 10,
      error: '',
      body: null,
      method: 'GET',
      url: 'http://127.0.0.1/orders',
      headers: null,
    }),
  ),
  'hey-csv': lines(
    (at) => `0.${ms(at)}0,0.0010,0.0000,0.0001,0.0100,0.0001,${isFailure(at) ? 500 : 200},${at}.0000`,
    'response-time,DNS+dialup,DNS,Request-write,Response-delay,Response-read,status-code,offset',
  ),
  'hey-text': `
Summary:
  Total:\t120.0000 secs
  Slowest:\t0.7190 secs
  Fastest:\t0.6000 secs
  Average:\t0.6600 secs
  Requests/sec:\t1.0000


Latency distribution:
  10% in 0.6120 secs
  25% in 0.6300 secs
  50% in 0.6600 secs
  75% in 0.6900 secs
  90% in 0.7070 secs
  95% in 0.7130 secs
  99% in 0.7180 secs

Status code distribution:
  [200]\t${COUNT - FAILED} responses
  [500]\t${FAILED} responses

`,
  'oha-json': JSON.stringify({
    summary: { successRate: 1, total: 120, slowest: 0.719, fastest: 0.6, average: 0.66, requestsPerSec: 1 },
    latencyPercentiles: { p10: 0.612, p25: 0.63, p50: 0.66, p75: 0.69, p90: 0.707, p95: 0.713, p99: 0.718 },
    statusCodeDistribution: { 200: COUNT - FAILED, 500: FAILED },
    errorDistribution: {},
  }),
  'oha-csv': lines(
    (at) => `${at}.0,0.001,0.002,0.01,0.${ms(at)},10,${isFailure(at) ? 500 : 200}`,
    'request-start,DNS,DNS+dialup,Response-delay,request-duration,bytes,status',
  ),
  ghz: JSON.stringify({
    ...{
      date: isoAt(120),
      endReason: 'normal',
      count: COUNT,
      total: 120e9,
      average: 660e6,
      fastest: 600e6,
      slowest: 719e6,
      rps: 1,
    },
    errorDistribution: { 'rpc error': FAILED },
    statusCodeDistribution: { OK: COUNT - FAILED, Unavailable: FAILED },
    latencyDistribution: [{ percentage: 95, latency: 713e6 }],
    options: { call: 'shop.Orders.Get' },
    details: Array.from({ length: COUNT }, (_, at) => ({
      timestamp: isoAt(at),
      latency: ms(at) * 1e6,
      error: isFailure(at) ? 'rpc error' : '',
      status: isFailure(at) ? 'Unavailable' : 'OK',
    })),
  }),
  'ab-percentiles': `Percentage served,Time in ms\n${Array.from({ length: 101 }, (_, at) => `${at},${600 + at}.000`).join('\n')}\n`,
  'ab-gnuplot': lines(
    (at) =>
      `Sun Mar 01 11:0${Math.floor(at / 60)}:${String(at % 60).padStart(2, '0')} 2026\t${STARTED_S + at}\t1\t${ms(at) - 1}\t${ms(at)}\t5`,
    'starttime\tseconds\tctime\tdtime\tttime\twait',
  ),
  'ab-text': `This is ApacheBench, Version 2.3 <$Revision: 1901567 $>

Server Hostname:        127.0.0.1
Document Path:          /orders
Concurrency Level:      10
Time taken for tests:   120.000 seconds
Complete requests:      ${COUNT}
Failed requests:        0
Non-2xx responses:      ${FAILED}
Requests per second:    1.00 [#/sec] (mean)

Connection Times (ms)
              min  mean[+/-sd] median   max
Total:        600  660  10.0    660     719

Percentage of the requests served within a certain time (ms)
  50%    660
  66%    679
  75%    690
  80%    696
  90%    707
  95%    713
  98%    717
  99%    718
 100%    719 (longest request)
`,
  'h2load-log': lines((at) => `${START_MS + at * 1000}000\t${isFailure(at) ? 500 : 200}\t${ms(at)}000`),
  'h2load-json': JSON.stringify({
    version: 'v1',
    measurements: {
      duration: 120,
      requests: {
        total: COUNT,
        started: COUNT,
        done: COUNT,
        succeeded: COUNT - FAILED,
        failed: FAILED,
        errored: 0,
        timeout: 0,
      },
      status_codes: { '2xx': COUNT - FAILED, '3xx': 0, '4xx': 0, '5xx': FAILED },
      performance: {
        request: {
          min: 0.6,
          max: 0.719,
          median: 0.66,
          p95: 0.713,
          p99: 0.718,
          mean: 0.66,
          sd: 0.01,
          samples: Array.from({ length: COUNT }, (_, at) => ms(at) / 1000),
        },
      },
    },
  }),
  'h2load-text': `starting benchmark...

finished in 120.00s, 1.00 req/s, 1.00KB/s
requests: ${COUNT} total, ${COUNT} started, ${COUNT} done, ${COUNT - FAILED} succeeded, ${FAILED} failed, 0 errored, 0 timeout
status codes: ${COUNT - FAILED} 2xx, 0 3xx, 0 4xx, ${FAILED} 5xx
traffic: 1.00KB (1000) total, 100B (100) headers (space savings 90.00%), 1.00KB (1000) data
                     min         max         mean         sd        +/- sd
time for request:   600.00ms    719.00ms    660.00ms     10.00ms    90.00%
time for connect:     1.00ms      2.00ms      1.50ms       10us    50.00%
time to 1st byte:     1.00ms      2.00ms      1.50ms       10us    50.00%
req/s           :       1.00        1.00        1.00        0.00   100.00%
`,
}
