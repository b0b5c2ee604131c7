import type { FileSink } from './report.ts'
import { hitsWithin } from './report-numbers.ts'

export interface GoSpan {
  readonly startLine: number
  readonly endLine: number
  readonly endColumn: number
}

export interface GoBlock extends GoSpan {
  readonly weight: number
  readonly count: number
}

/** The blocks of one file. With `-coverpkg` each is told once for every test package: lines are made of it twice at most. */
export class GoFile {
  readonly #sink: FileSink
  /** The weight doubled, plus 1 where it was hit. */
  readonly #told = new Map<string, number>()

  constructor(sink: FileSink) {
    this.#sink = sink
  }

  /** False where the same block had another weight before. */
  addBlock(key: string, block: GoBlock): boolean {
    const { weight, count } = block
    const before = this.#told.get(key)
    const told = weight * 2 + (count > 0 ? 1 : 0)
    if (before !== undefined) {
      if (before >>> 1 !== weight) return false
      if (before >= told) return true
    }
    this.#told.set(key, told)
    // Go writes blocks without a statement, such as an empty function: nothing of them can be covered
    if (weight === 0) return true
    this.#sink.statement(key, weight, hitsWithin(count))
    this.#tellLines(block)
    return true
  }

  /** A block ends before its closing brace's column: at column 1 or 2 its last line is that brace alone. */
  #tellLines({ startLine, endLine, endColumn, count }: GoBlock): void {
    const last = endColumn <= 2 && endLine > startLine ? endLine - 1 : endLine
    for (let line = startLine; line <= last; line++) this.#sink.line(line, hitsWithin(count))
  }
}
