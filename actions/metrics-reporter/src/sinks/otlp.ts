import { redactUrl } from '@hardgate/http'
import type { BuildEvent } from '../build-event.ts'
import { addressOf, type Signal, signalsOf } from './otlp-address.ts'
import { ANSWER_BYTES_MAX, deliveryOf, isRetryable } from './otlp-answer.ts'
import { metricsRequest, type Request, type Temporality } from './otlp-metrics.ts'
import { tracesRequest } from './otlp-traces.ts'
import { postWithRetry } from './post.ts'
import type { Delivery, Encoding, Endpoint, Payload, Sink, Transport } from './sink.ts'

const REQUEST_BYTES_MAX = 64 * 1024 * 1024

/** OTLP/HTTP in JSON: metrics and traces, a request each, side by side. */
export const otlp: Sink = {
  encode: (event, endpoint, encoding) =>
    signalsOf(endpoint.target, endpoint.options).flatMap((signal) => payloadOf(signal, event, endpoint, encoding)),
  deliver: async (payloads, endpoint, _eventId, transport) =>
    combined(payloads, await Promise.all(payloads.map((payload) => deliverOne(payload, endpoint, transport)))),
}

function payloadOf(signal: Signal, event: BuildEvent, { target, options }: Endpoint, { labels }: Encoding): Payload[] {
  const { temporality = 'gauge' } = options
  const request: Request | undefined =
    signal === 'traces' ? tracesRequest(event) : metricsRequest(event, labels, temporalityOf(temporality))
  if (request === undefined || request.count === 0) return []
  const url = addressOf(target, signal)
  return [{ name: signal, to: `POST ${redactUrl(url)}`, url, contentType: 'application/json', ...request }]
}

const temporalityOf = (word: string): Temporality => (word === 'delta' || word === 'cumulative' ? word : 'gauge')

async function deliverOne(payload: Payload, endpoint: Endpoint, transport: Transport): Promise<Delivery> {
  const { contentType, body, url } = payload
  if (Buffer.byteLength(body) > REQUEST_BYTES_MAX)
    return { result: 'failed', attempts: 0, reason: 'it is over 64 MiB, which no receiver has to take' }
  const posted = await postWithRetry(
    {
      endpoint,
      ...(url === undefined ? {} : { url }),
      body,
      ownHeaders: () => ({ 'content-type': contentType }),
      isRetryable,
      answerBytesMax: ANSWER_BYTES_MAX,
    },
    transport,
  )
  return deliveryOf(payload, posted)
}

/** Such as a span of a job whose start is unknown. */
const NOTHING = 'there is nothing in the event that it takes, so nothing was sent'
const WORST = ['failed', 'partial', 'unconfirmed', 'delivered'] as const

/** The worst of them. Where some failed, the names of the others, which must not be sent again. */
function combined(payloads: readonly Payload[], deliveries: readonly Delivery[]): Delivery {
  const named = deliveries.map((delivery, index) => ({ ...delivery, name: payloads[index]?.name ?? '' }))
  const result = WORST.find((word) => named.some((one) => one.result === word)) ?? 'delivered'
  const worst = named.filter((one) => one.result === result)
  const taken = named.filter((one) => one.result !== 'failed').map(({ name }) => name)
  const first = worst[0]
  // what was rejected for good is told, also where something else is the worst
  const troubles = [...worst, ...(result === 'failed' ? named.filter((one) => one.result === 'partial') : [])]
  const reason = reasonsOf(troubles, result === 'partial' ? worst.length : named.length)
  const answer = worst.find((one) => one.answer !== undefined)?.answer
  const remarks = named.length === 0 ? [NOTHING] : named.flatMap(({ remark }) => remark ?? [])
  return {
    result,
    attempts: sum(named.map(({ attempts }) => attempts)),
    ...(first?.statusCode === undefined ? {} : { statusCode: first.statusCode }),
    ...countsOf(named),
    ...(result === 'failed' && taken.length > 0 ? { taken } : {}),
    ...(reason === '' ? {} : { reason }),
    ...(answer === undefined ? {} : { answer }),
    ...(remarks.length === 0 ? {} : { remark: remarks.join('; ') }),
    ...(worst.some(({ isRefused }) => isRefused === true) ? { isRefused: true } : {}),
    ...(worst.length > 0 && worst.every(({ isExpired }) => isExpired === true) ? { isExpired: true } : {}),
  }
}

/** Whose reason it is, where others fared better or otherwise. */
function reasonsOf(worst: readonly (Delivery & { readonly name: string })[], of: number): string {
  const told = worst.flatMap(({ name, reason }) => (reason === undefined ? [] : [{ name, reason }]))
  const reasons = [...new Set(told.map(({ reason }) => reason))]
  if (reasons.length === 1 && told.length === of) return reasons.join('')
  return told.map(({ name, reason }) => `${name}: ${reason}`).join('; ')
}

/** Absent where nobody counted: what failed was neither taken nor rejected. */
function countsOf(deliveries: readonly Delivery[]): Pick<Delivery, 'accepted' | 'rejected'> {
  const accepted = deliveries.flatMap((one) => one.accepted ?? [])
  const rejected = deliveries.flatMap((one) => one.rejected ?? [])
  return {
    ...(accepted.length === 0 ? {} : { accepted: sum(accepted) }),
    ...(rejected.length === 0 ? {} : { rejected: sum(rejected) }),
  }
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0)
