import type { CoverageReport } from '@hardgate/coverage'
import { describe, expect, test } from '@jest/globals'
import {
  type CountedBranches,
  type ExpectedReport,
  everyLine,
  expectations,
  merge,
  read,
  statementsOf,
  sum,
} from './real-report-fixtures.ts'

const { reports, merges } = expectations()
const named = (report: ExpectedReport): string => `${report.tool}/${report.file.slice('reports/'.length)}`
const readable = reports.filter(({ format }) => format !== undefined)

describe('acceptance 3: a real report counts what its own tool counts', () => {
  test.each(readable.map((report) => [named(report), report] as const))('%s', async (_, expected) => {
    const report = await read(expected.tool, expected.file)

    const counted = sum(merge([report]))
    expect(report.format).toBe(expected.format)
    expect(counted.lines).toEqual((expected.ours ?? expected).lines)
    expect(branchesOf(report)).toEqual(bounds((expected.ours ?? expected).branches))
  })

  const native = readable.filter(({ statements }) => statements !== undefined)
  test.each(native.map((report) => [named(report), report] as const))('statements of %s', async (_, expected) => {
    const coverage = merge([await read(expected.tool, expected.file)])

    expect(statementsOf(coverage, 'total')).toEqual(expected.statements)
    for (const [part, percent] of Object.entries(expected.percents ?? {})) {
      const { covered, total } = statementsOf(coverage, part)
      expect(((100 * covered) / total).toFixed(1)).toBe(percent)
    }
  })
})

describe("a report's own totals are those that its tool printed", () => {
  test.each(readable.map((report) => [named(report), report] as const))('%s', async (_, expected) => {
    const { declared } = await read(expected.tool, expected.file)

    const lines = { covered: declared.linesCovered, total: declared.linesTotal }
    const branches = { covered: declared.branchesCovered, total: declared.branchesTotal }
    // a report that declares nothing contradicts nobody
    expect(lines.total === undefined ? expected.lines : lines).toEqual(expected.lines)
    expect(branches.total === undefined || expected.branches === null ? expected.branches : branches).toEqual(
      expected.branches,
    )
  })
})

describe('a real report of a format that is not read is refused by its name', () => {
  const refused = reports.filter((report) => report.refused !== undefined)
  test.each(refused.map((report) => [named(report), report] as const))('%s', async (_, expected) => {
    const reading = read(expected.tool, expected.file)

    await expect(reading).rejects.toMatchObject({ code: expect.stringMatching(/^(unknown-format|unreadable-report)$/) })
    await expect(reading).rejects.toThrow(expected.refused)
  })
})

describe('acceptance 4: shards that we merge are what their tool makes of them', () => {
  const exact = merges.filter((one) => one.merge === 'exact')
  test.each(exact.map((one) => [`${one.tool}: ${one.shards.join(' + ')}`, one] as const))('%s', async (_, one) => {
    const joint = merge([await read(one.tool, one.joint)])
    const shards = await readAll(one.tool, one.shards)

    expect(everyLine(merge(shards))).toEqual(everyLine(joint))
    expect(everyLine(merge(shards.toReversed()))).toEqual(everyLine(joint))
  })

  const bounded = merges.filter((one) => one.merge !== 'exact')
  test.each(bounded.map((one) => [`${one.merge} of ${one.tool}: ${one.shards.join(' + ')}`, one] as const))(
    '%s',
    async (_, one) => {
      const joint = sum(merge([await read(one.tool, one.joint)]))
      const merged = sum(merge(await readAll(one.tool, one.shards)))

      expect(merged.lines).toEqual(joint.lines)
    },
  )

  const blocks = merges.filter((one) => one.merge === 'bounds')
  test.each(blocks.map((one) => [`${one.tool}: ${one.shards.join(' + ')}`, one] as const))(
    'branch bounds hold the joint run of %s',
    async (_, one) => {
      const joint = sum(merge([await read(one.tool, one.joint)])).branches
      const merged = sum(merge(await readAll(one.tool, one.shards))).branches

      // ratios, not counts: V8's joint run may have blocks that no shard has
      expect(merged.low / merged.total).toBeLessThanOrEqual(joint.low / joint.total)
      expect(merged.high / merged.total).toBeGreaterThanOrEqual(joint.high / joint.total)
    },
  )
})

