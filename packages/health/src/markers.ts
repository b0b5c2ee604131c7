import type { Answer } from '@hardgate/http'

// What platforms and caches in front of an application add to an answer. Render documents none of its own headers: the
// values here were seen. All names in lower case, values compared in any case.

/** Why the answer comes from a cache, such as `age: 12`; undefined where nothing says so. */
export function cacheMarker({ headers }: Answer): string | undefined {
  const age = headers['age']
  if (age !== undefined && /^\s*\d+/.test(age) && Number.parseFloat(age) > 0) return `age: ${age.trim()}`
  return (
    marker(headers, 'cf-cache-status', /^(?:hit|stale)$/i) ??
    marker(headers, 'x-vercel-cache', /^hit$/i) ??
    marker(headers, 'x-cache', /^hit/i)
  )
}

/** Why the platform's router, and not the application, gave this refused answer. */
export function edgeMarker({ headers, status }: Answer): string | undefined {
  const own = marker(headers, 'x-render-routing', /./) ?? marker(headers, 'x-vercel-error', /./)
  if (own !== undefined) return own
  const isFromEdge = [502, 503, 504, 530].includes(status) || (status >= 520 && status <= 527)
  return isFromEdge ? marker(headers, 'cf-ray', /./) : undefined
}

/** Why a bot page, or an edge's own refusal, stands between this runner and the application. */
export function challengeMarker({ headers, status, body }: Answer): string | undefined {
  const mitigated = marker(headers, 'cf-mitigated', /^challenge$/i)
  if (mitigated !== undefined) return mitigated
  const isCloudflare = marker(headers, 'server', /^cloudflare$/i) !== undefined
  if (status !== 403 || !isCloudflare || !isHtml(headers, body)) return undefined
  return marker(headers, 'cf-ray', /./) ?? 'server: cloudflare'
}

export function isHtml(headers: Readonly<Record<string, string>>, body: Buffer): boolean {
  const start = body.subarray(0, 512).toString('utf8').trimStart()
  return /^text\/html\b/i.test(headers['content-type'] ?? '') || /^<(?:!doctype html|html)\b/i.test(start)
}

function marker(headers: Readonly<Record<string, string>>, name: string, value: RegExp): string | undefined {
  const found = headers[name]?.trim()
  return found !== undefined && value.test(found) ? `${name}: ${found.slice(0, 80)}` : undefined
}
