import type { Coverage, LineTrace } from '@hardgate/coverage'
import type { Verdict } from '@hardgate/gate'

/** The earlier run that this one is compared with. */
export interface FoundBaseline {
  readonly kind: 'found'
  readonly verdict: Verdict
  /** `main 1a2b3c4, 3 commits back`, or the path of the file. */
  readonly origin: string
  readonly commit: string | undefined
  /** Every line that it measured, or why that is not known. */
  readonly coverage: Coverage | { readonly problem: string }
  /** How its lines became ours, or why that is not known. */
  readonly trace: LineTrace | { readonly problem: string }
  /** On the default branch: what it has not measured yet is measured for the first time now. */
  readonly isFirst: boolean
  /** Notes for the summary: runs that were not trusted. */
  readonly notes: readonly string[]
}

export type Baseline =
  | FoundBaseline
  /** There is none yet. `isFirst`: and this run on the default branch becomes it. */
  | { readonly kind: 'none'; readonly isFirst: boolean; readonly why: string; readonly notes: readonly string[] }
  /** Whether there is one is not known, or it cannot be used. Never taken for none. */
  | { readonly kind: 'unknown'; readonly why: string; readonly notes: readonly string[] }

export function linesOf(baseline: Baseline | undefined): Coverage | undefined {
  if (baseline?.kind !== 'found' || 'problem' in baseline.coverage) return undefined
  return baseline.coverage
}

export function traceOf(baseline: Baseline | undefined): LineTrace | undefined {
  if (baseline?.kind !== 'found' || 'problem' in baseline.trace) return undefined
  return baseline.trace
}
