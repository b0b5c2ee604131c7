import { type ToldBranches, tellBranches } from './cobertura-branches.ts'
import type { FileSink } from './report.ts'
import { NO_NUMBER } from './xml-numbers.ts'
import { areV8Blocks, type V8Files } from './xml-v8.ts'

export interface CoberturaLine {
  readonly number: number
  readonly hits: number
  readonly branches: ToldBranches | undefined
}

interface BranchLine extends ToldBranches {
  readonly line: number
}

/** The lines of one class, of which some can be judged only at its end. */
export class CoberturaClass {
  readonly #file: FileSink
  /** Of the class's own lines. */
  readonly #numbers: number[] = []
  readonly #methodLines: CoberturaLine[] = []
  readonly #branches: BranchLine[] = []
  #withoutNumber = 0
  #isIstanbul = false

  constructor(file: FileSink) {
    this.#file = file
  }

  get branches(): readonly ToldBranches[] {
    return this.#branches
  }

  get linesWithoutNumber(): number {
    return this.#withoutNumber
  }

  addOwn(number: number, hits: number, branches: ToldBranches | undefined): void {
    if (number === NO_NUMBER) {
      this.#withoutNumber++
      return
    }
    this.#numbers.push(number)
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

  close(v8: V8Files): void {
    if (this.#methodLines.length > 0) this.#tellMethodLines()
    if (this.#withoutNumber > 0) this.#file.missedWithoutNumber(this.#withoutNumber)
    if (this.#isIstanbul && areV8Blocks(this.#numbers, this.#branches)) v8.tell(this.#file, this.#branches)
    else for (const one of this.#branches) tellBranches(this.#file, one.line, one)
  }

  #tellMethodLines(): void {
    const own = new Set(this.#numbers)
    const hasOwnWithoutNumber = this.#withoutNumber > 0
    for (const { number, hits, branches } of this.#methodLines) {
      if (number !== NO_NUMBER) {
        if (!own.has(number)) this.#tell(number, hits, branches)
      } else if (!hasOwnWithoutNumber) this.#withoutNumber++
    }
  }

  #tell(line: number, hits: number, branches: ToldBranches | undefined): void {
    this.#file.line(line, hits)
    if (branches !== undefined) this.#branches.push({ line, ...branches })
  }
}
