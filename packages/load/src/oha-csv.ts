import type { DelimitedFields } from '@hardgate/scan'
import { countField, timeField } from './field-numbers.ts'
import { type HeadedHandler, HeadedRecords, neededColumn } from './headed-records.ts'
import { LoadProblem, type LoadReader, type LoadSink } from './sink.ts'
import { sniffColumns } from './sniff-text.ts'
import { isFailedStatus } from './status-codes.ts'

const START = { place: 0, name: '"request-start"', power: 3 }
const DURATION = { place: 1, name: '"request-duration"', power: 3 }
const STATUS = { place: 2, name: '"status"' }

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
    // seconds since the start of the run, which is not told
    const startMs = timeField(fields, START)
    this.#sink.sample(this.#label, startMs, timeField(fields, DURATION), isFailedStatus(countField(fields, STATUS)))
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
