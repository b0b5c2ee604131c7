import { isInScope, type Measurement, type Percent, percentileOf } from '@hardgate/gate'
import { DesignEffects } from './design-effects.ts'
import { type Answer, groupMetric } from './measure-group.ts'
import { runMetric } from './measure-run.ts'
import type { Group, Run } from './run.ts'

export interface MeasureOptions {
  /** Whose latencies count. Default `exclude`: of the successful requests. */
  readonly failures?: 'exclude' | 'include'
  /** Percent, above 50. undefined: chance is not asked for, the record's own bounds remain. */
  readonly confidence?: Percent | undefined
  /** Of `pN.sustained`. Default 30 s. */
  readonly windowMs?: number
}

/** A metric of the whole, or of every label that a glob covers. */
export interface Wanted {
  readonly metric: string
  readonly scope?: string
}

export interface Assessment {
  readonly measurements: readonly Measurement[]
  /** What has no value, and why. */
  readonly missing: readonly { readonly metric: string; readonly scope?: string; readonly why: string }[]
  /** What is to be known of a value, such as that it includes failed requests. */
  readonly remarks: readonly { readonly metric: string; readonly scope?: string; readonly text: string }[]
}

/** Of the whole run, whatever is asked for. */
const ALWAYS = ['p50', 'p95', 'p99', 'med', 'avg', 'min', 'max']
  .concat(['error_rate', 'errors', 'requests', 'rps', 'duration', 'users', 'dropped'])
  .map((metric): Wanted => ({ metric }))

/** The measurements alone, see `assess`. */
export function measure(run: Run, wanted: readonly Wanted[], options: MeasureOptions = {}): readonly Measurement[] {
  return assess(run, wanted, options).measurements
}

/** Every metric that is wanted, once: times in milliseconds, with the bounds of the record and of chance. */
export function assess(run: Run, wanted: readonly Wanted[], options: MeasureOptions = {}): Assessment {
  const { confidence } = options
  const effects = confidence === undefined ? undefined : new DesignEffects(run, confidence)
  const measurements: Measurement[] = []
  const missing: { metric: string; scope?: string; why: string }[] = []
  const remarks: { metric: string; scope?: string; text: string }[] = []
  for (const { metric, scope, group } of questions(run, wanted)) {
    const name = scope === undefined ? { metric } : { metric, scope }
    const answer = possible(answerOf(run, group, { metric, isWhole: scope === undefined, options, effects }))
    if ('missing' in answer) missing.push({ ...name, why: answer.missing })
    else measurements.push({ ...name, ...answer.measured })
    for (const text of answer.remarks ?? []) remarks.push({ ...name, text })
  }
  return { measurements, missing, remarks }
}

interface Asked {
  readonly metric: string
  readonly isWhole: boolean
  readonly options: MeasureOptions
  readonly effects: DesignEffects | undefined
}

function answerOf(run: Run, group: Group, { metric, isWhole, options, effects }: Asked): Answer {
  const ofRun = runMetric(run, metric)
  if (ofRun !== undefined) return isWhole ? ofRun : { missing: `${metric} is of the whole run only` }
  const { failures = 'exclude', confidence, windowMs = 30_000 } = options
  const percent = metric === 'med' ? '50' : percentileOf(metric)
  return groupMetric(run, group, { metric, percent, failures, confidence, effects, windowMs })
}

/** What a record says that contradicts itself is no value. */
function possible(answer: Answer): Answer {
  if (!('measured' in answer)) return answer
  const { value, low = value, high, ratio, unboundedAbove, unit } = answer.measured
  if (unit === '1' && !Number.isSafeInteger(value)) return { missing: `${value} is no number that could be counted` }
  if (ratio !== undefined && ratio.numerator > ratio.denominator)
    return { missing: `the record contradicts itself: ${ratio.numerator} of ${ratio.denominator} requests failed` }
  const isBetween = low <= value && (high === undefined ? unboundedAbove !== undefined || low === value : value <= high)
  return isBetween
    ? answer
    : { missing: `the record contradicts itself: ${value} is not from ${low} to ${high ?? value}` }
}

function* questions(
  run: Run,
  wanted: readonly Wanted[],
): Generator<{ readonly metric: string; readonly scope?: string; readonly group: Group }> {
  const done = new Map<string, Set<string>>()
  const isNew = (metric: string, label: string): boolean => {
    const labels = done.get(metric) ?? new Set()
    done.set(metric, labels)
    return labels.size < labels.add(label).size
  }
  const whole = new Set([...ALWAYS, ...wanted.filter(({ scope }) => scope === undefined)].map(({ metric }) => metric))
  for (const metric of whole) yield { metric, group: run.total }
  for (const { metric, scope } of wanted) {
    if (scope === undefined) continue
    for (const [label, group] of run.groups) {
      if (isInScope(scope, label) && isNew(metric, label)) yield { metric, scope: label, group }
    }
  }
}
