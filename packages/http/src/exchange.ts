/** How far a connection got before it ended. */
export type Reached = 'nothing' | 'name' | 'tcp' | 'tls'

/** Milliseconds, each from the start of the request; absent: that point was not reached. */
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
  /** Names in any case; `host` may be set. */
  readonly headers?: Readonly<Record<string, string>>
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
  /** Node's code, such as CERT_HAS_EXPIRED, where verification failed but `insecure` let it pass. */
  readonly error?: string
}

interface Observed {
  readonly phases: Phases
  readonly reached: Reached
  /** The remote address that was connected to, or tried last. */
  readonly address?: string
  /** The last URL asked, redacted: no user info, sensitive query values replaced. */
  readonly url: string
  /** Redacted URLs that answered with a redirect which was followed. */
  readonly redirects: readonly string[]
  /** Names of user-supplied headers that a redirect to another origin dropped. */
  readonly droppedHeaders: readonly string[]
  readonly certificate?: Certificate
  readonly viaProxy: boolean
}

export interface Answer extends Observed {
  readonly ok: true
  readonly status: number
  /** Names in lower case; several of one name joined with ", ". */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
  /** The body was longer than `maxBodyBytes`; `body` holds the first part. */
  readonly isBodyCut: boolean
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

/** A network failure is a value, not an exception. */
export interface Failure extends Observed {
  readonly ok: false
  readonly kind: FailureKind
  /** Node's code, such as ECONNREFUSED or CERT_HAS_EXPIRED. */
  readonly code?: string
  /** One line for a person; holds no secret and no raw error text. */
  readonly message: string
  /** False: not one byte of the request was handed to a connection, so sending again cannot do it twice. */
  readonly mayHaveBeenSent: boolean
  /** Where an answer had begun (`truncated`, `redirect`, `proxy`). */
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
}

export type Exchange = Answer | Failure
export type Requester = (plan: RequestPlan) => Promise<Exchange>
