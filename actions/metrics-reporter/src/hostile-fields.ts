import type { Schema } from '@hardgate/gate'

export interface Known {
  /** The value without what its schema does not know. */
  readonly value: unknown
  /** The names of what was removed, in the order in which they were met; the first few. */
  readonly removed: readonly string[]
}

const NAMES_MAX = 10

/**
 * Foreign JSON without the members that a schema of closed objects does not name: a newer version may have written
 * them. Whether the rest is valid is for the checker. No deeper than the schema.
 */
export function onlyKnown(schema: Schema, value: unknown): Known {
  const removed: string[] = []
  return { value: pruned(schema, value, { root: schema, removed }, ''), removed }
}

interface Walk {
  readonly root: Schema
  readonly removed: string[]
}

function pruned(schema: unknown, value: unknown, walk: Walk, at: string): unknown {
  if (!isObject(schema)) return value
  const reference = schema['$ref']
  if (typeof reference === 'string') return pruned(resolve(walk.root, reference), value, walk, at)
  if (Array.isArray(value)) return value.map((item) => pruned(schema['items'], item, walk, at))
  if (!isObject(value)) return value
  const properties = isObject(schema['properties']) ? schema['properties'] : {}
  const isClosed = schema['additionalProperties'] === false
  const kept: [string, unknown][] = []
  for (const [name, inner] of Object.entries(value)) {
    if (Object.hasOwn(properties, name)) kept.push([name, pruned(properties[name], inner, walk, below(at, name))])
    else if (!isClosed) kept.push([name, inner])
    else if (walk.removed.length < NAMES_MAX) walk.removed.push(below(at, name))
  }
  return Object.fromEntries(kept)
}

const below = (at: string, name: string): string => (at === '' ? name : `${at}.${name}`)

/** `#/$defs/x` and `#/properties/x`, within the schema. */
function resolve(root: Schema, reference: string): unknown {
  return reference
    .slice(2)
    .split('/')
    .reduce<unknown>((target, name) => (isObject(target) ? target[name] : undefined), root)
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
