import { createRun, LoadProblem, type LoadReader, sniffFormat } from '@hardgate/load'
import { ScanError } from '@hardgate/scan'
import { expect, test } from '@jest/globals'
import { gatlingBinary } from '../../../packages/load/src/gatling-binary.ts'
import { gatlingStats } from '../../../packages/load/src/gatling-stats.ts'
import { gatlingText } from '../../../packages/load/src/gatling-text.ts'
import { seeded } from '../markdown/random.ts'
import { GatlingWriter } from './gatling-writer.ts'
import { only, percentileOf, runOf, type Told, told } from './told.ts'

const START = 1_700_000_000_000
const KINDS = ['users', 'sample', 'error', 'nested', 'withoutLatency', 'partial', 'note']

function problem(reader: LoadReader, report: string | Uint8Array): string {
  try {
    told(reader, report)
  } catch (error) {
    if (error instanceof LoadProblem || error instanceof ScanError) return error.message
    throw error
  }
  return 'none'
}

const lines = (...records: (readonly (string | number)[])[]) =>
  records.map((fields) => `${fields.join('\t')}\n`).join('')
const RUN = ['RUN', 'example.BasicSimulation', 'basicsimulation', START, ' ', '3.9.5']

test('acceptance 5: a log of the 3.9 layout', () => {
  const log = lines(
    ['ASSERTION', 'AAECAAMBAQAA'],
    RUN,
    ['USER', 'Users', 'START', START + 5],
    ['USER', 'Users', 'START', START + 6],
    ['REQUEST', '', 'Home', START + 10, START + 130, 'OK', ' '],
    ['REQUEST', 'Buy,Pay', 'Card', START + 20, START + 520, 'KO', 'status.find.is(200), but found 500'],
    ['GROUP', 'Buy,Pay', START + 20, START + 530, 500, 'KO'],
    ['ERROR', 'No attribute named "x" is defined', START + 600],
    ['USER', 'Users', 'END', START + 700],
  )

  for (const chunk of [undefined, 1, 13]) {
    expect(only(told(gatlingText, log, chunk), 'facts', ...KINDS)).toEqual([
      ['facts', { tool: 'gatling' }],
      ['facts', { tool: 'gatling', startMs: START, version: '3.9.5' }],
      ['users', START + 5, 1],
      ['users', START + 6, 2],
      ['sample', 'Home', START + 10, 120, false],
      ['error', 'status.find.is(200), but found 500', 1, 'Buy / Pay / Card'],
      ['sample', 'Buy / Pay / Card', START + 20, 500, true],
      ['nested', 'Buy / Pay', START + 20, 510, true],
      ['error', 'No attribute named "x" is defined', 1, undefined],
      ['users', START + 700, 1],
    ])
  }
})

test('acceptance 5: a log of the 3.12 layout, and the older ones with scenario and user in front, give the same samples', () => {
  const version = (number: string) => [...RUN.slice(0, 5), number]
  const pay = [START + 20, START + 520, 'OK', ' ']
  const logs = [
    lines(version('3.12.0'), ['REQUEST', 'Buy', 'Card', ...pay]),
    lines(version('3.2.1'), ['REQUEST', '7', 'Buy', 'Card', ...pay], ['USER', 'Users', '7', 'END', START, START + 9]),
    lines(
      version('2.3.1'),
      ['REQUEST', 'Users', '7', 'Buy', 'Card', ...pay],
      ['GROUP', 'Users', '7', 'Buy', START, START + 9, 8, 'OK'],
    ),
  ]

  for (const log of logs) {
    expect(only(told(gatlingText, log), 'sample')).toEqual([['sample', 'Buy / Card', START + 20, 500, false]])
    expect(sniffFormat(Buffer.from(log))).toMatchObject({ reader: { format: 'gatling-text' } })
  }
  expect(only(told(gatlingText, logs[1] ?? ''), 'users')).toEqual([['users', START + 9, 0]])
  expect(only(told(gatlingText, logs[2] ?? ''), 'nested')).toEqual([['nested', 'Buy', START, 9, false]])
})

