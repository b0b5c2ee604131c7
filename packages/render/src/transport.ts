import {
  type Clock,
  type Exchange,
  isRetryableRead,
  isRetryableWrite,
  type Requester,
  type RequestPlan,
  type Retried,
  type RetryPolicy,
  secretForms,
  withRetry,
} from '@hardgate/http'
import { errorOfAnswer, errorOfFailure, unreadable } from './errors.ts'

export interface RenderConnection {
  readonly request: Requester
  readonly clock: Clock
  readonly apiKey: string
  /** `https://api.render.com/v1` */
  readonly baseUrl: string
  readonly signal?: AbortSignal
  /** Beside the key: what must not stand in any text, such as the key of a deploy hook. */
  readonly secrets?: readonly string[]
}

/** One request as evidence: nothing in it is secret. */
export interface RequestRecord {
  readonly method: string
  readonly path: string
  /** 0: no answer. */
  readonly status: number
  readonly ms: number
}

export interface Call {
  /** Begins the sentence of an error: "Listing the deploys". */
  readonly purpose: string
  readonly method: 'GET' | 'POST' | 'PATCH'
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  readonly body?: unknown
  /** In place of base URL, path and query; sent without the API key. */
  readonly hookUrl?: string
  /** Default 6. */
  readonly attempts?: number
}

export interface Reply {
  readonly status: number
  /** Parsed JSON; undefined where there was no body. */
  readonly json: unknown
}

export interface Transport {
  readonly call: (call: Call) => Promise<Reply>
  readonly requests: readonly RequestRecord[]
}

const REQUEST_TIMEOUT_MS = 15_000
const RETRY_BUDGET_MS = 120_000
// a hundred deploys with long commit messages
const MAX_BODY_BYTES = 16 * 1024 * 1024
const MAX_ERROR_TEXT = 65_536
const HIDDEN = '***'

/** Sends calls, repeats what may be repeated, and records each request. Throws a `RenderError`. */
export function transport(connection: RenderConnection): Transport {
  const { clock, signal } = connection
  const requests: RequestRecord[] = []

  const send = async (call: Call): Promise<Exchange> => {
    const started = clock.monotonic()
    const exchange = await connection.request(planOf(connection, call))
    const ms = Math.round(clock.monotonic() - started)
    requests.push({ method: call.method, path: call.path, status: exchange.ok ? exchange.status : 0, ms })
    return exchange
  }
  const call = async (asked: Call): Promise<Reply> => {
    const policy: RetryPolicy = {
      // a POST goes again only where Render refused it unread, or nothing was sent
      isRetryable: asked.method === 'POST' ? isRetryableWrite : isRetryableRead,
      maxAttempts: asked.attempts ?? 6,
      firstDelayMs: 1000,
      maxDelayMs: 16_000,
      deadline: clock.monotonic() + RETRY_BUDGET_MS,
    }
    const retried = await withRetry(() => send(asked), policy, { clock, ...(signal === undefined ? {} : { signal }) })
    return replyOf(asked, retried, (text) => withoutSecrets(text, connection))
  }
  return { call, requests }
}

function planOf({ apiKey, baseUrl, signal }: RenderConnection, call: Call): RequestPlan {
  const query = call.query === undefined ? '' : `?${new URLSearchParams(call.query).toString()}`
  return {
    url: call.hookUrl ?? `${baseUrl.replace(/\/+$/, '')}${call.path}${query}`,
    method: call.method,
    headers: {
      accept: 'application/json',
      'user-agent': 'hardgate',
      ...(call.hookUrl === undefined ? { authorization: `Bearer ${apiKey}` } : {}),
      ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
    timeoutMs: REQUEST_TIMEOUT_MS,
    maxBodyBytes: MAX_BODY_BYTES,
    ...(signal === undefined ? {} : { signal }),
  }
}

function replyOf(call: Call, { exchange, retryAfterMs }: Retried, hide: (text: string) => string): Reply {
  if (!exchange.ok) throw errorOfFailure(call.purpose, { ...exchange, message: hide(exchange.message) })
  const { status, body, isBodyCut } = exchange
  if (status < 200 || status > 299) {
    throw errorOfAnswer(call.purpose, { status, body: hide(body.toString()).slice(0, MAX_ERROR_TEXT), retryAfterMs })
  }
  if (isBodyCut) throw unreadable(call.purpose, status, 'longer than 16 MiB')
  return { status, json: parsed(call, status, body.toString()) }
}

function parsed({ purpose }: Call, status: number, text: string): unknown {
  if (text.trim() === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    throw unreadable(purpose, status, 'no JSON')
  }
}

// An answer may return what it was sent.
function withoutSecrets(text: string, { apiKey, secrets = [] }: RenderConnection): string {
  const forms = [apiKey, ...secrets].flatMap(secretForms)
  return forms.reduce((rest, form) => rest.replaceAll(form, HIDDEN), text)
}
