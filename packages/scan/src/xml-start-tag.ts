import type { ByteWindow } from './byte-window.ts'
import type { XmlTag } from './events.ts'
import { digitsOf } from './fields.ts'
import {
  AMPERSAND,
  APOSTROPHE,
  BLANK,
  CLASSES,
  CR,
  EQUALS,
  GREATER,
  LESS,
  LF,
  NAME,
  NAME_START,
  QUOTE,
  SLASH,
  STOPS_VALUE,
  TAB,
} from './xml-bytes.ts'
import { shortened, XmlName, XmlNames } from './xml-names.ts'
import { decodeReferences, endOfReference } from './xml-references.ts'

const INCOMPLETE = -1

/** Reads start tags, one after another, and is the one that was read last. Values are decoded where they are asked for. */
export class XmlStartTag implements XmlTag {
  element: XmlName
  isSelfClosed = false
  readonly #window: ByteWindow
  readonly #names: XmlNames
  readonly #maxAttributes: number
  readonly #attributes: XmlName[] = []
  readonly #starts: Int32Array
  readonly #ends: Int32Array
  #at = 0
  #count = 0
  #serial = 0
  #evictions = 0

  constructor(window: ByteWindow, maxAttributes: number) {
    this.#window = window
    this.#names = new XmlNames()
    this.#maxAttributes = maxAttributes
    this.#starts = new Int32Array(maxAttributes)
    this.#ends = new Int32Array(maxAttributes)
    this.element = new XmlName(new Uint8Array(), 0)
  }

  get name(): string {
    return this.element.local
  }

  get offset(): number {
    return this.#window.base + this.#at
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

  /** Reads the start tag whose `<` is at `at`; returns the place after its `>`, or -1 where the window ends before. */
  read(at: number): number {
    this.#at = at
    this.#count = 0
    this.#serial += 1
    this.#evictions = this.#names.evictions
    const { bytes, end } = this.#window
    let i = at + 1
    let byte = bytes[i] ?? 0
    let hash = 0
    while (((CLASSES[byte] ?? 0) & NAME) !== 0) {
      hash = (Math.imul(hash, 31) + byte) | 0
      i += 1
      byte = bytes[i] ?? 0
    }
    if (i === end) return INCOMPLETE
    this.element = this.#names.find(this.#window, at + 1, i, hash)
    for (;;) {
      const gap = i
      while (((CLASSES[byte] ?? 0) & BLANK) !== 0) {
        i += 1
        byte = bytes[i] ?? 0
      }
      if (byte === GREATER) {
        this.isSelfClosed = false
        return i + 1
      }
      if (byte === SLASH) return this.#afterSlash(i + 1)
      if (i === end) return INCOMPLETE
      if (i === gap || ((CLASSES[byte] ?? 0) & NAME_START) === 0) this.#failAt(i, gap)
      i = this.#readAttribute(i)
      if (i < 0) return INCOMPLETE
      byte = bytes[i] ?? 0
    }
  }

  /** Reads `name="value"` from `start`. */
  #readAttribute(start: number): number {
    const window = this.#window
    const { bytes } = window
    let i = start
    let byte = bytes[i] ?? 0
    let hash = 0
    while (((CLASSES[byte] ?? 0) & NAME) !== 0) {
      hash = (Math.imul(hash, 31) + byte) | 0
      i += 1
      byte = bytes[i] ?? 0
    }
    const nameEnd = i
    if (byte !== EQUALS) {
      i = this.#afterBlanks(i)
      if (bytes[i] !== EQUALS) return this.#incompleteOr('expected "=" and a value after the name of an attribute', i)
    }
    i += 1
    byte = bytes[i] ?? 0
    if (byte !== QUOTE && byte !== APOSTROPHE) {
      i = this.#afterBlanks(i)
      byte = bytes[i] ?? 0
      if (byte !== QUOTE && byte !== APOSTROPHE) return this.#incompleteOr('expected a value in quotes', i)
    }
    const valueStart = i + 1
    const valueEnd = this.#endOfValue(valueStart, byte)
    if (valueEnd < 0) return INCOMPLETE
    this.#keep(this.#names.find(window, start, nameEnd, hash), { nameStart: start, valueStart, valueEnd })
    return valueEnd + 1
  }

  #endOfValue(start: number, quote: number): number {
    const { bytes } = this.#window
    let i = start
    for (;;) {
      let byte = bytes[i] ?? 0
      while (((CLASSES[byte] ?? 0) & STOPS_VALUE) === 0) {
        i += 1
        byte = bytes[i] ?? 0
      }
      if (byte === quote) return i
      if (byte === AMPERSAND) {
        i = endOfReference(this.#window, i)
        if (i < 0) return INCOMPLETE
      } else if (byte === QUOTE || byte === APOSTROPHE || byte === LF || byte === CR || byte === TAB) i += 1
      else if (byte === LESS) this.#window.fail('"<" within a value: "&lt;" stands for it', i)
      else return this.#incompleteOr('a control character within a value', i)
    }
  }

  #keep(
    name: XmlName,
    { nameStart, valueStart, valueEnd }: { nameStart: number; valueStart: number; valueEnd: number },
  ): void {
    if (name.lastTag === this.#serial || this.#isDoubledByEviction(name)) {
      this.#window.fail(`the attribute "${shortened(name.qualified)}" stands twice in one tag`, nameStart)
    }
    name.lastTag = this.#serial
    const index = this.#count
    if (index === this.#maxAttributes)
      this.#window.fail(`more than ${this.#maxAttributes} attributes in one tag`, nameStart)
    this.#attributes[index] = name
    this.#starts[index] = valueStart
    this.#ends[index] = valueEnd
    this.#count = index + 1
  }

  /** A name that made room within this tag is another object when it comes again. */
  #isDoubledByEviction(name: XmlName): boolean {
    if (this.#names.evictions === this.#evictions) return false
    for (let i = 0; i < this.#count; i += 1) {
      if (this.#attributes[i]?.qualified === name.qualified) return true
    }
    return false
  }

  #afterSlash(i: number): number {
    if (this.#window.bytes[i] !== GREATER) return this.#incompleteOr('expected ">" after "/"', i)
    this.isSelfClosed = true
    return i + 1
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

  #failAt(i: number, gap: number): never {
    const isName = ((CLASSES[this.#window.bytes[i] ?? 0] ?? 0) & NAME_START) !== 0
    this.#window.fail(
      i === gap && isName ? 'expected a blank between two attributes' : 'expected an attribute, ">" or "/>"',
      i,
    )
  }

  /** An attribute without a prefix goes before one that has one. */
  #indexOf(attribute: string): number {
    let found = -1
    for (let i = 0; i < this.#count; i += 1) {
      const name = this.#attributes[i]
      if (name === undefined || name.local !== attribute || name.isNamespace) continue
      if (!name.isPrefixed) return i
      if (found < 0) found = i
    }
    return found
  }

  #text(index: number): string {
    const raw = this.#window.bytes.toString('utf8', this.#starts[index], this.#ends[index])
    // XML 1.0, section 3.3.3: a line end or a tab that is not written as a reference becomes a blank
    const flat = /[\t\n\r]/.test(raw) ? raw.replaceAll(/\r\n|[\t\n\r]/g, ' ') : raw
    return flat.includes('&') ? decodeReferences(flat) : flat
  }
}
