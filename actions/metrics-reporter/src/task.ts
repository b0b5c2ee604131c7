import { eventText, note } from './event-text.ts'
import { membersOf, parsedJson } from './json-path.ts'

const MATRIX_MAX = 20

export interface Matrix {
  /** As the runner gave it; null: the job has none. */
  readonly json: unknown
  readonly values: Readonly<Record<string, string>>
  /** What GitHub writes in brackets behind the job's name: each value that is not empty, in the matrix's order. */
  readonly leaves: readonly string[]
  readonly notes: readonly string[]
}

/** `raw` is `${{ toJSON(matrix) }}`: an object, `null`, or nothing. */
export function readMatrix(raw: string): Matrix {
  const none = { json: null, values: {}, leaves: [], notes: [] }
  if (raw.trim() === '' || raw.trim() === 'null') return none
  const parsed = parsedJson(raw)
  const members = membersOf(parsed?.value)
  if (parsed === undefined || members === undefined) return { ...none, notes: [note('matrix-unreadable')] }
  const values = members.slice(0, MATRIX_MAX).map(([key, value]) => [eventText(key), eventText(textOf(value))])
  const notes = members.length > MATRIX_MAX ? [note('truncated', `matrix ${members.length} to ${MATRIX_MAX}`)] : []
  return { json: parsed.value, values: Object.fromEntries(values), leaves: leavesOf(parsed.value), notes }
}

/** The name of a job that stays the same from run to run: its key, and its place in the matrix. */
export function taskOf(key: string, { leaves }: Matrix): string {
  return eventText(leaves.length === 0 ? key : `${key} (${leaves.join(', ')})`)
}

/**
 * What stands in front of a job's name where its workflow is called by another: `deploy` of `deploy / test (3.12)`.
 * Empty: nothing. A matrix may hold a slash too, so the job's own key is looked for first.
 */
export function callerOf(name: string, key: string): string {
  if (key === '' || name === key || name.startsWith(`${key} (`)) return ''
  if (name.endsWith(` / ${key}`)) return name.slice(0, -` / ${key}`.length)
  const inside = name.lastIndexOf(` / ${key} (`)
  return name.slice(0, Math.max(inside < 0 ? name.lastIndexOf(' / ') : inside, 0))
}

/** Is that the name that GitHub gives a job of this key, by itself or in a matrix or a called workflow? */
export function isNameOf(name: string, key: string): boolean {
  const own = name.slice(callerOf(name, key).length).replace(/^ \/ /, '')
  return own === key || own.startsWith(`${key} (`)
}

function leavesOf(value: unknown): string[] {
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(leavesOf)
  const text = textOf(value)
  return text === '' ? [] : [text]
}

function textOf(value: unknown): string {
  if (value === null) return ''
  return typeof value === 'string' ? value : JSON.stringify(value)
}
