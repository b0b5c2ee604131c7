import { LineScanner, type Scanner, textOf } from '@hardgate/scan'
import { GatlingLines } from './gatling-lines.ts'
import type { LoadReader, LoadSink } from './sink.ts'

/** `simulation.log` up to Gatling 3.12: a line is a record. Logs of several injectors add up. */
export const gatlingText: LoadReader = {
  format: 'gatling-text',
  fidelity: 'samples',
  hasTimes: true,
  isMergeable: true,
  sniff: (head) => (/^(ASSERTION\t[^\n]*\n)*RUN\t/.test(textOf(head, 0, head.length)) ? 1 : 0),
  open: (sink) => new GatlingText(sink),
}

class GatlingText implements Scanner {
  readonly #sink: LoadSink
  readonly #lines: GatlingLines
  readonly #scanner: LineScanner

  constructor(sink: LoadSink) {
    this.#sink = sink
    this.#lines = new GatlingLines(sink)
    this.#scanner = new LineScanner(({ bytes, start, end }) => {
      // Gatling ends every line. Where the end is missing a time may have lost its last digits.
      if (this.#scanner.lastLineIsOpen)
        this.#sink.partial('its last line has no end: Gatling was stopped while it wrote, or the file was cut')
      else this.#lines.line(bytes, start, end)
    })
    sink.facts({ tool: 'gatling' })
  }

  push(chunk: Uint8Array): void {
    this.#scanner.push(chunk)
  }

  end(): void {
    this.#scanner.end()
    this.#lines.end()
  }
}
