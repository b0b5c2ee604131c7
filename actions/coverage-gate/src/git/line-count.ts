import { closeSync, openSync, readSync, statSync } from 'node:fs'

const LF = 0x0a
const CR = 0x0d
// the last bytes of U+2028 and U+2029, behind E2 80
const LINE_END = 0xa8
const PARAGRAPH_END = 0xa9

// One for all files: thousands are counted, and a buffer for each would keep the garbage collector busy. It is filled and
// looked at without a pause, so no two counts can meet in it.
const BUFFER_BYTES = 65_536
let shared: Buffer | undefined

/**
 * The most lines that a tool could count in a file; undefined: no such file. LF, CRLF and a lone CR end a line, U+2028 and
 * U+2029 too (JavaScript), and what follows the last of them is one more. Once there are `enough` no more is read.
 */
export function lineCountOf(path: string, enough = Number.POSITIVE_INFINITY): number | undefined {
  if (!isFileAt(path)) return undefined
  const buffer = (shared ??= Buffer.allocUnsafe(BUFFER_BYTES))
  const lines = new LineCounter(enough)
  const file = openSync(path, 'r')
  try {
    while (!lines.isDone) {
      const length = readSync(file, buffer)
      if (length === 0) break
      lines.push(buffer, length)
    }
  } finally {
    closeSync(file)
  }
  return lines.count
}

export function isFileAt(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isFile() === true
  } catch {
    return false // also for a name that no file can have
  }
}

class LineCounter {
  count = 1
  readonly #enough: number
  #last = 0
  #beforeLast = 0

  constructor(enough: number) {
    this.#enough = enough
  }

  get isDone(): boolean {
    return this.count >= this.#enough
  }

  push(chunk: Uint8Array, length: number): void {
    for (let at = 0; at < length; at += 1) {
      const byte = chunk[at] ?? 0
      // nearly every byte
      if (byte > CR && byte < LINE_END) continue
      if (!this.#isEnd(byte, chunk, at)) continue
      this.count += 1
      if (this.isDone) return
    }
    this.#beforeLast = length > 1 ? (chunk[length - 2] ?? 0) : this.#last
    this.#last = chunk[length - 1] ?? 0
  }

  #isEnd(byte: number, chunk: Uint8Array, at: number): boolean {
    const before = at > 0 ? chunk[at - 1] : this.#last
    if (byte === LF) return before !== CR
    if (byte === CR) return true
    if ((byte !== LINE_END && byte !== PARAGRAPH_END) || before !== 0x80) return false
    return (at > 1 ? chunk[at - 2] : at === 1 ? this.#last : this.#beforeLast) === 0xe2
  }
}
