import { createReadStream, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Coverage, type CoverageReport, mergeCoverage, readReport } from '@hardgate/coverage'

const folder = join(import.meta.dirname, '../../fixtures/coverage')

export interface Counted {
  readonly covered: number
  readonly total: number
}
export type CountedBranches = Counted | { readonly low: number; readonly high: number; readonly total: number } | null

export interface ExpectedReport {
  readonly tool: string
  readonly file: string
  readonly format?: string
  readonly refused?: string
  /** The tool's own. */
  readonly lines: Counted
  readonly branches: CountedBranches
  readonly statements?: Counted
  readonly percents?: Readonly<Record<string, string>>
  readonly by: string
  readonly ours?: { readonly lines: Counted; readonly branches: CountedBranches }
}

export interface ExpectedMerge {
  readonly tool: string
  readonly merge: 'exact' | 'lines' | 'bounds'
  readonly joint: string
  readonly shards: readonly string[]
}

interface ExpectedFile {
  readonly reports: readonly Omit<ExpectedReport, 'tool'>[]
  readonly merges: readonly Omit<ExpectedMerge, 'tool'>[]
}

export function expectations(): { reports: ExpectedReport[]; merges: ExpectedMerge[] } {
  const tools = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('expected.json'))
    .map((path) => ({ tool: path.split(/[\\/]/)[0] ?? '', expected: readExpected(path) }))
  return {
    reports: tools.flatMap(({ tool, expected }) => expected.reports.map((report) => ({ ...report, tool }))),
    merges: tools.flatMap(({ tool, expected }) => expected.merges.map((one) => ({ ...one, tool }))),
  }
}

export function read(tool: string, file: string): Promise<CoverageReport> {
  return readReport(createReadStream(join(folder, tool, file)), 'auto', file)
}

/** Two modules may have files of one path: that they are two files is what the module is for. */
export function merge(reports: readonly CoverageReport[]): Coverage {
  const parts = reports.flatMap(({ files }) =>
    files.map(({ path, module, coverage }) => ({ path: module === undefined ? path : `${module}/${path}`, coverage })),
  )
  return mergeCoverage(parts)
}

export function sum(coverage: Coverage): { lines: Counted; branches: { low: number; high: number; total: number } } {
  const lines = { covered: 0, total: 0 }
  const branches = { low: 0, high: 0, total: 0 }
  for (const file of coverage.values()) {
    const totals = file.totals()
    lines.covered += totals.lines.covered
    lines.total += totals.lines.total
    branches.low += totals.branches.low
    branches.high += totals.branches.high
    branches.total += totals.branches.total
  }
  return { lines, branches }
}

/** Of the files below `part` of the import path; `total`: of all. */
export function statementsOf(coverage: Coverage, part: string): Counted {
  const count = { covered: 0, total: 0 }
  for (const [path, file] of coverage) {
    if (part !== 'total' && !path.includes(`/${part}/`)) continue
    const { statements } = file.totals()
    count.covered += statements?.covered ?? 0
    count.total += statements?.total ?? 0
  }
  return count
}

/** One row for each measured line: hits and branches. */
export function everyLine(coverage: Coverage): string[] {
  const rows: string[] = []
  for (const [path, file] of coverage) {
    file.eachLine((line, hits) => {
      const branches = file.branchesAt(line)
      const taken = branches === undefined ? 'no branch' : `${branches.low} to ${branches.high} of ${branches.total}`
      rows.push(`${path}:${line} ${hits > 0 ? 'hit' : 'missed'}, ${taken}`)
    })
  }
  return rows
}

function readExpected(path: string): ExpectedFile {
  const expected: ExpectedFile = JSON.parse(readFileSync(join(folder, path), 'utf8'))
  return expected
}
