import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, test } from '@jest/globals'
import { evenly, locustJson, locustStats, oneToHundred, requestLog, STARTED_S, wrkText } from './reports.ts'
import { type Files, gate, removeTemporary } from './world.ts'

afterEach(removeTemporary)

/** 2 400 requests in two minutes, of which 95 % are done in 95 ms. */
const FAST = evenly(2400, 120, oneToHundred)

describe('trap 1: a CSV summary of Locust that has lost the end of the run', () => {
  test('is not measured, and the difference is in the notes', async () => {
    const { outcome, outputs, summary } = await gate({
      'report_stats.csv': locustStats([{ name: '/orders', requests: 215, p95: 120 }]),
      'report.json': locustJson([{ times: { 100: 200, 110: 37 } }]),
    })

    expect(outcome).toBe('pass')
    expect(outputs['requests']).toBe('237')
    expect(outputs['format']).toBe('locust-json')
    expect(summary).toContain('215 requests')
    expect(summary).toMatch(/report\\?\.json 237/)
  })
})

describe('trap 2: a limit within one bucket of a Locust JSON', () => {
  /** 950 fast ones, then the bucket that holds p95 and all above it. */
  const reportWith = (bucket: number): Files => ({
    'report.json': locustJson([{ times: { 100: 9000, [bucket]: 1000 } }]),
  })

  test.each([
    [490, 'pass'],
    [500, 'inconclusive'],
    [510, 'fail'],
  ])('bucket %i against "p95 < 500ms" is %s', async (bucket, outcome) => {
    expect((await gate(reportWith(bucket))).outcome).toBe(outcome)
  })

  test('is told with the edges that would decide it', async () => {
    const { reasons } = await gate(reportWith(500))

    expect(reasons).toEqual([
      'Locust\'s JSON counts everything from 495 to 505 ms as 500, so "p95 < 500ms" cannot be decided. Write a request log (CsvRequestLogger, Locust 2.44 or later; load-test does it by itself), or put the limit on an edge: "p95 < 495ms" or "p95 <= 505ms"',
    ])
  })

  test('and the edges that it names do decide it', async () => {
    for (const bucket of [490, 500, 510])
      for (const thresholds of ['p95 < 495ms', 'p95 <= 505ms'])
        expect((await gate(reportWith(bucket), { 'p95-under': 'off', thresholds })).outcome).toBe(
          bucket === 490 || (bucket === 500 && thresholds === 'p95 <= 505ms') ? 'pass' : 'fail',
        )
  })

  test('an open edge is named with the operator that decides', async () => {
    const { reasons } = await gate(reportWith(510), { 'p95-under': '510ms' })

    expect(reasons[0]).toContain('everything from 505 to 515 ms as 510')
    expect(reasons[0]).toContain('"p95 <= 505ms" or "p95 < 515ms"')
  })
})

test('trap 3: requests without a response time do not lower a percentile', async () => {
  // p95 of the 1 000 timed ones is 600; with 1 000 zeros before them it would be far below
  const times = { 100: 900, 600: 100 }

  const { outcome, outputs } = await gate({ 'report.json': locustJson([{ times, unanswered: 1000 }]) })

  expect(outcome).toBe('fail')
  expect(outputs['p95']).toBe('600')
})

describe('trap 4: failures that answer in 2 ms', () => {
  const failing = evenly(600, 120, () => 2, { failure: 'HTTP 500' })
  // the successful ones: p95 is 595 ms; with the failures among them it would be lower
  const slow = evenly(2400, 120, (index) => 500 + oneToHundred(index))

  test('lower no latency, and fail the gate by their share', async () => {
    const { outcome, outputs, reasons } = await gate(
      { 'report.csv': requestLog([...slow, ...failing]) },
      { 'p95-under': '700ms' },
    )

    expect(outcome).toBe('fail')
    expect(outputs['p95']).toBe('595')
    expect(outputs['error-rate']).toBe('20')
    expect(reasons).toEqual(['errors 20 % (600 of 3 000) are not at most 1 %: 19 points too many'])
  })

  test('fail it also where only their share is asked for', async () => {
    expect((await gate({ 'report.csv': requestLog([...slow, ...failing]) }, { 'p95-under': 'off' })).outcome).toBe(
      'fail',
    )
  })

  test('count where the input says so', async () => {
    const { outputs } = await gate({ 'report.csv': requestLog([...slow, ...failing]) }, { failures: 'include' })

    // 600 of 3 000 before the slow ones: rank 2 850 is the 2 250th of them, 93.75 % up
    expect(outputs['p95']).toBe('594')
  })
})