test('a request whose end is the smallest integer has no latency and is counted', () => {
  const log = lines(RUN, ['REQUEST', '', 'Push', START + 10, '-9223372036854775808', 'KO', 'timeout'])

  expect(only(told(gatlingText, log), ...KINDS)).toEqual([
    ['error', 'timeout', 1, 'Push'],
    ['withoutLatency', 'Push', 1, true, START + 10],
    ['note', '1 requests have no end in the log: they are counted and have no latency'],
  ])
})

test('the message of an ERROR may go over several lines, the last of which ends with its time', () => {
  const error = ['ERROR', 'first\nREQUEST second\n\nthird', START + 5]
  const request = ['REQUEST', '', 'a', START, START + 5, 'OK', ' ']

  expect(only(told(gatlingText, lines(RUN, error, request)), ...KINDS)).toEqual([
    ['error', 'first REQUEST second third', 1, undefined],
    ['sample', 'a', START, 5, false],
  ])
  for (const next of [request, ['USER', 'Users', 'START', START]]) {
    expect(problem(gatlingText, lines(RUN, ['ERROR', 'no time'], next))).toBe(
      'line 3: the ERROR before it is "no time": expected its time in milliseconds at the end',
    )
  }
  expect(only(told(gatlingText, lines(RUN, ['ERROR', 'no time'])), ...KINDS)).toEqual([
    ['partial', 'it ends inside the message of an ERROR'],
  ])
})

test('a name that looks like a time, a quote and an empty name are names', () => {
  const log = lines(
    RUN,
    ['REQUEST', '', '1700000000001', START, START + 5, 'OK', ' '],
    ['REQUEST', '', '"quoted', START, START + 6, 'OK', ' '],
    ['REQUEST', '', '', START, START + 7, 'OK', ' '],
  )

  expect(only(told(gatlingText, log), 'sample').map(([, label]) => label)).toEqual(['1700000000001', '"quoted', ''])
})

test.each([
  [
    ['REQUEST', '', 'a', START, 'NaN', 'OK', ' '],
    'line 2: expected two times in milliseconds and OK or KO in "REQUEST',
  ],
  [['REQUEST', '', 'a', START, START + 5, 'maybe', ' '], 'line 2: expected two times in milliseconds and OK or KO'],
  [['REQUEST', '', 'a', START + 5, START, 'OK', ' '], 'line 2: end minus start is -5: expected 0 or more'],
  [['REQUEST'], 'line 2: expected two times'],
  [['GROUP', 'g', START, START, 0, 'no'], 'line 2: the status is "no": expected OK or KO'],
  [['USER', 'Users', 'START', 'soon'], 'line 2: START or END with a time is missing'],
  [['<html>'], 'line 2: its kind is "<html>": expected one of RUN, REQUEST'],
])('trap 6: a line that cannot be read is named: %j', (fields, message) => {
  expect(problem(gatlingText, lines(RUN, fields))).toMatch(message)
})

test('trap 6: a text log that is cut within a line is partial', () => {
  const log = lines(
    RUN,
    ['REQUEST', '', 'a', START, START + 5, 'OK', ' '],
    ['REQUEST', '', 'a', START, START + 900, 'OK', ' '],
  )
  const second = log.indexOf('REQUEST', log.indexOf('REQUEST') + 1)

  for (let length = second; length < log.length; length += 1) {
    const calls = told(gatlingText, log.slice(0, length))
    expect([length, only(calls, 'sample').length, only(calls, 'partial').length]).toEqual([
      length,
      1,
      length === second ? 0 : 1,
    ])
  }
})

const BINARY = new GatlingWriter()
  .run(START)
  .user(true, 5)
  .user(true, 6)
  .request('Home', 10, 130)
  .request('日本', 20, 520, { groups: ['Käse', 'Платёж'], message: 'KO: 500 – Fehler' })
  .request('Home', 30, 131)
  .request('日本', 40, 541, { groups: ['Käse', 'Платёж'], message: 'KO: 500 – Fehler' })
  .group(['Käse', 'Платёж'], 20, 530, false)
  .error('no attribute "x"', 600)
  .user(false, 700).bytes
