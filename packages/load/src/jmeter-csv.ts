import {
  type DelimitedFields,
  type DelimitedOptions,
  DelimitedScanner,
  detectDelimiter,
  endOrCut,
  type Scanner,
  textOf,
} from '@hardgate/scan'
import { JmeterRows } from './jmeter-rows.ts'
import type { LoadReader, LoadSink } from './sink.ts'

const LF = 10

/** JTL as CSV: a row is a sample. Two files of it add up. */
export const jmeterCsv: LoadReader = {
  format: 'jmeter-csv',
  fidelity: 'samples',
  hasTimes: true,
  isMergeable: true,
  sniff,
  open: (sink) => new JmeterCsv(sink),
}

/** By the header alone: a row without one could be of many programs. */
function sniff(head: Uint8Array): number {
  const lineEnd = head.indexOf(LF)
  const line = textOf(head, 0, lineEnd < 0 ? head.length : lineEnd).trimEnd()
  const names = line.split(detectDelimiter(head)).map((name) => name.replace(/^"(.*)"$/, '$1'))
  if (!names.includes('timeStamp') || !names.includes('elapsed')) return 0
  return names.includes('label') && names.includes('success') ? 1 : 0.4
}

export class JmeterCsv implements Scanner {
  readonly #sink: LoadSink
  readonly #scanner: DelimitedScanner
  readonly #rows: JmeterRows

  constructor(sink: LoadSink, options: DelimitedOptions = {}) {
    this.#sink = sink
    this.#scanner = new DelimitedScanner((fields) => this.#record(fields), options)
    this.#rows = new JmeterRows(sink, this.#scanner)
    sink.facts({ tool: 'jmeter', isClosedLoop: true })
  }

  push(chunk: Uint8Array): void {
    this.#scanner.push(chunk)
  }

  end(): void {
    const cut = endOrCut(this.#scanner)
    if (cut !== undefined) this.#sink.partial(`${cut}: JMeter was stopped while it wrote, or the file was cut`)
    this.#rows.end()
  }

  #record(fields: DelimitedFields): void {
    // JMeter ends every row, the last one too. Where the end is missing a number may have lost its last digits.
    if (this.#scanner.lastRecordIsOpen) {
      this.#sink.partial(
        `record ${fields.number} has no line end: JMeter was stopped while it wrote, or the file was cut`,
      )
      return
    }
    if (fields.number > 1) {
      this.#rows.row(fields)
      return
    }
    const isRow = !this.#rows.begin(Array.from({ length: fields.count }, (_, i) => fields.text(i)))
    if (isRow) this.#rows.row(fields)
  }
}
