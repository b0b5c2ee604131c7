import type { Threshold } from '@hardgate/gate'
import { branchAdvice } from './branch-advice.ts'
import { BRANCH_METRICS } from './metrics.ts'
import type { ProjectFile } from './project.ts'
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

/** Files whose branches no report tells, beside others whose branches are known. Go measures none, so nobody forgot them. */
export function blindFiles({
  files,
  reports,
}: {
  readonly files: readonly ProjectFile[]
  readonly reports: readonly ReadReport[]
}): readonly ProjectFile[] {
  if (!reports.some(collects)) return []
  return files.filter(({ reports: own }) => !own.some(collects) && own.some(({ report }) => report.format !== 'go'))
}

const collects = ({ report }: ReadReport): boolean => report.branches === 'collected'

/** Of a shard that was run without branches, say: the number would be that of the other shards alone. */
export function partlyBlind({ line, severity }: Threshold, blind: readonly ProjectFile[]): Finding {
  const reports = [...new Set(blind.flatMap((file) => file.reports))]
  const isOne = blind.length === 1
  return finding({
    code: 'no-branch-data',
    expected: line,
    outcome: 'inconclusive',
    severity,
    explanation: `${line}: ${blind.length} of the measured files ${isOne ? 'has' : 'have'} no branch data (${namesOf(blind)}), because ${namesOf(reports)} ${reports.length === 1 ? 'carries' : 'carry'} none. ${branchAdvice(reports.map(({ report }) => report.format))}; or give the others a scope of their own.`,
  })
}

function partial(asking: readonly Threshold[], without: readonly ReadReport[]): Finding {
  return {
    code: 'no-branch-data',
    threshold: asking[0]?.line ?? 'branches',
    outcome: 'inconclusive',
    severity: 'warn',
    explanation: `${namesOf(without)} ${without.length === 1 ? 'carries' : 'carry'} no branch data: the branches are those of the other reports alone. ${branchAdvice(without.map(({ report }) => report.format))}.`,
  }
}
