import { type DelimitedFields, type DelimitedScanner, digitsOf, type PlainRows } from '@hardgate/scan'
import { DEFAULT_HEADER, isJmeterHeader, type JmeterColumn, type JmeterLayout, jmeterLayout } from './jmeter-header.ts'
import {
  isEmptyTransaction,
  type JmeterSample,
  jmeterError,
  ONLY_TRANSACTIONS,
  TRANSACTION,
  tellSeveral,
} from './jmeter-sample.ts'
import { JmeterTimes } from './jmeter-times.ts'
import { LabelFinder } from './label-finder.ts'
import { refuse } from './reported-number.ts'
import { LoadProblem, type LoadSink } from './sink.ts'

const LETTER_N = 78
const LETTER_E = 101
const QUOTE = 34
const TRUE = Buffer.from('true').readInt32LE()
const A_TIME = 'epoch milliseconds or a time such as 2026/03/01 12:00:00.000, the same way in every row'
const WHOLE_SECONDS =
  'its times are whole seconds, so how long the run took is known to a second (jmeter.save.saveservice.timestamp_format=ms has more)'
const FALS = Buffer.from('fals').readInt32LE()

/** The rows of a JTL. The path of a plain sample builds no strings. */
export class JmeterRows {
  readonly #sink: LoadSink
  readonly #scanner: Pick<DelimitedScanner, 'ask' | 'takePlain' | 'learnLabel'>
  readonly #labels = new LabelFinder()
  #layout: JmeterLayout = jmeterLayout(DEFAULT_HEADER)
  readonly #times = new JmeterTimes()
  #users = -1
  #samples = 0
  #transactions = 0

  /** Columns of the first record, until it is known what a plain row of this file is. */
  #width = 0

  constructor(sink: LoadSink, scanner: Pick<DelimitedScanner, 'ask' | 'takePlain' | 'learnLabel'>) {
    this.#sink = sink
    this.#scanner = scanner
  }

  /** Takes the first record, and asks for the columns of the others; false where it is no header but a row. */
  begin(names: readonly (string | undefined)[]): boolean {
    const isHeader = isJmeterHeader(names) || names.includes('elapsed') || names.includes('timeStamp')
    if (isHeader) this.#layout = jmeterLayout(names)
    this.#width = names.length
    this.#scanner.ask(this.#layout.asked)
    return isHeader
  }

  row(fields: DelimitedFields): void {
    const { slots, columns, width } = this.#layout
    if (fields.count < width) this.#failShort(fields)
    const elapsedMs = this.#elapsedOf(fields)
    const startMs = this.#startOf(fields)
    const isFailure = this.#isFailure(fields)
    if (columns.responseMessage >= 0 && this.#isTransaction(fields)) {
      this.#transaction(fields, { startMs, elapsedMs, isFailure })
      return
    }
    const label = this.#labelOf(fields)
    this.#samples += 1
    if (columns.allThreads >= 0) this.#tellUsers(fields, startMs + elapsedMs)
    if (isFailure) this.#tellError(fields, label)
    if (slots.SampleCount >= 0 && fields.digits(slots.SampleCount) !== 1)
      this.#several(fields, { label, startMs, elapsedMs, isFailure })
    else this.#sink.sample(label, startMs, elapsedMs, isFailure)
    if (this.#width > 0) this.#takePlain()
  }

  /** The first row has told how this file writes its times. */
  #takePlain(): void {
    const { columns } = this.#layout
    const width = this.#width
    this.#width = 0
    // a row for several samples is another matter
    if (!this.#times.isEpoch || columns.SampleCount >= 0) return
    this.#scanner.takePlain(
      {
        width,
        time: columns.timeStamp,
        duration: columns.elapsed,
        label: columns.label,
        success: columns.success,
        message: columns.responseMessage,
        users: columns.allThreads,
      },
      (rows, count) => this.#plainRows(rows, count),
    )
  }

