import { type DocumentHandler, DocumentReader } from './document-reader.ts'
import { ANY_KEY, ITEM, type JsonValue } from './json-picker.ts'
import {
  counterOf,
  type K6Metric,
  type K6Trend,
  listedMetric,
  metricFrom,
  rateOf,
  trendOf,
  valueAt,
} from './k6-metrics.ts'
import { WHAT_K6_TIMES } from './k6-run.ts'
import { numberOf, quoted } from './reported-number.ts'
import { LoadProblem, type LoadReader, type LoadSink, type PrintedGroup, type ReadOptions } from './sink.ts'
import { asciiOf } from './sniff-text.ts'

const SUCCESSES = 'expected_response:true'
const WANTED = ['http_req_duration', 'http_req_failed', 'http_reqs', 'vus', 'dropped_iterations', 'checks']
/** So a percentile can be a little below the nearest rank, or above it. */
const HOW_K6_COUNTS =
  'a summary of k6 has percentiles between two ranks, at p·(n−1); of points the nearest rank is taken'
const ONLY_90_AND_95 =
  'the machine-readable summary of k6 holds no percentile but med, p(90) and p(95), so no p99: for others write points (--out json=FILE)'

/** `--summary-export`, what `handleSummary` is given, and `--new-machine-readable-summary`. */
export const k6Summary: LoadReader = {
  format: 'k6-summary',
  fidelity: 'points',
  hasTimes: false,
  isMergeable: false,
  sniff: sniffK6Summary,
  open: (sink, options) => new DocumentReader(new SummaryMetrics(sink, options)),
}

function sniffK6Summary(head: Uint8Array): number {
  const text = asciiOf(head)
  if (!/^\s*\{/.test(text) || !/"metrics"\s*:/.test(text)) return 0
  if (/"http_req_duration(?:\{[^"]*\})?"|"http_reqs"/.test(text)) return 1
  // The metrics of a test without HTTP, or far behind in the file.
  return /"(?:iteration_duration|iterations|vus_max|data_received|root_group|k6_?[vV]ersion|testRunDurationMs)"/.test(
    text,
  )
    ? 0.8
    : 0.2
}

class SummaryMetrics implements DocumentHandler {
  readonly picks = [
    { path: ['metrics', ANY_KEY], take: (value: JsonValue, key: string) => this.#metric(key, value) },
    { path: ['results', 'metrics', ITEM], take: (value: JsonValue) => this.#listed(value) },
    { path: ['results', 'checks', 'metrics', ITEM], take: () => undefined },
    { path: ['state', 'testRunDurationMs'], take: (value: JsonValue) => this.#lasted(numberOf(value)) },
    { path: ['config', 'duration'], take: (value: JsonValue) => this.#lasted(numberOf(value) * 1000) },
    { path: ['metadata', 'k6Version'], take: (value: JsonValue) => this.#madeBy(value) },
    { path: ['metadata', 'k6_version'], take: (value: JsonValue) => this.#madeBy(value) },
  ]
  readonly #sink: LoadSink
  readonly #includesFailures: boolean
  /** By name, then by tags. */
  readonly #metrics = new Map<string, Map<string, K6Metric>>(WANTED.map((name) => [name, new Map()]))
  #isNew = false
  #durationMs: number | undefined
  #version: string | undefined

  constructor(sink: LoadSink, { failures = 'exclude' }: ReadOptions) {
    this.#sink = sink
    this.#includesFailures = failures === 'include'
  }

  end(why: string | undefined): void {
    if (why !== undefined) this.#sink.partial(why)
    this.#tellRun()
    for (const tags of this.#allTags()) if (tags !== '' && tags !== SUCCESSES) this.#tellPart(tags)
    this.#tellTotal(why !== undefined)
  }

  #metric(fullName: string, value: JsonValue): void {
    this.#keep(metricFrom(fullName, value))
  }

  #listed(value: JsonValue): void {
    this.#isNew = true
    this.#keep(listedMetric(value))
  }

  #keep(metric: K6Metric): void {
    this.#metrics.get(metric.name)?.set(metric.tags, metric)
    for (const { expression, isFailed } of metric.thresholds) {
      if (isFailed) this.#sink.note(`k6's own threshold ${quoted(expression)} on ${nameOf(metric)} failed`)
    }
  }

  #lasted(durationMs: number): void {
    if (durationMs > 0 && durationMs < Number.POSITIVE_INFINITY) this.#durationMs = durationMs
  }

  #madeBy(version: JsonValue): void {
    if (typeof version === 'string') this.#version = version
  }

  #find(name: string, tags = ''): K6Metric | undefined {
    return this.#metrics.get(name)?.get(tags)
  }

  #allTags(): ReadonlySet<string> {
    const latencies = this.#metrics.get('http_req_duration')?.keys() ?? []
    return new Set([...latencies, ...(this.#metrics.get('http_req_failed')?.keys() ?? [])])
  }

  #tellRun(): void {
    const dropped = this.#find('dropped_iterations')
    const requests = this.#find('http_reqs')
    const rate = requests === undefined ? undefined : valueAt(requests, 'rate')
    // The legacy summary tells no duration, but k6 divides by it for the rate.
    const count = requests === undefined ? undefined : valueAt(requests, 'count')
    const ofRate = rate === undefined || count === undefined || rate === 0 ? undefined : (count / rate) * 1000
    const durationMs = this.#durationMs ?? ofRate
    this.#sink.facts({
      tool: 'k6',
      isClosedLoop: dropped === undefined,
      ...(this.#version === undefined ? {} : { version: this.#version }),
      ...(durationMs === undefined ? {} : { durationMs }),
      ...(rate === undefined ? {} : { requestsPerSecond: rate }),
    })
    this.#sink.note(WHAT_K6_TIMES)
    this.#sink.note(HOW_K6_COUNTS)
    if (this.#isNew) this.#sink.note(ONLY_90_AND_95)
    if (dropped !== undefined) this.#sink.dropped(counterOf(dropped))
    const users = this.#find('vus')
    const most = users === undefined ? undefined : valueAt(users, 'max')
    if (most !== undefined) this.#sink.users(Number.NaN, most)
    this.#tellChecks()
  }

  #tellChecks(): void {
    const checks = this.#find('checks')
    const rate = checks === undefined ? undefined : rateOf(checks)
    if (rate !== undefined && rate.total > rate.trues) this.#sink.error('check failed', rate.total - rate.trues)
  }

  #tellTotal(isCut: boolean): void {
    const group = this.#group('')
    if (group !== undefined && group.requests !== 0) return this.#sink.printed(undefined, group)
    if (isCut) return
    const what = group === undefined ? 'it has no metric http_req_duration' : 'its http_req_duration has no samples'
    throw new LoadProblem('no-samples', `${what}: k6 measured no HTTP request`)
  }

