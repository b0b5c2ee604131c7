import { type H2loadCounts, h2loadErrors, h2loadRequests } from './h2load-counts.ts'
import { type PrintedTime, printedSummary, printedTimeWithUnit } from './printed-time.ts'
import { LoadProblem, type LoadReader, type LoadSink, type PrintedGroup } from './sink.ts'
import { asciiOf } from './sniff-text.ts'
import { groupsOf, refuseSecondRun, type TextHandler, TextReport } from './text-report.ts'

const FINISHED = /^finished in (\S+), ([0-9.]+) req\/s/
const REQUESTS =
  /^requests: [0-9]+ total, [0-9]+ started, ([0-9]+) done, ([0-9]+) succeeded, ([0-9]+) failed, ([0-9]+) errored(?:, ([0-9]+) timeout)?\s*$/
const STATUS = /^status codes: ([0-9]+) 2xx, ([0-9]+) 3xx, ([0-9]+) 4xx, ([0-9]+) 5xx\s*$/
const CLIENTS = /^spawning thread #[0-9]+: ([0-9]+) total client/
const HEADER = /^\s+min\s+max\s+.*mean/
const TIMES = /^(?:time for request|request)\s*:\s+(.*)$/
const LAST = /^req\/s\s+:/
const NAMES: Readonly<Record<string, number>> = { median: 50, max: 100 }

/** What h2load prints: without a column for percentiles before 1.69. */
export const h2loadText: LoadReader = {
  format: 'h2load-text',
  fidelity: 'points',
  hasTimes: false,
  isMergeable: false,
  sniff: (head) => (/^requests: [0-9]+ total, [0-9]+ started, /m.test(asciiOf(head)) ? 1 : 0),
  open: (sink) => new TextReport(new H2loadReport(sink)),
}

class H2loadReport implements TextHandler {
  readonly #sink: LoadSink
  #counts: H2loadCounts | undefined
  #failedStatus = 0
  #columns: readonly string[] = []
  #times: ReadonlyMap<string, PrintedTime> | undefined
  #clients = 0
  #durationMs: number | undefined
  #perSecond: number | undefined
  #isWhole = false

  constructor(sink: LoadSink) {
    this.#sink = sink
  }

  line(text: string, place: string): void {
    const [, clients] = groupsOf(CLIENTS, text) ?? []
    if (clients !== undefined) this.#clients += Number(clients)
    const [, duration, perSecond] = groupsOf(FINISHED, text) ?? []
    if (duration !== undefined) this.#finished(duration, Number(perSecond), place)
    this.#count(text)
    // "+/- sd" is one column
    if (HEADER.test(text)) this.#columns = text.trim().replace('+/- sd', '+/-sd').split(/\s+/)
    const times = TIMES.exec(text)?.[1]
    if (times !== undefined) this.#request(times.trim().split(/\s+/), place)
    if (LAST.test(text)) this.#isWhole = true
  }

  end(): void {
    if (!this.#isWhole) this.#sink.partial('it ends before the line "req/s"')
    const counts = this.#counts
    if (this.#isWhole && counts === undefined) {
      throw new LoadProblem('unreadable-report', 'it has no line "requests: N total, …": expected what h2load prints')
    }
    this.#sink.facts({
      tool: 'h2load',
      isClosedLoop: true,
      ...(this.#durationMs === undefined ? {} : { durationMs: this.#durationMs }),
      ...(this.#perSecond === undefined ? {} : { requestsPerSecond: this.#perSecond }),
    })
    if (this.#clients > 0) this.#sink.users(Number.NaN, this.#clients)
    if (counts !== undefined) this.#tell(counts)
  }

  #finished(duration: string, perSecond: number, place: string): void {
    if (this.#durationMs !== undefined) refuseSecondRun('h2load', place)
    this.#durationMs = printedTimeWithUnit(duration, `${place}: the duration`).valueMs
    this.#perSecond = perSecond
  }

  #count(text: string): void {
    const counts = groupsOf(REQUESTS, text)?.map(Number)
    if (counts !== undefined) {
      const [, done = 0, succeeded = 0, failed = 0, errored = 0, timeout = 0] = counts
      this.#counts = { done, succeeded, failed, errored, timeout }
    }
    const status = groupsOf(STATUS, text)?.map(Number)
    if (status !== undefined) this.#failedStatus = (status[3] ?? 0) + (status[4] ?? 0)
  }

  #request(values: readonly string[], place: string): void {
    const names = this.#columns.filter((name) => name !== '+/-sd' && name !== 'sd')
    this.#times = new Map(
      names.map((name) => {
        const text = values[this.#columns.indexOf(name)]
        return [name, printedTimeWithUnit(text, `${place}: "${name}" of "time for request"`)] as const
      }),
    )
  }

  #tell(counts: H2loadCounts): void {
    const { requests, failures } = h2loadRequests(counts)
    if (requests === 0) throw new LoadProblem('no-samples', 'h2load made 0 requests: nothing was measured')
    for (const [message, count] of h2loadErrors(counts)) this.#sink.error(message, count)
    const isMeasured = counts.done > 0 && this.#times !== undefined
    this.#sink.printed(undefined, {
      ...(this.#isWhole ? { requests, failures, counted: counts.done } : {}),
      ...(isMeasured ? this.#latencies() : { percentiles: [] }),
      includesFailures: this.#failedStatus > 0,
    })
  }

  #latencies(): Omit<PrintedGroup, 'includesFailures'> {
    const percentiles = [...(this.#times ?? [])].flatMap(([name, time]) => {
      const percentile = NAMES[name] ?? Number(/^p([0-9]+(?:\.[0-9]+)?)$/.exec(name)?.[1])
      return percentile > 0 && percentile <= 100 ? [{ percentile, ...time }] : []
    })
    const [average, min, max] = ['mean', 'min', 'max'].map((name) => this.#times?.get(name))
    return {
      percentiles: percentiles.sort((a, b) => a.percentile - b.percentile),
      ...printedSummary({ average, min, max }),
    }
  }
}
