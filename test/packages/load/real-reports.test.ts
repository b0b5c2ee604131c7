import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { measure, READERS, type Run } from '@hardgate/load'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import {
  booksOf,
  type Endpoint,
  type ExpectedLoad,
  expectedReports,
  filesOf,
  isMixed,
  loadProblems,
  read,
  reportProblems,
  serverP95,
  whole,
} from '../../../scripts/load-truth.ts'

const root = join(import.meta.dirname, '../../fixtures/load')
const tools = readdirSync(root).filter((name) => existsSync(join(root, name, 'expected.json')))
/** Runs of the delays that lie 6 ms apart. */
const SPREAD = /^(mixed.*|one|parts|csv|xml|binary|text)$/
const reports = tools.flatMap((tool) =>
  expectedReports(join(root, tool)).map((expected) => ({ tool, expected, name: `${tool}/${expected.file.slice(8)}` })),
)

describe('acceptance 2: a real report counts what its server counted, and its percentiles are those its tool printed', () => {
  test.each(reports.map(({ name, tool, expected }) => [name, tool, expected] as const))(
    '%s',
    async (_, tool, expected) => {
      const problems = await reportProblems(join(root, tool), expected)

      expect(problems).toEqual([])
    },
  )

  test.each(tools)('every file of %s is expected', async (tool) => {
    const folder = join(root, tool)

    const problems = await loadProblems(folder, expectedReports(folder))

    expect(problems).toEqual([])
  })
})

describe('acceptance 1: the interval of the gate contains the truth of the server', () => {
  // among equal delays the interval is narrower than the client is late
  const known = reports.flatMap(({ tool, expected, name }) =>
    !('run' in expected) || !SPREAD.test(expected.run) || isPrinted(expected) ? [] : [{ tool, expected, name }],
  )
  test.each(known.map(({ name, tool, expected }) => [name, tool, expected] as const))(
    '%s',
    async (_, tool, expected) => {
      const run = await read(join(root, tool), ...filesOf(expected))

      const { low, high } = intervalOf(run)
      const truth = serverP95(mixedOf(booksOf(join(root, tool), expected.run)), isMixed(run.total), expected.unseen)
      expect(low).toBeLessThanOrEqual(truth)
      expect(high).toBeGreaterThanOrEqual(truth)
    },
  )
})

describe('a report that does not hold is found', () => {
  const expected: ExpectedLoad = { file: 'reports/run.csv', format: 'hey-csv', run: 'run', labels: 0 }
  const csv = readFileSync(join(root, 'hey/reports/mixed.csv'), 'utf8')
  const books = readFileSync(join(root, 'hey/books/mixed-csv.json'), 'utf8')

  let folder = ''

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'load-truth-'))
    for (const name of ['reports', 'books']) mkdirSync(join(folder, name))
    writeFileSync(join(folder, 'reports/run.csv'), csv)
    writeFileSync(join(folder, 'books/run.json'), books)
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  test.each([
    ['a request less than the server', csv.replace(/[^\n]*\n$/, ''), {}, '319 requests, the server 320'],
    ['a request more than the tool', csv, { requests: 319 }, '320 requests, the tool 319'],
    ['another format', csv, { format: 'oha-csv' }, 'is hey-csv, not oha-csv'],
    ['a p95 that its tool did not print', csv, { ms: { p95: [1, 2] as const } }, 'p95 is 5'],
    ['faster than its server', csv.replaceAll(/^0\.[0-9]+/gm, '0.0001'), {}, 'p95 is at most 1.1 ms'],
    ['no signal', csv, { signal: 'truncated-log' }, 'does not signal truncated-log'],
    ['labels of no endpoint', csv, { labels: 1 }, 'is no endpoint of the books'],
  ])('%s', async (_, report, changes, problem) => {
    writeFileSync(join(folder, 'reports/run.csv'), report)

    const problems = await loadProblems(folder, [{ ...expected, ...changes }])

    expect(problems.join('\n')).toContain(problem)
  })

  test('a file that nothing is expected of', async () => {
    const problems = await loadProblems(folder, [])

    expect(problems).toEqual(['nothing is expected of run.csv'])
  })
})

describe('facts of single tools', () => {
  const locust = join(root, 'locust')
  const views = [
    '_requests.csv',
    '.json',
    '.html.gz',
    '_stats.csv',
    '_stats_history.csv',
    '_failures.csv',
    '_exceptions.csv',
  ]

  test('trap 1: all views of one Locust run are measured once, from the request log, and the shorter CSV is noted', async () => {
    const [csv] = [await read(locust, 'reports/one_stats.csv')]

    const run = await read(locust, ...views.map((view) => `reports/one${view}`))

    expect(run.format).toBe('locust-requests')
    expect(run.total.requests).toBe(whole(booksOf(locust, 'one')).answered)
    expect(run.mostUsers).toBe(10)
    expect(csv.total.requests).toBeLessThan(run.total.requests)
    expect(run.notes.join('\n')).toContain(`${csv.total.requests}`)
  })

  test('of a server that stalls wrk prints a p90 above its p95, and the bounds of the gate reach down to the truth', async () => {
    const folder = join(root, 'wrk')
    const run = await read(folder, 'reports/stalling.txt')

    const p90 = run.total.printed?.percentiles.find(({ percentile }) => percentile === 90)
    const p95 = measure(run, [], { confidence: '95' }).find(({ metric }) => metric === 'p95')
    const truth = serverP95(whole(booksOf(folder, 'stalling')), false)
    expect(p90?.valueMs).toBeGreaterThan(truth)
    expect(p90?.lowMs).toBeLessThanOrEqual(truth)
    expect(p95?.low).toBeLessThanOrEqual(truth)
    expect(p95?.high).toBeGreaterThanOrEqual(truth)
  })

  test('acceptance 12: autocannon with a rate is flagged: its server took 60 ms or more, and it prints less', async () => {
    const run = await read(join(root, 'autocannon'), 'reports/rate.json')

    const [fastest] = whole(booksOf(join(root, 'autocannon'), 'rate')).ok
    expect(fastest).toBeGreaterThanOrEqual(60_000)
    expect(run.total.printed?.percentiles.find(({ percentile }) => percentile === 50)?.valueMs).toBeLessThan(60)
    expect(run.signals).toContainEqual(expect.objectContaining({ kind: 'invented-samples', spoilsPass: true }))
  })
})

/** A printed percentile has no interval of chance, and a client is always a little late. */
function isPrinted({ format }: ExpectedLoad): boolean {
  return READERS.some((reader) => reader.format === format && /^(points|sketch)$/.test(reader.fidelity))
}

/** Of the endpoint whose true p95 is 574 ms. */
function intervalOf(run: Run): { readonly low: number; readonly high: number } {
  const scope = [...run.groups.keys()].find((label) => label.endsWith('mixed'))
  const wanted = scope === undefined ? [] : [{ metric: 'p95', scope }]
  const found = measure(run, wanted, { confidence: '95' }).find((one) => one.metric === 'p95' && one.scope === scope)
  return { low: found?.low ?? Number.NaN, high: found?.high ?? Number.POSITIVE_INFINITY }
}

function mixedOf(books: ReadonlyMap<string, Endpoint>): Endpoint {
  return books.get('GET /mixed') ?? whole(books)
}
