import type { Clock } from '@hardgate/http'

export interface FakeClock extends Clock {
  /** Every wait that was asked for, in milliseconds, in order. */
  readonly waits: readonly number[]
}

/** A clock that stands still but for its sleeps, which take no time. Each sleep still yields to the event loop. */
export function fakeClock(start = new Date('2026-03-01T12:00:00Z')): FakeClock {
  let elapsed = 0
  const waits: number[] = []
  return {
    waits,
    monotonic: () => elapsed,
    now: () => new Date(start.getTime() + elapsed),
    sleep: async (ms, signal) => {
      await new Promise((resolve) => setImmediate(resolve))
      if (signal?.aborted) return
      waits.push(ms)
      elapsed += ms
    },
  }
}
