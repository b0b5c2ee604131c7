import { globMatcher } from '@hardgate/action'
import {
  type BranchCount,
  fileMeasurementsOf,
  measurementsOf,
  patchMeasurementsOf,
  sumOf,
  type Totals,
} from '@hardgate/coverage'
import type { Measurement } from '@hardgate/gate'
import { type BranchState, branchState } from './branch-evidence.ts'
import type { Project, ProjectFile } from './project.ts'
import type { ReadReport } from './reading.ts'

/** The files of a scope, or all, with their numbers. */
export interface Part {
  /** Absent: the whole. */
  readonly scope?: string
  readonly files: readonly SizedFile[]
  readonly totals: Totals
  readonly branches: BranchState
  /** That mention one of the files. */
  readonly reports: readonly ReadReport[]
}

export interface SizedFile extends ProjectFile {
  readonly totals: Totals
}

export function wholeOf(project: Project, reports: readonly ReadReport[]): Part {
  const files = [...project.files.values()].map((file) => ({ ...file, totals: file.coverage.totals() }))
  const whole = partFrom(files)
  const branches = rootBranches(project, reports)
  return branches === undefined ? whole : { ...whole, branches: 'measured', totals: { ...whole.totals, branches } }
}

/** The files below a glob together. */
export function scopeOf(whole: Part, scope: string): Part {
  const matches = globMatcher(scope)
  return { scope, ...partFrom(whole.files.filter(({ path }) => matches(path))) }
}

function partFrom(files: readonly SizedFile[]): Omit<Part, 'scope'> {
  const totals = sumOf(files.map((file) => file.totals))
  const reports = [...new Set(files.flatMap((file) => file.reports))]
  return { files, totals, reports, branches: branchState(totals.branches.total, reports) }
}

/** The root of one report is all that its tool says of branches. It serves that report whole, and nothing else. */
function rootBranches({ dropped, unmapped }: Project, reports: readonly ReadReport[]): BranchCount | undefined {
  const [only, ...others] = reports
  if (only === undefined || others.length > 0 || dropped.length > 0 || unmapped.length > 0) return undefined
  const { branches, declared } = only.report
  const { branchesTotal: total = 0, branchesCovered: covered = 0 } = declared
  return branches === 'totals-only' && total > 0 ? { low: covered, high: covered, total } : undefined
}

/** Without those that would look like an answer to a question about branches that nobody measured. */
export function measurementsOfPart({ totals, files, branches, scope }: Part): Measurement[] {
  const all = [
    ...measurementsOf(totals, scope),
    ...fileMeasurementsOf(
      files.map((file) => file.totals),
      scope,
    ),
  ]
  const isPartly = totals.statements !== undefined && !hasStatements(files)
  return all.filter(
    ({ metric }) =>
      !(branches === 'missing' && (metric === 'combined' || metric === 'lines.strict')) &&
      !(isPartly && metric === 'statements'),
  )
}

/** Of some files only, they would be a number of some other thing. */
export function hasStatements(files: readonly SizedFile[]): boolean {
  const measured = files.filter(({ totals }) => totals.lines.total > 0)
  return measured.length > 0 && measured.every(({ totals }) => totals.statements !== undefined)
}

export function patchMeasurements(totals: Totals, scope: string | undefined): Measurement[] {
  return patchMeasurementsOf(totals).map((one) => (scope === undefined ? one : { ...one, scope }))
}
