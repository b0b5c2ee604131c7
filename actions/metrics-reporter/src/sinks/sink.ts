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
  /** What it is, such as `metrics` or `traces`; unique among the payloads of an event. */
  readonly name: string
  /** `POST https://host/path`, without a secret. */
  readonly to: string
  readonly contentType: string
  readonly body: string
  /** Where a request with it goes. Absent: to the endpoint's target. Never printed. */
  readonly url?: string
  /** How many points, spans or lines are in it, where the receiver counts what it rejects. */
  readonly count?: number
}

/** What beside the event decides how it is written. */
export interface Encoding {
  /** Labels that the input `labels` adds to those that every point has. */
  readonly labels: Readonly<Record<string, string>>
  /** It is sent from the spool: what has no time of its own, and would be taken for the present, is left out. */
  readonly isLate: boolean
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

/** `unconfirmed`: it was sent, and nobody says that it arrived. `partial`: some of it was refused for good. */
export type DeliveryResult = 'delivered' | 'unconfirmed' | 'partial' | 'failed'

export interface Delivery {
  readonly result: DeliveryResult
  readonly attempts: number
  /** Points, spans or lines, where the receiver counts them. */
  readonly accepted?: number
  readonly rejected?: number
  /** Names of the payloads that were taken, where others failed: they are not sent again. */
  readonly taken?: readonly string[]
  /** Of a delivery that is none the worse for it: what the receiver said. Foreign. */
  readonly remark?: string
  /** The receiver refuses it as too old, and always will. */
  readonly isExpired?: true
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
  /** What follows the scheme: a URL, a path, or `//host:port`. */
  readonly address: 'url' | 'path' | 'socket'
  /** Its options beside `name`. */
  readonly options: Readonly<Record<string, OptionRule>>
  readonly takesCredentials: boolean
  /** `Authorization: SCHEME token`. Absent: the token is no header. */
  readonly tokenScheme?: 'Bearer' | 'Token'
  /** Members of the URL's query that are secret there, beside those whose names say so everywhere. */
  readonly secretQuery?: readonly string[]
  /** Undefined: the line is complete. */
  readonly flawOfLine?: (target: string, options: Readonly<Record<string, string>>) => string | undefined
  /** Undefined: a token that it can sign or send. Never names the token. */
  readonly flawOfToken?: (token: string) => string | undefined
}

/** The words that an option takes, the default first; or what any value must look like, and one that does. */
export type OptionRule = readonly string[] | { readonly pattern: RegExp; readonly example: string }

/** How an event gets to that kind of system. */
export interface Sink {
  /** Empty: there is nothing in it for this kind, which is no failure. */
  readonly encode: (event: BuildEvent, endpoint: Endpoint, encoding: Encoding) => readonly Payload[]
  readonly deliver: (
    payloads: readonly Payload[],
    endpoint: Endpoint,
    eventId: string,
    transport: Transport,
  ) => Promise<Delivery>
  /** Of an event from the spool: has a newer one taken its place there? undefined: nobody can tell. Absent: none can. */
  readonly isSuperseded?: (event: BuildEvent, endpoint: Endpoint, transport: Transport) => Promise<boolean | undefined>
}
