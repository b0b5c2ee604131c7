import { type BaselineAnswer, baselineLimit } from './baseline.ts'
import { marginOf, outcomeBeside, outcomeOf } from './compare.ts'
import { isTimeUnit, MILLISECONDS } from './duration.ts'
import { exact, over, times, toNumber } from './exact.ts'
import { explain, type KnownLimit, shownMeasured, subjectOf } from './explain.ts'
import type { FixedLimit } from './limit.ts'
import { nearestName } from './nearest.ts'
import type { Percent } from './percentile.ts'
import { rangeOf } from './range.ts'
import { runsLimit } from './runs-limit.ts'
import { isInScope } from './scope.ts'
import type { Threshold } from './thresholds.ts'
import { type Check, type Measurement, type Verdict, type VerdictParts, verdictOf } from './verdict.ts'

export interface Case {
  readonly gate: string
  readonly measurements: readonly Measurement[]
  readonly thresholds: readonly Threshold[]
  /** Earlier verdicts, the newest first. */
  readonly baseline?: readonly Verdict[]
  /**
   * Present: all the verdicts of `baseline` are runs that may be compared with this one, and make one limit together.
   * Absent: the newest that did not fail is the limit. Without a confidence, which is percent and one-sided, this run's
   * bounds alone decide, whatever the scatter between runs.
   */
  readonly runs?: { readonly confidence: Percent | undefined }
  /** Where there is no baseline yet. Default `inconclusive`; `pass` is for the base branch, whose run becomes the first. */
  readonly withoutBaseline?: 'inconclusive' | 'pass'
  readonly evidence?: NonNullable<VerdictParts['evidence']>
}

/** Every threshold against every measurement that it means. No threshold at all is `no-data`. */
export function judge(one: Case): Verdict {
  const { gate, measurements, evidence = {} } = one
  // JSON has no NaN: such a measurement decides nothing and would spoil the file
  const written = measurements.filter(({ value, low = value, high = value }) =>
    [value, low, high].every(Number.isFinite),
  )
  return verdictOf({ gate, checks: checkThresholds(one), measurements: written, evidence })
}

/** The checks alone, for a gate that has others beside them. */
export function checkThresholds(one: Omit<Case, 'evidence'>): Check[] {
  return one.thresholds.flatMap((threshold) => {
    const meant = measurementsOf(threshold, one.measurements)
    if (meant.length === 0) return [unanswered(threshold, one.measurements)]
    return meant.map((measurement) => check(threshold, measurement, one))
  })
}

// A name that reads like the scope itself is covered too, and never hides the others: names come from foreign reports.
function measurementsOf({ metric, scope }: Threshold, measurements: readonly Measurement[]): Measurement[] {
  const same = measurements.filter((one) => one.metric === metric)
  if (scope === undefined) return same.filter((one) => one.scope === undefined)
  return same.filter((one) => one.scope !== undefined && isInScope(scope, one.scope))
}

function check(threshold: Threshold, measurement: Measurement, one: Omit<Case, 'evidence'>): Check {
  const measured = rangeOf(measurement, threshold.kind)
  if (typeof measured === 'string') {
    return {
      ...partsOf(threshold, measurement),
      outcome: 'no-data',
      explanation: `${subjectOf(measurement)} has no value: ${measured}`,
    }
  }
  const limit = limitOf(threshold, measurement, one)
  if (!('range' in limit)) return withoutLimit(threshold, measurement, limit, one.withoutBaseline ?? 'inconclusive')
  const outcome =
    limit.chance === undefined
      ? outcomeOf(threshold.operator, measured, limit.range)
      : outcomeBeside(limit.chance.edge, threshold.operator, measured, limit.range)
  const margin = marginOf(threshold.operator, measured, limit.range)
  const judged = { threshold, measurement, measured, limit, outcome, margin }
  const scale = isTimeUnit(limit.unit) ? MILLISECONDS[limit.unit] : 1
  return {
    ...partsOf(threshold, measurement),
    outcome,
    measured: shownMeasured(judged),
    margin: toNumber(over(margin, scale)),
    explanation: explain(judged),
  }
}

function limitOf(threshold: Threshold, measurement: Measurement, one: Omit<Case, 'evidence'>): BaselineAnswer {
  const { limit, kind, operator } = threshold
  if (limit.from === 'value') return fixedLimit(limit, measurement)
  const question = { gate: one.gate, earlier: one.baseline ?? [], measurement, kind, limit }
  return one.runs === undefined
    ? baselineLimit(question)
    : runsLimit({ ...question, operator, confidence: one.runs.confidence })
}

function fixedLimit({ value, unit }: FixedLimit, measurement: Measurement): KnownLimit {
  const point = times(exact(value), exact(isTimeUnit(unit) ? MILLISECONDS[unit] : 1))
  return { range: { value: point, low: point, high: point }, unit: unit === '' ? measurement.unit : unit }
}

function withoutLimit(
  threshold: Threshold,
  measurement: Measurement,
  answer: Exclude<BaselineAnswer, KnownLimit>,
  policy: 'inconclusive' | 'pass',
): Check {
  const subject = subjectOf(measurement)
  if ('problem' in answer) {
    return { ...partsOf(threshold, measurement), outcome: 'inconclusive', explanation: `${subject}: ${answer.problem}` }
  }
  const end = policy === 'pass' ? ', and this run becomes the first' : ', so there is nothing to compare with'
  return { ...partsOf(threshold, measurement), outcome: policy, explanation: `${subject}: ${answer.none}${end}` }
}

function partsOf(
  { line, severity }: Threshold,
  { metric, scope }: Measurement,
): Pick<Check, 'threshold' | 'severity' | 'metric' | 'scope'> {
  return { threshold: line, severity, metric, ...(scope === undefined ? {} : { scope }) }
}

function unanswered({ line, severity, metric, scope }: Threshold, measurements: readonly Measurement[]): Check {
  const answer = (why: string): Check => ({ threshold: line, severity, outcome: 'no-data', explanation: why })
  const scopes = measurements.flatMap((one) => (one.metric === metric && one.scope !== undefined ? [one.scope] : []))
  const example = (scope === undefined ? undefined : nearestName(scope, scopes)) ?? scopes[0]
  if (example === undefined) return answer(`${metric} was not measured, so "${line}" has no answer`)
  if (scope !== undefined)
    return answer(`"${scope}" covers nothing that ${metric} was measured for, such as "${example}"`)
  return answer(`${metric} was measured for parts only, such as "${example}", so "${line}" has no answer`)
}
