import type { SpoolEntry } from './spool.ts'
import type { ReadEntry } from './spool-entry.ts'

/** What became of one event at one endpoint, in this replay. */
export type Fate =
  | { readonly kind: 'confirmed'; readonly isSure: boolean }
  /** Not to be sent again: refused in part, for ever, or because a newer one is there. */
  | { readonly kind: 'aside'; readonly why: 'partial' | 'expired' | 'superseded'; readonly reason: string }
  | {
      readonly kind: 'left'
      readonly reason: string
      /** 0: it was not asked. */
      readonly attempts: number
      readonly taken: readonly string[]
    }

/** One kept event, and its fate at each endpoint for which it is kept: by name. */
export interface Replayed {
  readonly read: ReadEntry
  readonly fates: ReadonlyMap<string, { readonly kind: string; readonly fate: Fate }>
}

/** A spool file, or an artifact with several. */
export interface Batch {
  readonly entries: readonly ReadEntry[]
  /**
   * Removes what was confirmed, sets aside what is not to be sent again, and keeps the rest. A text says why that
   * failed: the replay ends then, for all that it sends would be sent again by the next one.
   */
  readonly settle: (replayed: readonly Replayed[]) => Promise<string | undefined>
}

/** Where events wait, the oldest first. */
export interface Source {
  readonly place: string
  /** How many batches there are. */
  readonly count: number
  readonly batches: AsyncIterable<Batch>
  /** One line each: what is not sent, by name, and why. It grows while the batches are read. */
  readonly notes: string[]
  /** Asked at the end: why some of it was not even read; undefined: all was. */
  readonly trouble: () => string | undefined
  readonly close: () => Promise<void>
}

export const isWhollyConfirmed = ({ fates }: Replayed): boolean =>
  [...fates.values()].every(({ fate }) => fate.kind === 'confirmed')

/** Nothing has changed, so that what is kept can stay as it is. */
export const isUntouched = ({ fates }: Replayed): boolean =>
  [...fates.values()].every(({ fate }) => fate.kind === 'left' && fate.attempts === 0)

/** Some of it has arrived, or is not to be sent again. */
export const isProgress = ({ read, fates }: Replayed): boolean =>
  [...fates.values()].some(({ fate }) => fate.kind !== 'left' || fate.taken.length > (read.entry.taken?.length ?? 0))

/** What is kept beside an event that one endpoint still lacks. */
export function remaining(
  { first_failed_at, attempts, taken = [] }: SpoolEntry,
  { name, kind }: { readonly name: string; readonly kind: string },
  fate: Exclude<Fate, { kind: 'confirmed' }>,
): SpoolEntry {
  const now = fate.kind === 'left' ? fate : { attempts: 1, taken: [], reason: `${fate.why}: ${fate.reason}` }
  const all = [...new Set([...taken, ...now.taken])]
  return {
    endpoint: name,
    kind,
    reason: now.reason,
    attempts: attempts + now.attempts,
    first_failed_at,
    ...(all.length === 0 ? {} : { taken: all }),
  }
}
