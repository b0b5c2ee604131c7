import {
  type Exchange,
  isRetryableRead,
  type Requester,
  type RequestPlan,
  type RetryWorld,
  withRetry,
} from '@hardgate/http'
import { type Read, readAnswer } from './answers.ts'
import { download } from './download.ts'
import { GitHubError } from './errors.ts'

export interface GitHubConnection {
  readonly token: string
  /** GITHUB_API_URL, which is another one on GitHub Enterprise Server. */
  readonly apiUrl: string
  /** `owner/name` */
  readonly repository: string
  readonly signal?: AbortSignal
  /** Of one request, body included. Default 10 s. */
  readonly timeoutMs?: number
  readonly request: Requester
  /** With it a read that fails in passing (no answer, 429, 5xx) is sent three times at most. */
  readonly clock?: RetryWorld['clock']
}

export interface Call {
  /** Begins the sentence of an error: "Comparing the commits". */
  readonly purpose: string
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  /** Below `/repos/{owner}/{repo}`, its parts URL-encoded. */
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  readonly body?: Readonly<Record<string, unknown>>
}

export interface Download {
  readonly purpose: string
  /** As in `Call`. */
  readonly path: string
  readonly maxBytes: number
}

/** Calls the API for one repository. Everything here throws a `GitHubError`. */
export interface GitHub {
  /** `owner/name` */
  readonly repository: string
  /** A 2xx answer with its JSON; undefined where it has no content. */
  readonly call: (call: Call) => Promise<Read>
  /** A query that reads. The `data` of the answer; errors in it are thrown. */
  readonly graphql: (query: { readonly purpose: string; readonly query: string }) => Promise<unknown>
  /** The bytes behind a redirect to a store, which never sees the token. */
  readonly download: (wanted: Download) => Promise<Buffer>
}

// 300 files of a comparison come with their patches
const MAX_ANSWER_BYTES = 20_000_000
const READS = { isRetryable: isRetryableRead, firstDelayMs: 1000, maxDelayMs: 4000, jitterFrom: 0.5, maxAttempts: 3 }
// a longer wait is a rate limit that is used up
const MAX_RETRY_AFTER_MS = 20_000

/** A handful of calls: Octokit would be 185 kB for them, a third of what an action may weigh. */
export function connectGitHub(connection: GitHubConnection): GitHub {
  const { token, repository } = connection
  const sending = sender(connection)
  return {
    repository,
    call: async (call) => {
      checkUsable(connection, call.purpose)
      const plan = planOf(connection, call)
      return readAnswer(await sending(plan, call.method === 'GET'), { purpose: call.purpose, token })
    },
    graphql: async ({ purpose, query }) => {
      checkUsable(connection, purpose)
      const plan = { ...planOf(connection, { method: 'POST', path: '', body: { query } }), url: graphqlUrl(connection) }
      const { data } = readAnswer(await sending(plan, true), { purpose, token })
      return graphqlData(data, purpose)
    },
    download: async (wanted) => {
      checkUsable(connection, wanted.purpose)
      const plan = planOf(connection, { method: 'GET', path: wanted.path })
      return download({ ...wanted, plan, token, send: (one) => sending(one, true) })
    },
  }
}

function sender({ request, clock, signal }: GitHubConnection) {
  return async (plan: RequestPlan, isRead: boolean): Promise<Exchange> => {
    if (clock === undefined || !isRead) return request(plan)
    const policy = { ...READS, maxRetryAfterMs: MAX_RETRY_AFTER_MS }
    return (await withRetry(() => request(plan), policy, { clock, ...(signal === undefined ? {} : { signal }) }))
      .exchange
  }
}

function planOf(connection: GitHubConnection, { method, path, query = {}, body }: Omit<Call, 'purpose'>): RequestPlan {
  const { token, apiUrl, repository, signal, timeoutMs = 10_000 } = connection
  const search = new URLSearchParams(query).toString()
  return {
    url: `${withoutSlash(apiUrl)}/repos/${repository}${path}${search === '' ? '' : `?${search}`}`,
    method,
    headers: {
      authorization: `token ${token}`,
      accept: 'application/vnd.github+json',
      'user-agent': 'hardgate',
      'x-github-api-version': '2022-11-28',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    timeoutMs,
    maxBodyBytes: MAX_ANSWER_BYTES,
    ...(signal === undefined ? {} : { signal }),
  }
}

/** `https://api.github.com/graphql`, and `https://HOST/api/graphql` beside `https://HOST/api/v3`. */
const graphqlUrl = ({ apiUrl }: GitHubConnection): string =>
  `${withoutSlash(apiUrl).replace(/\/api\/v3$/, '/api')}/graphql`

/** An error there comes with status 200. */
function graphqlData(answer: unknown, purpose: string): unknown {
  const { data, errors } =
    typeof answer === 'object' && answer !== null ? { data: undefined, errors: undefined, ...answer } : {}
  if (data === undefined || data === null || errors !== undefined)
    throw new GitHubError({ kind: 'refused', message: `${purpose}: GitHub gave no data` })
  return data
}

function checkUsable({ repository, token }: GitHubConnection, purpose: string): void {
  const unusable = (what: string): GitHubError => new GitHubError({ kind: 'denied', message: `${purpose}: ${what}` })
  if (!/^[^/]+\/[^/]+$/.test(repository)) throw unusable('GITHUB_REPOSITORY is not owner/name')
  if (token === '') throw unusable('github-token is empty')
}

const withoutSlash = (url: string): string => url.replace(/\/+$/, '')
