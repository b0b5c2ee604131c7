import { type DelimitedFields, DelimitedScanner, type Delimiter, ScanError, type Scanner } from '@hardgate/scan'
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
    try {
      this.#scanner.end()
    } catch (error) {
      if (!(error instanceof ScanError && error.isTruncated && this.#hasRecord)) throw error
      this.#handler.cut(error.message)
    }
    if (!this.#hasRecord) throw new LoadProblem('empty-report', 'it holds nothing but blank lines')
    this.#handler.end()
  }

  #record(fields: DelimitedFields): void {
    this.#hasRecord = true
    if (this.#scanner.lastRecordIsOpen) this.#handler.cut(`record ${fields.number} has no line end`)
    else this.#handler.record(fields)
  }
}
