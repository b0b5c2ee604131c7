/** A file for an archive. */
export interface NewZipFile {
  /** Relative, with `/`. */
  readonly name: string
  readonly content: string | Uint8Array
}

const LOCAL_HEADER = 0x04034b50
const DIRECTORY_ENTRY = 0x02014b50
const END = 0x06054b50
/** Names are UTF-8 (APPNOTE.TXT 6.3.10, section 4.4.4). */
const FLAG_UTF8 = 0x0800
const DEFLATED = 8
/** 2.0: the first that knows deflate. */
const VERSION_NEEDED = 20
/** 1980-01-01, the first day that the format has: what is packed is the same for the same files. */
const FIRST_DAY = 0x0021
const REGULAR_FILE = 0o100644

/** A zip archive in memory, for a handful of small files; names must differ. */
export function writeZip(files: readonly NewZipFile[]): Buffer {
  const packed = files.map(pack)
  const offsets: number[] = []
  let at = 0
  for (const one of packed) {
    offsets.push(at)
    at += 30 + one.name.length + one.bytes.length
  }
  const local = packed.flatMap((one) => [localHeader(one), one.name, one.bytes])
  const directory = Buffer.concat(packed.flatMap((one, index) => [directoryEntry(one, offsets[index] ?? 0), one.name]))
  return Buffer.concat([...local, directory, endRecord(files.length, directory.length, at)])
}

interface Packed {
  readonly name: Buffer
  readonly bytes: Buffer
  readonly size: number
  readonly crc32: number
}

function pack({ name, content }: NewZipFile): Packed {
  const zlib = process.getBuiltinModule('node:zlib')
  const plain = Buffer.from(content)
  return {
    name: Buffer.from(name),
    bytes: zlib.deflateRawSync(plain),
    size: plain.length,
    crc32: zlib.crc32(plain),
  }
}

function localHeader(file: Packed): Buffer {
  const header = Buffer.alloc(30)
  header.writeUInt32LE(LOCAL_HEADER, 0)
  writeFacts(header, 4, file)
  return header
}

function directoryEntry(file: Packed, offset: number): Buffer {
  const entry = Buffer.alloc(46)
  entry.writeUInt32LE(DIRECTORY_ENTRY, 0)
  entry.writeUInt8(VERSION_NEEDED, 4)
  // made on Unix, so that the upper half of the attributes is a mode
  entry.writeUInt8(3, 5)
  writeFacts(entry, 6, file)
  entry.writeUInt32LE(REGULAR_FILE * 0x10000, 38)
  entry.writeUInt32LE(offset, 42)
  return entry
}

/** The fields that both headers have, in the same order. */
function writeFacts(header: Buffer, at: number, { name, bytes, size, crc32 }: Packed): void {
  header.writeUInt16LE(VERSION_NEEDED, at)
  header.writeUInt16LE(FLAG_UTF8, at + 2)
  header.writeUInt16LE(DEFLATED, at + 4)
  header.writeUInt16LE(FIRST_DAY, at + 8)
  header.writeUInt32LE(crc32, at + 10)
  header.writeUInt32LE(bytes.length, at + 14)
  header.writeUInt32LE(size, at + 18)
  header.writeUInt16LE(name.length, at + 22)
}

function endRecord(count: number, size: number, offset: number): Buffer {
  const end = Buffer.alloc(22)
  end.writeUInt32LE(END, 0)
  end.writeUInt16LE(count, 8)
  end.writeUInt16LE(count, 10)
  end.writeUInt32LE(size, 12)
  end.writeUInt32LE(offset, 16)
  return end
}
