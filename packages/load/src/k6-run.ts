import { decimalOf } from '@hardgate/scan'
import { ByteLabels } from './byte-labels.ts'
import {
  CHECK,
  CHECKS,
  DROPPED,
  DURATION,
  ERROR,
  ERROR_CODE,
  EXPECTED,
  type K6Fields,
  METHOD,
  NAME,
  REQUESTS,
  STATUS,
  TIME,
  URL,
  USERS,
  VALUE,
  wordAt,
  wordsOf,
} from './k6-fields.ts'
import { momentMs } from './k6-time.ts'
import { refuse } from './reported-number.ts'
import { LoadProblem, type LoadSink } from './sink.ts'

export const WHAT_K6_TIMES =
  'k6 times a request from sending to the last byte received: without DNS, connecting, TLS and waiting for a connection'
const WHOLE_SECONDS =
  'its times are whole seconds, so when requests began and how long the run took is known to a second (K6_CSV_TIME_FORMAT=unix_milli has more)'
const TRUTHS = wordsOf(['true', 'false'])
const NO_RESPONSE = 0

/** What the points of k6 tell, from either of its outputs. */
export class K6Run {
  readonly #sink: LoadSink
  /** What a point is called in a message. */
  readonly #unit: 'line' | 'record'
  readonly #labels = new ByteLabels()
  readonly #place = { method: 0, methodEnd: 0, name: 0, nameEnd: 0 }
  #durations = 0
  #requests = 0
  #isFailureUnknown = false
  #hasDropped = false
  #isInSeconds = true
  #isCut = false

  constructor(sink: LoadSink, unit: 'line' | 'record') {
    this.#sink = sink
    this.#unit = unit
  }

  point(metric: number, fields: K6Fields): void {
    const value = decimalOf(fields.bytes, fields.start(VALUE), fields.end(VALUE))
    if (!(value >= 0 && value < Number.POSITIVE_INFINITY)) this.#refuseValue(metric, fields)
    switch (metric) {
      case DURATION:
        this.#request(fields, value)
        break
      case REQUESTS:
        this.#requests += value
        break
      case USERS:
        this.#sink.users(this.#timeOf(fields), value)
        break
      case DROPPED:
        this.#hasDropped = true
        this.#sink.dropped(value)
        break
      case CHECKS:
        if (value === 0) this.#sink.error(`check failed: ${fields.text(CHECK) ?? ''}`, 1)
        break
    }
  }

  cut(why: string): void {
    this.#isCut = true
    this.#sink.partial(why)
  }

  end(): void {
    // Only executors that start iterations at a rate drop any; with all others a slow answer delays the next request.
    const mixes = this.#isFailureUnknown ? ({ mixesFailures: true } as const) : {}
    this.#sink.facts({ tool: 'k6', isClosedLoop: !this.#hasDropped, ...mixes })
    this.#sink.note(WHAT_K6_TIMES)
    if (this.#isInSeconds && this.#durations > 0) {
      this.#sink.note(WHOLE_SECONDS)
      this.#sink.facts({ tool: 'k6', timeStepMs: 1000 })
    }
    if (this.#durations === 0 && !this.#isCut) {
      throw new LoadProblem('no-samples', 'it has no point of http_req_duration: k6 measured no HTTP request')
    }
    if (this.#requests !== 0 && this.#requests !== this.#durations) {
      this.#sink.note(`http_reqs counts ${this.#requests} requests, http_req_duration has ${this.#durations}`)
    }
    if (this.#isFailureUnknown) {
      this.#sink.note('the points have neither expected_response nor status as a tag, so failed requests are not known')
    }
  }

  #request(fields: K6Fields, durationMs: number): void {
    const endMs = this.#timeOf(fields)
    if (endMs % 1000 !== 0) this.#isInSeconds = false
    const label = this.#label(fields)
    const isFailure = this.#isFailure(fields)
    this.#durations += 1
    if (isFailure) this.#sink.error(errorOf(fields), 1, label)
    // A connection that was refused has the duration 0, which is no latency.
    const hasLatency = !isFailure || durationMs > 0 || statusOf(fields) !== NO_RESPONSE
    if (hasLatency) this.#sink.sample(label, endMs - durationMs, durationMs, isFailure)
    else this.#sink.withoutLatency(label, 1, true, endMs)
  }

  #label(fields: K6Fields): number {
    const named = fields.end(NAME) > fields.start(NAME) ? NAME : URL
    const place = this.#place
    place.method = fields.start(METHOD)
    place.methodEnd = fields.end(METHOD)
    place.name = fields.start(named)
    place.nameEnd = fields.end(named)
    const known = this.#labels.find(fields, place)
    if (known >= 0) return known
    const id = this.#sink.label(fields.text(named) ?? '', fields.text(METHOD) ?? '')
    this.#labels.add(fields, place, id)
    return id
  }

  /** k6 decides it itself, by what the test says is expected; without that tag its default holds, status 200 to 399. */
  #isFailure(fields: K6Fields): boolean {
    const truth = wordAt(TRUTHS, fields.bytes, fields.start(EXPECTED), fields.end(EXPECTED))
    if (truth >= 0) return truth === 1
    const status = statusOf(fields)
    if (!Number.isNaN(status)) return status < 200 || status > 399
    if (fields.end(ERROR_CODE) > fields.start(ERROR_CODE) || fields.end(ERROR) > fields.start(ERROR)) return true
    this.#isFailureUnknown = true
    return false
  }

  #timeOf(fields: K6Fields): number {
    const ms = momentMs(fields.bytes, fields.start(TIME), fields.end(TIME))
    if (!Number.isNaN(ms)) return ms
    return refuse(fields.text(TIME), this.#where('time', fields), 'RFC 3339, or a whole number since 1970')
  }

  #refuseValue(metric: number, fields: K6Fields): never {
    const expected = metric === DURATION ? 'milliseconds of 0 or more' : 'a number of 0 or more'
    return refuse(fields.text(VALUE), this.#where('value', fields), expected)
  }

  #where(what: string, { number }: K6Fields): string {
    return `${this.#unit} ${number}: the ${what}`
  }
}

function statusOf(fields: K6Fields): number {
  return decimalOf(fields.bytes, fields.start(STATUS), fields.end(STATUS))
}

function errorOf(fields: K6Fields): string {
  const error = fields.text(ERROR) ?? ''
  if (error !== '') return error
  const status = statusOf(fields)
  if (status > 0) return `HTTP ${status}`
  const code = fields.text(ERROR_CODE) ?? ''
  return code === '' ? 'failed' : `error code ${code}`
}
