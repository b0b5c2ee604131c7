import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRun, LoadProblem, sniffFormat } from '@hardgate/load'
import { decodeText, pushAll } from '@hardgate/scan'
import { expect, test } from '@jest/globals'
import { generateJtl } from '../../../bench/load/generate-jtl.ts'
import { jmeterCsv } from '../../../packages/load/src/jmeter-csv.ts'
import { only, percentileOf, runOf, told } from './told.ts'

const HEADER =
  'timeStamp,elapsed,label,responseCode,responseMessage,threadName,dataType,success,failureMessage,bytes,sentBytes,grpThreads,allThreads,URL,Latency,IdleTime,Connect'
const START = 1_767_225_600_000

const ROWS = [
  `${START},120,GET /,200,OK,Users 1-1,text,true,,812,121,2,2,http://a.test/,119,0,3`,
  `${START + 250},80,"search, ""q""",200,OK,Users 1-2,text,true,,812,121,3,3,http://a.test/s,79,0,0`,
  `${START + 100},3000,GET /,500,"Internal, Server Error",Users 1-3,text,false,"expected ""ok""\nfound:\n1,2,3",80,121,3,3,http://a.test/,79,0,0`,
]
const TOLD = [
  ['users', START + 120, 2],
  ['sample', 'GET /', START, 120, false],
  ['users', START + 330, 3],
  ['sample', 'search, "q"', START + 250, 80, false],
  ['error', '500 Internal, Server Error', 1, 'GET /'],
  ['sample', 'GET /', START + 100, 3000, true],
]
const KINDS = ['users', 'sample', 'error', 'nested', 'withoutLatency', 'partial']

function problem(report: string): string {
  try {
    told(jmeterCsv, report)
  } catch (error) {
    if (error instanceof LoadProblem) return `${error.code}: ${error.message}`
    throw error
  }
  return 'none'
}

test('trap 12: quoted delimiters, doubled quotes and line ends within quotes, at every offset of a chunk edge', () => {
  const report = `${HEADER}\n${ROWS.join('\n')}\n`

  for (let chunk = 1; chunk <= Buffer.byteLength(report); chunk += 1) {
    expect([chunk, only(told(jmeterCsv, report, chunk), ...KINDS)]).toEqual([chunk, TOLD])
  }
})

test.each([
  ['CRLF', (text: string) => text.replaceAll('\n', '\r\n')],
  ['semicolons', (text: string) => replaceOutside(text, ';')],
  ['tabs', (text: string) => replaceOutside(text, '\t')],
  ['no header', (text: string) => text.slice(HEADER.length + 1)],
  [
    'a quoted variable as a last column',
    (text: string) => text.replace('Connect\n', 'Connect,"my,var"\n').replaceAll(/,(\d)\n(?=\d{13}|$)/g, ',$1,"x,y"\n'),
  ],
])('trap 12: the same rows with %s', (_, change) => {
  const report = change(`${HEADER}\n${ROWS.join('\n')}\n`)

  expect(only(told(jmeterCsv, report), ...KINDS)).toEqual(TOLD)
})

/** Delimiters, not the commas within quotes. */
function replaceOutside(text: string, delimiter: string): string {
  return text.replaceAll(/"(?:[^"]|"")*"|,/g, (match) => (match === ',' ? delimiter : match))
}

test('trap 12: a byte order mark and UTF-16 are taken off before', async () => {
  const report = `${HEADER}\n${ROWS[0]}\n`
  for (const bytes of [Buffer.from(`\ufeff${report}`), Buffer.from(`\ufeff${report}`, 'utf16le')]) {
    const run = createRun(jmeterCsv)
    async function* chunks() {
      yield* [bytes.subarray(0, 7), bytes.subarray(7)]
    }

    await pushAll(decodeText(chunks()), jmeterCsv.open(run, { name: 'report' }))

    expect(percentileOf(run.finish(), 95)).toBe(120)
  }
})

test('trap 12: only timeStamp, elapsed, label and success have to be there, in any order', () => {
  const report = 'label,success,elapsed,timeStamp\na,true,5,1767225600000\na,false,7,1767225600001\n'

  expect(only(told(jmeterCsv, report), ...KINDS)).toEqual([
    ['sample', 'a', START, 5, false],
    ['error', 'failed', 1, 'a'],
    ['sample', 'a', START + 1, 7, true],
  ])
  for (const name of ['timeStamp', 'elapsed', 'label', 'success']) {
    const header = HEADER.replace(name, 'other')
    expect(problem(`${header}\n${ROWS[0]}\n`)).toMatch(`unreadable-report: the header has no column "${name}"`)
  }
})

