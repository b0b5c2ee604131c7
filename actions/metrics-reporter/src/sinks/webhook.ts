import { redactUrl } from '@hardgate/http'
import { type Posted, postWithRetry, retryableOn, whyNot } from './post.ts'
import { githubSignature, identified, standardSignature } from './signature.ts'
import type { Delivery, Endpoint, Sink } from './sink.ts'

/** The event as JSON, signed; sent again under the same id and with a fresh timestamp. */
export const webhook: Sink = {
  encode: (event, { target }) => [
    { name: 'event', to: `POST ${redactUrl(target)}`, contentType: 'application/json', body: JSON.stringify(event) },
  ],
  deliver: async ([payload], endpoint, eventId, transport) => {
    if (payload === undefined) throw new Error('a webhook has one payload')
    const { contentType, body } = payload
    const ownHeaders = () => {
      const timestamp = Math.floor(transport.clock.now().getTime() / 1000)
      return { 'content-type': contentType, ...signed(endpoint, { id: eventId, timestamp, body }) }
    }
    return deliveryOf(await postWithRetry({ endpoint, body, ownHeaders, isRetryable }, transport))
  },
}

function signed({ token = '', options }: Endpoint, message: { id: string; timestamp: number; body: string }) {
  const { sign = 'both' } = options
  const { id, timestamp } = message
  if (token === '' || sign === 'none') return identified(id, timestamp)
  return {
    ...(sign === 'github' ? identified(id, timestamp) : standardSignature({ ...message, secret: token })),
    ...(sign === 'standard' ? {} : githubSignature({ ...message, secret: token })),
  }
}

// An id makes a resend harmless, so an answer that was lost on its way is asked for again.
const isRetryable = retryableOn((status) => status === 408 || status === 429 || status >= 500)

function deliveryOf(posted: Posted): Delivery {
  const { exchange, attempts } = posted
  const answered = exchange.status === undefined ? {} : { statusCode: exchange.status }
  if (exchange.ok && exchange.status >= 200 && exchange.status < 300)
    return { result: 'delivered', attempts, ...answered }
  const isRefused = exchange.status === 401 || exchange.status === 403
  return { result: 'failed', attempts, ...answered, ...whyNot(posted), isRefused }
}
