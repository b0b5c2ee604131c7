import type { getOctokit } from '@actions/github'
import { excerpt, GitHubError } from './errors.ts'

export type Octokit = ReturnType<typeof getOctokit>

export interface GitHubConnection {
  readonly token: string
  /** GITHUB_API_URL, which is another one on GitHub Enterprise Server. */
  readonly apiUrl: string
  /** `owner/name` */
  readonly repository: string
  readonly signal?: AbortSignal
  /** Of one request, body included. Default 10 s. */
  readonly timeoutMs?: number
}

/** Owner and repository, and how to call. */
export interface GitHub {
  readonly repo: { readonly owner: string; readonly repo: string }
  /** `purpose` begins the sentence of an error: "Comparing the commits". Throws a `GitHubError`. */
  readonly call: <T>(purpose: string, send: (octokit: Octokit, request: RequestOptions) => Promise<T>) => Promise<T>
}

/** Spread into the parameters of each call. */
export interface RequestOptions {
  readonly request: { readonly signal: AbortSignal; readonly retries: 0 }
}

/** Octokit is loaded with the first call: a run that makes none does not pay for it. */
export function connectGitHub({ token, apiUrl, repository, signal, timeoutMs = 10_000 }: GitHubConnection): GitHub {
  const [owner = '', repo = ''] = repository.split('/')
  let loading: Promise<Octokit> | undefined
  return {
    repo: { owner, repo },
    call: async (purpose, send) => {
      if (owner === '' || repo === '' || token === '') throw unusable(purpose, token)
      loading ??= load(token, apiUrl)
      const octokit = await loading
      const timeout = AbortSignal.timeout(timeoutMs)
      const signals = signal === undefined ? [timeout] : [timeout, signal]
      try {
        return await send(octokit, { request: { signal: AbortSignal.any(signals), retries: 0 } })
      } catch (error) {
        throw error instanceof GitHubError ? error : asGitHubError(purpose, error, { token, timeout, signal })
      }
    },
  }
}

async function load(token: string, apiUrl: string): Promise<Octokit> {
  const github = await import('@actions/github')
  const silent = (): void => {}
  // Octokit prints a header of the answer otherwise, whatever stands in it
  return github.getOctokit(token, {
    baseUrl: apiUrl,
    log: { debug: silent, info: silent, warn: silent, error: silent },
  })
}

interface Circumstances {
  readonly token: string
  readonly timeout: AbortSignal
  readonly signal: AbortSignal | undefined
}

function asGitHubError(purpose: string, error: unknown, { token, timeout, signal }: Circumstances): GitHubError {
  if (signal?.aborted) return new GitHubError({ kind: 'aborted', message: `${purpose}: interrupted` })
  if (timeout.aborted) return new GitHubError({ kind: 'timeout', message: `${purpose}: GitHub did not answer in time` })
  const answer = answerOf(error)
  if (answer === undefined) {
    const code = codeOf(error)
    const message = `${purpose}: no answer from GitHub${code === undefined ? '' : ` (${code})`}`
    return new GitHubError({ kind: 'unreachable', message })
  }
  const { status, said } = answer
  const kind = status === 401 || status === 403 || status === 404 ? 'denied' : 'refused'
  const quoted = said === '' ? '' : `: "${excerpt(said.replaceAll(token, '***'))}"`
  return new GitHubError({ kind, status, message: `${purpose}: GitHub answered ${status}${quoted}` })
}

/** Octokit gives a failed connection the status 500; only an answer has a `response`. */
function answerOf(error: unknown): { readonly status: number; readonly said: string } | undefined {
  const { status, response } = recordOf(error)
  if (typeof status !== 'number' || response === undefined) return undefined
  const { data } = recordOf(response)
  const { message } = recordOf(data)
  return {
    status,
    said: typeof message === 'string' ? message : typeof data === 'string' ? data.replaceAll(/<[^>]*>/g, ' ') : '',
  }
}

function codeOf(error: unknown): string | undefined {
  const { cause, code } = recordOf(error)
  if (typeof code === 'string') return excerpt(code)
  return cause === undefined ? undefined : codeOf(cause)
}

const recordOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null
    ? Object.fromEntries(
        ['status', 'response', 'data', 'message', 'cause', 'code'].map((key) => [key, Reflect.get(value, key)]),
      )
    : {}

function unusable(purpose: string, token: string): GitHubError {
  const what = token === '' ? 'github-token is empty' : 'GITHUB_REPOSITORY is not owner/name'
  return new GitHubError({ kind: 'denied', message: `${purpose}: ${what}` })
}
