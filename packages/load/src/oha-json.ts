import { DocumentReader } from './document-reader.ts'
import { known, objectOf, percentilesOf, sniffKeys, timeIn } from './json-parts.ts'
import { isObject, type JsonObject, type JsonValue } from './json-picker.ts'
import { LoadProblem, type LoadReader, type LoadSink, type PrintedGroup } from './sink.ts'
import { objectCounts, type StatusCounts, statusCounts, sumOf } from './status-codes.ts'

const SECONDS = 3
const PERCENTILE = /^p([0-9]+(?:\.[0-9]+)?)$/
/** Requests that oha itself gave up when its time was over (src/client.rs); it leaves them out of its rate too. */
const DEADLINE = 'aborted due to deadline'

/** `oha --output-format json`. */
export const ohaJson: LoadReader = {
  format: 'oha-json',
  fidelity: 'points',
  hasTimes: false,
  isMergeable: false,
  sniff: (head) =>
    Math.max(
      ...[
        ['latencyPercentiles', 'statusCodeDistribution'],
        ['latency_ms', 'statusCodeDistribution'],
      ].map((keys) => sniffKeys(head, keys)),
    ),
  open: (sink) => new DocumentReader(new OhaReport(sink)),
}

class OhaReport {
  readonly picks = [
    { path: ['summary'], take: (value: JsonValue) => void (this.#summary = objectOf(value, '"summary"')) },
    {
      path: ['latencyPercentiles'],
      take: (value: JsonValue) => void (this.#all = objectOf(value, '"latencyPercentiles"')),
    },
    { path: ['latencyPercentilesSuccessful'], take: (value: JsonValue) => void (this.#successful = value) },
    { path: ['metrics', 'latency_ms'], take: (value: JsonValue) => void (this.#milliseconds = value) },
    {
      path: ['statusCodeDistribution'],
      take: (value: JsonValue) => void (this.#status = statusCounts(value, '"statusCodeDistribution"')),
    },
    {
      path: ['errorDistribution'],
      take: (value: JsonValue) => void (this.#errors = objectCounts(value, '"errorDistribution"')),
    },
  ]
  readonly #sink: LoadSink
  #summary: JsonObject = new Map()
  #all: JsonObject | undefined
  #successful: JsonValue | undefined
  #milliseconds: JsonValue | undefined
  #status: StatusCounts | undefined
  #errors: ReadonlyMap<string, number> | undefined

  constructor(sink: LoadSink) {
    this.#sink = sink
  }

  end(why: string | undefined): void {
    if (why !== undefined) this.#sink.partial(why)
    const durationMs = this.#time('total')
    const perSecond = this.#summary.get('requestsPerSec')
    this.#sink.facts({
      tool: 'oha',
      isClosedLoop: true,
      ...known({ durationMs, requestsPerSecond: typeof perSecond === 'number' ? perSecond : undefined }),
    })
    if (why === undefined && (this.#status === undefined || this.#errors === undefined)) {
      const text = 'it has no "statusCodeDistribution" or no "errorDistribution": expected the JSON of oha'
      throw new LoadProblem('unreadable-report', text)
    }
    this.#sink.printed(undefined, this.#group(why === undefined))
  }

  #group(isWhole: boolean): PrintedGroup {
    const { answers, failed } = this.#status ?? { answers: 0, failed: 0 }
    const aborted = this.#errors?.get(DEADLINE) ?? 0
    const errors = sumOf(this.#errors?.values() ?? []) - aborted
    if (aborted > 0)
      this.#sink.note(`${aborted} requests had no answer yet when oha's time was over: they are not counted`)
    for (const [message, count] of this.#errors ?? []) if (message !== DEADLINE) this.#sink.error(message, count)
    if (failed > 0) this.#sink.error('status 400 or above', failed)
    if (isWhole && answers + errors === 0) {
      throw new LoadProblem('no-samples', 'no request of oha was answered or failed: nothing was measured')
    }
    return {
      ...(isWhole ? { requests: answers + errors, failures: failed + errors } : {}),
      ...this.#percentiles(answers, failed, isWhole),
    }
  }

  #percentiles(answers: number, failed: number, isWhole: boolean): Omit<PrintedGroup, 'requests' | 'failures'> {
    const { key, place, power } = { key: PERCENTILE, place: '"latencyPercentiles"', power: SECONDS }
    const slowest = this.#time('slowest')
    const longest =
      slowest === undefined ? [] : [{ percentile: 100, valueMs: slowest, lowMs: slowest, highMs: slowest }]
    // "successful" is any answer to oha: only without failed ones is it what it says
    const own = this.#all ?? (failed === 0 && isObject(this.#successful) ? this.#successful : undefined)
    const percentiles =
      own === undefined && isObject(this.#milliseconds)
        ? percentilesOf(this.#milliseconds, { key, power: 0, place: '"latency_ms"' })
        : percentilesOf(own ?? new Map(), { key, power, place })
    return {
      percentiles: [...percentiles, ...longest],
      ...(isWhole ? { counted: answers } : {}),
      ...known({ averageMs: this.#time('average'), minMs: this.#time('fastest'), maxMs: slowest }),
      includesFailures: failed > 0,
    }
  }

  #time(key: string): number | undefined {
    return timeIn(this.#summary.get(key), SECONDS, `"summary": "${key}"`)
  }
}
