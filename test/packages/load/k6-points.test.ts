import { sniffFormat } from '@hardgate/load'
import { expect, test } from '@jest/globals'
import { k6Csv } from '../../../packages/load/src/k6-csv.ts'
import { k6Points } from '../../../packages/load/src/k6-points.ts'
import { momentMs } from '../../../packages/load/src/k6-time.ts'
import { type K6Request, pointLines, pointRecords, type TimeFormat } from './k6-shapes.ts'
import { outcomeOf, problemOf } from './reader-outcome.ts'
import { only, percentileOf, runOf, told } from './told.ts'

const START = Date.UTC(2026, 2, 1, 12)
const REQUESTS: readonly K6Request[] = [
  { endMs: START + 1000, durationMs: 200, name: 'https://a.test/x' },
  { endMs: START + 2000, durationMs: 300.25, name: 'https://a.test/y?q="1"' },
  { endMs: START + 3000, durationMs: 2, name: 'https://a.test/x', isFailure: true },
]
const TIME = '2026-03-01T12:00:01Z'
const AT = START + 1000

interface Parts {
  readonly metric?: string
  readonly time?: string
  readonly value?: string
  readonly tags?: Readonly<Record<string, string>>
}

/** One line, whose value is given as it is written. */
function line({ metric = 'http_req_duration', time = TIME, value = '12.5', tags = {} }: Parts): string {
  const all = { expected_response: 'true', method: 'GET', name: '/a', status: '200', ...tags }
  return `{"metric":"${metric}","type":"Point","data":{"time":"${time}","value":${value},"tags":${JSON.stringify(all)}}}\n`
}

const samples = (text: string) => only(told(k6Points, text), 'sample')

test('requests, users and failures are read, and the time of a request is its end', () => {
  expect(only(told(k6Points, pointLines(REQUESTS)), 'sample', 'users', 'error', 'facts', 'partial')).toEqual([
    ['sample', 'GET https://a.test/x', START + 800, 200, false],
    ['sample', 'GET https://a.test/y?q="1"', START + 1699.75, 300.25, false],
    ['error', 'HTTP 503', 1, 'GET https://a.test/x'],
    ['sample', 'GET https://a.test/x', START + 2998, 2, true],
    ['users', START + 1000, 5],
    ['facts', { tool: 'k6', isClosedLoop: true }],
    // all of these end at a whole second
    ['facts', { tool: 'k6', timeStepMs: 1000 }],
  ])
})

test('every size of chunk tells the same', () => {
  const text = pointLines(REQUESTS)
  const whole = told(k6Points, text)

  for (let chunk = 1; chunk < 120; chunk += 1) expect([chunk, told(k6Points, text, chunk)]).toEqual([chunk, whole])
})

test('the keys of a line come in any order, with blanks and escapes', () => {
  const data =
    '"data":{"tags":{"status":"200","url":"/u","name":"/ä \\"1\\"","method":"GET"},"value":7,"time":"2026-03-01T12:00:01Z"}'
  const lines = [
    `{${data},"type":"Point","metric":"http_req_duration"}`,
    `{"type":"Point",${data},"metric":"http_req_duration"}`,
    `{"metric":"http_req_duration",${data},"type":"Point"}`,
    `{ "metric" : "http_req_duration", ${data} , "type": "Point" }`,
    `  {"metric":"http_req_duration","type":"Point",${data.replaceAll(':', ' : ').replace('12 : 00 : 01', '12:00:01')}}  `,
    `{"type":"\\u0050oint","metric":"http_req_duratio\\u006e",${data}}`,
    `{"type":"Point","metric":"http_req_duration","other":{"a":[1,{"b":"}"}],"c":"\\\\"},${data.replace('"/ä', '"\\u002f\\u00e4')}}`,
  ]

  for (const text of lines)
    expect([text, samples(`${text}\n`)]).toEqual([text, [['sample', 'GET /ä "1"', AT - 7, 7, false]]])
})

test('lines of other metrics are passed over, whatever is in their tags', () => {
  const other = line({ metric: 'http_req_blocked', value: '-1', tags: { name: '"metric":"http_req_duration"' } })
  const longer = line({ metric: 'http_req_durations' }) + line({ metric: 'my_http_req_duration' })
  const definition = '{"type":"Metric","data":{"name":"http_req_duration"},"metric":"http_req_duration"}\n'

  expect(samples(other + longer + definition + line({}))).toHaveLength(1)
})

