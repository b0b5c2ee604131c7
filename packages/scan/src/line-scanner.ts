import { ByteWindow } from './byte-window.ts'
import type { LineHandler, Scanner } from './events.ts'
import { ScanError } from './scan-error.ts'

export interface LineLimits {
  readonly maxLineBytes: number
}

const DEFAULTS: LineLimits = { maxLineBytes: 1_048_576 }
const LF = 10
const CR = 13
/** Up to here a loop is faster than a call that looks at many bytes at once. */
const SHORT_LINE = 32

/**
 * Reads the line at `at` by itself, if it is of the usual kind and whole: gives the place after its LF, else -1 with
 * nothing done. `bytes` end with a 0.
 */
export type UsualLine = (bytes: Uint8Array, at: number, offset: number) => number

/** Lines that end in LF or CRLF. What follows the last end is a line too, unless it is empty. */
export class LineScanner implements Scanner {
  /** Valid from the last line's call on: it had no end, so it may have been cut off. */
  lastLineIsOpen = false
  readonly #onLine: LineHandler
  readonly #usual: UsualLine | undefined
  readonly #maxLineBytes: number
  readonly #window: ByteWindow = new ByteWindow()
  readonly #line = { bytes: this.#window.bytes, start: 0, end: 0, offset: 0 }
  /** Bytes of the unfinished line at the front of the window that were looked at. */
  #seen = 0
  #isBroken = false

  /** `usual` is asked first: the end of a line that it reads need not be looked for. */
  constructor(onLine: LineHandler, limits: Partial<LineLimits> = {}, usual?: UsualLine) {
    this.#onLine = onLine
    this.#usual = usual
    this.#maxLineBytes = { ...DEFAULTS, ...limits }.maxLineBytes
  }

  push(chunk: Uint8Array): void {
    this.#enter()
    for (let from = 0; from < chunk.length; ) {
      from += this.#window.append(chunk, from)
      this.#window.keepFrom(this.#scan())
    }
    this.#isBroken = false
  }

  end(): void {
    this.#enter()
    const { end } = this.#window
    this.lastLineIsOpen = end > 0
    if (end > 0) this.#hand(0, end)
    this.#window.keepFrom(end)
    this.#isBroken = false
  }

  #enter(): void {
    if (this.#isBroken) throw new ScanError('nothing can be read after an error', this.#window.base)
    this.#isBroken = true
  }

  #scan(): number {
    const { bytes, end } = this.#window
    let start = this.#seen === 0 ? this.#readUsual(0) : 0
    let i = Math.max(start, this.#seen)
    for (;;) {
      i = lineEnd(bytes, i, end)
      if (i - start > this.#maxLineBytes) this.#window.fail(`a line longer than ${this.#maxLineBytes} bytes`, start)
      if (i === end) break
      this.#hand(start, i > start && bytes[i - 1] === CR ? i - 1 : i)
      start = this.#readUsual(i + 1)
      i = start
    }
    this.#seen = end - start
    return start
  }

  /** Where the first line begins that is not of the usual kind. */
  #readUsual(from: number): number {
    const usual = this.#usual
    if (usual === undefined) return from
    const { bytes, base } = this.#window
    let start = from
    for (let next = usual(bytes, start, base + start); next > start; next = usual(bytes, start, base + start))
      start = next
    return start
  }

  #hand(start: number, end: number): void {
    const line = this.#line
    line.bytes = this.#window.bytes
    line.start = start
    line.end = end
    line.offset = this.#window.base + start
    this.#onLine(line)
  }
}

/** Where the next line feed is, or `end`. */
function lineEnd(bytes: Buffer, from: number, end: number): number {
  const near = Math.min(end, from + SHORT_LINE)
  let i = from
  while (i < near && bytes[i] !== LF) i += 1
  if (i < near || i === end) return i
  const found = bytes.indexOf(LF, i)
  // Behind the end lies what was read before.
  return found < 0 || found > end ? end : found
}
