import type { BuildEvent } from './build-event.ts'
import { attempt } from './deliver.ts'
import type { Fate } from './replay-source.ts'
import { kindNamed } from './sinks/kinds.ts'
import type { Delivery, Endpoint, Transport } from './sinks/sink.ts'
import { sinkOf } from './sinks/sinks.ts'
import type { ReadEntry } from './spool-entry.ts'

export interface FatesPlan {
  readonly transport: Transport
  readonly labelsFor: (event: BuildEvent) => Readonly<Record<string, string>>
  readonly onBug: (endpoint: Endpoint, error: unknown) => void
}

export interface Fates {
  /** Sends the event, unless this replay has done so before. */
  readonly of: (read: ReadEntry, endpoint: Endpoint) => Promise<Fate>
  /** Of which something could not be sent, because it has no time of its own: `EVENT to ENDPOINT`. */
  readonly shortened: readonly string[]
  /** It has refused so much in a row that nothing more is sent to it. */
  readonly isOut: (endpoint: Endpoint) => boolean
}

/** So many events in a row, and the endpoint is taken to be out. */
const FAILURES_MAX = 3

/** Each event once to each endpoint, however many copies of it there are. */
export function newFates({ transport, labelsFor, onBug }: FatesPlan): Fates {
  const known = new Map<string, Fate>()
  const failures = new Map<string, number>()
  const shortened: string[] = []
  const isOut = ({ name }: Endpoint): boolean => (failures.get(name) ?? 0) >= FAILURES_MAX
  const decide = async (read: ReadEntry, endpoint: Endpoint): Promise<Fate> => {
    const { event, entry } = read
    // a replay that has run out of time is no failure of the endpoint
    if (transport.signal.aborted || transport.clock.monotonic() >= transport.deadline)
      return untried('no time was left')
    if (isOut(endpoint)) return untried(`${FAILURES_MAX} events before it were not taken either`)
    const superseded = await isSuperseded(event, endpoint, transport, onBug)
    if (superseded === true) return { kind: 'aside', why: 'superseded', reason: 'a newer one is there' }
    if (superseded === undefined) {
      failures.set(endpoint.name, (failures.get(endpoint.name) ?? 0) + 1)
      return untried('it does not say whether a newer one is there, and an old value over a newer one would be wrong')
    }
    const encoding = { labels: labelsFor(event), isLate: true }
    const isSame = entry.endpoint === endpoint.name && entry.kind === endpoint.kind
    const taken = new Map(isSame ? [[endpoint.name, entry.taken ?? []]] : [])
    const delivery = await attempt(endpoint, { event, encoding, transport, onBug, taken })
    failures.set(endpoint.name, isOutage(delivery) ? (failures.get(endpoint.name) ?? 0) + 1 : 0)
    if (delivery.result !== 'failed' && isShortened(event, endpoint, encoding))
      shortened.push(`${event.event_id} to ${endpoint.name}`)
    return fateOf(delivery)
  }
  return {
    shortened,
    isOut,
    of: async (read, endpoint) => {
      const key = `${read.event.event_id} ${endpoint.name}`
      const fate = known.get(key) ?? (await decide(read, endpoint))
      known.set(key, fate)
      return fate
    },
  }
}

const untried = (reason: string): Fate => ({ kind: 'left', reason, attempts: 0, taken: [] })

function fateOf({ result, attempts, reason = '', isExpired, taken = [] }: Delivery): Fate {
  if (result === 'delivered' || result === 'unconfirmed') return { kind: 'confirmed', isSure: result === 'delivered' }
  if (isExpired === true) return { kind: 'aside', why: 'expired', reason: reason || 'it is too old' }
  if (result === 'partial') return { kind: 'aside', why: 'partial', reason: reason || 'a part of it was refused' }
  return { kind: 'left', reason, attempts, taken }
}

/** What the receiver says of this very event must not keep all others from being sent: those behind it would starve. */
const ABOUT_THE_EVENT = new Set([400, 413, 422])
const isOutage = ({ result, isExpired, statusCode = 0 }: Delivery): boolean =>
  result === 'failed' && isExpired !== true && !ABOUT_THE_EVENT.has(statusCode)

/** undefined: nobody can tell, and it waits. Where a newer build failed, an older success over it would be a wrong green. */
async function isSuperseded(
  event: BuildEvent,
  endpoint: Endpoint,
  transport: Transport,
  onBug: FatesPlan['onBug'],
): Promise<boolean | undefined> {
  try {
    const { isSuperseded: ask } = sinkOf(endpoint.kind)
    return ask === undefined ? false : await ask(event, endpoint, transport)
  } catch (error) {
    onBug(endpoint, error)
    return undefined
  }
}

function isShortened(
  event: BuildEvent,
  endpoint: Endpoint,
  encoding: { readonly labels: Readonly<Record<string, string>> },
) {
  // only what goes to a socket, without an answer, has no time of its own
  if (kindNamed(endpoint.kind).address !== 'socket') return false
  const sink = sinkOf(endpoint.kind)
  const [late, timely] = [true, false].map((isLate) =>
    sink.encode(event, endpoint, { ...encoding, isLate }).reduce((sum, { body }) => sum + body.length, 0),
  )
  return late !== timely
}
