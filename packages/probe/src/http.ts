import type { Exchange, Requester, RequestPlan } from '@hardgate/http'

/** An HTTP target, asked anew and on a fresh connection in every round. */
export interface HttpTarget {
  readonly plan: Omit<RequestPlan, 'signal' | 'defaultHeaders'>
  /** Adds a fresh random query member to every request: a constant one would be cached like any other URL. */
  readonly isCacheBusted: boolean
}

export interface HttpWorld {
  readonly request: Requester
  readonly signal: AbortSignal
  readonly userAgent: string
}

/** What every probe says of itself, where the user's headers do not say otherwise. */
export function probeHeaders(userAgent: string): Readonly<Record<string, string>> {
  return {
    'user-agent': userAgent,
    accept: 'application/json, */*;q=0.8',
    'cache-control': 'no-cache',
    pragma: 'no-cache',
  }
}

/** One request. Every network failure is a value. */
export function observeHttp({ plan, isCacheBusted }: HttpTarget, world: HttpWorld): Promise<Exchange> {
  const url = isCacheBusted ? withNonce(plan.url) : plan.url
  return world.request({ ...plan, url, signal: world.signal, defaultHeaders: probeHeaders(world.userAgent) })
}

function withNonce(url: string): string {
  const parsed = new URL(url)
  // appended as text: to rebuild the query could change how it is encoded
  const nonce = Math.random().toString(36).slice(2)
  parsed.search = `${parsed.search}${parsed.search === '' ? '?' : '&'}_hc=${nonce}`
  return parsed.href
}