const BINARY_TOLD: Told[] = [
  ['users', START + 5, 1],
  ['users', START + 6, 2],
  ['sample', 'Home', START + 10, 120, false],
  ['error', 'KO: 500 – Fehler', 1, 'Käse / Платёж / 日本'],
  ['sample', 'Käse / Платёж / 日本', START + 20, 500, true],
  ['sample', 'Home', START + 30, 101, false],
  ['error', 'KO: 500 – Fehler', 1, 'Käse / Платёж / 日本'],
  ['sample', 'Käse / Платёж / 日本', START + 40, 501, true],
  ['nested', 'Käse / Платёж', START + 20, 510, true],
  ['error', 'no attribute "x"', 1, undefined],
  ['users', START + 700, 1],
]

test('trap 18: UTF-16 names, cached strings, empty ones without coder, users and groups, in chunks of any size', () => {
  for (let chunk = 1; chunk <= BINARY.length; chunk += 1)
    expect([chunk, only(told(gatlingBinary, BINARY, chunk), ...KINDS)]).toEqual([chunk, BINARY_TOLD])
})

test('trap 18: the bytes are those of the format, not only what the writer of this test takes for it', () => {
  const run = '00 00000005 332e31332e 00 00000001 53 00 0000018bcfe56800 00000000 00000001 00000001 75 00 00000000'
  // cached 1 "é" in Latin-1, 10 to 12 ms, ok, cached 2 without bytes; then the same by its number in UTF-16: cached 3
  const first = '01 00000000 00000001 00000001 e9 00 0000000a 0000000c 01 00000002 00000000'
  const second = '01 00000001 00000003 00000002 ac20 01 ffffffff 0000000a 0000000d 00 fffffffe'
  const log = Buffer.from(`${run}${first}${second}`.replaceAll(' ', ''), 'hex')

  expect(only(told(gatlingBinary, log), 'facts', ...KINDS)).toEqual([
    ['facts', { tool: 'gatling' }],
    ['facts', { tool: 'gatling', version: '3.13.', startMs: START }],
    ['sample', 'é', START + 10, 2, false],
    ['error', 'failed', 1, '€ / é'],
    ['sample', '€ / é', START + 10, 3, true],
  ])
})

test('trap 18: a 3.13 and later versions are known by their first record', () => {
  for (const version of ['3.13.0', '3.14.9', '3.15.0-M1', '4.0.0']) {
    const log = new GatlingWriter().run(START, ['a', 'б'], version).request('a', 0, 7).bytes
    expect(sniffFormat(log)).toMatchObject({ reader: { format: 'gatling-binary' } })
    expect([runOf(gatlingBinary, log).version, percentileOf(runOf(gatlingBinary, log), 95)]).toEqual([version, 7])
  }
  for (const head of ['', '\0', '\0\0\0\0\u0005hello\0', 'RUN\t'])
    expect(gatlingBinary.sniff(Buffer.from(head))).toBe(0)
})

test('trap 18: a log that is cut anywhere within a record is partial and keeps the records before', () => {
  const writer = new GatlingWriter().run(START)
  const ends = [writer.bytes.length]
  for (let i = 0; i < 4; i += 1)
    ends.push(writer.request(i % 2 === 0 ? 'a' : 'б', i, i + 5, { groups: ['g'] }).bytes.length)
  const log = writer.bytes

  for (let length = 1; length < log.length; length += 1) {
    const calls = told(gatlingBinary, log.subarray(0, length), 16)
    const complete = ends.filter((end) => end <= length).length
    expect([length, only(calls, 'sample').length, only(calls, 'partial').length]).toEqual([
      length,
      Math.max(0, complete - 1),
      ends.includes(length) ? 0 : 1,
    ])
  }
})