describe('acceptance 4: the same data of coverage.py is the same in each of its formats', () => {
  test.each(['lines-only', 'first', 'second', 'third', 'combined'])('%s', async (name) => {
    const [json, ...others] = await readAll(
      'coverage-py',
      ['json', 'xml', 'lcov'].map((format) => `reports/${name}.${format}`),
    )

    const rows = json === undefined ? [] : everyLine(merge([json]))
    expect(rows).not.toHaveLength(0)
    expect(others.map((other) => everyLine(merge([other])))).toEqual([rows, rows])
  })
})

describe('facts of single tools', () => {
  test('trap 41: two c8 shards hold the branch ratio of one joint run between bounds that differ; of nyc they are exact', async () => {
    const c8 = sum(merge(await readAll('c8', ['reports/first.json', 'reports/second.json'])))
    const nyc = sum(merge(await readAll('nyc', ['reports/first.json', 'reports/second.json'])))

    expect(c8.branches.high).toBeGreaterThan(c8.branches.low)
    expect(nyc.branches).toEqual({ low: 9, high: 9, total: 13 })
  })

  test('trap 42: JaCoCo says of a program without branches that they were collected', async () => {
    const report = await read('jacoco', 'reports/branchless.xml')

    expect(report.branches).toBe('collected')
    expect(sum(merge([report])).branches.total).toBe(0)
  })

  test('trap 43: the lower LH of llvm-cov is explained, for templates of C++ and for generics of Rust', async () => {
    for (const [tool, file] of [
      ['llvm-cov', 'reports/all.lcov'],
      ['cargo-llvm-cov', 'reports/all.lcov'],
    ] as const) {
      const report = await read(tool, file)
      const { lines } = sum(merge([report]))

      expect(report.declared.linesCovered).toBeLessThan(lines.covered)
      expect(report.explainedMismatch).toBeDefined()
    }
  })

  test('a BRF:0 of cargo-llvm-cov does not say that branches were collected', async () => {
    const report = await read('cargo-llvm-cov', 'reports/all.lcov')

    expect(report.branches).toBe('none')
  })

  test("a file of one name in two modules is two files in JaCoCo's aggregate", async () => {
    const report = await read('jacoco', 'reports/aggregate.xml')

    expect(report.files.map(({ module, path }) => [module, path])).toEqual([
      ['left', 'billing/Side.java'],
      ['right', 'billing/Side.java'],
    ])
  })

  test('a relative <source> of coverage.py is told as it was written', async () => {
    const report = await read('coverage-py', 'reports/relative.xml')

    expect(report.sources).toEqual(['app'])
  })
})

async function readAll(tool: string, files: readonly string[]): Promise<CoverageReport[]> {
  return Promise.all(files.map((file) => read(tool, file)))
}

/** null: none in the report. PHPUnit's stand in its root alone. */
function branchesOf(report: CoverageReport): { low: number; high: number; total: number } | null {
  if (report.branches === 'none') return null
  const { branchesCovered, branchesTotal } = report.declared
  if (report.branches === 'totals-only' && branchesCovered !== undefined && branchesTotal !== undefined) {
    return { low: branchesCovered, high: branchesCovered, total: branchesTotal }
  }
  return sum(merge([report])).branches
}

function bounds(branches: CountedBranches): { low: number; high: number; total: number } | null {
  if (branches === null || 'low' in branches) return branches
  return { low: branches.covered, high: branches.covered, total: branches.total }
}
