import type { Level } from './level.ts'

/** What may end a running step from outside. */
export interface Ending {
  /** Aborted when the step's process must end. */
  readonly signal: AbortSignal
  /** Aborted when the time of the step, or of one around it, is over. The steps of a composite end with it. */
  readonly deadline: AbortSignal
  readonly cause: () => 'cancelled' | 'timeout' | undefined
  readonly stop: () => void
}

/** `stillRuns` is asked at a cancellation: a step whose condition holds even then, as always() does, is not disturbed. */
export function startEnding(level: Level, timeoutMinutes: number | undefined, stillRuns: () => boolean): Ending {
  const { cancellation, timeScale } = level.session
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
  cancellation.signal.addEventListener('abort', onCancel)

  const own = new AbortController()
  const timer =
    timeoutMinutes === undefined ? undefined : setTimeout(() => own.abort(), (timeoutMinutes * 60_000) / timeScale)
  const deadline = AbortSignal.any([level.deadline, own.signal])
  deadline.addEventListener('abort', onTimeout)
  if (deadline.aborted) onTimeout()
  return {
    signal: controller.signal,
    deadline,
    cause: () => cause,
    stop: () => {
      cancellation.signal.removeEventListener('abort', onCancel)
      deadline.removeEventListener('abort', onTimeout)
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
