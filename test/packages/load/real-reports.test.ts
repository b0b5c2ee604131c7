import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { measure, READERS, type Run } from '@hardgate/load'
import { describe, expect, test } from '@jest/globals'
import {
  booksOf,
  type ExpectedLoad,
  expectedLoads,
  isMixed,
  loadProblems,
  read,
  reportProblems,
  serverP95,
  whole,
} from '../../../scripts/load-truth.ts'

const root = join(import.meta.dirname, '../../fixtures/load')
const tools = readdirSync(root).filter((name) => existsSync(join(root, name, 'expected.json')))
const reports = tools.flatMap((tool) =>
  expectedLoads(join(root, tool)).map((expected) => ({ tool, expected, name: `${tool}/${expected.file.slice(8)}` })),
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

    const problems = await loadProblems(folder, expectedLoads(folder))

    expect(problems).toEqual([])
  })
})

describe('acceptance 1: the interval of the gate contains the truth of the server', () => {
  // of runs whose delays lie 6 ms apart: among equal ones the interval is narrower than the client is late
  const known = reports.filter(({ expected }) => expected.run.startsWith('mixed') && !isOfPoints(expected))
  test.each(known.map(({ name, tool, expected }) => [name, tool, expected] as const))(
    '%s',
    async (_, tool, expected) => {
      const run = await read(join(root, tool), expected.file)

      const { low, high } = p95Of(run)
      const truth = truthOf(tool, expected, run)
      expect(low).toBeLessThanOrEqual(truth)
      expect(high).toBeGreaterThanOrEqual(truth)
    },
  )
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