  /** A part of the requests, which k6 keeps because a threshold names it. */
  #tellPart(tags: string): void {
    const group = this.#group(tags)
    if (group === undefined) return
    const { name, method } = labelOf(tags)
    this.#sink.printed(this.#sink.label(name, method), group)
    if (group.percentiles.length > 0) return
    this.#sink.note(`k6 has no samples of http_req_duration{${tags}}: a threshold of its own on it was met by nothing`)
  }

  #group(tags: string): PrintedGroup | undefined {
    const metric = this.#find('http_req_duration', tags)
    const failed = this.#find('http_req_failed', tags)
    if (metric === undefined && failed === undefined) return undefined
    const all = metric === undefined ? undefined : trendOf(metric)
    const rate = failed === undefined ? undefined : rateOf(failed)
    const counter = this.#find('http_reqs', tags)
    const counted = counter === undefined ? (rate?.total ?? all?.count) : counterOf(counter)
    const requests = counted ?? (all?.isEmpty === true ? 0 : undefined)
    return printedGroup({ requests, failures: rate?.trues, all, ok: tags === '' ? this.#successes() : undefined })
  }

  /** k6 keeps the latencies of the expected responses beside those of all. */
  #successes(): K6Trend | undefined {
    if (this.#includesFailures) return undefined
    const metric = this.#find('http_req_duration', SUCCESSES)
    return metric === undefined ? undefined : trendOf(metric)
  }
}

interface Told {
  readonly requests: number | undefined
  readonly failures: number | undefined
  readonly all: K6Trend | undefined
  readonly ok: K6Trend | undefined
}

function printedGroup({ requests, failures, all, ok }: Told): PrintedGroup {
  const trend = ok ?? all
  const includesFailures = ok === undefined && failures !== 0
  const counted = includesFailures || requests === undefined ? undefined : requests - (failures ?? 0)
  const counts = {
    ...known('requests', requests),
    ...known('failures', failures),
    ...known('counted', counted === undefined || counted < 0 ? trend?.count : counted),
    includesFailures,
  }
  if (trend === undefined || trend.isEmpty) return { ...counts, percentiles: [] }
  return {
    ...counts,
    percentiles: trend.percentiles,
    ...known('averageMs', trend.averageMs),
    ...known('minMs', trend.minMs),
    ...known('maxMs', trend.maxMs),
  }
}

function known(key: keyof PrintedGroup, value: number | undefined): object {
  return value === undefined ? {} : { [key]: value }
}

function nameOf({ name, tags }: K6Metric): string {
  return tags === '' ? name : `${name}{${quoted(tags).slice(1, -1)}}`
}

/** `name:/a,method:GET` is an endpoint; other tags are a label as they are. */
function labelOf(tags: string): { name: string; method: string } {
  const pairs = new Map(
    tags.split(',').map((pair) => {
      const colon = pair.indexOf(':')
      return [pair.slice(0, Math.max(colon, 0)).trim(), withoutQuotes(pair.slice(colon + 1).trim())] as const
    }),
  )
  const name = pairs.get('name')
  const isEndpoint = name !== undefined && [...pairs.keys()].every((key) => key === 'name' || key === 'method')
  return isEndpoint ? { name, method: pairs.get('method') ?? '' } : { name: tags, method: '' }
}

function withoutQuotes(text: string): string {
  return /^(["']).*\1$/.test(text) ? text.slice(1, -1) : text
}
