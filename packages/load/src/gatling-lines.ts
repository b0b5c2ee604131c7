import { digitsOf, textOf } from '@hardgate/scan'
import { gatlingLabel } from './gatling-label.ts'
import { LabelFinder } from './label-finder.ts'
import { quoted, refuse } from './reported-number.ts'
import { LoadProblem, type LoadSink } from './sink.ts'

const TAB = 9
const MOST_FIELDS = 64
const TIME_DIGITS = 13
const LONGEST_MESSAGE = 1024
/** The smallest 64-bit integer: there was no answer. */
const NO_END = '-9223372036854775808'
const KINDS: readonly string[] = ['RUN', 'REQUEST', 'USER', 'GROUP', 'ERROR', 'ASSERTION']
const REQUEST = Buffer.from('REQUEST')

/**
 * The lines of a text log. Scenario and user stand before the groups up to 3.3, so the columns are counted from the
 * two times: groups, name, start, end, OK or KO, message.
 */
export class GatlingLines {
  readonly #sink: LoadSink
  readonly #labels = new LabelFinder()
  /** Where the fields end: field f lies between `edges[f]` and `edges[f + 1]`. */
  readonly #edges: Int32Array = new Int32Array(MOST_FIELDS + 1)
  #count = 0
  #bytes: Uint8Array = REQUEST
  #view: DataView = new DataView(new ArrayBuffer(0))
  #number = 0
  #active = 0
  #unanswered = 0
  /** Of an ERROR whose message goes over several lines, which Gatling does not prevent: the last one ends with its time. */
  #message = ''

  constructor(sink: LoadSink) {
    this.#sink = sink
  }

  line(bytes: Uint8Array, start: number, end: number): void {
    this.#number += 1
    if (start === end) return
    this.#split(bytes, start, end)
    if (this.#message !== '') this.#errorLine(this.#text(0))
    else if (this.#isRequest()) this.#request()
    else this.#other(this.#text(0))
  }

  end(): void {
    if (this.#message !== '') this.#sink.partial('it ends inside the message of an ERROR')
    if (this.#unanswered > 0)
      this.#sink.note(`${this.#unanswered} requests have no end in the log: they are counted and have no latency`)
  }

  #split(bytes: Uint8Array, start: number, end: number): void {
    if (bytes !== this.#bytes) {
      this.#bytes = bytes
      this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    }
    const edges = this.#edges
    let count = 0
    edges[0] = start - 1
    for (let i = start; i < end && count < MOST_FIELDS - 1; i += 1) {
      if (bytes[i] !== TAB) continue
      count += 1
      edges[count] = i
    }
    edges[count + 1] = end
    this.#count = count + 1
  }

  #isRequest(): boolean {
    const start = this.#start(0)
    return this.#end(0) - start === REQUEST.length && REQUEST.every((byte, i) => this.#bytes[start + i] === byte)
  }

  #request(): void {
    const at = this.#times(3)
    const startMs = this.#time(at)
    const isFailure = this.#isFailure(at + 2)
    const label = this.#label(at)
    if (isFailure) this.#sink.error(this.#text(at + 3).trim() || 'failed', 1, label)
    if (this.#text(at + 1) === NO_END) {
      this.#unanswered += 1
      this.#sink.withoutLatency(label, 1, isFailure, startMs)
      return
    }
    this.#sink.sample(label, startMs, this.#duration(at), isFailure)
  }

  #other(kind: string): void {
    if (kind === 'RUN') this.#run()
    else if (kind === 'USER') this.#user()
    else if (kind === 'GROUP') this.#group()
    else if (kind === 'ERROR') this.#errorLine(this.#text(1))
    else if (kind !== 'ASSERTION') refuse(kind, `line ${this.#number}: its kind`, `one of ${KINDS.join(', ')}`)
  }

