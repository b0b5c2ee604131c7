import { dayOf } from './input-rules.ts'
import type { Finding } from './reasons.ts'

export interface Waiver {
  /** The start of its last day, UTC. */
  readonly until: number
  readonly reason: string
}

const DAY_MS = 86_400_000

/**
 * Thresholds that failed only warn until the end of that day. What was not measured is not waived: nobody knows how far
 * below the limit it lies.
 */
export function waive(findings: readonly Finding[], waiver: Waiver | undefined, now: Date): readonly Finding[] {
  if (waiver === undefined) return findings
  const missed = findings.filter(isWaivable)
  if (missed.length === 0) return findings
  if (now.getTime() >= waiver.until + DAY_MS)
    return findings.map((one) => (isWaivable(one) ? expired(one, waiver) : one))
  return [cover(missed, waiver), ...findings.map((one) => (isWaivable(one) ? warned(one, waiver) : one))]
}

const isWaivable = ({ code, severity, outcome }: Finding): boolean =>
  code === 'below-threshold' && severity === 'gate' && outcome === 'fail'

function warned(one: Finding, { until }: Waiver): Finding {
  return { ...one, severity: 'warn', explanation: `${one.explanation} Waived until ${dayOf(until)}.` }
}

function expired(one: Finding, { until }: Waiver): Finding {
  return { ...one, explanation: `${one.explanation} The waiver ended on ${dayOf(until)}.` }
}

/** The check that stands for the waived ones: a verdict in which nothing decides would be no verdict. */
function cover(missed: readonly Finding[], { until, reason }: Waiver): Finding {
  const lines = missed.map(({ threshold }) => threshold).join(', ')
  return {
    code: 'waived',
    threshold: `warn-until ${dayOf(until)}`,
    outcome: 'pass',
    severity: 'gate',
    explanation: `Waived until ${dayOf(until)} (${reason}): ${lines}`,
  }
}
