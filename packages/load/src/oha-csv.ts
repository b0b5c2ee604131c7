import type { DelimitedFields } from '@hardgate/scan'
import { type HeadedHandler, HeadedRecords, neededColumn, withoutReturn } from './headed-records.ts'
import { printedTime } from './printed-time.ts'
import { countOf } from './reported-number.ts'
import { LoadProblem, type LoadReader, type LoadSink } from './sink.ts'
import { sniffColumns } from './sniff-text.ts'
import { isFailedStatus } from './status-codes.ts'

/** `oha --output-format csv`: one row for each answer. A request without one is in no row (src/printer.rs). */
export const ohaCsv: LoadReader = {
  format: 'oha-csv',
  fidelity: 'samples',
  hasTimes: true,
  isMergeable: true,
  sniff: (head) => sniffColumns(head, [['request-start'], ['request-duration'], ['response-delay'], ['status']]),
  open: (sink) => new HeadedRecords(new OhaRows(sink)),
}

class OhaRows implements HeadedHandler {
  readonly #sink: LoadSink
  readonly #label: number
  #rows = 0
  #isCut = false

  constructor(sink: LoadSink) {
    this.#sink = sink
    this.#label = sink.label('')
    sink.facts({ tool: 'oha', isClosedLoop: true, clock: 'run' })
  }

  header(names: readonly string[]): readonly number[] {
    return [
      neededColumn(names, 'request-start'),
      neededColumn(names, 'request-duration'),
      neededColumn(names, 'status'),
    ]
  }

  record(fields: DelimitedFields): void {
    const place = `record ${fields.number}`
    // seconds since the start of the run, which is not told
    const start = printedTime(fields.text(0), 's', `${place}: "request-start"`).valueMs
    const duration = printedTime(fields.text(1), 's', `${place}: "request-duration"`).valueMs
    const status = countOf(withoutReturn(fields.text(2)), `${place}: "status"`)
    this.#sink.sample(this.#label, start, duration, isFailedStatus(status))
    this.#rows += 1
  }

  cut(why: string): void {
    this.#isCut = true
    this.#sink.partial(why)
  }

  end(): void {
    if (this.#rows === 0 && !this.#isCut) {
      throw new LoadProblem('no-samples', 'it has a header and no rows: nothing was answered')
    }
    this.#sink.counts(this.#label, this.#rows, undefined)
  }
}
