import { digitsOf } from '@hardgate/scan'

const ZERO = 48
const DOT = 46
const PLUS = 43
const MINUS = 45
const COLON = 58
const CAPITAL_Z = 90
const CAPITAL_T = 84
const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
/** `2026-03-01T12:00:00` */
const LENGTH_TO_SECONDS = 19

/** A moment as k6 writes it, RFC 3339 or a count since 1970, in epoch milliseconds; NaN for anything else. */
export function momentMs(bytes: Uint8Array, start: number, end: number): number {
  return bytes[start + 4] === MINUS ? rfc3339Ms(bytes, start, end) : countMs(bytes, start, end)
}

/** Seconds, milliseconds, microseconds or nanoseconds: the number of digits tells which, from 1973 to 5138. */
function countMs(bytes: Uint8Array, start: number, end: number): number {
  const digits = end - start
  if (digits <= 11) return digitsOf(bytes, start, end) * 1000
  if (digits <= 14) return digitsOf(bytes, start, end)
  if (digits <= 17) return withFraction(bytes, start, end, 3)
  return digits <= 20 ? withFraction(bytes, start, end, 6) : Number.NaN
}

/** Nanoseconds have more digits than a double. */
function withFraction(bytes: Uint8Array, start: number, end: number, decimals: number): number {
  return digitsOf(bytes, start, end - decimals) + digitsOf(bytes, end - decimals, end) / 10 ** decimals
}

function rfc3339Ms(bytes: Uint8Array, start: number, end: number): number {
  const second = start + LENGTH_TO_SECONDS
  const hasMarks =
    bytes[start + 7] === MINUS &&
    bytes[start + 10] === CAPITAL_T &&
    bytes[start + 13] === COLON &&
    bytes[start + 16] === COLON
  if (!hasMarks || second >= end) return Number.NaN
  const day = dayOf(
    digitsOf(bytes, start, start + 4),
    digitsOf(bytes, start + 5, start + 7),
    digitsOf(bytes, start + 8, start + 10),
  )
  const minutes = digitsOf(bytes, start + 11, start + 13) * 60 + digitsOf(bytes, start + 14, start + 16)
  const seconds = digitsOf(bytes, start + 17, second)
  let zone = second
  let fraction = 0
  if (bytes[second] === DOT) {
    zone += 1
    for (let unit = 100; zone < end; zone += 1, unit /= 10) {
      const digit = (bytes[zone] ?? 0) - ZERO
      if (digit < 0 || digit > 9) break
      fraction += digit * unit
    }
    if (zone === second + 1) return Number.NaN
  }
  return day * DAY_MS + minutes * MINUTE_MS + seconds * 1000 + fraction - zoneMs(bytes, zone, end)
}

/** `Z`, or `+02:00`. */
function zoneMs(bytes: Uint8Array, start: number, end: number): number {
  if (end - start === 1 && bytes[start] === CAPITAL_Z) return 0
  const sign = bytes[start] === PLUS ? 1 : bytes[start] === MINUS ? -1 : Number.NaN
  if (end - start !== 6 || bytes[start + 3] !== COLON) return Number.NaN
  const minutes = digitsOf(bytes, start + 1, start + 3) * 60 + digitsOf(bytes, start + 4, start + 6)
  return sign * minutes * MINUTE_MS
}

/** Days since 1970: years begin in March here, so that a leap day comes last. */
function dayOf(year: number, month: number, day: number): number {
  if (!(month >= 1 && month <= 12 && day >= 1 && day <= 31)) return Number.NaN
  const y = month > 2 ? year : year - 1
  const monthFromMarch = (month + 9) % 12
  const dayOfYear = Math.floor((153 * monthFromMarch + 2) / 5) + day - 1
  return y * 365 + Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400) + dayOfYear - 719_468
}