test('trap 5: one failure in 50 000, for which Locust ends with 1, passes on its numbers', async () => {
  const many = evenly(49_999, 600, oneToHundred)
  const one = { at: 300.5, ms: 90, failure: 'HTTP 502' }

  const { outcome, reasons, summary } = await gate({ 'report.csv': requestLog([...many, one]) })

  expect(outcome).toBe('pass')
  expect(reasons[0]).toContain('errors 0 % (1 of 50 000)')
  expect(summary).toContain('HTTP 502')
})

describe('trap 6, acceptance 7: what says nothing never passes, and has a message of its own', () => {
  const head = 'timestamp,request_type,name,response_time_ms,response_length,status_code,exception\r\n'
  const row = (ms: string): string => `${head}${`${STARTED_S},GET,/orders,${ms},10,200,\r\n`.repeat(100)}`
  const whole = requestLog(FAST)
  const json = locustJson([{ times: { 100: 1000 } }])

  test.each<[string, Files, Readonly<Record<string, string>>, RegExp]>([
    ['no file', {}, {}, /^No file matches report\*\. Did the load test run/],
    [
      'a directory',
      { 'report/x.csv': whole },
      { report: 'report' },
      /^report is a directory, and no report\. Write report\/\*\*/,
    ],
    ['0 bytes', { 'report.csv': '' }, {}, /^report\.csv is empty: nothing was measured/],
    ['blanks', { 'report.csv': '\r\n \r\n' }, {}, /^report\.csv is empty/],
    ['a header alone', { 'report.csv': head }, {}, /^report\.csv: it holds 0 requests/],
    ['[]', { 'report.json': '[]' }, { format: 'locust-json' }, /^report\.json: /],
    [
      'a total of N/A',
      { 'report_stats.csv': locustStats([]).replaceAll('-Infinity', 'N/A') },
      {},
      /^report_stats\.csv/,
    ],
    ['a cut gzip', { 'report.csv.gz': gzipSync(whole).subarray(0, 4000) }, {}, /gzip file that ends too early/],
    ['a cut JSON', { 'report.json': json.slice(0, -20) }, {}, /^report\.json/],
    ['a cut row', { 'report.csv': whole.slice(0, -30) }, {}, /report\.csv/],
    ['NaN', { 'report.csv': row('NaN') }, {}, /^report\.csv: .*NaN/],
    ['Infinity', { 'report.csv': row('Infinity') }, {}, /^report\.csv: .*Infinity/],
    ['a negative latency', { 'report.csv': row('-5') }, {}, /^report\.csv: .*-5/],
    [
      'an error page',
      { 'report.json': '<!doctype html><title>502 Bad Gateway</title>' },
      {},
      /no known format begins with "<!doctype html>/,
    ],
    [
      'one of two globs',
      { 'report.csv': whole },
      { report: 'report.csv\nother/*.csv' },
      /^No file matches other\/\*\.csv/,
    ],
  ])('%s', async (_, files, given, message) => {
    const { outcome, reasons, outputs, summary } = await gate(files, given)

    expect(outcome).toBe('no-data')
    expect(reasons).toHaveLength(1)
    expect(reasons[0]).toMatch(message)
    expect(summary).toContain('no-data')
    expect(outputs['html-report']).toBe('')
  })

  test('a label that no request has is a mistake of the workflow, with the nearest ones', async () => {
    const run = gate({ 'report.csv': requestLog(FAST) }, { thresholds: 'GET /order: p95 < 1s\nPOST /pay: p95 < 1s' })

    await expect(run).rejects.toThrow(
      'thresholds: no request of this run is in the scope "GET /order". Did you mean "GET /orders"?\nthresholds: no request of this run is in the scope "POST /pay". There are "GET /orders".',
    )
  })

  test('a metric that the record does not hold is no data, never 0', async () => {
    const { outcome, reasons, outputs } = await gate({ 'report.csv': requestLog(FAST) }, { thresholds: 'users >= 1' })

    expect(outcome).toBe('no-data')
    expect(reasons).toEqual(['users: the record does not say how many users were active'])
    expect(outputs['users']).toBe('')
  })
})