test('a request failed where k6 did not expect its response, whatever the status', () => {
  const lines = [
    line({ tags: { expected_response: 'false', status: '200' } }),
    line({ tags: { expected_response: 'true', status: '404' } }),
    line({ tags: { expected_response: '', status: '404' } }),
    line({ tags: { expected_response: '', status: '302' } }),
    line({ tags: { expected_response: '', status: '', error_code: '1050' } }),
    line({ tags: { expected_response: '', status: '0' } }),
    line({ value: '0', tags: { expected_response: 'false', status: '503' } }),
  ]
  const failed = samples(lines.join('')).map(([, , , , isFailure]) => isFailure)

  expect(failed).toEqual([true, false, true, false, true, true, true])
})

test('without any tag that tells it the failures are unknown, and no error rate passes', () => {
  const run = runOf(k6Points, line({ tags: { expected_response: '', status: '' } }).repeat(100))

  expect(run.total).toMatchObject({ requests: 100, failures: undefined })
  expect(outcomeOf(run, 'error_rate <= 1%')).toBe('no-data')
})

test('a connection that was refused is a failure without a latency', () => {
  const tags = { expected_response: 'false', status: '0', error: 'dial: connection refused', error_code: '1212' }
  const calls = told(k6Points, line({ value: '0', tags }) + line({ value: '60000.5', tags }) + line({}))

  expect(only(calls, 'withoutLatency', 'sample', 'error')).toEqual([
    ['error', 'dial: connection refused', 1, 'GET /a'],
    ['withoutLatency', 'GET /a', 1, true, AT],
    ['error', 'dial: connection refused', 1, 'GET /a'],
    ['sample', 'GET /a', AT - 60_000.5, 60_000.5, true],
    ['sample', 'GET /a', AT - 12.5, 12.5, false],
  ])
})

test('trap 4: failures that answer in 2 ms do not lower the p95 of the successes', () => {
  const failed = line({ value: '2', tags: { expected_response: 'false', status: '503' } })
  const run = runOf(k6Points, (line({ value: '700' }) + failed).repeat(100))

  expect(percentileOf(run, 95)).toBe(700)
  expect(outcomeOf(run, 'error_rate <= 1%')).toBe('fail')
})

test('dropped iterations are counted, and say that the load is not a closed loop', () => {
  const text =
    line({}) + line({ metric: 'dropped_iterations', value: '3' }) + line({ metric: 'dropped_iterations', value: '1' })
  const run = runOf(k6Points, text)

  expect(run.dropped).toBe(4)
  expect(run.signals.filter(({ spoilsPass }) => spoilsPass).map(({ kind }) => kind)).toEqual(['dropped'])
  expect(run.signals.some(({ kind }) => kind === 'closed-loop')).toBe(false)
  expect(runOf(k6Points, line({})).signals.map(({ kind }) => kind)).toEqual(['closed-loop'])
})

test('users that fell during the run are a signal', () => {
  const vus = (second: number, value: number): string =>
    line({ metric: 'vus', time: `2026-03-01T12:00:${second}Z`, value: String(value) })
  const text = line({}) + vus(10, 50) + vus(20, 50) + vus(30, 20) + vus(40, 20) + vus(50, 20)
  const run = runOf(k6Points, text + line({ time: '2026-03-01T12:00:59Z' }))

  expect(run.mostUsers).toBe(50)
  expect(run.signals.map(({ kind }) => kind)).toContain('users-fell')
})

test('checks that failed are errors, and no failed requests', () => {
  const text = line({}) + line({ metric: 'checks', value: '0', tags: { check: 'body is "ok"' } }).repeat(2)
  const run = runOf(k6Points, text + line({ metric: 'checks', value: '1', tags: { check: 'other' } }))

  expect(run.errors).toEqual([{ message: 'check failed: body is "ok"', count: 2 }])
  expect(run.total).toMatchObject({ requests: 1, failures: 0 })
})

test('labels whose bytes are alike are told apart', () => {
  const labels = [
    ['GET', '/a'],
    ['GE', 'T/a'],
    ['', 'GET/a'],
    // the same in a hash that multiplies by 31
    ['GET', '/Aa'],
    ['GET', '/BB'],
    ['GET', '/a'],
  ] as const
  const text = labels.map(([method, name]) => line({ tags: { method, name } })).join('')

  expect(samples(text).map(([, label]) => label)).toEqual(['GET /a', 'GE T/a', 'GET/a', 'GET /Aa', 'GET /BB', 'GET /a'])
})

