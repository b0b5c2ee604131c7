/** When rounds happen. All times in milliseconds from the start of the run. */
export interface Schedule {
  readonly initialDelayMs: number
  /** `fixed`: nothing is asked before the delay is over. `grace`: rounds are free until then. */
  readonly delayMode: 'fixed' | 'grace'
  /** 0: until the deadline, which must then be given. */
  readonly maxAttempts: number
  /** From the end of a round to the start of the next. */
  readonly intervalMs: number
  /** So many green rounds in a row end the run. */
  readonly successThreshold: number
  /** No attempt starts later, but for the first: a run without any has nothing to say. */
  readonly deadlineMs?: number
  /** Cap for what a server asks for; 0 ignores it. */
  readonly maxRetryAfterMs: number
}

export interface Pause {
  readonly ms: number
  /** The deadline cut it short: what follows is the last attempt. */
  readonly isLast: boolean
}

/** The pause behind an attempt that ended at `nowMs`. */
export function pauseAfter(schedule: Schedule, nowMs: number, retryAfterMs: number | undefined): Pause {
  const { intervalMs, maxRetryAfterMs, deadlineMs = Number.POSITIVE_INFINITY } = schedule
  const left = deadlineMs - nowMs
  const asked = Math.min(retryAfterMs ?? 0, maxRetryAfterMs, left)
  const pause = Math.max(intervalMs, asked)
  return pause >= left ? { ms: left, isLast: true } : { ms: pause, isLast: false }
}

/**
 * Is `attempt` the last? A streak that is under way is carried on: a fixed count must not turn a good service red. Void
 * rounds neither break nor lengthen a streak, so the count ends it in any case.
 */
export function isSpent({ maxAttempts, successThreshold }: Schedule, attempt: number, streak: number): boolean {
  if (maxAttempts === 0 || attempt < maxAttempts) return false
  return streak === 0 || attempt >= longestRun(maxAttempts, successThreshold)
}

/** Attempts at most, those that carry a streak on included. */
export function longestRun(maxAttempts: number, successThreshold: number): number {
  return maxAttempts + successThreshold - 1
}
