import type { ByteWindow } from './byte-window.ts'
import type { XmlHandler } from './events.ts'
import { AMPERSAND, CLASSES, CLOSE_BRACKET, CR, GREATER, LESS, STOPS_TEXT } from './xml-bytes.ts'
import { decodeReferences, endOfReference } from './xml-references.ts'

const INCOMPLETE = -1

/** Character data within an element: checked byte by byte, decoded only where the handler asks for it. */
export class XmlText {
  readonly #window: ByteWindow
  readonly #handler: XmlHandler
  readonly #hasListener: boolean
  #start = 0
  #end = 0
  #isRaw = false
  readonly #decode = (): string => this.#decoded()

  constructor(window: ByteWindow, handler: XmlHandler) {
    this.#window = window
    this.#handler = handler
    this.#hasListener = handler.text !== undefined
  }

  /** Reads text from `start` on; returns where it ends, or where what the window cuts begins; -1 where that is at once. */
  read(start: number): number {
    const { bytes, end } = this.#window
    let i = start
    for (;;) {
      let byte = bytes[i] ?? 0
      while (((CLASSES[byte] ?? 0) & STOPS_TEXT) === 0) {
        i += 1
        byte = bytes[i] ?? 0
      }
      if (byte === LESS) break
      if (i === end) return this.#cut(start, this.wholeBefore(start, end))
      else if (byte === AMPERSAND) {
        const next = endOfReference(this.#window, i)
        if (next < 0) return this.#cut(start, i)
        i = next
      } else if (byte === CLOSE_BRACKET) {
        if (end - i < 3) return this.#cut(start, i)
        if (bytes[i + 1] === CLOSE_BRACKET && bytes[i + 2] === GREATER) this.#window.fail('"]]>" within text', i)
        i += 1
      } else this.#window.fail('a control character within text', i)
    }
    this.hand(start, i, false)
    return i
  }

  /** Gives the handler the bytes from `start` to `end`; `isRaw` where an `&` stands for itself. */
  hand(start: number, end: number, isRaw: boolean): void {
    if (!this.#hasListener || start === end) return
    this.#start = start
    this.#end = end
    this.#isRaw = isRaw
    this.#handler.text?.(this.#decode)
  }

  /** `end`, or the start of the UTF-8 sequence or of the line end that the window cuts there. */
  wholeBefore(start: number, end: number): number {
    const { bytes } = this.#window
    if (end > start && bytes[end - 1] === CR) return end - 1
    for (let i = end - 1; i >= start && i >= end - 3; i -= 1) {
      const byte = bytes[i] ?? 0
      if (byte < 0x80) return end
      if (byte >= 0xc0) return end - i < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) ? i : end
    }
    return end
  }

  #cut(start: number, end: number): number {
    if (start === end) return INCOMPLETE
    this.hand(start, end, false)
    return end
  }

  #decoded(): string {
    const raw = this.#window.bytes.toString('utf8', this.#start, this.#end)
    const lines = raw.includes('\r') ? raw.replaceAll(/\r\n?/g, '\n') : raw
    return this.#isRaw || !lines.includes('&') ? lines : decodeReferences(lines)
  }
}
