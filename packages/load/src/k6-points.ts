import { LineScanner, type Scanner, textOf } from '@hardgate/scan'
import { K6Line } from './k6-line.ts'
import { K6Run } from './k6-run.ts'
import { quoted } from './reported-number.ts'
import { LoadProblem, type LoadReader, type LoadSink } from './sink.ts'
import { asciiOf } from './sniff-text.ts'

/** What `k6 run --out json=FILE` writes: one JSON object a line. */
export const k6Points: LoadReader = {
  format: 'k6-points',
  fidelity: 'samples',
  hasTimes: true,
  isMergeable: true,
  sniff: sniffK6Points,
  open: (sink) => new PointLines(sink),
}

function sniffK6Points(head: Uint8Array): number {
  const [first = ''] = asciiOf(head).trimStart().split('\n', 1)
  if (!first.startsWith('{') || !/"type"\s*:\s*"(?:Metric|Point)"/.test(first)) return 0
  return /"metric"\s*:/.test(first) && /"data"\s*:/.test(first) ? 1 : 0.4
}

class PointLines implements Scanner {
  readonly #lines = new LineScanner((line) => this.#line(line.bytes, line.start, line.end))
  readonly #fields = new K6Line()
  readonly #run: K6Run
  #number = 0

  constructor(sink: LoadSink) {
    this.#run = new K6Run(sink, 'line')
  }

  push(chunk: Uint8Array): void {
    this.#lines.push(chunk)
  }

  end(): void {
    this.#lines.end()
    this.#run.end()
  }

  #line(bytes: Uint8Array, start: number, end: number): void {
    this.#number += 1
    this.#fields.number = this.#number
    // The last line may have been cut where it still looks whole.
    const kind = this.#lines.lastLineIsOpen ? 'irregular' : this.#fields.read(bytes, start, end)
    if (kind === 'point') this.#run.point(this.#fields.metric, this.#fields)
    else if (kind === 'irregular') this.#irregular(textOf(bytes, start, end))
  }

  /** Blanks between tokens, escapes in a key, or no JSON at all. */
  #irregular(text: string): void {
    if (text.trim() === '') return
    const point = this.#parsed(text)
    if (point === undefined) return
    const bytes = Buffer.from(JSON.stringify(point))
    if (this.#fields.read(bytes, 0, bytes.length) === 'point') this.#run.point(this.#fields.metric, this.#fields)
  }

  /** The same point as k6 would write it. */
  #parsed(text: string): object | undefined {
    let value: unknown
    try {
      value = JSON.parse(text)
    } catch {
      if (!this.#lines.lastLineIsOpen) throw this.#noPoint(text)
      this.#run.cut(`it ends inside line ${this.#number}`)
      return undefined
    }
    if (!isRecord(value) || typeof value['metric'] !== 'string' || !isRecord(value['data'])) throw this.#noPoint(text)
    const { time, value: number, tags } = value['data']
    return { metric: value['metric'], type: value['type'], data: { time, value: number, tags } }
  }

  #noPoint(text: string): LoadProblem {
    const expected = '{"metric":…,"type":"Point","data":{"time":…,"value":…,"tags":{…}}}'
    return new LoadProblem('unreadable-report', `line ${this.#number} is ${quoted(text)}: expected ${expected}`)
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
