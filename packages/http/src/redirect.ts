import type { RequestPlan, UnfollowedWhy } from './exchange.ts'

export const MAX_REDIRECTS = 5

/** One request of a journey; `headers` are those of the caller that are still sent. */
export interface Hop {
  readonly method: string
  readonly url: URL
  /** By name in lower case: the name as written, and the value. */
  readonly headers: ReadonlyMap<string, readonly [string, string]>
  readonly body?: Buffer
}

export type Direction =
  | { readonly go: 'nowhere' }
  | { readonly go: 'stay'; readonly to: string; readonly why: UnfollowedWhy }
  | { readonly go: 'on'; readonly next: Hop }

const REDIRECTS: readonly number[] = [301, 302, 303, 307, 308]

/** Where an answer leads, and whether the plan wants to go there. */
export function directionOf(
  hop: Hop,
  status: number,
  location: string | undefined,
  policy: RequestPlan['followRedirects'] = 'none',
): Direction {
  if (!REDIRECTS.includes(status)) return { go: 'nowhere' }
  // Node gives the bytes of a header as Latin-1
  const target = location === undefined ? undefined : Buffer.from(location, 'latin1').toString('utf8')
  if (target === undefined || !URL.canParse(target, hop.url.href)) return { go: 'stay', to: '', why: 'no-location' }
  const url = new URL(target, hop.url)
  // a fragment is never sent; user info in a foreign Location becomes no header, for only the plan's own does
  url.hash = ''
  const next = { ...changeMethod(hop, status), url }
  const why = refusal(hop, next, policy)
  if (why !== undefined) return { go: 'stay', to: url.href, why }
  return { go: 'on', next: url.origin === hop.url.origin ? next : { ...next, headers: new Map() } }
}

function refusal(from: Hop, next: Hop, policy: RequestPlan['followRedirects']): UnfollowedWhy | undefined {
  if (next.url.protocol !== 'http:' && next.url.protocol !== 'https:') return 'not-http'
  if (policy === 'none') return 'not-asked'
  if (policy === 'same-host' && next.url.hostname !== from.url.hostname) return 'other-host'
  if (policy === 'same-host' && from.url.protocol === 'https:' && next.url.protocol === 'http:') return 'to-plain-http'
  if (next.body !== undefined && next.url.origin !== from.url.origin) return 'body-to-other-origin'
  return undefined
}

/** As fetch does: 303 asks with GET, and so do 301 and 302 after a POST. */
function changeMethod(hop: Hop, status: number): Hop {
  const isPost = hop.method === 'POST' && (status === 301 || status === 302)
  const isOther = status === 303 && hop.method !== 'GET' && hop.method !== 'HEAD'
  if (!isPost && !isOther) return hop
  const { body: _dropped, ...rest } = hop
  const headers = new Map([...hop.headers].filter(([name]) => !name.startsWith('content-')))
  return { ...rest, method: 'GET', headers }
}
