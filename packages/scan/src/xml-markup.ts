import type { ByteWindow } from './byte-window.ts'
import {
  BLANK,
  CLASSES,
  CLOSE_BRACKET,
  FIRST_PRINTABLE,
  GREATER,
  MINUS,
  NAME,
  QUESTION,
  STOPS_CDATA,
  STOPS_COMMENT,
  STOPS_INSTRUCTION,
} from './xml-bytes.ts'
import { endOfDeclaration } from './xml-declaration.ts'
import { XmlDoctype } from './xml-doctype.ts'
import { isName } from './xml-names.ts'
import type { XmlText } from './xml-text.ts'

type Kind = 'comment' | 'cdata' | 'instruction' | 'doctype'

interface Where {
  /** Of the document: behind a byte order mark. */
  readonly start: number
  readonly depth: number
  readonly hasRoot: boolean
}

const DESCRIPTIONS: Readonly<Record<Kind, string>> = {
  comment: 'a comment',
  cdata: 'a CDATA section',
  instruction: 'a processing instruction',
  doctype: 'a document type declaration',
}
const INCOMPLETE = -1
const MAX_TARGET_BYTES = 256

/** What begins with `<!` or `<?`: skipped as a whole, so that a tag within it is none. CDATA is handed on as text. */
export class XmlMarkup {
  isOpen = false
  readonly #window: ByteWindow
  readonly #text: XmlText
  readonly #doctype = new XmlDoctype()
  readonly #allowsDoctype: boolean
  #kind: Kind = 'comment'
  #hasDoctype = false

  constructor(window: ByteWindow, text: XmlText, allowsDoctype: boolean) {
    this.#window = window
    this.#text = text
    this.#allowsDoctype = allowsDoctype
  }

  get description(): string {
    return DESCRIPTIONS[this.#kind]
  }

  /** Reads the beginning at `at`; returns the place after it, or -1 where the window ends before. */
  begin(at: number, where: Where): number {
    if (this.#window.bytes[at + 1] === QUESTION) return this.#beginInstruction(at, where)
    if (this.#matches(at, '<!--')) return this.#enter('comment', at + 4)
    if (this.#matches(at, '<![CDATA[')) {
      if (where.depth === 0) this.#window.fail('a CDATA section outside of the root element', at)
      return this.#enter('cdata', at + 9)
    }
    if (this.#matches(at, '<!DOCTYPE')) {
      if (!this.#allowsDoctype) this.#window.fail('a document type declaration, which no report of this kind has', at)
      if (where.hasRoot || this.#hasDoctype)
        this.#window.fail('a document type declaration that is not before the root element', at)
      this.#hasDoctype = true
      return this.#enter('doctype', at + 9)
    }
    const isCut = ['<!--', '<![CDATA[', '<!DOCTYPE'].some((beginning) => this.#isCutIn(beginning, at))
    return isCut ? INCOMPLETE : this.#window.fail('"<!" begins neither a comment nor a CDATA section', at)
  }

  /** Goes on within what was begun; returns as `begin` does. */
  skip(from: number): number {
    switch (this.#kind) {
      case 'comment':
        return this.#skipComment(from)
      case 'cdata':
        return this.#skipCdata(from)
      case 'instruction':
        return this.#skipInstruction(from)
      case 'doctype':
        break
    }
    const end = this.#doctype.skip(this.#window, from)
    this.isOpen = this.#doctype.isOpen
    return end
  }

  #enter(kind: Kind, next: number): number {
    this.#kind = kind
    this.isOpen = true
    if (kind === 'doctype') this.#doctype.begin()
    return next
  }

  #leave(next: number): number {
    this.isOpen = false
    return next
  }

  #beginInstruction(at: number, where: Where): number {
    const { bytes, end, base } = this.#window
    let i = at + 2
    while (((CLASSES[bytes[i] ?? 0] ?? 0) & NAME) !== 0) i += 1
    if (i - at > MAX_TARGET_BYTES) this.#window.fail('a processing instruction with too long a name', at)
    if (i === end) return INCOMPLETE
    const target = bytes.toString('utf8', at + 2, i)
    if (!isName(target)) this.#window.fail('"<?" begins no processing instruction', at)
    if (target.toLowerCase() !== 'xml') return this.#afterTarget(i)
    if (base + at === where.start && target === 'xml') return endOfDeclaration(this.#window, at)
    return this.#window.fail('an XML declaration that is not at the very start', at)
  }

  #afterTarget(i: number): number {
    const { bytes, end } = this.#window
    if (((CLASSES[bytes[i] ?? 0] ?? 0) & BLANK) !== 0) return this.#enter('instruction', i)
    if (bytes[i] === QUESTION && i + 1 === end) return INCOMPLETE
    if (bytes[i] === QUESTION && bytes[i + 1] === GREATER) return i + 2
    return this.#window.fail('expected a blank or "?>" after the name of a processing instruction', i)
  }

  #skipComment(from: number): number {
    const { bytes, end } = this.#window
    let i = from
    for (;;) {
      i = this.#run(i, STOPS_COMMENT)
      if (end - i < 3) return this.#restFrom(i, from)
      if (bytes[i + 1] === MINUS) {
        if (bytes[i + 2] === GREATER) return this.#leave(i + 3)
        this.#window.fail('"--" within a comment', i)
      }
      i += 1
    }
  }

  #skipInstruction(from: number): number {
    const { bytes, end } = this.#window
    let i = from
    for (;;) {
      i = this.#run(i, STOPS_INSTRUCTION)
      if (end - i < 2) return this.#restFrom(i, from)
      if (bytes[i + 1] === GREATER) return this.#leave(i + 2)
      i += 1
    }
  }

  #skipCdata(from: number): number {
    const { bytes, end } = this.#window
    let i = from
    for (;;) {
      i = this.#run(i, STOPS_CDATA)
      if (end - i < 3) {
        const whole = this.#text.wholeBefore(from, i)
        this.#text.hand(from, whole, true)
        return this.#restFrom(whole, from)
      }
      if (bytes[i + 1] === CLOSE_BRACKET && bytes[i + 2] === GREATER) {
        this.#text.hand(from, i, true)
        return this.#leave(i + 3)
      }
      i += 1
    }
  }

  /** The first byte from `from` on that ends a run, or the end of the window. */
  #run(from: number, stops: number): number {
    const { bytes, end } = this.#window
    let i = from
    while (((CLASSES[bytes[i] ?? 0] ?? 0) & stops) === 0) i += 1
    if (i < end && (bytes[i] ?? 0) < FIRST_PRINTABLE)
      this.#window.fail(`a control character within ${this.description}`, i)
    return i
  }

  #restFrom(i: number, from: number): number {
    return i === from ? INCOMPLETE : i
  }

  #matches(at: number, beginning: string): boolean {
    return (
      this.#window.end - at >= beginning.length &&
      this.#window.bytes.toString('latin1', at, at + beginning.length) === beginning
    )
  }

  #isCutIn(beginning: string, at: number): boolean {
    const length = this.#window.end - at
    return length < beginning.length && beginning.startsWith(this.#window.bytes.toString('latin1', at, at + length))
  }
}
