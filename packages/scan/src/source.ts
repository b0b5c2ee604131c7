import type { Hash } from 'node:crypto'
import { open } from 'node:fs/promises'
import { decodeText } from './decode-text.ts'
import { gunzip, isGzip } from './gunzip.ts'

const CHUNK = 262_144
const CHUNKS_A_TURN = 16

export interface SourceOptions {
  readonly signal?: AbortSignal
  /** Told of each chunk that is read of the file. */
  readonly onRead?: (bytes: number) => void
  /** The bytes as they are in the file, packed or not. */
  readonly isRaw?: boolean
}

/** What a file turned out to be. Final once its chunks have come to their end. */
export interface SourceFacts {
  /** As they are in the file: of a gzip file the packed ones. */
  readonly bytes: number
  readonly sha256: string
}

/** A file that is read once, from its start to its end. */
export class Source {
  readonly #path: string
  readonly #options: SourceOptions
  readonly #hash: Hash = process.getBuiltinModule('node:crypto').createHash('sha256')
  /** Known once there is a first chunk. */
  isGzip = false
  /** A gzip file that ends too early: what could be unpacked was given. */
  isCut = false
  #bytes = 0

  constructor(path: string, options: SourceOptions = {}) {
    this.#path = path
    this.#options = options
  }

  /** The bytes, unpacked where they are gzip (the first two bytes tell). A chunk is valid until the next is asked for. */
  async *chunks(): AsyncGenerator<Uint8Array> {
    const file = fileChunks(this.#path)
    const watched = this.#watched(file)
    try {
      const first = await watched.next()
      if (first.done === true) return
      this.isGzip = this.#options.isRaw !== true && isGzip(first.value)
      const all = joined(first.value, watched)
      if (this.isGzip) yield* gunzip(all, () => (this.isCut = true))
      else yield* all
    } finally {
      await watched.return(undefined)
    }
  }

  /** The same as UTF-8, see `decodeText`. */
  text(): AsyncIterable<Uint8Array> {
    return decodeText(this.chunks())
  }

  facts(): SourceFacts {
    return { bytes: this.#bytes, sha256: this.#hash.copy().digest('hex') }
  }

  async *#watched(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      this.#options.signal?.throwIfAborted()
      this.#hash.update(chunk)
      this.#bytes += chunk.length
      this.#options.onRead?.(chunk.length)
      yield chunk
    }
  }
}

export function openSource(path: string, options: SourceOptions = {}): Source {
  return new Source(path, options)
}

async function* joined(first: Uint8Array, rest: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield first
  yield* rest
}

/**
 * Read where they are worked on, so that they are in the cache of that processor: handing each over from another thread
 * takes longer than to read it.
 */
async function* fileChunks(path: string): AsyncGenerator<Uint8Array> {
  const handle = await open(path)
  const { readSync } = process.getBuiltinModule('node:fs')
  const buffer = Buffer.allocUnsafe(CHUNK)
  try {
    for (let count = 1; ; count += 1) {
      const length = readSync(handle.fd, buffer, 0, CHUNK, null)
      if (length === 0) return
      yield buffer.subarray(0, length)
      if (count % CHUNKS_A_TURN === 0) await othersTurn()
    }
  } finally {
    await handle.close()
  }
}

/** A signal, or a timer, is seen once the loop of events has come around. */
function othersTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
