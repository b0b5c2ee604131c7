import { readDirectory, type ZipEntry } from './zip-directory.ts'
import { ZipError, type ZipLimits } from './zip-limits.ts'

export interface ZipFile {
  /** Relative, with `/`; no part of it is `..`. */
  readonly path: string
  readonly size: number
  /** Its bytes, once. Throws a `ZipError` where they are not those that the directory tells. */
  readonly read: () => AsyncIterable<Buffer>
}

const LOCAL_HEADER = 0x04034b50
const FIXED_BYTES = 30

/**
 * The files of a zip archive that somebody else made. Nothing is unpacked before the whole directory was checked, and
 * no file gives more bytes than it declares there. Throws a `ZipError`.
 */
export function readZip(archive: Buffer, limits: ZipLimits): ZipFile[] {
  const entries = readDirectory(archive, limits)
  const packed = entries.map((entry) => packedBytes(archive, entry))
  refuseOverlap(packed)
  return entries.map((entry, at) => ({
    path: entry.path,
    size: entry.size,
    read: () => unpacked(entry, packed[at]?.bytes ?? Buffer.alloc(0)),
  }))
}

interface Packed {
  readonly from: number
  readonly to: number
  readonly bytes: Buffer
}

/** What the local header says of sizes is not read: where it stands behind the file, there is nothing in it. */
function packedBytes(archive: Buffer, { offset, packedSize, path, rawName }: ZipEntry): Packed {
  if (offset + FIXED_BYTES > archive.length || archive.readUInt32LE(offset) !== LOCAL_HEADER)
    throw new ZipError(`${path} is not where the directory says`)
  const nameEnd = offset + FIXED_BYTES + archive.readUInt16LE(offset + 26)
  const start = nameEnd + archive.readUInt16LE(offset + 28)
  if (!archive.subarray(offset + FIXED_BYTES, nameEnd).equals(rawName)) throw new ZipError(`${path} has two names`)
  if (start + packedSize > archive.length) throw new ZipError(`${path} ends behind the end of the archive`)
  return { from: offset, to: start + packedSize, bytes: archive.subarray(start, start + packedSize) }
}

/** Files that share their bytes are how a small archive becomes an endless one. */
function refuseOverlap(packed: readonly Packed[]): void {
  const sorted = packed.toSorted((a, b) => a.from - b.from)
  const isShared = sorted.some(({ from }, at) => from < (sorted[at - 1]?.to ?? 0))
  if (isShared) throw new ZipError('two of its files share their bytes')
}

async function* unpacked({ path, size, crc32, isDeflated }: ZipEntry, packed: Buffer): AsyncGenerator<Buffer> {
  const zlib = process.getBuiltinModule('node:zlib')
  let given = 0
  let sum = 0
  for await (const chunk of isDeflated ? inflated(packed, path) : [packed]) {
    given += chunk.length
    if (given > size) throw new ZipError(`${path} is larger than the ${size} bytes that it declares`)
    sum = zlib.crc32(chunk, sum)
    if (chunk.length > 0) yield chunk
  }
  if (given !== size) throw new ZipError(`${path} ends after ${given} of ${size} bytes`)
  if (sum !== crc32) throw new ZipError(`${path} is damaged: its checksum is another`)
}

/** Ends as soon as the reader does: what a bomb would still give is never made. */
async function* inflated(packed: Buffer, path: string): AsyncGenerator<Buffer> {
  const inflate = process.getBuiltinModule('node:zlib').createInflateRaw()
  inflate.end(packed)
  try {
    for await (const chunk of inflate) yield Buffer.from(chunk)
  } catch {
    throw new ZipError(`${path} is damaged: it cannot be unpacked`)
  }
  // bytes behind the end of the stream belong to nothing that was checked
  if (inflate.bytesWritten !== packed.length) throw new ZipError(`${path} is damaged: there is more behind its end`)
}
