import { type Schema, schemaChecker } from '@hardgate/gate'
import { oneLine } from '@hardgate/markdown'
import type { BuildEvent } from './build-event.ts'
import { buildEventSchema } from './build-event-schema.ts'
import { type Known, onlyKnown } from './hostile-fields.ts'
import { jobEventId, runEventId } from './ids.ts'
import { SPOOL_SCHEMA, type SpoolEntry } from './spool.ts'

/** What stands in a spool file beside the event, which has a schema of its own. */
export const spoolEntrySchema: Schema = {
  type: 'object',
  additionalProperties: false,
  required: ['schema', 'event', 'endpoint', 'kind', 'reason', 'attempts', 'first_failed_at'],
  properties: {
    schema: { const: SPOOL_SCHEMA },
    event: {},
    endpoint: { type: 'string', pattern: '^[a-z0-9][a-z0-9-]{0,31}$' },
    kind: { type: 'string', pattern: '^[a-z0-9-]{1,32}$' },
    reason: { type: 'string', maxLength: 1000 },
    attempts: { type: 'integer', minimum: 0, maximum: 1_000_000 },
    first_failed_at: {
      type: 'string',
      pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{3})?Z$',
    },
    taken: { type: 'array', maxItems: 20, items: { type: 'string', pattern: '^[a-z0-9-]{1,32}$' } },
  },
}

/** Of one entry, unpacked. */
export const ENTRY_BYTES_MAX = 262_144

export interface ReadEntry {
  readonly entry: SpoolEntry
  readonly event: BuildEvent
  /** Members that our schemas do not know, and that are no longer in it. */
  readonly removed: readonly string[]
}

/**
 * A spool file that anybody may have written: valid by both schemas, without what they do not know, and with the id
 * that belongs to its job. A text says why it is refused; nothing of it is trusted.
 */
export function readEntry(bytes: Uint8Array): ReadEntry | string {
  if (bytes.length > ENTRY_BYTES_MAX) return `it is larger than ${ENTRY_BYTES_MAX} bytes`
  const parsed = parse(bytes)
  if (typeof parsed !== 'object' || parsed === null) return 'it is no JSON object, or ends early'
  const outer = fitted(entryFlaws, spoolEntrySchema, parsed)
  if (outer.flaw !== undefined) return outer.flaw
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- checked against its schema
  const { event: foreign, ...rest } = outer.value as SpoolEntry & { readonly event: unknown; readonly schema: string }
  const inner = fitted(eventFlaws, buildEventSchema, foreign)
  if (inner.flaw !== undefined) return `its event does not fit the schema: ${inner.flaw}`
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- checked against its schema
  const event = inner.value as BuildEvent
  if (!hasOwnId(event)) return 'its event has the id of another one'
  const { schema: _schema, ...entry } = rest
  return { entry, event, removed: [...outer.removed, ...inner.removed.map((name) => `event.${name}`)] }
}

// made once: a replay reads a thousand
const entryFlaws = schemaChecker(spoolEntrySchema)
const eventFlaws = schemaChecker(buildEventSchema)

interface Fitted extends Known {
  readonly flaw: string | undefined
}

/** As it is where it fits, which is the rule; else without what the schema does not know, if that fits. */
function fitted(flawsOf: (value: unknown) => string[], schema: Schema, value: unknown): Fitted {
  if (flawsOf(value).length === 0) return { value, removed: [], flaw: undefined }
  const known = onlyKnown(schema, value)
  const [first] = flawsOf(known.value)
  return { ...known, flaw: first === undefined ? undefined : oneLine(first, 200) }
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    return undefined
  }
}

/** One id would take another event's place at the receiver. Of a job without a number the id cannot be made again. */
function hasOwnId(event: BuildEvent): boolean {
  const run = { runId: event.run.id, attempt: event.run.attempt }
  if (event.type === 'ci.run.completed') return event.event_id === runEventId(run)
  return event.job.id === undefined || event.event_id === jobEventId(run, event.job.id)
}
