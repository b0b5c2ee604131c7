import type { XmlHandler, XmlTag } from '@hardgate/scan'
import { isEmptyTransaction, jmeterError, ONLY_TRANSACTIONS, TRANSACTION, tellSeveral } from './jmeter-sample.ts'
import { refuse } from './reported-number.ts'
import { LoadProblem, type LoadSink } from './sink.ts'

const ROOT = 'testResults'
const LONGEST_MESSAGE = 1024

/** What an element is for the count. A part is a sample within a sample, or no sample at all. */
type Role = 'root' | 'transaction' | 'sample' | 'part'

interface OpenSample {
  readonly label: number
  readonly startMs: number
  readonly elapsedMs: number
  readonly isFailure: boolean
  readonly count: number
  readonly failures: number
  readonly code: string
  readonly message: string
}

/**
 * The elements of a JTL. What counts is the outermost sample: those within it (redirects, embedded files) are its
 * parts. A transaction is none: what lies within it counts.
 */
export class JmeterElements implements XmlHandler {
  readonly #sink: LoadSink
  readonly #open: Role[] = []
  #sample: OpenSample | undefined
  /** Of the first assertion that failed. */
  #failureMessage = ''
  #isInMessage = false
  #number = 0
  #samples = 0
  #transactions = 0
  #users = -1

  constructor(sink: LoadSink) {
    this.#sink = sink
  }

  open(tag: XmlTag): void {
    this.#open.push(this.#roleOf(tag))
    this.#isInMessage = this.#isMessage(tag.name)
  }

  close(): void {
    this.#isInMessage = false
    if (this.#open.pop() === 'sample') this.#tell()
  }

  text(read: () => string): void {
    if (!this.#isInMessage) return
    this.#failureMessage = (this.#failureMessage + read()).slice(0, LONGEST_MESSAGE)
  }

  end(): void {
    if (this.#samples === 0 && this.#transactions > 0) throw new LoadProblem('no-samples', ONLY_TRANSACTIONS)
  }

  #roleOf(tag: XmlTag): Role {
    const parent = this.#open.at(-1)
    if (parent === undefined) {
      if (tag.name !== ROOT) throw new LoadProblem('unreadable-report', `its root element is not <${ROOT}>`)
      return 'root'
    }
    const mayCount = parent === 'root' || parent === 'transaction'
    if (!mayCount || (tag.name !== 'sample' && tag.name !== 'httpSample')) return 'part'
    this.#number += 1
    return this.#begin(tag)
  }

  #begin(tag: XmlTag): Role {
    const elapsedMs = this.#digits(tag, 't')
    const startMs = this.#digits(tag, 'ts')
    const isFailure = this.#isFailure(tag)
    const name = tag.text('lb') ?? refuse(undefined, this.#place('lb'), 'a label')
    const message = tag.text('rm') ?? ''
    if (message.startsWith(TRANSACTION)) {
      this.#transactions += 1
      if (!isEmptyTransaction(message)) this.#sink.nested(this.#sink.label(name), startMs, elapsedMs, isFailure)
      return 'transaction'
    }
    const count = tag.digits('sc') ?? 1
    if (!(count >= 1)) refuse(tag.text('sc'), this.#place('sc'), 'a whole number from 1')
    const failures = tag.digits('ec') ?? (isFailure ? count : 0)
    if (!(failures <= count)) refuse(tag.text('ec'), this.#place('ec'), `a whole number up to sc, which is ${count}`)
    this.#tellUsers(tag, startMs + elapsedMs)
    const code = tag.text('rc') ?? tag.text('rs') ?? ''
    this.#sample = { label: this.#sink.label(name), startMs, elapsedMs, isFailure, count, failures, code, message }
    this.#failureMessage = ''
    return 'sample'
  }

  #tell(): void {
    const sample = this.#sample
    if (sample === undefined) return
    this.#sample = undefined
    this.#samples += 1
    const { label, startMs, elapsedMs, isFailure, count, failures, code, message } = sample
    if (count === 1) this.#sink.sample(label, startMs, elapsedMs, isFailure)
    else tellSeveral(this.#sink, sample, count, failures)
    if (isFailure) this.#sink.error(jmeterError(code, message, this.#failureMessage.trim()), 1, label)
  }

  /** `<failureMessage>` in an assertion of the sample itself, unless another one told already. */
  #isMessage(name: string): boolean {
    return name === 'failureMessage' && this.#open.at(-3) === 'sample' && this.#failureMessage === ''
  }

  #tellUsers(tag: XmlTag, atMs: number): void {
    const users = tag.digits('na') ?? this.#users
    if (Number.isNaN(users)) refuse(tag.text('na'), this.#place('na'), 'a whole number')
    if (users === this.#users) return
    this.#users = users
    this.#sink.users(atMs, users)
  }

  #isFailure(tag: XmlTag): boolean {
    const success = tag.text('s')
    if (success === 'true') return false
    if (success === 'false') return true
    return refuse(success, this.#place('s'), '"true" or "false"')
  }

  #digits(tag: XmlTag, attribute: string): number {
    const value = tag.digits(attribute)
    if (value !== undefined && !Number.isNaN(value)) return value
    return refuse(tag.text(attribute), this.#place(attribute), 'whole milliseconds')
  }

  #place(attribute: string): string {
    return `sample ${this.#number}: ${attribute}`
  }
}
