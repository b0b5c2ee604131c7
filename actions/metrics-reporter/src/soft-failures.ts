import type { GatePart } from './build-event.ts'
import { eventText, note } from './event-text.ts'
import { membersOf, parsedJson, textAt } from './json-path.ts'

const NAMES_MAX = 50

export interface SoftFailures {
  readonly part?: { readonly count: number; readonly names?: readonly string[] }
  readonly notes: readonly string[]
}

/** A step of the job as GitHub's API tells of it. */
export interface SeenStep {
  readonly name: string
  readonly status: string
  readonly conclusion: string
}

/**
 * What failed in a job that ended `success`: steps whose failure `continue-on-error` hid, and gates that failed.
 * `steps` is `${{ toJSON(steps) }}`, which knows only steps with an id; where it is empty, `seen` is asked. Without
 * either, none is not known to be 0.
 */
export function softFailures(steps: string, gates: readonly GatePart[], seen: readonly SeenStep[] = []): SoftFailures {
  const isGiven = steps.trim() !== ''
  const read = isGiven ? readSteps(steps) : failedOf(seen)
  const failed = gates.filter(({ outcome }) => outcome === 'fail').map(({ gate }) => `gate ${gate}`)
  const names = [...(read ?? []).map((id) => `step ${id}`), ...failed]
  const notes = read === undefined ? [note('steps-unreadable')] : []
  const isKnown = read !== undefined && (isGiven || isOver(seen))
  if (names.length === 0) return isKnown ? { part: { count: 0 }, notes } : { notes }
  return { part: { count: names.length, names: names.slice(0, NAMES_MAX).map((name) => eventText(name)) }, notes }
}

const failedOf = (seen: readonly SeenStep[]): string[] =>
  seen.filter(({ conclusion }) => conclusion === 'failure').map(({ name }) => name)

/** GitHub hears of the steps with a delay: one that it does not know to have ended may still turn out to have failed. */
function isOver(seen: readonly SeenStep[]): boolean {
  const own = seen.filter(({ name }) => !name.startsWith('Post ') && name !== 'Complete job')
  return own.length > 0 && own.every(({ status }) => status === 'completed')
}

function readSteps(raw: string): string[] | undefined {
  const members = membersOf(parsedJson(raw)?.value)
  return members
    ?.filter(([, step]) => textAt(step, 'outcome') === 'failure' && textAt(step, 'conclusion') === 'success')
    .map(([id]) => id)
}
