import { ByteWindow } from './byte-window.ts'
import type { JsonHandler, Scanner } from './events.ts'
import {
  BLANK,
  CLASSES,
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COLON,
  COMMA,
  IN_NUMBER,
  MINUS,
  NINE,
  OPEN_BRACE,
  OPEN_BRACKET,
  QUOTE,
  STARTS_LITERAL,
  ZERO,
} from './json-bytes.ts'
import { JsonStrings } from './json-strings.ts'
import { ScanError } from './scan-error.ts'

export interface JsonLimits {
  /** Objects and arrays within each other. */
  readonly maxDepth: number
  /** Of a string or a key, as it is written. */
  readonly maxStringBytes: number
}

// A source map with its sources in it is one string.
const DEFAULTS: JsonLimits = { maxDepth: 1000, maxStringBytes: 16_777_216 }
const MAX_NUMBER_BYTES = 1024
const MAX_EXACT_DIGITS = 15
const INCOMPLETE = -1
const NUMBER = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$/
const LITERALS = { true: true, false: false, null: null } as const

/** What may come next. */
type Expected = 'value' | 'value or ]' | 'key or }' | 'key' | ':' | ', or }' | ', or ]' | 'nothing'

/** RFC 8259 to the letter, UTF-8 in, events out. A key that stands twice is handed on twice. */
export class JsonScanner implements Scanner {
  readonly #handler: JsonHandler
  readonly #limits: JsonLimits
  readonly #window: ByteWindow = new ByteWindow()
  readonly #strings: JsonStrings
  /** From the outermost in: is it an object? */
  readonly #open: boolean[] = []
  #expected: Expected = 'value'
  #at = 0
  #rawStart = 0
  #rawEnd = 0
  readonly #raw = (): string => this.#window.bytes.toString('latin1', this.#rawStart, this.#rawEnd)
  #isBroken = false
  constructor(handler: JsonHandler, limits: Partial<JsonLimits> = {}) {
    this.#handler = handler
    this.#limits = { ...DEFAULTS, ...limits }
    this.#strings = new JsonStrings(this.#window, this.#limits.maxStringBytes)
  }

  /** Of the token that is being handed over, in bytes from the start. */
  get offset(): number {
    return this.#window.base + this.#at
  }

  push(chunk: Uint8Array): void {
    this.#enter()
    for (let from = 0; from < chunk.length; ) {
      from += this.#window.append(chunk, from)
      this.#window.keepFrom(this.#scan(false))
    }
    this.#isBroken = false
  }

  end(): void {
    this.#enter()
    const { end } = this.#window
    if (this.#scan(true) < end) this.#window.failTruncated('the document ends inside a value or a key')
    if (this.#expected !== 'nothing') {
      this.#window.failTruncated(`the document ends where ${this.#description()} must come`)
    }
    this.#isBroken = false
  }

  #enter(): void {
    if (this.#isBroken) throw new ScanError('nothing can be read after an error', this.#window.base)
    this.#isBroken = true
  }

  #scan(isLast: boolean): number {
    const { bytes, end } = this.#window
    let i = 0
    while (i < end) {
      const byte = bytes[i] ?? 0
      if (((CLASSES[byte] ?? 0) & BLANK) !== 0) {
        i += 1
        continue
      }
      this.#at = i
      const next = this.#token(byte, i, isLast)
      if (next === INCOMPLETE) return i
      i = next
    }
    return i
  }

