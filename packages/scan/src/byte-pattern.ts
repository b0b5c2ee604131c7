const WORD = 4
/** Longer than any window. */
const NOWHERE = 0x3fffffff

/** Some bytes that are compared with a place in other bytes, four at a time. Fewer than four are found nowhere. */
export class BytePattern {
  readonly length: number
  readonly #first: number
  /** The last four bytes: they may overlap the ones before them. */
  readonly #last: number
  readonly #middle: Int32Array | undefined

  constructor(bytes: Uint8Array) {
    const isLongEnough = bytes.length >= WORD
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    const between = Math.floor((bytes.length - 1) / WORD) - 1
    this.length = isLongEnough ? bytes.length : NOWHERE
    this.#first = isLongEnough ? view.getInt32(0, true) : 0
    this.#last = isLongEnough ? view.getInt32(bytes.length - WORD, true) : 0
    if (between > 0) this.#middle = Int32Array.from({ length: between }, (_, i) => view.getInt32((i + 1) * WORD, true))
  }

  /** `view` must reach as far as the pattern would. */
  isAt(view: DataView, at: number): boolean {
    if (view.getInt32(at, true) !== this.#first) return false
    if (view.getInt32(at + this.length - WORD, true) !== this.#last) return false
    const middle = this.#middle
    if (middle === undefined) return true
    for (let i = 0; i < middle.length; i += 1) {
      if (view.getInt32(at + (i + 1) * WORD, true) !== middle[i]) return false
    }
    return true
  }
}
