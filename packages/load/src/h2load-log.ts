import type { DelimitedFields } from '@hardgate/scan'
import { type BareHandler, BareRecords } from './bare-records.ts'
import { refuseField, timeField } from './field-numbers.ts'
import type { LoadReader, LoadSink } from './sink.ts'
import { asciiOf } from './sniff-text.ts'
import { isFailedStatus } from './status-codes.ts'

const START = { place: 0, name: 'the start', power: -3 }
const STATUS = { place: 1, name: 'the status' }
const DURATION = { place: 2, name: 'the duration', power: -3 }
const NO_STATUS = '-1'

/**
 * `h2load --log-file`: start, status and duration of every request that ended. One whose connection was lost is in no
 * row (run: 155 of 200 requests were missing), so the error rate is unknown.
 */
export const h2loadLog: LoadReader = {
  format: 'h2load-log',
  fidelity: 'samples',
  hasTimes: true,
  isMergeable: true,
  sniff: (head) => (/^[0-9]{15,17}\t(?:-1|[0-9]{3})\t[0-9]+\r?\n/.test(asciiOf(head.subarray(0, 128))) ? 1 : 0),
  open: (sink) => new BareRecords(new H2loadRows(sink), '\t'),
}

class H2loadRows implements BareHandler {
  readonly #sink: LoadSink
  readonly #label: number
  #rows = 0

  constructor(sink: LoadSink) {
    this.#sink = sink
    this.#label = sink.label('')
    sink.facts({ tool: 'h2load', isClosedLoop: true })
  }

  record(fields: DelimitedFields): void {
    const startMs = timeField(fields, START)
    const status = fields.digits(1)
    const hasStatus = status >= 0
    if (!hasStatus && fields.text(1) !== NO_STATUS) refuseField(fields, STATUS, 'a status code or -1')
    const isFailure = !hasStatus || isFailedStatus(status)
    this.#sink.sample(this.#label, startMs, timeField(fields, DURATION), isFailure)
    if (isFailure) this.#sink.error(hasStatus ? `status ${status}` : 'no whole answer', 1)
    this.#rows += 1
  }

  cut(why: string): void {
    this.#sink.partial(why)
  }

  end(): void {
    this.#sink.counts(this.#label, this.#rows, undefined)
  }
}
