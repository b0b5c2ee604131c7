import { type JsonDocument, membersOf } from './json.ts'
import { shorten } from './show.ts'

export type Word = 'good' | 'degraded' | 'bad'

/** What a known health document says of the service. */
export interface HealthDocument {
  /** The word as it stands in the document. Absent: none that is known. */
  readonly said?: string
  readonly word?: Word
  /** Parts that are degraded or bad, such as `components.redis "down"`. */
  readonly failingParts: readonly string[]
}

const WORDS: ReadonlyMap<string, Word> = new Map([
  ...['pass', 'ok', 'up', 'healthy', 'alive', 'true'].map((word) => [word, 'good'] as const),
  ...['warn', 'degraded'].map((word) => [word, 'degraded'] as const),
  ...['fail', 'error', 'down', 'unhealthy', 'out_of_service'].map((word) => [word, 'bad'] as const),
])
const PLAIN: ReadonlyMap<string, Word> = new Map([
  ['Healthy', 'good'],
  ['Degraded', 'degraded'],
  ['Unhealthy', 'bad'],
])
/** So many are named in a message. */
const MAX_PARTS = 5

/** Reads `status` of a JSON document, and the one word that ASP.NET answers as plain text. */
export function readHealthDocument(body: string, document: JsonDocument): HealthDocument {
  if (!document.isJson) {
    const word = PLAIN.get(body.trim())
    return word === undefined ? { failingParts: [] } : { said: body.trim(), word, failingParts: [] }
  }
  const members = membersOf(document.value)
  const status = members?.get('status')
  const word = wordOf(status)
  const failingParts = members === undefined ? [] : failingPartsOf(members)
  return word === undefined ? { failingParts } : { said: String(status), word, failingParts }
}

/** The boolean false is as plain a word as true; any other word but the known ones says nothing. */
function wordOf(status: unknown): Word | undefined {
  if (typeof status === 'boolean') return status ? 'good' : 'bad'
  return typeof status === 'string' ? WORDS.get(status.trim().toLowerCase()) : undefined
}

/** Spring names its parts in `components`, health+json in `checks`, where each may have several entries. */
function failingPartsOf(members: ReadonlyMap<string, unknown>): readonly string[] {
  return ['components', 'checks'].flatMap((group) => failingOf(group, members.get(group))).slice(0, MAX_PARTS)
}

function failingOf(group: string, value: unknown): string[] {
  return [...(membersOf(value) ?? [])].flatMap(([name, part]) => {
    const entries: unknown[] = Array.isArray(part) && group === 'checks' ? part : [part]
    const bad = entries.map((entry) => membersOf(entry)?.get('status')).find(isFailing)
    return bad === undefined ? [] : [`${group}.${shorten(name, 60)} ${JSON.stringify(bad)}`]
  })
}

function isFailing(status: unknown): boolean {
  const word = wordOf(status)
  return word === 'bad' || word === 'degraded'
}
