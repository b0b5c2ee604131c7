import type { Count } from '@hardgate/coverage'
import { type Exact, type Measurement, minus } from '@hardgate/gate'
import type { Baseline } from './baseline.ts'
import { linesOf } from './baseline.ts'
import { fractionOf, neededFor, percentText, pointsText } from './fraction.ts'
import type { Judgement } from './judge.ts'
import type { Part } from './measured.ts'
import { measurementsOfPart, patchMeasurements } from './measured.ts'
import type { PatchResult } from './patch.ts'
import { withScopes } from './ratchet.ts'
import { asFraction } from './sentences.ts'

export interface Told {
  readonly whole: Part | undefined
  readonly patch: PatchResult | undefined
  readonly baseline: Baseline | undefined
  readonly judgements: readonly Judgement[]
}

/** Numbers for later steps; what was not measured is ''. */
export function numberOutputs({ whole, patch, baseline, judgements }: Told): Record<string, string> {
  if (whole === undefined) return {}
  const { lines, branches } = whole.totals
  const measured = [...measurementsOfPart(whole), ...patchMeasured(patch)]
  const hasBranches = branches.total > 0
  return {
    lines: shown('lines', measured, judgements),
    branches: shown('branches', measured, judgements),
    combined: shown('combined', measured, judgements),
    'patch-lines': shown('patch.lines', measured, judgements),
    'patch-branches': shown('patch.branches', measured, judgements),
    'lines-covered': String(lines.covered),
    'lines-total': String(lines.total),
    'branches-covered': hasBranches ? String(branches.low) : '',
    'branches-total': hasBranches ? String(branches.total) : '',
    'lines-needed': needed('lines', lines, judgements),
    'branches-needed': hasBranches
      ? needed('branches', { covered: branches.low, total: branches.total }, judgements)
      : '',
    'delta-lines': delta('lines', measured, baseline),
    'delta-branches': delta('branches', measured, baseline),
    files: String(whole.files.length),
  }
}

function patchMeasured(patch: PatchResult | undefined): Measurement[] {
  return patch === undefined || 'kind' in patch ? [] : patchMeasurements(patch.totals, undefined)
}

function shown(metric: string, measured: readonly Measurement[], judgements: readonly Judgement[]): string {
  const ratio = measured.find((one) => one.metric === metric)?.ratio
  return ratio === undefined ? '' : percentText(asFraction(ratio), limitsOf(metric, judgements))
}

/** The limits that the whole was held against in that metric. */
export function limitsOf(metric: string, judgements: readonly Judgement[]): Exact[] {
  return judgements.flatMap(({ threshold, limit }) =>
    threshold.metric === metric && threshold.scope === undefined && limit !== undefined ? [limit] : [],
  )
}

/** For the highest of the limits that may fail the gate; '' where there is none, or more tests alone cannot meet it. */
function needed(metric: string, count: Count, judgements: readonly Judgement[]): string {
  const counts = judgements.flatMap(({ threshold, limit }) => {
    const isMeant = threshold.metric === metric && threshold.scope === undefined && threshold.severity === 'gate'
    return isMeant && limit !== undefined ? [neededFor(count, limit, threshold.operator)] : []
  })
  const known = counts.filter((one) => one !== undefined)
  return known.length === 0 ? '' : String(Math.max(...known))
}

function delta(metric: string, measured: readonly Measurement[], baseline: Baseline | undefined): string {
  const before = baselineShare(metric, baseline)
  const now = measured.find((one) => one.metric === metric)?.ratio
  return before === undefined || now === undefined ? '' : pointsText(minus(asFraction(now), before))
}

export function baselineShare(metric: string, baseline: Baseline | undefined): Exact | undefined {
  if (baseline?.kind !== 'found') return undefined
  const coverage = linesOf(baseline)
  const verdict = coverage === undefined ? baseline.verdict : withScopes(baseline.verdict, coverage, [undefined])
  const ratio = verdict.measurements.find((one) => one.metric === metric && one.scope === undefined)?.ratio
  return ratio === undefined || ratio.denominator === 0
    ? undefined
    : fractionOf({ covered: ratio.numerator, total: ratio.denominator })
}
