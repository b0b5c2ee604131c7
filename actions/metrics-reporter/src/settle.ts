import type { Frame } from '@hardgate/action'
import type { Sent } from './deliver.ts'
import type { Made } from './sending.ts'
import { type KeptAll, keepForGood, type Leftover, type Place } from './spool-artifact.ts'

/** An event, and how each of its endpoints ended. */
export interface Outcome extends Made {
  readonly sent: readonly Sent[]
}

export interface Settled {
  readonly outcomes: readonly Outcome[]
  /** Where that is which was not taken, or not wholly. */
  readonly kept: KeptAll
}

/** Puts what was not taken where it outlives the job. Only what could not be put anywhere is dropped. */
export async function settle(outcomes: readonly Outcome[], place: Place, frame: Frame): Promise<Settled> {
  const kept = await keepForGood(outcomes.flatMap(leftoversOf), place, frame)
  const isKept = place.keeping.isBrief ? kept.spooled.isKept : undefined
  return { outcomes: outcomes.map((one) => ({ ...one, sent: one.sent.map((sent) => settled(sent, isKept)) })), kept }
}

/** In a folder each file was written or not; an artifact has all of them, or the result is the worse. */
function settled(sent: Sent, isKept: boolean | undefined): Sent {
  if (isKept === undefined || (sent.result !== 'spooled' && sent.result !== 'dropped')) return sent
  return { ...sent, result: isKept ? 'spooled' : 'dropped' }
}

function leftoversOf({ event, json, sent }: Outcome): Leftover[] {
  return sent.flatMap(({ entry, spoolPath, result }) =>
    entry === undefined
      ? []
      : [
          {
            event,
            json,
            entry,
            isRejected: result === 'partial',
            ...(spoolPath === undefined ? {} : { path: spoolPath }),
          },
        ],
  )
}

/** Not taken, or not wholly. */
export const isLeft = ({ result }: Sent): boolean => result !== 'delivered' && result !== 'unconfirmed'
