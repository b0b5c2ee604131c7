import { createRun, LoadProblem, type Run } from '@hardgate/load'
import type { DelimitedOptions } from '@hardgate/scan'
import { expect, test } from '@jest/globals'
import { FirstStart } from '../../../packages/load/src/first-start.ts'
import { JmeterCsv, jmeterCsv } from '../../../packages/load/src/jmeter-csv.ts'
import { type Random, seeded } from '../markdown/random.ts'
import { pushInChunks } from '../scan/xml-events.ts'
import { told } from './told.ts'

const HEADER =
  'timeStamp,elapsed,label,responseCode,responseMessage,threadName,dataType,success,failureMessage,bytes,sentBytes,grpThreads,allThreads,URL'
const [KERNEL, NONE]: readonly DelimitedOptions[] = [{ kernelFrom: 0 }, { kernelFrom: Number.POSITIVE_INFINITY }]
const LABELS = [
  'GET /',
  'a',
  '',
  '"x, ""y"""',
  'GET /item/1/details',
  'GET /item/2/details',
  'L'.repeat(300),
  '"two\nlines"',
  'é€',
]

/** A value that is as it should be, or one of those that are not, or not quite. */
function mostly(random: Random, usual: readonly string[], others: readonly string[], oneIn = 25): string {
  return random.pick(random.below(oneIn) === 0 ? others : usual)
}

function row(random: Random, at: number): string {
  const time = String(1_767_225_600_000 + at * 40 - random.below(9000))
  const elapsed = String(random.below(10 ** (1 + random.below(5))))
  const cells = [
    mostly(random, [time], [`"${time}"`, `0${time}`, time.slice(1)], 60),
    mostly(random, [elapsed], [`"${elapsed}"`, '65536', '12345678', '123456789', '0012', `${elapsed}000`]),
    random.pick(LABELS),
    mostly(random, ['200'], ['500', '']),
    mostly(
      random,
      ['OK', ''],
      [
        '"OK, then"',
        'No',
        '"No"',
        '"Number of samples in transaction : 2, failing samples : 0"',
        '"Number of samples in transaction : 0"',
      ],
    ),
    `Users 1-${at}`,
    'text',
    mostly(random, ['true'], ['false', 'TRUE', '"true"', 'False']),
    mostly(random, [''], ['"expected ""ok""\n1,2"']),
    '812',
    '121',
    '2',
    mostly(random, [String(1 + (at >> 5))], ['"7"', '123456789', '0']),
    'http://a.test/',
  ]
  const extra = mostly(random, [''], [',more', ',"x,y"'])
  return cells.join(',') + extra
}

function report(random: Random): string {
  const lineEnd = random.pick(['\n', '\n', '\r\n'])
  const rows = Array.from(
    { length: 200 },
    (_, at) => row(random, at) + mostly(random, [lineEnd], [`${lineEnd}${lineEnd}`]),
  )
  const spoilt = mostly(
    random,
    [''],
    [`${rows[0]?.slice(0, 40)}`, '1,2,3\n', `x${rows[1]}`, `${rows[2]?.replace('200', '2"00')}`],
    4,
  )
  return `${HEADER}${lineEnd}${rows.join('')}${spoilt}`
}

const reader = (options: DelimitedOptions | undefined) => ({
  ...jmeterCsv,
  open: (sink: ConstructorParameters<typeof JmeterCsv>[0]) => new JmeterCsv(sink, options),
})

function outcome<T>(act: () => T): T | string {
  try {
    return act()
  } catch (error) {
    if (error instanceof LoadProblem) return `${error.code}: ${error.message}`
    throw error
  }
}

test('property: rows that are taken many at a time tell all that they tell one by one, in the same order', () => {
  const random = seeded(20_261_126)
  let problems = 0

  for (let round = 0; round < 60; round += 1) {
    const text = report(random)
    const expected = outcome(() => told(reader(NONE), text))
    if (typeof expected === 'string') problems += 1
    for (const chunk of [undefined, 1 + random.below(3000)])
      expect([round, chunk, outcome(() => told(reader(KERNEL), text, chunk))]).toEqual([round, chunk, expected])
  }
  expect(problems).toBeGreaterThan(3)
  expect(problems).toBeLessThan(30)
})

test('property: the run is the same to the last bin, with a cut, with labels left out and with timelines', () => {
  const random = seeded(20_261_127)
  const options = {
    cutBeforeMs: 1_767_225_601_000,
    exclude: ['a'],
    timelineLabels: ['GET /**'],
    limitsMs: [500],
    windowMs: 1000,
  }

  for (let round = 0; round < 20; round += 1) {
    const text = `${HEADER}\n${Array.from({ length: 400 }, (_, at) => row(random, at)).join('\n')}\n`
    for (const given of [options, {}]) {
      const [mine, other] = [KERNEL, NONE].map((kernel) => seenOf(reader(kernel), text, given))
      expect(mine).toEqual(other)
    }
  }
})