test('a cut report that is too slow fails, and is named as cut', async () => {
  const slow = requestLog(evenly(2400, 120, (index) => 600 + oneToHundred(index)))

  const { outcome, report } = await gate({ 'report.csv': slow.slice(0, -30) })

  expect(outcome).toBe('fail')
  expect(report.verdict.checks.map(({ threshold, outcome: one }) => [threshold, one])).toContainEqual([
    'a whole report',
    'no-data',
  ])
})

describe('trap 7: k6', () => {
  const summary = (p95: number, failed: number): string =>
    JSON.stringify({
      metrics: {
        http_req_duration: {
          ...{ avg: 100, min: 10, med: 90, max: 900, 'p(90)': 200, 'p(95)': p95 },
          thresholds: { 'p(95)<1000': true },
        },
        http_req_failed: { value: failed / 5000, passes: failed, fails: 5000 - failed },
        http_reqs: { count: 5000, rate: 83.3 },
        vus_max: { value: 10, min: 10, max: 10 },
      },
    })

  test('http_req_failed.passes are failures', async () => {
    const { outcome, outputs } = await gate({ 'report.json': summary(300, 100) })

    expect(outcome).toBe('fail')
    expect(outputs['error-rate']).toBe('2')
  })

  test('the true of a legacy summary is a threshold of k6 that failed: it is told, and does not decide', async () => {
    const { outcome, summary: text } = await gate({ 'report.json': summary(300, 0) })

    expect(outcome).toBe('pass')
    expect(text).toMatch(/p\(95\)<1000|p\\?\(95\\?\)&lt;1000/)
  })

  test('a percentile that the summary does not print has a message of its own', async () => {
    const { outcome, reasons } = await gate({ 'report.json': summary(300, 0) }, { thresholds: 'p99 < 400ms' })

    // between p95 300 ms and the maximum of 900 ms: 400 lies between
    expect(outcome).toBe('inconclusive')
    expect(reasons[0]).toMatch(/p99/)
    expect(reasons[0]).toMatch(/p95 \(300 ms\)/)
  })
})

describe('trap 15: what the generator recorded only in part', () => {
  const heyCsv = (rows: number): string =>
    `response-time,DNS+dialup,DNS,Request-write,Response-delay,Response-read,status-code,offset\n${Array.from(
      { length: rows },
      (_, index) => `0.0${10 + (index % 90)},0.0010,0.0000,0.0001,0.0100,0.0001,200,${(index * 0.01).toFixed(4)}\n`,
    ).join('')}`

  test('hey CSV alone does not know the error rate', async () => {
    const { outcome, reasons } = await gate({ 'report.csv': heyCsv(2000) })

    expect(outcome).toBe('no-data')
    expect(reasons).toEqual([
      "errors: the record does not say how many requests failed. It lists answers only: give hey's text report too, or set max-error-rate: off",
    ])
  })

  test('and a threshold on it may be left out', async () => {
    expect((await gate({ 'report.csv': heyCsv(2000) }, { 'max-error-rate': 'off' })).outcome).toBe('pass')
  })
})

describe('trap 16: failures that a tool calls a success', () => {
  test('oha counts an HTTP 500 as one', async () => {
    const { outcome, outputs } = await gate({
      'report.json': JSON.stringify({
        summary: { successRate: 1, total: 10, slowest: 0.2, fastest: 0.01, average: 0.05, requestsPerSec: 100 },
        latencyPercentiles: { p10: 0.01, p25: 0.02, p50: 0.04, p75: 0.06, p90: 0.08, p95: 0.09, p99: 0.1 },
        statusCodeDistribution: { 200: 950, 500: 50 },
        errorDistribution: {},
      }),
    })

    expect(outcome).toBe('fail')
    expect(outputs['error-rate']).toBe('5')
  })
})

