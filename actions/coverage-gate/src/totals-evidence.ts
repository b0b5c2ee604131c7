import type { BranchCount, Count } from '@hardgate/coverage'
import type { ReadReport } from './reading.ts'
import { type Finding, finding } from './reasons.ts'

/** What a report says of itself against what was counted in it: every difference is told, and decides nothing here. */
export function totalsFindings(reports: readonly ReadReport[]): readonly Finding[] {
  return reports.flatMap((one) => {
    const differences = differencesOf(one)
    return differences.length === 0 ? [] : [mismatch(one, differences)]
  })
}

export interface Difference {
  readonly metric: 'lines' | 'branches'
  readonly declared: Count
  readonly counted: Count
}

/** Lines, branches or both, where the declared numbers cannot be the counted ones. */
export function differencesOf({ report, counted }: ReadReport): Difference[] {
  const { linesTotal, linesCovered, branchesTotal, branchesCovered } = report.declared
  const { covered, total } = counted.lines
  const lines = difference(
    'lines',
    { total: linesTotal, covered: linesCovered },
    { low: covered, high: covered, total },
  )
  // no line has them, so there is nothing to compare with
  if (report.branches === 'totals-only') return lines
  return [...lines, ...difference('branches', { total: branchesTotal, covered: branchesCovered }, counted.branches)]
}

interface Declared {
  readonly total: number | undefined
  readonly covered: number | undefined
}

function difference(metric: 'lines' | 'branches', declared: Declared, { low, high, total }: BranchCount): Difference[] {
  // a declared 0 beside counted ones is what a tool writes that does not fill the field
  if (declared.total === undefined || (declared.total === 0 && total > 0)) return []
  const covered = declared.covered ?? low
  if (declared.total === total && covered >= low && covered <= high) return []
  return [{ metric, declared: { covered, total: declared.total }, counted: { covered: low, total } }]
}

function mismatch({ path, report }: ReadReport, differences: readonly Difference[]): Finding {
  const said = differences.map(
    ({ metric, declared, counted }) =>
      `${declared.covered} of ${declared.total} ${metric} where ${counted.covered} of ${counted.total} were counted`,
  )
  const why = report.explainedMismatch === undefined ? 'The counted ones are judged' : report.explainedMismatch
  return finding({
    code: 'totals-mismatch',
    expected: 'own totals',
    outcome: 'inconclusive',
    severity: 'warn',
    explanation: `${path} says ${said.join(' and ')}. ${why}.`,
  })
}
