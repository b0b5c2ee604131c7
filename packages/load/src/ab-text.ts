import { type PrintedTime, printedSummary, printedTime } from './printed-time.ts'
import { countOf, quoted } from './reported-number.ts'
import { LoadProblem, type LoadReader, type LoadSink, type PrintedGroup } from './sink.ts'
import { asciiOf } from './sniff-text.ts'
import { groupsOf, refuseSecondRun, type TextHandler, TextReport } from './text-report.ts'

const FIELD = /^([A-Z][A-Za-z0-9 -]+):\s+(\S+)/
const BREAKDOWN = /^\s+\(Connect: ([0-9]+), Receive: ([0-9]+), Length: ([0-9]+), Exceptions: ([0-9]+)\)\s*$/
const VERSION = /^This is ApacheBench, Version (\S+)/
const TOTAL = /^Total:\s+(\S+)\s+(\S+)\s+\S+\s+\S+\s+(\S+)\s*$/
const PERCENT = /^\s*([0-9]+)%\s+(\S+)(?: \(longest request\))?\s*$/
const GAVE_UP = /^(?:Test aborted after|Total of [0-9]+ requests completed)/

/** The summary that ab prints. */
export const abText: LoadReader = {
  format: 'ab-text',
  fidelity: 'points',
  hasTimes: false,
  isMergeable: false,
  sniff: (head) => {
    const text = asciiOf(head)
    if (/^This is ApacheBench/m.test(text)) return 1
    return /^Complete requests:\s/m.test(text) && /^Failed requests:\s/m.test(text) ? 0.9 : 0
  },
  open: (sink) => new TextReport(new AbReport(sink)),
}

class AbReport implements TextHandler {
  readonly #sink: LoadSink
  readonly #fields = new Map<string, string>()
  #percentiles: { readonly percentile: number; readonly time: PrintedTime }[] = []
  #broken = { connect: 0, receive: 0, length: 0, exceptions: 0 }
  #hasBreakdown = false
  #min: PrintedTime | undefined
  #average: PrintedTime | undefined
  #max: PrintedTime | undefined
  #version: string | undefined
  #gaveUp: string | undefined

  constructor(sink: LoadSink) {
    this.#sink = sink
  }

  line(text: string, place: string): void {
    this.#version ??= VERSION.exec(text)?.[1]
    if (GAVE_UP.test(text)) this.#gaveUp ??= text.trim()
    const broken = groupsOf(BREAKDOWN, text)?.map(Number)
    if (broken !== undefined) {
      const [, connect = 0, receive = 0, length = 0, exceptions = 0] = broken
      this.#broken = { connect, receive, length, exceptions }
      this.#hasBreakdown = true
    }
    this.#field(text, place)
    this.#latency(text, place)
  }

  end(): void {
    const complete = this.#count('Complete requests')
    if (complete === undefined) this.#refuse()
    const durationMs = this.#seconds('Time taken for tests')
    this.#sink.facts({
      tool: 'ab',
      isClosedLoop: true,
      ...(this.#version === undefined ? {} : { version: this.#version }),
      ...(durationMs === undefined ? {} : { durationMs }),
    })
    const users = this.#count('Concurrency Level')
    if (users !== undefined) this.#sink.users(Number.NaN, users)
    // ab leaves the table out where there was one request
    const isWhole = this.#percentiles.at(-1)?.percentile === 100 || (complete === 1 && this.#max !== undefined)
    if (!isWhole && complete !== 0) this.#sink.partial('it ends before the longest request, the line of 100%')
    if (complete !== undefined) this.#tell(complete, isWhole || complete === 0)
  }

  #field(text: string, place: string): void {
    const [, name, value] = FIELD.exec(text) ?? []
    if (name === undefined || value === undefined) return
    if (name === 'Complete requests' && this.#fields.has(name)) refuseSecondRun('ab', place)
    if (!this.#fields.has(name)) this.#fields.set(name, value)
  }

  #latency(text: string, place: string): void {
    const total = groupsOf(TOTAL, text)
    if (total !== undefined) {
      this.#min = printedTime(total[1], 'ms', `${place}: the minimum of "Total"`)
      this.#average = printedTime(total[2], 'ms', `${place}: the mean of "Total"`)
      this.#max = printedTime(total[3], 'ms', `${place}: the maximum of "Total"`)
    }
    const percent = groupsOf(PERCENT, text)
    if (percent === undefined) return
    const time = printedTime(percent[2], 'ms', `${place}: ${percent[1]}%`)
    this.#percentiles.push({ percentile: Number(percent[1]), time })
  }

  /** Of a report that is cut off the lines with failures may be missing, so it counts none. */
  #tell(complete: number, isWhole: boolean): void {
    const { connect, receive, length, exceptions } = this.#broken
    const failed = this.#count('Failed requests') ?? 0
    if (failed > 0 && !this.#hasBreakdown) {
      throw new LoadProblem(
        'unreadable-report',
        `"Failed requests" is ${failed}: expected a line "(Connect: …" below it`,
      )
    }
    const status = this.#count('Non-2xx responses') ?? 0
    const written = this.#count('Write errors') ?? 0
    // a connection that could not be made is not among the complete requests
    const requests = complete + connect
    if (requests === 0) throw new LoadProblem('no-samples', 'ab made 0 requests: nothing was measured')
    const failures = Math.min(requests, connect + receive + exceptions + written + status)
    this.#tellErrors({ connect, receive, exceptions, 'Non-2xx responses': status, 'write errors': written })
    if (length > 0) {
      this.#sink.note(
        `${length} answers were not as long as the first, as of dynamic pages: no failures. ab counts an answer that was cut off in the same way`,
      )
    }
    this.#sink.printed(undefined, {
      ...(isWhole ? { requests, failures, counted: complete } : {}),
      percentiles: this.#allPercentiles(),
      ...printedSummary({ average: this.#average, min: this.#min, max: this.#max }),
      includesFailures: failures > connect,
    })
  }

  #allPercentiles(): PrintedGroup['percentiles'] {
    const printed = this.#percentiles.map(({ percentile, time }) => ({ percentile, ...time }))
    if (printed.length > 0 || this.#max === undefined) return printed
    return [{ percentile: 100, ...this.#max }]
  }

  #tellErrors(errors: Readonly<Record<string, number>>): void {
    for (const [kind, count] of Object.entries(errors)) if (count > 0) this.#sink.error(kind, count)
  }

  #count(name: string): number | undefined {
    const text = this.#fields.get(name)
    return text === undefined ? undefined : countOf(text, `"${name}"`)
  }

  #seconds(name: string): number | undefined {
    const text = this.#fields.get(name)
    return text === undefined ? undefined : printedTime(text, 's', `"${name}"`).valueMs
  }

  #refuse(): void {
    if (this.#gaveUp === undefined) return
    throw new LoadProblem(
      'no-samples',
      `ab gave up (${quoted(this.#gaveUp)}) and measured nothing: use -r to go on after errors`,
    )
  }
}
