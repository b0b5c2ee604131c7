import { InputErrors } from '@hardgate/action'
import {
  baselineOfRuns,
  type Check,
  checkThresholds,
  earlierValues,
  isInScope,
  type Measurement,
  nearestName,
  type Threshold,
} from '@hardgate/gate'
import { type Assessment, assess, type MeasureOptions, type Run } from '@hardgate/load'
import { doubtOf, type RecordBounds } from './doubt.ts'
import type { EarlierRuns } from './earlier-runs.ts'
import { GATE } from './gate-name.ts'
import { isLatency } from './metrics.ts'
import { nameOf, sentenceOf } from './sentences.ts'

/** One threshold and what it was held against. */
export interface Judgement {
  readonly threshold: Threshold
  readonly check: Check
  /** undefined: there is no number. */
  readonly measurement: Measurement | undefined
  readonly baseline: Compared | undefined
}

/** With the mean of earlier runs. */
export interface Compared {
  readonly value: number
  readonly runs: number
  /** Percent; undefined where the mean is 0. */
  readonly change: number | undefined
}

export interface Case {
  readonly run: Run
  readonly thresholds: readonly Threshold[]
  readonly options: MeasureOptions
  readonly earlier: EarlierRuns | undefined
  /** This run is one of the default branch, and may become the first baseline. */
  readonly isFirst: boolean
}

export interface Judged {
  readonly assessment: Assessment
  readonly judgements: readonly Judgement[]
}

/** Every threshold against every label that it means. Throws where a scope means none. */
export function judgeRun(one: Case): Judged {
  const thresholds = withOwnScopes(one.thresholds, [...one.run.groups.keys()])
  const assessment = assess(one.run, thresholds, one.options)
  const record: RecordBounds = recordBounds(one, thresholds)
  return {
    assessment,
    judgements: thresholds.flatMap((threshold) => {
      const { measurements, missing } = answersTo(threshold, assessment)
      return [
        ...missing.map(({ scope, why }) => unanswered(threshold, scope, whyMissing(why, threshold, one))),
        ...measurements.map((measurement) => judged(threshold, measurement, { one, record })),
      ]
    }),
  }
}

/** What the record alone allows, asked for once and only where something is in doubt. */
function recordBounds({ run, options }: Case, thresholds: readonly Threshold[]): RecordBounds {
  let alone: Map<string, Measurement> | undefined
  return ({ metric, scope }) => {
    alone ??= new Map(
      assess(run, thresholds, { ...options, confidence: undefined }).measurements.map((found) => [keyOf(found), found]),
    )
    return alone.get(keyOf({ metric, ...(scope === undefined ? {} : { scope }) }))
  }
}

const keyOf = ({ metric, scope }: Pick<Measurement, 'metric' | 'scope'>): string =>
  scope === undefined ? metric : `${metric} of ${scope}`

