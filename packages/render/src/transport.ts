import type { Clock, Exchange, Requester } from '@hardgate/http'
import { errorOfAnswer, RenderError, unreadable } from './errors.ts'
import { retryAfterOf } from './retry-after.ts'

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
  /** Default 5. */
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

/** Sends calls, repeats what may be repeated, and records each request. Throws a `RenderError`. */
export function transport(connection: RenderConnection): Transport {
  const { clock, signal } = connection
  const requests: RequestRecord[] = []

  const once = async (call: Call): Promise<Reply> => {
    const started = clock.monotonic()
    const exchange = await connection.request(planOf(connection, call))
    const ms = Math.round(clock.monotonic() - started)
    requests.push({ method: call.method, path: call.path, status: exchange.ok ? exchange.status : 0, ms })
    return replyOf(call, exchange, { hide: (text) => withoutSecrets(text, connection), now: clock.now() })
  }

  const call = async (asked: Call): Promise<Reply> => {
    const started = clock.monotonic()
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await once(asked)
      } catch (error) {
        if (!(error instanceof RenderError)) throw error
        const wait = waitBeforeNext(asked, error, attempt)
        if (wait === undefined || clock.monotonic() - started + wait > RETRY_BUDGET_MS) throw error
        await clock.sleep(wait, signal)
        if (signal?.aborted) throw error
      }
    }
  }
  return { call, requests }
}

/** undefined: not again. A POST goes again only where Render has refused it unread, or nothing was sent. */
function waitBeforeNext({ method, attempts = 5 }: Call, error: RenderError, attempt: number): number | undefined {
  if (attempt >= attempts) return undefined
  const isTransient = error.kind === 'server' || error.kind === 'unreachable' || error.kind === 'unreadable'
  const isRepeatable = error.kind === 'busy' || (isTransient && (method !== 'POST' || !error.mayHaveHappened))
  if (!isRepeatable) return undefined
  // Render counts by the minute
  return error.retryAfterMs ?? (error.kind === 'busy' ? 15_000 : 1000 * 2 ** (attempt - 1))
}

function planOf({ apiKey, baseUrl, signal }: RenderConnection, call: Call): Parameters<Requester>[0] {
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

function replyOf(call: Call, exchange: Exchange, { hide, now }: { hide: (text: string) => string; now: Date }): Reply {
  if (!exchange.ok) {
    const { kind, message, code, mayHaveBeenSent } = exchange
    throw new RenderError({
      kind: kind === 'aborted' ? 'aborted' : 'unreachable',
      message:
        kind === 'aborted'
          ? `${call.purpose}: interrupted`
          : `${call.purpose}: no answer from Render (${hide(message)})`,
      ...(code === undefined ? {} : { code }),
      mayHaveHappened: mayHaveBeenSent,
    })
  }
  const { status, headers, body, isBodyCut } = exchange
  if (status < 200 || status > 299) {
    throw errorOfAnswer(call.purpose, { status, body: hide(body.toString()), retryAfterMs: retryAfterOf(headers, now) })
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

// An answer may return what it was sent, in the form in which it was sent.
function withoutSecrets(text: string, { apiKey, secrets = [] }: RenderConnection): string {
  const forms = [apiKey, ...secrets]
    .filter((secret) => secret !== '')
    .flatMap((secret) => [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64')])
  return forms.reduce((rest, form) => rest.replaceAll(form, '***'), text)
}
