const ZERO = 48

/** The text of the bytes from `start` to `end`. Invalid UTF-8 gives U+FFFD. */
export function textOf(bytes: Uint8Array, start: number, end: number): string {
  return bufferOf(bytes).toString('utf8', start, end)
}

/** Plain ASCII digits as a number: above 2^53 - 1 it stays there; NaN where there is none or anything else. */
export function digitsOf(bytes: Uint8Array, start: number, end: number): number {
  if (start >= end) return Number.NaN
  // Up to nine digits fit whole numbers of 31 bits, which the processor adds up faster.
  const afterFirst = Math.min(end, start + 9)
  let first = 0
  for (let i = start; i < afterFirst; i += 1) {
    const digit = (bytes[i] ?? 0) - ZERO
    if (digit >>> 0 > 9) return Number.NaN
    first = (first * 10 + digit) | 0
  }
  if (afterFirst === end) return first
  let value = first
  for (let i = afterFirst; i < end; i += 1) {
    const digit = (bytes[i] ?? 0) - ZERO
    if (digit >>> 0 > 9) return Number.NaN
    value = value * 10 + digit
  }
  return value > Number.MAX_SAFE_INTEGER ? Number.MAX_SAFE_INTEGER : value
}

/** The same bytes with the methods of a Buffer. */
export function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
