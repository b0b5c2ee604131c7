import { digitsOf, LineScanner, ScanError, type Scanner, textOf } from '@hardgate/scan'
import { type ByteRange, COLON, COMMA, CR, findByte, HASH, hasBytes, SPACE, TAB } from './ascii-bytes.ts'
import { LcovRecord } from './lcov-record.ts'
import { LcovTotals } from './lcov-totals.ts'
import { UsualLcov } from './lcov-usual.ts'
import type { ReportSink } from './report.ts'
import { quoted } from './report-numbers.ts'
import { EMPTY_REPORT, noteV8 } from './v8-blocks.ts'

/** Reads LCOV up to 2.5, from any tool that writes it, as UTF-8. */
export function openLcov(sink: ReportSink): Scanner {
  return new LcovReader(sink)
}

const END_OF_RECORD = Buffer.from('end_of_record')
const EMPTY_FUNCTION = Buffer.from(EMPTY_REPORT)

const D = 0x44
const A = 0x41
const B = 0x42
const R = 0x52

class LcovReader implements Scanner {
  readonly #sink: ReportSink
  readonly #lines: LineScanner
  readonly #totals = new LcovTotals()
  readonly #paths = new Set<string>()
  readonly #record = new LcovRecord()
  readonly #usual = new UsualLcov(this.#record)
  #isOpen = false
  #hasTestName = false
  #hasBranches = false
  #v8Records = 0
  #emptyReports = 0
  #offset = 0

