import type { Check, Outcome } from '@hardgate/gate'

/** Why a verdict is what it is, in a word that programs can read. */
export const REASON_CODES = [
  'no-report',
  'missing-report',
  'unreadable-report',
  'truncated-report',
  'unknown-format',
  'no-lines',
  'no-branch-data',
  'unmapped',
  'ambiguous-path',
  'stale-report',
  'totals-mismatch',
  'below-threshold',
  'unreported-file',
  'patch-unknown',
  'no-baseline',
  'bounds',
  'waived',
] as const
export type ReasonCode = (typeof REASON_CODES)[number]

/** A check with the reason why it did not simply pass. */
export interface Finding extends Check {
  readonly code?: ReasonCode
}

interface FindingParts {
  readonly code: ReasonCode
  /** What was expected. */
  readonly expected: string
  readonly outcome: Outcome
  readonly explanation: string
  readonly severity?: 'gate' | 'warn'
}

/** A finding about the evidence itself. */
export function finding({ code, expected, outcome, explanation, severity = 'gate' }: FindingParts): Finding {
  return { code, threshold: expected, outcome, severity, explanation }
}

/** As the verdict takes it. */
export function asCheck({ code: _code, ...check }: Finding): Check {
  return check
}

const WORST: readonly Outcome[] = ['fail', 'no-data', 'inconclusive', 'pass']

/** The reasons of all that did not pass, the worst first, each once; at the end those that only warn. */
export function codesOf(findings: readonly Finding[]): ReasonCode[] {
  const rank = ({ severity, outcome }: Finding): number => (severity === 'warn' ? 4 : 0) + WORST.indexOf(outcome)
  const sorted = findings.toSorted((a, b) => rank(a) - rank(b))
  return [...new Set(sorted.flatMap(({ code }) => (code === undefined ? [] : [code])))]
}
