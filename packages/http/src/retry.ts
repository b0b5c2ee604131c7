import type { Clock } from './clock.ts'
import type { Exchange } from './exchange.ts'
import { retryAfterMs } from './retry-after.ts'

export interface RetryPolicy {
  /** Whether this outcome deserves another request: `isRetryableRead`, `isRetryableWrite`, or one's own. */
  readonly isRetryable: (exchange: Exchange) => boolean
  /** Requests at most, the first included. Absent: until the deadline, which must then be given. */
  readonly maxAttempts?: number
  /** The wait after the first request; it doubles up to `maxDelayMs`. */
  readonly firstDelayMs: number
  readonly maxDelayMs: number
  /** Each wait is multiplied by a random number from here to 1. Default 1: no chance in it. */
  readonly jitterFrom?: number
  /** Stop at once where the server asks for a longer wait: to come earlier would only be refused again. */
  readonly maxRetryAfterMs?: number
  /** By `clock.monotonic()`: no request starts at or after it, and no wait that would end there is begun. */
  readonly deadline?: number
}

export interface RetryWorld {
  readonly clock: Pick<Clock, 'monotonic' | 'now' | 'sleep'>
  readonly signal?: AbortSignal
  /** From 0 to below 1. Default `Math.random`. */
  readonly random?: () => number
}

/** `settled`: the outcome needs no retry. Otherwise the last outcome was retryable, and this says why it was left. */
export type RetryEnd = 'settled' | 'attempts' | 'deadline' | 'retry-after' | 'aborted'

export interface Retried {
  /** The outcome of the last request. */
  readonly exchange: Exchange
  readonly attempts: number
  readonly waitedMs: number
  readonly end: RetryEnd
  /** What the server asked for in its last answer. */
  readonly retryAfterMs?: number
}

export interface Attempt {
  /** From 1. */
  readonly number: number
  /** Until the policy's deadline, for the `timeoutMs` of the request; Infinity without one. */
  readonly leftMs: number
}

/**
 * Sends until the outcome is settled or the policy ends it. Always sends once.
 *
 *     const retried = await withRetry(
 *       ({ leftMs }) => request({ url, timeoutMs: Math.min(10_000, leftMs) }),
 *       { isRetryable: isRetryableRead, firstDelayMs: 500, maxDelayMs: 8000, jitterFrom: 0.5, deadline },
 *       { clock, signal },
 *     )
 *
 * A write that must not happen twice takes `isRetryableWrite` and a `maxAttempts`.
 */
export async function withRetry(
  send: (attempt: Attempt) => Promise<Exchange>,
  policy: RetryPolicy,
  { clock, signal, random = Math.random }: RetryWorld,
): Promise<Retried> {
  let waitedMs = 0
  for (let number = 1; ; number += 1) {
    const exchange = await send({ number, leftMs: leftOf(policy, clock) })
    const asked = askedWait(exchange, clock.now())
    const told = { exchange, attempts: number, waitedMs, ...(asked === undefined ? {} : { retryAfterMs: asked }) }
    if (!policy.isRetryable(exchange)) return { ...told, end: 'settled' }
    if (signal?.aborted) return { ...told, end: 'aborted' }
    const wait = nextWait({ number, asked, leftMs: leftOf(policy, clock), random: random() }, policy)
    if (typeof wait === 'string') return { ...told, end: wait }
    await clock.sleep(wait, signal)
    waitedMs += wait
    if (signal?.aborted) return { ...told, end: 'aborted' }
  }
}

interface Moment {
  /** Of the request that has just ended, from 1. */
  readonly number: number
  /** Milliseconds that the server asked to wait. */
  readonly asked?: number | undefined
  readonly leftMs: number
  readonly random: number
}

/** The schedule, pure: milliseconds until the next request, or why there is none. */
export function nextWait(
  { number, asked = 0, leftMs, random }: Moment,
  {
    maxAttempts = Number.POSITIVE_INFINITY,
    firstDelayMs,
    maxDelayMs,
    jitterFrom = 1,
    maxRetryAfterMs,
  }: Omit<RetryPolicy, 'isRetryable'>,
): number | Exclude<RetryEnd, 'settled' | 'aborted'> {
  if (number >= maxAttempts) return 'attempts'
  if (asked > (maxRetryAfterMs ?? Number.POSITIVE_INFINITY)) return 'retry-after'
  const full = Math.min(firstDelayMs * 2 ** (number - 1), maxDelayMs)
  const wait = Math.max(full * (jitterFrom + (1 - jitterFrom) * random), asked)
  if (wait < leftMs) return wait
  return asked > 0 && asked >= leftMs ? 'retry-after' : 'deadline'
}

function leftOf({ deadline }: RetryPolicy, clock: Pick<Clock, 'monotonic'>): number {
  return deadline === undefined ? Number.POSITIVE_INFINITY : deadline - clock.monotonic()
}

/** `ratelimit-reset` comes with every answer of some servers; it asks for a wait only beside a 429. */
function askedWait(exchange: Exchange, now: Date): number | undefined {
  if (!exchange.ok) return undefined
  const { 'ratelimit-reset': _always, ...others } = exchange.headers
  return retryAfterMs(exchange.status === 429 ? exchange.headers : others, now)
}

/** Sending it again cannot do it twice: it was refused for its rate, or not a byte of it was sent. */
export function isRetryableWrite(exchange: Exchange): boolean {
  return exchange.ok ? exchange.status === 429 : isPassing(exchange.kind) && !exchange.mayHaveBeenSent
}

/** For a request that only reads: 429, any 5xx, and connections that failed in a way that may pass. */
export function isRetryableRead(exchange: Exchange): boolean {
  return exchange.ok ? exchange.status === 429 || exchange.status >= 500 : isPassing(exchange.kind)
}

function isPassing(kind: Extract<Exchange, { ok: false }>['kind']): boolean {
  return kind !== 'aborted' && kind !== 'tls' && kind !== 'redirect'
}
