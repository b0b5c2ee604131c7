import { crc32, deflateRawSync } from 'node:zlib'

/** What stands in an archive, and the lies that it tells. */
export interface ZipPart {
  readonly name: string | Buffer
  readonly content?: string | Buffer
  /** Default: deflated. */
  readonly method?: number
  readonly flags?: number
  /** The mode of the file in the upper half of the attributes. */
  readonly mode?: number
  readonly size?: number
  readonly crc?: number
  readonly localName?: string
  /** The bytes as they are packed, in place of the content's. */
  readonly packed?: Buffer
  /** Stands at the place of that part. */
  readonly sharesWith?: number
  readonly extra?: Buffer
}

export interface ZipLies {
  readonly count?: number
  readonly comment?: string
  readonly gap?: number
}

/** A zip archive, honest but for what it is told to say. */
export function zipOf(parts: readonly ZipPart[], lies: ZipLies = {}): Buffer {
  const local: Buffer[] = []
  const directory: Buffer[] = []
  const offsets: number[] = []
  let at = 0
  for (const part of parts) {
    const built = partOf(part)
    const offset = part.sharesWith === undefined ? at : (offsets[part.sharesWith] ?? 0)
    offsets.push(offset)
    directory.push(directoryEntry(part, built, offset))
    if (part.sharesWith !== undefined) continue
    local.push(built.header, built.packed)
    at += built.header.length + built.packed.length
  }
  const gap = Buffer.alloc(lies.gap ?? 0)
  const list = Buffer.concat(directory)
  return Buffer.concat([...local, list, gap, endRecord(list.length, at, lies, parts.length)])
}

interface Built {
  readonly header: Buffer
  readonly packed: Buffer
  readonly name: Buffer
  readonly size: number
  readonly crc: number
  readonly method: number
}

function partOf(part: ZipPart): Built {
  const { name, content = '', method = 8, flags = 0, localName = name } = part
  const bytes = Buffer.from(content)
  const packed = part.packed ?? (method === 8 ? deflateRawSync(bytes) : bytes)
  const { size = bytes.length, crc = crc32(bytes) } = part
  const inner = Buffer.from(localName)
  const header = Buffer.alloc(30)
  header.writeUInt32LE(0x04034b50, 0)
  header.writeUInt16LE(flags, 6)
  header.writeUInt16LE(method, 8)
  header.writeUInt16LE(inner.length, 26)
  return { header: Buffer.concat([header, inner]), packed, name: Buffer.from(name), size, crc, method }
}

function directoryEntry({ flags = 0, mode, extra = Buffer.alloc(0) }: ZipPart, built: Built, offset: number): Buffer {
  const entry = Buffer.alloc(46)
  entry.writeUInt32LE(0x02014b50, 0)
  entry.writeUInt8(mode === undefined ? 0 : 3, 5)
  entry.writeUInt16LE(flags, 8)
  entry.writeUInt16LE(built.method, 10)
  entry.writeUInt32LE(built.crc, 16)
  entry.writeUInt32LE(extra.length > 0 ? 0xffffffff : built.packed.length, 20)
  entry.writeUInt32LE(extra.length > 0 ? 0xffffffff : built.size, 24)
  entry.writeUInt16LE(built.name.length, 28)
  entry.writeUInt16LE(extra.length, 30)
  entry.writeUInt32LE((mode ?? 0) * 0x10000, 38)
  entry.writeUInt32LE(offset, 42)
  return Buffer.concat([entry, built.name, extra])
}

function endRecord(size: number, offset: number, { count, comment = '' }: ZipLies, parts: number): Buffer {
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(count ?? parts, 8)
  end.writeUInt16LE(count ?? parts, 10)
  end.writeUInt32LE(size, 12)
  end.writeUInt32LE(offset, 16)
  end.writeUInt16LE(Buffer.byteLength(comment), 20)
  return Buffer.concat([end, Buffer.from(comment)])
}

/** The field in which sizes stand that do not fit in 32 bits: unpacked, then packed. */
export function zip64Field(size: bigint, packedSize: bigint): Buffer {
  const field = Buffer.alloc(20)
  field.writeUInt16LE(1, 0)
  field.writeUInt16LE(16, 2)
  field.writeBigUInt64LE(size, 4)
  field.writeBigUInt64LE(packedSize, 12)
  return field
}
