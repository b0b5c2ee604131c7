import type { GitHubContext } from '@hardgate/action'
import { type Check, type Json, type Measurement, type Verdict, verdictOf } from '@hardgate/gate'
import type { Assessment, Run } from '@hardgate/load'
import { type Conditions, conditionsEvidence } from './conditions.ts'
import type { EarlierRuns } from './earlier-runs.ts'
import type { Endpoint } from './endpoints.ts'
import { GATE } from './gate-name.ts'
import type { Judgement } from './judge.ts'
import type { Refusal } from './reading.ts'
import { reasonsOf } from './reasons.ts'
import { isoTime, timelineEvidence } from './timeline-evidence.ts'

export interface Facts {
  readonly run: Run
  readonly conditions: Conditions
  readonly assessment: Assessment
  readonly judgements: readonly Judgement[]
  /** The slowest first. */
  readonly endpoints: readonly Endpoint[]
  readonly earlier: EarlierRuns | undefined
  readonly context: Pick<GitHubContext, 'sha' | 'runId' | 'runAttempt' | 'slug'>
  readonly nowMs: number
  readonly warmUpMs: number
}

/** There is nothing that could be judged. */
export function refusedVerdict(refusals: readonly Refusal[]): Verdict {
  const checks = refusals.map(
    ({ explanation }): Check => ({ threshold: 'a report', outcome: 'no-data', severity: 'gate', explanation }),
  )
  return verdictOf({
    gate: GATE,
    checks,
    evidence: { reading: refusals.map(({ code, explanation }) => ({ code, explanation })) },
  })
}

/** The verdict, with what it was made from. */
export function verdictFrom(facts: Facts): Verdict {
  const { run, judgements, assessment, endpoints } = facts
  const verdict = verdictOf({
    gate: GATE,
    checks: [...judgements.map(({ check }) => check), ...partialCheck(run)],
    measurements: [...assessment.measurements, ...endpointMeasurements(endpoints, assessment.measurements)],
    evidence: evidenceOf(facts),
  })
  return { ...verdict, reasons: reasonsOf(verdict, facts) }
}

/** What is missing could be slow, or failed: nothing passes without it. */
function partialCheck({ partial, sources }: Run): Check[] {
  if (partial === undefined) return []
  const measured = sources.filter(({ use }) => use === 'measured').map(({ path }) => path)
  const where = measured.some((path) => partial.includes(path)) ? '' : `${measured.slice(0, 3).join(', ')}: `
  const explanation = `${where}${partial}: what is left of the report can fail and never pass`
  return [{ threshold: 'a whole report', outcome: 'no-data', severity: 'gate', explanation }]
}

const MOST_ENDPOINTS = 1000

/** Of each endpoint, for a threshold that is written later and for reports; those that were judged are there already. */
function endpointMeasurements(endpoints: readonly Endpoint[], judged: readonly Measurement[]): Measurement[] {
  const known = new Set(judged.map(({ metric, scope }) => JSON.stringify([metric, scope])))
  const busiest = endpoints.toSorted((a, b) => b.group.requests - a.group.requests).slice(0, MOST_ENDPOINTS)
  return busiest
    .flatMap(({ label: scope, group: { requests, failures }, p95 }): Measurement[] => [
      { metric: 'requests', scope, value: requests, unit: '1' },
      ...(p95 === undefined ? [] : [{ metric: 'p95', scope, value: p95, unit: 'ms' }]),
      ...(failures === undefined || requests === 0 ? [] : [errorRate(scope, failures, requests)]),
    ])
    .filter(({ metric, scope }) => !known.has(JSON.stringify([metric, scope])))
}

function errorRate(scope: string, failures: number, requests: number): Measurement {
  const ratio = { numerator: failures, denominator: requests }
  return { metric: 'error_rate', scope, value: (failures / requests) * 100, unit: '%', ratio }
}

const MOST_LISTED = 100

function evidenceOf(facts: Facts): Record<string, Json> {
  const { run, conditions, context, earlier, assessment, nowMs, warmUpMs } = facts
  const timeline = timelineEvidence(run)
  return {
    measuredAt: isoTime(nowMs),
    ...(context.sha === '' ? {} : { commit: context.sha }),
    ...(context.runId === ''
      ? {}
      : { run: { id: context.runId, attempt: context.runAttempt, repository: context.slug } }),
    ...conditionsEvidence(conditions),
    ...(run.version === undefined ? {} : { version: run.version }),
    format: run.format,
    fidelity: run.fidelity,
    warmUp: warmUpMs / 1000,
    ...(run.startMs === undefined ? {} : { startedAt: isoTime(run.startMs) }),
    ...(run.partial === undefined ? {} : { partial: run.partial }),
    sources: run.sources.map(({ path, format, bytes, sha256, use }) => ({ path, format, bytes, sha256, use })),
    signals: run.signals.map(({ kind, text, spoilsPass }) => ({ kind, text, spoilsPass })),
    notes: run.notes.slice(0, MOST_LISTED),
    remarks: assessment.remarks
      .slice(0, MOST_LISTED)
      .map(({ metric, scope, text }) => ({ metric, ...(scope === undefined ? {} : { scope }), text })),
    errors: run.errors.slice(0, MOST_LISTED).map(({ message, count }) => ({ message, count })),
    ...(earlier === undefined ? {} : { baseline: baselineEvidence(earlier) }),
    ...(timeline === undefined ? {} : { timeline }),
  }
}

function baselineEvidence({ kept, leftOut, unknown, note }: EarlierRuns): Json {
  return {
    runs: kept.map(({ origin }) => origin),
    leftOut: leftOut.slice(0, MOST_LISTED),
    ...(unknown === undefined ? {} : { unknown }),
    ...(note === undefined ? {} : { note }),
  }
}