test('another count of http_reqs is told', () => {
  const counter = line({ metric: 'http_reqs', value: '1' })

  expect(JSON.stringify(told(k6Points, line({}) + counter))).not.toContain('http_reqs')
  expect(only(told(k6Points, line({}) + counter + counter), 'note')).toContainEqual([
    'note',
    'http_reqs counts 2 requests, http_req_duration has 1',
  ])
})

test.each([
  [line({ value: 'NaN' }), 'line 2: the value is "NaN": expected milliseconds of 0 or more'],
  [line({ value: 'Infinity' }), 'line 2: the value is "Infinity"'],
  [line({ value: '1e999' }), 'line 2: the value is "1e999"'],
  [line({ value: '-0.5' }), 'line 2: the value is "-0.5"'],
  [line({ value: '"12"' }), 'line 2: the value is ""12""'],
  [line({ value: 'null' }), 'line 2: the value is "null"'],
  [line({ value: '[1]' }), 'line 2: the value is missing'],
  [line({ metric: 'vus', value: '-1' }), 'line 2: the value is "-1": expected a number of 0 or more'],
  [line({ time: 'yesterday' }), 'line 2: the time is "yesterday": expected RFC 3339'],
  [line({ time: '' }), 'line 2: the time is ""'],
  ['{"metric":"http_req_duration","type":"Point","data":{}}\n', 'line 2: the value is missing'],
  ['{"metric":"http_req_duration","type":"Point","data":{"value":1}\n', 'line 2 is "{"metric"'],
  ['Traceback (most recent call last):\n', 'line 2 is "Traceback (most recent call last):": expected {"metric"'],
  ['[]\n', 'line 2 is "[]"'],
  ['{"metric":5,"data":{}}\n', 'line 2 is "{"metric":5'],
  ['{"metric":"http_req_blocked","type":"Po\n', 'line 2 is "{"metric":"http_req_blocked"'],
])('trap 6: %s', (text, message) => {
  expect(problemOf(k6Points, line({}) + text + line({}))).toContain(`unreadable-report: ${message}`)
})

test('trap 6: no point of a request is no data', () => {
  const message = 'no-samples: it has no point of http_req_duration: k6 measured no HTTP request'

  expect(problemOf(k6Points, line({ metric: 'vus', value: '1' }))).toBe(message)
  expect(problemOf(k6Csv, 'metric_name,timestamp,metric_value\n')).toBe(message)
})

test('trap 6: a last line that was cut is left out, and the run is partial, also of a metric that is not read', () => {
  const whole = line({})
  for (const last of [whole, line({ metric: 'http_req_blocked' })]) {
    for (let length = 1; length < last.length - 1; length += 1) {
      const calls = only(told(k6Points, whole + last.slice(0, length)), 'sample', 'partial')
      expect([length, calls]).toEqual([
        length,
        [
          ['sample', 'GET /a', AT - 12.5, 12.5, false],
          ['partial', 'it ends inside line 2'],
        ],
      ])
    }
  }
  expect(only(told(k6Points, whole + whole.trimEnd()), 'sample', 'partial')).toHaveLength(2)
})

test.each<TimeFormat>(['s', 'ms', 'us', 'ns', 'rfc3339', 'rfc3339-offset'])(
  'trap 9: a CSV with times in %s gives the same run',
  (format) => {
    const run = runOf(k6Csv, pointRecords(REQUESTS, format))
    const { startMs, endMs, durationMs } = runOf(k6Points, pointLines(REQUESTS))

    // from the start of the first to the end of the last
    expect([run.startMs, run.endMs, run.durationMs]).toEqual([START + 800, START + 3000, 2200])
    expect([startMs, endMs, durationMs]).toEqual([START + 800, START + 3000, 2200])
    expect([...run.groups.keys()]).toEqual(['GET /x', 'GET /y?q="1"'])
    expect(run.total).toMatchObject({ requests: 3, failures: 1 })
    expect(run.mostUsers).toBe(5)
  },
)

test('times in whole seconds are told', () => {
  const requests = REQUESTS.map((request) => ({ ...request, endMs: request.endMs + 250 }))
  const noted = (format: TimeFormat): boolean =>
    runOf(k6Csv, pointRecords(requests, format)).notes.some((note) => note.includes('whole seconds'))

  expect([noted('s'), noted('ms'), noted('rfc3339')]).toEqual([true, false, false])
})

test('the columns of a CSV are found by their names, and a quoted field is one', () => {
  const text =
    'name,metric_value,timestamp,metric_name,expected_response\r\n"a,""b""",5.500000,1772366401,http_req_duration,false\r\n'

  expect(only(told(k6Csv, text), 'sample')).toEqual([['sample', 'a,"b"', AT - 5.5, 5.5, true]])
})

