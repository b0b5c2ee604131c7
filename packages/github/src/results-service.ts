import { type Exchange, isRetryableRead, type Requester, type RetryWorld, withRetry } from '@hardgate/http'
import { excerpt, GitHubError } from './errors.ts'
import { type Fields, fieldsOf, textOf } from './json.ts'

/** The service of a running job that takes its artifacts; it is none of the REST API, and has a token of its own. */
export interface ResultsService {
  readonly origin: string
  readonly token: string
  readonly runId: string
  readonly jobId: string
}

export interface ServiceWorld {
  readonly request: Requester
  readonly clock: RetryWorld['clock']
  readonly signal: AbortSignal
  /** By `clock.monotonic()`, of everything together. */
  readonly deadline: number
}

type Environment = Readonly<Record<string, string | undefined>>

/** The runner hands both to the steps of an action that is written in JavaScript. A text says why there is none. */
export function resultsServiceOf(env: Environment): ResultsService | string {
  if (!hasArtifacts(env['GITHUB_SERVER_URL'])) return 'GitHub Enterprise Server takes no such artifacts'
  const { ACTIONS_RUNTIME_TOKEN: token = '', ACTIONS_RESULTS_URL: url = '' } = env
  if (token === '' || !URL.canParse(url)) return 'the runner names no service for artifacts'
  const ids = backendIds(token)
  if (ids === undefined) return "the runner's token names no job"
  return { origin: new URL(url).origin, token, ...ids }
}

/** As the toolkit of GitHub decides it: github.com, a tenant below ghe.com, and a server for trials. */
function hasArtifacts(serverUrl = ''): boolean {
  const url = serverUrl === '' ? 'https://github.com' : serverUrl
  const host = URL.canParse(url) ? new URL(url).hostname : ''
  return host === 'github.com' || host.endsWith('.ghe.com') || host.endsWith('.localhost')
}

/** A scope `Actions.Results:RUN:JOB` among those of the JSON web token. The service checks its signature, not we. */
function backendIds(token: string): Pick<ResultsService, 'runId' | 'jobId'> | undefined {
  const scopes = textOf(claimsOf(token)['scp']).split(' ')
  for (const scope of scopes) {
    const [name, runId, jobId, ...rest] = scope.split(':')
    if (name === 'Actions.Results' && runId !== undefined && jobId !== undefined && rest.length === 0)
      return { runId, jobId }
  }
  return undefined
}

function claimsOf(token: string): Fields {
  try {
    return fieldsOf(JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')))
  } catch {
    return {}
  }
}

export interface ServiceCall {
  /** Begins the sentence of an error. */
  readonly purpose: string
  readonly method: string
  readonly body: Fields
}

const SERVICE = 'github.actions.results.api.v1.ArtifactService'
const REQUEST_MS = 5000
const ANSWER_BYTES_MAX = 262_144
const POLICY = { isRetryable: isRetryableRead, maxAttempts: 3, firstDelayMs: 300, maxDelayMs: 2000, jitterFrom: 0.5 }

/** One call in Twirp's JSON form. Throws a `GitHubError`, whose `status` is 409 where the name is taken. */
export async function callService(
  { origin, token }: ResultsService,
  { purpose, method, body }: ServiceCall,
  world: ServiceWorld,
): Promise<Fields> {
  const url = `${origin}/twirp/${SERVICE}/${method}`
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const exchange = await sendWithin(world, { url, method: 'POST', headers, body: JSON.stringify(body) })
  const data = jsonOf(exchange)
  if (exchange.ok && exchange.status === 200 && data['ok'] === true) return data
  throw refusal(exchange, purpose, textOf(data['msg']).replaceAll(token, '***'))
}

/** Within the deadline, again where the service fails for a moment. */
export async function sendWithin(
  { request, clock, signal, deadline }: ServiceWorld,
  plan: Omit<Parameters<Requester>[0], 'timeoutMs' | 'signal'>,
): Promise<Exchange> {
  const { exchange } = await withRetry(
    ({ leftMs }) =>
      request({
        ...plan,
        defaultHeaders: { 'user-agent': 'hardgate' },
        timeoutMs: Math.max(1, Math.min(REQUEST_MS, leftMs)),
        maxBodyBytes: ANSWER_BYTES_MAX,
        signal,
      }),
    { ...POLICY, deadline },
    { clock, signal },
  )
  return exchange
}

/** No message of it names an address: the one that is signed must not be shown. */
export function refusal(exchange: Exchange, purpose: string, said = ''): GitHubError {
  if (!exchange.ok) {
    const isLate = exchange.kind === 'response-timeout' || exchange.kind === 'connect-timeout'
    const kind = exchange.kind === 'aborted' ? 'aborted' : isLate ? 'timeout' : 'unreachable'
    return new GitHubError({ kind, message: `${purpose}: ${TROUBLES[kind]} (${exchange.code ?? exchange.kind})` })
  }
  const { status } = exchange
  const quoted = said === '' ? '' : `: "${excerpt(said)}"`
  const kind = status === 401 || status === 403 ? 'denied' : 'refused'
  return new GitHubError({ kind, status, message: `${purpose}: the service answered ${status}${quoted}` })
}

const TROUBLES = { aborted: 'interrupted', timeout: 'no answer in time', unreachable: 'no answer' } as const

function jsonOf(exchange: Exchange): Fields {
  if (!exchange.ok) return {}
  try {
    return fieldsOf(JSON.parse(exchange.body.toString('utf8')))
  } catch {
    return {}
  }
}
