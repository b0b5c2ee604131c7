import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readRuns, sniffFormat } from '@hardgate/load'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { locustExceptions } from '../../../packages/load/src/locust-exceptions.ts'
import { locustFailures } from '../../../packages/load/src/locust-failures.ts'
import { locustHistory } from '../../../packages/load/src/locust-history.ts'
import { locustRequests } from '../../../packages/load/src/locust-requests.ts'
import { locustStats } from '../../../packages/load/src/locust-stats.ts'
import { outcomeOf, problemOf } from './reader-outcome.ts'
import { only, percentileOf, runOf, told } from './told.ts'

const STATS_HEADER =
  'Type,Name,Request Count,Failure Count,Median Response Time,Average Response Time,Min Response Time,Max Response Time,Average Content Size,Requests/s,Failures/s,50%,66%,75%,80%,90%,95%,98%,99%,99.9%,99.99%,100%'
const SEARCH =
  'GET,"search, ""q""",32,0,510.0,513.57,501.03,554.04,2.0,4.58,0.0,510,510,510,510,520,540,550,550,550,550,550'
const TOTAL = ',Aggregated,215,32,510.0,500.5,1.5,754.04,2.0,30.5,4.5,510,510,510,510,520,540,550,600,650,700,750'

function stats(...rows: readonly string[]): string {
  return [STATS_HEADER, ...rows].map((row) => `${row}\r\n`).join('')
}

function percentiles(report: string, label?: string): Map<number, readonly number[]> {
  const run = runOf(locustStats, report)
  const group = label === undefined ? run.total : run.groups.get(label)
  return new Map(
    group?.printed?.percentiles.map(({ percentile, lowMs, valueMs, highMs }) => [percentile, [lowMs, valueMs, highMs]]),
  )
}

