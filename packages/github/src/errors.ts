export type GitHubErrorKind =
  /** 401, 403, 404: the token may not do or see it. */
  | 'denied'
  /** Any other answer that is not a success. */
  | 'refused'
  | 'unreachable'
  | 'timeout'
  | 'aborted'
  /** An answer that is not what the API documents. */
  | 'unreadable'

interface GitHubErrorParts {
  readonly kind: GitHubErrorKind
  readonly message: string
  readonly status?: number
  readonly isRateLimited?: boolean
}

/** A call to GitHub that did not succeed. The message is one line without the token. */
export class GitHubError extends Error {
  readonly kind: GitHubErrorKind
  /** Absent: there was no answer. */
  readonly status: number | undefined
  /** A 403 or 429 that says "later", not "never". */
  readonly isRateLimited: boolean

  constructor({ kind, message, status, isRateLimited = false }: GitHubErrorParts) {
    super(message)
    this.name = 'GitHubError'
    this.kind = kind
    this.status = status
    this.isRateLimited = isRateLimited
  }
}

const MAX_TEXT = 200

/** Cut at 200 characters, on one line: a control character becomes a blank. */
export function excerpt(text: string): string {
  const points = Array.from(text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ').trim())
  return points.length <= MAX_TEXT ? points.join('') : `${points.slice(0, MAX_TEXT - 1).join('')}…`
}
