import { artilleryTimes } from './artillery-times.ts'
import { DocumentReader } from './document-reader.ts'
import { known, objectOf, sniffKeys, timeIn } from './json-parts.ts'
import { isObject, type JsonObject, type JsonValue } from './json-picker.ts'
import { countOf, quoted } from './reported-number.ts'
import { LoadProblem, type LoadReader, type LoadSink, type PrintedGroup, type ReadOptions } from './sink.ts'
import { isFailedStatus, sumOf } from './status-codes.ts'

const RESPONSE_TIME = 'http.response_time'
const CODES = 'http.codes.'
const ERRORS = 'errors.'
const ENDPOINT = 'plugins.metrics-by-endpoint.'
const ENDPOINT_TIME = `${ENDPOINT}response_time.`
const ENDPOINT_COUNTER = /^(.+?)\.(codes|errors)\.(.+)$/

/** `artillery run -o`. */
export const artillery: LoadReader = {
  format: 'artillery',
  fidelity: 'sketch',
  hasTimes: false,
  isMergeable: false,
  sniff: (head) => sniffKeys(head, ['aggregate', 'counters', 'rates']),
  open: (sink, options) => new DocumentReader(new ArtilleryReport(sink, options)),
}

class ArtilleryReport {
  readonly picks = [
    ...['counters', 'summaries', 'histograms', 'firstMetricAt', 'lastMetricAt', 'firstCounterAt', 'lastCounterAt'].map(
      (key) => ({ path: ['aggregate', key], take: (value: JsonValue) => void this.#aggregate.set(key, value) }),
    ),
  ]
  readonly #sink: LoadSink
  readonly #judgesFailures: boolean
  readonly #aggregate = new Map<string, JsonValue>()

  constructor(sink: LoadSink, { failures }: ReadOptions) {
    this.#sink = sink
    this.#judgesFailures = failures === 'include'
  }

  end(why: string | undefined): void {
    if (why !== undefined) this.#sink.partial(why)
    const at = (key: string): number | undefined => timeIn(this.#aggregate.get(key), 0, `"aggregate": "${key}"`)
    const times = {
      startMs: at('firstMetricAt') ?? at('firstCounterAt'),
      endMs: at('lastMetricAt') ?? at('lastCounterAt'),
    }
    this.#sink.facts({ tool: 'artillery', ...known(times) })
    const counters = this.#counters(why === undefined)
    const summaries = this.#aggregate.get('summaries') ?? this.#aggregate.get('histograms')
    // a document that is cut off before its summaries has only counts
    if (why !== undefined && (counters.size === 0 || !isObject(summaries))) return
    const all = objectOf(summaries, '"aggregate": "summaries"')
    this.#total(counters, all)
    this.#endpoints(counters, all)
  }

  #counters(isWhole: boolean): ReadonlyMap<string, number> {
    const value = this.#aggregate.get('counters')
    if (value === undefined && !isWhole) return new Map()
    const object = objectOf(value, '"aggregate": "counters"')
    return new Map([...object].map(([key, count]) => [key, countOf(count, `"counters": ${quoted(key)}`)]))
  }

  #total(counters: ReadonlyMap<string, number>, summaries: JsonObject): void {
    const requests = counters.get('http.requests')
    const responses = counters.get('http.responses') ?? 0
    if (requests === undefined || requests === 0) {
      throw new LoadProblem('no-samples', 'its counters have no "http.requests": nothing of HTTP was measured')
    }
    const codes = countsBelow(counters, CODES)
    const failed = sumOf([...codes].map(([code, count]) => (isFailedStatus(Number(code)) ? count : 0)))
    const unanswered = Math.max(0, requests - responses)
    for (const [code, count] of codes) if (isFailedStatus(Number(code))) this.#sink.error(`status ${code}`, count)
    for (const [message, count] of countsBelow(counters, ERRORS)) this.#sink.error(message, count)
    const redirects = [...codes.keys()].some((code) => code.startsWith('3'))
    this.#sink.printed(undefined, {
      requests: Math.max(requests, responses),
      failures: unanswered + failed,
      ...this.#latencies(summaries, failed, redirects),
    })
  }

  /** The successes alone are known where all of them are 2xx. */
  #latencies(
    summaries: JsonObject,
    failed: number,
    hasRedirects: boolean,
  ): Omit<PrintedGroup, 'requests' | 'failures'> {
    const successes = summaries.get(`${RESPONSE_TIME}.2xx`)
    if (failed > 0 && !hasRedirects && !this.#judgesFailures && isObject(successes)) {
      this.#sink.note('the response times are those of 2xx')
      return { ...artilleryTimes(successes, `${RESPONSE_TIME}.2xx`), includesFailures: false }
    }
    const all = summaries.get(RESPONSE_TIME)
    if (all === undefined) return { percentiles: [], counted: 0, includesFailures: false }
    return { ...artilleryTimes(objectOf(all, `"${RESPONSE_TIME}"`), RESPONSE_TIME), includesFailures: failed > 0 }
  }

  #endpoints(counters: ReadonlyMap<string, number>, summaries: JsonObject): void {
    const counted = endpointCounts(counters)
    const timed = [...summaries.keys()].filter((key) => key.startsWith(ENDPOINT_TIME))
    const names = new Set([...timed.map((key) => key.slice(ENDPOINT_TIME.length)), ...counted.keys()])
    for (const name of names) {
      const summary = summaries.get(ENDPOINT_TIME + name)
      const times =
        summary === undefined ? { percentiles: [], counted: 0 } : artilleryTimes(objectOf(summary, quoted(name)), name)
      const counts = counted.get(name)
      const own: Pick<PrintedGroup, 'requests' | 'failures'> =
        counts === undefined
          ? known({ requests: times.counted })
          : { requests: counts.requests, failures: counts.failures }
      this.#sink.printed(this.#sink.label(name), {
        ...times,
        ...own,
        includesFailures: counts?.hasFailedStatus !== false,
      })
    }
  }
}

interface EndpointCounts {
  requests: number
  failures: number
  hasFailedStatus: boolean
}

/** `plugins.metrics-by-endpoint.NAME.codes.200` and `….NAME.errors.ETIMEDOUT`. */
function endpointCounts(counters: ReadonlyMap<string, number>): ReadonlyMap<string, EndpointCounts> {
  const endpoints = new Map<string, EndpointCounts>()
  for (const [key, count] of countsBelow(counters, ENDPOINT)) {
    const [, name, kind, code] = ENDPOINT_COUNTER.exec(key) ?? []
    if (name === undefined) continue
    const counts = endpoints.get(name) ?? { requests: 0, failures: 0, hasFailedStatus: false }
    const isFailedCode = kind === 'codes' && isFailedStatus(Number(code))
    counts.requests += count
    if (kind === 'errors' || isFailedCode) counts.failures += count
    if (isFailedCode) counts.hasFailedStatus = true
    endpoints.set(name, counts)
  }
  return endpoints
}

function countsBelow(counters: ReadonlyMap<string, number>, prefix: string): ReadonlyMap<string, number> {
  const below = [...counters].filter(([key]) => key.startsWith(prefix))
  return new Map(below.map(([key, count]) => [key.slice(prefix.length), count]))
}
