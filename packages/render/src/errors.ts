import type { Failure } from '@hardgate/http'
import { oneLine } from '@hardgate/markdown'
import { recordOf, textOf } from './model.ts'

export type RenderErrorKind =
  /** 401, 403: the key. */
  | 'auth'
  /** Any other 4xx: Render understood and will not do it. `status` says which. */
  | 'refused'
  /** 429 to the end. */
  | 'busy'
  /** 5xx to the end. */
  | 'server'
  /** No answer: `message` says how far it came. */
  | 'unreachable'
  /** An answer that is not what the API documents. */
  | 'unreadable'
  | 'aborted'

interface RenderErrorParts {
  readonly kind: RenderErrorKind
  readonly message: string
  readonly status?: number
  readonly code?: string
  readonly mayHaveHappened: boolean
  readonly retryAfterMs?: number
}

/** A call to Render that did not succeed. The message is one line without a secret, a URL or a control character. */
export class RenderError extends Error {
  readonly kind: RenderErrorKind
  /** Absent: there was no answer. */
  readonly status: number | undefined
  /** Render's own code, or Node's where there was no answer. */
  readonly code: string | undefined
  /** Render may have acted on it all the same: a POST must not simply be sent again. */
  readonly mayHaveHappened: boolean
  /** How long Render asked to wait. */
  readonly retryAfterMs: number | undefined

  constructor({ kind, message, status, code, mayHaveHappened, retryAfterMs }: RenderErrorParts) {
    super(message)
    this.name = 'RenderError'
    this.kind = kind
    this.status = status
    this.code = code
    this.mayHaveHappened = mayHaveHappened
    this.retryAfterMs = retryAfterMs
  }
}

const MAX_TEXT = 300

/** The error of an answer. `purpose` begins the sentence: "listing the deploys". */
export function errorOfAnswer(
  purpose: string,
  { status, body, retryAfterMs }: { status: number; body: string; retryAfterMs: number | undefined },
): RenderError {
  const { message, code } = readProblem(body)
  const said = message === '' ? '' : `: ${quoted(message)}`
  const kind = kindOf(status)
  const advice = kind === 'auth' ? '. The API key is wrong, was revoked, or its user may not do this' : ''
  return new RenderError({
    kind,
    message: `${purpose}: Render answered ${status}${said}${advice}`,
    status,
    ...(code === undefined ? {} : { code: excerpt(code) }),
    // an error of a gateway says nothing about what happened behind it
    mayHaveHappened: status >= 500,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  })
}

export function unreadable(purpose: string, status: number, what: string): RenderError {
  const message = `${purpose}: Render answered ${status} with something that its API does not document (${excerpt(what)})`
  return new RenderError({ kind: 'unreadable', message, status, mayHaveHappened: true })
}

/** No answer, or one that broke off. */
export function errorOfFailure(purpose: string, { kind, message, code, mayHaveBeenSent }: Failure): RenderError {
  const isAborted = kind === 'aborted'
  return new RenderError({
    kind: isAborted ? 'aborted' : 'unreachable',
    message: isAborted ? `${purpose}: interrupted` : `${purpose}: no answer from Render (${excerpt(message)})`,
    ...(code === undefined ? {} : { code }),
    mayHaveHappened: mayHaveBeenSent,
  })
}

/** Foreign text in one line, cut. */
export const excerpt = (text: string): string => oneLine(text, MAX_TEXT)

const quoted = (text: string): string => `"${excerpt(text)}"`

function kindOf(status: number): RenderErrorKind {
  if (status === 401 || status === 403) return 'auth'
  if (status === 429) return 'busy'
  if (status >= 500) return 'server'
  return status >= 400 ? 'refused' : 'unreadable'
}

// Documented as {id, message, code}, all optional; gateways answer in HTML.
function readProblem(body: string): { message: string; code?: string } {
  try {
    const problem = recordOf(JSON.parse(body))
    const code = textOf(problem, 'code')
    return {
      message: textOf(problem, 'message') ?? textOf(problem, 'error') ?? '',
      ...(code === undefined ? {} : { code }),
    }
  } catch {
    return { message: body.replaceAll(/<[^<>]*>/g, ' ') }
  }
}
