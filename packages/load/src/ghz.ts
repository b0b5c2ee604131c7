import { DocumentReader } from './document-reader.ts'
import { known, neededTime, objectOf, sniffKeys, timeIn, timeOf } from './json-parts.ts'
import { ITEM, isObject, type JsonValue, textAt } from './json-picker.ts'
import { exactTime } from './printed-time.ts'
import { countOf, latencyOf, refuse } from './reported-number.ts'
import { LoadProblem, type LoadReader, type LoadSink, type PrintedGroup } from './sink.ts'
import { objectCounts, sumOf } from './status-codes.ts'

const NANOSECONDS = -6
const SUCCESS = 'OK'

/** `ghz -O json` and `-O pretty`. */
export const ghz: LoadReader = {
  format: 'ghz',
  fidelity: 'samples',
  hasTimes: true,
  isMergeable: true,
  sniff: (head) => sniffKeys(head, ['latencyDistribution', 'statusCodeDistribution', 'fastest', 'slowest', 'rps']),
  open: (sink) => new DocumentReader(new GhzReport(sink)),
}

class GhzReport {
  readonly picks = [
    { path: ['count'], take: (value: JsonValue) => void (this.#count = countOf(value, '"count"')) },
    ...['total', 'average', 'fastest', 'slowest'].map((key) => ({
      path: [key],
      take: (value: JsonValue) => void this.#times.set(key, value),
    })),
    {
      path: ['options', 'call'],
      take: (value: JsonValue) => void (this.#call = typeof value === 'string' ? value : ''),
    },
    { path: ['options', 'concurrency'], take: (value: JsonValue) => this.#users(value) },
    { path: ['statusCodeDistribution'], take: (value: JsonValue) => this.#takeStatuses(value) },
    { path: ['errorDistribution'], take: (value: JsonValue) => this.#takeErrors(value) },
    { path: ['latencyDistribution', ITEM], take: (value: JsonValue) => this.#takePercentile(value) },
    { path: ['details', ITEM], take: (value: JsonValue) => this.#detail(value) },
  ]
  readonly #sink: LoadSink
  readonly #times = new Map<string, JsonValue>()
  readonly #percentiles: PrintedGroup['percentiles'][number][] = []
  #count: number | undefined
  #call = ''
  #label: number | undefined
  #details = 0
  #failures: number | undefined
  #isCut = false

  constructor(sink: LoadSink) {
    this.#sink = sink
  }

  end(why: string | undefined): void {
    this.#isCut = why !== undefined
    if (why !== undefined) this.#sink.partial(why)
    this.#sink.facts({
      tool: 'ghz',
      ...known({ durationMs: timeIn(this.#times.get('total'), NANOSECONDS, '"total"') }),
    })
    if (!this.#isCut) this.#check()
    if (this.#details === 0) this.#tellSummary()
    else if (!this.#isCut) this.#compare()
  }

  #check(): void {
    if (this.#count === undefined) {
      throw new LoadProblem('unreadable-report', 'it has no "count": expected what "ghz -O json" writes')
    }
    if (this.#count === 0) throw new LoadProblem('no-samples', '"count" is 0: nothing was measured')
  }

  #users(value: JsonValue): void {
    if (typeof value === 'number') this.#sink.users(Number.NaN, countOf(value, '"options": "concurrency"'))
  }

  #takeStatuses(value: JsonValue): void {
    if (value === null) return
    const statuses = objectCounts(value, '"statusCodeDistribution"')
    this.#failures = sumOf(statuses.values()) - (statuses.get(SUCCESS) ?? 0)
    for (const [status, count] of statuses) if (status !== SUCCESS) this.#sink.error(`status ${status}`, count)
  }

  #takeErrors(value: JsonValue): void {
    if (value === null) return
    for (const [message, count] of objectCounts(value, '"errorDistribution"')) this.#sink.error(message, count)
  }

  #takePercentile(value: JsonValue): void {
    const entry = objectOf(value, '"latencyDistribution"')
    const percentile = latencyOf(entry.get('percentage'), '"latencyDistribution": "percentage"')
    const ms = neededTime(entry.get('latency'), NANOSECONDS, '"latencyDistribution": "latency"')
    if (percentile > 0 && percentile <= 100) this.#percentiles.push({ percentile, ...exactTime(ms) })
  }

  #detail(value: JsonValue): void {
    this.#details += 1
    const place = `"details": entry ${this.#details}`
    if (!isObject(value)) return refuse(value, place, 'an object with a latency and a status')
    const latency = neededTime(value.get('latency'), NANOSECONDS, `${place}: "latency"`)
    const status = textAt(value, 'status') ?? refuse(value.get('status'), `${place}: "status"`, 'a text such as "OK"')
    const start =
      timeOf(value.get('timestamp')) ?? refuse(value.get('timestamp'), `${place}: "timestamp"`, 'a date and time')
    this.#label ??= this.#sink.label(this.#call)
    this.#sink.sample(this.#label, start, latency, status !== SUCCESS || (textAt(value, 'error') ?? '') !== '')
  }

  /** ghz keeps the first million requests (runner/reporter.go, `maxResult`). */
  #compare(): void {
    const count = this.#count ?? 0
    if (this.#details >= count || this.#label === undefined) return
    this.#sink.counts(this.#label, count, this.#failures)
    const text = `truncated: it holds ${this.#details} of ${count} requests, and later ones are missing`
    this.#sink.signal('truncated-log', text, true)
  }

  #tellSummary(): void {
    const slowest = timeIn(this.#times.get('slowest'), NANOSECONDS, '"slowest"')
    this.#sink.printed(undefined, {
      ...known({
        requests: this.#isCut ? undefined : this.#count,
        failures: this.#isCut ? undefined : this.#failures,
        averageMs: timeIn(this.#times.get('average'), NANOSECONDS, '"average"'),
        minMs: timeIn(this.#times.get('fastest'), NANOSECONDS, '"fastest"'),
        maxMs: slowest,
      }),
      percentiles:
        slowest === undefined ? this.#percentiles : [...this.#percentiles, { percentile: 100, ...exactTime(slowest) }],
      includesFailures: this.#failures !== 0,
    })
  }
}
