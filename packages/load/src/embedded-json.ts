import type { Scanner } from '@hardgate/scan'
import { LoadProblem } from './sink.ts'

const QUOTE = 34
const BACKSLASH = 92
const EQUALS = 61
const OPEN_BRACE = 123
const CLOSE_BRACE = 125
/** Blanks around the equals sign; more stand nowhere. */
const MOST_BLANKS = 32
const NOWHERE = -1

/** The object that a script of a page assigns to a name: its bytes go to a scanner of JSON, everything else is skipped. */
export class EmbeddedJson implements Scanner {
  readonly #marker: string
  readonly #inner: Scanner
  #state: 'before' | 'inside' | 'after' = 'before'
  /** Of what came before: it may be the first part of the marker. */
  #tail: Buffer = Buffer.alloc(0)
  #depth = 0
  #isText = false
  #isEscaped = false

  constructor(marker: string, inner: Scanner) {
    this.#marker = marker
    this.#inner = inner
  }

  push(chunk: Uint8Array): void {
    if (this.#state === 'after') return
    if (this.#state === 'inside') return this.#inside(chunk)
    const bytes = Buffer.concat([this.#tail, chunk])
    const start = this.#find(bytes)
    if (start === NOWHERE) return
    this.#state = 'inside'
    this.#inside(bytes.subarray(start))
  }

  end(): void {
    if (this.#state === 'before') {
      throw new LoadProblem('unreadable-report', `no script in it sets ${this.#marker} to an object`)
    }
    this.#inner.end()
  }

  /** Where the object begins. A script may read the name before the one that sets it. */
  #find(bytes: Buffer): number {
    for (let from = 0; ; ) {
      const at = bytes.indexOf(this.#marker, from)
      if (at < 0) {
        this.#tail = Buffer.from(bytes.subarray(Math.max(from, bytes.length - this.#marker.length + 1)))
        return NOWHERE
      }
      const equals = skipBlanks(bytes, at + this.#marker.length)
      const start = bytes[equals] === EQUALS ? skipBlanks(bytes, equals + 1) : equals
      if (start === bytes.length && start - at < this.#marker.length + MOST_BLANKS) {
        this.#tail = Buffer.from(bytes.subarray(at))
        return NOWHERE
      }
      if (start > equals && bytes[start] === OPEN_BRACE) return start
      from = at + this.#marker.length
    }
  }

  #inside(bytes: Uint8Array): void {
    for (let i = 0; i < bytes.length; i += 1) {
      const byte = bytes[i]
      if (this.#isText) {
        if (this.#isEscaped) this.#isEscaped = false
        else if (byte === BACKSLASH) this.#isEscaped = true
        else if (byte === QUOTE) this.#isText = false
      } else if (byte === QUOTE) this.#isText = true
      else if (byte === OPEN_BRACE) this.#depth += 1
      else if (byte === CLOSE_BRACE) {
        this.#depth -= 1
        if (this.#depth === 0) {
          this.#state = 'after'
          this.#inner.push(bytes.subarray(0, i + 1))
          return
        }
      }
    }
    this.#inner.push(bytes)
  }
}

function skipBlanks(bytes: Buffer, from: number): number {
  let i = from
  while (bytes[i] === 32 || bytes[i] === 9 || bytes[i] === 10 || bytes[i] === 13) i += 1
  return i
}
