import type { Gunzip } from 'node:zlib'
import { ScanError } from './scan-error.ts'

/** A piece of so many bytes becomes 16 MiB at most, because deflate shortens to a thousandth at best. */
const PIECE = 16_384

export const isGzip = (head: Uint8Array): boolean => head[0] === 0x1f && head[1] === 0x8b

/**
 * The unpacked bytes of one gzip member or several. Where the input ends too early everything before is given, and then
 * `onCut` is called; damaged input throws a `ScanError`.
 */
export async function* gunzip(chunks: AsyncIterable<Uint8Array>, onCut: () => void): AsyncGenerator<Uint8Array> {
  const unpacking = new Unpacking()
  let work = Promise.resolve()
  try {
    for await (const piece of piecesOf(chunks)) {
      await work
      const unpacked = unpacking.taken()
      // the next piece is unpacked on another thread while this one is worked on
      work = unpacking.write(piece)
      // it is waited for later, and by then has perhaps failed
      work.catch(() => undefined)
      yield* unpacked
    }
    await work
    yield* unpacking.taken()
    if (!(await unpacking.end())) onCut()
    yield* unpacking.taken()
  } finally {
    unpacking.stop()
  }
}

class Unpacking {
  readonly #stream: Gunzip = process.getBuiltinModule('node:zlib').createGunzip({ chunkSize: 262_144 })
  #unpacked: Uint8Array[] = []
  #error: unknown
  #onEnd: (() => void) | undefined
  #isOver = false

  constructor() {
    // "flowing", so that all that came before an error is here
    this.#stream.on('data', (part: Uint8Array) => this.#unpacked.push(part))
    this.#stream.on('error', (error) => {
      this.#error = error
      this.#finish()
    })
    this.#stream.on('end', () => this.#finish())
  }

  taken(): Uint8Array[] {
    const unpacked = this.#unpacked
    this.#unpacked = []
    return unpacked
  }

  async write(piece: Uint8Array): Promise<void> {
    if (this.#isOver) return
    await new Promise<void>((resolve) => {
      this.#onEnd = resolve
      this.#stream.write(piece, () => resolve())
    })
    this.#check()
  }

  /** False where more should have come. */
  async end(): Promise<boolean> {
    if (!this.#isOver) {
      await new Promise<void>((resolve) => {
        this.#onEnd = resolve
        this.#stream.end()
      })
    }
    if (codeOf(this.#error) === 'Z_BUF_ERROR') return false
    this.#check()
    return true
  }

  stop(): void {
    this.#stream.destroy()
  }

  #finish(): void {
    this.#isOver = true
    this.#onEnd?.()
  }

  #check(): void {
    if (this.#error === undefined) return
    const code = codeOf(this.#error)
    if (code === undefined) throw this.#error
    throw new ScanError(`the gzip data is damaged (${code})`, this.#stream.bytesWritten)
  }
}

function codeOf(error: unknown): string | undefined {
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined
  return typeof code === 'string' && code.startsWith('Z_') ? code : undefined
}

/** Copies: the chunk is filled anew while its last piece is still being unpacked. */
async function* piecesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; at += PIECE) yield new Uint8Array(chunk.subarray(at, at + PIECE))
  }
}
