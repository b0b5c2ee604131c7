import { decimalOf } from './decimal.ts'
import { digitsOf, textOf } from './fields.ts'

const QUOTE = 34
const EMPTY = Buffer.alloc(1)

/** More columns are no report of anything. */
export const MAX_COLUMNS = 1000

/**
 * One record, of which only the asked columns are known: `i` counts them in the order they were asked for.
 * Valid only during the call that hands it over.
 */
export class DelimitedFields {
  /** What `start` and `end` are places in. */
  bytes: Uint8Array = EMPTY
  /** The same bytes. */
  view: DataView = new DataView(EMPTY.buffer)
  /** 1 for the first record of the input. Blank lines are none. */
  number = 0
  /** How many columns the record has, where it has no more than the last asked one; else that many. */
  count = 0
  /** Where the columns of the input end: column c lies between `edges[from + c]` and the next. For the scanner only. */
  edges: Int32Array = new Int32Array(MAX_COLUMNS + 2)
  from = 0
  #asked: readonly number[] | undefined
  #base = 0

  /** For the scanner only: what follows lies in this window. */
  enter({ bytes, view, base }: { readonly bytes: Uint8Array; readonly view: DataView; readonly base: number }): void {
    this.bytes = bytes
    this.view = view
    this.#base = base
  }

  /** For the scanner only: `undefined` asks for every column. */
  ask(columns: readonly number[] | undefined): void {
    this.#asked = columns
  }

  /** Of the record's first byte, in bytes from the start of the input. */
  get offset(): number {
    return this.#base + this.rawStart(0)
  }

  /** Whether the record has the column. */
  has(i: number): boolean {
    return this.#column(i) < this.count
  }

  /** Of the content: after the quote of a quoted field. -1 where the record has no such column. */
  start(i: number): number {
    const column = this.#column(i)
    if (column >= this.count) return -1
    const start = this.rawStart(column)
    return this.bytes[start] === QUOTE ? start + 1 : start
  }

  /** Of the content: before the quote of a quoted field, whose doubled quotes are still doubled. */
  end(i: number): number {
    const column = this.#column(i)
    if (column >= this.count) return -1
    const end = this.rawEnd(column)
    return this.bytes[this.rawStart(column)] === QUOTE ? end - 1 : end
  }

  /** Of a column of the input, asked for or before one that was, and with its quotes: for paths that must be fast. */
  rawStart(column: number): number {
    return (this.edges[this.from + column] ?? 0) + 1
  }

  rawEnd(column: number): number {
    return this.edges[this.from + column + 1] ?? 0
  }

  /** Without quotes; undefined where the record has no such column. */
  text(i: number): string | undefined {
    const start = this.start(i)
    if (start < 0) return undefined
    const text = textOf(this.bytes, start, this.end(i))
    return this.bytes[start - 1] === QUOTE ? text.replaceAll('""', '"') : text
  }

  /** Plain ASCII digits: above 2^53 - 1 it stays there. NaN where there is no such column or anything else in it. */
  digits(i: number): number {
    const start = this.start(i)
    return start < 0 ? Number.NaN : digitsOf(this.bytes, start, this.end(i))
  }

  /** A decimal number, the nearest double. NaN where there is no such column or anything else in it. */
  decimal(i: number): number {
    const start = this.start(i)
    return start < 0 ? Number.NaN : decimalOf(this.bytes, start, this.end(i))
  }

  #column(i: number): number {
    return this.#asked === undefined ? i : (this.#asked[i] ?? MAX_COLUMNS)
  }
}
