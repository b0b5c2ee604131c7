import { DocumentReader } from './document-reader.ts'
import { known, neededTime, objectOf, percentilesOf, sniffKeys, timeIn, timeOf } from './json-parts.ts'
import type { JsonObject, JsonValue } from './json-picker.ts'
import { exactTime, type PrintedTime, printedSummary } from './printed-time.ts'
import { countOf } from './reported-number.ts'
import { LoadProblem, type LoadReader, type LoadSink, type PrintedGroup } from './sink.ts'

const MILLISECONDS = 0
const SECONDS = 3
const PERCENTILE = /^p([0-9]+(?:_[0-9]+)?)$/
/** The histogram takes whole milliseconds and drops the rest, of a clock with nanoseconds (run: 49.9 gives 49). */
const DROPPED_MS = 0.999999
const TOP_LEVEL = [
  'errors',
  'timeouts',
  'mismatches',
  'non2xx',
  '2xx',
  '4xx',
  '5xx',
  'connections',
  'duration',
] as const
const DATES = ['start', 'finish'] as const

/** `autocannon -j`. */
export const autocannon: LoadReader = {
  format: 'autocannon',
  fidelity: 'points',
  hasTimes: false,
  isMergeable: false,
  sniff: (head) => sniffKeys(head, ['latency', 'requests', 'throughput', 'non2xx', 'p97_5']),
  open: (sink) => new DocumentReader(new AutocannonReport(sink)),
}

class AutocannonReport {
  readonly picks = [
    { path: ['latency'], take: (value: JsonValue) => void (this.#latency = objectOf(value, '"latency"')) },
    { path: ['requests'], take: (value: JsonValue) => void (this.#requests = objectOf(value, '"requests"')) },
    ...[...TOP_LEVEL, ...DATES].map((key) => ({
      path: [key],
      take: (value: JsonValue) => void this.#top.set(key, value),
    })),
  ]
  readonly #sink: LoadSink
  readonly #top = new Map<string, JsonValue>()
  #latency: JsonObject | undefined
  #requests: JsonObject | undefined

  constructor(sink: LoadSink) {
    this.#sink = sink
  }

  end(why: string | undefined): void {
    if (why !== undefined) this.#sink.partial(why)
    const latency = this.#latency
    const answers = this.#answers(why === undefined)
    const recorded = latency?.get('totalCount')
    const latencies = recorded === undefined ? 0 : countOf(recorded, '"latency": "totalCount"')
    const isInvented = answers !== undefined && latencies > answers
    this.#tellFacts(isInvented)
    if (isInvented) {
      const text = `autocannon counts ${latencies} latencies of ${answers} answers: in its rate mode it adds some that nobody measured`
      this.#sink.signal('invented-samples', text, true)
    }
    const counts = answers === undefined || why !== undefined ? {} : this.#counts(answers)
    this.#sink.printed(undefined, { ...counts, ...this.#percentiles(latency, answers) })
  }

  #answers(isWhole: boolean): number | undefined {
    if (isWhole && (this.#latency === undefined || this.#requests === undefined)) {
      throw new LoadProblem(
        'unreadable-report',
        'it has no "latency" or no "requests": expected the JSON of autocannon',
      )
    }
    return this.#requests === undefined ? undefined : countOf(this.#requests.get('total'), '"requests": "total"')
  }

  #tellFacts(isInvented: boolean): void {
    const users = this.#top.get('connections')
    if (typeof users === 'number') this.#sink.users(Number.NaN, countOf(users, '"connections"'))
    this.#sink.facts({
      tool: 'autocannon',
      isClosedLoop: !isInvented,
      ...known({
        durationMs: timeIn(this.#top.get('duration'), SECONDS, '"duration"'),
        startMs: timeOf(this.#top.get('start')),
        endMs: timeOf(this.#top.get('finish')),
      }),
    })
  }

  /** Errors hold the timeouts too. A redirect is among `non2xx` and no failure. */
  #counts(answers: number): Pick<PrintedGroup, 'requests' | 'failures'> {
    const errors = this.#count('errors')
    const mismatches = this.#count('mismatches')
    const status = this.#failedStatus()
    const requests = answers + errors
    if (requests === 0) throw new LoadProblem('no-samples', 'autocannon got 0 answers: nothing was measured')
    const timeouts = this.#count('timeouts')
    const found = {
      timeouts,
      'connection errors': errors - timeouts,
      'unexpected bodies': mismatches,
      'failed statuses': status,
    }
    for (const [message, count] of Object.entries(found)) if (count > 0) this.#sink.error(message, count)
    return { requests, failures: Math.min(requests, errors + mismatches + status) }
  }

  #failedStatus(): number {
    return this.#top.has('4xx') && this.#top.has('5xx')
      ? this.#count('4xx') + this.#count('5xx')
      : this.#count('non2xx')
  }

  #percentiles(latency: JsonObject | undefined, answers: number | undefined): PrintedGroup {
    if (latency === undefined || answers === 0) return { percentiles: [], includesFailures: true }
    const place = '"latency"'
    const max = neededTime(latency.get('max'), MILLISECONDS, `${place}: "max"`)
    const min = neededTime(latency.get('min'), MILLISECONDS, `${place}: "min"`)
    const average = neededTime(latency.get('average'), MILLISECONDS, `${place}: "average"`)
    const printed = percentilesOf(latency, { key: PERCENTILE, power: MILLISECONDS, place, bounds: truncated })
    return {
      percentiles: [...printed, { percentile: 100, ...truncated(max) }],
      ...printedSummary({ average: spread(average), min: truncated(min), max: truncated(max) }),
      ...known({
        counted: this.#counted(latency, answers),
      }),
      includesFailures: this.#count('mismatches') > 0 || (this.#failedStatus() > 0 && !this.#isOfSuccesses(latency)),
    }
  }

  /** Never more than what was answered: invented latencies do not make a percentile surer. */
  #counted(latency: JsonObject, answers: number | undefined): number | undefined {
    const recorded = latency.get('totalCount')
    if (recorded === undefined || answers === undefined) return answers
    return Math.min(answers, countOf(recorded, '"latency": "totalCount"'))
  }

  /** With `--excludeErrorStats` only the latencies of 2xx are recorded. */
  #isOfSuccesses(latency: JsonObject): boolean {
    return this.#top.has('2xx') && latency.get('totalCount') === this.#top.get('2xx')
  }

  #count(key: (typeof TOP_LEVEL)[number]): number {
    return countOf(this.#top.get(key) ?? 0, `"${key}"`)
  }
}

function truncated(ms: number): PrintedTime {
  return Number.isInteger(ms) ? { valueMs: ms, lowMs: ms, highMs: ms + DROPPED_MS } : exactTime(ms)
}

/** The mean of whole milliseconds, of which each lost less than one. It is rounded to two decimals. */
function spread(ms: number): PrintedTime {
  return { valueMs: ms, lowMs: Math.max(0, ms - 0.005), highMs: ms + 0.005 + DROPPED_MS }
}
