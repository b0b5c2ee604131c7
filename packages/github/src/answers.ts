import type { Answer, Exchange } from '@hardgate/http'
import { excerpt, GitHubError } from './errors.ts'

export interface Asked {
  readonly purpose: string
  /** Hidden where GitHub repeats it. */
  readonly token: string
}

export interface Read {
  readonly status: number
  /** undefined where there is no content. */
  readonly data: unknown
  /** Of a list that goes on, by its Link header. */
  readonly nextPage?: number
}

/** A 2xx answer with its JSON. Throws a `GitHubError`. */
export function readAnswer(exchange: Exchange, asked: Asked): Read {
  if (!exchange.ok) throw noAnswer(exchange, asked)
  const { status } = exchange
  if (status === 204) return { status, data: undefined }
  const data = jsonOf(exchange)
  if (status < 200 || status > 299) throw refusal(exchange, asked)
  if (data === undefined || exchange.isBodyCut)
    throw new GitHubError({ kind: 'unreadable', status, message: `${asked.purpose}: GitHub's answer is no JSON` })
  const nextPage = nextPageOf(exchange)
  return { status, data, ...(nextPage === undefined ? {} : { nextPage }) }
}

/** The number alone: where the link leads is GitHub's word, and the token goes to the address that we were given. */
function nextPageOf({ headers }: Answer): number | undefined {
  const target = /<([^>]*)>\s*;[^,]*\brel="?next\b/.exec(headers['link'] ?? '')?.[1]
  const page = /[?&]page=([1-9]\d{0,5})(?:&|$)/.exec(target ?? '')?.[1]
  return page === undefined ? undefined : Number(page)
}

export function noAnswer({ kind, code }: Exchange & { readonly ok: false }, { purpose }: Asked): GitHubError {
  if (kind === 'aborted') return new GitHubError({ kind: 'aborted', message: `${purpose}: interrupted` })
  if (kind === 'response-timeout' || kind === 'connect-timeout')
    return new GitHubError({ kind: 'timeout', message: `${purpose}: GitHub did not answer in time` })
  return new GitHubError({ kind: 'unreachable', message: `${purpose}: no answer from GitHub (${code ?? kind})` })
}

export function refusal(answer: Answer, { purpose, token }: Asked): GitHubError {
  const { status, body } = answer
  const data = jsonOf(answer)
  const said = data === undefined ? body.toString('utf8').replaceAll(/<[^>]*>/g, ' ') : messageIn(data)
  const quoted = said.trim() === '' ? '' : `: "${excerpt(said.replaceAll(token, '***'))}"`
  const kind = status === 401 || status === 403 || status === 404 ? 'denied' : 'refused'
  const isRateLimited = isRateLimit(answer, said)
  return new GitHubError({ kind, status, isRateLimited, message: `${purpose}: GitHub answered ${status}${quoted}` })
}

/** GitHub says so with 403 as well as with 429, and `retry-after` comes with its secondary limits alone. */
function isRateLimit({ status, headers }: Answer, said: string): boolean {
  if (status !== 403 && status !== 429) return false
  return headers['x-ratelimit-remaining'] === '0' || headers['retry-after'] !== undefined || /rate limit/i.test(said)
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
