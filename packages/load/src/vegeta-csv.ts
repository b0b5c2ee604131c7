import type { DelimitedFields, Scanner } from '@hardgate/scan'
import { type BareHandler, BareRecords } from './bare-records.ts'
import { countField, timeField } from './field-numbers.ts'
import { withoutReturn } from './headed-records.ts'
import { LoadProblem, type LoadReader, type LoadSink } from './sink.ts'
import { asciiOf } from './sniff-text.ts'
import { isVegetaFailure } from './vegeta-code.ts'

const FIRST_LINE = /^[0-9]{16,19},[0-9]{1,3},[0-9]+,[0-9]+,[0-9]+,/
/** timestamp, code, latency, error, method, URL */
const COLUMNS = [0, 1, 2, 5, 9, 10]
const TIME = { place: 0, name: 'the timestamp', power: -6 }
const CODE = { place: 1, name: 'the status code' }
const LATENCY = { place: 2, name: 'the latency', power: -6 }
const [ERROR, METHOD, URL] = [3, 4, 5] as const
const [TAB, ZERO, NINE] = [9, 48, 57]

/** `vegeta encode --to csv`. The binary file that `vegeta attack` writes is recognised here and refused. */
export const vegetaCsv: LoadReader = {
  format: 'vegeta-csv',
  fidelity: 'samples',
  hasTimes: true,
  isMergeable: true,
  sniff: (head) => (FIRST_LINE.test(asciiOf(head.subarray(0, 128))) || isVegetaGob(head) ? 1 : 0),
  open: (sink) => new VegetaRecords(sink),
}

/** Go's gob begins with the description of the type: its name and the names of its fields. */
export function isVegetaGob(head: Uint8Array): boolean {
  const text = asciiOf(head.subarray(0, 1024))
  return (
    ['Result', 'Attack', 'Timestamp', 'Latency', 'BytesOut'].every((name) => text.includes(name)) &&
    head.subarray(0, 1024).some((byte) => byte < TAB)
  )
}

class VegetaRecords implements Scanner {
  readonly #records: BareRecords
  #isBegun = false

  constructor(sink: LoadSink) {
    this.#records = new BareRecords(new VegetaResults(sink), ',')
    this.#records.ask(COLUMNS)
  }

  push(chunk: Uint8Array): void {
    if (!this.#isBegun && chunk.length > 0) this.#begin(chunk[0] ?? 0)
    this.#records.push(chunk)
  }

  end(): void {
    this.#records.end()
  }

  #begin(first: number): void {
    this.#isBegun = true
    if (first >= ZERO && first <= NINE) return
    throw new LoadProblem(
      'unreadable-report',
      'this is the binary file that "vegeta attack" writes: run "vegeta encode --to csv" on it and give that file',
    )
  }
}

class VegetaResults implements BareHandler {
  readonly #sink: LoadSink

  constructor(sink: LoadSink) {
    this.#sink = sink
    sink.facts({ tool: 'vegeta' })
  }

  record(fields: DelimitedFields): void {
    const startMs = timeField(fields, TIME)
    const code = countField(fields, CODE)
    const durationMs = timeField(fields, LATENCY)
    const label = this.#sink.label(withoutReturn(fields.text(URL)) ?? '', fields.text(METHOD) ?? '')
    const error = fields.text(ERROR) ?? ''
    const isFailure = isVegetaFailure(code) || error !== ''
    this.#sink.sample(label, startMs, durationMs, isFailure)
    if (isFailure) this.#sink.error(error === '' ? `status ${code}` : error, 1, label)
  }

  cut(why: string): void {
    this.#sink.partial(why)
  }

  end(): void {}
}
