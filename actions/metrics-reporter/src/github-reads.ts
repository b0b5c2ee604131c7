import { type Frame, githubContext } from '@hardgate/action'
import type { GitHub, GitHubError } from '@hardgate/github'

export interface Reads {
  readonly token: string
  /** Of one request. */
  readonly limitMs: number
  /** By `clock.monotonic()`: none takes longer than until then. Asked before each. */
  readonly until: () => number
  /** A read that fails in passing is sent again. */
  readonly isPatient: boolean
}

/** GitHub's API for this repository, as long as there is time for it. */
export async function gitHubFor({ token, limitMs, until, isPatient }: Reads, frame: Frame): Promise<GitHub> {
  const { connectGitHub } = await import('@hardgate/github')
  const { request, clock, signal, env } = frame
  const { apiUrl, slug } = githubContext(env)
  return connectGitHub({
    ...{ token, apiUrl, repository: slug, signal },
    timeoutMs: limitMs,
    request: (plan) =>
      request({ ...plan, timeoutMs: Math.max(1, Math.min(plan.timeoutMs, until() - clock.monotonic())) }),
    ...(isPatient ? { clock } : {}),
  })
}

/** `403`, `timeout`: what a note says of a call that failed. */
export const codeOf = ({ status, kind }: GitHubError): string =>
  status === undefined || kind === 'unreadable' ? kind : String(status)

/** Throws what is none: a bug. */
export function gitHubError(error: unknown): GitHubError {
  if (isGitHubError(error)) return error
  throw error
}

// by its name: the class itself is in a chunk that only they load who ask GitHub
const isGitHubError = (error: unknown): error is GitHubError => error instanceof Error && error.name === 'GitHubError'

/** The token lacks a permission, which the workflow could give. */
export const isDenied = ({ kind, status, isRateLimited }: GitHubError): boolean =>
  kind === 'denied' && status !== undefined && !isRateLimited
