import { type Exchange, hideAll, type Retried, redactText, secretForms, withRetry } from '@hardgate/http'
import { oneLine } from '@hardgate/markdown'
import { kindNamed, secretsOfTarget } from './kinds.ts'
import type { Delivery, Endpoint, Transport } from './sink.ts'

/** The waits between attempts, the same for all kinds. */
export const RETRY = { firstDelayMs: 500, maxDelayMs: 8000, jitterFrom: 0.5 } as const
/** An answer is of no use beyond a line of its text. */
const ANSWER_BYTES_MAX = 65_536
const ANSWER_SHOWN_MAX = 200

export interface Post {
  readonly endpoint: Endpoint
  /** Default POST. */
  readonly method?: 'POST' | 'PUT'
  /** Absent: the endpoint's target. */
  readonly url?: string
  readonly body: string
  /** Made anew for each request: a signature holds the time. */
  readonly ownHeaders: () => Readonly<Record<string, string>>
  readonly isRetryable: (exchange: Exchange) => boolean
  /** Of an answer that is read whole. Default 64 KiB. */
  readonly answerBytesMax?: number
}

export interface Posted extends Retried {
  readonly elapsedMs: number
  /** A text of the receiver as one line for people, without what it was given, and cut. */
  readonly shown: (text: string) => string
}

/**
 * What is worth another request: a status that `isPassing`, or a connection that failed in a way that may pass. An answer
 * that broke off is still the refusal of its status.
 */
export function retryableOn(isPassing: (status: number) => boolean): Post['isRetryable'] {
  return (exchange) => {
    const { status } = exchange
    if (exchange.ok) return isPassing(exchange.status)
    if (status !== undefined && status >= 300 && !isPassing(status)) return false
    return exchange.kind !== 'aborted' && exchange.kind !== 'tls' && exchange.kind !== 'redirect'
  }
}

/** Sends until it is settled, out of attempts, or out of time. No redirect is followed, so no credential leaves its host. */
export async function postWithRetry(
  {
    endpoint,
    method = 'POST',
    url = endpoint.target,
    body,
    ownHeaders,
    isRetryable,
    answerBytesMax = ANSWER_BYTES_MAX,
  }: Post,
  { request, clock, signal, timeoutMs, attempts, deadline, random }: Transport,
): Promise<Posted> {
  const start = clock.monotonic()
  const retried = await withRetry(
    ({ leftMs }) =>
      request({
        url,
        method,
        headers: { ...credentialsOf(endpoint), ...endpoint.headers, ...ownHeaders() },
        defaultHeaders: { 'user-agent': 'hardgate-metrics-reporter' },
        body,
        timeoutMs: Math.max(1, Math.min(timeoutMs, leftMs)),
        maxBodyBytes: answerBytesMax,
        signal,
      }),
    {
      isRetryable,
      maxAttempts: attempts,
      ...RETRY,
      deadline,
    },
    { clock, signal, random },
  )
  return { ...retried, elapsedMs: clock.monotonic() - start, shown: (text) => shownTo(endpoint, text) }
}

/** The header of the token, where there is one and the kind has a scheme for it. */
export function credentialsOf({ kind, token }: Endpoint): Record<string, string> {
  const { tokenScheme } = kindNamed(kind)
  return token === undefined || tokenScheme === undefined ? {} : { authorization: `${tokenScheme} ${token}` }
}

/** Why the last exchange was no delivery: in our own words, so without a secret, and in those of the receiver. */
export function whyNot({
  exchange,
  attempts,
  end,
  retryAfterMs,
  elapsedMs,
  shown,
}: Posted): Pick<Delivery, 'reason' | 'answer'> {
  const what = exchange.ok ? statusTold(exchange) : exchange.message
  const asked = end === 'retry-after' ? ` and asks to wait ${seconds(retryAfterMs ?? 0)}, longer than what is left` : ''
  const answer = exchange.ok ? answerTold(exchange.body, shown) : ''
  return { reason: `${what}${asked}, ${triedTold(attempts, elapsedMs)}`, ...(answer === '' ? {} : { answer }) }
}

function statusTold({ status, unfollowed }: Extract<Exchange, { ok: true }>): string {
  if (unfollowed === undefined || !URL.canParse(unfollowed.to)) return `status ${status}`
  return `status ${status}, a redirect to ${new URL(unfollowed.to).host}, which is not followed`
}

/** Empty where there is no text for a person in it. */
function answerTold(body: Buffer, shown: Posted['shown']): string {
  const text = shown(body.toString('utf8'))
  return text.startsWith('<') ? '' : text
}

/** Below that it is no secret, and to hide it would hide half of the text. */
const SHORTEST_SECRET = 4

// Hidden before it is cut: half of a secret is known to nobody as one, so nothing would hide it afterwards.
function shownTo({ kind, target, token = '', headers }: Endpoint, text: string): string {
  const values = Object.values(headers)
  const parts = values.flatMap((value) => value.split(/\s+/))
  const inTarget = secretsOfTarget(kindNamed(kind), target)
  const secrets = [token, ...inTarget, ...values, ...parts].filter((one) => one.length >= SHORTEST_SECRET)
  return oneLine(redactText(hideAll(text, secrets.flatMap(secretForms))), ANSWER_SHOWN_MAX)
}

/** `5 requests in 6.9 s` */
export const triedTold = (count: number, elapsedMs: number, what = 'request'): string =>
  `${count} ${what}${count === 1 ? '' : 's'} in ${seconds(elapsedMs)}`

const seconds = (ms: number): string => `${Math.round(ms / 100) / 10} s`
