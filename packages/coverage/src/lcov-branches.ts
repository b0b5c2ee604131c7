import { digitsOf, ScanError, textOf } from '@hardgate/scan'
import { COMMA, findByte, findLastByte, ZERO } from './ascii-bytes.ts'
import { countOf } from './lcov-count.ts'
import type { FileSink } from './report.ts'
import { MOST_LINES, quoted } from './report-numbers.ts'
import { placeOnLine } from './v8-blocks.ts'

const LOWER_E = 0x65
const LOWER_F = 0x66
const UPPER_U = 0x55
const DASH = 0x2d

/** Ids of keys by number: block and branch below it. */
const SMALL = 0x8000

/** A branch whose key is two numbers as they are usually written. */
export interface UsualBranch {
  readonly line: number
  readonly block: number
  readonly branch: number
  readonly isTaken: boolean
}

/** "01" is another text than "1": only numbers as they are usually written are told by their value. */
export function isUsualKey(block: number, branch: number, length: number): boolean {
  const isSmall = block >= 0 && block < SMALL && branch >= 0 && branch < SMALL
  return isSmall && length === width(block) + 1 + width(branch)
}

/**
 * The branches of one record. Only the whole record tells whether they are V8's, and a key that stands there twice is
 * two branches: so they are kept until it ends.
 */
export class LcovBranches {
  total = 0
  taken = 0
  /** Any BRDA, also an unreachable one that counts for nothing. */
  isToldOf = false
  #lines = new Uint32Array(256)
  /** The key's number doubled, plus 1 where it is taken. */
  #facts = new Uint32Array(256)
  #isV8 = true
  #isByLine = true
  readonly #keys: string[] = []
  readonly #numbers = new Map<string, number>()
  readonly #smallNumbers = new Map<number, number>()

  clear(): void {
    this.total = this.taken = 0
    this.isToldOf = false
    this.#isV8 = this.#isByLine = true
  }

  /** `BRDA:line,[e][f][U]block,branch,taken` from after its colon on. `branch` may hold commas. */
  add(bytes: Uint8Array, start: number, end: number, offset: number): void {
    const first = findByte(bytes, COMMA, start, end)
    const second = first < 0 ? -1 : findByte(bytes, COMMA, first + 1, end)
    const last = second < 0 ? -1 : findLastByte(bytes, COMMA, second + 1, end)
    const line = first < 0 ? Number.NaN : digitsOf(bytes, start, first)
    if (last < 0 || Number.isNaN(line)) throw wrong(bytes, start, end, offset)
    const taken = takenOf(bytes, last + 1, end)
    if (Number.isNaN(taken)) throw wrong(bytes, start, end, offset)

    this.isToldOf = true
    const key = afterFlags(bytes, first + 1, second)
    if (bytes[key - 1] === UPPER_U) return
    const block = digitsOf(bytes, key, second)
    const branch = digitsOf(bytes, second + 1, last)
    if (isUsualKey(block, branch, last - key)) return this.addUsual({ line, block, branch, isTaken: taken > 0 }, offset)
    if (branch !== 0 || last - second !== 2 || block !== this.total) this.#isV8 = false
    this.#keep(line, this.#numberOfText(textOf(bytes, key, last)), taken > 0, offset)
  }

  addUsual({ line, block, branch, isTaken }: UsualBranch, offset: number): void {
    this.isToldOf = true
    if (branch !== 0 || block !== this.total) this.#isV8 = false
    this.#keep(line, this.#numberOf(block, branch), isTaken, offset)
  }

  addNamed(line: number, key: string, isTaken: boolean, offset: number): void {
    this.isToldOf = true
    this.#isV8 = false
    this.#keep(line, this.#numberOfText(key), isTaken, offset)
  }

