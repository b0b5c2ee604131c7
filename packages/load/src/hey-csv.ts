import type { DelimitedFields } from '@hardgate/scan'
import { countField, timeField } from './field-numbers.ts'
import { columnOf, type HeadedHandler, HeadedRecords, neededColumn } from './headed-records.ts'
import { LoadProblem, type LoadReader, type LoadSink } from './sink.ts'
import { sniffColumns } from './sniff-text.ts'
import { isFailedStatus } from './status-codes.ts'

/** hey keeps that many answers and drops the later ones (requester/report.go, `maxRes`). */
export const MOST_HEY_RESULTS = 1_000_000
const RESPONSE_TIME = { place: 0, name: '"response-time"', power: 3 }
const STATUS = { place: 1, name: '"status-code"' }
const OFFSET = { place: 2, name: '"offset"', power: 3 }

/** `hey -o csv`: one row for each answer. A request without one is in no row, so the error rate is unknown. */
export const heyCsv: LoadReader = {
  format: 'hey-csv',
  fidelity: 'samples',
  hasTimes: true,
  isMergeable: true,
  sniff: (head) =>
    sniffColumns(head, [['response-time'], ['dns+dialup'], ['request-write'], ['response-delay'], ['response-read']]),
  open: (sink) => new HeadedRecords(new HeyRows(sink)),
}

class HeyRows implements HeadedHandler {
  readonly #sink: LoadSink
  readonly #label: number
  #hasStatus = false
  #hasOffset = false
  #rows = 0
  #isCut = false

  constructor(sink: LoadSink) {
    this.#sink = sink
    this.#label = sink.label('')
    sink.facts({ tool: 'hey', isClosedLoop: true, clock: 'run' })
  }

  header(names: readonly string[]): readonly (number | undefined)[] {
    const [status, offset] = [columnOf(names, 'status-code'), columnOf(names, 'offset')]
    this.#hasStatus = status !== undefined
    this.#hasOffset = offset !== undefined
    return [neededColumn(names, 'response-time'), status, offset]
  }

  record(fields: DelimitedFields): void {
    // seconds since the start of the run, which is not told
    const startMs = this.#hasOffset ? timeField(fields, OFFSET) : Number.NaN
    const isFailure = this.#hasStatus && isFailedStatus(countField(fields, STATUS))
    this.#sink.sample(this.#label, startMs, timeField(fields, RESPONSE_TIME), isFailure)
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
    if (this.#rows < MOST_HEY_RESULTS) return
    const text = `truncated: it holds ${this.#rows} answers, the most that hey keeps, and later ones are missing`
    this.#sink.signal('truncated-log', text, true)
  }
}
