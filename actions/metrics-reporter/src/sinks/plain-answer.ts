import { type Posted, retryableOn, whyNot } from './post.ts'
import type { Delivery } from './sink.ts'

/** For what a second sending overwrites: too many requests, or a fault of the server. */
export const isRetryable = retryableOn((status) => status === 429 || status >= 500)

/** What became of a request that these servers confirm by the status alone, with `confirmed`. */
export function deliveryOf(posted: Posted, confirmed: readonly number[]): Delivery {
  const { exchange, attempts } = posted
  const answered = exchange.status === undefined ? { attempts } : { attempts, statusCode: exchange.status }
  if (!exchange.ok || !confirmed.includes(exchange.status)) {
    const isRefused = exchange.status === 401 || exchange.status === 403
    return { result: 'failed', ...answered, ...whyNot(posted), isRefused }
  }
  const text = exchange.body.toString('utf8').trim()
  if (text === '') return { result: 'delivered', ...answered }
  // the page of a login or of a captive portal is nobody's confirmation
  if (exchange.isBodyCut || text.startsWith('<'))
    return {
      result: 'failed',
      ...answered,
      reason: `status ${exchange.status}, a page and not the answer of this kind of server`,
    }
  return {
    result: 'unconfirmed',
    ...answered,
    reason: `status ${exchange.status}, with a text that this kind of server does not send`,
  }
}
