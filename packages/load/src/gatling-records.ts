import type { BigEndianCursor } from '@hardgate/scan'
import { gatlingLabel } from './gatling-label.ts'
import { LoadProblem, type LoadSink } from './sink.ts'

const RUN = 0
const REQUEST = 1
const USER = 2
const GROUP = 3
const ERROR = 4
const LATIN1 = 0
const UTF16 = 1
/** The smallest 64-bit integer stands for the end of a request that had no answer. */
const NO_END = -(2n ** 63n)
const MOST_GROUPS = 64
const MOST_SCENARIOS = 100_000
/** Of all kept strings together. */
const MOST_CHARACTERS = 67_108_864

/** The records of a binary log. A record whose bytes have not all come yet is read again from its start. */
export class GatlingRecords {
  /** Complete ones. */
  count = 0
  readonly #sink: LoadSink
  readonly #cursor: BigEndianCursor
  readonly #cache = new Map<number, string>()
  #characters = 0
  #runStartMs: number | undefined
  /** What is left of NO_END as an offset from the start of the run in 32 bits. */
  #noEnd = 0
  #active = 0
  #unanswered = 0

  constructor(sink: LoadSink, cursor: BigEndianCursor) {
    this.#sink = sink
    this.#cursor = cursor
  }

  next(): void {
    const kind = this.#cursor.byte()
    if (this.#runStartMs === undefined && kind !== RUN) this.#fail('the log does not begin with its Run record')
    if (kind === REQUEST) this.#request(this.#runStartMs ?? 0)
    else if (kind === USER) this.#user(this.#runStartMs ?? 0)
    else if (kind === GROUP) this.#group(this.#runStartMs ?? 0)
    else if (kind === ERROR) this.#error()
    else if (kind === RUN) this.#run()
    else this.#fail(`${kind} is no kind of record, expected 0 to 4`)
    this.count += 1
  }

  end(): void {
    if (this.#unanswered > 0)
      this.#sink.note(`${this.#unanswered} requests have no end in the log: they are counted and have no latency`)
  }

  #run(): void {
    const version = this.#string()
    this.#string()
    const startMs = this.#cursor.int64()
    this.#string()
    const scenarios = this.#length('scenarios', MOST_SCENARIOS)
    for (let i = 0; i < scenarios; i += 1) this.#string()
    const assertions = this.#length('assertions', MOST_SCENARIOS)
    for (let i = 0; i < assertions; i += 1) this.#cursor.bytes(this.#cursor.int32())
    this.#runStartMs = startMs
    this.#noEnd = Number(BigInt.asIntN(32, NO_END - BigInt(startMs)))
    this.#sink.facts({ tool: 'gatling', version, startMs })
  }

  #request(runStartMs: number): void {
    const groups = this.#groups()
    const name = this.#cached()
    const start = this.#cursor.int32()
    const end = this.#cursor.int32()
    const isFailure = !this.#flag()
    const message = this.#cached()
    const label = this.#sink.label(groups.length === 0 ? name : gatlingLabel(groups, name))
    if (isFailure) this.#sink.error(message.trim() || 'failed', 1, label)
    if (end === this.#noEnd) {
      this.#unanswered += 1
      this.#sink.withoutLatency(label, 1, isFailure, runStartMs + start)
      return
    }
    this.#sink.sample(label, runStartMs + start, this.#duration(start, end), isFailure)
  }

  #user(runStartMs: number): void {
    this.#cursor.int32()
    const isStart = this.#flag()
    const atMs = runStartMs + this.#cursor.int32()
    this.#active += isStart ? 1 : -1
    this.#sink.users(atMs, Math.max(0, this.#active))
  }

  #group(runStartMs: number): void {
    const groups = this.#groups()
    const start = this.#cursor.int32()
    const end = this.#cursor.int32()
    this.#cursor.int32()
    const isFailure = !this.#flag()
    this.#sink.nested(this.#sink.label(groups.join(' / ')), runStartMs + start, this.#duration(start, end), isFailure)
  }

  #error(): void {
    const message = this.#cached()
    this.#cursor.int32()
    this.#sink.error(message, 1)
  }

  #groups(): string[] {
    const count = this.#length('groups', MOST_GROUPS)
    const groups: string[] = []
    for (let i = 0; i < count; i += 1) groups.push(this.#cached())
    return groups
  }

  /** The first time a string comes with its number, from then on only the number does, negated. */
  #cached(): string {
    const number = this.#cursor.int32()
    if (number >= 0) {
      const text = this.#string()
      if (!this.#cache.has(number)) this.#keep(text)
      this.#cache.set(number, text)
      return text
    }
    return this.#cache.get(-number) ?? this.#fail(`string ${-number} was not written before`)
  }

  #keep(text: string): void {
    this.#characters += text.length
    if (this.#characters > MOST_CHARACTERS) this.#fail(`more than ${MOST_CHARACTERS} characters of names and messages`)
  }

  /** An empty string has no coder byte. */
  #string(): string {
    const length = this.#cursor.int32()
    if (length === 0) return ''
    const bytes = this.#cursor.bytes(length)
    const coder = this.#cursor.byte()
    if (coder === LATIN1) return bytes.toString('latin1')
    if (coder === UTF16 && length % 2 === 0) return bytes.toString('utf16le')
    return this.#fail(`a string of ${length} bytes has the coder ${coder}, expected 0, or 1 with an even length`)
  }

  #flag(): boolean {
    const flag = this.#cursor.byte()
    return flag === 0 || flag === 1 ? flag === 1 : this.#fail(`a flag is ${flag}, expected 0 or 1`)
  }

  #length(of: string, most: number): number {
    const length = this.#cursor.int32()
    return length >= 0 && length <= most ? length : this.#fail(`${length} ${of}, expected 0 to ${most}`)
  }

  #duration(start: number, end: number): number {
    return end >= start ? end - start : this.#fail(`an end of ${end} ms is before its start of ${start} ms`)
  }

  #fail(problem: string): never {
    throw new LoadProblem(
      'unreadable-report',
      `record ${this.count + 1}, before byte ${this.#cursor.offset}: ${problem}`,
    )
  }
}
