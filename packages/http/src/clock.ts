/** Time as the product sees it, so that a test of minutes of waiting takes none. */
export interface Clock {
  /** Milliseconds since some start; never goes back. */
  readonly monotonic: () => number
  readonly now: () => Date
  /** Resolves after `ms`, or at once when `signal` is or becomes aborted. Never rejects: ask the signal. */
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>
}

/** A longer timer of Node fires at once instead of late. */
export const LONGEST_TIMER_MS = 2_147_483_647

export const systemClock: Clock = {
  monotonic: () => performance.now(),
  now: () => new Date(),
  sleep: async (ms, signal) => {
    for (let left = ms; left > 0; left -= LONGEST_TIMER_MS) {
      if (signal?.aborted) return
      await nap(Math.min(left, LONGEST_TIMER_MS), signal)
    }
  },
}

function nap(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, ms)
    signal?.addEventListener('abort', end)
  })
}
