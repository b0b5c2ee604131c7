import type { DelimitedFields, Scanner } from '@hardgate/scan'
import { ByteLabels } from './byte-labels.ts'
import { type HeadedHandler, HeadedRecords, neededColumn } from './headed-records.ts'
import { latencyOf, refuse } from './reported-number.ts'
import type { LoadReader, LoadSink } from './sink.ts'
import { sniffColumns } from './sniff-text.ts'

const COLUMNS = ['timestamp', 'request_type', 'name', 'response_time_ms', 'exception'] as const
const [TIMESTAMP, TYPE, NAME, RESPONSE_TIME, EXCEPTION] = [0, 1, 2, 3, 4]

/** The request log of `locust.contrib.csv_request_logger` (Locust 2.44 and later) and of load-test. */
export const locustRequests: LoadReader = {
  format: 'locust-requests',
  fidelity: 'samples',
  hasTimes: true,
  isMergeable: true,
  sniff: (head) =>
    sniffColumns(
      head,
      COLUMNS.map((name) => [name]),
    ),
  open: (sink) => openLocustRequests(sink),
}

function openLocustRequests(sink: LoadSink): Scanner {
  return new HeadedRecords(new RequestLog(sink))
}

class RequestLog implements HeadedHandler {
  readonly #sink: LoadSink
  readonly #labels = new ByteLabels()
  readonly #labelPlace = { method: 0, methodEnd: 0, name: 0, nameEnd: 0 }

  constructor(sink: LoadSink) {
    this.#sink = sink
    sink.facts({ tool: 'locust', isClosedLoop: true })
  }

  header(names: readonly string[]): readonly number[] {
    return COLUMNS.map((name) => neededColumn(names, name))
  }

  record(fields: DelimitedFields): void {
    // The time when the request was sent, in seconds.
    const startMs = fields.decimal(TIMESTAMP) * 1000
    if (!Number.isFinite(startMs)) this.#refuse(fields, TIMESTAMP, 'seconds since 1970')
    const label = this.#label(fields)
    // The status code is 0 for every failure that a test declares, and for protocols without one: it says nothing.
    const isFailure = fields.end(EXCEPTION) > fields.start(EXCEPTION)
    if (!fields.has(EXCEPTION)) this.#refuse(fields, EXCEPTION, 'an exception or nothing')
    if (isFailure) this.#sink.error(fields.text(EXCEPTION) ?? '', 1, label)
    if (fields.end(RESPONSE_TIME) === fields.start(RESPONSE_TIME)) {
      // Locust knows requests without a response time, of protocols that do not wait for an answer.
      this.#sink.withoutLatency(label, 1, isFailure, startMs)
      return
    }
    const durationMs = fields.decimal(RESPONSE_TIME)
    if (durationMs >= 0 && durationMs < Number.POSITIVE_INFINITY) {
      this.#sink.sample(label, startMs, durationMs, isFailure)
    } else latencyOf(fields.text(RESPONSE_TIME), this.#place(fields, RESPONSE_TIME))
  }

  cut(why: string): void {
    this.#sink.partial(why)
  }

  end(): void {}

  #label(fields: DelimitedFields): number {
    const place = this.#labelPlace
    place.method = fields.start(TYPE)
    place.methodEnd = fields.end(TYPE)
    place.name = fields.start(NAME)
    place.nameEnd = fields.end(NAME)
    const known = this.#labels.find(fields, place)
    if (known >= 0) return known
    const id = this.#sink.label(fields.text(NAME) ?? '', fields.text(TYPE) ?? '')
    this.#labels.add(fields, place, id)
    return id
  }

  #refuse(fields: DelimitedFields, column: number, expected: string): never {
    return refuse(fields.text(column), this.#place(fields, column), expected)
  }

  #place(fields: DelimitedFields, column: number): string {
    return `record ${fields.number}: "${COLUMNS[column]}"`
  }
}
