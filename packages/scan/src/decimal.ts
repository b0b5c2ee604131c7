import { textOf } from './fields.ts'

const ZERO = 48
const NINE = 57
const MINUS = 45
const POINT = 46
/** Up to here every integer, and every quotient of two of them, is the nearest double. */
const MAX_EXACT = 2 ** 53
const POWERS_OF_TEN: readonly number[] = Array.from({ length: 23 }, (_, n) => 10 ** n)
const DECIMAL = /^-?[0-9]+(\.[0-9]*)?([eE][+-]?[0-9]+)?$/

/** A decimal number, the nearest double as `Number` gives it; NaN where there is anything else. */
export function decimalOf(bytes: Uint8Array, start: number, end: number): number {
  const isNegative = bytes[start] === MINUS && start < end
  const first = isNegative ? start + 1 : start
  let value = 0
  let point = -1
  for (let i = first; i < end; i += 1) {
    const byte = bytes[i] ?? 0
    if (byte >= ZERO && byte <= NINE) value = value * 10 + (byte - ZERO)
    else if (byte === POINT && point < 0 && i > first) point = i
    else return throughText(bytes, start, end)
  }
  const decimals = point < 0 ? 0 : end - point - 1
  const scale = POWERS_OF_TEN[decimals]
  if (first >= end || value > MAX_EXACT || scale === undefined) return throughText(bytes, start, end)
  const size = decimals === 0 ? value : value / scale
  return isNegative ? -size : size
}

/** Exponents, and more digits than a double holds. */
function throughText(bytes: Uint8Array, start: number, end: number): number {
  const text = textOf(bytes, start, end)
  return DECIMAL.test(text) ? Number(text) : Number.NaN
}
