import { digitsOf, LineScanner, ScanError, type Scanner, textOf } from '@hardgate/scan'
import { COLON, COMMA, DOT, findByte, findLastByte, hasBytes, SPACE } from './ascii-bytes.ts'
import { GoFile, type GoSpan } from './go-file.ts'
import type { ReportSink } from './report.ts'
import { MOST_LINES, quoted } from './report-numbers.ts'

/**
 * Reads a Go cover profile. Statements are what Go counts; lines come from where its blocks begin and end. A path stays as
 * it is written: an import path, or an absolute one.
 */
export function openGoProfile(sink: ReportSink): Scanner {
  return new GoProfileReader(sink)
}

const BLOCK = 'file.go:line.column,line.column statements count'
/** Lines that a profile may cover for nothing, and for each of its blocks: a number alone makes no work. */
const FREE_LINES = 1_000_000
const LINES_PER_BLOCK = 256

class GoProfileReader implements Scanner {
  readonly #sink: ReportSink
  readonly #lines: LineScanner
  readonly #files = new Map<string, GoFile>()
  #hasMode = false
  /** The path of the line before, which most lines repeat. */
  #path: Uint8Array = new Uint8Array()
  #file: GoFile | undefined
  #room = FREE_LINES
  #offset = 0

  constructor(sink: ReportSink) {
    this.#sink = sink
    this.#lines = new LineScanner((line) => this.#line(line.bytes, line.start, line.end, line.offset))
  }

  push(chunk: Uint8Array): void {
    this.#lines.push(chunk)
  }

  end(): void {
    this.#lines.end()
    if (!this.#hasMode) throw new ScanError('the file is empty: expected "mode: " and set, count or atomic', 0, true)
  }

  #line(bytes: Uint8Array, start: number, end: number, offset: number): void {
    this.#offset = offset
    if (this.#lines.lastLineIsOpen) {
      const line = quoted(textOf(bytes, start, end))
      throw new ScanError(`the file ends within the line ${line}: expected a newline`, offset, true)
    }
    if (start === end) return
    if (isMode(bytes, start)) this.#mode(textOf(bytes, start, end))
    else if (this.#hasMode) this.#block(bytes, start, end)
    else this.#mode(textOf(bytes, start, end))
  }

  /** Concatenated profiles have it more than once. */
  #mode(line: string): void {
    if (!/^mode: (?:set|count|atomic)$/.test(line)) {
      throw new ScanError(`${quoted(line)} is no mode: expected "mode: " and set, count or atomic`, this.#offset)
    }
    this.#hasMode = true
  }

  #block(bytes: Uint8Array, start: number, end: number): void {
    const countAt = findLastByte(bytes, SPACE, start, end)
    const weightAt = findLastByte(bytes, SPACE, start, Math.max(start, countAt))
    const colon = findLastByte(bytes, COLON, start, Math.max(start, weightAt))
    if (colon <= start) throw this.#wrong(bytes, start, end)
    const weight = digitsOf(bytes, weightAt + 1, countAt)
    const count = digitsOf(bytes, countAt + 1, end)
    const span = spanOf(bytes, colon + 1, weightAt)
    if (span === undefined || Number.isNaN(weight) || Number.isNaN(count)) throw this.#wrong(bytes, start, end)
    if (span.endLine > MOST_LINES || weight > MOST_LINES) throw this.#tooMuch(span.endLine, weight)

    const file = this.#fileOf(bytes, start, colon)
    this.#takeRoom(span.endLine - span.startLine)
    if (!file.addBlock(textOf(bytes, colon + 1, weightAt), { ...span, weight, count })) {
      const message = `the block ${quoted(textOf(bytes, start, weightAt))} had another number of statements before`
      throw new ScanError(`${message}: the profile is of two versions of the file`, this.#offset)
    }
  }

  #fileOf(bytes: Uint8Array, start: number, end: number): GoFile {
    if (this.#file !== undefined && hasBytes(bytes, start, end, this.#path)) return this.#file
    const name = textOf(bytes, start, end)
    const file = this.#files.get(name) ?? new GoFile(this.#sink.file(name))
    this.#files.set(name, file)
    this.#path = bytes.slice(start, end)
    this.#file = file
    return file
  }

  #takeRoom(lines: number): void {
    this.#room += LINES_PER_BLOCK - lines
    if (this.#room >= 0) return
    throw new ScanError(
      `the blocks cover far more lines than Go code has: more than ${LINES_PER_BLOCK} each`,
      this.#offset,
    )
  }

  #tooMuch(line: number, weight: number): ScanError {
    const what = line > MOST_LINES ? `a block ends at line ${line}` : `a block has ${weight} statements`
    return new ScanError(`${what}: expected at most ${MOST_LINES}`, this.#offset)
  }

  #wrong(bytes: Uint8Array, start: number, end: number): ScanError {
    return new ScanError(`${quoted(textOf(bytes, start, end))} is no block: expected ${BLOCK}`, this.#offset)
  }
}

/** `line.column,line.column`; undefined for anything else. */
function spanOf(bytes: Uint8Array, start: number, end: number): GoSpan | undefined {
  const comma = findByte(bytes, COMMA, start, end)
  const startDot = findByte(bytes, DOT, start, Math.max(start, comma))
  const endDot = comma < 0 ? -1 : findByte(bytes, DOT, comma + 1, end)
  if (startDot < 0 || endDot < 0) return undefined
  const startLine = digitsOf(bytes, start, startDot)
  const startColumn = digitsOf(bytes, startDot + 1, comma)
  const endLine = digitsOf(bytes, comma + 1, endDot)
  const endColumn = digitsOf(bytes, endDot + 1, end)
  if (Number.isNaN(startColumn + endColumn) || !(startLine >= 1 && endLine >= startLine)) return undefined
  return { startLine, endLine, endColumn }
}

function isMode(bytes: Uint8Array, start: number): boolean {
  return hasBytes(bytes, start, start + MODE.length, MODE)
}

const MODE = Buffer.from('mode: ')
