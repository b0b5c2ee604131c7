/** Time as the product sees it, so that a test of minutes of waiting takes none. */
export interface Clock {
  /** Milliseconds since some start; never goes back. */
  readonly monotonic: () => number
  readonly now: () => Date
  /** Resolves after `ms`, or at once when `signal` is or becomes aborted. Never rejects: ask the signal. */
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>
}

export const systemClock: Clock = {
  monotonic: () => performance.now(),
  now: () => new Date(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve()
      const end = (): void => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', end)
        resolve()
      }
      const timer = setTimeout(end, ms)
      signal?.addEventListener('abort', end)
    }),
}
