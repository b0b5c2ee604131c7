import type { DelimitedFields } from '@hardgate/scan'
import { columnOf, type HeadedHandler, HeadedRecords, neededColumn, withoutReturn } from './headed-records.ts'
import { isTotal } from './locust-printed.ts'
import { countOf, refuse } from './reported-number.ts'
import type { LoadReader, LoadSink } from './sink.ts'
import { sniffColumns } from './sniff-text.ts'

const REQUESTS = ['total request count', '# requests']
const FAILURES = ['total failure count', '# failures']

/**
 * `PREFIX_stats_history.csv`: the users over the time. Its percentiles are of the run so far, or of a sliding window
 * with `--csv-full-history`: neither is a percentile of the run.
 */
export const locustHistory: LoadReader = {
  format: 'locust-history',
  fidelity: 'points',
  hasTimes: false,
  isMergeable: false,
  sniff: (head) => sniffColumns(head, [['timestamp'], ['user count'], ['name'], REQUESTS]),
  open: (sink) => new HeadedRecords(new Moments(sink)),
}

class Moments implements HeadedHandler {
  readonly #sink: LoadSink
  #atMs = Number.NaN
  #first: number | undefined
  #total: { readonly requests: number; readonly failures: number } | undefined

  constructor(sink: LoadSink) {
    this.#sink = sink
  }

  header(names: readonly string[]): readonly (number | undefined)[] {
    return [
      neededColumn(names, 'timestamp'),
      neededColumn(names, 'user count'),
      columnOf(names, 'type', 'method'),
      neededColumn(names, 'name'),
      neededColumn(names, ...REQUESTS),
      neededColumn(names, ...FAILURES),
    ]
  }

  record(fields: DelimitedFields): void {
    const atMs = fields.decimal(0) * 1000
    if (!Number.isFinite(atMs)) refuse(fields.text(0), placeOf(fields, 'Timestamp'), 'seconds since 1970')
    this.#first ??= atMs
    // With --csv-full-history every endpoint has a row, and all of one moment have the same users.
    if (atMs !== this.#atMs) this.#sink.users(atMs, countOf(textOf(fields, 1), placeOf(fields, 'User Count')))
    this.#atMs = atMs
    // The total is the last row of its moment.
    this.#total = isTotal(textOf(fields, 2) ?? '', textOf(fields, 3) ?? '')
      ? {
          requests: countOf(textOf(fields, 4), placeOf(fields, 'Total Request Count')),
          failures: countOf(textOf(fields, 5), placeOf(fields, 'Total Failure Count')),
        }
      : undefined
  }

  cut(why: string): void {
    this.#sink.partial(why)
  }

  end(): void {
    this.#sink.facts({
      tool: 'locust',
      isClosedLoop: true,
      ...(this.#first === undefined ? {} : { startMs: this.#first, endMs: this.#atMs }),
    })
    if (this.#total === undefined) return
    const percentilesUnusable =
      'a history of Locust has percentiles of the run so far or of ten seconds, not of the run'
    this.#sink.printed(undefined, { ...this.#total, percentiles: [], includesFailures: true, percentilesUnusable })
  }
}

function textOf(fields: DelimitedFields, column: number): string | undefined {
  return withoutReturn(fields.text(column))
}

function placeOf(fields: DelimitedFields, column: string): string {
  return `record ${fields.number}: "${column}"`
}
