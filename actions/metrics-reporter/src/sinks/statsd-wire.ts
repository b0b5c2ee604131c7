import { nextWait } from '@hardgate/http'
import { oneLine } from '@hardgate/markdown'
import { RETRY, triedTold } from './post.ts'
import type { Delivery, Endpoint, Payload, Transport } from './sink.ts'
import type { Attempted, Place } from './statsd-attempt.ts'
import { sendByTcp } from './statsd-tcp.ts'
import { sendByUdp } from './statsd-udp.ts'

/** Lines for `udp://host:port` or `tcp://host:port`. */
export function linesPayload({ target }: Endpoint, lines: readonly string[]): Payload {
  const { protocol, host } = new URL(target)
  return {
    name: 'lines',
    to: `${protocol === 'udp:' ? 'UDP' : 'TCP'} ${oneLine(host)}`,
    contentType: 'text/plain',
    body: `${lines.join('\n')}\n`,
  }
}

/** Never better than `unconfirmed`: StatsD has no answers. Only what has not left this machine is tried again. */
export async function deliverLines(
  payloads: readonly Payload[],
  { target, shown }: Endpoint,
  _eventId: string,
  transport: Transport,
): Promise<Delivery> {
  const { protocol, hostname, port } = new URL(target)
  const place: Place = { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port), shown }
  const body = payloads.map((payload) => payload.body).join('')
  const send = protocol === 'udp:' ? sendByUdp : sendByTcp
  return untilSent((timeoutMs) => send(body, place, { timeoutMs, signal: transport.signal }), transport)
}

async function untilSent(
  send: (timeoutMs: number) => Promise<Attempted>,
  { clock, signal, timeoutMs, attempts, deadline, random }: Transport,
): Promise<Delivery> {
  const start = clock.monotonic()
  const leftMs = (): number => deadline - clock.monotonic()
  for (let number = 1; ; number += 1) {
    const attempted = await send(Math.max(1, Math.min(timeoutMs, leftMs())))
    const tried = triedTold(number, clock.monotonic() - start, 'attempt')
    if (attempted.end === 'settled') return deliveryOf(attempted, number, tried)
    const moment = { number, leftMs: leftMs(), random: random() }
    const wait = nextWait(moment, { ...RETRY, maxAttempts: attempts })
    const failure: Delivery = { result: 'failed', attempts: number, reason: `${attempted.reason}, ${tried}` }
    if (typeof wait === 'string' || signal.aborted) return failure
    await clock.sleep(wait, signal)
    if (signal.aborted) return failure
  }
}

function deliveryOf(
  { end: _settled, reason, ...outcome }: Extract<Attempted, { end: 'settled' }>,
  attempts: number,
  tried: string,
): Delivery {
  return { ...outcome, attempts, ...(reason === undefined ? {} : { reason: `${reason}, ${tried}` }) }
}
