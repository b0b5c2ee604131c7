import { type JsonLimits, JsonScanner } from '@hardgate/scan'
import { pushInChunks } from './xml-events.ts'

/** What a scanner says of a document, an event a line: a key as `key:`, a number as it is written. */
export function jsonEvents(document: string | Uint8Array, chunk?: number, limits: Partial<JsonLimits> = {}): string[] {
  const events: string[] = []
  const scanner = new JsonScanner(
    {
      beginObject: () => events.push('{'),
      endObject: () => events.push('}'),
      beginArray: () => events.push('['),
      endArray: () => events.push(']'),
      key: (name) => events.push(`${JSON.stringify(name)}:`),
      string: (value) => events.push(JSON.stringify(value)),
      number: (value, raw) => events.push(raw() === String(value) ? raw() : `${raw()} as ${value}`),
      literal: (value) => events.push(String(value)),
    },
    limits,
  )
  pushInChunks(scanner, Buffer.from(document), chunk)
  return events
}

/** The value that the events of a scanner add up to, with JSON.parse's rule for a key that stands twice. */
export function jsonValue(document: string, chunk?: number): unknown {
  const open: (unknown[] | Record<string, unknown>)[] = []
  const keys: string[] = []
  let root: unknown
  const add = (value: unknown): void => {
    const parent = open.at(-1)
    if (parent === undefined) root = value
    else if (Array.isArray(parent)) parent.push(value)
    else
      Object.defineProperty(parent, keys.pop() ?? '', { value, enumerable: true, writable: true, configurable: true })
  }
  const begin = (value: unknown[] | Record<string, unknown>): void => {
    add(value)
    open.push(value)
  }
  const scanner = new JsonScanner({
    beginObject: () => begin({}),
    endObject: () => open.pop(),
    beginArray: () => begin([]),
    endArray: () => open.pop(),
    key: (name) => keys.push(name),
    string: add,
    number: add,
    literal: add,
  })
  pushInChunks(scanner, Buffer.from(document), chunk)
  return root
}
