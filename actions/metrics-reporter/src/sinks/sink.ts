import type { Clock, Requester } from '@hardgate/http'
import type { BuildEvent } from '../build-event.ts'

/** One line of the input `endpoint`, with what `token` and `headers` say of it. */
export interface Endpoint {
  /** Unique among the endpoints of a step; also in the name of the spool file. */
  readonly name: string
  readonly kind: string
  /** A URL, which may hold user info, or a path. Never printed: `shown` is. */
  readonly target: string
  /** Host and port, or the path. */
  readonly shown: string
  readonly options: Readonly<Record<string, string>>
  readonly token?: string
  /** From the input `headers`, names as they were written. */
  readonly headers: Readonly<Record<string, string>>
}

/** What goes to one address, as a pure function of the event. */
export interface Payload {
  /** `POST https://host/path`, without a secret. */
  readonly to: string
  readonly contentType: string
  readonly body: string
}

/** What a sink may touch of the world while it delivers. */
export interface Transport {
  readonly request: Requester
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly workspace: string
  /** Of one request. */
  readonly timeoutMs: number
  readonly attempts: number
  /** By `clock.monotonic()`, the same for all endpoints. */
  readonly deadline: number
  /** From 0 to below 1. */
  readonly random: () => number
}

export interface Delivery {
  readonly result: 'delivered' | 'failed'
  readonly attempts: number
  /** Of the last answer. */
  readonly statusCode?: number
  /** Of a failure: one line in our own words, so without a secret. */
  readonly reason?: string
  /** What the receiver said to it: foreign, and it may repeat a secret, so it is kept in no file. */
  readonly answer?: string
  /** The receiver refused it for want of credentials (401, 403). */
  readonly isRefused?: boolean
}

/** One kind of monitoring system, as the inputs know it: what is needed before anything is sent. */
export interface Kind {
  readonly kind: string
  /** The beginnings of a line that choose it, such as `webhook+https`, each with the scheme that is asked. */
  readonly schemes: Readonly<Record<string, string>>
  /** Its options beside `name`, each with the words it takes, the default first. */
  readonly options: Readonly<Record<string, readonly string[]>>
  readonly takesCredentials: boolean
  /** Undefined: a token that it can sign or send. Never names the token. */
  readonly flawOfToken?: (token: string) => string | undefined
}

/** How an event gets to that kind of system. */
export interface Sink {
  readonly encode: (event: BuildEvent, endpoint: Endpoint) => readonly Payload[]
  readonly deliver: (
    payloads: readonly Payload[],
    endpoint: Endpoint,
    eventId: string,
    transport: Transport,
  ) => Promise<Delivery>
}
