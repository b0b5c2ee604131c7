import { LineScanner, ScanError, type Scanner, textOf } from '@hardgate/scan'
import { LoadProblem } from './sink.ts'

export interface JsonLineHandler {
  object(object: Readonly<Record<string, unknown>>, place: string): void
  cut(why: string): void
  end(): void
}

/** One JSON object a line. */
export class JsonLines implements Scanner {
  readonly #handler: JsonLineHandler
  readonly #lines: LineScanner
  #number = 0

  constructor(handler: JsonLineHandler) {
    this.#handler = handler
    this.#lines = new LineScanner(({ bytes, start, end, offset }) => this.#line(textOf(bytes, start, end), offset))
  }

  push(chunk: Uint8Array): void {
    this.#lines.push(chunk)
  }

  end(): void {
    this.#lines.end()
    this.#handler.end()
  }

  #line(text: string, offset: number): void {
    this.#number += 1
    if (text.trim() === '') return
    const value = parsed(text)
    if (isRecord(value)) {
      this.#handler.object(value, `line ${this.#number}`)
      return
    }
    // a whole object without a line end is whole all the same
    if (this.#lines.lastLineIsOpen) this.#handler.cut(`line ${this.#number} is cut off`)
    else if (value === undefined) throw new ScanError(`line ${this.#number} is no JSON`, offset)
    else
      throw new LoadProblem('unreadable-report', `line ${this.#number} is no object: expected one JSON object a line`)
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
