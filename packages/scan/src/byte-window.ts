import { ScanError } from './scan-error.ts'

/** Larger chunks are worked through in parts of this size, so that they stay in the processor's cache. */
const PART = 65_536
const FIRST_SIZE = 1024

/**
 * The part of the input that is being looked at. Tokens lie in it in one piece: what is not complete yet moves to the
 * front, and the next chunk is appended. It holds one part and one unfinished token, whose length the scanner limits.
 *
 * `bytes[end]` is always 0, a byte that no token may hold, so that an inner loop needs no check for the end.
 */
export class ByteWindow {
  bytes: Buffer = Buffer.alloc(FIRST_SIZE)
  /** The same bytes. */
  view: DataView = viewOf(this.bytes)
  /** Where the next byte will go. */
  end = 0
  /** Bytes of the input before `bytes[0]`. */
  base = 0

  /** Appends what fits of `chunk` from `from` on; returns how many bytes that is, at least 1. */
  append(chunk: Uint8Array, from: number): number {
    const length = Math.min(chunk.length - from, PART)
    if (this.end + length + 1 > this.bytes.length) this.#grow(this.end + length + 1)
    this.bytes.set(from === 0 && length === chunk.length ? chunk : chunk.subarray(from, from + length), this.end)
    this.end += length
    this.bytes[this.end] = 0
    return length
  }

  /** Drops what lies before `start`. */
  keepFrom(start: number): void {
    if (start === 0) return
    if (start < this.end) this.bytes.copyWithin(0, start, this.end)
    this.base += start
    this.end -= start
    this.bytes[this.end] = 0
  }

  /** Goes on in other memory, which has to be larger than what the window holds. */
  moveInto(bytes: Buffer): void {
    if (bytes === this.bytes) return
    bytes.set(this.bytes.subarray(0, this.end))
    this.bytes = bytes
    this.view = viewOf(bytes)
  }

  fail(message: string, at: number): never {
    throw new ScanError(message, this.base + at)
  }

  failTruncated(message: string): never {
    throw new ScanError(message, this.base + this.end, true)
  }

  #grow(needed: number): void {
    let size = this.bytes.length
    while (size < needed) size *= 2
    const larger = Buffer.alloc(size)
    larger.set(this.bytes.subarray(0, this.end))
    this.bytes = larger
    this.view = viewOf(larger)
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
