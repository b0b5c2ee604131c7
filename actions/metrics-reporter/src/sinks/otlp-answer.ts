import { type Post, type Posted, retryableOn, whyNot } from './post.ts'
import type { Delivery, Payload } from './sink.ts'

/** The most that a client of OTLP/HTTP reads of an answer. */
export const ANSWER_BYTES_MAX = 4 * 1024 * 1024

/** The statuses that OTLP/HTTP lets a client send again after; 500 and 408 are not among them. */
const RETRYABLE: readonly number[] = [429, 502, 503, 504]

/** One of these, and no answer that is longer than what is read of it. */
export const isRetryable: Post['isRetryable'] = (exchange) =>
  isPassing(exchange) && !(exchange.ok && exchange.isBodyCut)

const isPassing = retryableOn((status) => RETRYABLE.includes(status))
const isSuccess = (status: number): boolean => status >= 200 && status < 300

/** What became of one payload. */
export function deliveryOf(payload: Payload, posted: Posted): Delivery {
  const { exchange, attempts } = posted
  const answered = exchange.status === undefined ? { attempts } : { attempts, statusCode: exchange.status }
  if (!exchange.ok || !isSuccess(exchange.status)) {
    const isRefused = exchange.status === 401 || exchange.status === 403
    const told = whyNot(posted)
    return { result: 'failed', ...answered, ...told, isRefused, ...(isExpired(posted) ? { isExpired: true } : {}) }
  }
  const { status } = exchange
  if (exchange.isBodyCut) return { result: 'failed', ...answered, reason: `status ${status}, an answer over 4 MiB` }
  return { ...answered, ...successOf(payload, exchange.body.toString('utf8').trim(), status, posted.shown) }
}

type Success = Omit<Delivery, 'attempts' | 'statusCode'>

function successOf({ name, count = 0 }: Payload, text: string, status: number, shown: Posted['shown']): Success {
  if (text === '') return { result: 'delivered', accepted: count }
  const rejection = rejectionIn(text)
  if (rejection === undefined && text.startsWith('<'))
    return { result: 'failed', reason: `status ${status}, a page such as of a login or a captive portal` }
  if (rejection === undefined)
    return { result: 'unconfirmed', reason: `status ${status}, an answer that is not OTLP's` }
  const { rejected, message } = rejection
  const told = shown(message)
  const accepted = Math.max(count - rejected, 0)
  if (rejected === 0) return { result: 'delivered', accepted, ...(told === '' ? {} : { remark: told }) }
  const what = name === 'traces' ? 'spans' : 'data points'
  const reason = `took ${accepted} of ${count} ${what} and rejected ${rejected}`
  return { result: 'partial', accepted, rejected, reason, ...(told === '' ? {} : { answer: told }) }
}

interface Rejection {
  readonly rejected: number
  readonly message: string
}

/** `partialSuccess` of an answer in JSON, with field names in either spelling; undefined: it cannot be read. */
function rejectionIn(text: string): Rejection | undefined {
  const answer = objectOf(parsed(text))
  if (answer === undefined) return undefined
  const partial = answer['partialSuccess'] ?? answer['partial_success'] ?? {}
  const fields = objectOf(partial)
  if (fields === undefined) return undefined
  const counts = Object.entries(fields).filter(([name]) => /^rejected_?(?:data_?points|spans)$/i.test(name))
  const rejected = counts.reduce((sum, [, value]) => sum + countOf(value), 0)
  const message = fields['errorMessage'] ?? fields['error_message'] ?? ''
  return Number.isNaN(rejected) ? undefined : { rejected, message: typeof message === 'string' ? message : '' }
}

/** 64-bit integers are text in this JSON, and numbers are taken too. */
function countOf(value: unknown): number {
  const count = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value
  return typeof count === 'number' && Number.isSafeInteger(count) && count >= 0 ? count : Number.NaN
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined
}

/** Prometheus refuses samples that are older than what it keeps open for writing, and will for ever. */
function isExpired({ exchange }: Posted): boolean {
  return exchange.ok && exchange.status === 400 && /out of bounds|too old|out of order/i.test(String(exchange.body))
}
