import type { ByteWindow } from './byte-window.ts'
import { APOSTROPHE, GREATER, QUOTE } from './xml-bytes.ts'

/** Looks for the `>` of a tag that a chunk has cut, so that each byte is looked at once however small the chunks are. */
export class XmlTagEnd {
  readonly #window: ByteWindow
  #isExpected = false
  #quote = 0
  /** From the `<`, which will be at the front of the window. */
  #seen = 0

  constructor(window: ByteWindow) {
    this.#window = window
  }

  /** The tag at `at` is incomplete and moves to the front. */
  expect(at: number): void {
    this.#isExpected = true
    this.#quote = 0
    this.#seen = 0
    this.#search(at)
    this.#seen -= at
  }

  /** False where no tag is waited for, or its end has come. */
  isMissing(): boolean {
    if (!this.#isExpected) return false
    this.#isExpected = !this.#search(this.#seen)
    return this.#isExpected
  }

  #search(from: number): boolean {
    const { bytes, end } = this.#window
    for (let i = from; i < end; i += 1) {
      const byte = bytes[i] ?? 0
      if (this.#quote !== 0) {
        if (byte === this.#quote) this.#quote = 0
      } else if (byte === QUOTE || byte === APOSTROPHE) this.#quote = byte
      else if (byte === GREATER) return true
    }
    this.#seen = end
    return false
  }
}
