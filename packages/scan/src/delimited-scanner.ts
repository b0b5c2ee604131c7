import { ByteWindow } from './byte-window.ts'
import { DelimitedFields, MAX_COLUMNS } from './delimited-fields.ts'
import {
  type DelimitedKernel,
  giveBackKernel,
  type PlainColumns,
  type PlainRows,
  takeKernel,
} from './delimited-kernel.ts'
import { type Delimiter, detectDelimiter } from './delimiter.ts'
import type { Scanner } from './events.ts'
import { ScanError } from './scan-error.ts'

export interface DelimitedOptions {
  /** Absent: the one that the first line holds most of. */
  readonly delimiter?: Delimiter
  readonly maxRecordBytes?: number
  /** From so many bytes of input on it pays to look at 64 bytes at once. Default 1 MiB. */
  readonly kernelFrom?: number
}

/** Valid only during the call. */
export type RecordHandler = (fields: DelimitedFields) => void

/** Rows that are all alike, and need no look at the rest of them. */
export type PlainRowsHandler = (rows: PlainRows, count: number) => void

const MAX_RECORD_BYTES = 1_048_576
const KERNEL_FROM = 1_048_576
const LF = 10
const CR = 13
const QUOTE = 34
const INCOMPLETE = -1

/** Where in a record one is that is read with care: any of its bytes may be the last one of a chunk. */
type Place = 'start' | 'plain' | 'quoted' | 'closed'

/**
 * Records of delimited text (RFC 4180): a field that begins with a quote ends at the next single one and may hold
 * delimiters, line ends and doubled quotes. A quote within any other field is a byte like all others. LF and CRLF end
 * a record; blank lines are none. Columns behind the last asked one are passed over.
 */
export class DelimitedScanner implements Scanner {
  /** Valid from the last record's call on: it had no line end, so it may have been cut off. */
  lastRecordIsOpen = false
  readonly #onRecord: RecordHandler
  readonly #maxRecordBytes: number
  readonly #window: ByteWindow = new ByteWindow()
  readonly #fields = new DelimitedFields()
  readonly #ownEdges = this.#fields.edges
  #kernelFrom: number
  #kernel: DelimitedKernel | undefined
  #plainColumns: PlainColumns | undefined
  #onPlain: PlainRowsHandler | undefined
  #delimiter: number | undefined
  /** Columns from here on are passed over. */
  #wanted = MAX_COLUMNS + 1
  /** Of the record at the front of the window, if its reading has begun: how far it got, from the record's start. */
  #at = 0
  #column = 0
  #place: Place = 'start'
  #isBroken = false

  constructor(onRecord: RecordHandler, options: DelimitedOptions = {}) {
    this.#onRecord = onRecord
    this.#maxRecordBytes = options.maxRecordBytes ?? MAX_RECORD_BYTES
    this.#delimiter = options.delimiter?.charCodeAt(0)
    // a record that is too long is found with care
    this.#kernelFrom =
      options.maxRecordBytes === undefined ? (options.kernelFrom ?? KERNEL_FROM) : Number.POSITIVE_INFINITY
  }

  /** From the next record on only these columns are known, counted from 0. Until then all are. */
  ask(columns: readonly number[]): void {
    this.#fields.ask(columns)
    this.#wanted = Math.max(...columns) + 1
  }

  /**
   * From the next record on rows that are plain may be handed over many at a time, in their order among the others.
   * Which ones is not said: every other row, and any plain one too, still comes by itself.
   */
  takePlain(columns: PlainColumns, onPlain: PlainRowsHandler): void {
    this.#plainColumns = columns
    this.#onPlain = onPlain
    this.#kernel?.plain(columns)
  }

  /** Of the record that is being handed over: from now on a row with this label may be plain. */
  learnLabel(start: number, end: number, label: number): void {
    this.#kernel?.learn(this.#window, start, end, label)
  }

  push(chunk: Uint8Array): void {
    this.#enter()
    for (let from = 0; from < chunk.length; ) {
      from += this.#window.append(chunk, from)
      this.#window.keepFrom(this.#scanQuickly() ?? this.#scan())
    }
    this.#isBroken = false
  }

