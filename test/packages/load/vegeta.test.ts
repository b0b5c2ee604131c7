import { LoadProblem, sniffFormat } from '@hardgate/load'
import { ScanError } from '@hardgate/scan'
import { describe, expect, test } from '@jest/globals'
import { vegetaCsv } from '../../../packages/load/src/vegeta-csv.ts'
import { vegetaJson } from '../../../packages/load/src/vegeta-json.ts'
import { vegetaReport } from '../../../packages/load/src/vegeta-report.ts'
import { only, percentileOf, runOf, told } from './told.ts'

// as vegeta 12.12.0 writes them: one answer, one refused connection, a URL with a comma and a quote
const CSV = `1795620555850800036,200,32017466,0,4,,b2tvaw==,"my,attack",0,GET,http://127.0.0.1:18999/mix,Q29u
1795620555884111244,0,363676,0,0,"Get ""http://127.0.0.1:1/"": connection refused",,"my,attack",2,GET,http://127.0.0.1:1/,
1795620555867505360,500,38412217,0,4,500 Internal Server Error,b2tvaw==,"my,attack",1,POST,"http://127.0.0.1:18999/a,b""c",Q29u
`
const JSON_LINES = `{"attack":"my,attack","seq":0,"code":200,"timestamp":"2026-11-25T15:29:15.850800036Z","latency":32017466,"bytes_out":0,"bytes_in":4,"error":"","body":"b2tvaw==","method":"GET","url":"http://127.0.0.1:18999/mix","headers":{"Date":["x"]}}
{"attack":"my,attack","seq":2,"code":0,"timestamp":"2026-11-25T15:29:15.884111244Z","latency":363676,"bytes_out":0,"bytes_in":0,"error":"Get \\"http://127.0.0.1:1/\\": connection refused","body":null,"method":"GET","url":"http://127.0.0.1:1/","headers":null}
`

describe('the CSV of vegeta encode', () => {
  test('trap 14: is in nanoseconds, and code 0 is a failure', () => {
    const calls = told(vegetaCsv, CSV)

    expect(only(calls, 'sample')).toEqual([
      ['sample', 'GET http://127.0.0.1:18999/mix', Number('1795620555850.800036'), 32.017466, false],
      ['sample', 'GET http://127.0.0.1:1/', Number('1795620555884.111244'), 0.363676, true],
      ['sample', 'POST http://127.0.0.1:18999/a,b"c', Number('1795620555867.505360'), 38.412217, true],
    ])
    expect(only(calls, 'error')).toEqual([
      ['error', 'Get "http://127.0.0.1:1/": connection refused', 1, 'GET http://127.0.0.1:1/'],
      ['error', '500 Internal Server Error', 1, 'POST http://127.0.0.1:18999/a,b"c'],
    ])
    for (const chunk of [1, 2, 3, 7]) expect(told(vegetaCsv, CSV, chunk)).toEqual(calls)
  })

  test('a body that could not be read is a failure, whatever its code', () => {
    const broken = CSV.replace(',0,4,,b2', ',0,4,unexpected EOF,b2')

    expect(runOf(vegetaCsv, broken).total.failures).toBe(3)
  })

  test('trap 4, trap 16: a refused connection makes p95 no lower, and fails', () => {
    const run = runOf(vegetaCsv, CSV)

    expect([percentileOf(run, 95), run.total.requests, run.total.failures]).toEqual([32.017466, 3, 2])
  })

  test.each(['-5', 'NaN', '1.', '', '5ms'])('trap 6: %p is no latency', (latency) => {
    expect(() => told(vegetaCsv, CSV.replace('363676', latency))).toThrow(
      `record 2: the latency is "${latency}": expected a time of 0 or more`,
    )
  })

  test('trap 6: a record that is cut off is left out', () => {
    for (let end = CSV.length - 1; end > CSV.length - 40; end -= 1) {
      const calls = told(vegetaCsv, CSV.slice(0, end))

      expect([only(calls, 'sample').length, only(calls, 'partial').length]).toEqual([2, 1])
    }
  })

  test('trap 6: a file of 0 bytes', () => {
    expect(() => told(vegetaCsv, '')).toThrow('it holds nothing but blank lines')
  })
})

// the first bytes of a file of vegeta attack
const GOB = Buffer.from(
  'ff967f03010106526573756c7401ff8000010c010641747461636b010c00010353657101060001' +
    '04436f6465010600010954696d657374616d7001ff820001074c6174656e637901040001084279' +
    '7465734f7574010600010742797465' +
    '73496e0106000105457272',
  'hex',
)

test('the binary file of vegeta attack is recognised and answered with the command that mends it', () => {
  expect(sniffFormat(GOB)).toEqual({ reader: vegetaCsv })
  for (const chunk of [1, 64]) {
    expect(() => told(vegetaCsv, GOB, chunk)).toThrow(LoadProblem)
    expect(() => told(vegetaCsv, GOB, chunk)).toThrow('run "vegeta encode --to csv" on it')
  }
})