  #token(byte: number, at: number, isLast: boolean): number {
    switch (this.#expected) {
      case 'value or ]':
        return byte === CLOSE_BRACKET ? this.#close(at) : this.#value(byte, at, isLast)
      case 'value':
        return this.#value(byte, at, isLast)
      case 'key or }':
        return byte === CLOSE_BRACE ? this.#close(at) : this.#key(byte, at)
      case 'key':
        return this.#key(byte, at)
      case ':':
        return this.#mark(byte === COLON, 'value', at)
      case ', or }':
        return byte === CLOSE_BRACE ? this.#close(at) : this.#mark(byte === COMMA, 'key', at)
      case ', or ]':
        return byte === CLOSE_BRACKET ? this.#close(at) : this.#mark(byte === COMMA, 'value', at)
      case 'nothing':
        break
    }
    return this.#window.fail('something stands after the end of the value', at)
  }

  #mark(isThere: boolean, next: Expected, at: number): number {
    if (!isThere) this.#unexpected(at)
    this.#expected = next
    return at + 1
  }

  #value(byte: number, at: number, isLast: boolean): number {
    if (byte === QUOTE) return this.#string(at)
    if (byte === MINUS || (byte >= ZERO && byte <= NINE)) return this.#number(at, isLast)
    if (byte === OPEN_BRACE) return this.#begin(true, at)
    if (byte === OPEN_BRACKET) return this.#begin(false, at)
    if (((CLASSES[byte] ?? 0) & STARTS_LITERAL) !== 0) return this.#literal(at)
    return this.#unexpected(at)
  }

  #begin(isObject: boolean, at: number): number {
    if (this.#open.length === this.#limits.maxDepth) {
      this.#window.fail(`more than ${this.#limits.maxDepth} objects and arrays within each other`, at)
    }
    this.#open.push(isObject)
    this.#expected = isObject ? 'key or }' : 'value or ]'
    if (isObject) this.#handler.beginObject()
    else this.#handler.beginArray()
    return at + 1
  }

  #close(at: number): number {
    const isObject = this.#open.pop()
    this.#afterValue()
    if (isObject === true) this.#handler.endObject()
    else this.#handler.endArray()
    return at + 1
  }

  #afterValue(): void {
    const isObject = this.#open.at(-1)
    this.#expected = isObject === undefined ? 'nothing' : isObject ? ', or }' : ', or ]'
  }

  #key(byte: number, at: number): number {
    if (byte !== QUOTE) return this.#unexpected(at)
    const end = this.#strings.read(at)
    if (end === INCOMPLETE) return INCOMPLETE
    this.#expected = ':'
    this.#handler.key(this.#strings.key())
    return end
  }

  #string(at: number): number {
    const end = this.#strings.read(at)
    if (end === INCOMPLETE) return INCOMPLETE
    this.#afterValue()
    this.#handler.string(this.#strings.text())
    return end
  }

  #number(at: number, isLast: boolean): number {
    const { bytes, end } = this.#window
    let i = at
    let value = 0
    for (let byte = bytes[i] ?? 0; byte >= ZERO && byte <= NINE; byte = bytes[i] ?? 0) {
      value = value * 10 + (byte - ZERO)
      i += 1
    }
    const digits = i - at
    while (((CLASSES[bytes[i] ?? 0] ?? 0) & IN_NUMBER) !== 0) i += 1
    if (i - at > MAX_NUMBER_BYTES) this.#window.fail(`a number longer than ${MAX_NUMBER_BYTES} bytes`, at)
    if (i === end && !isLast) return INCOMPLETE
    this.#rawStart = at
    this.#rawEnd = i
    const isPlain = digits === i - at && digits <= MAX_EXACT_DIGITS && (digits === 1 || bytes[at] !== ZERO)
    if (!isPlain) value = this.#parsedNumber(at, isLast && i === end)
    this.#afterValue()
    this.#handler.number(value, this.#raw)
    return i
  }

  #parsedNumber(at: number, isCut: boolean): number {
    const raw = this.#raw()
    if (NUMBER.test(raw)) return Number(raw)
    if (isCut && NUMBER.test(`${raw}0`)) this.#window.failTruncated('the document ends inside a number')
    return this.#window.fail('a number that is not one in JSON', at)
  }

  #literal(at: number): number {
    const { bytes, end } = this.#window
    for (const [word, value] of Object.entries(LITERALS)) {
      const text = bytes.toString('latin1', at, Math.min(end, at + word.length))
      if (text === word) {
        this.#afterValue()
        this.#handler.literal(value)
        return at + word.length
      }
      if (at + text.length === end && word.startsWith(text)) return INCOMPLETE
    }
    return this.#unexpected(at)
  }

  #unexpected(at: number): never {
    this.#window.fail(`expected ${this.#description()} here`, at)
  }

  #description(): string {
    return this.#expected === 'nothing' ? 'the end' : `a ${this.#expected}`.replace(/^a ([^a-z])/, '$1')
  }
}
