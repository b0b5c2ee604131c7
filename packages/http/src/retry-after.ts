const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']

/** RateLimit-Reset counts seconds, but for some servers it is a point in time. */
const EPOCH_FROM = 1e9

/**
 * How long the server asks to wait, by `retry-after` (seconds or HTTP-date) or else `ratelimit-reset`. A date that
 * is past is 0; undefined: it asks for nothing that can be read. There is no upper limit here.
 */
export function retryAfterMs(headers: Readonly<Record<string, string>>, now: Date): number | undefined {
  return readRetryAfter(headers['retry-after'] ?? '', now) ?? readReset(headers['ratelimit-reset'] ?? '', now)
}

function readRetryAfter(value: string, now: Date): number | undefined {
  const seconds = readSeconds(value)
  if (seconds !== undefined) return seconds * 1000
  const date = readHttpDate(value.trim(), now)
  return date === undefined ? undefined : Math.max(0, date - now.getTime())
}

function readReset(value: string, now: Date): number | undefined {
  const seconds = readSeconds(value)
  if (seconds === undefined || seconds <= EPOCH_FROM) return seconds === undefined ? undefined : seconds * 1000
  return Math.max(0, seconds * 1000 - now.getTime())
}

function readSeconds(value: string): number | undefined {
  return /^\s*\d+(\.\d+)?\s*$/.test(value) ? Number(value) : undefined
}

/** The three forms of RFC 9110 section 5.6.7. `Date.parse` would take "soon 5" for a day in May 2001. */
function readHttpDate(value: string, now: Date): number | undefined {
  const imf = /^[a-z]{3}, (\d\d) ([a-z]{3}) (\d{4}) (\d\d):(\d\d):(\d\d) GMT$/i.exec(value)
  if (imf !== null) return utc(imf[3], imf[2], imf[1], imf.slice(4))
  const rfc850 = /^[a-z]{6,9}, (\d\d)-([a-z]{3})-(\d\d) (\d\d):(\d\d):(\d\d) GMT$/i.exec(value)
  if (rfc850 !== null) return utc(fullYear(Number(rfc850[3]), now), rfc850[2], rfc850[1], rfc850.slice(4))
  const asctime = /^[a-z]{3} ([a-z]{3}) ([ \d]\d) (\d\d):(\d\d):(\d\d) (\d{4})$/i.exec(value)
  return asctime === null ? undefined : utc(asctime[6], asctime[1], asctime[2], asctime.slice(3, 6))
}

/** Two digits that seem more than 50 years ahead mean the last year with those digits. */
function fullYear(digits: number, now: Date): string {
  const year = now.getUTCFullYear() - (now.getUTCFullYear() % 100) + digits
  return String(year > now.getUTCFullYear() + 50 ? year - 100 : year)
}

function utc(year = '', month = '', day = '', time: readonly string[] = []): number | undefined {
  const index = MONTHS.indexOf(month.toLowerCase())
  if (index === -1) return undefined
  const [hours, minutes, seconds] = time.map(Number)
  return Date.UTC(Number(year), index, Number(day), hours, minutes, seconds)
}
