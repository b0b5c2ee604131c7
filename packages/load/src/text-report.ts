import { LineScanner, type Scanner, textOf } from '@hardgate/scan'
import { LoadProblem } from './sink.ts'

export interface TextHandler {
  /** Without its line end. `place` says where it is, for a message. */
  line(text: string, place: string): void
  end(): void
}

/** What a tool prints for people, line by line. */
export class TextReport implements Scanner {
  readonly #lines: LineScanner
  readonly #handler: TextHandler
  #number = 0

  constructor(handler: TextHandler) {
    this.#handler = handler
    this.#lines = new LineScanner(({ bytes, start, end }) => this.#line(textOf(bytes, start, end)))
  }

  push(chunk: Uint8Array): void {
    this.#lines.push(chunk)
  }

  end(): void {
    this.#lines.end()
    this.#handler.end()
  }

  #line(text: string): void {
    this.#number += 1
    this.#handler.line(text.endsWith('\r') ? text.slice(0, -1) : text, `line ${this.#number}`)
  }
}

/** Two reports in one file are two runs, and nothing of them adds up. */
export function refuseSecondRun(tool: string, place: string): never {
  const text = `${place} begins a second report of ${tool}: write each run to a file of its own`
  throw new LoadProblem('unreadable-report', text)
}

/** The groups of a pattern, '' for one that did not take part; undefined where the line does not match. */
export function groupsOf(pattern: RegExp, line: string): readonly string[] | undefined {
  return pattern.exec(line)?.map((group: string | undefined) => group ?? '')
}