describe('trap 17: autocannon has no p95', () => {
  const report = (more: { readonly totalCount?: number } = {}): Files => ({
    'report.json': JSON.stringify({
      url: 'http://127.0.0.1:1',
      connections: 10,
      duration: 10,
      latency: {
        ...{
          average: 60,
          mean: 60,
          stddev: 5,
          min: 40,
          max: 300,
          p50: 55,
          p75: 70,
          p90: 100,
          p97_5: 200,
          p99: 250,
          p99_9: 290,
        },
        totalCount: more.totalCount ?? 5000,
      },
      requests: { average: 500, total: 5000, sent: 5010 },
      throughput: { average: 1, total: 1 },
      errors: 0,
      timeouts: 0,
      mismatches: 0,
      non2xx: 0,
      resets: 0,
      '1xx': 0,
      '2xx': 5000,
      '3xx': 0,
      '4xx': 0,
      '5xx': 0,
      statusCodeStats: { 200: { count: 5000 } },
      start: '2026-03-01T11:00:00.000Z',
      finish: '2026-03-01T11:00:10.000Z',
    }),
  })

  test.each([
    ['99ms', 'fail'],
    ['150ms', 'inconclusive'],
    ['201ms', 'pass'],
  ])('against a limit of %s it is %s', async (limit, outcome) => {
    expect((await gate(report(), { 'p95-under': limit })).outcome).toBe(outcome)
  })

  test('the percentiles beside it are named', async () => {
    const { reasons } = await gate(report(), { 'p95-under': '150ms' })

    expect(reasons).toEqual([
      'autocannon prints p90 (100 ms) and p97.5 (200 ms) but no p95, and 150 ms lies between. Use "p90 < 150ms"',
    ])
  })

  test('samples that it invents spoil a pass', async () => {
    const { outcome, reasons } = await gate(report({ totalCount: 5400 }), { 'p95-under': '201ms' })

    expect(outcome).toBe('inconclusive')
    expect(reasons[0]).toContain('is under 201 ms, but')
  })

  test('and nothing else: a share of errors has none', async () => {
    expect((await gate(report({ totalCount: 5400 }), { 'p95-under': 'off' })).outcome).toBe('pass')
  })
})

test('wrk prints no p95: between its neighbours nothing is decided', async () => {
  const { outcome, reasons } = await gate({ 'report.txt': wrkText({ p90: '412.00ms', p99: '655.00ms' }) })

  expect(outcome).toBe('inconclusive')
  expect(reasons).toEqual([
    'wrk prints p90 (412 ms) and p99 (655 ms) but no p95, and 500 ms lies between. wrk2 prints it; or use "p90 < 500ms"',
  ])
})

describe('trap 21: several files', () => {
  const worker = (seconds: number, offset: number) =>
    locustJson([{ times: { 100: 500 + offset, 300: 25 + offset } }], { startS: STARTED_S + offset, seconds })

  test('two workers of one run make one run', async () => {
    const { outcome, outputs } = await gate({ 'report-1.json': worker(120, 0), 'report-2.json': worker(120, 1) })

    expect(outcome).toBe('pass')
    expect(outputs['requests']).toBe('1052')
  })

  test('two CSV summaries cannot be put together', async () => {
    const files = {
      'report_a_stats.csv': locustStats([{ name: '/orders', requests: 100, p95: 100 }]),
      'report_b_stats.csv': locustStats([{ name: '/orders', requests: 101, p95: 110 }]),
    }

    await expect(gate(files)).rejects.toThrow(/percentiles of two files cannot be combined\. Use --json-file/)
  })

  test('two runs one after the other are two', async () => {
    await expect(gate({ 'report-1.json': worker(120, 0), 'report-2.json': worker(120, 200) })).rejects.toThrow(
      /one step for each run/i,
    )
  })

  test('one of three expected parts that is missing is no data', async () => {
    const files = { 'report-1.json': worker(120, 0), 'report-2.json': worker(120, 1) }

    const { outcome, reasons } = await gate(files, { 'expect-reports': '3' })

    expect(outcome).toBe('no-data')
    expect(reasons[0]).toContain('2 of the 3 parts')
    expect((await gate(files, { 'expect-reports': '2' })).outcome).toBe('pass')
    expect((await gate(files, { 'expect-reports': '1' })).outcome).toBe('no-data')
  })

  test('the same file under two names counts once', async () => {
    const { outputs, summary } = await gate({ 'report-1.json': worker(120, 0), 'report-2.json': worker(120, 0) })

    expect(outputs['requests']).toBe('525')
    expect(summary).toContain('the same bytes as')
  })
})

