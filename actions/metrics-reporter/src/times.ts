import { instant } from '@hardgate/action'
import type { TimePart } from './build-event.ts'
import { note } from './event-text.ts'

const SECONDS_MAX = 8_640_000

/** When what is reported began, as the main stage knew it. */
export interface Start {
  /** undefined: unknown. */
  readonly at: Date | undefined
  readonly source: 'local' | 'input'
  /** At least so long ago the job ran already, whatever `at` is. */
  readonly seenAt: Date | undefined
}

export interface Times {
  readonly part: TimePart
  readonly seconds?: number
  /** A lower bound of how long the job ran; undefined: nothing is known. */
  readonly ranMs: number | undefined
  readonly notes: readonly string[]
}

/** `started-at`: an instant; `unknown`, or a text that is none: undefined. */
export function readStartedAt(input: string): Date | undefined {
  try {
    return instant().parse(input, {})
  } catch {
    return undefined
  }
}

/** `duration` is the override in milliseconds, where there is one. What is unknown is absent. */
export function timesOf({ at, source, seenAt }: Start, end: Date, duration: number | undefined): Times {
  const measured = at === undefined ? undefined : end.getTime() - at.getTime()
  const isSound = measured !== undefined && measured >= 0 && measured / 1000 <= SECONDS_MAX
  const ms = duration ?? (isSound ? measured : undefined)
  const seconds = ms === undefined || ms / 1000 > SECONDS_MAX ? {} : { seconds: ms / 1000 }
  const part: TimePart = {
    ...(isSound && at !== undefined ? { started_at: at.toISOString() } : {}),
    completed_at: end.toISOString(),
    source: duration === undefined ? source : 'input',
  }
  const seen = [isSound ? measured : undefined, seenAt === undefined ? undefined : end.getTime() - seenAt.getTime()]
  const known = seen.flatMap((one) => (one !== undefined && one >= 0 ? [one] : []))
  return {
    part,
    ...seconds,
    ranMs: known.length === 0 ? undefined : Math.max(...known),
    notes: notesOf(measured, isSound, duration),
  }
}

function notesOf(measured: number | undefined, isSound: boolean, duration: number | undefined): string[] {
  if (measured !== undefined && !isSound) return [note('clock-anomaly')]
  return measured === undefined && duration === undefined ? [note('start-unknown')] : []
}
