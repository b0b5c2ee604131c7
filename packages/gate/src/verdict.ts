/** What a gate found. `no-data` always fails; `inconclusive` follows the input `on-inconclusive`. */
export type Outcome = 'pass' | 'fail' | 'inconclusive' | 'no-data'

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json }

/** A share, compared by cross-multiplication and never through its quotient. Both are safe integers. */
export interface Ratio {
  readonly numerator: number
  readonly denominator: number
}

export interface Measurement {
  readonly metric: string
  /** Absent: the whole. */
  readonly scope?: string
  readonly value: number
  readonly unit: string
  readonly ratio?: Ratio
  /** The bounds that the evidence gives; a limit that lies between them is inconclusive. */
  readonly low?: number
  readonly high?: number
  /** The same bounds exactly, of a share: these are compared, and not `low` and `high`. */
  readonly lowRatio?: Ratio
  readonly highRatio?: Ratio
  /** Why the evidence gives no upper bound, for a person: it never shows that the value is below a limit. */
  readonly unboundedAbove?: string
  readonly samples?: number
}

export interface Check {
  /** The line of the threshold language or the expectation that was judged. */
  readonly threshold: string
  readonly outcome: Outcome
  /** `warn`: reported, decides nothing. */
  readonly severity: 'gate' | 'warn'
  /** Absent: nothing answered. A measurement is given as it is shown, `612 ms`; its numbers are in `measurements`. */
  readonly measured?: Json
  /** Which measurement was judged, where it was one. */
  readonly metric?: string
  readonly scope?: string
  /** In the unit of the threshold; positive is room to spare, negative is the miss. */
  readonly margin?: number
  /** One line for a person. */
  readonly explanation: string
}

export interface Verdict {
  readonly schemaVersion: 1
  readonly gate: string
  readonly outcome: Outcome
  readonly checks: readonly Check[]
  readonly measurements: readonly Measurement[]
  /** One line each, the most important first. Never empty. */
  readonly reasons: readonly string[]
  readonly evidence: { readonly [key: string]: Json }
}

export interface VerdictParts {
  readonly gate: string
  readonly checks: readonly Check[]
  readonly measurements?: readonly Measurement[]
  /** Default: the explanations of the checks that decided. */
  readonly reasons?: readonly string[]
  readonly evidence?: { readonly [key: string]: Json }
}

// the worst first
const SEVERITY: readonly Outcome[] = ['fail', 'no-data', 'inconclusive', 'pass']

/** The worst outcome of the gating checks; no gating check at all is `no-data`, never a pass. */
export function verdictOf({ gate, checks, measurements = [], reasons, evidence = {} }: VerdictParts): Verdict {
  const gating = checks.filter((check) => check.severity === 'gate')
  const outcome = SEVERITY.find((one) => gating.some((check) => check.outcome === one)) ?? 'no-data'
  const deciding = gating.filter((check) => check.outcome === outcome).map((check) => check.explanation)
  const own = deciding.length > 0 ? deciding : ['nothing was judged']
  return { schemaVersion: 1, gate, outcome, checks, measurements, reasons: reasons ?? own, evidence }
}

export function noData(gate: string, reason: string, evidence: VerdictParts['evidence'] = {}): Verdict {
  return { schemaVersion: 1, gate, outcome: 'no-data', checks: [], measurements: [], reasons: [reason], evidence }
}
