import type { DelimitedFields } from '@hardgate/scan'
import { type HeadedHandler, HeadedRecords, neededColumn } from './headed-records.ts'
import { type PrintedTime, printedSummary, printedTime } from './printed-time.ts'
import { refuse } from './reported-number.ts'
import { LoadProblem, type LoadReader, type LoadSink, type PrintedPercentile } from './sink.ts'
import { sniffColumns } from './sniff-text.ts'

const PERCENT = 'percentage served'
const TIME = 'time in ms'
/** Old versions of ab write 0 to 99. */
const LAST_PERCENT = 99

/** `ab -e`: the time of every percent of the requests, and nothing else. */
export const abPercentiles: LoadReader = {
  format: 'ab-percentiles',
  fidelity: 'points',
  hasTimes: false,
  isMergeable: false,
  sniff: (head) => sniffColumns(head, [[PERCENT], [TIME]]),
  open: (sink) => new HeadedRecords(new AbPercentiles(sink)),
}

class AbPercentiles implements HeadedHandler {
  readonly #sink: LoadSink
  readonly #times: PrintedTime[] = []
  #isCut = false

  constructor(sink: LoadSink) {
    this.#sink = sink
  }

  header(names: readonly string[]): readonly number[] {
    return [neededColumn(names, PERCENT), neededColumn(names, TIME)]
  }

  record(fields: DelimitedFields): void {
    const percent = fields.digits(0)
    if (percent !== this.#times.length || percent > 100) {
      refuse(
        fields.text(0),
        `record ${fields.number}: "Percentage served"`,
        `${this.#times.length}: one row for each percent`,
      )
    }
    this.#times.push(printedTime(fields.text(1), 'ms', `record ${fields.number}: "Time in ms"`))
  }

  cut(why: string): void {
    this.#isCut = true
    this.#sink.partial(why)
  }

  end(): void {
    const [first] = this.#times
    if (first === undefined && !this.#isCut) {
      throw new LoadProblem('no-samples', 'it has a header and no rows: nothing was measured')
    }
    if (this.#times.length <= LAST_PERCENT && !this.#isCut) {
      this.#sink.partial(`its last row is of ${this.#times.length - 1} %, not of ${LAST_PERCENT} or 100 %`)
    }
    const longest = this.#times[100]
    const percentiles = this.#ascending(longest?.valueMs ?? Number.POSITIVE_INFINITY)
    const dropped = this.#times.length - percentiles.length
    if (dropped > 0) {
      this.#sink.note(`${dropped} rows are less than the row before or more than the longest, and were left out`)
    }
    this.#sink.facts({ tool: 'ab', isClosedLoop: true })
    this.#sink.printed(undefined, {
      percentiles: percentiles.filter(({ percentile }) => percentile > 0),
      ...printedSummary({ min: first, max: longest }),
      // it does not say which requests failed, so none is left out
      includesFailures: true,
    })
  }
  /** With 50 requests or fewer ab takes its last rows from behind the end of its own list (ab.c, `output_results`). */
  #ascending(longestMs: number): PrintedPercentile[] {
    const kept: PrintedPercentile[] = []
    for (const [percentile, time] of this.#times.entries()) {
      if (time.valueMs < (kept.at(-1)?.valueMs ?? 0) || time.valueMs > longestMs) continue
      kept.push({ percentile, ...time })
    }
    return kept
  }
}