test('trap 18: a record that cannot be is named with its number', () => {
  const log = new GatlingWriter().run(START)
  const after = (hex: string) =>
    problem(gatlingBinary, Buffer.concat([log.bytes, Buffer.from(hex.replaceAll(' ', ''), 'hex')]))

  expect(after('09')).toMatch(/^record 2, before byte \d+: 9 is no kind of record, expected 0 to 4$/)
  expect(after('01 00000000 ffffffff')).toMatch('string 1 was not written before')
  expect(after('01 00000041')).toMatch('65 groups, expected 0 to 64')
  expect(after('02 00000000 02')).toMatch('a flag is 2, expected 0 or 1')
  expect(after('04 00000001 00000003 616263 01')).toMatch('a string of 3 bytes has the coder 1')
  expect(after('04 00000001 ffffffff')).toMatch('a length of -1')
  expect(after('04 00000001 7fffffff')).toMatch('a field longer than 1048576 bytes')
  expect(after('01 00000000 00000001 00000001 61 00 0000000a 00000009 01 00000002 00000000')).toMatch(
    'an end of 9 ms is before its start of 10 ms',
  )
  expect(problem(gatlingBinary, Buffer.from('0100000000', 'hex'))).toMatch('the log does not begin with its Run record')
})

test('acceptance 5: what an own writer wrote is read back, in chunks of any size and up to any cut', () => {
  const random = seeded(20_260_302)
  const names = ['a', 'Home', 'Käse', 'Платёж', '日本', '😀', '', 'x'.repeat(300)]
  const pick = () => random.pick(names)

  for (let round = 0; round < 60; round += 1) {
    const writer = new GatlingWriter().run(START, [pick(), pick()])
    const expected: Told[] = []
    const ends = [writer.bytes.length]
    for (let i = 0; i < 20; i += 1) {
      const groups = Array.from({ length: random.below(3) }, pick)
      const [name, start, duration] = [pick(), random.below(1e9), random.below(1e6)]
      const message = random.below(10) < 3 ? pick() : undefined
      writer.request(name, start, start + duration, message === undefined ? { groups } : { groups, message })
      expected.push(['sample', [...groups, name].join(' / '), START + start, duration, message !== undefined])
      ends.push(writer.bytes.length)
    }
    const length = random.below(writer.bytes.length - 1) + 1
    const cut = told(gatlingBinary, writer.bytes.subarray(0, length), 1 + random.below(64))
    const complete = Math.max(0, ends.filter((end) => end <= length).length - 1)

    expect(only(told(gatlingBinary, writer.bytes, 1 + random.below(64)), 'sample')).toEqual(expected)
    expect(only(cut, 'sample')).toEqual(expected.slice(0, complete))
    expect(only(cut, 'partial')).toHaveLength(ends.includes(length) ? 0 : 1)
  }
})

test('a binary request without an end has no latency and is counted', () => {
  // The smallest 64-bit integer minus the start of the run, cut to 32 bits: 2^32 * 396 - 1.7e12.
  const log = new GatlingWriter().run(START).request('Push', 10, 807_049_216, { message: 'timeout' }).bytes

  expect(only(told(gatlingBinary, log), ...KINDS)).toEqual([
    ['error', 'timeout', 1, 'Push'],
    ['withoutLatency', 'Push', 1, true, START + 10],
    ['note', '1 requests have no end in the log: they are counted and have no latency'],
  ])
})

test('the place of what cannot be read does not depend on the size of the chunks', () => {
  const log = Buffer.concat([BINARY, Buffer.from([9])])

  for (const chunk of [1, 16, log.length])
    expect(() => told(gatlingBinary, log, chunk)).toThrow(
      `record 11, before byte ${log.length}: 9 is no kind of record`,
    )
})

