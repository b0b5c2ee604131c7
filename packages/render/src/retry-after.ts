/** How long an answer asks to wait: `Retry-After`, else `RateLimit-Reset`. undefined: it does not say. */
export function retryAfterOf(headers: Readonly<Record<string, string>>, now: Date): number | undefined {
  return retryAfter(headers['retry-after'], now) ?? rateLimitReset(headers['ratelimit-reset'], now)
}

/** Seconds, or a date (RFC 9110); a date in the past is 0. */
function retryAfter(value: string | undefined, now: Date): number | undefined {
  if (value === undefined) return undefined
  const seconds = wholeSeconds(value)
  if (seconds !== undefined) return seconds * 1000
  const at = Date.parse(value)
  return Number.isNaN(at) ? undefined : Math.max(0, at - now.getTime())
}

/** Seconds from now; Render's older answers give the second of the epoch, which is far above 1e9. */
function rateLimitReset(value: string | undefined, now: Date): number | undefined {
  const seconds = wholeSeconds(value)
  if (seconds === undefined) return undefined
  return seconds > 1e9 ? Math.max(0, seconds * 1000 - now.getTime()) : seconds * 1000
}

const wholeSeconds = (value = ''): number | undefined => (/^\s*\d{1,12}\s*$/.test(value) ? Number(value) : undefined)