test('trap 12: a response code may be a text, and names the error', () => {
  const row = `${START},9,a,Non HTTP response code: java.net.SocketTimeoutException,Non HTTP response message: Read timed out,t,text,false,,0,0,1,1,null,0,0,0`
  const asserted = `${START},9,a,200,OK,t,text,false,"Test failed: text, too short",0,0,1,1,null,0,0,0`

  expect(only(told(jmeterCsv, `${HEADER}\n${row}\n${asserted}\n`), 'error')).toEqual([
    [
      'error',
      'Non HTTP response code: java.net.SocketTimeoutException Non HTTP response message: Read timed out',
      1,
      'a',
    ],
    ['error', 'Test failed: text, too short', 1, 'a'],
  ])
})

test('trap 12: times that are not sorted give the run from its first start to its last end', () => {
  const rows = [5000, 0, 3000].map((at) => `${START + at},${at === 0 ? 9000 : 10},a,true`)

  const run = runOf(jmeterCsv, `timeStamp,elapsed,label,success\n${rows.join('\n')}\n`)

  expect([run.startMs, run.endMs, run.durationMs]).toEqual([START, START + 9000, 9000])
})

test('trap 12: the lines of a quoted message are no samples: the p95 is 200, where one that counts lines finds 201', () => {
  const row = (elapsed: number) => `${START},${elapsed},a,true,`
  // 200 is the 95th of 100 values. A hundredth line that looks like a sample of 201 ms would move the rank onto it.
  const slow = Array.from({ length: 5 }, () => row(201))
  const quick = Array.from({ length: 95 }, () => row(200))
  const noisy = `${START},1,a,false,"first\n${row(201)}\n${row(201)}"`
  const report = `timeStamp,elapsed,label,success,failureMessage\n${[...quick, noisy, ...slow].join('\n')}\n`

  const run = runOf(jmeterCsv, report)

  expect([run.total.requests, run.total.failures, percentileOf(run, 95)]).toEqual([101, 1, 200])
  expect(percentileByLines(report)).toBe(201)
})

function percentileByLines(report: string): number | undefined {
  const values = report.split('\n').flatMap((line) => {
    const [, elapsed, , success] = line.split(',')
    return success === 'true' ? [Number(elapsed)] : []
  })
  return values.sort((a, b) => a - b)[Math.ceil(values.length * 0.95) - 1]
}

test.each([
  ['2026/01/01 00:00:01.250', START + 1250],
  ['2026/01/01 00:00:01', START + 1000],
  ['2026-01-01 00:00:01.250', START + 1250],
  ['2026-01-01 00:00:01', START + 1000],
  ['01/01/26 00:00:01', START + 1000],
  ['1767225601250', START + 1250],
])('trap 12: a time written as %s is read', (time, startMs) => {
  expect(only(told(jmeterCsv, `timeStamp,elapsed,label,success\n${time},5,a,true\n`), 'sample')).toEqual([
    ['sample', 'a', startMs, 5, false],
  ])
})

test('times that are far from each other are read where they begin alike and where they do not', () => {
  const times = [0, 99_999, 100_000, 86_400_000, 100_000_000_000, 5].map((at) => START + at)

  const calls = told(
    jmeterCsv,
    `timeStamp,elapsed,label,success\n${times.map((time) => `${time},5,a,true\n`).join('')}`,
  )

  expect(only(calls, 'sample').map(([, , startMs]) => startMs)).toEqual(times)
})

test('times are written the same way in every row, or the report is unreadable', () => {
  const report = `timeStamp,elapsed,label,success\n${START},5,a,true\n2026/01/01 00:00:01,5,a,true\n`

  expect(problem(report)).toBe(
    'unreadable-report: record 3: timeStamp is "2026/01/01 00:00:01": expected epoch milliseconds or a time such as 2026/03/01 12:00:00.000, the same way in every row',
  )
  for (const time of ['2026/13/01 00:00:01', '2026-01-01T00:00:01', '26/01/01 00:00:01', '', 'NaN'])
    expect(problem(`timeStamp,elapsed,label,success\n${time},5,a,true\n`)).toMatch(`record 2: timeStamp is "${time}"`)
})

