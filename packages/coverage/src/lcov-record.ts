import { ScanError, textOf } from '@hardgate/scan'
import { type ByteRange, COMMA, findByte, ZERO } from './ascii-bytes.ts'
import { LcovBranches, type UsualBranch } from './lcov-branches.ts'
import { countOf } from './lcov-count.ts'
import type { FileSink } from './report.ts'
import { hitsWithin, MOST_LINES, quoted } from './report-numbers.ts'

/** What a record says of itself; -1 where it says nothing. */
export interface LcovDeclared {
  LF: number
  LH: number
  BRF: number
  BRH: number
}

/** One record, from `SF` to `end_of_record`. Used again for the next. */
export class LcovRecord {
  path = ''
  /** c8 writes a function of that name for a file that was never loaded. */
  isEmptyReport = false
  readonly declared: LcovDeclared = { LF: -1, LH: -1, BRF: -1, BRH: -1 }
  readonly #branches = new LcovBranches()
  #file: FileSink | undefined
  /** The line doubled, plus 1 where it was hit. */
  #told = new Uint32Array(1024)
  #count = 0
  #covered = 0
  #lastLine = 0
  #isAscending = true
  /** Lines of FN, and -1 - the index of FNA. */
  readonly #functions: number[] = []

  open(path: string, file: FileSink): void {
    this.path = path
    this.#file = file
    this.isEmptyReport = false
    Object.assign(this.declared, { LF: -1, LH: -1, BRF: -1, BRH: -1 })
    this.#branches.clear()
    this.#count = this.#covered = this.#lastLine = this.#functions.length = 0
    this.#isAscending = true
  }

  /** `DA:line,count[,checksum]` from after its colon on. */
  addLine(bytes: Uint8Array, start: number, end: number, offset: number): void {
    let at = start
    let line = 0
    for (; at < end; at++) {
      const digit = (bytes[at] ?? 0) - ZERO
      if (digit < 0 || digit > 9) break
      line = line * 10 + digit
    }
    if (at === start || bytes[at] !== COMMA) throw notLine('DA', textOf(bytes, start, end), offset)
    const hitsStart = ++at
    let hits = 0
    for (; at < end; at++) {
      const digit = (bytes[at] ?? 0) - ZERO
      if (digit < 0 || digit > 9) break
      hits = hits * 10 + digit
    }
    if (at === hitsStart || (at < end && bytes[at] !== COMMA)) hits = unusualHits(bytes, hitsStart, end, offset)
    this.tellLine(line, hitsWithin(hits), offset)
  }

  tellLine(line: number, hits: number, offset: number): void {
    if (line > MOST_LINES) throw new ScanError(`DA is of line ${line}: expected one up to ${MOST_LINES}`, offset)
    // No file has a line 0. Bazel and old coverage.py have written it: what it missed counts, and no place is made of it.
    if (line === 0) this.#file?.missedWithoutNumber(hits === 0 ? 1 : 0)
    else this.#file?.line(line, hits)
    const isHit = hits > 0 ? 1 : 0
    if (line <= this.#lastLine) this.#isAscending = false
    this.#lastLine = line
    if (this.#count === this.#told.length) this.#grow()
    this.#told[this.#count++] = line * 2 + isHit
    this.#covered += isHit
  }

  addBranch(bytes: Uint8Array, start: number, end: number, offset: number): void {
    this.#branches.add(bytes, start, end, offset)
  }

  tellBranch(branch: UsualBranch, offset: number): void {
    this.#branches.addUsual(branch, offset)
  }

  /** Bazel's `BA:line,2`: 0 not reached, 1 reached and not taken, 2 taken. */
  addBazelBranch({ bytes, start, end }: ByteRange, offset: number): void {
    const [, line = '', taken] = /^(\d{1,8}),([012])$/.exec(textOf(bytes, start, end)) ?? []
    if (taken === undefined)
      throw new ScanError(`BA is ${quoted(textOf(bytes, start, end))}: expected line,taken`, offset)
    this.#branches.addNamed(Number(line), 'BA,0', taken === '2', offset)
  }

  addFunction(place: number): void {
    this.#functions.push(place)
  }

  /** Hands the branches on; true if they are blocks of V8. */
  closeBranches(): boolean {
    return this.#branches.tellTo(this.#file, this.isEmptyReport)
  }

  get lines(): { readonly total: number; readonly covered: number } {
    if (!this.#isAscending) this.#sortOut()
    return { total: this.#count, covered: this.#covered }
  }

  get branches(): { readonly total: number; readonly taken: number } {
    return { total: this.#branches.total, taken: this.#branches.taken }
  }

  /** A BRDA stands in it: also where it counts for nothing. */
  get hasBranches(): boolean {
    return this.#branches.isToldOf
  }

  /** Templates, generics or nested functions. */
  get hasTwoFunctionsOnALine(): boolean {
    return new Set(this.#functions).size < this.#functions.length
  }

  /**
   * Whether the totals that it declares agree with what was read. Branches may stand behind LF and LH (coverage.py, c8),
   * so they have to agree too where any are known of.
   */
  isWhole(hasBranchesBefore: boolean): boolean {
    const { LF, LH, BRF, BRH } = this.declared
    const { total, covered } = this.lines
    if (LF !== total || LH !== covered) return false
    if (!hasBranchesBefore && !this.hasBranches && BRF < 0) return true
    return BRF === this.branches.total && BRH === this.branches.taken
  }

  #grow(): void {
    const more = new Uint32Array(this.#told.length * 2)
    more.set(this.#told)
    this.#told = more
  }

  /** Counts a line once that stands there twice. */
  #sortOut(): void {
    const sorted = this.#told.subarray(0, this.#count).sort()
    let count = 0
    let covered = 0
    for (let at = 0; at < sorted.length; at++) {
      const told = sorted[at] ?? 0
      // of equal lines the last is the one that was hit, if any was
      if (told >>> 1 === (sorted[at + 1] ?? 0) >>> 1 && at + 1 < sorted.length) continue
      sorted[count++] = told
      covered += told & 1
    }
    this.#count = count
    this.#covered = covered
    this.#isAscending = true
    this.#lastLine = (sorted[count - 1] ?? 0) >>> 1
  }
}

function notLine(keyword: string, text: string, offset: number): ScanError {
  return new ScanError(`${keyword} is ${quoted(text)}: expected a line number and a comma`, offset)
}

function unusualHits(bytes: Uint8Array, start: number, end: number, offset: number): number {
  const comma = findByte(bytes, COMMA, start, end)
  const hits = countOf(bytes, start, comma < 0 ? end : comma)
  if (hits >= 0) return hits
  throw new ScanError(`DA has the count ${quoted(textOf(bytes, start, end))}: expected a whole number`, offset)
}
