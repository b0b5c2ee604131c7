import { type JsonLineHandler, JsonLines } from './json-lines.ts'
import { refuse } from './reported-number.ts'
import { LoadProblem, type LoadReader, type LoadSink } from './sink.ts'
import { asciiOf } from './sniff-text.ts'
import { isVegetaFailure } from './vegeta-code.ts'

const KEYS = ['"attack"', '"seq"', '"code"', '"timestamp"', '"latency"']
const PER_MILLISECOND = 1_000_000

/** `vegeta encode --to json`: one object a line. */
export const vegetaJson: LoadReader = {
  format: 'vegeta-json',
  fidelity: 'samples',
  hasTimes: true,
  isMergeable: true,
  sniff: (head) => {
    const text = asciiOf(head)
    if (!/^\s*\{/.test(text)) return 0
    const found = KEYS.filter((key) => text.includes(key)).length
    return found === KEYS.length ? 1 : found / 20
  },
  open: (sink) => new JsonLines(new VegetaObjects(sink)),
}

class VegetaObjects implements JsonLineHandler {
  readonly #sink: LoadSink
  #objects = 0
  #isCut = false

  constructor(sink: LoadSink) {
    this.#sink = sink
    sink.facts({ tool: 'vegeta' })
  }

  object(object: Readonly<Record<string, unknown>>, place: string): void {
    this.#objects += 1
    const code = wholeOf(object['code'], `${place}: "code"`)
    const durationMs = wholeOf(object['latency'], `${place}: "latency"`) / PER_MILLISECOND
    const startMs = dateOf(object['timestamp'], `${place}: "timestamp"`)
    const label = this.#sink.label(textOr(object['url'], ''), textOr(object['method'], ''))
    const error = textOr(object['error'], '')
    const isFailure = isVegetaFailure(code) || error !== ''
    this.#sink.sample(label, startMs, durationMs, isFailure)
    if (isFailure) this.#sink.error(error === '' ? `status ${code}` : error, 1, label)
  }

  cut(why: string): void {
    this.#isCut = true
    this.#sink.partial(why)
  }

  end(): void {
    if (this.#objects === 0 && !this.#isCut) throw new LoadProblem('empty-report', 'it holds nothing but blank lines')
  }
}

function wholeOf(value: unknown, place: string): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value
  return refuse(shown(value), place, 'a whole number of 0 or more')
}

function dateOf(value: unknown, place: string): number {
  const ms = typeof value === 'string' ? Date.parse(value) : Number.NaN
  return ms > 0 ? ms : refuse(shown(value), place, 'a date and time')
}

function textOr(value: unknown, instead: string): string {
  return typeof value === 'string' ? value : instead
}

/** undefined is told as missing. */
function shown(value: unknown): string | number | undefined {
  if (value === undefined || typeof value === 'number') return value
  return typeof value === 'string' ? value : JSON.stringify(value)
}
