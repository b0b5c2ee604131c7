import { type DelimitedFields, DelimitedScanner, type Delimiter, endOrCut, type Scanner } from '@hardgate/scan'
import { LoadProblem } from './sink.ts'

export interface BareHandler {
  record(fields: DelimitedFields): void
  /** The file ends inside a record, which is left out. */
  cut(why: string): void
  end(): void
}

/** Delimited records without a header. */
export class BareRecords implements Scanner {
  readonly #handler: BareHandler
  readonly #scanner: DelimitedScanner
  #hasRecord = false

  constructor(handler: BareHandler, delimiter: Delimiter) {
    this.#handler = handler
    this.#scanner = new DelimitedScanner((fields) => this.#record(fields), { delimiter })
  }

  /** Only these columns are known from the next record on. */
  ask(columns: readonly number[]): void {
    this.#scanner.ask(columns)
  }

  push(chunk: Uint8Array): void {
    this.#scanner.push(chunk)
  }

  end(): void {
    const cut = endOrCut(this.#scanner)
    if (!this.#hasRecord) throw new LoadProblem('empty-report', cut ?? 'it holds nothing but blank lines')
    if (cut !== undefined) this.#handler.cut(cut)
    this.#handler.end()
  }

  #record(fields: DelimitedFields): void {
    this.#hasRecord = true
    if (this.#scanner.lastRecordIsOpen) this.#handler.cut(`record ${fields.number} has no line end`)
    else this.#handler.record(fields)
  }
}
