import type { Frame } from '@hardgate/action'
import { type Kept, keepForAll, type Sending, type Sent, send } from './deliver.ts'
import type { Outcome } from './settle.ts'
import type { Endpoint } from './sinks/sink.ts'
import { keepAt, type SpoolEntry } from './spool.ts'

/** An endpoint that did not take so many one after the other is asked no more. */
const FAILURES_MAX = 3
/** Events, as long as all goes well. */
const SIDE_BY_SIDE = 4
const PROGRESS_MS = 10_000

/**
 * Several events, the first before the others, each to all of its endpoints at once. All are kept before the first
 * request. An endpoint that is down is not waited for with each of them, and nothing is begun after the deadline.
 */
export async function sendMany(
  sendings: readonly Sending[],
  { clock, log, signal }: Pick<Frame, 'clock' | 'log' | 'signal'>,
): Promise<readonly Outcome[]> {
  const ready: Ready[] = []
  for (const sending of sendings) ready.push({ sending, kept: await keepForAll(sending) })
  const failures = new Map<string, number>()
  const whyNot = (name: string, deadline: number): string | undefined => {
    if (signal.aborted) return 'not sent: the step was interrupted'
    if (clock.monotonic() >= deadline) return 'not sent: the deadline was reached'
    return (failures.get(name) ?? 0) >= FAILURES_MAX ? `not sent: ${FAILURES_MAX} events before it failed` : undefined
  }
  const outcomes: Outcome[] = []
  let told = clock.monotonic()
  while (outcomes.length < ready.length) {
    const isWell = outcomes.length > 0 && [...failures.values()].every((count) => count === 0)
    const some = ready.slice(outcomes.length, outcomes.length + (isWell ? SIDE_BY_SIDE : 1))
    const done = await Promise.all(some.map((one) => sendOne(one, whyNot)))
    for (const { endpoint, result } of done.flatMap(({ sent }) => sent))
      failures.set(endpoint.name, isFailed(result) ? (failures.get(endpoint.name) ?? 0) + 1 : 0)
    outcomes.push(...done)
    if (clock.monotonic() - told < PROGRESS_MS) continue
    told = clock.monotonic()
    log.info(`metrics: ${outcomes.length} of ${ready.length} events`)
  }
  return outcomes
}

const isFailed = (result: Sent['result']): boolean => result === 'spooled' || result === 'dropped'

interface Ready {
  readonly sending: Sending
  readonly kept: Kept
}

async function sendOne(
  { sending, kept }: Ready,
  whyNot: (name: string, deadline: number) => string | undefined,
): Promise<Outcome> {
  const reasons = new Map(
    sending.endpoints.map(({ name }) => [name, whyNot(name, sending.transport.deadline)] as const),
  )
  const asked = sending.endpoints.filter(({ name }) => reasons.get(name) === undefined)
  const sent = await send({ ...sending, endpoints: asked }, kept)
  const left: Sent[] = []
  for (const endpoint of sending.endpoints) {
    const reason = reasons.get(endpoint.name)
    if (reason !== undefined) left.push(await leave(endpoint, reason, { sending, kept }))
  }
  return { event: sending.event, json: sending.json, sent: [...sent, ...left] }
}

/** What is kept says why, and that nobody is sending it. */
async function leave(endpoint: Endpoint, reason: string, { sending, kept }: Ready): Promise<Sent> {
  const { name, kind } = endpoint
  const path = kept.get(name)
  const taken = sending.taken?.get(name)
  const entry: SpoolEntry = {
    endpoint: name,
    kind,
    reason,
    attempts: 0,
    first_failed_at: sending.transport.clock.now().toISOString(),
    ...(taken === undefined ? {} : { taken }),
  }
  const told = { endpoint, attempts: 0, elapsedMs: 0, reason, entry }
  if (path === undefined) return { ...told, result: 'dropped' }
  await keepAt(path, sending.json, entry).catch(() => undefined)
  return { ...told, result: 'spooled', spoolPath: path }
}
