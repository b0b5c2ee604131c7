import { DocumentReader } from './document-reader.ts'
import { known, neededTime, objectOf, percentilesOf, sniffKeys, timeIn, timeOf } from './json-parts.ts'
import type { JsonObject, JsonValue } from './json-picker.ts'
import { exactTime, widened } from './printed-time.ts'
import { countOf, quoted } from './reported-number.ts'
import { LoadProblem, type LoadReader, type LoadSink, type PrintedGroup } from './sink.ts'
import { objectCounts } from './status-codes.ts'
import { isVegetaFailure } from './vegeta-code.ts'

const NANOSECONDS = -6
const PERCENTILE = /^([0-9]+(?:\.[0-9]+)?)(?:st|nd|rd|th)$/
/** A t-digest has no promised error: this is what it keeps in practice. */
const DIGEST_ERROR = 0.01

/** `vegeta report -type=json`. */
export const vegetaReport: LoadReader = {
  format: 'vegeta-report',
  fidelity: 'points',
  hasTimes: false,
  isMergeable: false,
  sniff: (head) => sniffKeys(head, ['latencies', 'status_codes', 'bytes_in', 'requests']),
  open: (sink) => new DocumentReader(new VegetaSummary(sink)),
}

class VegetaSummary {
  readonly picks = [
    { path: ['latencies'], take: (value: JsonValue) => void (this.#latencies = objectOf(value, '"latencies"')) },
    { path: ['requests'], take: (value: JsonValue) => void (this.#requests = countOf(value, '"requests"')) },
    { path: ['status_codes'], take: (value: JsonValue) => void (this.#codes = objectCounts(value, '"status_codes"')) },
    { path: ['earliest'], take: (value: JsonValue) => void (this.#startMs = timeOf(value)) },
    { path: ['latest'], take: (value: JsonValue) => void (this.#latestMs = timeOf(value)) },
    { path: ['end'], take: (value: JsonValue) => void (this.#endMs = timeOf(value)) },
    { path: ['errors'], take: (value: JsonValue) => this.#takeErrors(value) },
  ]
  readonly #sink: LoadSink
  readonly #messages: string[] = []
  #latencies: JsonObject = new Map()
  #requests: number | undefined
  #codes: ReadonlyMap<string, number> | undefined
  #startMs: number | undefined
  #latestMs: number | undefined
  #endMs: number | undefined

  constructor(sink: LoadSink) {
    this.#sink = sink
  }

  end(why: string | undefined): void {
    if (why !== undefined) this.#sink.partial(why)
    const times = { startMs: this.#startMs, endMs: this.#endMs ?? this.#latestMs }
    this.#sink.facts({ tool: 'vegeta', ...known(times) })
    if (this.#requests === 0) throw new LoadProblem('no-samples', '"requests" is 0: nothing was measured')
    const failures = why === undefined ? this.#failures() : undefined
    this.#sink.printed(undefined, this.#group(failures, why === undefined))
  }

  #takeErrors(value: JsonValue): void {
    if (Array.isArray(value)) for (const message of value) if (typeof message === 'string') this.#messages.push(message)
  }

  /** From the codes: the report's own rate is rounded. */
  #failures(): number {
    if (this.#requests === undefined || this.#codes === undefined) {
      const text = 'it has no "requests" or no "status_codes": expected what "vegeta report -type=json" writes'
      throw new LoadProblem('unreadable-report', text)
    }
    let counted = 0
    let failures = 0
    for (const [code, count] of this.#codes) {
      counted += count
      if (!isVegetaFailure(Number(code))) continue
      failures += count
      this.#sink.error(code === '0' ? 'no answer' : `status ${code}`, count)
    }
    if (counted !== this.#requests) {
      const text = `"status_codes" has ${counted} requests and "requests" is ${this.#requests}: expected the same`
      throw new LoadProblem('unreadable-report', text)
    }
    if (this.#messages.length > 0) this.#sink.note(`errors: ${this.#messages.slice(0, 10).map(quoted).join(', ')}`)
    return failures
  }

  #group(failures: number | undefined, isWhole: boolean): PrintedGroup {
    const place = '"latencies"'
    const max = isWhole
      ? neededTime(this.#latencies.get('max'), NANOSECONDS, `${place}: "max"`)
      : timeIn(this.#latencies.get('max'), NANOSECONDS, `${place}: "max"`)
    const bounds = (ms: number) => widened(exactTime(ms), DIGEST_ERROR)
    const printed = percentilesOf(this.#latencies, { key: PERCENTILE, power: NANOSECONDS, place, bounds })
    return {
      percentiles: max === undefined ? printed : [...printed, { percentile: 100, ...exactTime(max) }],
      ...known({
        requests: isWhole ? this.#requests : undefined,
        failures,
        averageMs: timeIn(this.#latencies.get('mean'), NANOSECONDS, `${place}: "mean"`),
        minMs: timeIn(this.#latencies.get('min'), NANOSECONDS, `${place}: "min"`),
        maxMs: max,
      }),
      // vegeta's percentiles hold the failed requests too, with the time until they failed
      includesFailures: failures !== 0,
    }
  }
}
