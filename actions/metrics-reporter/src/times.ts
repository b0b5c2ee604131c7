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

/** An instant; `unknown`, or a text that is none: undefined. */
export function readInstant(input: string): Date | undefined {
  try {
    return instant().parse(input, {})
  } catch {
    return undefined
  }
}

/** The same as GitHub knows it. */
export interface ApiTimes {
  readonly createdAt: Date | undefined
  readonly startedAt: Date | undefined
}

/** `duration` is the override in milliseconds, where there is one. What is unknown is absent. */
export function timesOf(start: Start, end: Date, duration: number | undefined, api?: ApiTimes): Times {
  const known = api === undefined ? undefined : soundApi(api, start.seenAt ?? end)
  const { at, source } = choose(start, known?.startedAt)
  const measured = at === undefined ? undefined : end.getTime() - at.getTime()
  const isSound = measured !== undefined && isSeconds(measured / 1000)
  const ms = duration ?? (isSound ? measured : undefined)
  const seconds = ms === undefined || !isSeconds(ms / 1000) ? {} : { seconds: ms / 1000 }
  const part: TimePart = {
    ...queueOf(known),
    ...(isSound && at !== undefined ? { started_at: at.toISOString() } : {}),
    completed_at: end.toISOString(),
    source: duration === undefined ? source : 'input',
  }
  const seen = [isSound ? measured : undefined, start.seenAt === undefined ? undefined : +end - +start.seenAt]
  const lengths = seen.flatMap((one) => (one !== undefined && one >= 0 ? [one] : []))
  return {
    part,
    ...seconds,
    ranMs: lengths.length === 0 ? undefined : Math.max(...lengths),
    notes: [...new Set([...(known?.notes ?? []), ...notesOf(measured, isSound, duration)])],
  }
}

/** A length in seconds that the event may hold. */
export const isSeconds = (seconds: number): boolean => seconds >= 0 && seconds <= SECONDS_MAX

interface Known extends ApiTimes {
  readonly notes: readonly string[]
}

// GitHub counts whole seconds, and the two clocks may be that far apart.
const CLOCK_SLACK_MS = 1000

/** A job cannot have begun after a step of it ran, nor before it was asked for: one of the clocks is wrong then. */
function soundApi({ createdAt, startedAt }: ApiTimes, seenAt: Date): Known {
  const anomaly = [note('clock-anomaly')]
  if (startedAt === undefined || +startedAt > +seenAt + CLOCK_SLACK_MS)
    return { createdAt: undefined, startedAt: undefined, notes: startedAt === undefined ? [] : anomaly }
  if (createdAt === undefined || isSeconds((+startedAt - +createdAt) / 1000)) return { createdAt, startedAt, notes: [] }
  return { createdAt: undefined, startedAt, notes: anomaly }
}

/** What the workflow says of the start comes first, then GitHub, then this step's own clock. */
function choose(
  { at, source }: Start,
  startedAt: Date | undefined,
): { at: Date | undefined; source: TimePart['source'] } {
  if (source === 'input' || startedAt === undefined) return { at, source }
  return { at: startedAt, source: 'api' }
}

/** How long it waited; absent where that is not known. */
export function queueOf(known: ApiTimes | undefined): Pick<TimePart, 'created_at' | 'queued_seconds'> {
  if (known?.createdAt === undefined) return {}
  const created = { created_at: known.createdAt.toISOString() }
  if (known.startedAt === undefined) return created
  return { ...created, queued_seconds: (+known.startedAt - +known.createdAt) / 1000 }
}

function notesOf(measured: number | undefined, isSound: boolean, duration: number | undefined): string[] {
  if (measured !== undefined && !isSound) return [note('clock-anomaly')]
  return measured === undefined && duration === undefined ? [note('start-unknown')] : []
}