describe('PREFIX_stats.csv', () => {
  test('an endpoint and the total have counts, extremes and percentiles within the edges of their bucket', () => {
    const run = runOf(locustStats, stats(SEARCH, TOTAL))

    expect([...run.groups.keys()]).toEqual(['GET search, "q"'])
    expect(run.groups.get('GET search, "q"')?.printed).toMatchObject({
      requests: 32,
      failures: 0,
      averageMs: 513.57,
      minMs: 501.03,
      maxMs: 554.04,
      includesFailures: true,
    })
    expect(run.total).toMatchObject({ requests: 215, failures: 32 })
    expect(percentiles(stats(SEARCH, TOTAL)).get(95)).toEqual([535, 540, 545])
  })

  test('trap 19: percentile columns are found by their header, and 99.99 % and 100 % are two', () => {
    const found = percentiles(stats(SEARCH, TOTAL))

    expect([...found.keys()]).toEqual([50, 66, 75, 80, 90, 95, 98, 99, 99.9, 99.99, 100])
    expect([found.get(99.99)?.[1], found.get(100)?.[1]]).toEqual([700, 750])
  })

  test('trap 19: columns in another order, fewer of them, and as 95.0% of very old files', () => {
    const header = 'Name,Type,99%,95.0%,# requests,# failures,Max response time'

    const found = percentiles(`${header}\n/a,GET,620,540,7,1,640\nTotal,None,620,540,7,1,640\n`)

    expect([...found]).toEqual([
      [99, [615, 620, 625]],
      [95, [535, 540, 545]],
    ])
  })

  test('trap 19: of the same Type and Name twice the counts add up and percentiles are no data', () => {
    const run = runOf(locustStats, stats(SEARCH, SEARCH, TOTAL))

    expect(run.groups.get('GET search, "q"')).toMatchObject({ requests: 64, failures: 0 })
    expect(outcomeOf(run, 'GET search, "q": p95 < 900ms')).toBe('no-data')
    expect(outcomeOf(run, 'p95 < 900ms')).toBe('pass')
  })

  test.each([
    ['Aggregated', ''],
    ['Total', ''],
    ['Aggregated', 'None'],
    ['__proto__', 'GET'],
    ['constructor', 'GET'],
    ['', 'GET'],
  ])('trap 20: an endpoint called "%s" of the type "%s" stays one, and the last row is the total', (name, type) => {
    const row = `${type},${name},200,0,5.0,5.0,1.0,9.0,2.0,1.0,0.0,5,5,5,5,5,5,5,5,5,5,9`
    const run = runOf(locustStats, stats(row, SEARCH, TOTAL))

    expect([...run.groups.values()].map(({ requests }) => requests)).toEqual([200, 32])
    expect([...run.groups.keys()][0]).toBe(type === '' ? name : `${type} ${name}`)
    expect(run.total.requests).toBe(215)
  })

  test('trap 6: a header and a total of 0 requests is no data', () => {
    const row = `,Aggregated,0,0,0,0.0,0,0,0.0,0.0,0.0${',N/A'.repeat(11)}`

    expect(problemOf(locustStats, stats(row))).toBe(
      'no-samples: it has a header and the row Aggregated with 0 requests ("N/A"): nothing was measured',
    )
    expect(problemOf(locustStats, stats())).toBe('no-samples: it has a header and no rows: nothing was measured')
  })

  test('an endpoint without requests has no percentiles, and others have', () => {
    const idle = `GET,/idle,0,0,0,0.0,0,0,0.0,0.0,0.0${',N/A'.repeat(11)}`
    const run = runOf(locustStats, stats(idle, SEARCH, TOTAL))

    expect(outcomeOf(run, 'GET /idle: p95 < 900ms')).toBe('no-data')
    expect(outcomeOf(run, 'p95 < 900ms')).toBe('pass')
  })

  test.each([
    ['the count', SEARCH.replace(',32,0,', ',many,0,'), 'record 2: "Request Count" is "many": expected a whole number'],
    ['NaN', SEARCH.replace('540', 'NaN'), 'record 2: "95%" is "NaN": expected milliseconds of 0 or more'],
    ['Infinity', SEARCH.replace('540', 'inf'), 'record 2: "95%" is "inf"'],
    ['negative', SEARCH.replace('540', '-540'), 'record 2: "95%" is "-540"'],
    ['empty', SEARCH.replace('540', ''), 'record 2: "95%" is ""'],
    ['too short', 'GET,/a,32,0,510.0', 'record 2: "50%" is missing'],
  ])('trap 6: %s is named with its place', (_, row, message) => {
    expect(problemOf(locustStats, stats(row, TOTAL))).toContain(message)
  })

  test.each([
    ['inside a quoted name', stats().length + 8],
    ['inside the last row', -20],
    ['before the last line end', -2],
    ['between two rows', stats(SEARCH).length],
  ])('trap 6: a file that was cut %s is partial', (_, end) => {
    const run = runOf(locustStats, stats(SEARCH, TOTAL).slice(0, end))

    expect(run.partial).toBeDefined()
  })

  test('percentiles that fall on requests without a response time are not taken for 0 ms', () => {
    const none = ',Aggregated,100,0,0,0.0,0,0,0.0,1.0,0.0,0,0,0,0,0,0,0,0,0,0,0'
    const some = ',Aggregated,100,0,0,5.0,400,700,0.0,1.0,0.0,0,0,0,0,0,0,600,700,700,700,700'

    expect(outcomeOf(runOf(locustStats, stats(SEARCH, none)), 'p95 < 500ms')).toBe('inconclusive')
    expect(outcomeOf(runOf(locustStats, stats(SEARCH, some)), 'p95 < 500ms')).toBe('inconclusive')
  })

  test('old versions print the longest time itself for 100 %, which says nothing of the rounding', () => {
    const found = percentiles(stats(SEARCH, TOTAL.replace(/750$/, '754')))

    expect([found.get(95), found.get(100)]).toEqual([
      [535, 540, 545],
      [754, 754, 754],
    ])
  })

  test('a last row that has a type is an endpoint, and the total is missing', () => {
    const run = runOf(
      locustStats,
      stats(SEARCH, 'GET,Aggregated,9,0,5.0,5.0,1.0,9.0,2.0,1.0,0.0,5,5,5,5,5,5,5,5,5,5,9'),
    )

    expect([...run.groups.keys()]).toEqual(['GET search, "q"', 'GET Aggregated'])
    expect(run.partial).toBe('its last row, of all requests together, is missing')
  })

  test('trap 6: a quote that closes within a field is refused, also in a last record without a line end', () => {
    for (const text of [stats('GET,"a"b,1'), stats(SEARCH, TOTAL) + 'GET,"a"b']) {
      expect(() => told(locustStats, text)).toThrow('after the quote that closes a field')
    }
  })

  test('another rounding leaves a percentile between its printed neighbours', () => {
    const row = TOTAL.replace(/510,510,510,510,.*/, '400,400,400,400,425,450,500,600,650,700,754')

    expect(percentiles(stats(SEARCH, row)).get(95)).toEqual([437.5, 450, 475])
  })

  test('Windows ends its lines in CR CR LF', () => {
    const text = stats(SEARCH, TOTAL).replaceAll('\r\n', '\r\r\n')

    expect(told(locustStats, text)).toEqual(told(locustStats, stats(SEARCH, TOTAL)))
    expect(only(told(locustStats, text), 'partial')).toEqual([])
  })

  test('every size of chunk tells the same', () => {
    const text = stats(SEARCH, TOTAL)
    const whole = told(locustStats, text)

    for (let chunk = 1; chunk < 80; chunk += 1) expect([chunk, told(locustStats, text, chunk)]).toEqual([chunk, whole])
  })
})