  /** Class, identifier, start, description, version. */
  #run(): void {
    for (let field = 1; field < this.#count; field += 1) {
      const startMs = this.#time(field)
      if (Number.isNaN(startMs)) continue
      const version = this.#text(this.#count - 1).trim()
      this.#sink.facts({ tool: 'gatling', startMs, ...(/^[0-9]/.test(version) ? { version } : {}) })
      return
    }
    refuse(undefined, `line ${this.#number}: the start of the run`, 'epoch milliseconds')
  }

  /** Of a START the first time counts, of an END the last: up to 3.3 both have both. */
  #user(): void {
    for (let field = 1; field < this.#count; field += 1) {
      const event = this.#text(field)
      if (event !== 'START' && event !== 'END') continue
      const isStart = event === 'START'
      const atMs = this.#time(isStart ? field + 1 : this.#count - 1)
      if (Number.isNaN(atMs)) continue
      this.#active += isStart ? 1 : -1
      this.#sink.users(atMs, Math.max(0, this.#active))
      return
    }
    refuse(undefined, `line ${this.#number}: START or END with a time`, 'both in a USER line')
  }

  #errorLine(text: string): void {
    // A record must not be lost in a message.
    if (this.#message !== '' && this.#count > 1 && KINDS.includes(text)) this.#failError()
    const message = this.#message === '' ? text || ' ' : `${this.#message} ${text}`
    const isLast = !Number.isNaN(this.#time(this.#count - 1))
    this.#message = isLast ? '' : message.slice(0, LONGEST_MESSAGE)
    if (isLast) this.#sink.error(message, 1)
  }

  #failError(): never {
    refuse(this.#message, `line ${this.#number}: the ERROR before it`, 'its time in milliseconds at the end')
  }

  #group(): void {
    const at = this.#times(2)
    const name = this.#text(at - 1)
    this.#sink.nested(
      this.#sink.label(groupsOf(name).join(' / ')),
      this.#time(at),
      this.#duration(at),
      this.#isFailure(at + 3),
    )
  }

  /** The field of the start: the first of two times with OK or KO behind. `from` is the least it can be. */
  #times(from: number): number {
    for (let at = from; at + 1 < this.#count; at += 1) {
      if (Number.isNaN(this.#time(at))) continue
      if (!Number.isNaN(this.#time(at + 1)) || this.#text(at + 1) === NO_END) {
        // a name may look like a time
        if (from === 2 || ['OK', 'KO'].includes(this.#text(at + 2))) return at
      }
    }
    throw new LoadProblem(
      'unreadable-report',
      `line ${this.#number}: expected two times in milliseconds and OK or KO in ${quoted(textOf(this.#bytes, this.#start(0), this.#end(this.#count - 1)))}`,
    )
  }

  #isFailure(field: number): boolean {
    const status = this.#text(field)
    if (status === 'OK') return false
    if (status === 'KO') return true
    return refuse(status, `line ${this.#number}: the status`, 'OK or KO')
  }

  #duration(at: number): number {
    const durationMs = this.#time(at + 1) - this.#time(at)
    return durationMs >= 0 ? durationMs : refuse(durationMs, `line ${this.#number}: end minus start`, '0 or more')
  }

  #label(at: number): number {
    const start = this.#start(at - 2)
    const end = this.#end(at - 1)
    const place = { bytes: this.#bytes, view: this.#view }
    const known = this.#labels.find(place, start, end)
    if (known >= 0) return known
    const id = this.#sink.label(gatlingLabel(groupsOf(this.#text(at - 2)), this.#text(at - 1)))
    this.#labels.add(place, start, end, id)
    return id
  }

  #time(field: number): number {
    const start = this.#start(field)
    const end = this.#end(field)
    return end - start === TIME_DIGITS ? digitsOf(this.#bytes, start, end) : Number.NaN
  }

  #text(field: number): string {
    return field < this.#count ? textOf(this.#bytes, this.#start(field), this.#end(field)) : ''
  }

  #start(field: number): number {
    return (this.#edges[field] ?? 0) + 1
  }

  #end(field: number): number {
    return this.#edges[field + 1] ?? 0
  }
}

function groupsOf(text: string): string[] {
  return text === '' ? [] : text.split(',')
}
