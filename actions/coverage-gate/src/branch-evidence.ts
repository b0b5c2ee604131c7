import type { Threshold } from '@hardgate/gate'
import { branchAdvice } from './branch-advice.ts'
import { BRANCH_METRICS } from './metrics.ts'
import { namesOf, type ReadReport } from './reading.ts'
import { type Finding, finding } from './reasons.ts'

/**
 * What the branches of some files say. `none-there`: collected, and the code has none. `missing`: nobody collected
 * them, which is not the same.
 */
export type BranchState = 'measured' | 'none-there' | 'missing'

/** By what the formats say, never by a rate or a total of 0. `mentioning` are the reports that speak of those files. */
export function branchState(branches: number, mentioning: readonly ReadReport[]): BranchState {
  if (branches > 0) return 'measured'
  return mentioning.length > 0 && mentioning.every(({ report }) => report.branches === 'collected')
    ? 'none-there'
    : 'missing'
}

/** Nothing of the branches is known although a threshold asks: named once for the gate, before any threshold. */
export function branchFindings(
  thresholds: readonly Threshold[],
  state: BranchState,
  reports: readonly ReadReport[],
): readonly Finding[] {
  const asking = thresholds.filter(({ metric, severity }) => BRANCH_METRICS.has(metric) && severity === 'gate')
  const without = reports.filter(({ report }) => report.branches !== 'collected')
  if (asking.length === 0 || without.length === 0) return []
  if (state === 'missing') return asking.map((threshold) => noBranchData(threshold, without))
  return without.length < reports.length ? [partial(asking, without)] : []
}

/** `branches >= 70% cannot be measured: coverage.xml carries no branch data. coverage.py: …; or set min-branches: off.` */
export function noBranchData({ line, severity, metric }: Threshold, without: readonly ReadReport[]): Finding {
  const carry = without.length === 1 ? 'carries' : 'carry'
  const advice = branchAdvice(without.map(({ report }) => report.format))
  const wayOut = metric === 'branches' ? 'set min-branches: off' : 'remove the threshold'
  return finding({
    code: 'no-branch-data',
    expected: line,
    outcome: 'no-data',
    severity,
    explanation: `${line} cannot be measured: ${namesOf(without)} ${carry} no branch data${onlyTotals(without)}. ${advice}; or ${wayOut}.`,
  })
}

const onlyTotals = (without: readonly ReadReport[]): string =>
  without.some(({ report }) => report.branches === 'totals-only')
    ? ' on its lines, and the totals of a report serve neither a merge nor a part of it'
    : ''

function partial(asking: readonly Threshold[], without: readonly ReadReport[]): Finding {
  return {
    code: 'no-branch-data',
    threshold: asking[0]?.line ?? 'branches',
    outcome: 'inconclusive',
    severity: 'warn',
    explanation: `${namesOf(without)} ${without.length === 1 ? 'carries' : 'carry'} no branch data: the branches are those of the other reports alone. ${branchAdvice(without.map(({ report }) => report.format))}.`,
  }
}
