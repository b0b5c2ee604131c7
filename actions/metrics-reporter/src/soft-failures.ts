import type { GatePart } from './build-event.ts'
import { eventText, note } from './event-text.ts'
import { membersOf, parsedJson, textAt } from './json-path.ts'

const NAMES_MAX = 50

export interface SoftFailures {
  readonly part?: { readonly count: number; readonly names?: readonly string[] }
  readonly notes: readonly string[]
}

/**
 * What failed in a job that ended `success`: steps whose failure `continue-on-error` hid, and gates that failed.
 * `steps` is `${{ toJSON(steps) }}`, which knows only steps with an id; without it, none is not known to be 0.
 */
export function softFailures(steps: string, gates: readonly GatePart[]): SoftFailures {
  const read = readSteps(steps)
  const failed = gates.filter(({ outcome }) => outcome === 'fail').map(({ gate }) => `gate ${gate}`)
  const names = [...(read ?? []).map((id) => `step ${id}`), ...failed]
  const notes = read === undefined ? [note('steps-unreadable')] : []
  if (names.length === 0) return steps.trim() === '' || read === undefined ? { notes } : { part: { count: 0 }, notes }
  return { part: { count: names.length, names: names.slice(0, NAMES_MAX).map((name) => eventText(name)) }, notes }
}

function readSteps(raw: string): string[] | undefined {
  if (raw.trim() === '') return []
  const members = membersOf(parsedJson(raw)?.value)
  return members
    ?.filter(([, step]) => textAt(step, 'outcome') === 'failure' && textAt(step, 'conclusion') === 'success')
    .map(([id]) => id)
}