  constructor(sink: ReportSink) {
    this.#sink = sink
    this.#lines = new LineScanner(
      (line) => this.#line(line.bytes, line.start, line.end, line.offset),
      {},
      (bytes, at, offset) => this.#usualLine(bytes, at, offset),
    )
  }

  push(chunk: Uint8Array): void {
    this.#lines.push(chunk)
  }

  end(): void {
    this.#lines.end()
    if (this.#isOpen) this.#closeUnended('the file ends')
    if (this.#hasTestName) throw new ScanError('the file ends after TN: expected SF:', this.#offset, true)
    if (this.#paths.size === 0) throw new ScanError('there is no record: expected SF:', this.#offset, true)
    this.#finish()
  }

  #usualLine(bytes: Uint8Array, at: number, offset: number): number {
    if (!this.#isOpen) return -1
    const next = this.#usual.read(bytes, at, offset)
    if (next > 0) this.#offset = offset
    return next
  }

  #line(bytes: Uint8Array, start: number, lineEnd: number, offset: number): void {
    const end = lineEnd > start && bytes[lineEnd - 1] === CR ? lineEnd - 1 : lineEnd
    this.#offset = offset
    if (this.#lines.lastLineIsOpen) this.#checkLast(bytes, start, end)
    if (bytes[start] === D && bytes[start + 1] === A && bytes[start + 2] === COLON) {
      this.#opened('DA').addLine(bytes, start + 3, end, offset)
      return
    }
    if (bytes[start] === B && bytes[start + 1] === R && bytes[start + 2] === D && bytes[start + 3] === A) {
      if (bytes[start + 4] === COLON) {
        this.#opened('BRDA').addBranch(bytes, start + 5, end, offset)
        return
      }
    }
    this.#other({ bytes, start, end }, offset)
  }

  /** The last line has no newline: a report that is whole ends so only after `end_of_record`. */
  #checkLast(bytes: Uint8Array, start: number, end: number): void {
    if (isEndOfRecord(bytes, start, end)) return
    const line = quoted(textOf(bytes, start, end))
    throw new ScanError(`the file ends within the line ${line}: expected end_of_record`, this.#offset, true)
  }

  #other(line: ByteRange, offset: number): void {
    const { bytes, start, end } = line
    if (isBlank(bytes, start, end) || bytes[start] === HASH) return
    if (isEndOfRecord(bytes, start, end)) {
      this.#opened('end_of_record')
      this.#close()
      return
    }
    const colon = findByte(bytes, COLON, start, Math.min(end, start + 6))
    const keyword = colon < 0 ? '' : textOf(bytes, start, colon)
    if (!this.#value(keyword, { bytes, start: colon + 1, end })) {
      throw new ScanError(`${quoted(textOf(bytes, start, end))} is no line of LCOV`, offset)
    }
  }

  /** Gives false for an unknown keyword. */
  #value(keyword: string, value: ByteRange): boolean {
    switch (keyword) {
      case 'TN':
        if (this.#isOpen) this.#closeUnended('TN follows')
        this.#hasTestName = true
        return true
      case 'SF':
      case 'KF': // lcov reads it as SF
        this.#open(value)
        return true
      case 'BA':
        this.#opened(keyword).addBazelBranch(value, this.#offset)
        return true
      case 'FN':
        this.#opened(keyword).addFunction(this.#firstNumber(value))
        if (isEmptyReport(value)) this.#record.isEmptyReport = true
        return true
      case 'FNA': // `index,count,name`: several of one index are one function's instantiations
        this.#opened(keyword).addFunction(-1 - this.#firstNumber(value))
        return true
      case 'LF':
      case 'LH':
      case 'BRF':
      case 'BRH':
        this.#opened(keyword).declared[keyword] = this.#count(keyword, value)
        return true
      case 'VER':
      case 'FNL':
      case 'FNDA':
      case 'FNF':
      case 'FNH':
      case 'MCDC':
      case 'MCF':
      case 'MCH':
        this.#opened(keyword)
        return true
      default:
        return false
    }
  }

  #open(path: ByteRange): void {
    if (this.#isOpen) this.#closeUnended('SF follows')
    const name = textOf(path.bytes, path.start, path.end)
    if (name === '') throw new ScanError('SF has no path', this.#offset)
    // Records of one file are a union: what each says of itself does not add up to it.
    if (this.#paths.has(name)) this.#totals.giveUp()
    this.#paths.add(name)
    this.#record.open(name, this.#sink.file(name))
    this.#isOpen = true
    this.#hasTestName = false
  }

  #opened(keyword: string): LcovRecord {
    if (!this.#isOpen)
      throw new ScanError(`${keyword} stands outside of a record: expected SF: before it`, this.#offset)
    return this.#record
  }

  /** Functions are not measured: of their lines it is only asked whether two are the same. */
  #firstNumber({ bytes, start, end }: ByteRange): number {
    const comma = findByte(bytes, COMMA, start, end)
    return digitsOf(bytes, start, comma < 0 ? end : comma)
  }

  #count(keyword: string, value: ByteRange): number {
    const count = digitsOf(value.bytes, value.start, value.end)
    if (count >= 0) return count
    const text = quoted(textOf(value.bytes, value.start, value.end))
    throw new ScanError(`${keyword} is ${text}: expected a whole number`, this.#offset)
  }

  /** A record that `end_of_record` does not end is whole only if its own totals say so. */
  #closeUnended(what: string): void {
    if (!this.#record.isWhole(this.#hasBranches)) {
      const message = `${what} before the record of ${quoted(this.#record.path)} is complete: expected end_of_record`
      throw new ScanError(message, this.#offset, true)
    }
    this.#sink.note('A record has no end_of_record: its LF and LH agree with its lines, so it was taken for whole.')
    this.#close()
  }

  #close(): void {
    const record = this.#record
    if (record.closeBranches()) this.#v8Records++
    if (record.isEmptyReport) this.#emptyReports++
    this.#hasBranches ||= record.hasBranches
    this.#totals.add(record)
    this.#isOpen = false
  }

  #finish(): void {
    if (this.#hasBranches) this.#sink.branches('collected')
    this.#totals.tell(this.#sink)
    noteV8(this.#sink, { files: this.#v8Records, emptyReports: this.#emptyReports })
  }
}

function isBlank(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (bytes[at] !== SPACE && bytes[at] !== TAB) return false
  return true
}

function isEndOfRecord(bytes: Uint8Array, start: number, end: number): boolean {
  const wordEnd = start + END_OF_RECORD.length
  return wordEnd <= end && hasBytes(bytes, start, wordEnd, END_OF_RECORD) && isBlank(bytes, wordEnd, end)
}

function isEmptyReport({ bytes, start, end }: ByteRange): boolean {
  return hasBytes(bytes, findByte(bytes, COMMA, start, end) + 1, end, EMPTY_FUNCTION)
}
