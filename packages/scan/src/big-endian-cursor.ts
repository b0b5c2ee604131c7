import { ScanError } from './scan-error.ts'

const FIRST_SIZE = 65_536
const MAX_FIELD_BYTES = 1_048_576
const MAX_RECORD_BYTES = 16 * MAX_FIELD_BYTES

/** Thrown by a read that goes beyond what has come so far. One object: it is no error and needs no stack. */
export const NOT_YET: { readonly name: 'NotYet' } = { name: 'NotYet' }

/**
 * Big-endian numbers and bytes out of chunks. What is read between two calls of `commit` is one record: where the
 * bytes that came do not suffice a read throws NOT_YET, and after the next chunk the record is read again.
 */
export class BigEndianCursor {
  #bytes: Buffer = Buffer.alloc(FIRST_SIZE)
  #end = 0
  #at = 0
  #committed = 0
  /** Of the first byte of the window, from the start of the input. */
  #base = 0

  /** Of the next byte, from the start of the input. */
  get offset(): number {
    return this.#base + this.#at
  }

  /** Bytes that came and are not read. */
  get remaining(): number {
    return this.#end - this.#at
  }

  /** Appends a chunk. */
  append(chunk: Uint8Array): void {
    if (this.#end > MAX_RECORD_BYTES) this.fail(`a record longer than ${MAX_RECORD_BYTES} bytes`)
    if (this.#end + chunk.length > this.#bytes.length) this.#grow(this.#end + chunk.length)
    this.#bytes.set(chunk, this.#end)
    this.#end += chunk.length
  }

  /** The bytes read so far are done with. */
  commit(): void {
    this.#committed = this.#at
  }

  /** Back to the last commit, and makes room for the next chunk. */
  rewind(): void {
    const kept = this.#committed
    this.#bytes.copyWithin(0, kept, this.#end)
    this.#base += kept
    this.#end -= kept
    this.#at = 0
    this.#committed = 0
  }

  byte(): number {
    return this.#bytes[this.#take(1)] ?? 0
  }

  int32(): number {
    return this.#bytes.readInt32BE(this.#take(4))
  }

  /** Beyond 2^53 the nearest double. */
  int64(): number {
    return Number(this.#bytes.readBigInt64BE(this.#take(8)))
  }

  /** A view: valid until the next chunk. */
  bytes(length: number): Buffer {
    if (length < 0) this.fail(`a length of ${length}`)
    if (length > MAX_FIELD_BYTES) this.fail(`a field longer than ${MAX_FIELD_BYTES} bytes`)
    const start = this.#take(length)
    return this.#bytes.subarray(start, start + length)
  }

  fail(message: string): never {
    throw new ScanError(message, this.offset)
  }

  #take(length: number): number {
    const start = this.#at
    if (start + length > this.#end) throw NOT_YET
    this.#at += length
    return start
  }

  #grow(needed: number): void {
    let size = this.#bytes.length
    while (size < needed) size *= 2
    const larger = Buffer.alloc(size)
    larger.set(this.#bytes.subarray(0, this.#end))
    this.#bytes = larger
  }
}
