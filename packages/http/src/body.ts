import type { IncomingMessage } from 'node:http'
import type { Duplex, Readable } from 'node:stream'

/** How many encodings may lie over each other; real servers use one. */
const MAX_ENCODINGS = 3

export interface BodyEnd {
  readonly isCut: boolean
}

/** Why a body cannot be decoded. */
export class UndecodableBody extends Error {
  /** The stream of bytes ended too early, as opposed to one that is no such encoding. */
  readonly isTruncated: boolean

  constructor(isTruncated: boolean) {
    super('the body is not in its content-encoding')
    this.isTruncated = isTruncated
  }
}

interface BodySink {
  readonly maxBytes: number
  readonly chunks: Buffer[]
  readonly onEnd: (end: BodyEnd) => void
  readonly onError: (error: Error) => void
}

/** Collects the decoded body, `maxBytes` at most: neither a long body nor a packed one grows the memory. */
export function readBody(answer: IncomingMessage, { maxBytes, chunks, onEnd, onError }: BodySink): void {
  let size = 0
  let decoders: Duplex[] | undefined
  const collect = (chunk: Buffer): void => {
    const room = maxBytes - size
    size += chunk.length
    chunks.push(chunk.length > room ? chunk.subarray(0, Math.max(room, 0)) : chunk)
    if (size <= maxBytes) return
    onEnd({ isCut: true })
    for (const stream of [answer, ...(decoders ?? [])]) stream.removeAllListeners('data').destroy()
  }
  const finish = (): void => onEnd({ isCut: false })
  // no decoder before the first byte: a decoder of nothing fails, and many empty answers are labelled gzip
  answer.once('data', (first: Buffer) => {
    decoders = decodersFor(answer.headers['content-encoding'] ?? '', first)
    let last: Readable = answer
    for (const decoder of decoders) {
      decoder.on('error', (error) => onError(undecodable(error)))
      last = last.pipe(decoder)
    }
    last.on('data', collect).once('end', finish)
    if (last === answer) collect(first)
    else decoders[0]?.write(first)
  })
  answer.once('end', () => {
    if (decoders === undefined) finish()
  })
}

/** In the order of decoding. An encoding that nobody knows ends the list: the bytes stay as they are. */
function decodersFor(header: string, first: Buffer): Duplex[] {
  const names = header
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && name !== 'identity')
    .toReversed()
  if (names.length > MAX_ENCODINGS) return []
  const decoders = names.map((name, i) => decoderFor(name, i === 0 ? first : undefined))
  const known = decoders.findIndex((decoder) => decoder === undefined)
  return decoders.slice(0, known === -1 ? undefined : known).filter((decoder) => decoder !== undefined)
}

function decoderFor(name: string, first: Buffer | undefined): Duplex | undefined {
  const zlib = process.getBuiltinModule('node:zlib')
  if (name === 'gzip' || name === 'x-gzip') return zlib.createGunzip()
  if (name === 'br') return zlib.createBrotliDecompress()
  if (name !== 'deflate') return undefined
  // "deflate" means the zlib format (RFC 9110 section 8.4.1.2), yet some servers send the bare stream
  const isBare = first?.[0] !== undefined && (first[0] & 0x0f) !== 8
  return isBare ? zlib.createInflateRaw() : zlib.createInflate()
}

function undecodable(error: Error): UndecodableBody {
  return new UndecodableBody('code' in error && error.code === 'Z_BUF_ERROR')
}