  end(): void {
    this.#enter()
    const { end } = this.#window
    if (end > 0) this.#finish()
    this.#window.keepFrom(end)
    this.#isBroken = false
    this.#kernelFrom = Number.POSITIVE_INFINITY
    if (this.#kernel === undefined) return
    this.#window.moveInto(Buffer.alloc(1))
    giveBackKernel(this.#kernel)
    this.#kernel = undefined
  }

  #enter(): void {
    if (this.#isBroken) throw new ScanError('nothing can be read after an error', this.#window.base)
    this.#isBroken = true
  }

  /** As `#scan`, with the kernel; undefined where that has to do it. */
  #scanQuickly(): number | undefined {
    const kernel = this.#kernel ?? this.#startKernel()
    if (kernel === undefined) return undefined
    const delimiter = this.#delimiter ?? this.#detect(false)
    if (delimiter === undefined) return 0
    const records = kernel.index(this.#window, delimiter)
    if (records < 0) return undefined
    // a record that was begun with care lies at the front of the window, and is read anew
    this.#at = 0
    this.#column = 0
    this.#place = 'start'
    this.#fields.enter(this.#window)
    this.#fields.edges = kernel.edges
    for (let record = 0, edge = 0; record < records; ) {
      if (this.#onPlain !== undefined) {
        const count = kernel.take(record, edge, records)
        record = kernel.record
        edge = kernel.edge
        if (count > 0) {
          this.#fields.number += count
          this.#onPlain(kernel.rows, count)
          continue
        }
      }
      const next = kernel.behind(record, edge)
      this.#handIndexed(kernel, record, edge, next)
      record += 1
      edge = next
    }
    return records === 0 ? 0 : (kernel.ends[records - 1] ?? 0) + 1
  }

  #startKernel(): DelimitedKernel | undefined {
    const { base, end } = this.#window
    if (base + end < this.#kernelFrom) return undefined
    this.#kernel = takeKernel()
    if (this.#kernel === undefined) this.#kernelFrom = Number.POSITIVE_INFINITY
    else if (this.#plainColumns !== undefined) this.#kernel.plain(this.#plainColumns)
    return this.#kernel
  }

  #handIndexed({ edges, ends }: DelimitedKernel, record: number, edge: number, next: number): void {
    const { bytes } = this.#window
    const start = (edges[edge] ?? 0) + 1
    const lineFeed = ends[record] ?? 0
    const end = lineFeed > start && bytes[lineFeed - 1] === CR ? lineFeed - 1 : lineFeed
    this.#fields.from = edge
    edges[next] = end
    this.#hand(start, end, Math.min(next - edge, this.#wanted))
    edges[next] = lineFeed
  }

  /** Reads what is complete; returns where the rest begins. */
  #scan(): number {
    const { bytes, end } = this.#window
    this.#fields.enter(this.#window)
    this.#fields.edges = this.#ownEdges
    this.#fields.from = 0
    const delimiter = this.#delimiter ?? this.#detect(false)
    if (delimiter === undefined) return 0
    const { edges } = this.#fields
    // Every loop below stops here at the latest.
    bytes[end] = LF
    let start = 0
    if (this.#at > 0) {
      start = this.#readWithCare(0, false)
      if (start === INCOMPLETE) return 0
    }
    while (start < end) {
      const wanted = this.#wanted
      let i = start
      let column = 0
      let byte = bytes[i]
      edges[0] = start - 1
      for (;;) {
        if (byte === QUOTE) {
          i = this.#afterQuoted(i)
          byte = bytes[i]
          if (byte !== delimiter && byte !== LF) break
        }
        while (byte !== delimiter && byte !== LF) {
          i += 1
          byte = bytes[i]
        }
        column += 1
        edges[column] = i
        if (byte === LF || column === wanted) break
        i += 1
        byte = bytes[i]
      }
      if (byte === delimiter) i = this.#lineEnd(i)
      if (bytes[i] !== LF || i === end) {
        const next = this.#readWithCare(start, false)
        if (next === INCOMPLETE) return start
        start = next
        continue
      }
      const contentEnd = bytes[i - 1] === CR && i > start ? i - 1 : i
      if (byte === LF) edges[column] = contentEnd
      this.#hand(start, contentEnd, column)
      start = i + 1
    }
    return start
  }

  /** The line end behind the delimiter at `from`; the end of the window where that is not known. */
  #lineEnd(from: number): number {
    const { bytes, view, end } = this.#window
    let i = from
    for (;;) {
      // Four bytes at a time: the highest bit of a byte stays only where it was a line feed or a quote.
      for (; i + 4 <= end; i += 4) {
        const word = view.getInt32(i, true)
        const lineFeed = word ^ 0x0a0a0a0a
        const quote = word ^ 0x22222222
        if ((((lineFeed - 0x01010101) & ~lineFeed) | ((quote - 0x01010101) & ~quote)) & 0x80808080) break
      }
      while (bytes[i] !== LF && bytes[i] !== QUOTE) i += 1
      if (bytes[i] === LF) return i
      if (bytes[i - 1] !== this.#delimiter) {
        i += 1
        continue
      }
      i = this.#afterQuoted(i)
      if (bytes[i] !== this.#delimiter && bytes[i] !== LF) return end
    }
  }

  /** The place after the quoted field at `from`; the end of the window where that is not known. */
  #afterQuoted(from: number): number {
    const { end } = this.#window
    return Math.min(this.#closingQuote(from + 1) + 1, end)
  }

  #hand(start: number, end: number, columns: number): void {
    if (end === start) return
    if (end - start > this.#maxRecordBytes) this.#failLength(start)
    if (columns > MAX_COLUMNS) this.#window.fail(`a record with more than ${MAX_COLUMNS} columns`, start)
    const fields = this.#fields
    fields.number += 1
    fields.count = columns
    this.#onRecord(fields)
  }

  /** A record with quotes, or one that the window ends within. Goes on where the last call stopped. */
  #readWithCare(start: number, isLast: boolean): number {
    const { bytes, end } = this.#window
    const { edges } = this.#fields
    if (this.#at === 0) edges[0] = start - 1
    let i = start + this.#at
    for (;;) {
      i = this.#skipField(i, isLast)
      if (i === INCOMPLETE) return this.#pause(start)
      const isLineEnd = i === end || bytes[i] !== this.#delimiter
      if (this.#column < this.#wanted) {
        this.#column += 1
        edges[this.#column] = i
      }
      this.#place = 'start'
      if (isLineEnd) break
      i += 1
    }
    const columns = this.#column
    this.#at = 0
    this.#column = 0
    const lineEnd = bytes[i] === CR && i + 1 < end ? i + 1 : i
    this.#hand(start, i, columns)
    return lineEnd + 1
  }

  /**
   * From within a field to the delimiter or line end behind it. INCOMPLETE where the window ends before that is known:
   * `#at` then tells how much of the window was looked at.
   */
  #skipField(from: number, isLast: boolean): number {
    const { bytes, end } = this.#window
    let i = from
    if (this.#place === 'start' && i < end) {
      this.#place = bytes[i] === QUOTE ? 'quoted' : 'plain'
      if (this.#place === 'quoted') i += 1
    }
    if (this.#place === 'quoted') {
      i = this.#closingQuote(i)
      if (i >= end - 1 && !isLast) return this.#stopAt(i)
      if (i === end) this.#window.failTruncated('the input ends inside a quoted field')
      this.#place = 'closed'
      i += 1
    }
    if (this.#place === 'closed') return this.#checkClosed(i, isLast)
    while (i < end && bytes[i] !== this.#delimiter && bytes[i] !== LF) i += 1
    if (i === end && !isLast) return this.#stopAt(i)
    return i < end && bytes[i] === LF && bytes[i - 1] === CR ? i - 1 : i
  }

  /** The next quote that is not doubled, or the end of the window. A quote that is its last byte may be either. */
  #closingQuote(from: number): number {
    const { bytes, end } = this.#window
    let i = from
    for (;;) {
      while (i < end && bytes[i] !== QUOTE) i += 1
      if (i >= end - 1 || bytes[i + 1] !== QUOTE) return i
      i += 2
    }
  }

  #checkClosed(i: number, isLast: boolean): number {
    const { bytes, end } = this.#window
    const isCut = i === end || (bytes[i] === CR && i + 1 === end)
    if (isCut) return isLast ? i : this.#stopAt(i)
    if (bytes[i] === this.#delimiter || bytes[i] === LF || (bytes[i] === CR && bytes[i + 1] === LF)) return i
    return this.#window.fail('expected a delimiter or a line end after the quote that closes a field', i)
  }

  #stopAt(i: number): number {
    this.#at = i
    return INCOMPLETE
  }

  /** The record goes on in the next chunk, where it will lie at the front of the window. */
  #pause(start: number): number {
    // The last byte may be the first one of CRLF.
    if (this.#window.end - start > this.#maxRecordBytes + 1) this.#failLength(start)
    const { edges } = this.#fields
    for (let column = 0; column <= this.#column; column += 1) edges[column] = (edges[column] ?? 0) - start
    this.#at -= start
    return INCOMPLETE
  }

  #finish(): void {
    this.#delimiter ??= this.#detect(true)
    this.lastRecordIsOpen = true
    this.#fields.enter(this.#window)
    this.#fields.edges = this.#ownEdges
    this.#fields.from = 0
    this.#readWithCare(0, true)
  }

  #detect(isLast: boolean): number | undefined {
    const { bytes, end } = this.#window
    const line = bytes.subarray(0, end).indexOf(LF)
    if (line < 0 && end > this.#maxRecordBytes) this.#failLength(0)
    if (line < 0 && !isLast) return undefined
    this.#delimiter = detectDelimiter(bytes, 0, end).charCodeAt(0)
    return this.#delimiter
  }

  #failLength(start: number): never {
    this.#window.fail(`a record longer than ${this.#maxRecordBytes} bytes`, start)
  }
}
