import type { Frame } from '@hardgate/action'
import type { BuildEvent } from './build-event.ts'
import { type Kept, keepForAll, type Sending, type Sent, send } from './deliver.ts'
import type { Outcome } from './settle.ts'
import { IN_FLIGHT } from './spool.ts'

/** An endpoint that did not take so many one after the other is asked no more. */
const FAILURES_MAX = 3
const PROGRESS_MS = 10_000

/**
 * Several events, in their order, each to all of its endpoints at once. All are kept before the first request. An
 * endpoint that is down is not waited for with each of them, and nothing is begun after the deadline.
 */
export async function sendMany(
  sendings: readonly Sending[],
  { clock, log, signal }: Pick<Frame, 'clock' | 'log' | 'signal'>,
  onSent: (outcome: Outcome) => Promise<void>,
): Promise<readonly Outcome[]> {
  const kept: Kept[] = []
  for (const sending of sendings) kept.push(await keepForAll(sending))
  const outcomes: Outcome[] = []
  const failures = new Map<string, number>()
  let told = clock.monotonic()
  for (const [index, sending] of sendings.entries()) {
    const why = (name: string): string | undefined => {
      if (signal.aborted) return 'not sent: the step was interrupted'
      if (clock.monotonic() >= sending.transport.deadline) return 'not sent: the deadline was reached'
      return (failures.get(name) ?? 0) >= FAILURES_MAX ? `not sent: ${FAILURES_MAX} events before it failed` : undefined
    }
    const outcome = await sendOne(sending, kept[index] ?? new Map(), why)
    for (const { endpoint, result } of outcome.sent)
      failures.set(
        endpoint.name,
        result === 'spooled' || result === 'dropped' ? (failures.get(endpoint.name) ?? 0) + 1 : 0,
      )
    outcomes.push(outcome)
    await onSent(outcome)
    if (clock.monotonic() - told < PROGRESS_MS) continue
    told = clock.monotonic()
    log.info(`metrics: ${index + 1} of ${sendings.length} events`)
  }
  return outcomes
}

async function sendOne(
  sending: Sending,
  kept: Kept,
  whyNot: (name: string) => string | undefined,
): Promise<Outcome & { readonly event: BuildEvent }> {
  const reasons = sending.endpoints.map(({ name }) => whyNot(name))
  const asked = sending.endpoints.filter((_, index) => reasons[index] === undefined)
  const sent = await send({ ...sending, endpoints: asked }, kept)
  const left = sending.endpoints.flatMap((endpoint, index): Sent[] => {
    const reason = reasons[index]
    if (reason === undefined) return []
    const path = kept.get(endpoint.name)
    const taken = sending.taken?.get(endpoint.name)
    const entry = {
      endpoint: endpoint.name,
      kind: endpoint.kind,
      reason: IN_FLIGHT,
      attempts: 0,
      first_failed_at: sending.transport.clock.now().toISOString(),
      ...(taken === undefined ? {} : { taken }),
    }
    const place = path === undefined ? {} : { spoolPath: path }
    return [
      {
        endpoint,
        result: path === undefined ? 'dropped' : 'spooled',
        attempts: 0,
        elapsedMs: 0,
        reason,
        entry,
        ...place,
      },
    ]
  })
  return { event: sending.event, json: sending.json, sent: [...sent, ...left] }
}
