import { inert, oneLine } from '@hardgate/markdown'
import type { Log, Place } from './frame.ts'
import type { RunnerCommands } from './runner-commands.ts'

export type Kind = 'error' | 'warning' | 'notice'

export interface StepLog extends Log {
  /** The one line that must be seen: as a notice where its own kind is used up. */
  readonly announce: (kind: Kind, text: string) => void
  /** A text that became no annotation, because the runner takes no more of its kind: how many, by kind. */
  readonly left: () => ReadonlyMap<Kind, number>
}

// The runner takes the first 10 of each kind in a step and drops the rest without a word.
const MOST_ANNOTATIONS = 10
// It cuts a message here.
const LONGEST_MESSAGE = 4096
// a body that somebody prints whole must not fill the disk of the runner
const LONGEST_TEXT = 65_536

/** `write` takes one text without its line end. */
export function createLog(
  runner: Pick<RunnerCommands, Kind>,
  redact: (text: string) => string,
  write: (text: string) => void,
): StepLog {
  const used = new Map<Kind, number>()
  // Before: `inert` may put a backslash into a secret. After: it may take an invisible character out of one.
  const safe = (text: string, maxLength: number): string => redact(inert(redact(text), { maxLength }))
  const info = (text: string): void => {
    write(safe(text, LONGEST_TEXT))
  }
  const annotate = (kind: Kind, text: string, place?: Place): void => {
    const count = (used.get(kind) ?? 0) + 1
    used.set(kind, count)
    if (count > MOST_ANNOTATIONS) return info(`${kind}: ${where(place)}${text}`)
    // what the cut would hide is in the log at least
    if (text.length > LONGEST_MESSAGE) info(text)
    const properties = place === undefined ? {} : propertiesOf(place, redact)
    runner[kind](safe(text, LONGEST_MESSAGE), properties)
  }
  return {
    info,
    announce: (kind, text) => annotate((used.get(kind) ?? 0) < MOST_ANNOTATIONS ? kind : 'notice', text),
    notice: (text, place) => annotate('notice', text, place),
    warning: (text, place) => annotate('warning', text, place),
    error: (text, place) => annotate('error', text, place),
    left: () =>
      new Map(
        [...used].flatMap(([kind, count]) => (count > MOST_ANNOTATIONS ? [[kind, count - MOST_ANNOTATIONS]] : [])),
      ),
  }
}

const where = (place: Place | undefined): string =>
  place === undefined ? '' : `${place.file}${place.line === undefined ? '' : `:${place.line}`}: `

function propertiesOf({ file, line }: Place, redact: (text: string) => string): { file: string; startLine?: number } {
  const safe = oneLine(redact(file), LONGEST_MESSAGE)
  return line === undefined ? { file: safe } : { file: safe, startLine: line }
}