describe('the JSON of vegeta encode', () => {
  test('tells the same', () => {
    const calls = told(vegetaJson, JSON_LINES)

    expect(only(calls, 'sample', 'error')).toEqual([
      ['sample', 'GET http://127.0.0.1:18999/mix', 1_795_620_555_850, 32.017466, false],
      ['sample', 'GET http://127.0.0.1:1/', 1_795_620_555_884, 0.363676, true],
      ['error', 'Get "http://127.0.0.1:1/": connection refused', 1, 'GET http://127.0.0.1:1/'],
    ])
    for (const chunk of [1, 2, 3, 7]) expect(told(vegetaJson, JSON_LINES, chunk)).toEqual(calls)
  })

  test.each(['-1', '1.5', '"51"', 'null', '1e999'])('trap 6: %p is no latency', (latency) => {
    expect(() => told(vegetaJson, JSON_LINES.replace('32017466', latency))).toThrow('line 1: "latency" is ')
  })

  test('trap 6: NaN is no JSON', () => {
    expect(() => told(vegetaJson, JSON_LINES.replace('32017466', 'NaN'))).toThrow(ScanError)
  })

  test('trap 6: a line that is cut off is left out; a whole one without its end is not', () => {
    const cut = told(vegetaJson, JSON_LINES.slice(0, -20))
    expect([only(cut, 'sample').length, only(cut, 'partial')]).toEqual([1, [['partial', 'line 2 is cut off']]])

    const whole = told(vegetaJson, JSON_LINES.slice(0, -1))
    expect([only(whole, 'sample').length, only(whole, 'partial')]).toEqual([2, []])
  })

  test('trap 6: a broken line in the middle, a list, blank lines', () => {
    expect(() => told(vegetaJson, JSON_LINES.replace('"code":200', '"code":'))).toThrow('line 1 is no JSON')
    expect(() => told(vegetaJson, '[]\n')).toThrow('line 1 is no object')
    expect(() => told(vegetaJson, '\n\n')).toThrow('it holds nothing but blank lines')
  })
})

// of vegeta 12.12.0
const report = (more: Readonly<Record<string, unknown>> = {}) =>
  JSON.stringify({
    latencies: {
      total: 2499975420,
      mean: 20833128,
      '50th': 25977411,
      '90th': 37641910,
      '95th': 39600000,
      '99th': 44476875,
      max: 45286269,
      min: 273331,
    },
    bytes_in: { total: 192, mean: 1.6 },
    bytes_out: { total: 0, mean: 0 },
    earliest: '2026-11-25T15:29:15.850Z',
    latest: '2026-11-25T15:29:17.834Z',
    end: '2026-11-25T15:29:17.840Z',
    duration: 1983641531,
    wait: 6242964,
    requests: 120,
    rate: 60.494801164757426,
    throughput: 40.2,
    success: 0.6666666666666666,
    status_codes: { '0': 40, '200': 75, '301': 3, '500': 2 },
    errors: ['connection refused'],
    ...more,
  })

describe('the JSON of vegeta report', () => {
  test('trap 14, trap 16: is in nanoseconds, a t-digest within 1 %, and code 0 is a failure', () => {
    const run = runOf(vegetaReport, report())

    expect([run.total.requests, run.total.failures]).toEqual([120, 42])
    expect(run.total.printed?.percentiles[2]).toEqual({
      percentile: 95,
      valueMs: 39.6,
      lowMs: 39.6 / 1.01,
      highMs: 39.6 / 0.99,
    })
    expect(run.total.printed?.percentiles.at(-1)).toEqual({
      percentile: 100,
      valueMs: 45.286269,
      lowMs: 45.286269,
      highMs: 45.286269,
    })
    expect(run.durationMs).toBe(1990)
  })

  test('trap 6: codes that do not add up, no requests, no codes', () => {
    expect(() => told(vegetaReport, report({ requests: 121 }))).toThrow(
      '"status_codes" has 120 requests and "requests" is 121',
    )
    expect(() => told(vegetaReport, report({ requests: 0, status_codes: {} }))).toThrow('"requests" is 0')
    expect(() => told(vegetaReport, report({ status_codes: undefined }))).toThrow(
      'it has no "requests" or no "status_codes"',
    )
    expect(() => told(vegetaReport, report({ latencies: { '95th': -1, max: 1 } }))).toThrow('"latencies": "95th" is -1')
    expect(() => told(vegetaReport, report({ latencies: {} }))).toThrow('"latencies": "max" is missing')
  })

  test('trap 6: cut off it is partial and counts nothing', () => {
    const calls = told(vegetaReport, report().slice(0, -10))

    expect(only(calls, 'partial')).toHaveLength(1)
    expect(only(calls, 'printed')[0]?.[2]).not.toHaveProperty('requests')
  })
})

test('they are known by their content', () => {
  expect(sniffFormat(Buffer.from(CSV))).toEqual({ reader: vegetaCsv })
  expect(sniffFormat(Buffer.from(JSON_LINES))).toEqual({ reader: vegetaJson })
  expect(sniffFormat(Buffer.from(report()))).toEqual({ reader: vegetaReport })
})