const LOG_HEADER = 'timestamp,request_type,name,response_time_ms,response_length,status_code,exception'

function log(...rows: readonly string[]): string {
  return [LOG_HEADER, ...rows].map((row) => `${row}\r\n`).join('')
}

describe('the request log', () => {
  const ROWS = [
    '1795377061.5,GET,"/a, ""b""",412.25,2,200,',
    '1795377060.25,POST,/c,2.0,0,0,"CatchResponseError(\'no\r\nbody\')"',
    '1795377062,WS,push,,5,0,',
    '1795377063,WS,push,,5,0,closed',
    '1795377064,GET,/c,3.5,2,0,',
    '1795377064,GET,/c,3.5,2,500,',
  ]
  const TOLD = [
    ['facts', { tool: 'locust', isClosedLoop: true }],
    ['sample', 'GET /a, "b"', 1_795_377_061_500, 412.25, false],
    ['error', "CatchResponseError('no\r\nbody')", 1, 'POST /c'],
    ['sample', 'POST /c', 1_795_377_060_250, 2, true],
    ['withoutLatency', 'WS push', 1, false, 1_795_377_062_000],
    ['error', 'closed', 1, 'WS push'],
    ['withoutLatency', 'WS push', 1, true, 1_795_377_063_000],
    ['sample', 'GET /c', 1_795_377_064_000, 3.5, false],
    ['sample', 'GET /c', 1_795_377_064_000, 3.5, false],
  ]

  test('a request failed where it has an exception: the status code decides nothing', () => {
    for (let chunk = 1; chunk < 400; chunk += 1) {
      expect([chunk, told(locustRequests, log(...ROWS), chunk)]).toEqual([chunk, TOLD])
    }
  })

  test('trap 4: failures that answer in 2 ms do not lower the p95 of the successes', () => {
    const rows = Array.from({ length: 400 }, (_, i) => {
      return i % 2 === 0 ? `${1000 + i},GET,/a,700.0,2,200,` : `${1000 + i},GET,/a,2.0,2,503,overload`
    })
    const run = runOf(locustRequests, log(...rows))

    expect(outcomeOf(run, 'p95 < 500ms')).toBe('fail')
    expect(outcomeOf(run, 'error_rate <= 1%')).toBe('fail')
    expect(percentileOf(run, 95)).toBe(700)
  })

  test.each([
    ['soon,GET,/a,1.0,2,200,', 'record 2: "timestamp" is "soon": expected seconds since 1970'],
    ['10,GET,/a,fast,2,200,', 'record 2: "response_time_ms" is "fast": expected milliseconds of 0 or more'],
    ['10,GET,/a,nan,2,200,', 'record 2: "response_time_ms" is "nan"'],
    ['10,GET,/a,Infinity,2,200,', 'record 2: "response_time_ms" is "Infinity"'],
    ['10,GET,/a,1e999,2,200,', 'record 2: "response_time_ms" is "1e999"'],
    ['10,GET,/a,-1.0,2,200,', 'record 2: "response_time_ms" is "-1.0"'],
    ['10,GET,/a,1.0,2,200', 'record 2: "exception" is missing'],
  ])('trap 6: %s', (row, message) => {
    expect(problemOf(locustRequests, log(row))).toContain(message)
  })

  test('trap 6: a record that was cut is left out, and the run is partial', () => {
    const run = runOf(locustRequests, log(...ROWS.slice(0, 2), ROWS[4] ?? '').slice(0, -3))

    expect(run).toMatchObject({ partial: 'record 4 has no line end', total: { requests: 2, failures: 1 } })
  })

  test('trap 22: a warm-up is cut by the start, which is the timestamp', () => {
    const rows = ['100,GET,/a,5000.0,2,200,', '104.9,GET,/a,10.0,2,200,', '105,GET,/a,20.0,2,200,']
    const run = runOf(locustRequests, log(...rows), { cutBeforeMs: 105_000 })

    expect(run.total.requests).toBe(1)
    expect(run.total.ok?.at(1).value).toBe(20)
  })
})

