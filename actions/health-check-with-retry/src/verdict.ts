import { type Check as GateCheck, type Json, type Verdict, verdictOf } from '@hardgate/gate'
import { type CheckHealth, classified, type ExpectationResult, expectationTexts, outcomeOf } from '@hardgate/health'
import type { Round } from '@hardgate/probe'
import type { Conclusion } from './conclude.ts'
import { certificateDays } from './latency.ts'
import type { Sample } from './watch.ts'

export const GATE = 'health-check-with-retry'
/** So many samples are kept in the evidence, a quarter of them from the start: some 600 bytes each. */
const KEPT_SAMPLES = 1000
const FEWEST_ROUNDS = 8

/** Every expectation of every check, the thresholds, and what was seen. */
export function verdictFor(conclusion: Conclusion, reasons: readonly string[]): Verdict {
  const { run, thresholdChecks, measurements } = conclusion
  return verdictOf({
    gate: GATE,
    checks: [...run.checks.flatMap((check) => checksFor(check, conclusion)), ...thresholdChecks],
    measurements,
    reasons,
    evidence: evidenceOf(conclusion),
  })
}

/** An expectation that did not hold counts as what its check came to: behind a blocked edge nothing has failed. */
function checksFor(check: CheckHealth, conclusion: Conclusion): readonly GateCheck[] {
  const { name, isGating } = check.subject
  const severity = isGating ? 'gate' : 'warn'
  // what a threshold missed is told by its own check
  const outcome = outcomeOf(check.failureClass === 'threshold' ? 'healthy' : check.health)
  // a line that says nothing would be one more warning of an advisory check, and no reason for a pass
  const isKept = (result: ExpectationResult): boolean =>
    result.outcome !== 'not-judged' || (isGating && outcome !== 'pass')
  const results = resultsOf(check, conclusion).filter(isKept)
  const checks = results.map(
    ({ expectation, outcome: own, measured, explanation }): GateCheck => ({
      threshold: `${name}: ${expectation}`,
      outcome: own === 'fail' ? outcome : own === 'pass' ? 'pass' : 'inconclusive',
      severity,
      ...(measured === undefined ? {} : { measured }),
      explanation: `${name}: ${explanation}`,
    }),
  )
  const isTold = checks.some((one) => one.outcome === outcome && outcome !== 'pass')
  return outcome === 'pass' || (isTold && outcome === 'fail') ? checks : [...checks, overall(check, severity)]
}

/** Each expectation may hold in the sample that decided, and the check have failed as a whole. */
function overall({ subject, health, failureClass, reason }: CheckHealth, severity: GateCheck['severity']): GateCheck {
  return {
    threshold: `${subject.name}: health == healthy`,
    outcome: outcomeOf(health),
    severity,
    measured: classified(health, failureClass),
    explanation: `${subject.name}: ${reason}`,
  }
}

function resultsOf(check: CheckHealth, { checks }: Conclusion): readonly ExpectationResult[] {
  if (check.judgement !== undefined) return check.judgement.results
  const plan = checks.find(({ subject }) => subject === check.subject)
  return (plan === undefined ? [] : expectationTexts(plan.expectations)).map((expectation) => ({
    expectation,
    outcome: 'not-judged',
    explanation: 'not judged',
  }))
}

function evidenceOf(conclusion: Conclusion): Verdict['evidence'] {
  const { run, rollback, timeline, control, checks, now } = conclusion
  return {
    health: run.health,
    failureClass: run.failureClass ?? '',
    shouldRollback: rollback.shouldRollback,
    rollbackReason: rollback.reason,
    elapsedMs: Math.round(timeline.elapsedMs),
    ...(timeline.reachedMs === undefined ? {} : { timeToHealthyMs: Math.round(timeline.reachedMs) }),
    ...(control === undefined ? {} : { control: control.found }),
    versionsSeen: versionsSeen(conclusion),
    checks: checks.map((check) => ({
      name: check.subject.name,
      severity: check.subject.isGating ? 'gate' : 'advisory',
      url: check.shownUrl,
      certDaysLeft: certificateDays(check, timeline, now) ?? null,
    })),
    ...timelineOf(timeline.rounds),
  }
}

/** How often each version answered, cached answers left out. */
export function versionsSeen({ timeline }: Pick<Conclusion, 'timeline'>): Record<string, number> {
  const counts = new Map<string, number>()
  for (const { samples } of timeline.rounds) {
    for (const { judgement } of samples) {
      const { version, isVoid } = judgement
      if (version === undefined || isVoid) continue
      counts.set(shortVersion(version), (counts.get(shortVersion(version)) ?? 0) + 1)
    }
  }
  return Object.fromEntries([...counts].toSorted(([, a], [, b]) => b - a).slice(0, 20))
}

function timelineOf(rounds: readonly Round<Sample>[]): { rounds: Json; roundsLeftOut: number } {
  const widest = Math.max(1, ...rounds.map(({ samples }) => samples.length))
  const most = Math.max(FEWEST_ROUNDS, Math.floor(KEPT_SAMPLES / widest))
  const first = Math.floor(most / 4)
  const kept = rounds.length <= most ? rounds : [...rounds.slice(0, first), ...rounds.slice(first - most)]
  return { rounds: kept.map(roundOf), roundsLeftOut: rounds.length - kept.length }
}

function roundOf({ kind, number, startedMs, endedMs, colour, samples }: Round<Sample>): Json {
  return {
    kind,
    number,
    startedMs: Math.round(startedMs),
    endedMs: Math.round(endedMs),
    colour,
    samples: samples.map(sampleEvidence),
  }
}

/** Headers that say who answered and from where; no other may hold a secret less. */
const KEPT_HEADERS = [
  'server',
  'content-type',
  'age',
  'x-cache',
  'cf-cache-status',
  'x-vercel-cache',
  'cf-ray',
  'rndr-id',
  'x-render-routing',
  'retry-after',
]

function sampleEvidence({ subject, judgement, exchange, latencyMs }: Sample): Json {
  const headers = exchange.headers ?? {}
  const { certificate } = exchange
  return {
    check: subject.name,
    health: judgement.health,
    class: judgement.failureClass ?? '',
    reason: judgement.reason,
    status: exchange.status ?? null,
    latencyMs: Math.round(latencyMs * 10) / 10,
    address: exchange.address ?? '',
    version: judgement.version ?? '',
    phases: Object.fromEntries(
      Object.entries(exchange.phases).map(([name, at]) => [name, Math.round(Number(at) * 10) / 10]),
    ),
    redirects: exchange.redirects,
    headers: Object.fromEntries(
      KEPT_HEADERS.flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name].slice(0, 200)]])),
    ),
    ...(certificate === undefined
      ? {}
      : {
          certificate: {
            subject: certificate.subject,
            issuer: certificate.issuer,
            validTo: certificate.validTo.toISOString(),
          },
        }),
  }
}

function shortVersion(version: string): string {
  return /^[0-9a-f]{7,}$/i.test(version) ? version.slice(0, 7).toLowerCase() : version.slice(0, 40)
}