  /** True if they are V8's: branch 0 alone, blocks counted through the record. */
  tellTo(file: FileSink | undefined, isEmptyReport: boolean): boolean {
    if (file === undefined) return false
    if (this.total === 0) return isEmptyReport
    if (this.#isV8) this.#tellBlocks(file)
    else if (this.#isByLine) this.#tellByLine(file)
    else this.#tellScattered(file)
    return this.#isV8
  }

  #keep(line: number, key: number, isTaken: boolean, offset: number): void {
    if (line > MOST_LINES) throw new ScanError(`BRDA is of line ${line}: expected one up to ${MOST_LINES}`, offset)
    if (line === 0) return
    const at = this.total++
    if (at === this.#lines.length) this.#grow()
    if (at > 0 && line < (this.#lines[at - 1] ?? 0)) this.#isByLine = false
    this.#lines[at] = line
    this.#facts[at] = key * 2 + (isTaken ? 1 : 0)
    if (isTaken) this.taken++
  }

  #tellBlocks(file: FileSink): void {
    const places = placeOnLine()
    for (let at = 0; at < this.total; at++) {
      const line = this.#lines[at] ?? 0
      file.block(line, places(line), ((this.#facts[at] ?? 0) & 1) === 1)
    }
  }

  #tellByLine(file: FileSink): void {
    let first = 0
    for (let at = 0; at < this.total; at++) {
      const line = this.#lines[at] ?? 0
      if (line !== this.#lines[first]) first = at
      // many on one line: walking back over all of them would take their square
      if (at - first > 64) return this.#tellScattered(file)
      const key = (this.#facts[at] ?? 0) >>> 1
      let before = 0
      for (let other = first; other < at; other++) if ((this.#facts[other] ?? 0) >>> 1 === key) before++
      this.#tell(file, at, before)
    }
  }

  /** Told again what was told: it changes nothing. */
  #tellScattered(file: FileSink): void {
    const seen = new Map<number, number>()
    for (let at = 0; at < this.total; at++) {
      const place = (this.#lines[at] ?? 0) * 2 ** 28 + ((this.#facts[at] ?? 0) >>> 1)
      const before = seen.get(place) ?? 0
      seen.set(place, before + 1)
      this.#tell(file, at, before)
    }
  }

  #tell(file: FileSink, at: number, before: number): void {
    const fact = this.#facts[at] ?? 0
    const key = this.#keys[fact >>> 1] ?? ''
    file.branch(this.#lines[at] ?? 0, 'lcov', before === 0 ? key : `${key}\n${before + 1}`, (fact & 1) === 1)
  }

  #numberOf(block: number, branch: number): number {
    const pair = block * SMALL + branch
    const known = this.#smallNumbers.get(pair)
    if (known !== undefined) return known
    const number = this.#numberOfText(`${block},${branch}`)
    this.#smallNumbers.set(pair, number)
    return number
  }

  #numberOfText(key: string): number {
    const known = this.#numbers.get(key)
    if (known !== undefined) return known
    const number = this.#keys.push(key) - 1
    this.#numbers.set(key, number)
    return number
  }

  #grow(): void {
    const lines = new Uint32Array(this.#lines.length * 2)
    const facts = new Uint32Array(this.#facts.length * 2)
    lines.set(this.#lines)
    facts.set(this.#facts)
    this.#lines = lines
    this.#facts = facts
  }
}

function width(number: number): number {
  if (number < 10) return 1
  return number < 100 ? 2 : String(number).length
}

/** `-`: the code before it never ran. */
function takenOf(bytes: Uint8Array, start: number, end: number): number {
  return end - start === 1 && bytes[start] === DASH ? 0 : countOf(bytes, start, end)
}

/** Flags stand before digits only: `None` and a word are blocks too. */
function afterFlags(bytes: Uint8Array, start: number, end: number): number {
  let at = start
  if (bytes[at] === LOWER_E) at++
  if (bytes[at] === LOWER_F) at++
  if (bytes[at] === UPPER_U) at++
  const digit = (bytes[at] ?? 0) - ZERO
  return at < end && digit >= 0 && digit <= 9 ? at : start
}

function wrong(bytes: Uint8Array, start: number, end: number, offset: number): ScanError {
  const text = quoted(textOf(bytes, start, end))
  return new ScanError(`BRDA is ${text}: expected line,block,branch,taken with taken a count or "-"`, offset)
}