describe('history, failures and exceptions', () => {
  const HISTORY_HEADER =
    'Timestamp,User Count,Type,Name,Requests/s,Failures/s,50%,95%,100%,Total Request Count,Total Failure Count,Total Median Response Time,Total Average Response Time,Total Min Response Time,Total Max Response Time,Total Average Content Size'
  const moment = (at: number, users: number, name: string, requests: number): string =>
    `${at},${users},${name === 'Aggregated' ? '' : 'GET'},${name},1.000000,0.000000,N/A,N/A,N/A,${requests},1,5,5.0,1,9,2.0\r\n`

  test('a history gives the users over the time and the last total, and no percentile', () => {
    const text = `${HISTORY_HEADER}\r\n${moment(100, 1, 'Aggregated', 0)}${moment(101, 10, '/a', 5)}${moment(101, 10, 'Aggregated', 5)}${moment(102, 4, '/a', 9)}${moment(102, 4, 'Aggregated', 9)}`
    const run = runOf(locustHistory, text)

    expect(only(told(locustHistory, text), 'users')).toEqual([
      ['users', 100_000, 1],
      ['users', 101_000, 10],
      ['users', 102_000, 4],
    ])
    expect(run).toMatchObject({ mostUsers: 10, total: { requests: 9, failures: 1 } })
    expect(outcomeOf(run, 'p95 < 900ms')).toBe('no-data')
  })

  test('a time or a count of users that is no number is named', () => {
    expect(problemOf(locustHistory, `${HISTORY_HEADER}\r\nnow,1,,Aggregated,0,0,5,5,5,1,0,5,5,1,9,2\r\n`)).toContain(
      'record 2: "Timestamp" is "now"',
    )
    expect(problemOf(locustHistory, `${HISTORY_HEADER}\r\n5,x,,Aggregated,0,0,5,5,5,1,0,5,5,1,9,2\r\n`)).toContain(
      'record 2: "User Count" is "x"',
    )
  })

  test('failures are errors of an endpoint, with and without the columns of 2.44', () => {
    const old = 'Method,Name,Error,Occurrences\r\nPOST,/a,"HTTPError(""503"")",12\r\n'
    const late =
      'Method,Name,Error,Occurrences,First Seen,Last Seen\r\nPOST,/a,"HTTPError(""503"")",12,2026-03-01T12:00:00Z,\r\n'

    for (const text of [old, late]) {
      expect(only(told(locustFailures, text), 'error', 'partial')).toEqual([
        ['error', 'HTTPError("503")', 12, 'POST /a'],
      ])
    }
    expect(problemOf(locustFailures, old.replace('12', 'few'))).toContain('record 2: "Occurrences" is "few"')
  })

  test('exceptions of the test are errors of the run', () => {
    const text = 'Count,Message,Traceback,Nodes\r\n3,boom,"File ""x"", line 1\n  y",local\r\n'

    expect(only(told(locustExceptions, text), 'error')).toEqual([['error', 'boom', 3, undefined]])
  })

  test.each([
    ['locust-stats', stats(SEARCH, TOTAL)],
    ['locust-requests', log()],
    ['locust-history', `${HISTORY_HEADER}\r\n`],
    ['locust-failures', 'Method,Name,Error,Occurrences\r\n'],
    ['locust-exceptions', 'Count,Message,Traceback,Nodes\r\n'],
  ])('the header alone tells %s', (format, text) => {
    expect(sniffFormat(Buffer.from(text))).toMatchObject({ reader: { format } })
  })
})

describe('files of one run', () => {
  let folder = ''
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'locust-'))
  })
  afterEach(() => {
    rmSync(folder, { recursive: true })
  })

  const file = (path: string, content: string | Uint8Array): { file: string; path: string } => {
    writeFileSync(join(folder, path), content)
    return { file: join(folder, path), path }
  }

  test('trap 1: a CSV with fewer requests than the JSON is not measured, and both numbers are told', async () => {
    const entry = {
      name: 'search, "q"',
      method: 'GET',
      start_time: 100,
      last_request_timestamp: 130,
      num_requests: 237,
      num_none_requests: 0,
      num_failures: 32,
      response_times: { '510': 237 },
    }
    const run = await readRuns([
      file('run_stats.csv', stats(SEARCH, TOTAL)),
      file('run.json', JSON.stringify([entry], null, 4)),
    ])

    expect(run).toMatchObject({ format: 'locust-json', total: { requests: 237 } })
    expect(run.notes.join('\n')).toContain(
      'run_stats.csv has 215 requests, run.json 237. Locust does not write the CSV',
    )
  })

  test('trap 21: two CSV summaries are refused', async () => {
    const files = [file('a_stats.csv', stats(SEARCH, TOTAL)), file('b_stats.csv', stats(TOTAL, TOTAL))]

    await expect(readRuns(files)).rejects.toThrow('percentiles of two files cannot be combined')
  })

  test('trap 22: a warm-up cannot be cut from a CSV summary', async () => {
    await expect(readRuns([file('a_stats.csv', stats(SEARCH, TOTAL))], { warmUpMs: 1000 })).rejects.toThrow('warm-up')
  })
})
