import type { Clock } from '@hardgate/http'

export type Signal = 'SIGINT' | 'SIGTERM'

export interface Cancellation {
  /** Aborted by the first signal, with its name as the reason. */
  readonly signal: AbortSignal
  /** Resolves when the time to end in an orderly way is over. */
  readonly overdue: Promise<Signal>
  readonly by: () => Signal | undefined
}

// Windows sends Ctrl+C, which Node calls SIGINT, and then Ctrl+Break.
const SIGNALS: readonly (readonly [NodeJS.Signals, Signal])[] = [
  ['SIGINT', 'SIGINT'],
  ['SIGTERM', 'SIGTERM'],
  ['SIGBREAK', 'SIGTERM'],
]

/** From here on a signal does not end the process: it aborts `signal`, and `graceMs` later `overdue` resolves. */
export function listenForCancellation(clock: Clock, graceMs: number): Cancellation {
  const controller = new AbortController()
  let by: Signal | undefined
  const overdue = new Promise<Signal>((resolve) => {
    const cancel = (name: Signal): void => {
      // The runner sends SIGTERM 7.5 s after SIGINT: it says nothing new.
      if (by !== undefined) return
      by = name
      controller.abort(name)
      void clock.sleep(graceMs).then(() => resolve(name))
    }
    for (const [sent, name] of SIGNALS) process.on(sent, () => cancel(name))
  })
  return { signal: controller.signal, overdue, by: () => by }
}

const STATUS_OF_SIGNAL = { SIGINT: 130, SIGTERM: 143 } as const

export const statusOfSignal = (by: Signal): number => STATUS_OF_SIGNAL[by]
