import { LoadProblem, sniffFormat } from '@hardgate/load'
import { ScanError } from '@hardgate/scan'
import { describe, expect, test } from '@jest/globals'
import { abGnuplot } from '../../../packages/load/src/ab-gnuplot.ts'
import { abPercentiles } from '../../../packages/load/src/ab-percentiles.ts'
import { abText } from '../../../packages/load/src/ab-text.ts'
import { judged } from './judged.ts'
import { only, runOf, told } from './told.ts'

interface Parts {
  readonly failed?: string
  readonly more?: string
  readonly p95?: string
}

// the layout of ab 2.3
const text = ({
  failed = '0',
  more = '',
  p95 = '61',
}: Parts = {}) => `This is ApacheBench, Version 2.3 <$Revision: 1903618 $>
Benchmarking 127.0.0.1 (be patient).....done


Server Software:        
Server Hostname:        127.0.0.1
Server Port:            8080

Document Path:          /
Document Length:        2 bytes

Concurrency Level:      5
Time taken for tests:   2.014 seconds
Complete requests:      200
Failed requests:        ${failed}
${more}Total transferred:      15596 bytes
HTML transferred:       596 bytes
Requests per second:    99.31 [#/sec] (mean)
Time per request:       50.350 [ms] (mean)
Time per request:       10.070 [ms] (mean, across all concurrent requests)
Transfer rate:          11.96 [Kbytes/sec] received

Connection Times (ms)
              min  mean[+/-sd] median   max
Connect:        0    0   0.0      0       1
Processing:    50   51   5.8     51      70
Waiting:       50   51   5.8     51      70
Total:         50   52   5.8     51      71

Percentage of the requests served within a certain time (ms)
  50%     51
  66%     51
  75%     52
  80%     52
  90%     53
  95%     ${p95}
  98%     61
  99%     65
 100%     71 (longest request)
`

describe('the text of ab', () => {
  test('is read in whole milliseconds, each half a millisecond wide to both sides', () => {
    const run = runOf(abText, text())

    expect(run.total.printed).toMatchObject({
      requests: 200,
      failures: 0,
      counted: 200,
      minMs: 50,
      averageMs: 52,
      maxMs: 71,
      includesFailures: false,
    })
    expect(run.total.printed?.percentiles.filter(({ percentile }) => percentile >= 95)).toEqual([
      { percentile: 95, valueMs: 61, lowMs: 60.5, highMs: 61.5 },
      { percentile: 98, valueMs: 61, lowMs: 60.5, highMs: 61.5 },
      { percentile: 99, valueMs: 65, lowMs: 64.5, highMs: 65.5 },
      { percentile: 100, valueMs: 71, lowMs: 70.5, highMs: 71.5 },
    ])
    expect([run.tool, run.version, run.mostUsers, run.durationMs]).toEqual(['ab', '2.3', 5, 2014])
  })

  test('trap 16: a Length difference is no failure, a Non-2xx response is one', () => {
    const more = '   (Connect: 0, Receive: 0, Length: 106, Exceptions: 0)\nNon-2xx responses:      20\n'

    const run = runOf(abText, text({ failed: '106', more }))

    expect([run.total.requests, run.total.failures]).toEqual([200, 20])
    expect(run.total.printed?.includesFailures).toBe(true)
    expect(run.notes).toHaveLength(1)
    expect(run.notes[0]).toMatch(/^106 answers were not as long as the first/)
  })

  test('Connect, Receive, Exceptions and write errors are failures; only Connect is not among the complete', () => {
    const more = '   (Connect: 3, Receive: 4, Length: 2, Exceptions: 5)\nWrite errors:           6\n'

    const { total } = runOf(abText, text({ failed: '14', more }))

    expect([total.requests, total.failures]).toEqual([203, 18])
  })

  test('trap 6: failures without the line that tells which they are cannot be counted', () => {
    expect(() => told(abText, text({ failed: '106' }))).toThrow('"Failed requests" is 106')
  })

  test.each(['NaN', '-4', 'x', '61ms'])('trap 6: %p is no time', (p95) => {
    expect(() => told(abText, text({ p95 }))).toThrow(LoadProblem)
    expect(() => told(abText, text({ p95 }))).toThrow(`95% is "${p95}": expected a time of 0 or more`)
  })

  test('trap 6: cut off before its last line it is partial', () => {
    const lines = text().split('\n')
    for (let kept = 1; kept < lines.length - 1; kept += 1) {
      const calls = told(abText, lines.slice(0, kept).join('\n'))

      expect(only(calls, 'partial')).toHaveLength(1)
      // "Non-2xx responses" stands behind "Failed requests"
      expect(only(calls, 'printed')[0]?.[2] ?? {}).not.toHaveProperty('failures')
    }
    expect(only(told(abText, text()), 'partial')).toEqual([])
  })

  test('trap 6: a run that ab gave up is nothing that was measured', () => {
    const gaveUp =
      'This is ApacheBench, Version 2.3 <$>\napr_socket_connect(): Connection refused (111)\nTotal of 3 requests completed\n'

    expect(() => told(abText, gaveUp)).toThrow('ab gave up ("Total of 3 requests completed")')
  })

  test('two reports in one file are refused', () => {
    expect(() => told(abText, text() + text())).toThrow('begins a second report of ab')
  })
})

const rows = (count: number, value: (percent: number) => string = (percent) => `${50 + percent / 10}`) =>
  `Percentage served,Time in ms\n${Array.from({ length: count }, (_, percent) => `${percent},${value(percent)}\n`).join('')}`

