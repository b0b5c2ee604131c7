import { endOrCut, JsonScanner, type Scanner, textOf } from '@hardgate/scan'
import { isObject, type JsonObject, JsonPicker, type JsonValue } from './json-picker.ts'
import { countOf, latencyOf, quoted, refuse } from './reported-number.ts'
import { LoadProblem, type LoadReader, type LoadSink, type PrintedGroup, type PrintedPercentile } from './sink.ts'

const MAX_DEPTH = 64
/** `jmeter.reportgenerator.statistic_window`: percentiles are of the last so many samples of a label. */
const WINDOW = 20_000

/** `statistics.json` of the dashboard. */
export const jmeterStatistics: LoadReader = {
  format: 'jmeter-statistics',
  fidelity: 'points',
  hasTimes: false,
  isMergeable: false,
  sniff,
  open: (sink) => new JmeterStatistics(sink),
}

function sniff(head: Uint8Array): number {
  const text = textOf(head, 0, head.length)
  if (!/^\s*\{/.test(text)) return 0
  const found = ['"sampleCount"', '"errorCount"', '"pct1ResTime"', '"meanResTime"'].filter((key) => text.includes(key))
  return found.length === 4 ? 1 : found.length * 0.1
}

interface Entry {
  readonly name: string
  readonly requests: number
  readonly failures: number
  readonly minMs: number
  readonly maxMs: number
  readonly averageMs: number
  readonly percentiles: readonly PrintedPercentile[]
  readonly perSecond: number | undefined
}

class JmeterStatistics implements Scanner {
  readonly #sink: LoadSink
  readonly #scanner: JsonScanner
  readonly #entries: Entry[] = []

  constructor(sink: LoadSink) {
    this.#sink = sink
    const picker = new JsonPicker([{ path: ['*'], take: (value, key) => this.#entries.push(entryOf(value, key)) }])
    this.#scanner = new JsonScanner(picker, { maxDepth: MAX_DEPTH })
    sink.facts({ tool: 'jmeter', isClosedLoop: true })
  }

  push(chunk: Uint8Array): void {
    this.#scanner.push(chunk)
  }

  end(): void {
    const cut = endOrCut(this.#scanner)
    if (cut !== undefined) return this.#sink.partial(cut)
    this.#tell()
  }

  #tell(): void {
    if (this.#entries.length === 0) throw new LoadProblem('no-samples', 'it has no entry at all')
    const total = totalOf(this.#entries)
    const labels = this.#entries.filter((entry) => entry !== total)
    this.#sink.printed(undefined, printedOf(total))
    for (const entry of labels) this.#sink.printed(this.#sink.label(entry.name), printedOf(entry))
    if (total.perSecond !== undefined) this.#sink.facts({ tool: 'jmeter', requestsPerSecond: total.perSecond })
    this.#sink.note(
      'statistics.json does not say which percentiles it holds: they are taken as 90, 95 and 99, which aggregate_rpt_pct1 to aggregate_rpt_pct3 may have changed',
    )
    this.#sink.note(
      'JMeter interpolates its percentiles between two samples: with few of them the sample itself may be another',
    )
    const sum = labels.reduce((requests, entry) => requests + entry.requests, 0)
    if (sum > total.requests)
      this.#sink.note('some of its labels are transactions: the labels have more requests than the total')
  }
}

/**
 * The name of the total is in the language of the machine. It has the most requests, no more than all labels together
 * (transactions are labels too, but not in it), and nothing is faster than its minimum.
 */
function totalOf(entries: readonly Entry[]): Entry {
  const most = Math.max(...entries.map(({ requests }) => requests))
  const candidates = entries.filter(({ requests }) => requests === most)
  const named = candidates.find(({ name }) => name === 'Total')
  if (named !== undefined) return named
  const possible = candidates.filter((candidate) => canBeTotal(candidate, entries))
  const [total] = possible
  if (total === undefined || possible.some((entry) => !hasSameNumbers(entry, total))) {
    throw new LoadProblem(
      'unreadable-report',
      `none of its entries is known to be the total, such as ${quoted(entries[0]?.name ?? '')}: give the JTL instead`,
    )
  }
  return total
}

function canBeTotal(candidate: Entry, entries: readonly Entry[]): boolean {
  const others = entries.filter((entry) => entry !== candidate)
  const sum = others.reduce((requests, entry) => requests + entry.requests, 0)
  return sum >= candidate.requests && others.every(({ requests, minMs }) => requests === 0 || minMs >= candidate.minMs)
}

/** The total of a single label is the label. */
function hasSameNumbers(a: Entry, b: Entry): boolean {
  return a.failures === b.failures && a.minMs === b.minMs && a.maxMs === b.maxMs && a.averageMs === b.averageMs
}

function entryOf(value: JsonValue, name: string): Entry {
  const place = (key: string) => `${quoted(name)}: ${key}`
  if (!isObject(value)) return refuse(value, quoted(name), 'an object with sampleCount and errorCount')
  const count = (key: string) => countOf(value.get(key), place(key))
  const latency = (key: string) => latencyOf(value.get(key), place(key))
  const requests = count('sampleCount')
  const failures = count('errorCount')
  if (failures > requests) refuse(failures, place('errorCount'), `at most sampleCount, which is ${requests}`)
  const isEmpty = requests === 0
  return {
    name,
    requests,
    failures,
    minMs: isEmpty ? 0 : latency('minResTime'),
    maxMs: isEmpty ? 0 : latency('maxResTime'),
    averageMs: isEmpty ? 0 : latency('meanResTime'),
    percentiles: isEmpty ? [] : percentilesOf(value, latency),
    perSecond: value.has('throughput') ? latency('throughput') : undefined,
  }
}

function percentilesOf(value: JsonObject, latency: (key: string) => number): PrintedPercentile[] {
  const printed = [
    [50, 'medianResTime'],
    [90, 'pct1ResTime'],
    [95, 'pct2ResTime'],
    [99, 'pct3ResTime'],
  ] as const
  return printed
    .filter(([, key]) => value.has(key))
    .map(([percentile, key]) => {
      // Samples are whole milliseconds; between two of them JMeter interpolates.
      const valueMs = latency(key)
      return { percentile, valueMs, lowMs: Math.floor(valueMs), highMs: Math.ceil(valueMs) }
    })
}

function printedOf(entry: Entry): PrintedGroup {
  const { requests, failures, minMs, maxMs, averageMs, percentiles } = entry
  if (requests === 0) return { requests, failures, percentiles, includesFailures: true }
  const group = { requests, failures, percentiles, minMs, maxMs, averageMs, includesFailures: true }
  if (requests <= WINDOW) return group
  const percentilesUnusable = `JMeter's dashboard takes percentiles of the last ${WINDOW} samples only, and there are ${requests}: give the JTL instead`
  return { ...group, percentilesUnusable }
}
