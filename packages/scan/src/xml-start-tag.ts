import type { ByteWindow } from './byte-window.ts'
import type { XmlTag } from './events.ts'
import { XmlAttributes } from './xml-attributes.ts'
import { BLANK, CLASSES, GREATER, NAME, NAME_START, SLASH } from './xml-bytes.ts'
import { XmlName, XmlNames } from './xml-names.ts'

const INCOMPLETE = -1

/**
 * Reads start tags, one after another, and is the one that was read last.
 *
 * A report is the same few tags, millions of times. So the element and the attributes of an earlier tag are tried
 * first, four bytes at a time; anything else, from a second blank to another order, is read byte by byte.
 */
export class XmlStartTag implements XmlTag {
  element: XmlName = new XmlName(Buffer.from('none'), 0)
  isSelfClosed = false
  readonly #window: ByteWindow
  readonly #names: XmlNames
  readonly #attributes: XmlAttributes
  #at = 0

  constructor(window: ByteWindow, maxAttributes: number) {
    this.#window = window
    this.#names = new XmlNames(window)
    this.#attributes = new XmlAttributes(window, this.#names, maxAttributes)
  }

  get name(): string {
    return this.element.local
  }

  get offset(): number {
    return this.#window.base + this.#at
  }

  text(attribute: string): string | undefined {
    return this.#attributes.text(attribute)
  }

  digits(attribute: string): number | undefined {
    return this.#attributes.digits(attribute)
  }

  /** Reads the start tag whose `<` is at `at`; returns the place after its `>`, or -1 where the window ends before. */
  read(at: number): number {
    this.#at = at
    let i = this.#readName(at)
    if (i < 0) return INCOMPLETE
    const { bytes, end } = this.#window
    const attributes = this.#attributes
    attributes.begin(this.element)
    for (;;) {
      i = attributes.readExpected(i)
      if (i < 0) return INCOMPLETE
      const gap = i
      while (((CLASSES[bytes[i] ?? 0] ?? 0) & BLANK) !== 0) i += 1
      const byte = bytes[i] ?? 0
      if (byte === SLASH) return this.#endSelfClosed(i + 1)
      if (byte === GREATER) {
        this.isSelfClosed = false
        return i + 1
      }
      if (i === end) return INCOMPLETE
      if (i === gap || ((CLASSES[byte] ?? 0) & NAME_START) === 0) this.#failAt(i, gap)
      i = attributes.read(i)
      if (i < 0) return INCOMPLETE
    }
  }

  #readName(at: number): number {
    const { bytes, view, end } = this.#window
    const { tagLead } = this.element
    if (at + tagLead.length <= end && tagLead.isAt(view, at)) return at + tagLead.length - 1
    let i = at + 1
    let hash = 0
    for (let byte = bytes[i] ?? 0; ((CLASSES[byte] ?? 0) & NAME) !== 0; byte = bytes[i] ?? 0) {
      hash = (Math.imul(hash, 31) + byte) | 0
      i += 1
    }
    if (i === end) return INCOMPLETE
    this.element = this.#names.find(at + 1, i, hash)
    return i
  }

  #endSelfClosed(i: number): number {
    if (i === this.#window.end) return INCOMPLETE
    if (this.#window.bytes[i] !== GREATER) this.#window.fail('expected ">" after "/"', i)
    this.isSelfClosed = true
    return i + 1
  }

  #failAt(i: number, gap: number): never {
    const isName = ((CLASSES[this.#window.bytes[i] ?? 0] ?? 0) & NAME_START) !== 0
    const expected = i === gap && isName ? 'a blank between two attributes' : 'an attribute, ">" or "/>"'
    this.#window.fail(`expected ${expected}`, i)
  }
}
