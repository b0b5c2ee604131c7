import { type PrintedTime, printedSummary, printedTime, printedTimeWithUnit, scaled, widened } from './printed-time.ts'
import { refuse } from './reported-number.ts'
import { LoadProblem, type LoadReader, type LoadSink, type PrintedGroup } from './sink.ts'
import { asciiOf } from './sniff-text.ts'
import { groupsOf, refuseSecondRun, type TextHandler, TextReport } from './text-report.ts'
import { corrected, correctionOf } from './wrk-correction.ts'

const RUNNING = /^Running \S+ test @ /
const CONNECTIONS = /^\s+[0-9]+ threads? and ([0-9]+) connections?\s*$/
const LATENCY = /^\s+Latency\s+(\S+)\s+\S+\s+(\S+)\s+\S+%?\s*$/
const DISTRIBUTION = /^\s*Latency Distribution(.*)$/
const PERCENT = /^\s*([0-9]+(?:\.[0-9]+)?)%\s+(\S+)\s*$/
const SPECTRUM = /^\s*(\S+)\s+([01]\.[0-9]+)\s+[0-9]+\s+\S+\s*$/
const HDR_COUNT = /^#\[Max\s*=.*Total count\s*=\s*([0-9]+)\]/
const REQUESTS = /^\s+(\S+) requests in (\S+), /
const METRIC = /^([0-9]+(?:\.[0-9]+)?)([kMG]?)$/
const SOCKET_ERRORS = /^\s+Socket errors: connect ([0-9]+), read ([0-9]+), write ([0-9]+), timeout ([0-9]+)\s*$/
const STATUS_ERRORS = /^\s+Non-2xx or 3xx responses: ([0-9]+)\s*$/
const RATE = /^Requests\/sec:\s+([0-9.]+)\s*$/
const LAST = /^Transfer\/sec:/
const POWERS: Readonly<Record<string, number>> = { '': 0, k: 3, M: 6, G: 9 }
/** wrk2 records with three significant digits: the buckets are a 1 024th of their value wide. */
const HDR_ERROR = 1 / 1024

/** What wrk and wrk2 print. Without `--latency` there is only the longest latency. */
export const wrk: LoadReader = {
  format: 'wrk',
  fidelity: 'points',
  hasTimes: false,
  isMergeable: false,
  sniff: (head) => {
    const text = asciiOf(head)
    if (/^Running \S+ test @ /m.test(text) && /^\s+Thread Stats\s+Avg/m.test(text)) return 1
    return /^\s*[0-9.]+[kMG]? requests in [0-9.]+(us|ms|s|m|h), /m.test(text) ? 0.6 : 0
  },
  open: (sink) => new TextReport(new WrkReport(sink)),
}

interface SocketErrors {
  readonly connect: number
  readonly read: number
  readonly write: number
  readonly timeout: number
}

class WrkReport implements TextHandler {
  readonly #sink: LoadSink
  readonly #percentiles = new Map<number, PrintedTime>()
  #isStarted = false
  #distributions = 0
  #isWrk2 = false
  #average: PrintedTime | undefined
  #max: PrintedTime | undefined
  #recorded: number | undefined
  #complete: number | undefined
  #duration: PrintedTime | undefined
  #connections: number | undefined
  #perSecond: number | undefined
  #errors: SocketErrors = { connect: 0, read: 0, write: 0, timeout: 0 }
  #statusErrors = 0
  #isWhole = false

  constructor(sink: LoadSink) {
    this.#sink = sink
  }

  line(text: string, place: string): void {
    if (RUNNING.test(text)) this.#start(place)
    const distribution = DISTRIBUTION.exec(text)
    if (distribution !== null) {
      this.#distributions += 1
      if (distribution[1]?.includes('HdrHistogram') === true) this.#isWrk2 = true
    }
    if (text.includes('Thread calibration')) this.#isWrk2 = true
    // wrk2 -U prints a second one, of latencies that are not corrected
    if (this.#distributions <= 1) this.#latencyLine(text, place)
    this.#countLine(text, place)
  }

  end(): void {
    if (!this.#isWhole) this.#sink.partial('it ends before the line "Transfer/sec:"')
    else if (this.#complete === undefined) {
      throw new LoadProblem(
        'unreadable-report',
        'it has no line "N requests in TIME": expected what wrk prints at its end',
      )
    }
    this.#sink.facts({
      tool: this.#isWrk2 ? 'wrk2' : 'wrk',
      isClosedLoop: !this.#isWrk2,
      ...(this.#duration === undefined ? {} : { durationMs: this.#duration.valueMs }),
      ...(this.#perSecond === undefined ? {} : { requestsPerSecond: this.#perSecond }),
    })
    const group = this.#group()
    if (group.requests === 0) throw new LoadProblem('no-samples', 'wrk made 0 requests: nothing was measured')
    this.#tellErrors()
    this.#sink.printed(undefined, group)
  }

  #start(place: string): void {
    if (this.#isStarted) refuseSecondRun('wrk', place)
    this.#isStarted = true
  }

  #latencyLine(text: string, place: string): void {
    const row = groupsOf(LATENCY, text)
    if (row !== undefined && this.#distributions === 0) {
      this.#average = printedTimeWithUnit(row[1], `${place}: the average of "Latency"`)
      this.#max = printedTimeWithUnit(row[2], `${place}: the maximum of "Latency"`)
    }
    if (this.#distributions === 0) return
    const percent = groupsOf(PERCENT, text)
    if (percent !== undefined)
      this.#percentile(Number(percent[1]), printedTimeWithUnit(percent[2], `${place}: ${percent[1]}%`))
    const spectrum = groupsOf(SPECTRUM, text)
    if (spectrum !== undefined) {
      const time = printedTime(spectrum[1], 'ms', `${place}: the value at ${spectrum[2]}`)
      this.#percentile(scaled(Number(spectrum[2]), 2), time)
    }
    const recorded = groupsOf(HDR_COUNT, text)
    if (recorded !== undefined) this.#recorded = Number(recorded[1])
  }

  #percentile(percentile: number, time: PrintedTime): void {
    if (percentile > 0 && percentile <= 100) this.#percentiles.set(percentile, time)
  }

  #countLine(text: string, place: string): void {
    const connections = groupsOf(CONNECTIONS, text)
    if (connections !== undefined) {
      this.#connections = Number(connections[1])
      this.#sink.users(Number.NaN, this.#connections)
    }
    const requests = groupsOf(REQUESTS, text)
    if (requests !== undefined) {
      this.#complete = metricOf(requests[1] ?? '', `${place}: the number of requests`)
      this.#duration = printedTimeWithUnit(requests[2], `${place}: the duration`)
    }
    const errors = groupsOf(SOCKET_ERRORS, text)?.map(Number)
    if (errors !== undefined) {
      const [, connect = 0, read = 0, write = 0, timeout = 0] = errors
      this.#errors = { connect, read, write, timeout }
    }
    const status = groupsOf(STATUS_ERRORS, text)
    if (status !== undefined) this.#statusErrors = Number(status[1])
    const rate = groupsOf(RATE, text)
    if (rate !== undefined) this.#perSecond = Number(rate[1])
    if (LAST.test(text)) this.#isWhole = true
  }

