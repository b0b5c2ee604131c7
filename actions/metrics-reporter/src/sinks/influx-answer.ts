import type { Exchange } from '@hardgate/http'
import { deliveryOf } from './plain-answer.ts'
import type { Posted } from './post.ts'
import type { Delivery, Payload } from './sink.ts'

/** InfluxDB 1 says 400, InfluxDB 2 says 422, where it took some lines or none, and will not take the others. */
const REFUSALS: readonly number[] = [400, 422]

/** What became of the lines. */
export function linesDelivery({ count = 0 }: Payload, posted: Posted): Delivery {
  const delivery = deliveryOf(posted, [204, 200])
  if (delivery.result === 'delivered') return { ...delivery, accepted: count }
  const text = refusalIn(posted.exchange)
  if (text === undefined) return delivery
  const expired = /(?:beyond|outside) retention policy/i.test(text) ? { isExpired: true as const } : {}
  const rejected = Math.min(droppedIn(text), count)
  // nothing of it was taken: that is no part
  if (rejected === 0 || rejected === count) return { ...delivery, ...expired }
  const accepted = count - rejected
  const reason = `took ${accepted} of ${count} lines and rejected ${rejected}`
  return { ...delivery, result: 'partial', accepted, rejected, reason }
}

function refusalIn(exchange: Exchange): string | undefined {
  return exchange.ok && REFUSALS.includes(exchange.status) ? exchange.body.toString('utf8') : undefined
}

/** 0: it is no partial write. A line that cannot be parsed is not among those that are counted as dropped. */
function droppedIn(text: string): number {
  const dropped = /partial write\b[^]*\bdropped=(\d{1,9})/.exec(text)?.[1]
  if (dropped === undefined) return 0
  return Number(dropped) + (text.match(/unable to parse /g) ?? []).length
}
