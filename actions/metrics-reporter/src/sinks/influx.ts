import { shownUrl, writeUrl } from './influx-address.ts'
import { linesDelivery } from './influx-answer.ts'
import { linesOf } from './influx-lines.ts'
import { isRetryable } from './plain-answer.ts'
import { postWithRetry } from './post.ts'
import type { Sink } from './sink.ts'

/** Lines of InfluxDB's protocol, each with a time of its own, so that one sent again overwrites itself. */
export const influx: Sink = {
  encode: (event, { target, options }, { labels }) => {
    const url = writeUrl(target, options)
    const lines = linesOf(event, labels)
    const body = lines.map((line) => `${line}\n`).join('')
    const contentType = 'text/plain; charset=utf-8'
    return [{ name: 'lines', to: `POST ${shownUrl(url)}`, contentType, body, url, count: lines.length }]
  },
  deliver: async ([payload], endpoint, _eventId, transport) => {
    if (payload === undefined) throw new Error('InfluxDB has one payload')
    const { url = '', body, contentType } = payload
    const ownHeaders = () => ({ 'content-type': contentType })
    return linesDelivery(payload, await postWithRetry({ endpoint, url, body, ownHeaders, isRetryable }, transport))
  },
}