test.each([
  ['http_req_duration,1772366401,NaN', 'the value is "NaN": expected milliseconds of 0 or more'],
  ['http_req_duration,1772366401,+Inf', 'the value is "+Inf": expected milliseconds of 0 or more'],
  ['http_req_duration,1772366401,-1.0', 'the value is "-1.0": expected milliseconds of 0 or more'],
  ['http_req_duration,1772366401', 'the value is missing: expected milliseconds of 0 or more'],
  ['http_req_duration,,1.0', 'the time is "": expected RFC 3339, or a whole number since 1970'],
  [
    'vus,2026-13-01T00:00:00Z,1.0',
    'the time is "2026-13-01T00:00:00Z": expected RFC 3339, or a whole number since 1970',
  ],
])('trap 6: the record %s', (record, message) => {
  const report = `metric_name,timestamp,metric_value\n${record}\n`

  expect(problemOf(k6Csv, report)).toBe(`unreadable-report: record 2: ${message}`)
})

test('trap 6: a CSV that was cut is partial', () => {
  expect(runOf(k6Csv, pointRecords(REQUESTS).slice(0, -30)).partial).toMatch(/^record 17 has no line end/)
})

test.each(['Aggregated', 'Total', '__proto__', 'constructor'])('trap 20: an endpoint called "%s" stays one', (name) => {
  const json = runOf(k6Points, line({ tags: { name, method: '' } }) + line({}))
  const csv = runOf(
    k6Csv,
    `metric_name,timestamp,metric_value,name,status\nhttp_req_duration,1772366401,5,${name},200\n`,
  )

  expect([...json.groups.keys()]).toEqual([name, 'GET /a'])
  expect([...csv.groups.keys()]).toEqual([name])
})

test('trap 22: a warm-up is cut by the start of a request, which is its end minus its duration', () => {
  const requests = [
    { endMs: START + 10_400, durationMs: 401, name: '/a' },
    { endMs: START + 10_400, durationMs: 400, name: '/b' },
    { endMs: START + 10_100, durationMs: 50, name: '/c' },
  ]
  for (const run of [
    runOf(k6Points, pointLines(requests), { cutBeforeMs: START + 10_000 }),
    runOf(k6Csv, pointRecords(requests), { cutBeforeMs: START + 10_000 }),
  ]) {
    expect([...run.groups.keys()]).toEqual(['GET /b', 'GET /c'])
  }
})

test.each([
  ['1772366401', AT],
  ['1772366401000', AT],
  ['1772366401000250', AT + 0.25],
  ['1772366401000000500', AT + 0.0005],
  ['2026-03-01T12:00:01Z', AT],
  ['2026-03-01T12:00:01.5Z', AT + 500],
  ['2026-03-01T12:00:01.123456789Z', AT + 123.456789],
  ['2026-03-01T14:30:01+02:30', AT],
  ['2026-03-01T07:00:01-05:00', AT],
  ['2024-02-29T23:59:59.999Z', Date.UTC(2024, 1, 29, 23, 59, 59, 999)],
  ['2000-12-31T00:00:00Z', Date.UTC(2000, 11, 31)],
  ['1970-01-01T00:00:00Z', 0],
  ['0', 0],
])('the time %s is read', (text, ms) => {
  const bytes = Buffer.from(`"${text}"`)

  expect(momentMs(bytes, 1, bytes.length - 1)).toBeCloseTo(ms, 3)
})

test.each([
  '',
  '2026-03-01T12:00:01',
  '2026-03-01T12:00:01.Z',
  '2026-03-01 12:00:01Z',
  '2026-00-01T12:00:01Z',
  '2026-03-01T12:00:01+0200',
  '2026-03-01T12:00:01Zoo',
  '-1772366401',
  '17723664.5',
])('the time "%s" is none', (text) => {
  const bytes = Buffer.from(`"${text}"`)

  expect(momentMs(bytes, 1, bytes.length - 1)).toBeNaN()
})

test('the first line tells the format', () => {
  expect(sniffFormat(Buffer.from(pointLines(REQUESTS)))).toMatchObject({ reader: { format: 'k6-points' } })
  expect(sniffFormat(Buffer.from(line({})))).toMatchObject({ reader: { format: 'k6-points' } })
  expect(sniffFormat(Buffer.from(pointRecords(REQUESTS)))).toMatchObject({ reader: { format: 'k6-csv' } })
})
