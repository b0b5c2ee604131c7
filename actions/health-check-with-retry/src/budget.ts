import { longestRun, MAX_CONNECTIONS, type Schedule } from '@hardgate/probe'
import type { Check } from './plan.ts'
import { WARM_ROUNDS } from './watch.ts'

/** The longest that the action can take, to be said first. Warm samples are told apart: few runs have them. */
export function budgetLine(schedule: Schedule, checks: readonly Check[], hasWarm: boolean): string {
  const { initialDelayMs, delayMode, intervalMs, maxAttempts, maxRetryAfterMs, successThreshold } = schedule
  const timeoutMs = Math.max(...checks.map(({ target }) => target.plan.timeoutMs))
  const roundMs = timeoutMs * Math.ceil(checks.length / MAX_CONNECTIONS)
  const attempts = maxAttempts === 0 ? undefined : longestRun(maxAttempts, successThreshold)
  const worst = (pauseMs: number): number => worstMs(schedule, roundMs, attempts, pauseMs)
  const most = worst(intervalMs)
  const asked = worst(Math.max(intervalMs, maxRetryAfterMs))
  const wait =
    initialDelayMs === 0 ? '' : `${seconds(initialDelayMs)} ${delayMode === 'grace' ? 'of grace' : 'wait'}, then `
  const count =
    attempts === undefined
      ? 'attempts until the deadline'
      : `at most ${attempts} ${attempts === 1 ? 'attempt' : 'attempts'}`
  const more = asked > most ? `; up to ${seconds(asked)} if the server asks for it with Retry-After` : ''
  const warm = hasWarm ? ` Behind each green streak ${WARM_ROUNDS} more samples measure the latency.` : ''
  return `Budget: ${wait}${count} (timeout ${seconds(timeoutMs)}, ${seconds(intervalMs)} apart): ${seconds(most)} at most${more}.${warm}`
}

function worstMs(schedule: Schedule, roundMs: number, attempts: number | undefined, pauseMs: number): number {
  const { initialDelayMs, delayMode, deadlineMs = Number.POSITIVE_INFINITY } = schedule
  // a round that is under way when the grace ends is waited for
  const firstMs = initialDelayMs + (delayMode === 'grace' && initialDelayMs > 0 ? roundMs : 0)
  const byCount =
    attempts === undefined ? Number.POSITIVE_INFINITY : firstMs + attempts * roundMs + (attempts - 1) * pauseMs
  return Math.min(byCount, Math.max(firstMs, deadlineMs) + roundMs)
}

/** `150 s`, `0.5 s`: one unit, so that the parts of a sum can be compared. */
export function seconds(ms: number): string {
  return `${Math.round(ms) / 1000} s`
}
