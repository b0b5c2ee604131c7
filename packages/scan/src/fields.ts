const ZERO = 48
const NINE = 57

/** The text of the bytes from `start` to `end`. Invalid UTF-8 gives U+FFFD. */
export function textOf(bytes: Uint8Array, start: number, end: number): string {
  return bufferOf(bytes).toString('utf8', start, end)
}

/** Plain ASCII digits as a number: above 2^53 - 1 it stays there; NaN where there is none or anything else. */
export function digitsOf(bytes: Uint8Array, start: number, end: number): number {
  if (start >= end) return Number.NaN
  let value = 0
  for (let i = start; i < end; i += 1) {
    const byte = bytes[i] ?? 0
    if (byte < ZERO || byte > NINE) return Number.NaN
    value = value * 10 + (byte - ZERO)
  }
  return value > Number.MAX_SAFE_INTEGER ? Number.MAX_SAFE_INTEGER : value
}

/** The same bytes with the methods of a Buffer. */
export function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
