import { eventText, LONG_MAX, note } from './event-text.ts'

const KEY = /^[A-Za-z_][A-Za-z0-9_.-]{0,99}$/
const ATTRIBUTES_MAX = 50

/** Lines `key=value` of the input `attributes`; a line that is none is left out with a note. */
export function readAttributes(text: string): {
  attributes: Readonly<Record<string, string>>
  notes: readonly string[]
} {
  const read = new Map<string, string>()
  const notes: string[] = []
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.trim()
    if (line === '') continue
    const at = line.indexOf('=')
    const key = line.slice(0, Math.max(at, 0)).trim()
    // the line itself may hold anything, so the note has its number alone
    if (KEY.test(key)) read.set(key, eventText(line.slice(at + 1), LONG_MAX))
    else notes.push(note('attribute-unreadable', `line ${index + 1}`))
  }
  if (read.size > ATTRIBUTES_MAX) notes.push(note('truncated', `attributes ${read.size} to ${ATTRIBUTES_MAX}`))
  return { attributes: Object.fromEntries([...read].slice(0, ATTRIBUTES_MAX)), notes }
}