describe('the percentiles of ab -e', () => {
  test('are known at every percent, and neither requests nor failures are', () => {
    const run = runOf(
      abPercentiles,
      rows(101, (percent) => (20 + percent / 10).toFixed(3)),
    )

    expect(run.total.printed?.percentiles).toHaveLength(100)
    expect(run.total.printed?.percentiles[94]).toEqual({
      percentile: 95,
      valueMs: 29.5,
      lowMs: 29.4995,
      highMs: 29.5005,
    })
    expect([run.total.printed?.minMs, run.total.printed?.maxMs]).toEqual([20, 30])
    expect([run.total.printed?.requests, run.total.failures]).toEqual([undefined, undefined])
  })

  test('of old versions end at 99', () => {
    expect(only(told(abPercentiles, rows(100)), 'partial')).toEqual([])
  })

  test('trap 6: that end earlier are partial', () => {
    expect(only(told(abPercentiles, rows(96)), 'partial')).toEqual([
      ['partial', 'its last row is of 95 %, not of 99 or 100 %'],
    ])
    expect(only(told(abPercentiles, rows(96).slice(0, -2)), 'partial')).toEqual([
      ['partial', 'record 97 has no line end'],
    ])
  })

  test('that ab took from behind the end of its list are left out', () => {
    const run = runOf(
      abPercentiles,
      rows(101, (percent) => (percent === 99 ? '0.257' : percent === 98 ? '99999.000' : `${percent}.000`)),
    )

    expect(run.total.printed?.percentiles.slice(-2).map(({ percentile }) => percentile)).toEqual([97, 100])
  })

  test.each(['NaN', '-1', 'Infinity', ''])('trap 6: %p is no time', (value) => {
    expect(() =>
      told(
        abPercentiles,
        rows(101, (percent) => (percent === 95 ? value : '1.000')),
      ),
    ).toThrow(`record 97: "Time in ms" is "${value}": expected a time of 0 or more`)
  })

  test('trap 6: a missing row is not passed over, and a header alone is nothing that was measured', () => {
    expect(() => told(abPercentiles, rows(101).replace('\n7,', '\n8,'))).toThrow('record 9: "Percentage served" is "8"')
    expect(() => told(abPercentiles, rows(0))).toThrow('it has a header and no rows')
  })
})

const HEADER = 'starttime\tseconds\tctime\tdtime\tttime\twait\n'
const request = (seconds: number, ttime: number | string) =>
  `Tue Nov 10 12:00:0${seconds} 2026\t179431200${seconds}\t0\t51\t${ttime}\t51\n`

describe('the requests of ab -g', () => {
  test('have no length and no rate: 50 of them in half a second all seem to begin at once', () => {
    const run = runOf(abGnuplot, HEADER + Array.from({ length: 50 }, () => request(1, 24)).join(''))

    expect([run.durationMs, run.requestsPerSecond, run.startMs]).toEqual([undefined, undefined, 1_794_312_001_000])
  })

  test('are milliseconds by the column ttime, with the second of their start, and failures are not told', () => {
    const calls = told(abGnuplot, HEADER + request(1, 51) + request(0, 61))

    expect(only(calls, 'sample', 'counts')).toEqual([
      ['sample', '', 1_794_312_001_000, 51, false],
      ['sample', '', 1_794_312_000_000, 61, false],
      ['counts', '', 2, undefined],
    ])
    const run = runOf(abGnuplot, HEADER + request(1, 51) + request(0, 61))
    expect([run.total.all?.at(2).value, run.total.requests, run.total.failures]).toEqual([61, 2, undefined])
    // some of them can be of failed requests
    expect(run.total.ok).toBeUndefined()
  })

  test('of a few seconds are taken as independent, as whole seconds tell nothing of that', () => {
    const run = runOf(abGnuplot, HEADER + (request(1, 24) + request(2, 25)).repeat(100))

    expect(run.total.timeline).toBeUndefined()
    expect(judged(run, 'p95 < 500ms', { confidence: '95' })).toBe('pass')
    expect(judged(run, 'error_rate <= 1%')).toBe('no-data')
  })

  test('trap 6: that are cut off lack the slowest', () => {
    const calls = told(abGnuplot, (HEADER + request(1, 51) + request(0, 61)).slice(0, -3))

    expect(only(calls, 'sample')).toHaveLength(1)
    expect(only(calls, 'partial')).toEqual([
      ['partial', 'record 3 has no line end, and the rows are sorted: the slowest requests are missing'],
    ])
  })

  test.each(['NaN', '-1', '5.1', ''])('trap 6: %p is no number of milliseconds', (ttime) => {
    expect(() => told(abGnuplot, HEADER + request(0, ttime))).toThrow(`record 2: "ttime" is "${ttime}"`)
  })

  test('trap 6: a header alone is nothing that was measured', () => {
    expect(() => told(abGnuplot, HEADER)).toThrow('it has a header and no rows')
  })
})

test('they are known by their content', () => {
  expect(sniffFormat(Buffer.from(text()))).toEqual({ reader: abText })
  expect(sniffFormat(Buffer.from(rows(101)))).toEqual({ reader: abPercentiles })
  expect(sniffFormat(Buffer.from(HEADER + request(0, 1)))).toEqual({ reader: abGnuplot })
})

test('a chunk edge at any byte changes nothing', () => {
  const whole = told(abGnuplot, HEADER + request(1, 51) + request(0, 61))
  for (const chunk of [1, 2, 3, 5, 7])
    expect(told(abGnuplot, HEADER + request(1, 51) + request(0, 61), chunk)).toEqual(whole)
  expect(told(abText, text(), 1)).toEqual(told(abText, text()))
  expect(told(abPercentiles, rows(101), 1)).toEqual(told(abPercentiles, rows(101)))
  expect(() => told(abGnuplot, '')).toThrow(LoadProblem)
  expect(() => told(abGnuplot, `${HEADER}"a`)).not.toThrow(ScanError)
})
