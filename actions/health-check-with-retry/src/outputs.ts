import { classified } from '@hardgate/health'
import { type Conclusion, sampleOf, samplesOf } from './conclude.ts'
import { certificateDays, nearestRank, warmLatencies } from './latency.ts'
import { versionsSeen } from './verdict.ts'

type Outputs = Readonly<Record<string, string>>

export function outputsOf(conclusion: Conclusion): Outputs {
  const { run, rollback, timeline } = conclusion
  return {
    health: run.health,
    'failure-class': run.failureClass ?? '',
    'should-rollback': String(rollback.shouldRollback),
    'rollback-reason': rollback.reason,
    'failed-checks': JSON.stringify(failedChecks(conclusion)),
    'elapsed-ms': String(Math.round(timeline.elapsedMs)),
    ...ofDeciding(conclusion),
    'versions-seen': JSON.stringify(versionsSeen(conclusion)),
  }
}

function ofDeciding(conclusion: Conclusion): Outputs {
  const { run, checks, timeline, now } = conclusion
  const { deciding } = run
  const check = checks.find(({ subject }) => subject === deciding.subject)
  const sample = sampleOf(conclusion, deciding)
  const warm = check === undefined ? [] : warmLatencies(check, timeline).toSorted((a, b) => a - b)
  const latency = nearestRank(warm, 0.5) ?? sample?.latencyMs
  const days = check === undefined ? undefined : certificateDays(check, timeline, now)
  return {
    attempts: String(samplesOf(conclusion, deciding).length),
    'status-code': String(sample?.exchange.status ?? ''),
    'latency-ms': latency === undefined ? '' : String(Math.round(latency)),
    'cert-days-left': days === undefined ? '' : String(days),
    'version-observed': lastVersion(conclusion),
  }
}

/** Of the deciding check where it named one, else the last that anything named. */
function lastVersion(conclusion: Conclusion): string {
  const own = samplesOf(conclusion, conclusion.run.deciding, ['grace', 'attempt', 'warm'])
  const all = conclusion.timeline.rounds.flatMap(({ samples }) => samples)
  const named = [own, all].map((samples) => samples.findLast(({ judgement }) => judgement.version !== undefined))
  return named.find((sample) => sample !== undefined)?.judgement.version ?? ''
}

export interface FailedCheck {
  readonly name: string
  readonly severity: 'gate' | 'advisory'
  readonly health: string
  readonly class: string
  readonly reason: string
  readonly status: number | null
}

function failedChecks(conclusion: Conclusion): readonly FailedCheck[] {
  const failed = conclusion.run.checks.filter(({ health }) => health !== 'healthy')
  return failed.map((check) => ({
    name: check.subject.name,
    severity: check.subject.isGating ? 'gate' : 'advisory',
    health: check.health,
    class: check.failureClass ?? '',
    reason: check.reason === '' ? classified(check.health, check.failureClass) : check.reason,
    status: sampleOf(conclusion, check)?.exchange.status ?? null,
  }))
}