describe('trap 22: the warm-up', () => {
  const cold = evenly(200, 15, () => 900)
  const warm = evenly(2400, 120, oneToHundred).map((one) => ({ ...one, at: one.at + 15 }))

  test('is cut by the time at which a request started', async () => {
    const files = { 'report.csv': requestLog([...cold, ...warm]) }

    expect((await gate(files)).outcome).not.toBe('pass')
    const { outcome, outputs, summary } = await gate(files, { 'warm-up': '15s' })
    expect(outcome).toBe('pass')
    expect(outputs['requests']).toBe('2400')
    expect(summary).toContain('the first 15s were cut')
  })

  test('of a format without times is a mistake, and no silent nothing', async () => {
    await expect(gate({ 'report.json': locustJson([{ times: { 100: 1000 } }]) }, { 'warm-up': '15s' })).rejects.toThrow(
      /has no time of each request, so no warm-up can be cut/,
    )
  })

  test('that cuts all is no data', async () => {
    const { outcome, reasons } = await gate({ 'report.csv': requestLog(cold) }, { 'warm-up': '1m' })

    expect(outcome).toBe('no-data')
    expect(reasons[0]).toContain('cut all 200 requests away')
  })
})

describe('trap 23: exactly at the limit', () => {
  test.each([
    [500, 'fail'],
    [499.9999, 'pass'],
  ])('%d ms against "p95 < 500.0ms" is %s', async (ms, outcome) => {
    const files = { 'report.csv': requestLog(evenly(2400, 120, () => ms)) }

    const { outcome: found, reasons } = await gate(files, { 'p95-under': '500.0ms' })

    expect(found).toBe(outcome)
    // cut and not rounded: 499.9999 is never shown as the 500 that it does not reach
    expect(reasons[0]).toContain(outcome === 'pass' ? 'p95 499 ms is under' : 'p95 500 ms is not under')
  })
})

describe('trap 27: three things are told apart', () => {
  test('what the tool said of its end, what could not be read, and the verdict', async () => {
    const slow = requestLog(evenly(2400, 120, (index) => 600 + oneToHundred(index)))

    const { report, summary } = await gate({ 'report.csv.gz': gzipSync(slow).subarray(0, -20) })

    const { outcome, evidence } = report.verdict
    expect(outcome).toBe('fail')
    expect(evidence['partial']).toContain('gzip')
    expect(summary).toContain('the report is not whole')
  })

  test('a report that cannot be read has the reason of its reader in the evidence, and no number', async () => {
    const { report, outputs } = await gate({ 'report.csv': '' })

    expect(report.verdict.evidence['reading']).toEqual([
      { code: 'empty-report', explanation: 'report.csv is empty: nothing was measured' },
    ])
    expect(report.verdict.measurements).toEqual([])
    expect(outputs).toEqual({ 'html-report': '' })
  })
})

test('too few requests show nothing, however fast they were', async () => {
  const { outcome, reasons, outputs } = await gate({ 'report.csv': requestLog(evenly(41, 120, () => 5)) })

  expect(outcome).toBe('inconclusive')
  expect(reasons).toHaveLength(1)
  // nothing bounds it from above
  expect(outputs).toMatchObject({ p95: '5', 'p95-high': '' })
})

test('a record without times is said to be taken as independent requests', async () => {
  const { outcome, summary } = await gate({ 'report.json': locustJson([{ times: { 100: 1000 } }]) })

  expect(outcome).toBe('pass')
  expect(summary).toContain('p95: assumes independent requests')
})

test('with confidence off the value alone decides, from 20 requests on', async () => {
  const few = (count: number) => gate({ 'report.csv': requestLog(evenly(count, 60, () => 5)) }, { confidence: 'off' })

  expect((await few(19)).outcome).toBe('inconclusive')
  expect((await few(20)).outcome).toBe('pass')
})
