import { endOrCut, JsonScanner, type Scanner, textOf } from '@hardgate/scan'
import { type GatlingNode, GatlingTree } from './gatling-tree.ts'
import { isObject, type JsonObject, type JsonValue } from './json-picker.ts'
import { countOf, latencyOf, quoted, refuse } from './reported-number.ts'
import { LoadProblem, type LoadReader, type LoadSink, type PrintedGroup, type PrintedPercentile } from './sink.ts'

const MAX_DEPTH = 64
/** Of the digest that the percentiles come from; they are then rounded to whole milliseconds. */
const DIGEST_ERROR = 0.01
const ROUNDING_MS = 0.5
/** `percentile1` to `percentile4` of gatling.conf. */
const PERCENTILES = [50, 75, 95, 99]

/** `js/stats.json` and `js/global_stats.json`, up to 3.13.4. */
export const gatlingStats: LoadReader = {
  format: 'gatling-stats',
  fidelity: 'points',
  hasTimes: false,
  isMergeable: false,
  sniff,
  open: (sink) => new GatlingStats(sink),
}

function sniff(head: Uint8Array): number {
  const text = textOf(head, 0, head.length)
  if (!/^\s*\{/.test(text)) return 0
  const found = ['"numberOfRequests"', '"percentiles1"', '"meanNumberOfRequestsPerSecond"'].filter((key) =>
    text.includes(key),
  )
  return found.length === 3 ? 1 : found.length * 0.1
}

class GatlingStats implements Scanner {
  readonly #sink: LoadSink
  readonly #scanner: JsonScanner
  #hasTotal = false

  constructor(sink: LoadSink) {
    this.#sink = sink
    this.#scanner = new JsonScanner(new GatlingTree((node) => this.#node(node)), { maxDepth: MAX_DEPTH })
    sink.facts({ tool: 'gatling' })
  }

  push(chunk: Uint8Array): void {
    this.#scanner.push(chunk)
  }

  end(): void {
    const cut = endOrCut(this.#scanner)
    if (cut !== undefined) return this.#sink.partial(cut)
    if (!this.#hasTotal) throw new LoadProblem('unreadable-report', 'it has no numbers for all requests')
    this.#sink.note(
      'the file does not say which percentiles it holds: they are taken as 50, 75, 95 and 99, which gatling.conf may have changed',
    )
  }

  #node({ isRoot, type, name, stats }: GatlingNode): void {
    // The numbers of a group are durations of groups, not of requests.
    if (!isRoot && type !== 'REQUEST') return
    const place = isRoot ? 'all requests' : quoted(name)
    const label = isRoot ? undefined : this.#sink.label(name)
    this.#sink.printed(label, printedOf(stats, place))
    if (!isRoot) return
    this.#hasTotal = true
    const rate = totalOf(stats, 'meanNumberOfRequestsPerSecond', 'total')
    if (typeof rate === 'number') this.#sink.facts({ tool: 'gatling', requestsPerSecond: latencyOf(rate, 'the rate') })
  }
}

/** Of the successful requests; where there is none, of nothing. */
function printedOf(stats: JsonObject, place: string): PrintedGroup {
  const requests = countOf(totalOf(stats, 'numberOfRequests', 'total'), `${place}: numberOfRequests.total`)
  const failures = countOf(totalOf(stats, 'numberOfRequests', 'ko'), `${place}: numberOfRequests.ko`)
  if (failures > requests) refuse(failures, `${place}: numberOfRequests.ko`, `at most the total, which is ${requests}`)
  const counted = requests - failures
  if (counted === 0) return { requests, failures, counted, percentiles: [], includesFailures: false }
  const ok = (key: string) => latencyOf(totalOf(stats, key, 'ok'), `${place}: ${key}.ok`)
  return {
    requests,
    failures,
    counted,
    percentiles: PERCENTILES.map((percentile, i) => withError(percentile, ok(`percentiles${i + 1}`))),
    averageMs: ok('meanResponseTime'),
    minMs: ok('minResponseTime'),
    maxMs: ok('maxResponseTime'),
    includesFailures: false,
  }
}

function withError(percentile: number, valueMs: number): PrintedPercentile {
  const errorMs = valueMs * DIGEST_ERROR + ROUNDING_MS
  return { percentile, valueMs, lowMs: Math.max(0, valueMs - errorMs), highMs: valueMs + errorMs }
}

function totalOf(stats: JsonObject, key: string, part: 'total' | 'ok' | 'ko'): JsonValue | undefined {
  const parts = stats.get(key)
  return isObject(parts) ? parts.get(part) : undefined
}