test('a record and all names together may be so long and no longer', () => {
  const mebibyte = (head: string) =>
    Buffer.concat([Buffer.from(head, 'hex'), Buffer.alloc(1_048_576, 0x61), Buffer.from([0])])
  const push = (first: Buffer, next: (i: number) => Buffer, count: number) => () => {
    const scanner = gatlingBinary.open(createRun(gatlingBinary), { name: 'log' })
    scanner.push(first)
    for (let i = 1; i <= count; i += 1) scanner.push(next(i))
  }
  const endless = Buffer.from(
    `00 00000001 33 00 00000000 ${'00'.repeat(8)} 00000000 0000ffff`.replaceAll(' ', ''),
    'hex',
  )
  const run = new GatlingWriter().run(START).bytes
  const name = (i: number) => Buffer.concat([mebibyte(`04${i.toString(16).padStart(8, '0')}00100000`), Buffer.alloc(4)])

  expect(push(endless, () => mebibyte('00100000'), 20)).toThrow('a record longer than 16777216 bytes')
  expect(push(run, name, 64)).not.toThrow()
  expect(push(run, name, 65)).toThrow('more than 67108864 characters of names and messages')
})

const numbers = (total: unknown, ok: unknown = total, ko: unknown = 0) => ({ total, ok, ko })
const stats = (requests: number, ko: number, rest = {}) => ({
  name: 'x',
  numberOfRequests: numbers(requests, requests - ko, ko),
  minResponseTime: numbers(5, 87),
  maxResponseTime: numbers(900, 368),
  meanResponseTime: numbers(210, 200),
  standardDeviation: numbers(1),
  percentiles1: numbers(190, 180),
  percentiles2: numbers(260, 250),
  percentiles3: numbers(310, 300),
  percentiles4: numbers(360, 350),
  group1: { name: 't < 800 ms', htmlName: 't', count: 1, percentage: 99 },
  meanNumberOfRequestsPerSecond: numbers(4.5),
  ...rest,
})

test('stats.json gives the printed percentiles of the successes of each request, and of all', () => {
  const report = {
    contents: {
      group_1: {
        contents: { req_2: { type: 'REQUEST', path: 'Buy / Card', name: 'Card', stats: stats(5, 1) } },
        stats: stats(1, 0),
        name: 'Buy',
        path: 'Buy',
        type: 'GROUP',
      },
      req_1: { type: 'REQUEST', name: 'Home', path: 'Home', pathFormatted: 'req_1', stats: stats(100, 0) },
    },
    type: 'GROUP',
    name: 'All Requests',
    path: '',
    stats: stats(105, 1),
  }

  const run = runOf(gatlingStats, JSON.stringify(report))

  expect([run.total.requests, run.total.failures, run.requestsPerSecond]).toEqual([105, 1, 4.5])
  expect([...run.groups.values()].map(({ label, requests, failures }) => [label, requests, failures])).toEqual([
    ['Buy / Card', 5, 1],
    ['Home', 100, 0],
  ])
  expect(run.total.printed).toMatchObject({
    counted: 104,
    minMs: 87,
    maxMs: 368,
    averageMs: 200,
    includesFailures: false,
  })
  expect(run.total.printed?.percentiles[2]).toEqual({ percentile: 95, valueMs: 300, lowMs: 296.5, highMs: 303.5 })
})

test('global_stats.json gives the whole', () => {
  const run = runOf(gatlingStats, JSON.stringify(stats(105, 1)))

  expect([run.total.requests, run.total.failures, run.groups.size]).toEqual([105, 1, 0])
  expect(sniffFormat(Buffer.from(JSON.stringify(stats(105, 1))))).toMatchObject({ reader: { format: 'gatling-stats' } })
})

test('trap 6: statistics that cannot be are never a run', () => {
  const of = (report: unknown) => problem(gatlingStats, JSON.stringify(report))

  expect(of({})).toBe('it has no numbers for all requests')
  expect(of(stats(5, 0, { percentiles3: numbers('NaN') }))).toBe(
    'all requests: percentiles3.ok is "NaN": expected milliseconds of 0 or more',
  )
  expect(of(stats(5, 6))).toMatch('numberOfRequests.ko is 6: expected at most the total, which is 5')
  expect(of({ stats: stats(5, 5, { percentiles3: numbers('-') }) })).toBe('none')
  const whole = JSON.stringify({ stats: stats(5, 0) })
  for (let length = 1; length < whole.length; length += 1)
    expect([length, only(told(gatlingStats, whole.slice(0, length)), 'partial').length]).toEqual([length, 1])
})
