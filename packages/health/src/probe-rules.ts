import type { Exchange } from '@hardgate/http'
import type { FailureClass, Health } from './classes.ts'
import type { Judgement } from './judgement.ts'

/** What a probe of a restored release must answer: a 2xx, and the release where a version is asked. */
export interface ProbeRules {
  readonly judge: (exchange: Exchange) => Judgement
}

/** The health of several probes of one target that were not all good. */
export interface ProbesHealth {
  readonly health: Health
  readonly failureClass?: FailureClass
  /** One line. */
  readonly reason: string
}

/**
 * `versionFrom` is `auto`, `json:$.path`, `header:Name` or `regex:/…(group)…/`; empty with an `expectVersion` is `auto`.
 * Rejects with an ExpectationError where it is malformed.
 */
export async function compileProbeRules(_given: {
  readonly versionFrom?: string
  readonly expectVersion?: string
}): Promise<ProbeRules> {
  throw new Error('to come')
}

/** Health of one exchange under the rules. `stale`: another release than the expected one answered. */
export function judgeProbe(exchange: Exchange, rules: ProbeRules): Judgement {
  return rules.judge(exchange)
}

/** Judges the probes in the order in which they were made; the last `successes` were not all healthy. */
export function healthOfProbes(_probes: readonly Judgement[], _successes: number): ProbesHealth {
  throw new Error('to come')
}
