import { LoadProblem, sniffFormat } from '@hardgate/load'
import { describe, expect, test } from '@jest/globals'
import { heyCsv } from '../../../packages/load/src/hey-csv.ts'
import { heyText } from '../../../packages/load/src/hey-text.ts'
import { judged } from './judged.ts'
import { only, percentileOf, runOf, told } from './told.ts'

const HEADER = 'response-time,DNS+dialup,DNS,Request-write,Response-delay,Response-read,status-code,offset\n'
const row = (seconds: string, status: number | string = 200, offset = '0.0006') =>
  `${seconds},0.0004,0.0000,0.0001,0.0222,0.0001,${status},${offset}\n`

describe('the CSV of hey', () => {
  test('trap 14: is in seconds, since the start of the run', () => {
    const report = HEADER + row('0.0229') + row('0.5001', 500, '1.1876')

    expect(only(told(heyCsv, report), 'sample')).toEqual([
      ['sample', '', 0.6, 22.9, false],
      ['sample', '', 1187.6, 500.1, true],
    ])
    const run = runOf(heyCsv, report)
    // from 0.6 ms to 1187.6 + 500.1 ms
    expect([run.startMs, run.durationMs, percentileOf(run, 95)]).toEqual([undefined, 1687.1, 22.9])
  })

  test('trap 15: has no row for a request without an answer, so its error rate is no data', () => {
    const rows = Array.from({ length: 200 }, (_, i) => row('0.0229', 200, (i / 100).toFixed(4)))
    const run = runOf(heyCsv, HEADER + rows.join(''))

    expect([run.total.requests, run.total.failures]).toEqual([200, undefined])
    expect(judged(run, 'error_rate <= 1%')).toBe('no-data')
    expect(judged(run, 'p95 < 500ms', { confidence: '95' })).toBe('pass')
  })

  test('trap 15: with a million rows may be truncated, and does not pass', () => {
    const rows = Array.from({ length: 10_000 }, (_, i) => row('0.0229', 200, `${i}.0000`)).join('')
    const run = runOf(heyCsv, Buffer.from(HEADER + rows.repeat(100)), {}, 65_536)

    expect(run.signals.filter(({ spoilsPass }) => spoilsPass)).toEqual([
      {
        kind: 'truncated-log',
        text: 'truncated: it holds 1000000 answers, the most that hey keeps, and later ones are missing',
        spoilsPass: true,
      },
    ])
    expect(runOf(heyCsv, HEADER + rows).signals.some(({ spoilsPass }) => spoilsPass)).toBe(false)
  })

  test('of an old version has neither status nor offset', () => {
    const report =
      'response-time,DNS+dialup,DNS,Request-write,Response-delay,Response-read\n0.0229,0.0,0.0,0.0,0.0,0.0\n'

    expect(only(told(heyCsv, report), 'sample')).toEqual([['sample', '', Number.NaN, 22.9, false]])
  })

  test.each(['NaN', '+Inf', '-0.0001', '', '22.9ms'])('trap 6: %p is no response time', (seconds) => {
    expect(() => told(heyCsv, HEADER + row('0.1') + row(seconds))).toThrow(LoadProblem)
    expect(() => told(heyCsv, HEADER + row('0.1') + row(seconds))).toThrow(
      `record 3: "response-time" is "${seconds}": expected a time of 0 or more`,
    )
  })

  test('trap 6: a status that is no number, a header alone', () => {
    expect(() => told(heyCsv, HEADER + row('0.1', 'OK'))).toThrow('record 2: "status-code" is "OK"')
    expect(() => told(heyCsv, HEADER)).toThrow('it has a header and no rows')
  })

  test('trap 6: a row that is cut off is left out, at every byte', () => {
    const report = HEADER + row('0.0229') + row('0.0333')
    for (let end = report.length - 1; end > report.length - 10; end -= 1) {
      const calls = told(heyCsv, report.slice(0, end), 3)

      expect(only(calls, 'sample')).toHaveLength(1)
      expect(only(calls, 'partial')).toEqual([['partial', 'record 3 has no line end']])
    }
  })
})

interface Parts {
  readonly slowest?: string
  readonly p95?: string
  readonly perSecond?: string
  readonly statuses?: string
  readonly errors?: string
}

// the layout of hey 0.1.4
const text = ({
  slowest = '0.0713',
  p95 = '0.0613',
  perSecond = '99.3049',
  statuses = '  [200]\t180 responses\n  [500]\t20 responses\n',
  errors = '',
}: Parts = {}) => `
Summary:
  Total:	2.0140 secs
  Slowest:	${slowest} secs
  Fastest:	0.0502 secs
  Average:	0.0521 secs
  Requests/sec:	${perSecond}
  
  Total data:	672 bytes
  Size/request:	3 bytes

Response time histogram:
  0.050 [1]	|■■
  0.052 [199]	|■■■■■■■■■■■■■■■■■■■■■■■■■■■■


Latency distribution:
  10% in 0.0505 secs
  25% in 0.0507 secs
  50% in 0.0510 secs
  75% in 0.0515 secs
  90% in 0.0531 secs
  95% in ${p95} secs
  99% in 0.0650 secs

Details (average, fastest, slowest):
  DNS+dialup:	0.0002 secs, 0.0502 secs, 0.0713 secs
  DNS-lookup:	0.0000 secs, 0.0000 secs, 0.0000 secs

Status code distribution:
${statuses}
${errors}

`

