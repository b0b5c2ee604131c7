import { BytePattern } from './byte-pattern.ts'
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
const SLOTS = 1024
/** Names that fall on one slot: so many are looked at, then an old one goes. Chosen names cannot make it slow. */
const WAYS = 4

const START =
  ':A-Z_a-z\\u00c0-\\u00d6\\u00d8-\\u00f6\\u00f8-\\u02ff\\u0370-\\u037d\\u037f-\\u1fff\\u200c\\u200d\\u2070-\\u218f\\u2c00-\\u2fef\\u3001-\\ud7ff\\uf900-\\ufdcf\\ufdf0-\\ufffd\\u{10000}-\\u{effff}'
// XML 1.0, fifth edition, productions 4 and 4a
const VALID = new RegExp(`^[${START}][${START}\\-.0-9\\u00b7\\u0300-\\u036f\\u203f\\u2040]*$`, 'u')

/** Finds the name at a place without building a string for one that it has met before. Holds a bounded number. */
export class XmlNames {
  readonly #slots: (XmlName | undefined)[] = Array.from({ length: SLOTS })
  readonly #window: ByteWindow
  /** How many names had to make room. While it stays the same, equal names are the same object. */
  evictions = 0

  constructor(window: ByteWindow) {
    this.#window = window
  }

  /** The name from `start` to `end`; the same object for the same bytes, while there is room for all. */
  find(start: number, end: number, hash: number): XmlName {
    const first = hash & (SLOTS - 1)
    for (let way = 0; way < WAYS; way += 1) {
      const name = this.#slots[(first + way) & (SLOTS - 1)]
      if (name === undefined) break
      if (name.hash === hash && isAt(name.bytes, this.#window.bytes, start, end)) return name
    }
    return this.#add(start, end, hash)
  }

  #add(start: number, end: number, hash: number): XmlName {
    const window = this.#window
    if (end - start > MAX_NAME_BYTES) window.fail(`a name longer than ${MAX_NAME_BYTES} bytes`, start)
    const name = new XmlName(Uint8Array.prototype.slice.call(window.bytes, start, end), hash)
    if (!VALID.test(name.qualified)) window.fail(`"${shortened(name.qualified)}" is no name`, start)
    let slot = hash & (SLOTS - 1)
    for (let way = 1; way < WAYS && this.#slots[slot] !== undefined; way += 1) slot = (slot + 1) & (SLOTS - 1)
    if (this.#slots[slot] !== undefined) this.evictions += 1
    this.#slots[slot] = name
    return name
  }
}

/** A name in a message: it may be as long as its file wants it to be. */
export function shortened(name: string): string {
  return name.length <= 60 ? name : `${name.slice(0, 60)}…`
}

function isAt(name: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  if (name.length !== end - start) return false
  for (let i = 0; i < name.length; i += 1) {
    if (name[i] !== bytes[start + i]) return false
  }
  return true
}

/** V8 compares two strings by their address alone where both have been a property's key. */
function interned(text: string): string {
  return Object.keys({ [text]: 0 })[0] ?? text
}
