import type { Deadline } from './deadline.ts'
import type { FailureKind, Trouble } from './exchange.ts'

const NO_ROUTE = new Set(['EHOSTUNREACH', 'ENETUNREACH', 'ENETDOWN', 'EADDRNOTAVAIL'])
const CLOSED = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED'])

export function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}

/**
 * Why no TCP connection came about. Of several addresses the one that got furthest decides. A code that nobody
 * foresaw (out of file descriptors, say) is the runner's trouble, so it must not look like a refusal of the target.
 */
export function connectTrouble(target: string, errors: readonly unknown[]): Trouble {
  const codes = errors.map(codeOf)
  const kinds: [FailureKind, (code: string | undefined) => boolean][] = [
    ['refused', (code) => code === 'ECONNREFUSED' || (code !== undefined && CLOSED.has(code))],
    ['connect-timeout', (code) => code === 'ETIMEDOUT'],
    ['no-route', (code) => code !== undefined && NO_ROUTE.has(code)],
  ]
  for (const [kind, fits] of kinds) {
    const code = codes.find(fits)
    if (code !== undefined) return { kind, code, message: connectMessage(kind, target, code) }
  }
  const code = codes[0]
  return withCode(code, { kind: 'no-route', message: connectMessage('no-route', target, code ?? 'no code') })
}

function connectMessage(kind: FailureKind, target: string, code: string): string {
  if (kind === 'refused') return `${target} refused the connection (${code})`
  if (kind === 'connect-timeout') return `${target} accepted no connection (${code})`
  return `this machine has no route to ${target} (${code})`
}

export interface AnswerState {
  readonly target: string
  /** At least one byte of the answer came. */
  readonly isHeard: boolean
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
}

/** Why a connection that stood gave no whole answer. */
export function answerTrouble(error: unknown, state: AnswerState): Trouble {
  const { target, isHeard, status, headers } = state
  const code = codeOf(error)
  const begun = { ...(status === undefined ? {} : { status }), ...(headers === undefined ? {} : { headers }) }
  if (code?.startsWith('HPE_')) {
    return { kind: 'protocol', code, message: `the answer of ${target} is not HTTP (${code})`, ...begun }
  }
  if (code !== undefined && isTlsCode(code)) {
    return { kind: 'tls', code, message: `TLS with ${target} failed (${code})`, ...begun }
  }
  if (code !== undefined && NO_ROUTE.has(code)) {
    return { kind: 'no-route', code, message: connectMessage('no-route', target, code), ...begun }
  }
  if (code === 'ETIMEDOUT') {
    return { kind: 'response-timeout', code, message: `${target} fell silent (${code})`, ...begun }
  }
  const shown = code === undefined ? '' : ` (${code})`
  if (!isHeard) {
    const message = `${target} closed the connection without one byte of an answer${shown}`
    return withCode(code, { kind: 'refused', message })
  }
  const where = status === undefined ? 'in the middle of the headers' : 'before the body was complete'
  return withCode(code, { kind: 'truncated', message: `${target} closed the connection ${where}${shown}`, ...begun })
}

export function isTlsCode(code: string): boolean {
  return code === 'EPROTO' || code.startsWith('ERR_SSL_') || code.startsWith('ERR_TLS_')
}

/** The deadline came, or the caller gave up. `step` completes "TARGET did not … within 10 s". */
export function lateTrouble(deadline: Deadline, kind: FailureKind, what: string): Trouble {
  if (deadline.wasAborted()) return { kind: 'aborted', message: 'the request was cancelled' }
  return { kind, message: `${what} within ${showDuration(deadline.timeoutMs)}` }
}

export function withCode(code: string | undefined, trouble: Trouble): Trouble {
  return code === undefined ? trouble : { ...trouble, code }
}

function showDuration(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${Math.round(ms / 100) / 10} s`
}
