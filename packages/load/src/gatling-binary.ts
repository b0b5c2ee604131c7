import { BigEndianCursor, NOT_YET, type Scanner } from '@hardgate/scan'
import { GatlingRecords } from './gatling-records.ts'
import { LoadProblem, type LoadReader, type LoadSink } from './sink.ts'

const LONGEST_VERSION = 40

/** `simulation.log` of Gatling 3.13 and later. Logs of several injectors add up. */
export const gatlingBinary: LoadReader = {
  format: 'gatling-binary',
  fidelity: 'samples',
  hasTimes: true,
  isMergeable: true,
  sniff,
  open: (sink) => new GatlingBinary(sink),
}

/** The header byte of a Run record, and the version as its first string. */
function sniff(head: Uint8Array): number {
  if (head.length < 6 || head[0] !== 0) return 0
  const bytes = Buffer.from(head.buffer, head.byteOffset, head.byteLength)
  const length = bytes.readInt32BE(1)
  if (length < 1 || length > LONGEST_VERSION) return 0
  return /^[0-9]+\.[0-9]+/.test(bytes.toString('latin1', 5, 5 + length)) ? 1 : 0
}

class GatlingBinary implements Scanner {
  readonly #sink: LoadSink
  readonly #cursor = new BigEndianCursor()
  readonly #records: GatlingRecords
  #isBroken = false

  constructor(sink: LoadSink) {
    this.#sink = sink
    this.#records = new GatlingRecords(sink, this.#cursor)
    sink.facts({ tool: 'gatling' })
  }

  push(chunk: Uint8Array): void {
    if (this.#isBroken) throw new LoadProblem('unreadable-report', 'nothing can be read after an error')
    this.#isBroken = true
    this.#cursor.append(chunk)
    this.#readAll()
    this.#cursor.rewind()
    this.#isBroken = false
  }

  end(): void {
    if (this.#cursor.remaining > 0)
      this.#sink.partial(
        `the file ends inside record ${this.#records.count + 1}: Gatling was stopped while it wrote, or the file was cut`,
      )
    this.#records.end()
  }

  #readAll(): void {
    try {
      while (this.#cursor.remaining > 0) {
        this.#records.next()
        this.#cursor.commit()
      }
    } catch (error) {
      if (error !== NOT_YET) throw error
    }
  }
}