  #plainRows(rows: PlainRows, count: number): void {
    this.#samples += count
    if (this.#layout.columns.allThreads < 0) return this.#sink.samples(rows, 0, count)
    const { times, durations, users } = rows
    let from = 0
    for (let at = 0; at < count; at += 1) {
      const active = users[at] ?? 0
      if (active === this.#users) continue
      // as in a single row: the users first
      this.#sink.samples(rows, from, at)
      this.#users = active
      this.#sink.users((times[at] ?? 0) + (durations[at] ?? 0), active)
      from = at
    }
    this.#sink.samples(rows, from, count)
  }

  end(): void {
    if (this.#times.stepMs > 0) {
      this.#sink.facts({ tool: 'jmeter', timeStepMs: this.#times.stepMs })
      this.#sink.note(WHOLE_SECONDS)
    }
    if (this.#samples === 0 && this.#transactions > 0) throw new LoadProblem('no-samples', ONLY_TRANSACTIONS)
  }

  #elapsedOf(fields: DelimitedFields): number {
    const { elapsed } = this.#layout.columns
    const elapsedMs = digitsOf(fields.bytes, fields.rawStart(elapsed), fields.rawEnd(elapsed))
    return Number.isNaN(elapsedMs) ? this.#digits(fields, 'elapsed', 'whole milliseconds such as 120') : elapsedMs
  }

  /** Digits that may be in quotes. */
  #digits(fields: DelimitedFields, name: JmeterColumn, expected: string): number {
    const value = fields.digits(this.#layout.slots[name])
    return Number.isNaN(value) ? this.#fail(fields, name, expected) : value
  }

  #startOf(fields: DelimitedFields): number {
    const { columns, slots } = this.#layout
    const startMs = this.#times.at(fields, fields.rawStart(columns.timeStamp), fields.rawEnd(columns.timeStamp))
    if (!Number.isNaN(startMs)) return startMs
    const inQuotes = this.#times.at(fields, fields.start(slots.timeStamp), fields.end(slots.timeStamp))
    return Number.isNaN(inQuotes) ? this.#fail(fields, 'timeStamp', A_TIME) : inQuotes
  }

  #isFailure(fields: DelimitedFields): boolean {
    const { columns, slots } = this.#layout
    const start = fields.rawStart(columns.success)
    const length = fields.rawEnd(columns.success) - start
    if (length === 4 && fields.view.getInt32(start, true) === TRUE) return false
    if (length === 5 && fields.view.getInt32(start, true) === FALS && fields.bytes[start + 4] === LETTER_E) return true
    const word = fields.text(slots.success)?.toLowerCase()
    if (word === 'true') return false
    if (word === 'false') return true
    return this.#fail(fields, 'success', '"true" or "false"')
  }

  /** The bytes with their quotes find it; only a new one is made a text. */
  #labelOf(fields: DelimitedFields): number {
    const { columns, slots } = this.#layout
    const start = fields.rawStart(columns.label)
    const end = fields.rawEnd(columns.label)
    const known = this.#labels.find(fields, start, end)
    const id = known >= 0 ? known : this.#sink.label(fields.text(slots.label) ?? '')
    if (known < 0) this.#labels.add(fields, start, end, id)
    this.#scanner.learnLabel(start, end, id)
    return id
  }

  #isTransaction(fields: DelimitedFields): boolean {
    const start = fields.rawStart(this.#layout.columns.responseMessage)
    const first = fields.bytes[start]
    if (first !== LETTER_N && (first !== QUOTE || fields.bytes[start + 1] !== LETTER_N)) return false
    return this.#text(fields, 'responseMessage').startsWith(TRANSACTION)
  }

  #transaction(fields: DelimitedFields, { startMs, elapsedMs, isFailure }: Omit<JmeterSample, 'label'>): void {
    this.#transactions += 1
    if (isEmptyTransaction(this.#text(fields, 'responseMessage'))) return
    this.#sink.nested(this.#labelOf(fields), startMs, elapsedMs, isFailure)
  }

  #several(fields: DelimitedFields, sample: JmeterSample): void {
    const { slots } = this.#layout
    const count = fields.digits(slots.SampleCount)
    if (!(count >= 1)) this.#fail(fields, 'SampleCount', 'a whole number from 1')
    const failures = slots.ErrorCount < 0 ? (sample.isFailure ? count : 0) : fields.digits(slots.ErrorCount)
    if (!(failures <= count)) this.#fail(fields, 'ErrorCount', `a whole number up to SampleCount, which is ${count}`)
    tellSeveral(this.#sink, sample, count, failures)
  }

  #tellUsers(fields: DelimitedFields, atMs: number): void {
    const { allThreads } = this.#layout.columns
    const digits = digitsOf(fields.bytes, fields.rawStart(allThreads), fields.rawEnd(allThreads))
    if (digits === this.#users) return
    const users = Number.isNaN(digits) ? this.#digits(fields, 'allThreads', 'a whole number') : digits
    this.#users = users
    this.#sink.users(atMs, users)
  }

  #tellError(fields: DelimitedFields, label: number): void {
    const message = jmeterError(
      this.#text(fields, 'responseCode'),
      this.#text(fields, 'responseMessage'),
      this.#text(fields, 'failureMessage'),
    )
    this.#sink.error(message, 1, label)
  }

  #text(fields: DelimitedFields, column: JmeterColumn): string {
    const slot = this.#layout.slots[column]
    return slot < 0 ? '' : (fields.text(slot) ?? '')
  }

  #failShort(fields: DelimitedFields): never {
    throw new LoadProblem(
      'unreadable-report',
      `record ${fields.number} ends after column ${fields.count}, expected at least ${this.#layout.width}`,
    )
  }

  #fail(fields: DelimitedFields, column: JmeterColumn, expected: string): never {
    const slot = this.#layout.slots[column]
    return refuse(slot < 0 ? undefined : fields.text(slot), `record ${fields.number}: ${column}`, expected)
  }
}
