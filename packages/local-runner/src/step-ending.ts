import type { Session } from './session.ts'

/** What may end a running step from outside. */
export interface Ending {
  readonly signal: AbortSignal
  readonly cause: () => 'cancelled' | 'timeout' | undefined
  readonly stop: () => void
}

export function startEnding(session: Session, timeoutMinutes: number | undefined, stillRuns: () => boolean): Ending {
  const controller = new AbortController()
  let cause: 'cancelled' | 'timeout' | undefined
  const end = (why: 'cancelled' | 'timeout'): void => {
    cause ??= why
    controller.abort()
  }
  const onCancel = (): void => {
    if (!holds(stillRuns)) end('cancelled')
  }
  const onTimeout = (): void => end('timeout')
  session.cancellation.signal.addEventListener('abort', onCancel)
  session.guard.addEventListener('abort', onTimeout)
  if (session.guard.aborted) onTimeout()
  const timer =
    timeoutMinutes === undefined ? undefined : setTimeout(onTimeout, (timeoutMinutes * 60_000) / session.timeScale)
  return {
    signal: controller.signal,
    cause: () => cause,
    stop: () => {
      session.cancellation.signal.removeEventListener('abort', onCancel)
      session.guard.removeEventListener('abort', onTimeout)
      clearTimeout(timer)
    },
  }
}

function holds(condition: () => boolean): boolean {
  try {
    return condition()
  } catch {
    return false // as the runner does: what cannot be decided is cancelled
  }
}