test.each([
  ['NaN', 'elapsed is "NaN": expected whole milliseconds such as 120'],
  ['Infinity', 'elapsed is "Infinity": expected whole milliseconds such as 120'],
  ['-5', 'elapsed is "-5": expected whole milliseconds such as 120'],
  ['', 'elapsed is "": expected whole milliseconds such as 120'],
  ['12.5', 'elapsed is "12.5": expected whole milliseconds such as 120'],
  ['slow', 'elapsed is "slow": expected whole milliseconds such as 120'],
])('trap 6: an elapsed of %s makes the report unreadable and names the record', (elapsed, message) => {
  const report = `timeStamp,elapsed,label,success\n${START},5,a,true\n${START},${elapsed},a,true\n`

  expect(problem(report)).toBe(`unreadable-report: record 3: ${message}`)
})

test('trap 6: a success that is no word, a short row and users that are no number are named with their record', () => {
  const header = 'timeStamp,elapsed,label,success,allThreads'

  expect(problem(`${header}\n${START},5,a,yes,1\n`)).toBe(
    'unreadable-report: record 2: success is "yes": expected "true" or "false"',
  )
  expect(problem(`${header}\n${START},5,a,true,many\n`)).toBe(
    'unreadable-report: record 2: allThreads is "many": expected a whole number',
  )
  expect(problem(`${header}\n${START},5,a,true\n`)).toBe(
    'unreadable-report: record 2 ends after column 4, expected at least 5',
  )
  expect(problem(`${HEADER}\n${START},5,a,200,OK,t,text,true,,1,1\n`)).toBe(
    'unreadable-report: record 2 ends after column 11, expected at least 13',
  )
  expect(problem(`${header}\n${START},5,a,true,1\n${header}\n`)).toMatch('record 3: elapsed is "elapsed"')
})

test('trap 6: a header alone and no bytes at all give a run without requests', () => {
  for (const report of ['', `${HEADER}\n`]) expect(runOf(jmeterCsv, report).total.requests).toBe(0)
})

test('trap 6: a file that is cut anywhere within a row keeps the rows before and is partial', () => {
  const report = `${HEADER}\n${ROWS.join('\n')}\n`
  const lengths = [HEADER, ...ROWS].map((row) => Buffer.byteLength(row) + 1)
  const ends = lengths.map((_, i) => lengths.slice(0, i + 1).reduce((sum, length) => sum + length, 0))

  for (let length = 1; length < Buffer.byteLength(report); length += 1) {
    const calls = told(jmeterCsv, Buffer.from(report).subarray(0, length))
    const complete = ends.filter((end) => end <= length).length
    expect([length, only(calls, 'sample').length, only(calls, 'partial').length]).toEqual([
      length,
      Math.max(0, complete - 1),
      ends.includes(length) ? 0 : 1,
    ])
  }
})

test('trap 10: transactions are shown and not counted, and those without samples not even shown', () => {
  const transaction = (label: string, samples: number, failing: number, elapsed: number) =>
    `${START},${elapsed},${label},200,"Number of samples in transaction : ${samples}, number of failing samples : ${failing}",t,,${failing === 0},,0,0,1,1,null,0,0,0`
  const report = [
    HEADER,
    ROWS[0],
    ROWS[1],
    transaction('buy', 2, 0, 200),
    transaction('GET /', 1, 1, 120),
    transaction('idle', 0, 0, 0),
  ]

  const run = runOf(jmeterCsv, `${report.join('\n')}\n`)

  expect([run.total.requests, run.total.failures, percentileOf(run, 100)]).toEqual([2, 0, 120])
  const shown = [...run.groups.values()].map(({ label, requests, failures, isNested }) => [
    label,
    requests,
    failures,
    isNested,
  ])
  expect(shown).toEqual([
    ['GET /', 1, 0, false],
    ['search, "q"', 1, 0, false],
    ['buy', 1, 0, true],
    ['GET / (transaction)', 1, 1, true],
  ])
})

test('trap 10: a message that only begins like that of a transaction is one of a sample', () => {
  const report = `timeStamp,elapsed,label,responseMessage,success\n${START},5,a,Number of samples,true\n${START},6,a,No,true\n`

  expect(only(told(jmeterCsv, report), 'sample', 'nested')).toHaveLength(2)
})

