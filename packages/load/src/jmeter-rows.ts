import type { DelimitedFields } from '@hardgate/scan'
import { DEFAULT_HEADER, isJmeterHeader, type JmeterColumn, type JmeterLayout, jmeterLayout } from './jmeter-header.ts'
import {
  isEmptyTransaction,
  type JmeterSample,
  jmeterError,
  ONLY_TRANSACTIONS,
  TRANSACTION,
  tellSeveral,
} from './jmeter-sample.ts'
import { type TimeLayout, timeLayoutOf } from './jmeter-times.ts'
import { LabelFinder } from './label-finder.ts'
import { refuse } from './reported-number.ts'
import { LoadProblem, type LoadSink } from './sink.ts'

const LETTER_N = 78
const LOWER_CASE = 0x20
const TRUE = Buffer.from('true')
const FALSE = Buffer.from('false')

/** The rows of a JTL. The path of a plain sample builds no strings. */
export class JmeterRows {
  readonly #sink: LoadSink
  readonly #labels = new LabelFinder()
  #layout: JmeterLayout = jmeterLayout(DEFAULT_HEADER)
  #time: TimeLayout | undefined
  #users = -1
  #samples = 0
  #transactions = 0

  constructor(sink: LoadSink) {
    this.#sink = sink
  }

  get asked(): readonly number[] {
    return this.#layout.asked
  }

  /** Takes the first record; false where it is no header but a row. */
  begin(names: readonly (string | undefined)[]): boolean {
    const isHeader = isJmeterHeader(names) || names.includes('elapsed') || names.includes('timeStamp')
    if (isHeader) this.#layout = jmeterLayout(names)
    return isHeader
  }

  row(fields: DelimitedFields): void {
    const { slots, asked } = this.#layout
    if (fields.count < asked.length) this.#failShort(fields)
    const elapsedMs = fields.digits(slots.elapsed)
    if (Number.isNaN(elapsedMs)) this.#fail(fields, 'elapsed', 'whole milliseconds such as 120')
    const startMs = this.#startOf(fields)
    const isFailure = this.#isFailure(fields)
    if (slots.responseMessage >= 0 && this.#startsWithN(fields) && this.#isTransaction(fields)) {
      this.#transactions += 1
      if (isEmptyTransaction(this.#text(fields, 'responseMessage'))) return
      this.#sink.nested(this.#labelOf(fields), startMs, elapsedMs, isFailure)
      return
    }
    const label = this.#labelOf(fields)
    this.#samples += 1
    if (slots.allThreads >= 0) this.#tellUsers(fields, startMs + elapsedMs)
    if (isFailure) this.#tellError(fields, label)
    if (slots.SampleCount >= 0 && fields.digits(slots.SampleCount) !== 1)
      this.#several(fields, { label, startMs, elapsedMs, isFailure })
    else this.#sink.sample(label, startMs, elapsedMs, isFailure)
  }

  end(): void {
    if (this.#samples === 0 && this.#transactions > 0) throw new LoadProblem('no-samples', ONLY_TRANSACTIONS)
  }

  #startOf(fields: DelimitedFields): number {
    const slot = this.#layout.slots.timeStamp
    const start = fields.start(slot)
    const end = fields.end(slot)
    this.#time ??= timeLayoutOf(fields.bytes, start, end)
    const startMs = this.#time?.(fields.bytes, start, end) ?? Number.NaN
    if (Number.isNaN(startMs)) {
      this.#fail(
        fields,
        'timeStamp',
        'epoch milliseconds or a time such as 2026/03/01 12:00:00.000, the same way in every row',
      )
    }
    return startMs
  }

  #isFailure(fields: DelimitedFields): boolean {
    const slot = this.#layout.slots.success
    const start = fields.start(slot)
    const length = fields.end(slot) - start
    if (length === TRUE.length && isWord(fields.bytes, start, TRUE)) return false
    if (length === FALSE.length && isWord(fields.bytes, start, FALSE)) return true
    return this.#fail(fields, 'success', '"true" or "false"')
  }

  #labelOf(fields: DelimitedFields): number {
    const slot = this.#layout.slots.label
    const start = fields.start(slot)
    const end = fields.end(slot)
    const known = this.#labels.find(fields, start, end)
    if (known >= 0) return known
    const id = this.#sink.label(fields.text(slot) ?? '')
    this.#labels.add(fields, start, end, id)
    return id
  }

  #startsWithN(fields: DelimitedFields): boolean {
    return fields.bytes[fields.start(this.#layout.slots.responseMessage)] === LETTER_N
  }

  #isTransaction(fields: DelimitedFields): boolean {
    return fields.text(this.#layout.slots.responseMessage)?.startsWith(TRANSACTION) === true
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
    const users = fields.digits(this.#layout.slots.allThreads)
    if (Number.isNaN(users)) this.#fail(fields, 'allThreads', 'a whole number')
    if (users === this.#users) return
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
    const columns = Math.max(...this.#layout.asked) + 1
    throw new LoadProblem(
      'unreadable-report',
      `record ${fields.number} ends after column ${fields.count}, expected at least ${columns}`,
    )
  }

  #fail(fields: DelimitedFields, column: JmeterColumn, expected: string): never {
    const slot = this.#layout.slots[column]
    return refuse(slot < 0 ? undefined : fields.text(slot), `record ${fields.number}: ${column}`, expected)
  }
}

function isWord(bytes: Uint8Array, start: number, word: Uint8Array): boolean {
  for (let i = 0; i < word.length; i += 1) {
    if (((bytes[start + i] ?? 0) | LOWER_CASE) !== word[i]) return false
  }
  return true
}