/** A scope that names a host covers the labels that are shown without it. */
function withOwnScopes(thresholds: readonly Threshold[], labels: readonly string[]): readonly Threshold[] {
  const problems: string[] = []
  const own = thresholds.map((threshold) => {
    const { scope } = threshold
    if (scope === undefined || labels.some((label) => isInScope(scope, label))) return threshold
    const short = scope.replace(/^((?:\S+ )?)[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, '$1')
    if (labels.some((label) => isInScope(short, label))) return { ...threshold, scope: short }
    problems.push(`thresholds: no request of this run is in the scope "${scope}". ${nearestTo(scope, labels)}`)
    return threshold
  })
  if (problems.length > 0) throw new InputErrors(problems)
  return own
}

const MOST_NAMED = 3

function nearestTo(scope: string, labels: readonly string[]): string {
  const near: string[] = []
  for (let left = MOST_NAMED; left > 0; left--) {
    const next = nearestName(
      scope,
      labels.filter((label) => !near.includes(label)),
    )
    if (next === undefined) break
    near.push(next)
  }
  if (near.length > 0) return `Did you mean ${near.map(quoted).join(' or ')}?`
  const some = labels.slice(0, MOST_NAMED).map(quoted)
  return labels.length === 0
    ? 'There are no labels in the report.'
    : `There are ${some.join(', ')}${labels.length > MOST_NAMED ? ' and more' : ''}.`
}

const LONGEST_LABEL = 80
const quoted = (label: string): string =>
  `"${label.length > LONGEST_LABEL ? `${label.slice(0, LONGEST_LABEL)}…` : label}"`

function answersTo({ metric, scope }: Threshold, { measurements, missing }: Assessment) {
  const isMeant = (one: { readonly metric: string; readonly scope?: string }): boolean =>
    one.metric === metric &&
    (scope === undefined ? one.scope === undefined : one.scope !== undefined && isInScope(scope, one.scope))
  return { measurements: measurements.filter(isMeant), missing: missing.filter(isMeant) }
}

/** What knows the failures that a record of answers alone does not. */
const BESIDE: Readonly<Record<string, string>> = {
  'hey-csv': "It lists answers only: give hey's text report too",
  'oha-csv': "It lists answers only: give oha's JSON too",
  'h2load-log': "It lists answers only: give h2load's text report too",
  'ab-percentiles': "Give ab's text report too",
  'ab-gnuplot': "Give ab's text report too",
}

function whyMissing(why: string, { metric }: Threshold, { run }: Case): string {
  const advice = metric === 'error_rate' || metric === 'errors' ? BESIDE[run.format] : undefined
  return advice === undefined ? why : `${why}. ${advice}, or set max-error-rate: off`
}

function unanswered(threshold: Threshold, scope: string | undefined, why: string): Judgement {
  const { line, severity, metric } = threshold
  const named = scope === undefined ? {} : { scope }
  const explanation = `${nameOf(named, metric)}: ${why}`
  const check: Check = { threshold: line, severity, outcome: 'no-data', metric, ...named, explanation }
  return { threshold, check, measurement: undefined, baseline: undefined }
}

interface World {
  readonly one: Case
  readonly record: RecordBounds
}

function judged(threshold: Threshold, measurement: Measurement, world: World): Judgement {
  const { earlier } = world.one
  const check = checked(threshold, measurement, world)
  return {
    threshold,
    measurement,
    check: spoiled(check, threshold, world.one),
    baseline: comparedWith(earlier, { threshold, measurement, confidence: world.one.options.confidence }),
  }
}

function checked(threshold: Threshold, measurement: Measurement, { one, record }: World): Check {
  const { earlier, isFirst, run, options } = one
  const runs = { confidence: options.confidence }
  const [check] = checkThresholds({
    gate: GATE,
    measurements: [measurement],
    thresholds: [threshold],
    baseline: earlier?.kept.map(({ verdict }) => verdict) ?? [],
    runs,
    withoutBaseline: isFirst ? 'pass' : 'inconclusive',
  })
  if (check === undefined) throw new Error(`"${threshold.line}" was not judged`)
  const isUnknown = threshold.limit.from === 'baseline' && earlier?.unknown !== undefined
  if (isUnknown) {
    const explanation = `${nameOf(check, threshold.metric)}: whether there is a baseline is not known: ${earlier.unknown}`
    return { ...check, outcome: 'inconclusive', explanation }
  }
  if (check.outcome === 'inconclusive' && threshold.limit.from === 'value')
    return { ...check, explanation: doubtOf({ threshold, measurement, check, run, options, record }) }
  return { ...check, explanation: sentenceOf(check, threshold) }
}

/** What the generator did wrong makes latencies look better than they were. */
function spoiled(check: Check, { metric }: Threshold, { run }: Case): Check {
  const signal = run.signals.find(({ spoilsPass }) => spoilsPass)
  if (signal === undefined || check.outcome !== 'pass' || !isLatency(metric)) return check
  return { ...check, outcome: 'inconclusive', explanation: `${check.explanation}, but ${signal.text}` }
}

interface Question {
  readonly threshold: Pick<Threshold, 'kind'>
  readonly measurement: Measurement
  readonly confidence: MeasureOptions['confidence']
}

/** The change against the mean of earlier runs; undefined where there are none. */
export function comparedWith(earlier: EarlierRuns | undefined, question: Question): Compared | undefined {
  if (earlier === undefined || earlier.unknown !== undefined) return undefined
  const { threshold, measurement, confidence } = question
  const verdicts = earlier.kept.map(({ verdict }) => verdict)
  const values = earlierValues({ gate: GATE, earlier: verdicts, measurement, kind: threshold.kind })
  const mean = baselineOfRuns(values, confidence)
  if (mean === undefined) return undefined
  const { value, runs } = mean
  return { value, runs, change: value === 0 ? undefined : ((measurement.value - value) / value) * 100 }
}