test('a report of nothing but transactions has no samples and says how to get them', () => {
  const row = `${START},5,a,"Number of samples in transaction : 2, number of failing samples : 0",true`

  expect(problem(`timeStamp,elapsed,label,responseMessage,success\n${row}\n`)).toBe(
    'no-samples: all of its rows are transactions and none is a sample. Untick "Generate parent sample" in the transaction controllers',
  )
})

test('a row for several samples gives counts and no latency', () => {
  const header = 'timeStamp,elapsed,label,success,SampleCount,ErrorCount'
  const report = `${header}\n${START},500,a,false,5,2\n${START},7,a,true,1,0\n`

  expect(only(told(jmeterCsv, report), 'sample', 'withoutLatency')).toEqual([
    ['withoutLatency', 'a', 3, false, START],
    ['withoutLatency', 'a', 2, true, START],
    ['sample', 'a', START, 7, false],
  ])
  expect(problem(`${header}\n${START},5,a,true,0,0\n`)).toMatch('SampleCount is "0": expected a whole number from 1')
  expect(problem(`${header}\n${START},5,a,true,2,3\n`)).toMatch('ErrorCount is "3": expected a whole number up to')
})

test('a field in quotes that needs none is read all the same', () => {
  const row = `"${START}","120","GET /","200","OK","Users 1-1","text","true","","812","121","2","2","","119","0","3"`

  expect(only(told(jmeterCsv, `${HEADER}\n${row}\n${ROWS[0]}\n`), ...KINDS)).toEqual([...TOLD.slice(0, 2), TOLD[1]])
  expect(problem(`${HEADER}\n${row.replace('120', '12x')}\n`)).toMatch('elapsed is "12x"')
})

test('labels that begin and end alike are told apart, and so are short and empty ones', () => {
  const labels = [
    '',
    'a',
    'b',
    'ab',
    'ba',
    'abc',
    'GET /items/12345/details',
    'GET /items/12354/details',
    'GET /items/1234/details',
  ]
  const rows = [...labels, ...labels.toReversed()].map((label, i) => `${START},${i},${label},true\n`)

  const calls = only(told(jmeterCsv, `timeStamp,elapsed,label,success\n${rows.join('')}`), 'sample')

  expect(calls.map(([, label]) => label)).toEqual([...labels, ...labels.toReversed()])
})

test('the file is known by its header, whatever the delimiter', () => {
  for (const delimiter of [',', ';', '\t']) {
    const head = Buffer.from(`${HEADER.replaceAll(',', delimiter)}\r\n`)
    expect(sniffFormat(head)).toMatchObject({ reader: { format: 'jmeter-csv' } })
  }
  expect(jmeterCsv.sniff(Buffer.from(ROWS[0] ?? ''))).toBe(0)
})

test.each([
  { delimiter: ',', lineEnd: '\n', hasHeader: true },
  { delimiter: ';', lineEnd: '\r\n', hasHeader: true },
  { delimiter: '\t', lineEnd: '\n', hasHeader: false },
] as const)('what a generator counted while it wrote is what is read: $delimiter $hasHeader', (shape) => {
  const folder = mkdtempSync(join(tmpdir(), 'jtl-'))
  const path = join(folder, 'generated.jtl')

  const truth = generateJtl(path, { ...shape, rows: 20_000 })
  const run = runOf(jmeterCsv, readFileSync(path), {}, 65_536)
  rmSync(folder, { recursive: true })

  const read = (label?: string) => {
    const group = label === undefined ? run.total : run.groups.get(label)
    return { requests: group?.requests, failures: group?.failures, p95Ms: percentileOf(run, 95, label) }
  }
  expect(truth.lines - truth.records).toBe(22)
  expect(read()).toEqual(truth.total)
  expect(Object.fromEntries(Object.keys(truth.labels).map((label) => [label, read(label)]))).toEqual(truth.labels)
})

test.each([
  ['2026/03/01 12:00:00', 1000],
  ['03/01/26 12:00:00', 1000],
  ['2026-03-01 12:00:00.000', undefined],
  ['1772366400000', undefined],
])('a time as %s is known to a step of %s ms', (time, step) => {
  const facts = only(told(jmeterCsv, `timeStamp,elapsed,label,success\n${time},120,home,true\n`), 'facts')

  expect(facts.map(([, one]) => Reflect.get(Object(one), 'timeStepMs')).find((one) => one !== undefined)).toBe(step)
})
