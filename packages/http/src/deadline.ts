import { LONGEST_TIMER_MS } from './clock.ts'

/** One limit over all steps of an exchange. It also ends when the caller aborts. */
export interface Deadline {
  readonly timeoutMs: number
  /** Aborted at the deadline, or with the caller's signal. */
  readonly signal: AbortSignal
  readonly elapsed: () => number
  readonly wasAborted: () => boolean
  /** Stops the timer; call it once the exchange is over. */
  readonly end: () => void
}

export function startDeadline(timeoutMs: number, caller: AbortSignal | undefined): Deadline {
  const start = performance.now()
  const controller = new AbortController()
  const expire = (): void => controller.abort()
  const timer = setTimeout(expire, Math.min(timeoutMs, LONGEST_TIMER_MS))
  if (caller?.aborted) expire()
  caller?.addEventListener('abort', expire)
  return {
    timeoutMs,
    signal: controller.signal,
    elapsed: () => performance.now() - start,
    wasAborted: () => caller?.aborted === true,
    end: () => {
      clearTimeout(timer)
      caller?.removeEventListener('abort', expire)
    },
  }
}

/** Runs one step until it settles; undefined: the deadline came first, and the step must clean up after itself. */
export function within<T>(deadline: Deadline, step: (settle: (value: T) => void) => void): Promise<T | undefined> {
  return new Promise((resolve) => {
    const finish = (value: T | undefined): void => {
      deadline.signal.removeEventListener('abort', expire)
      resolve(value)
    }
    const expire = (): void => finish(undefined)
    if (deadline.signal.aborted) return resolve(undefined)
    deadline.signal.addEventListener('abort', expire)
    step(finish)
  })
}
