import { type Answer, type Exchange, type Requester, request as send } from '@hardgate/http'
import { excerpt, GitHubError } from './errors.ts'

export interface GitHubConnection {
  readonly token: string
  /** GITHUB_API_URL, which is another one on GitHub Enterprise Server. */
  readonly apiUrl: string
  /** `owner/name` */
  readonly repository: string
  readonly signal?: AbortSignal
  /** Of one request, body included. Default 10 s. */
  readonly timeoutMs?: number
  readonly request?: Requester
}

export interface Call {
  /** Begins the sentence of an error: "Comparing the commits". */
  readonly purpose: string
  readonly method: 'GET' | 'POST'
  /** Below `/repos/{owner}/{repo}`, its parts URL-encoded. */
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  readonly body?: Readonly<Record<string, unknown>>
}

/** Calls the REST API of one repository, each call once. */
export interface GitHub {
  /** A 2xx answer with its JSON. Throws a `GitHubError`. */
  readonly call: (call: Call) => Promise<{ readonly status: number; readonly data: unknown }>
}

// 300 files of a comparison come with their patches
const MAX_ANSWER_BYTES = 20_000_000

/** A handful of calls: Octokit would be 185 kB for them, a third of what an action may weigh. */
export function connectGitHub(connection: GitHubConnection): GitHub {
  return {
    call: async (call) => {
      if (!/^[^/]+\/[^/]+$/.test(connection.repository)) throw unusable(call, 'GITHUB_REPOSITORY is not owner/name')
      if (connection.token === '') throw unusable(call, 'github-token is empty')
      return readAnswer(await ask(connection, call), call, connection.token)
    },
  }
}

function ask(connection: GitHubConnection, { method, path, query = {}, body }: Call): Promise<Exchange> {
  const { token, apiUrl, repository, signal, timeoutMs = 10_000, request = send } = connection
  const search = new URLSearchParams(query).toString()
  return request({
    url: `${apiUrl.replace(/\/+$/, '')}/repos/${repository}${path}${search === '' ? '' : `?${search}`}`,
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
  })
}

function readAnswer(exchange: Exchange, call: Call, token: string): { status: number; data: unknown } {
  if (!exchange.ok) throw noAnswer(exchange, call)
  const { status } = exchange
  const data = jsonOf(exchange)
  if (status < 200 || status > 299) throw refusal(exchange, data, call, token)
  if (data === undefined || exchange.isBodyCut)
    throw new GitHubError({ kind: 'unreadable', status, message: `${call.purpose}: GitHub's answer is no JSON` })
  return { status, data }
}

function noAnswer({ kind, code }: Exchange & { readonly ok: false }, { purpose }: Call): GitHubError {
  if (kind === 'aborted') return new GitHubError({ kind: 'aborted', message: `${purpose}: interrupted` })
  if (kind === 'response-timeout' || kind === 'connect-timeout')
    return new GitHubError({ kind: 'timeout', message: `${purpose}: GitHub did not answer in time` })
  return new GitHubError({ kind: 'unreachable', message: `${purpose}: no answer from GitHub (${code ?? kind})` })
}

function refusal({ status, body }: Answer, data: unknown, { purpose }: Call, token: string): GitHubError {
  const said = data === undefined ? body.toString('utf8').replaceAll(/<[^>]*>/g, ' ') : messageIn(data)
  const quoted = said.trim() === '' ? '' : `: "${excerpt(said.replaceAll(token, '***'))}"`
  const kind = status === 401 || status === 403 || status === 404 ? 'denied' : 'refused'
  return new GitHubError({ kind, status, message: `${purpose}: GitHub answered ${status}${quoted}` })
}

function messageIn(data: unknown): string {
  const message: unknown = typeof data === 'object' && data !== null ? Reflect.get(data, 'message') : undefined
  return typeof message === 'string' ? message : ''
}

function jsonOf({ body }: Answer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    return undefined
  }
}

const unusable = ({ purpose }: Call, what: string): GitHubError =>
  new GitHubError({ kind: 'denied', message: `${purpose}: ${what}` })
