import { type ByteEntry, ByteTable } from './byte-table.ts'
import type { ByteWindow } from './byte-window.ts'
import { BACKSLASH, CLASSES, QUOTE, STOPS_STRING } from './json-bytes.ts'

const INCOMPLETE = -1
/** Of a key that is kept for when it comes again. */
const MAX_KNOWN_BYTES = 64

/** Reads strings, one after another, and gives the text of the one that was read last. */
export class JsonStrings {
  readonly #window: ByteWindow
  readonly #maxBytes: number
  readonly #keys = new ByteTable<ByteEntry & { readonly text: string }>()
  #start = 0
  #end = 0
  #hasEscape = false
  /** Of a string that the window cuts, and that will be at its front: the bytes that were looked at. */
  #seen = 0

  constructor(window: ByteWindow, maxBytes: number) {
    this.#window = window
    this.#maxBytes = maxBytes
  }

  /** Reads the string whose quote is at `at`; returns the place after its end, or -1 where the window ends before. */
  read(at: number): number {
    const { bytes, end } = this.#window
    if (this.#seen === 0) this.#hasEscape = false
    let i = at + Math.max(1, this.#seen)
    for (;;) {
      while (((CLASSES[bytes[i] ?? 0] ?? 0) & STOPS_STRING) === 0) i += 1
      if (bytes[i] === QUOTE) break
      if (i >= end || (bytes[i] === BACKSLASH && i + 1 === end)) {
        this.#limit(at, i)
        this.#seen = i - at
        return INCOMPLETE
      }
      if (bytes[i] !== BACKSLASH) this.#window.fail('a control character within a string', i)
      this.#hasEscape = true
      i += 2
    }
    this.#limit(at, i)
    this.#seen = 0
    this.#start = at + 1
    this.#end = i
    return i + 1
  }

  /** Invalid UTF-8 gives U+FFFD; half of a surrogate pair, written as an escape, stays what it is. */
  text(): string {
    const raw = this.#window.bytes.toString('utf8', this.#start, this.#end)
    if (!this.#hasEscape) return raw
    try {
      return String(JSON.parse(`"${raw}"`))
    } catch {
      return this.#window.fail('a string with an escape that does not exist', this.#start)
    }
  }

  /** The same as `text`, for what comes again and again. */
  key(): string {
    const start = this.#start
    const end = this.#end
    if (end - start > MAX_KNOWN_BYTES) return this.text()
    const { bytes } = this.#window
    let hash = 0
    for (let i = start; i < end; i += 1) hash = (Math.imul(hash, 31) + (bytes[i] ?? 0)) | 0
    const known = this.#keys.find(bytes, start, end, hash)
    if (known !== undefined) return known.text
    const text = this.text()
    this.#keys.add({ bytes: Uint8Array.prototype.slice.call(bytes, start, end), hash, text })
    return text
  }

  #limit(at: number, end: number): void {
    if (end - at - 1 > this.#maxBytes) this.#window.fail(`a string longer than ${this.#maxBytes} bytes`, at)
  }
}
