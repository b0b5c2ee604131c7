import { BytePattern } from './byte-pattern.ts'
import { ByteTable } from './byte-table.ts'
import type { ByteWindow } from './byte-window.ts'

/** A name as it is written, and what is left of it without its prefix. */
export class XmlName {
  readonly bytes: Uint8Array
  readonly hash: number
  readonly qualified: string
  readonly local: string
  readonly isPrefixed: boolean
  /** `xmlns` or `xmlns:prefix`: as an attribute it says something about names and nothing about the element. */
  readonly isNamespace: boolean
  /** As an element: `<name `. */
  readonly tagLead: BytePattern
  /** As an attribute: ` name="`, the way nearly all programs write it. */
  readonly valueLead: BytePattern
  /** As an element: the attributes of its latest tag in their order, which are most likely those of its next one too. */
  readonly layout: XmlName[] = []
  /** How many names had made room when the layout was begun. */
  layoutAge = 0
  /** As an attribute: the number of the start tag that had it last. */
  lastTag = 0

  constructor(bytes: Uint8Array, hash: number) {
    this.bytes = bytes
    this.hash = hash
    this.qualified = interned(Buffer.from(bytes).toString('utf8'))
    const colon = this.qualified.lastIndexOf(':')
    this.isPrefixed = colon > 0 && colon < this.qualified.length - 1
    this.local = this.isPrefixed ? interned(this.qualified.slice(colon + 1)) : this.qualified
    this.isNamespace = this.qualified === 'xmlns' || this.qualified.startsWith('xmlns:')
    this.tagLead = new BytePattern(Buffer.concat([LESS, bytes, BLANK]))
    this.valueLead = new BytePattern(Buffer.concat([BLANK, bytes, EQUALS_QUOTE]))
  }
}

const LESS = Buffer.from('<')
const BLANK = Buffer.from(' ')
const EQUALS_QUOTE = Buffer.from('="')
const MAX_NAME_BYTES = 4096
const START =
  ':A-Z_a-z\\u00c0-\\u00d6\\u00d8-\\u00f6\\u00f8-\\u02ff\\u0370-\\u037d\\u037f-\\u1fff\\u200c\\u200d\\u2070-\\u218f\\u2c00-\\u2fef\\u3001-\\ud7ff\\uf900-\\ufdcf\\ufdf0-\\ufffd\\u{10000}-\\u{effff}'
// XML 1.0, fifth edition, productions 4 and 4a
const VALID = new RegExp(`^[${START}][${START}\\-.0-9\\u00b7\\u0300-\\u036f\\u203f\\u2040]*$`, 'u')

/** The names of a document: for one that was met before no string is built. */
export class XmlNames {
  readonly #window: ByteWindow
  readonly #table = new ByteTable<XmlName>()

  constructor(window: ByteWindow) {
    this.#window = window
  }

  /** While it stays the same, equal names are the same object. */
  get evictions(): number {
    return this.#table.evictions
  }

  /** The name from `start` to `end`, whose hash is as ByteTable has it. */
  find(start: number, end: number, hash: number): XmlName {
    return this.#table.find(this.#window.bytes, start, end, hash) ?? this.#add(start, end, hash)
  }

  #add(start: number, end: number, hash: number): XmlName {
    const window = this.#window
    if (end - start > MAX_NAME_BYTES) window.fail(`a name longer than ${MAX_NAME_BYTES} bytes`, start)
    const name = new XmlName(Uint8Array.prototype.slice.call(window.bytes, start, end), hash)
    if (!isName(name.qualified)) window.fail(`"${shortened(name.qualified)}" is no name`, start)
    this.#table.add(name)
    return name
  }
}

export function isName(text: string): boolean {
  return VALID.test(text)
}

/** A name in a message: it may be as long as its file wants it to be. */
export function shortened(name: string): string {
  return name.length <= 60 ? name : `${name.slice(0, 60)}…`
}

/** V8 compares two strings by their address alone where both have been a property's key. */
function interned(text: string): string {
  // Without a prototype it is a plain table, and a thousand names do not leave a thousand hidden classes behind.
  const keys: Record<string, number> = Object.create(null)
  keys[text] = 0
  return Object.keys(keys)[0] ?? text
}
