import { type DocumentHandler, DocumentReader } from './document-reader.ts'
import { ITEM, isObject, type JsonObject, type JsonValue, textAt } from './json-picker.ts'
import { type Edges, edgesOf, unknownEdges } from './locust-buckets.ts'
import { countOf, latencyOf, numberOf, quoted, refuse } from './reported-number.ts'
import { LoadProblem, type LoadReader, type LoadSink, type PrintedGroup } from './sink.ts'
import { asciiOf } from './sniff-text.ts'

const KEYS = ['"num_requests"', '"num_failures"', '"response_times"'] as const

/** What `locust --json` (2.13 and later) and `--json-file` (2.37 and later) write. */
export const locustJson: LoadReader = {
  format: 'locust-json',
  fidelity: 'buckets',
  hasTimes: false,
  isMergeable: true,
  sniff: sniffLocustJson,
  open: (sink) => new DocumentReader(new StatsEntries(sink)),
}

function sniffLocustJson(head: Uint8Array): number {
  const text = asciiOf(head)
  // Locust leaves an empty array where two of its options fight over the statistics.
  if (/^\s*\[\s*\]\s*$/.test(text)) return 0.6
  if (!/^\s*\[\s*\{/.test(text)) return 0
  const found = KEYS.filter((key) => text.includes(key)).length
  return found === KEYS.length ? 1 : found / 10
}

interface Histogram {
  readonly label: number
  readonly keys: readonly number[]
  readonly counts: readonly number[]
  readonly minMs: number | undefined
  readonly maxMs: number | undefined
}

class StatsEntries implements DocumentHandler {
  readonly root = 'a list'
  readonly picks = [{ path: [ITEM], take: (value: JsonValue) => this.#entry(value) }]
  readonly #sink: LoadSink
  /** Told at the end: one key that Locust's own rounding never gives makes the edges of all unknown. */
  readonly #histograms: Histogram[] = []
  #entries = 0
  readonly #all = { timed: 0, sumMs: 0, minMs: Number.POSITIVE_INFINITY, maxMs: 0 }
  #start = Number.POSITIVE_INFINITY
  #end = Number.NEGATIVE_INFINITY

  constructor(sink: LoadSink) {
    this.#sink = sink
  }

  end(why: string | undefined): void {
    if (why !== undefined) this.#sink.partial(why)
    else if (this.#entries === 0) {
      const text =
        'it is an empty list: nothing was measured. Locust leaves that when --json and --json-file are given together'
      throw new LoadProblem('no-samples', text)
    }
    this.#sink.facts({
      tool: 'locust',
      isClosedLoop: true,
      ...(Number.isFinite(this.#start) ? { startMs: this.#start * 1000 } : {}),
      ...(Number.isFinite(this.#end) ? { endMs: this.#end * 1000 } : {}),
    })
    this.#tellHistograms()
    const { timed, sumMs, minMs, maxMs } = this.#all
    const isAll = timed > 0 && timed === this.#histograms.reduce((sum, { counts }) => sum + sumOf(counts), 0)
    if (isAll) this.#sink.printed(undefined, exactly(timed, sumMs, minMs, maxMs))
  }

  #entry(entry: JsonValue): void {
    this.#entries += 1
    if (!isObject(entry)) return refuse(entry, `entry ${this.#entries}`, 'an object with the statistics of one name')
    const name = textAt(entry, 'name') ?? refuse(entry.get('name'), this.#place('name'), 'a text')
    const label = this.#sink.label(name, textAt(entry, 'method') ?? '')
    const requests = countOf(entry.get('num_requests'), this.#place('num_requests', name))
    const failures = countOf(entry.get('num_failures'), this.#place('num_failures', name))
    const withoutTime = countOf(entry.get('num_none_requests') ?? 0, this.#place('num_none_requests', name))
    const histogram = this.#histogram(entry, label, name)
    const timed = sumOf(histogram.counts)
    if (timed + withoutTime !== requests) {
      this.#sink.note(`${quoted(name)} has ${requests} requests and ${timed} response times`)
    }
    this.#sink.counts(label, requests, failures)
    this.#histograms.push(histogram)
    this.#tellExact(entry, histogram, timed, name)
    this.#times(entry)
  }

  /** The least, the greatest and the sum are not rounded. */
  #tellExact(entry: JsonObject, { label, minMs, maxMs }: Histogram, timed: number, name: string): void {
    const sumMs = this.#optional(entry, 'total_response_time', name)
    if (timed === 0 || minMs === undefined || maxMs === undefined || sumMs === undefined) return
    this.#sink.printed(label, exactly(timed, sumMs, minMs, maxMs))
    const all = this.#all
    all.timed += timed
    all.sumMs += sumMs
    all.minMs = Math.min(all.minMs, minMs)
    all.maxMs = Math.max(all.maxMs, maxMs)
  }

  #histogram(entry: JsonObject, label: number, name: string): Histogram {
    const times = entry.get('response_times')
    const place = this.#place('response_times', name)
    if (!isObject(times)) return refuse(times, place, 'an object of counts by response time')
    const pairs = [...times]
      .map(([key, count]) => [latencyOf(key, place), countOf(count, `${place}: ${quoted(key)}`)] as const)
      .sort(([a], [b]) => a - b)
    return {
      label,
      keys: pairs.map(([key]) => key),
      counts: pairs.map(([, count]) => count),
      minMs: this.#optional(entry, 'min_response_time', name),
      maxMs: this.#optional(entry, 'max_response_time', name),
    }
  }

  #optional(entry: JsonObject, key: string, name: string): number | undefined {
    const value = entry.get(key) ?? undefined
    return value === undefined ? undefined : latencyOf(value, this.#place(key, name))
  }

  /** The first and the last request of a name, in seconds. Neither is there, or both are 0, where there was none. */
  #times(entry: JsonObject): void {
    const start = numberOf(entry.get('start_time'))
    const end = numberOf(entry.get('last_request_timestamp'))
    if (start > 0) this.#start = Math.min(this.#start, start)
    if (end > 0) this.#end = Math.max(this.#end, end)
  }

  #tellHistograms(): void {
    const isScheme = this.#histograms.every(({ keys }) => keys.every((key) => edgesOf(key) !== undefined))
    if (!isScheme) {
      this.#sink.note(
        'its response times are not rounded as Locust does it: a bucket is taken to reach half the distance to the next',
      )
    }
    for (const histogram of this.#histograms) {
      const { label, keys, counts } = histogram
      const edges = isScheme ? keys.map((key) => edgesOf(key)) : guessedEdges(histogram)
      for (const [i, key] of keys.entries()) {
        this.#sink.bucket(label, key, edges[i]?.low ?? key, edges[i]?.high ?? key, counts[i] ?? 0)
      }
    }
  }

  #place(key: string, name?: string): string {
    return `entry ${this.#entries}${name === undefined ? '' : ` (${quoted(name)})`}: "${key}"`
  }
}

function guessedEdges({ keys, minMs, maxMs }: Histogram): Edges[] {
  return unknownEdges(keys, minMs ?? 0, maxMs ?? Number.MAX_VALUE)
}

function exactly(counted: number, sumMs: number, minMs: number, maxMs: number): PrintedGroup {
  return { counted, averageMs: sumMs / counted, minMs, maxMs, percentiles: [], includesFailures: true }
}

function sumOf(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0)
}
