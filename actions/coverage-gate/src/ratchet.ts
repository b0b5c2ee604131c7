import { globMatcher } from '@hardgate/action'
import { type Coverage, fileMeasurementsOf, type LineTrace, measurementsOf, sumOf } from '@hardgate/coverage'
import { type Measurement, type MetricKind, parseThresholds, type Threshold, type Verdict } from '@hardgate/gate'
import type { Inputs } from './inputs.ts'
import { METRICS } from './metrics.ts'

/** The lines of the threshold language that `ratchet` stands for. */
export function ratchetThresholds({ ratchet, tolerance }: Pick<Inputs, 'ratchet' | 'tolerance'>): readonly Threshold[] {
  const metrics: Readonly<Record<string, MetricKind>> = METRICS
  if (ratchet === 'off') return []
  if (ratchet === 'lines') return parseThresholds('newly_uncovered == 0', metrics).thresholds
  const change = Number(tolerance) === 0 ? '' : ` - ${tolerance}%`
  return parseThresholds(`lines >= baseline${change}\nbranches >= baseline${change}`, metrics).thresholds
}

/** Numbers of the baseline that it did not write down itself: a scope that is asked for since. */
export function withScopes(verdict: Verdict, coverage: Coverage, scopes: Iterable<string | undefined>): Verdict {
  const known = new Set(verdict.measurements.map(({ scope }) => scope))
  const missing = [...new Set(scopes)].filter((scope) => !known.has(scope))
  if (missing.length === 0) return verdict
  const added = missing.flatMap((scope) => measure(coverage, scope))
  return { ...verdict, measurements: [...verdict.measurements, ...added] }
}

/**
 * The baseline without the lines that the change removed: who deletes covered code alone has made nothing worse.
 * undefined: there is nothing left of it, or no such measurement.
 */
export function adjusted(
  { metric, scope }: Pick<Measurement, 'metric' | 'scope'>,
  coverage: Coverage,
  trace: LineTrace,
): Measurement | undefined {
  return measure(coverage, scope, trace).find((one) => one.metric === metric)
}

/** With one measurement in place of its own. */
export function replaced(verdict: Verdict, measurement: Measurement): Verdict {
  const { metric, scope } = measurement
  const others = verdict.measurements.filter((one) => one.metric !== metric || one.scope !== scope)
  return { ...verdict, measurements: [...others, measurement] }
}

function measure(coverage: Coverage, scope: string | undefined, trace?: LineTrace): Measurement[] {
  const matches = scope === undefined ? () => true : globMatcher(scope)
  const totals = [...coverage].flatMap(([path, file]) => {
    if (!matches(path)) return []
    return [file.totals(trace === undefined ? undefined : (line) => !trace.isRemoved(path, line))]
  })
  return [...measurementsOf(sumOf(totals), scope), ...fileMeasurementsOf(totals, scope)]
}

export interface NewlyUncovered {
  readonly path: string
  readonly lines: readonly number[]
}

/** Lines not covered now that are not lines which were uncovered in the baseline already. */
export function newlyUncovered(now: Coverage, before: Coverage, trace: LineTrace): NewlyUncovered[] {
  return [...now].flatMap(([path, file]) => {
    const lines: number[] = []
    file.eachLine((line, hits) => {
      if (hits === 0 && !wasUncovered({ path, line }, before, trace)) lines.push(line)
    })
    return lines.length === 0 ? [] : [{ path, lines }]
  })
}

function wasUncovered(
  { path, line }: { readonly path: string; readonly line: number },
  before: Coverage,
  trace: LineTrace,
): boolean {
  const old = trace.oldLine(path, line)
  return old !== undefined && before.get(old.path)?.hitsAt(old.line) === 0
}
