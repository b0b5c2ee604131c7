export const TAB = 0x09
export const CR = 0x0d
export const SPACE = 0x20
export const HASH = 0x23
export const COMMA = 0x2c
export const DOT = 0x2e
export const ZERO = 0x30
export const COLON = 0x3a

/** Bytes `start` to `end` of `bytes`. */
export interface ByteRange {
  readonly bytes: Uint8Array
  start: number
  end: number
}

/** The first `byte` from `start` on, or -1. */
export function findByte(bytes: Uint8Array, byte: number, start: number, end: number): number {
  for (let at = start; at < end; at++) if (bytes[at] === byte) return at
  return -1
}

/** The last `byte` before `end`, or -1. */
export function findLastByte(bytes: Uint8Array, byte: number, start: number, end: number): number {
  for (let at = end - 1; at >= start; at--) if (bytes[at] === byte) return at
  return -1
}

export function hasBytes(bytes: Uint8Array, start: number, end: number, wanted: Uint8Array): boolean {
  if (end - start !== wanted.length) return false
  for (let at = 0; at < wanted.length; at++) if (bytes[start + at] !== wanted[at]) return false
  return true
}
