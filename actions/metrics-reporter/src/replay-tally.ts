import type { Fate } from './replay-source.ts'
import type { Endpoint } from './sinks/sink.ts'

type Sort = 'delivered' | 'unconfirmed' | 'left' | 'partial' | 'expired' | 'superseded'

/** What became of the events at one endpoint. */
export interface Line {
  readonly endpoint: Endpoint
  readonly counts: Readonly<Record<Sort, number>>
  readonly requests: number
  /** Of the last event that was left or set aside; empty: there was none. */
  readonly reason: string
}

export interface Tally {
  /** Counts a copy of what was counted before as nothing. */
  readonly add: (eventId: string, endpoint: Endpoint, fate: Fate) => void
  readonly lines: () => readonly Line[]
  /** `EVENT to ENDPOINT`, by what became of it; not what was sent. */
  readonly named: ReadonlyMap<Sort, readonly string[]>
  readonly events: () => number
}

const NONE: Line['counts'] = { delivered: 0, unconfirmed: 0, left: 0, partial: 0, expired: 0, superseded: 0 }

export function newTally(endpoints: readonly Endpoint[]): Tally {
  const lines = new Map<string, Line>(
    endpoints.map((endpoint) => [endpoint.name, { endpoint, counts: NONE, requests: 0, reason: '' }]),
  )
  const seen = new Set<string>()
  const events = new Set<string>()
  const named = new Map<Sort, string[]>()
  return {
    named,
    lines: () => [...lines.values()],
    events: () => events.size,
    add: (eventId, endpoint, fate) => {
      events.add(eventId)
      const key = `${eventId} to ${endpoint.name}`
      const line = lines.get(endpoint.name)
      if (line === undefined || seen.has(key)) return
      seen.add(key)
      const sort = sortOf(fate)
      const isSent = fate.kind === 'confirmed'
      if (!isSent) named.set(sort, [...(named.get(sort) ?? []), key])
      lines.set(endpoint.name, {
        endpoint,
        counts: { ...line.counts, [sort]: line.counts[sort] + 1 },
        requests: line.requests + (fate.kind === 'left' ? fate.attempts : 1),
        reason: isSent ? line.reason : fate.reason,
      })
    },
  }
}

function sortOf(fate: Fate): Sort {
  if (fate.kind === 'confirmed') return fate.isSure ? 'delivered' : 'unconfirmed'
  return fate.kind === 'aside' ? fate.why : 'left'
}

/** `webhook 10 delivered, 2 left` */
export function lineTold({ endpoint, counts }: Line): string {
  const parts = Object.entries(counts).filter(([, count]) => count > 0)
  return `${endpoint.name} ${parts.length === 0 ? 'nothing' : parts.map(([sort, count]) => `${count} ${sort}`).join(', ')}`
}
