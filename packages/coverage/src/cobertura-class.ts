import { type ToldBranches, tellBranches } from './cobertura-branches.ts'
import type { FileSink } from './report.ts'
import { NO_NUMBER } from './xml-numbers.ts'
import { areV8Blocks, type V8Files } from './xml-v8.ts'

export interface CoberturaLine {
  readonly number: number
  readonly hits: number
  readonly branches: ToldBranches | undefined
}

/** The lines of one class, of which some can be judged only at its end. Used again for the next: there are thousands. */
export class CoberturaClass {
  /** Of all classes so far. */
  linesWithoutNumber = 0
  linesBelowZero = 0
  hasCountedBranches = false
  readonly #v8: V8Files
  #file: FileSink | undefined
  /** Of the class's own lines, as many as `#count`. */
  #numbers = new Uint32Array(1024)
  #count = 0
  readonly #methodLines: CoberturaLine[] = []
  /** As many as `#branchCount`: an array that is emptied gives its room away. */
  readonly #branchLines: number[] = []
  readonly #branches: ToldBranches[] = []
  #branchCount = 0
  #withoutNumber = 0
  #isIstanbul = false

  constructor(v8: V8Files) {
    this.#v8 = v8
  }

  open(file: FileSink): void {
    this.#file = file
    this.#count = this.#branchCount = this.#withoutNumber = 0
    this.#methodLines.length = 0
    this.#isIstanbul = false
  }

  addOwn(number: number, hits: number, branches: ToldBranches | undefined): void {
    if (number === NO_NUMBER) {
      this.#withoutNumber++
      return
    }
    if (this.#count === this.#numbers.length) this.#grow()
    this.#numbers[this.#count++] = number
    this.#tell(number, hits, branches)
  }

  /** Istanbul's reporters, also those of V8's coverage, give a method its calls. */
  setIstanbul(): void {
    this.#isIstanbul = true
  }

  /** The methods of a class come before its own lines, as a rule. */
  addOfMethod(line: CoberturaLine): void {
    this.#methodLines.push(line)
  }

  close(): void {
    const file = this.#file
    if (file === undefined) return
    if (this.#methodLines.length > 0) this.#tellMethodLines()
    if (this.#withoutNumber > 0) file.missedWithoutNumber(this.#withoutNumber)
    this.linesWithoutNumber += this.#withoutNumber
    if (!this.#isIstanbul || !this.#tellV8(file)) this.#tellBranches(file)
    this.#file = undefined
  }

  #tellMethodLines(): void {
    const own = new Set(this.#numbers.subarray(0, this.#count))
    const hasOwnWithoutNumber = this.#withoutNumber > 0
    for (const { number, hits, branches } of this.#methodLines) {
      if (number !== NO_NUMBER) {
        if (!own.has(number)) this.#tell(number, hits, branches)
      } else if (!hasOwnWithoutNumber) this.#withoutNumber++
    }
  }

  #tell(line: number, hits: number, branches: ToldBranches | undefined): void {
    this.#file?.line(line, hits)
    if (branches === undefined) return
    this.#branchLines[this.#branchCount] = line
    this.#branches[this.#branchCount++] = branches
    if (branches.isNegative) this.linesBelowZero++
    if (branches.saysBranch || branches.total > 0) this.hasCountedBranches = true
  }

  #tellBranches(file: FileSink): void {
    for (let at = 0; at < this.#branchCount; at++) {
      const told = this.#branches[at]
      if (told !== undefined) tellBranches(file, this.#branchLines[at] ?? 0, told)
    }
  }

  /** False where they are not V8's. */
  #tellV8(file: FileSink): boolean {
    const told = this.#branches.slice(0, this.#branchCount)
    const branches = told.map(({ taken, total }, at) => ({ line: this.#branchLines[at] ?? 0, taken, total }))
    if (!areV8Blocks(this.#numbers.subarray(0, this.#count), branches)) return false
    this.#v8.tell(file, branches)
    return true
  }

  #grow(): void {
    const more = new Uint32Array(this.#numbers.length * 2)
    more.set(this.#numbers)
    this.#numbers = more
  }
}
