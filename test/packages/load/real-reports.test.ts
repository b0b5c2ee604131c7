import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { measure, READERS, type Run } from '@hardgate/load'
import { describe, expect, test } from '@jest/globals'
import {
  booksOf,
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
/** Runs of the delays that lie 6 ms apart, or mostly of them. */
const SPREAD = /^(mixed.*|one|parts)$/
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
    'aside' in expected || !SPREAD.test(expected.run) || isOfPoints(expected) ? [] : [{ tool, expected, name }],
  )
  test.each(known.map(({ name, tool, expected }) => [name, tool, expected] as const))(
    '%s',
    async (_, tool, expected) => {
      const run = await read(join(root, tool), ...filesOf(expected))

      const { low, high } = p95Of(run)
      const truth = truthOf(tool, expected, run)
      expect(low).toBeLessThanOrEqual(truth)
      expect(high).toBeGreaterThanOrEqual(truth)
    },
  )
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
    expect(run.mostUsers).toBe(20)
    expect(csv.total.requests).toBeLessThan(run.total.requests)
    expect(run.notes.join('\n')).toContain(`${csv.total.requests}`)
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
function isOfPoints({ format }: ExpectedLoad): boolean {
  return READERS.some((reader) => reader.format === format && reader.fidelity === 'points')
}

function p95Of(run: Run): { readonly low: number; readonly high: number } {
  const found = measure(run, [], { confidence: '95' }).find(({ metric }) => metric === 'p95')
  return { low: found?.low ?? 0, high: found?.high ?? Number.POSITIVE_INFINITY }
}

function truthOf(tool: string, { run: name, unseen }: ExpectedLoad, run: Run): number {
  return serverP95(whole(booksOf(join(root, tool), name)), isMixed(run.total), unseen)
}
