import type { Json, Verdict } from '@hardgate/gate'
import type { Run } from '@hardgate/load'
import type { Runner } from './runner.ts'

/** Under which a run was measured: what makes two runs comparable. undefined: the record does not know. */
export interface Conditions {
  readonly tool: string
  readonly users: number | undefined
  readonly durationMs: number | undefined
  readonly requests: number
  readonly runner: Runner
  readonly definition: string
  readonly failures: 'exclude' | 'include'
}

export function conditionsOf(run: Run, runner: Runner, failures: Conditions['failures']): Conditions {
  return {
    tool: run.tool,
    users: run.mostUsers,
    durationMs: run.durationMs,
    requests: run.total.requests,
    runner,
    definition: definitionOf(run),
    failures,
  }
}

/** How a percentile is taken. A printed one is the tool's own, and tools differ. */
export function definitionOf({ fidelity, format }: Pick<Run, 'fidelity' | 'format'>): string {
  return fidelity === 'samples' || fidelity === 'buckets' ? 'nearest rank' : `as ${format} prints it`
}

export function conditionsEvidence(conditions: Conditions): Record<string, Json> {
  const { tool, users, durationMs, requests, runner, definition, failures } = conditions
  return {
    tool,
    ...(users === undefined ? {} : { users }),
    ...(durationMs === undefined ? {} : { duration: durationMs / 1000 }),
    requests,
    runner: { ...runner },
    definition,
    failures,
  }
}

/** Read back from an earlier verdict file; undefined: it does not hold them all. */
export function conditionsIn({ evidence }: Verdict): Conditions | undefined {
  const { tool, users, duration, requests, definition, failures } = evidence
  const runner = runnerIn(evidence['runner'])
  if (typeof tool !== 'string' || typeof requests !== 'number' || typeof definition !== 'string') return undefined
  if (runner === undefined || (failures !== 'exclude' && failures !== 'include')) return undefined
  return {
    tool,
    users: typeof users === 'number' ? users : undefined,
    durationMs: typeof duration === 'number' ? duration * 1000 : undefined,
    requests,
    runner,
    definition,
    failures,
  }
}

function runnerIn(value: Json | undefined): Runner | undefined {
  if (typeof value !== 'object' || value === null || !('os' in value)) return undefined
  const { os, arch, cpus, cpuModel } = value
  if (typeof os !== 'string' || typeof arch !== 'string' || typeof cpus !== 'number' || typeof cpuModel !== 'string')
    return undefined
  return { os, arch, cpus, cpuModel }
}

const USERS_APART = 0.05
const DURATION_APART = 0.2

/** Why the earlier run cannot be compared with this one; undefined: it can. */
export function difference(now: Conditions, then: Conditions): string | undefined {
  if (then.tool !== now.tool) return `it was made by ${then.tool}`
  if (isApart(now.users, then.users, USERS_APART)) return `it had ${then.users ?? 'an unknown number of'} users`
  if (isApart(now.durationMs, then.durationMs, DURATION_APART)) return `it took ${secondsOf(then.durationMs)}`
  const { os, arch, cpus } = then.runner
  if (os !== now.runner.os || arch !== now.runner.arch || cpus !== now.runner.cpus)
    return `its runner was ${os} ${arch} with ${cpus} CPUs`
  if (then.definition !== now.definition) return `its percentiles are ${then.definition}`
  if (then.failures === now.failures) return undefined
  return then.failures === 'include'
    ? 'its latencies include failed requests'
    : 'its latencies leave out failed requests'
}

/** Known on one side only is apart too: nobody can say that it is the same. */
function isApart(now: number | undefined, then: number | undefined, share: number): boolean {
  if (now === undefined || then === undefined) return now !== then
  return Math.abs(then - now) > share * now
}

const secondsOf = (ms: number | undefined): string =>
  ms === undefined ? 'an unknown time' : `${Math.round(ms / 1000)} s`
