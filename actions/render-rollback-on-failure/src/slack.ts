import type { Frame } from '@hardgate/action'
import { type Exchange, isRetryableWrite, withRetry } from '@hardgate/http'
import { oneLine } from '@hardgate/markdown'
import type { SlackMessage } from './slack-message.ts'

export interface Delivery {
  /** `unknown`: it was sent, and no answer came. Sending it again could say it twice. */
  readonly notified: 'true' | 'false' | 'unknown'
  /** What went wrong; empty for `true`. */
  readonly why: string
}

const REQUEST_TIMEOUT_MS = 10_000

/** One message, sent again only where Slack asks to wait, or nothing was sent. Never throws. */
export async function sendToSlack(
  { request, clock, signal }: Frame,
  url: string,
  message: SlackMessage,
): Promise<Delivery> {
  const body = JSON.stringify(message)
  const headers = { 'content-type': 'application/json' }
  const policy = {
    isRetryable: isRetryableWrite,
    maxAttempts: 4,
    firstDelayMs: 1000,
    maxDelayMs: 10_000,
    maxRetryAfterMs: 60_000,
  }
  const send = (): Promise<Exchange> =>
    request({ url, method: 'POST', headers, body, timeoutMs: REQUEST_TIMEOUT_MS, signal })
  const { exchange } = await withRetry(send, policy, { clock, signal })
  if (!exchange.ok) {
    const notified = exchange.mayHaveBeenSent ? 'unknown' : 'false'
    return {
      notified,
      why: `no answer (${exchange.kind})${notified === 'unknown' ? ', so whether the message arrived is not known' : ''}`,
    }
  }
  const said = exchange.body.toString().trim()
  if (exchange.status === 200 && said === 'ok') return { notified: 'true', why: '' }
  return { notified: 'false', why: `the webhook answered ${exchange.status} ${oneLine(said, 100)}`.trim() }
}
