import { moved, writtenChange } from './baseline-change.ts'
import { type KnownLimit, shown } from './explain.ts'
import type { BaselineLimit, MetricKind } from './limit.ts'
import { rangeOf } from './range.ts'
import type { Measurement, Verdict } from './verdict.ts'

export interface BaselineQuestion {
  readonly gate: string
  /** Earlier verdicts, the newest first. */
  readonly earlier: readonly Verdict[]
  readonly measurement: Measurement
  readonly kind: MetricKind
  readonly limit: BaselineLimit
}

/** `none`: there is no baseline yet. `problem`: there is one, and it says nothing. */
export type NoBaseline = { readonly none: string } | { readonly problem: string }
export type BaselineAnswer = KnownLimit | NoBaseline

/** The limit that the newest verdict gives which is of this gate and did not fail: a failed one would lower the bar. */
export function baselineLimit({ gate, earlier, measurement, kind, limit }: BaselineQuestion): BaselineAnswer {
  if (earlier.length === 0) return { none: 'there is no baseline yet' }
  const newest = earlier.find((one) => one.gate === gate && (one.outcome === 'pass' || one.outcome === 'inconclusive'))
  if (newest === undefined) {
    return { problem: `of ${earlier.length} baseline verdicts none is of this gate and without a failure` }
  }
  const before = newest.measurements.find(
    ({ metric, scope }) => metric === measurement.metric && scope === measurement.scope,
  )
  if (before === undefined) return { none: 'the baseline has no such measurement yet' }
  if (kind === 'number' && before.unit !== measurement.unit) {
    return { problem: `the baseline counts in "${before.unit}", this run in "${measurement.unit}"` }
  }
  if (before.unboundedAbove !== undefined) {
    return { problem: `the baseline has no upper bound: ${before.unboundedAbove}` }
  }
  const range = rangeOf(before, kind)
  if (typeof range === 'string') return { problem: `the baseline has no value: ${range}` }
  const { change } = limit
  const origin = `baseline ${shown(range.value, measurement.unit)}${writtenChange(change, kind)}`
  return { range: moved(range, change, kind), unit: measurement.unit, origin }
}
