import { MOST_HEY_RESULTS } from './hey-csv.ts'
import { type PrintedTime, printedSummary, printedTime } from './printed-time.ts'
import { LoadProblem, type LoadReader, type LoadSink } from './sink.ts'
import { asciiOf } from './sniff-text.ts'
import { isFailedStatus, sumOf } from './status-codes.ts'
import { groupsOf, refuseSecondRun, type TextHandler, TextReport } from './text-report.ts'

const SUMMARY = /^\s+(Total|Slowest|Fastest|Average):\s+(\S+) secs/
const RATE = /^\s+Requests\/sec:\s+([0-9.]+)\s*$/
// two of the published versions double the sign
const PERCENT = /^\s+([0-9]+)%{1,2} in\s+(\S+) secs/
const STATUS = /^\s+\[([0-9]+)\]\s+([0-9]+) responses\s*$/
const ERROR = /^\s+\[([0-9]+)\]\s+(.*)$/
const SECTION = /^([A-Z][A-Za-z ]+)(?: \(.*\))?:\s*$/

/** What hey prints. */
export const heyText: LoadReader = {
  format: 'hey-text',
  fidelity: 'points',
  hasTimes: false,
  isMergeable: false,
  sniff: (head) => {
    const text = asciiOf(head)
    const isHey = /^Summary:\s*$/m.test(text) && /^\s+Slowest:\s+\S+ secs/m.test(text)
    // oha prints much the same, and this line
    return isHey && !/^\s*Success rate:/m.test(text) ? 1 : 0
  },
  open: (sink) => new TextReport(new HeyReport(sink)),
}

class HeyReport implements TextHandler {
  readonly #sink: LoadSink
  readonly #summary = new Map<string, { readonly text: string; readonly place: string }>()
  readonly #percentiles: { readonly percentile: number; readonly time: PrintedTime }[] = []
  readonly #answers = new Map<number, number>()
  readonly #errors = new Map<string, number>()
  #perSecond: number | undefined
  #section = ''
  #hasStatusSection = false

  constructor(sink: LoadSink) {
    this.#sink = sink
  }

  line(text: string, place: string): void {
    const section = SECTION.exec(text)?.[1]
    if (section !== undefined) this.#enter(section, place)
    else if (this.#section === 'Summary') this.#summaryLine(text, place)
    else if (this.#section === 'Latency distribution') this.#percentLine(text, place)
    else if (this.#section === 'Status code distribution') this.#statusLine(text)
    else if (this.#section === 'Error distribution') this.#errorLine(text)
  }

  end(): void {
    const answers = sumOf(this.#answers.values())
    const errors = sumOf(this.#errors.values())
    const requests = answers + errors
    const why = this.#whyCut(requests)
    if (why !== undefined) this.#sink.partial(why)
    else if (requests === 0) throw new LoadProblem('no-samples', 'hey made 0 requests: nothing was measured')
    const durationMs = this.#time('Total')?.valueMs
    this.#sink.facts({ tool: 'hey', isClosedLoop: true, ...(durationMs === undefined ? {} : { durationMs }) })
    for (const [message, count] of this.#errors) this.#sink.error(message, count)
    const failed = sumOf([...this.#answers].map(([code, count]) => (isFailedStatus(code) ? count : 0)))
    for (const [code, count] of this.#answers) if (isFailedStatus(code)) this.#sink.error(`status ${code}`, count)
    this.#sink.printed(undefined, {
      ...(why !== undefined ? {} : { requests, failures: failed + errors, counted: answers }),
      percentiles: why !== undefined || answers > 0 ? this.#allPercentiles() : [],
      ...(answers > 0 ? this.#range() : {}),
      includesFailures: failed > 0,
    })
  }

  #enter(section: string, place: string): void {
    if (section === 'Summary' && this.#summary.size > 0) refuseSecondRun('hey', place)
    if (section === 'Status code distribution') this.#hasStatusSection = true
    this.#section = section
  }

  #summaryLine(line: string, place: string): void {
    const [, name, text] = groupsOf(SUMMARY, line) ?? []
    if (name !== undefined && text !== undefined) this.#summary.set(name, { text, place })
    const rate = RATE.exec(line)?.[1]
    if (rate !== undefined) this.#perSecond = Number(rate)
  }

  #percentLine(line: string, place: string): void {
    const [, percentile, text] = groupsOf(PERCENT, line) ?? []
    // where fewer than a hundred answers leave a percentile open, hey prints "0% in 0.0000 secs"
    if (percentile === undefined || Number(percentile) === 0) return
    this.#percentiles.push({ percentile: Number(percentile), time: printedTime(text, 's', `${place}: ${percentile}%`) })
  }

  #statusLine(line: string): void {
    const [, code, count] = groupsOf(STATUS, line) ?? []
    if (code !== undefined) this.#answers.set(Number(code), Number(count))
  }

  #errorLine(line: string): void {
    const [, count, message] = groupsOf(ERROR, line) ?? []
    if (message !== undefined) this.#errors.set(message, (this.#errors.get(message) ?? 0) + Number(count))
  }

  /** hey counts all requests in its rate, and only the answers that it kept in the rest. */
  #whyCut(requests: number): string | undefined {
    if (!this.#hasStatusSection && this.#errors.size === 0) return 'it ends before "Status code distribution:"'
    const seconds = (this.#time('Total')?.valueMs ?? 0) / 1000
    const perSecond = this.#perSecond ?? 0
    const made = perSecond * seconds
    // half a unit of the fourth decimal of both factors, and one for the rounding
    if (made <= requests + 0.00005 * (perSecond + seconds) + 1) return undefined
    const text = `about ${Math.round(made)} requests were made and ${requests} are told of`
    if (requests < MOST_HEY_RESULTS) return text
    this.#sink.signal('truncated-log', `truncated: ${text}`, true)
    return undefined
  }

  #allPercentiles(): { percentile: number; valueMs: number; lowMs: number; highMs: number }[] {
    const slowest = this.#time('Slowest')
    const printed = this.#percentiles.map(({ percentile, time }) => ({ percentile, ...time }))
    return slowest === undefined ? printed : [...printed, { percentile: 100, ...slowest }]
  }

  #range(): ReturnType<typeof printedSummary> {
    return printedSummary({ average: this.#time('Average'), min: this.#time('Fastest'), max: this.#time('Slowest') })
  }

  #time(name: string): PrintedTime | undefined {
    const found = this.#summary.get(name)
    return found === undefined ? undefined : printedTime(found.text, 's', `${found.place}: "${name}"`)
  }
}
