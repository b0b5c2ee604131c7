import type { DeclaredTotals } from './report.ts'
import type { Totals } from './totals.ts'

export type Derived = Omit<Totals, 'statements'>

/** The file's own numbers, where it says that its lines do not add up to them. */
export function asDeclared(counted: Derived, declared: DeclaredTotals | undefined): Derived {
  if (declared === undefined) return counted
  const { linesTotal, linesCovered, branchesTotal, branchesCovered } = declared
  const lines =
    linesTotal === undefined || linesCovered === undefined
      ? counted.lines
      : { covered: linesCovered, total: linesTotal }
  const branches =
    branchesTotal === undefined || branchesCovered === undefined
      ? counted.branches
      : { low: branchesCovered, high: branchesCovered, total: branchesTotal }
  // which lines have the branches that were not taken is not known: each may have its own, and all may lie on lines not hit
  const missed = branches.total - branches.low
  const strictLines = { low: Math.max(0, lines.covered - missed), high: lines.covered, total: lines.total }
  return { lines, strictLines, branches }
}
