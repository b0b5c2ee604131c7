import { rm } from 'node:fs/promises'
import type { BuildEvent } from './build-event.ts'
import type { Delivery, Encoding, Endpoint, Transport } from './sinks/sink.ts'
import { sinkOf } from './sinks/sinks.ts'
import { keep, keepAt, type SpoolEntry } from './spool.ts'

/** How one endpoint ended, the worst last. */
export type EndpointResult = 'delivered' | 'unconfirmed' | 'partial' | 'spooled' | 'dropped'

export interface Sent extends Omit<Delivery, 'result'> {
  readonly endpoint: Endpoint
  readonly result: EndpointResult
  readonly elapsedMs: number
  /** Where the event is kept. */
  readonly spoolPath?: string
}

export interface Sending {
  readonly event: BuildEvent
  /** The event as JSON: what is sent and what is kept are the same text. */
  readonly json: string
  readonly endpoints: readonly Endpoint[]
  readonly encoding: Encoding
  /** undefined: nothing is kept. */
  readonly spoolFolder: string | undefined
  readonly transport: Transport
  /** The reason that is kept and told for a delivery that failed. */
  readonly explain: (endpoint: Endpoint, delivery: Delivery) => string
  /** Told of an error inside of a sink, which is a bug; it ends that endpoint alone. */
  readonly onBug: (endpoint: Endpoint, error: unknown) => void
}

/** Where the event is kept, by the endpoint's name. */
export type Kept = ReadonlyMap<string, string>

/** Keeps the event for each endpoint, so that a kill at any time from now on loses nothing. */
export async function keepForAll(sending: Sending): Promise<Kept> {
  const kept = new Map<string, string>()
  for (const endpoint of sending.endpoints) {
    const path = await keepFor(endpoint, sending, NOT_YET)
    if (path !== undefined) kept.set(endpoint.name, path)
  }
  return kept
}

/** Replaces what is kept by what is known of the event now. */
export async function keepAgain(sending: Sending, kept: Kept): Promise<void> {
  for (const endpoint of sending.endpoints) {
    const path = kept.get(endpoint.name)
    if (path !== undefined) await rewritten(path, sending, entryOf(endpoint, sending, NOT_YET))
  }
}

const NOT_YET = { reason: 'not yet delivered', attempts: 0 }

/**
 * To all endpoints at once, each on its own. What is kept is removed only when the receiver has confirmed. Without
 * `kept` the event is kept for each of them before the first request.
 */
export async function send(sending: Sending, kept?: Kept): Promise<readonly Sent[]> {
  const paths = kept ?? (await keepForAll(sending))
  return Promise.all(sending.endpoints.map((endpoint) => sendOne(endpoint, paths.get(endpoint.name), sending)))
}

async function sendOne(endpoint: Endpoint, spoolPath: string | undefined, sending: Sending): Promise<Sent> {
  const { clock } = sending.transport
  const start = clock.monotonic()
  const delivery = await attempt(endpoint, sending)
  const told = { ...delivery, endpoint, elapsedMs: Math.round(clock.monotonic() - start) }
  // what was sent and nobody can confirm is not sent twice
  if (delivery.result === 'delivered' || delivery.result === 'unconfirmed') {
    if (spoolPath !== undefined) await rm(spoolPath, { force: true })
    return { ...told, result: delivery.result }
  }
  const reason = sending.explain(endpoint, delivery)
  if (spoolPath === undefined) return { ...told, reason, result: 'dropped' }
  await rewritten(spoolPath, sending, entryOf(endpoint, sending, { reason, attempts: delivery.attempts }))
  return { ...told, reason, result: 'spooled', spoolPath }
}

async function attempt(endpoint: Endpoint, { event, encoding, transport, onBug }: Sending): Promise<Delivery> {
  try {
    const sink = sinkOf(endpoint.kind)
    return await sink.deliver(sink.encode(event, endpoint, encoding), endpoint, event.event_id, transport)
  } catch (error) {
    onBug(endpoint, error)
    return { result: 'failed', attempts: 0, reason: 'an error inside of metrics-reporter' }
  }
}

type Known = Pick<SpoolEntry, 'reason' | 'attempts'>

const entryOf = ({ name, kind }: Endpoint, { transport }: Sending, known: Known): SpoolEntry => ({
  endpoint: name,
  kind,
  ...known,
  first_failed_at: transport.clock.now().toISOString(),
})

/** undefined: it could not be kept. That is no reason not to send it. */
async function keepFor(endpoint: Endpoint, sending: Sending, known: Known): Promise<string | undefined> {
  const { spoolFolder, event, json } = sending
  if (spoolFolder === undefined) return undefined
  try {
    return await keep(spoolFolder, event.event_id, json, entryOf(endpoint, sending, known))
  } catch {
    return undefined
  }
}

/** What was written before stays where this fails: it lacks the reason, and has the event. */
async function rewritten(path: string, { json }: Sending, entry: SpoolEntry): Promise<void> {
  await keepAt(path, json, entry).catch(() => undefined)
}
