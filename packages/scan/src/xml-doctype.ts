import type { ByteWindow } from './byte-window.ts'
import {
  APOSTROPHE,
  BANG,
  BLANK,
  CLASSES,
  CLOSE_BRACKET,
  FIRST_PRINTABLE,
  GREATER,
  LESS,
  MINUS,
  OPEN_BRACKET,
  QUESTION,
  QUOTE,
} from './xml-bytes.ts'

type Place = 'outside' | 'subset' | 'less' | 'bang' | 'dash' | 'comment' | 'instruction'

/**
 * Finds the end of a document type declaration without reading what it declares: no entity is kept, none is
 * expanded, no file is fetched. Byte by byte and with no memory, so its size does not matter.
 */
export class XmlDoctype {
  #place: Place = 'outside'
  #quote = 0
  /** Closing characters (`-` of a comment, `?` of an instruction) that stand right before the next byte. */
  #closing = 0
  isOpen = false

  /** `<!DOCTYPE` was read. */
  begin(): void {
    this.isOpen = true
  }

  /** Goes on at `from`; returns the place after the `>` that ends the declaration, or the end of the window. */
  skip(window: ByteWindow, from: number): number {
    for (let i = from; i < window.end; i += 1) {
      const byte = window.bytes[i] ?? 0
      if (byte < FIRST_PRINTABLE && ((CLASSES[byte] ?? 0) & BLANK) === 0) {
        window.fail('a control character within a document type declaration', i)
      }
      if (this.#quote !== 0) {
        if (byte === this.#quote) this.#quote = 0
      } else if (this.#place === 'outside' && byte === GREATER) {
        this.isOpen = false
        return i + 1
      } else if (this.#place === 'comment' && this.#closing === 2 && byte !== GREATER) {
        window.fail('"--" within a comment', i)
      } else this.#place = this.#next(byte)
    }
    return window.end
  }

  #next(byte: number): Place {
    switch (this.#place) {
      case 'outside':
        return byte === OPEN_BRACKET ? 'subset' : this.#orQuote(byte)
      case 'subset':
        if (byte === CLOSE_BRACKET) return 'outside'
        return byte === LESS ? 'less' : this.#orQuote(byte)
      case 'less':
        this.#closing = 0
        if (byte === QUESTION) return 'instruction'
        return byte === BANG ? 'bang' : 'subset'
      case 'bang':
        return byte === MINUS ? 'dash' : 'subset'
      case 'dash':
        return byte === MINUS ? 'comment' : 'subset'
      case 'comment':
        if (this.#closing === 2) return 'subset'
        this.#closing = byte === MINUS ? this.#closing + 1 : 0
        return 'comment'
      case 'instruction':
        break
    }
    if (byte === GREATER && this.#closing === 1) return 'subset'
    this.#closing = byte === QUESTION ? 1 : 0
    return 'instruction'
  }

  #orQuote(byte: number): Place {
    if (byte === QUOTE || byte === APOSTROPHE) this.#quote = byte
    return this.#place
  }
}