const START = 1_767_225_600_000
const USUAL = [`${START}`, '12', 'GET /one', '200', 'OK', 'u', 'text', 'true', '', '1', '1', '1', '3', 'x']
const told12 = ['sample', 'GET /one', START, 12, false]

test.each([
  ['a success that is no word', 7, 'yes!', 'unreadable-report: record 22: success is "yes!"'],
  ['a success in capitals', 7, 'TRUE', told12],
  ['a failure', 7, 'false', ['sample', 'GET /one', START, 12, true]],
  ['a time of letters', 0, '17672256o0000', 'unreadable-report: record 22: timeStamp is "17672256o0000"'],
  ['a time with a sign', 0, '-176722560000', 'unreadable-report: record 22: timeStamp is "-176722560000"'],
  ['a duration of letters', 1, '1e2', 'unreadable-report: record 22: elapsed is "1e2"'],
  ['a duration of nine digits', 1, '123456789', ['sample', 'GET /one', START, 123_456_789, false]],
  ['no duration', 1, '', 'unreadable-report: record 22: elapsed is ""'],
  ['no users', 12, '', 'unreadable-report: record 22: allThreads is ""'],
  ['a transaction', 4, 'Number of samples in transaction : 1', ['nested', 'GET /one', START, 12, false]],
  ['a message that begins like one', 4, 'Number', told12],
  // both have the same hash, by which the kernel looks for them
  ['a label of the same hash', 2, 'ITN7iH35', ['sample', 'ITN7iH35', START, 12, false]],
])('among plain rows %s is what it is', (_, column, cell, expected) => {
  const plain = `${USUAL.join(',')}\n`.repeat(20)
  const text = `${HEADER}\n${plain}${USUAL.with(column, cell).join(',')}\n${plain}`

  const calls = outcome(() => told(reader(KERNEL), text).filter(([kind]) => kind === 'sample' || kind === 'nested'))

  const isRefused = typeof calls === 'string'
  expect(isRefused ? calls.split(': expected')[0] : calls[20]).toEqual(expected)
  const others = Array.from({ length: 40 }, () => told12)
  expect(isRefused ? 'none' : calls.toSpliced(20, 1)).toEqual(typeof expected === 'string' ? 'none' : others)
})

test('more labels than the kernel can remember at once are told apart all the same', () => {
  const random = seeded(20_261_128)
  // 44 bytes each: together more than its 256 KiB
  const label = () => `GET /a/path/that/all/have/together/item/${1000 + random.below(7000)}`
  const rows = Array.from({ length: 20_000 }, (_, at) =>
    USUAL.with(0, `${START + at}`)
      .with(2, label())
      .join(','),
  )
  const text = `${HEADER}\n${rows.join('\n')}\n`

  const [mine, other] = [KERNEL, NONE].map((kernel) => {
    const builder = createRun(jmeterCsv)
    pushInChunks(reader(kernel).open(builder), Buffer.from(text), 65_536)
    return [...builder.finish().groups].map(([name, { requests }]) => [name, requests])
  })

  expect(mine?.length).toBeGreaterThan(6000)
  expect(mine).toEqual(other)
})

test('the start of a run is found in the last row, where a warm-up is cut', () => {
  const rows = Array.from({ length: 300 }, (_, at) => USUAL.with(0, `${START - at}`).join(','))
  const first = new FirstStart()

  pushInChunks(reader(KERNEL).open(first), Buffer.from(`${HEADER}\n${rows.join('\n')}\n`))

  expect(first.ms).toBe(START - 299)
})

/** What of a run is seen, with every latency and every bin. */
function seenOf(format: ReturnType<typeof reader>, text: string, options: Parameters<typeof createRun>[1]): unknown {
  const builder = createRun(format, options)
  pushInChunks(format.open(builder), Buffer.from(text), 5000)
  const run: Run = builder.finish()
  const spread = (one: Run['total']['all']) =>
    one === undefined ? undefined : [one.averageMs, ...Array.from({ length: one.count }, (_, i) => one.at(i + 1))]
  const groups = [run.total, ...run.groups.values()].map(({ all, ok, timeline, ...rest }) => ({
    ...rest,
    spreads: [spread(all), spread(ok)],
    bins: timeline?.bins.map(({ latencies, ...bin }) => ({ ...bin, spread: spread(latencies) })),
    timeline: [timeline?.startMs, timeline?.binMs],
  }))
  return { ...run, groups, total: undefined, cut: builder.cut }
}
