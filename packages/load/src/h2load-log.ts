import type { DelimitedFields } from '@hardgate/scan'
import { type BareHandler, BareRecords } from './bare-records.ts'
import { withoutReturn } from './headed-records.ts'
import { scaled } from './printed-time.ts'
import { countOf } from './reported-number.ts'
import type { LoadReader, LoadSink } from './sink.ts'
import { asciiOf } from './sniff-text.ts'
import { isFailedStatus } from './status-codes.ts'

const MICROSECONDS = -3
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
    const place = `record ${fields.number}`
    const startMs = scaled(countOf(fields.text(0), `${place}: the start`), MICROSECONDS)
    const status = fields.text(1)
    const isFailure = status === NO_STATUS || isFailedStatus(countOf(status, `${place}: the status`))
    const durationMs = scaled(countOf(withoutReturn(fields.text(2)), `${place}: the duration`), MICROSECONDS)
    this.#sink.sample(this.#label, startMs, durationMs, isFailure)
    if (isFailure) this.#sink.error(status === NO_STATUS ? 'no whole answer' : `status ${status}`, 1)
    this.#rows += 1
  }

  cut(why: string): void {
    this.#sink.partial(why)
  }

  end(): void {
    this.#sink.counts(this.#label, this.#rows, undefined)
  }
}
