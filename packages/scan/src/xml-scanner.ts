import { ByteWindow } from './byte-window.ts'
import type { Scanner, XmlHandler } from './events.ts'
import { ScanError } from './scan-error.ts'
import { BANG, BLANK, CLASSES, GREATER, LESS, NAME_START, QUESTION, SLASH } from './xml-bytes.ts'
import { XmlMarkup } from './xml-markup.ts'
import { shortened, type XmlName } from './xml-names.ts'
import { XmlStartTag } from './xml-start-tag.ts'
import { XmlTagEnd } from './xml-tag-end.ts'
import { XmlText } from './xml-text.ts'

export interface XmlLimits {
  /** Elements within elements. */
  readonly maxDepth: number
  readonly maxTagBytes: number
  readonly maxAttributes: number
  /** Whether a document type declaration may stand before the root element. */
  readonly allowsDoctype: boolean
}

const DEFAULTS: XmlLimits = { maxDepth: 1000, maxTagBytes: 1_048_576, maxAttributes: 256, allowsDoctype: true }
const INCOMPLETE = -1

/**
 * XML 1.0 without validation: UTF-8 in, start and end tags out, each checked for its form and its partner.
 * Prefixes of names are dropped. Of a document type declaration only the end is looked for.
 */
export class XmlScanner implements Scanner {
  readonly #handler: XmlHandler
  readonly #limits: XmlLimits
  readonly #window: ByteWindow = new ByteWindow()
  readonly #tag: XmlStartTag
  readonly #tagEnd = new XmlTagEnd(this.#window)
  readonly #markup: XmlMarkup
  readonly #text: XmlText
  readonly #open: XmlName[] = []
  #documentStart = 0
  #hasRoot = false
  /** Between the start of a push and its end: after an error nothing may go on as if there had been none. */
  #isBroken = false

  constructor(handler: XmlHandler, limits: Partial<XmlLimits> = {}) {
    this.#handler = handler
    this.#limits = { ...DEFAULTS, ...limits }
    this.#tag = new XmlStartTag(this.#window, this.#limits.maxAttributes)
    this.#text = new XmlText(this.#window, handler)
    this.#markup = new XmlMarkup(this.#window, this.#text, this.#limits.allowsDoctype)
  }

  push(chunk: Uint8Array): void {
    this.#enter()
    for (let from = 0; from < chunk.length; ) {
      from += this.#window.append(chunk, from)
      if (this.#tagEnd.isMissing()) this.#limitTag(0)
      else this.#window.keepFrom(this.#scan())
    }
    this.#isBroken = false
  }

  end(): void {
    this.#enter()
    const { end } = this.#window
    const rest = this.#scan()
    const name = this.#open.at(-1)
    if (this.#markup.isOpen) this.#window.failTruncated(`the document ends inside ${this.#markup.description}`)
    if (name !== undefined) this.#window.failTruncated(`the document ends inside <${shortened(name.qualified)}>`)
    if (rest < end) this.#window.failTruncated('the document ends inside a tag')
    if (!this.#hasRoot) this.#window.failTruncated('the document ends before its first element')
    this.#isBroken = false
  }

  #enter(): void {
    if (this.#isBroken) throw new ScanError('nothing can be read after an error', this.#window.base)
    this.#isBroken = true
  }

  /** Reads what is complete; returns where the rest begins. */
  #scan(): number {
    const { bytes, end } = this.#window
    let i = 0
    while (i < end) {
      let next: number
      if (this.#markup.isOpen) next = this.#markup.skip(i)
      else if (bytes[i] !== LESS) next = this.#open.length > 0 ? this.#text.read(i) : this.#outside(i)
      else if (((CLASSES[bytes[i + 1] ?? 0] ?? 0) & NAME_START) !== 0) next = this.#start(i)
      else if (bytes[i + 1] === SLASH) next = this.#close(i)
      else if (bytes[i + 1] === BANG || bytes[i + 1] === QUESTION) next = this.#begin(i)
      else if (i + 1 === end) return i
      else this.#window.fail('"<" begins no tag here: "&lt;" stands for it', i)
      if (next === INCOMPLETE) return i
      i = next
    }
    return i
  }

  #start(at: number): number {
    const tag = this.#tag
    const end = tag.read(at)
    if (end === INCOMPLETE) return this.#wait(at)
    if (end - at > this.#limits.maxTagBytes) this.#limitTag(at)
    const depth = this.#open.length
    if (depth === 0 && this.#hasRoot) this.#window.fail('an element after the end of the root element', at)
    if (depth === this.#limits.maxDepth) this.#window.fail(`more than ${depth} elements within each other`, at)
    this.#hasRoot = true
    if (tag.isSelfClosed) {
      this.#handler.open(tag)
      this.#handler.close(tag.name)
    } else {
      this.#open.push(tag.element)
      this.#handler.open(tag)
    }
    return end
  }

  #close(at: number): number {
    const name = this.#open.at(-1)
    if (name === undefined) this.#window.fail('an end tag without its start tag', at)
    const { bytes, end } = this.#window
    const from = at + 2
    for (let i = 0; i < name.bytes.length; i += 1) {
      if (bytes[from + i] !== name.bytes[i]) return from + i >= end ? this.#wait(at) : this.#failMismatch(name, at)
    }
    let i = from + name.bytes.length
    while (((CLASSES[bytes[i] ?? 0] ?? 0) & BLANK) !== 0) i += 1
    if (i >= end) return this.#wait(at)
    if (bytes[i] !== GREATER) this.#failMismatch(name, at)
    this.#open.pop()
    this.#handler.close(name.local)
    return i + 1
  }

  #begin(at: number): number {
    return this.#markup.begin(at, { start: this.#documentStart, depth: this.#open.length, hasRoot: this.#hasRoot })
  }

  /** Only blanks may stand before and after the root element, and a byte order mark at the very start. */
  #outside(at: number): number {
    const { bytes, end, base } = this.#window
    if (base + at === 0 && bytes[0] === 0xef) {
      if (end < 3) return INCOMPLETE
      if (bytes[1] === 0xbb && bytes[2] === 0xbf) {
        this.#documentStart = 3
        return 3
      }
    }
    let i = at
    while (((CLASSES[bytes[i] ?? 0] ?? 0) & BLANK) !== 0) i += 1
    if (i < end && bytes[i] !== LESS)
      this.#window.fail(`text ${this.#hasRoot ? 'after' : 'before'} the root element`, i)
    return i
  }

  /** The tag at `at` goes on in the next chunk. */
  #wait(at: number): number {
    this.#limitTag(at)
    this.#tagEnd.expect(at)
    return INCOMPLETE
  }

  #limitTag(at: number): void {
    const { maxTagBytes } = this.#limits
    if (this.#window.end - at > maxTagBytes) this.#window.fail(`a tag longer than ${maxTagBytes} bytes`, at)
  }

  #failMismatch(name: XmlName, at: number): never {
    this.#window.fail(`expected </${shortened(name.qualified)}> here`, at)
  }
}