describe('the text of hey', () => {
  test('trap 14: is in seconds; a status of 400 and above is a failure', () => {
    const run = runOf(heyText, text())

    expect([run.total.requests, run.total.failures, run.durationMs]).toEqual([200, 20, 2014])
    expect(run.total.printed).toMatchObject({
      counted: 200,
      minMs: 50.2,
      averageMs: 52.1,
      maxMs: 71.3,
      includesFailures: true,
    })
    expect(run.total.printed?.percentiles.slice(-3)).toEqual([
      { percentile: 95, valueMs: 61.3, lowMs: 61.25, highMs: 61.35 },
      { percentile: 99, valueMs: 65, lowMs: 64.95, highMs: 65.05 },
      { percentile: 100, valueMs: 71.3, lowMs: 71.25, highMs: 71.35 },
    ])
  })

  test('errors are requests and failures, and have no latency', () => {
    const errors =
      'Error distribution:\n  [10]\tGet "http://x/": dial tcp: connection refused\n  [2]\tcontext [deadline]\n'

    const run = runOf(heyText, text({ perSecond: '105.2632', errors }))

    expect([run.total.requests, run.total.failures, run.total.printed?.counted]).toEqual([212, 32, 200])
    expect(run.partial).toBeUndefined()
    expect(run.errors.map(({ message, count }) => [message, count])).toEqual([
      ['status 500', 20],
      ['Get "http://x/": dial tcp: connection refused', 10],
      ['context [deadline]', 2],
    ])
  })

  test('with nothing but errors it has no latency, whatever it prints for one', () => {
    const report = text({
      slowest: '0.0000',
      statuses: '',
      errors: 'Error distribution:\n  [200]\tconnection refused\n',
    })
      .replace('Average:\t0.0521', 'Average:\t NaN')
      .replace(/ {2}[0-9]+% in .*\n/g, '')

    const { total } = runOf(heyText, report)

    expect([total.requests, total.failures, total.printed?.percentiles]).toEqual([200, 200, []])
  })

  test('the row of 0% and a doubled sign do not confuse it', () => {
    const report = text().replace('  99% in 0.0650 secs', '  0% in 0.0000 secs').replace('90% in', '90%% in')

    expect(runOf(heyText, report).total.printed?.percentiles.map(({ percentile }) => percentile)).toEqual([
      10, 25, 50, 75, 90, 95, 100,
    ])
  })

  test('trap 15: a rate of more than a million requests, of which a million are told, is truncated', () => {
    // 744 786.4946 a second in 2.0140 s are 1.5 million
    const run = runOf(heyText, text({ perSecond: '744786.4946', statuses: '  [200]\t1000000 responses\n' }))

    expect(run.signals.find(({ kind }) => kind === 'truncated-log')).toEqual({
      kind: 'truncated-log',
      text: 'truncated: about 1500000 requests were made and 1000000 are told of',
      spoilsPass: true,
    })
  })

  test('trap 6: cut off in its status codes, the rate tells that some are missing', () => {
    const report = text()
    const cut = report.slice(0, report.indexOf('  [500]'))

    expect(runOf(heyText, cut).partial).toBe('about 200 requests were made and 180 are told of')
    expect(runOf(heyText, cut).total.failures).toBeUndefined()
    expect(runOf(heyText, report).partial).toBeUndefined()
  })

  test('trap 6: cut off before its status codes it tells no number of requests', () => {
    const report = text()
    const run = runOf(heyText, report.slice(0, report.indexOf('Status code')))

    expect(run.partial).toBe('it ends before "Status code distribution:"')
    expect(run.total.failures).toBeUndefined()
  })

  test.each(['NaN', '-0.0613', '61ms'])('trap 6: %p is no time', (p95) => {
    expect(() => told(heyText, text({ p95 }))).toThrow(`line 23: 95% is "${p95}": expected a time of 0 or more`)
  })

  test('two reports in one file are refused', () => {
    expect(() => told(heyText, text() + text())).toThrow('begins a second report of hey')
  })
})

test('they are known by their content', () => {
  expect(sniffFormat(Buffer.from(HEADER + row('0.1')))).toEqual({ reader: heyCsv })
  expect(sniffFormat(Buffer.from(text()))).toEqual({ reader: heyText })
  const oha = text().replace('Summary:', 'Summary:\n  Success rate:\t100.00%')
  expect(sniffFormat(Buffer.from(oha))).toEqual({ closest: [] })
})
