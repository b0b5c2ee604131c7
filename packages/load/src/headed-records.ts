import { type DelimitedFields, DelimitedScanner, endOrCut, type Scanner } from '@hardgate/scan'
import { LoadProblem } from './sink.ts'

export interface HeadedHandler {
  /**
   * The names of the columns; gives the places of the ones that are wanted, which a record then counts from 0.
   * undefined keeps the place of a column that is not there.
   */
  header(names: readonly string[]): readonly (number | undefined)[]
  record(fields: DelimitedFields): void
  /** The file ends inside a record, which is left out. */
  cut(why: string): void
  end(): void
}

/** No record has as many. */
const NO_COLUMN = 998

/** Comma-separated records below a header. */
export class HeadedRecords implements Scanner {
  readonly #handler: HeadedHandler
  readonly #scanner: DelimitedScanner
  #hasHeader = false

  constructor(handler: HeadedHandler) {
    this.#handler = handler
    this.#scanner = new DelimitedScanner((fields) => this.#record(fields), { delimiter: ',' })
  }

  push(chunk: Uint8Array): void {
    this.#scanner.push(chunk)
  }

  end(): void {
    const cut = endOrCut(this.#scanner)
    if (!this.#hasHeader) throw new LoadProblem('empty-report', cut ?? 'it holds nothing but blank lines')
    if (cut !== undefined) this.#handler.cut(cut)
    this.#handler.end()
  }

  #record(fields: DelimitedFields): void {
    if (!this.#hasHeader) {
      this.#scanner.ask(this.#handler.header(namesOf(fields)).map((column) => column ?? NO_COLUMN))
      this.#hasHeader = true
    } else if (this.#scanner.lastRecordIsOpen) {
      this.#handler.cut(`record ${fields.number} has no line end`)
    } else this.#handler.record(fields)
  }
}

function namesOf(fields: DelimitedFields): string[] {
  return Array.from({ length: fields.count }, (_, i) => withoutReturn(fields.text(i)) ?? '')
}

/** Python's csv module on Windows ends a line in CR CR LF where the file was opened as text. */
export function withoutReturn(text: string | undefined): string | undefined {
  return text?.endsWith('\r') === true ? text.slice(0, -1) : text
}

/** The place of the first column with one of these names, in any case. */
export function columnOf(names: readonly string[], ...wanted: readonly string[]): number | undefined {
  const column = names.findIndex((name) => wanted.includes(name.toLowerCase()))
  return column < 0 ? undefined : column
}

/** The same for a column that has to be there. */
export function neededColumn(names: readonly string[], ...wanted: readonly string[]): number {
  const column = columnOf(names, ...wanted)
  if (column !== undefined) return column
  throw new LoadProblem('unreadable-report', `its header has no column "${wanted[0]}"`)
}
