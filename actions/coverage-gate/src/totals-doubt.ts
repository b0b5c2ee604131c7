import type { BranchCount } from '@hardgate/coverage'
import { measurementsOf } from '@hardgate/coverage'
import { checkThresholds, type Measurement, type Threshold } from '@hardgate/gate'
import { totalsAdvice } from './branch-advice.ts'
import { percentText } from './fraction.ts'
import { GATE, type Judgement } from './judge.ts'
import type { Part } from './measured.ts'
import type { Project } from './project.ts'
import type { ReadReport } from './reading.ts'
import { asFraction } from './sentences.ts'
import { differencesOf } from './totals-evidence.ts'

const DOUBTFUL: ReadonlySet<string> = new Set(['lines', 'branches', 'combined'])

/**
 * One report, unfiltered, whose own whole numbers would decide otherwise than the counted ones: which of the two is
 * right is not known, so neither decides.
 */
export function doubtTotals(judgements: readonly Judgement[], whole: Part, project: Project): readonly Judgement[] {
  const [only, ...others] = whole.reports
  if (only === undefined || others.length > 0 || project.dropped.length > 0 || project.unmapped.length > 0)
    return judgements
  const differences = differencesOf(only)
  if (differences.length === 0 || only.report.explainedMismatch !== undefined) return judgements
  const declared = (metric: 'lines' | 'branches') => differences.find((one) => one.metric === metric)?.declared
  const lines = declared('lines') ?? whole.totals.lines
  const branches = declared('branches')
  const claimed = measurementsOf({
    ...whole.totals,
    lines,
    branches: branches === undefined ? whole.totals.branches : exactly(branches),
  })
  return judgements.map((one) => doubt(one, claimed, only))
}

const exactly = ({ covered, total }: { readonly covered: number; readonly total: number }): BranchCount => ({
  low: covered,
  high: covered,
  total,
})

function doubt(judgement: Judgement, claimed: readonly Measurement[], { path, report }: ReadReport): Judgement {
  const { threshold, finding, limit } = judgement
  const claim = claimed.find(({ metric }) => metric === threshold.metric)
  if (!isDoubtful(threshold) || claim?.ratio === undefined || limit === undefined) return judgement
  const [check] = checkThresholds({ gate: GATE, measurements: [claim], thresholds: [threshold] })
  if (check === undefined || check.outcome === finding.outcome || finding.outcome === 'inconclusive') return judgement
  const { numerator, denominator } = claim.ratio
  const said = `${percentText(asFraction(claim.ratio), [limit])} % (${numerator} of ${denominator})`
  return {
    ...judgement,
    finding: {
      ...finding,
      code: 'totals-mismatch',
      outcome: 'inconclusive',
      explanation: `${finding.explanation.replace(/ Largest gaps:.*$/, '')} But ${path} itself says ${said}, with which ${threshold.line} would ${check.outcome === 'pass' ? 'pass' : 'fail'}. One of the two is wrong, so neither decides: write the report again, or in another format.${totalsAdvice(report.format)}`,
    },
  }
}

const isDoubtful = ({ metric, scope, limit }: Threshold): boolean =>
  DOUBTFUL.has(metric) && scope === undefined && limit.from === 'value'
