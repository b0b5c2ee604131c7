import { duration, UserError } from '@hardgate/action'
import { eventText, note } from './event-text.ts'
import { type Ending, endingOf, type RunLength } from './status.ts'
import type { Told } from './told.ts'

/** A duration that was given and cannot be read leaves the measured one in place, with a note. */
export function givenDuration(text: string): { readonly ms?: number; readonly notes: readonly string[] } {
  if (text === '') return { notes: [] }
  try {
    return { ms: duration().parse(text, {}), notes: [] }
  } catch {
    return { notes: [note('duration-unreadable', text)] }
  }
}

/** The same of a status. Undefined: none was given. */
export function givenStatus(
  text: string,
  length: RunLength,
): { readonly ending: Ending | undefined; readonly notes: readonly string[] } {
  const ending = endingOf(text, length)
  return { ending, notes: ending === undefined && text !== '' ? [note('status-unreadable', text)] : [] }
}

/** How the job stands by the runner's own word. Throws where that is no status: there is nothing to report then. */
export function runnersWord(told: Pick<Told, 'job-status'>, length: RunLength): Ending {
  const ending = endingOf(told['job-status'], length)
  if (ending !== undefined) return ending
  throw new UserError(
    `job-status: "${eventText(told['job-status'])}" does not say how the job ended. Leave it to its default, or set status.`,
  )
}
