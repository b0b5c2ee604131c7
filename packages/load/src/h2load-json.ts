import { DocumentReader } from './document-reader.ts'
import { type H2loadCounts, h2loadErrors, h2loadRequests } from './h2load-counts.ts'
import { known, neededTime, objectOf, sniffKeys, timeIn } from './json-parts.ts'
import { ITEM, type JsonObject, type JsonValue } from './json-picker.ts'
import { exactTime } from './printed-time.ts'
import { countOf } from './reported-number.ts'
import { LoadProblem, type LoadReader, type LoadSink, type PrintedGroup } from './sink.ts'

const SECONDS = 3
const REQUEST = ['measurements', 'performance', 'request']
const PRINTED: Readonly<Record<string, number>> = { median: 50, p95: 95, p99: 99, max: 100 }

/** `h2load --output-file` (1.69 and later). */
export const h2loadJson: LoadReader = {
  format: 'h2load-json',
  fidelity: 'samples',
  hasTimes: false,
  isMergeable: true,
  sniff: (head) => sniffKeys(head, ['version', 'measurements', 'requests', 'succeeded', 'errored']),
  open: (sink) => new DocumentReader(new H2loadDocument(sink)),
}

class H2loadDocument {
  readonly picks = [
    { path: ['measurements', 'requests'], take: (value: JsonValue) => this.#takeCounts(value) },
    { path: ['measurements', 'status_codes'], take: (value: JsonValue) => this.#takeStatus(value) },
    { path: ['measurements', 'duration'], take: (value: JsonValue) => void (this.#duration = value) },
    ...['min', 'mean', ...Object.keys(PRINTED)].map((key) => ({
      path: [...REQUEST, key],
      take: (value: JsonValue) => void this.#printed.set(key, value),
    })),
    { path: [...REQUEST, 'samples', ITEM], take: (value: JsonValue) => this.#sample(value) },
  ]
  readonly #sink: LoadSink
  readonly #printed = new Map<string, JsonValue>()
  #counts: H2loadCounts | undefined
  #failedStatus: number | undefined
  #duration: JsonValue | undefined
  #label: number | undefined
  #samples = 0

  constructor(sink: LoadSink) {
    this.#sink = sink
  }

  end(why: string | undefined): void {
    if (why !== undefined) this.#sink.partial(why)
    const durationMs = typeof this.#duration === 'number' ? timeIn(this.#duration, SECONDS, '"duration"') : undefined
    this.#sink.facts({
      tool: 'h2load',
      isClosedLoop: true,
      ...known({ durationMs }),
      // a latency does not say with which status it ended
      ...(this.#failedStatus === 0 ? {} : { mixesFailures: true }),
    })
    const counts = this.#counts
    if (counts === undefined) {
      if (why !== undefined) return
      const text = 'it has no "requests" in "measurements": expected what "h2load --output-file" writes'
      throw new LoadProblem('unreadable-report', text)
    }
    const { requests, failures } = h2loadRequests(counts)
    if (requests === 0) throw new LoadProblem('no-samples', 'h2load made 0 requests: nothing was measured')
    for (const [message, count] of h2loadErrors(counts)) this.#sink.error(message, count)
    if (this.#label === undefined) this.#tellPrinted(counts)
    else this.#sink.counts(this.#label, requests, failures)
    if (this.#samples > 0 && this.#samples < counts.done) {
      this.#sink.note(`h2load kept a random ${this.#samples} of ${counts.done} latencies`)
    }
  }

  #takeCounts(value: JsonValue): void {
    const place = '"requests"'
    const object = objectOf(value, place)
    const count = (key: string): number => countOf(object.get(key), `${place}: "${key}"`)
    this.#counts = {
      done: count('done'),
      succeeded: count('succeeded'),
      failed: count('failed'),
      errored: count('errored'),
      timeout: count('timeout'),
    }
  }

  #takeStatus(value: JsonValue): void {
    const codes: JsonObject = objectOf(value, '"status_codes"')
    const failed = ['4xx', '5xx'].map((key) => countOf(codes.get(key) ?? 0, `"status_codes": "${key}"`))
    this.#failedStatus = failed.reduce((sum, one) => sum + one, 0)
  }

  #sample(value: JsonValue): void {
    this.#samples += 1
    const ms = neededTime(value, SECONDS, `"samples": entry ${this.#samples}`)
    this.#label ??= this.#sink.label('')
    this.#sink.sample(this.#label, Number.NaN, ms, false)
  }

  #tellPrinted(counts: H2loadCounts): void {
    const percentiles = Object.entries(PRINTED).flatMap(([key, percentile]) => {
      const ms = this.#ms(key)
      return ms === undefined || counts.done === 0 ? [] : [{ percentile, ...exactTime(ms) }]
    })
    const group: PrintedGroup = {
      ...h2loadRequests(counts),
      counted: counts.done,
      percentiles,
      ...(counts.done === 0
        ? {}
        : known({ averageMs: this.#ms('mean'), minMs: this.#ms('min'), maxMs: this.#ms('max') })),
      includesFailures: this.#failedStatus !== 0,
    }
    this.#sink.printed(undefined, group)
  }

  #ms(key: string): number | undefined {
    return timeIn(this.#printed.get(key), SECONDS, `"request": "${key}"`)
  }
}
