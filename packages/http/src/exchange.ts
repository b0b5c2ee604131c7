/** How far a connection to the target got before it ended. Through a proxy the target is `tcp` once a tunnel stands. */
export type Reached = 'nothing' | 'name' | 'tcp' | 'tls'

/** Milliseconds, each from the start of the request; absent: that point was not reached. Of the last hop. */
export interface Phases {
  readonly lookup?: number
  readonly connect?: number
  readonly tls?: number
  readonly firstByte?: number
  readonly lastByte?: number
}

export interface RequestPlan {
  /** May hold user info, which becomes Basic authentication unless an `authorization` header is given. */
  readonly url: string
  readonly method?: string
  /** Names in any case; `host` may be set. A redirect to another origin drops all of them. */
  readonly headers?: Readonly<Record<string, string>>
  /** The product's own, sent where `headers` does not name them, and to every origin: nothing secret in here. */
  readonly defaultHeaders?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
  /** One total deadline: name lookup to the last byte of the body, redirects included. */
  readonly timeoutMs: number
  /** Reading stops here and the socket is destroyed; holds after decoding of gzip, br, deflate. Default 1 MiB. */
  readonly maxBodyBytes?: number
  readonly family?: 0 | 4 | 6
  /** `host:port` to the address to connect to; Host, SNI and certificate check stay those of the URL. */
  readonly resolve?: ReadonlyMap<string, string>
  /** PEM, added to the system's roots. */
  readonly ca?: string
  readonly insecure?: boolean
  /** `env` (default) reads the proxy variables of `env`; `none`; or the URL of a proxy. */
  readonly proxy?: string
  /** Default `none`. */
  readonly followRedirects?: 'none' | 'same-host' | 'all'
  readonly signal?: AbortSignal
  /** Where the proxy variables come from. Default `process.env`. */
  readonly env?: Readonly<Record<string, string | undefined>>
}

export interface Certificate {
  readonly subject: string
  readonly issuer: string
  /** The earliest end over the chain that was sent. */
  readonly validTo: Date
  /** Node's code, such as CERT_HAS_EXPIRED, where verification failed; only `insecure` lets such an answer pass. */
  readonly error?: string
}

export interface Observed {
  readonly phases: Phases
  readonly reached: Reached
  /** The remote address that was connected to, or tried last; that of the proxy where there is one. */
  readonly address?: string
  readonly certificate?: Certificate
  /** A 502, 503 or 504 to an `http:` URL may then be the proxy's own. */
  readonly viaProxy: boolean
}

interface Journey extends Observed {
  /** The last URL asked, redacted: no user info, sensitive query values replaced. */
  readonly url: string
  /** Redacted URLs that answered with a redirect which was followed. */
  readonly redirects: readonly string[]
  /** Names of user-supplied headers that a redirect to another origin dropped. */
  readonly droppedHeaders: readonly string[]
}

/** Why a redirect was left as it is. */
export type UnfollowedWhy =
  | 'not-asked'
  | 'other-host'
  /** From https to http: what comes then is not authentic. Followed by `all` only. */
  | 'to-plain-http'
  /** 307 or 308 would hand the request's body to another origin. */
  | 'body-to-other-origin'
  | 'no-location'
  | 'not-http'

export interface Answer extends Journey {
  readonly ok: true
  readonly status: number
  /** Names in lower case; several of one name joined with ", ". */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
  /** The body was longer than `maxBodyBytes`; `body` holds the first part. */
  readonly isBodyCut: boolean
  /** Status 301, 302, 303, 307 or 308 that was not followed; `to` is absolute and redacted. */
  readonly unfollowed?: { readonly to: string; readonly why: UnfollowedWhy }
}

export type FailureKind =
  | 'dns'
  | 'connect-timeout'
  | 'no-route'
  | 'refused'
  | 'tls'
  | 'proxy'
  | 'protocol'
  | 'response-timeout'
  | 'truncated'
  | 'redirect'
  | 'aborted'

/** What went wrong, before it is known where in a journey. */
export interface Trouble {
  readonly kind: FailureKind
  /** Node's code, such as ECONNREFUSED or CERT_HAS_EXPIRED. */
  readonly code?: string
  /** One line for a person; holds no secret and no raw error text. */
  readonly message: string
  /** Where an answer had begun (`truncated`, `redirect`, `proxy`, `response-timeout`). */
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
}

/** A network failure is a value, not an exception. */
export interface Failure extends Journey, Trouble {
  readonly ok: false
  /** False: not one byte of the request was handed to a connection, so sending again cannot do it twice. */
  readonly mayHaveBeenSent: boolean
}

export type Exchange = Answer | Failure
export type Requester = (plan: RequestPlan) => Promise<Exchange>
