import type { Exchange } from '@hardgate/http'
import type { FailureClass, Health } from './classes.ts'
import { loadJsonPath } from './json-path.ts'
import { judge } from './judge.ts'
import { ExpectationError, type Judgement } from './judgement.ts'
import { type Subject, settleRound } from './round.ts'
import { healthOfRun } from './run-health.ts'
import { parseStatusSet } from './status-set.ts'
import { parseVersionSource } from './version.ts'

/** What a probe of a restored release must answer: a 2xx, and the release where a version is asked. */
export interface ProbeRules {
  readonly judge: (exchange: Exchange) => Judgement
}

/** The health of several probes of one target. */
export interface ProbesHealth {
  readonly health: Health
  readonly failureClass?: FailureClass
  /** One line; empty when healthy. */
  readonly reason: string
}

/**
 * `versionFrom` is `auto`, `json:$.path`, `header:Name` or `regex:/…(group)…/`; empty with an `expectVersion` is `auto`.
 * Rejects with an ExpectationError where it is malformed.
 */
export async function compileProbeRules({
  versionFrom = '',
  expectVersion = '',
}: {
  readonly versionFrom?: string
  readonly expectVersion?: string
}): Promise<ProbeRules> {
  const compile = versionFrom.startsWith('json:') ? await loadJsonPath() : noPaths
  const expectations = {
    status: parseStatusSet('200-299'),
    headers: [],
    json: [],
    body: [],
    // what a document says is a matter of the expectations of the full check
    readsDocuments: false,
    allowsDegraded: true,
    allowsCached: false,
    versionFrom: parseVersionSource(versionFrom === '' ? 'auto' : versionFrom, compile),
    ...(expectVersion === '' ? {} : { expectedVersion: expectVersion }),
  }
  return { judge: (exchange) => judge(exchange, expectations) }
}

const noPaths = (text: string): never => {
  throw new ExpectationError(text, 'is a path, and none was foreseen')
}

const TARGET: Subject = { name: 'probe', isGating: true, origin: '' }

/** Health of one exchange under the rules. `stale`: another release than the expected one answered. */
export function judgeProbe(exchange: Exchange, rules: ProbeRules): Judgement {
  const own = rules.judge(exchange)
  return settleRound([{ subject: TARGET, judgement: own }])[0]?.judgement ?? own
}

/**
 * Judges the probes in the order in which they were made: `healthy` where the last `successes` all were, not counting
 * answers from a cache, which are evidence of nothing.
 */
export function healthOfProbes(probes: readonly Judgement[], successes: number): ProbesHealth {
  const solid = probes.filter(({ isVoid }) => !isVoid).slice(-successes)
  const isReached = solid.length === successes && solid.every(({ health }) => health === 'healthy')
  const rounds = probes.map((judgement) => ({
    samples: [{ subject: TARGET, judgement }],
    isFree: false,
    isWarm: false,
  }))
  const { health, failureClass, reason } = healthOfRun([TARGET], rounds, isReached)
  return { health, ...(failureClass === undefined ? {} : { failureClass }), reason }
}