  #group(): PrintedGroup {
    const recorded = this.#recordedLatencies()
    const counts = { ...this.#requests(), ...(recorded === undefined ? {} : { counted: recorded }) }
    if (recorded === 0) return { ...counts, percentiles: [], includesFailures: false }
    return { ...counts, ...this.#latencies(), includesFailures: this.#statusErrors > 0 }
  }

  #requests(): Pick<PrintedGroup, 'requests' | 'failures'> {
    if (this.#complete === undefined || !this.#isWhole) return {}
    const { connect, read, write, timeout } = this.#errors
    // wrk counts an answer that comes too late among the complete ones, wrk2 a request that has no answer yet
    const requests = this.#complete + connect + read + write + (this.#isWrk2 ? timeout : 0)
    return { requests, failures: Math.min(requests, connect + read + write + timeout + this.#statusErrors) }
  }

  /** wrk does not record the latency of an answer that came after its timeout. */
  #recordedLatencies(): number | undefined {
    if (this.#recorded !== undefined || this.#complete === undefined) return this.#recorded
    return this.#isWrk2 ? this.#complete : Math.max(0, this.#complete - this.#errors.timeout)
  }

  #latencies(): Omit<PrintedGroup, 'includesFailures'> {
    const all = new Map(this.#percentiles)
    const [average, max] = [this.#average, this.#max]
    if (max !== undefined && !all.has(100)) all.set(100, max)
    if (this.#percentiles.size === 0) this.#sink.note('wrk prints percentiles only with --latency')
    const printed = [...all].sort(([a], [b]) => a - b).map(([percentile, time]) => ({ percentile, ...time }))
    if (this.#isWrk2) {
      const percentiles = printed.map((one) => ({ percentile: one.percentile, ...widened(one, HDR_ERROR) }))
      return { percentiles, ...printedSummary({ average, max }) }
    }
    const intervalMs = this.#correction()
    if (intervalMs === undefined || max === undefined)
      return { percentiles: printed, ...printedSummary({ average, max }) }
    const text = `wrk adds latencies that nobody measured for each of more than ${Math.round(2 * intervalMs)} ms, so its percentiles are bounds`
    this.#sink.signal('invented-samples', text, false)
    // its average is of the invented ones too
    return { percentiles: corrected(printed, intervalMs, max), ...printedSummary({ max }) }
  }

  #correction(): number | undefined {
    const [complete, connections, duration, max] = [this.#complete, this.#connections, this.#duration, this.#max]
    if (complete === undefined || connections === undefined || duration === undefined || max === undefined) {
      return undefined
    }
    return correctionOf({ complete, connections, duration, max })
  }

  #tellErrors(): void {
    for (const [kind, count] of Object.entries(this.#errors)) {
      if (count > 0) this.#sink.error(`socket error: ${kind}`, count)
    }
    if (this.#statusErrors > 0) this.#sink.error('status 400 or above', this.#statusErrors)
  }
}

/** `380`, or `1.20k`, of which only the lowest that can be meant is certain. */
function metricOf(text: string, place: string): number {
  const [, digits, suffix] = METRIC.exec(text) ?? []
  const power = POWERS[suffix ?? '']
  if (digits === undefined || power === undefined) return refuse(text, place, 'a number such as 380 or 1.20k')
  if (power === 0) return digits.includes('.') ? refuse(text, place, 'a whole number') : Number(digits)
  const decimals = digits.split('.')[1]?.length ?? 0
  return Math.ceil(scaled(Number(digits.replace('.', '')) - 0.5, power - decimals))
}
