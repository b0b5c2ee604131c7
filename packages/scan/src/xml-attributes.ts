import type { ByteWindow } from './byte-window.ts'
import { digitsOf } from './fields.ts'
import {
  AMPERSAND,
  APOSTROPHE,
  BLANK,
  CLASSES,
  CR,
  EQUALS,
  LESS,
  LF,
  NAME,
  QUOTE,
  STOPS_VALUE,
  TAB,
} from './xml-bytes.ts'
import { shortened, type XmlName, type XmlNames } from './xml-names.ts'
import { endOfReference } from './xml-references.ts'
import { XmlValues } from './xml-values.ts'

const INCOMPLETE = -1

/** The attributes of one start tag: where their values lie. Decoded where one is asked for. */
export class XmlAttributes {
  readonly #window: ByteWindow
  readonly #names: XmlNames
  readonly #values = new XmlValues()
  readonly #max: number
  /** Their names are the first `#count` of the element's layout. */
  #layout: XmlName[] = []
  readonly #starts: Int32Array
  readonly #ends: Int32Array
  #count = 0
  #tag = 0
  #evictions = 0

  constructor(window: ByteWindow, names: XmlNames, max: number) {
    this.#window = window
    this.#names = names
    this.#max = max
    this.#starts = new Int32Array(max)
    this.#ends = new Int32Array(max)
  }

  /** A new tag, of which nothing but the element is known. */
  begin(element: XmlName): void {
    this.#count = 0
    this.#tag += 1
    this.#layout = element.layout
    this.#evictions = this.#names.evictions
    // A name that made room comes back as another object: a layout from before may hold the old one.
    if (element.layoutAge === this.#evictions) return
    element.layout.length = 0
    element.layoutAge = this.#evictions
  }

  /** Reads from `from` on what the layout expects, as long as it is there and written the usual way. */
  readExpected(from: number): number {
    const { bytes, view, end } = this.#window
    const layout = this.#layout
    const tag = this.#tag
    let count = this.#count
    let i = from
    for (;;) {
      const name = layout[count]
      if (name === undefined || name.lastTag === tag) break
      const start = i + name.valueLead.length
      if (start > end || !name.valueLead.isAt(view, i)) break
      let close = start
      while (((CLASSES[bytes[close] ?? 0] ?? 0) & STOPS_VALUE) === 0) close += 1
      if (bytes[close] !== QUOTE) close = this.#endOfValue(close, QUOTE)
      if (close < 0) return INCOMPLETE
      name.lastTag = tag
      this.#starts[count] = start
      this.#ends[count] = close
      count += 1
      i = close + 1
    }
    this.#count = count
    return i
  }

  /** Reads any attribute, whose name begins at `start`; returns the place after it, or -1 where the window ends before. */
  read(start: number): number {
    const window = this.#window
    const { bytes } = window
    let i = start
    let hash = 0
    for (let byte = bytes[i] ?? 0; ((CLASSES[byte] ?? 0) & NAME) !== 0; byte = bytes[i] ?? 0) {
      hash = (Math.imul(hash, 31) + byte) | 0
      i += 1
    }
    const equals = this.#afterBlanks(i)
    if (bytes[equals] !== EQUALS) return this.#incompleteOr('expected "=" after the name of an attribute', equals)
    const open = this.#afterBlanks(equals + 1)
    const quote = bytes[open] ?? 0
    if (quote !== QUOTE && quote !== APOSTROPHE) return this.#incompleteOr('expected a value in quotes', open)
    const close = this.#endOfValue(open + 1, quote)
    if (close < 0) return INCOMPLETE
    this.#keep(this.#names.find(start, i, hash), { start, open, close })
    return close + 1
  }

  text(attribute: string): string | undefined {
    const index = this.#indexOf(attribute)
    return index < 0 ? undefined : this.#text(index)
  }

  digits(attribute: string): number | undefined {
    const index = this.#indexOf(attribute)
    if (index < 0) return undefined
    const { bytes } = this.#window
    const start = this.#starts[index] ?? 0
    const end = this.#ends[index] ?? 0
    const value = digitsOf(bytes, start, end)
    if (!Number.isNaN(value) || !bytes.subarray(start, end).includes(AMPERSAND)) return value
    const decoded = Buffer.from(this.#text(index))
    return digitsOf(decoded, 0, decoded.length)
  }

  #endOfValue(from: number, quote: number): number {
    const { bytes } = this.#window
    let i = from
    for (;;) {
      while (((CLASSES[bytes[i] ?? 0] ?? 0) & STOPS_VALUE) === 0) i += 1
      const byte = bytes[i] ?? 0
      if (byte === quote) return i
      if (byte === AMPERSAND) {
        i = endOfReference(this.#window, i)
        if (i < 0) return INCOMPLETE
      } else if (byte === QUOTE || byte === APOSTROPHE || byte === LF || byte === CR || byte === TAB) i += 1
      else if (byte === LESS) this.#window.fail('"<" within a value: "&lt;" stands for it', i)
      else return this.#incompleteOr('a control character within a value', i)
    }
  }

  #keep(name: XmlName, { start, open, close }: { start: number; open: number; close: number }): void {
    if (name.lastTag === this.#tag || this.#isDoubledByEviction(name)) {
      this.#window.fail(`the attribute "${shortened(name.qualified)}" stands twice in one tag`, start)
    }
    const index = this.#count
    if (index === this.#max) this.#window.fail(`more than ${this.#max} attributes in one tag`, start)
    name.lastTag = this.#tag
    this.#layout[index] = name
    this.#starts[index] = open + 1
    this.#ends[index] = close
    this.#count = index + 1
  }

  #isDoubledByEviction(name: XmlName): boolean {
    if (this.#names.evictions === this.#evictions) return false
    return this.#layout.slice(0, this.#count).some((other) => other.qualified === name.qualified)
  }

  #afterBlanks(from: number): number {
    const { bytes } = this.#window
    let i = from
    while (((CLASSES[bytes[i] ?? 0] ?? 0) & BLANK) !== 0) i += 1
    return i
  }

  #incompleteOr(message: string, at: number): number {
    return at === this.#window.end ? INCOMPLETE : this.#window.fail(message, at)
  }

  /** An attribute without a prefix goes before one that has one. */
  #indexOf(attribute: string): number {
    let found = -1
    for (let i = 0; i < this.#count; i += 1) {
      const name = this.#layout[i]
      if (name === undefined || name.local !== attribute || name.isNamespace) continue
      if (!name.isPrefixed) return i
      if (found < 0) found = i
    }
    return found
  }

  #text(index: number): string {
    return this.#values.textOf(this.#window.bytes, this.#starts[index] ?? 0, this.#ends[index] ?? 0)
  }
}
