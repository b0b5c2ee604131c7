import { rm } from 'node:fs/promises'
import type { BuildEvent } from './build-event.ts'
import type { Delivery, Encoding, Endpoint, Transport } from './sinks/sink.ts'
import { sinkOf } from './sinks/sinks.ts'
import { inFlight, keep, keepAt, type SpoolEntry, setAside } from './spool.ts'

/** How one endpoint ended, the worst last. */
export type EndpointResult = 'delivered' | 'unconfirmed' | 'partial' | 'spooled' | 'dropped'

export interface Sent extends Omit<Delivery, 'result' | 'taken'> {
  readonly endpoint: Endpoint
  readonly result: EndpointResult
  readonly elapsedMs: number
  /** Of what was not taken, or not wholly: what is kept beside the event. */
  readonly entry?: SpoolEntry
  /** Where the event is kept; absent: it is in no file. */
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
  /** Of an event that was kept before: by endpoint, the payloads that are not sent again. */
  readonly taken?: ReadonlyMap<string, readonly string[]>
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
    const path = await keepFor(endpoint, sending)
    if (path !== undefined) kept.set(endpoint.name, path)
  }
  return kept
}

/** Replaces what is kept by what is known of the event now. */
export async function keepAgain(sending: Sending, kept: Kept): Promise<void> {
  for (const endpoint of sending.endpoints) {
    const path = kept.get(endpoint.name)
    if (path !== undefined) await rewritten(path, sending, underWay(endpoint, sending))
  }
}

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
  const { taken = [], ...delivery } = await attempt(endpoint, sending)
  const told = { ...delivery, endpoint, elapsedMs: Math.round(clock.monotonic() - start) }
  // what was sent and nobody can confirm is not sent twice
  if (delivery.result === 'delivered' || delivery.result === 'unconfirmed') {
    if (spoolPath !== undefined) await rm(spoolPath, { force: true })
    return { ...told, result: delivery.result }
  }
  const reason = sending.explain(endpoint, delivery) || 'a part of it was refused'
  const entry = entryOf(endpoint, sending, { reason, attempts: delivery.attempts, taken })
  const left = { ...told, reason, entry }
  if (delivery.result === 'partial') return { ...left, result: 'partial', ...(await aside(spoolPath, sending, entry)) }
  if (spoolPath === undefined) return { ...left, result: 'dropped' }
  await rewritten(spoolPath, sending, entry)
  return { ...left, result: 'spooled', spoolPath }
}

/** One delivery of what the endpoint does not have yet. An error inside of the sink is a delivery that failed. */
export async function attempt(
  endpoint: Endpoint,
  { event, encoding, transport, onBug, taken }: Omit<Sending, 'json' | 'endpoints' | 'spoolFolder' | 'explain'>,
): Promise<Delivery> {
  try {
    const sink = sinkOf(endpoint.kind)
    const before = taken?.get(endpoint.name) ?? []
    const all = sink.encode(event, endpoint, encoding)
    if (all.length === 0) return { result: 'delivered', attempts: 0, remark: NOTHING }
    const payloads = all.filter(({ name }) => !before.includes(name))
    if (payloads.length === 0) return { result: 'delivered', attempts: 0 }
    const delivery = await sink.deliver(payloads, endpoint, event.event_id, transport)
    return { ...delivery, taken: [...before, ...(delivery.taken ?? [])] }
  } catch (error) {
    onBug(endpoint, error)
    return { result: 'failed', attempts: 0, reason: 'an error inside of metrics-reporter' }
  }
}

/** Such as a span of a job whose start is unknown. */
const NOTHING = 'there is nothing in the event that it takes, so nothing was sent'

type Known = Required<Pick<SpoolEntry, 'reason' | 'attempts' | 'taken'>>

const entryOf = ({ name, kind }: Endpoint, { transport }: Sending, { taken, ...known }: Known): SpoolEntry => ({
  endpoint: name,
  kind,
  ...known,
  first_failed_at: transport.clock.now().toISOString(),
  ...(taken.length === 0 ? {} : { taken }),
})

function underWay(endpoint: Endpoint, sending: Sending): SpoolEntry {
  const { clock, deadline } = sending.transport
  const leftMs = Math.min(deadline - clock.monotonic(), LONGEST_MS)
  const reason = inFlight(new Date(clock.now().getTime() + leftMs))
  return entryOf(endpoint, sending, { reason, attempts: 0, taken: sending.taken?.get(endpoint.name) ?? [] })
}

/** No job takes longer. */
const LONGEST_MS = 6 * 86_400_000

/** undefined: it could not be kept. That is no reason not to send it. */
async function keepFor(endpoint: Endpoint, sending: Sending): Promise<string | undefined> {
  const { spoolFolder, event, json } = sending
  if (spoolFolder === undefined) return undefined
  try {
    return await keep(spoolFolder, event.event_id, json, underWay(endpoint, sending))
  } catch {
    return undefined
  }
}

/** What was written before stays where this fails: it lacks the reason, and has the event. */
async function rewritten(path: string, { json }: Sending, entry: SpoolEntry): Promise<void> {
  await keepAt(path, json, entry).catch(() => undefined)
}

/** What cannot be set aside must not stay where it would be sent again. */
async function aside(
  path: string | undefined,
  { json }: Sending,
  entry: SpoolEntry,
): Promise<{ readonly spoolPath?: string }> {
  if (path === undefined) return {}
  try {
    return { spoolPath: await setAside(path, json, entry) }
  } catch {
    await rm(path, { force: true }).catch(() => undefined)
    return {}
  }
}
