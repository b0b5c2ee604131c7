import { COMMA, ZERO } from './ascii-bytes.ts'
import { isUsualKey } from './lcov-branches.ts'
import type { LcovRecord } from './lcov-record.ts'
import { MOST_LINES } from './report-numbers.ts'

const LF = 0x0a
const DASH = 0x2d
const COLON = 0x3a
const A = 0x41
const B = 0x42
const D = 0x44
const R = 0x52

const OTHER = -1
const MOST_DIGITS = 9

/**
 * `DA:line,hits` and `BRDA:line,block,branch,taken` as nearly all are written: plain numbers and LF. They are read in one
 * go, without looking for their end first. Everything else is left to who reads lines.
 */
export class UsualLcov {
  readonly #record: LcovRecord
  /** Where the number ends that was read last. */
  #end = 0

  constructor(record: LcovRecord) {
    this.#record = record
  }

  /** The place after the line, or -1 with nothing done. */
  read(bytes: Uint8Array, at: number, offset: number): number {
    if (bytes[at] === D && bytes[at + 1] === A && bytes[at + 2] === COLON) return this.#line(bytes, at + 3, offset)
    if (bytes[at] !== B || bytes[at + 1] !== R || bytes[at + 2] !== D || bytes[at + 3] !== A) return OTHER
    return bytes[at + 4] === COLON ? this.#branch(bytes, at + 5, offset) : OTHER
  }

  #line(bytes: Uint8Array, at: number, offset: number): number {
    const line = this.#number(bytes, at, COMMA)
    if (line < 0 || line > MOST_LINES) return OTHER
    const hits = this.#number(bytes, this.#end + 1, LF)
    if (hits < 0) return OTHER
    this.#record.tellLine(line, hits, offset)
    return this.#end + 1
  }

  #branch(bytes: Uint8Array, at: number, offset: number): number {
    const line = this.#number(bytes, at, COMMA)
    if (line < 0 || line > MOST_LINES) return OTHER
    const key = this.#end + 1
    const block = this.#number(bytes, key, COMMA)
    if (block < 0) return OTHER
    const branch = this.#number(bytes, this.#end + 1, COMMA)
    if (branch < 0 || !isUsualKey(block, branch, this.#end - key)) return OTHER
    const taken = this.#taken(bytes, this.#end + 1)
    if (taken < 0) return OTHER
    this.#record.tellBranch({ line, block, branch, isTaken: taken > 0 }, offset)
    return this.#end + 1
  }

  #taken(bytes: Uint8Array, at: number): number {
    if (bytes[at] !== DASH) return this.#number(bytes, at, LF)
    this.#end = at + 1
    return bytes[at + 1] === LF ? 0 : OTHER
  }

  /** The digits at `at`, which `stop` ends; -1 where there is anything else. */
  #number(bytes: Uint8Array, at: number, stop: number): number {
    let value = 0
    let end = at
    for (let digit = (bytes[end] ?? 0) - ZERO; digit >= 0 && digit <= 9; digit = (bytes[end] ?? 0) - ZERO) {
      value = value * 10 + digit
      end++
      if (end - at > MOST_DIGITS) return OTHER
    }
    this.#end = end
    return end > at && bytes[end] === stop ? value : OTHER
  }
}
