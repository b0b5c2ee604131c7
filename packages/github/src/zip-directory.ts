import { ZipError, type ZipLimits } from './zip-limits.ts'
import { fileNameOf, refuseClashes } from './zip-names.ts'

/** A file as the central directory has it, checked but for its bytes. */
export interface ZipEntry {
  /** Relative, with `/`; no part of it is `..`. */
  readonly path: string
  readonly size: number
  readonly packedSize: number
  readonly crc32: number
  readonly isDeflated: boolean
  /** Where its local header begins. */
  readonly offset: number
  /** As it stands in the archive. */
  readonly rawName: Buffer
}

const DIRECTORY_ENTRY = 0x02014b50
const FIXED_BYTES = 46
// traditional encryption, strong encryption, and a directory whose values are masked
const FLAGS_ENCRYPTED = 0x2041
const STORED = 0
const DEFLATED = 8
const UNIX = 3
const TYPE_BITS = 0o170000
const TYPES_READ = new Set([0, 0o100000, 0o040000])
const DEFAULT_MAX_ENTRIES = 10_000

/** The files of an archive by its central directory alone (APPNOTE.TXT 6.3.10, section 4.3.12). Throws a `ZipError`. */
export function readDirectory(archive: Buffer, limits: ZipLimits): ZipEntry[] {
  const { count, offset, end } = findDirectory(archive)
  const { maxEntries = DEFAULT_MAX_ENTRIES } = limits
  if (count > maxEntries) throw new ZipError(`it holds ${count} entries, and ${maxEntries} are read at most`)
  const entries: ZipEntry[] = []
  let at = offset
  for (let read = 0; read < count; read += 1) {
    if (at + FIXED_BYTES > end || archive.readUInt32LE(at) !== DIRECTORY_ENTRY)
      throw new ZipError('its directory is damaged')
    const length =
      FIXED_BYTES + archive.readUInt16LE(at + 28) + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32)
    if (at + length > end) throw new ZipError('its directory is damaged')
    const entry = readEntry(archive.subarray(at, at + length))
    if (entry !== undefined) entries.push(entry)
    at += length
  }
  // a gap up to the end record is room for a second directory, which another reader would take for the true one
  if (at !== end) throw new ZipError('its directory is damaged')
  refuseTooLarge(entries, limits)
  refuseClashes(entries.map(({ path }) => path))
  return entries
}

/** undefined: a folder. */
function readEntry(record: Buffer): ZipEntry | undefined {
  const flags = record.readUInt16LE(8)
  const nameEnd = FIXED_BYTES + record.readUInt16LE(28)
  const rawName = record.subarray(FIXED_BYTES, nameEnd)
  const path = fileNameOf(rawName)
  if ((flags & FLAGS_ENCRYPTED) !== 0) throw new ZipError(`${path} is encrypted`)
  const method = record.readUInt16LE(10)
  if (method !== STORED && method !== DEFLATED)
    throw new ZipError(`${path} is packed by method ${method}, which is not read`)
  refuseLinks(record, path)
  const [size, packedSize, offset] = sizesOf(record, record.subarray(nameEnd, nameEnd + record.readUInt16LE(30)), path)
  if (method === STORED && size !== packedSize) throw new ZipError(`${path} has two sizes`)
  if (path.endsWith('/')) {
    if (size !== 0) throw new ZipError(`${path} is a folder with content`)
    return undefined
  }
  return { path, size, packedSize, crc32: record.readUInt32LE(16), isDeflated: method === DEFLATED, offset, rawName }
}

/** The upper half of the attributes is the file's mode where the archive was made on Unix. */
function refuseLinks(record: Buffer, path: string): void {
  const type = (record.readUInt32LE(38) >>> 16) & TYPE_BITS
  if (record.readUInt8(5) === UNIX && !TYPES_READ.has(type)) throw new ZipError(`${path} is no regular file`)
}

const UNTOLD = 0xffffffff
const ZIP64_FIELD = 1

/** Values that do not fit in 32 bits stand in an extra field, just those, in this order (section 4.5.3). */
function sizesOf(record: Buffer, extra: Buffer, path: string): [number, number, number] {
  const told: [number, number, number] = [record.readUInt32LE(24), record.readUInt32LE(20), record.readUInt32LE(42)]
  const missing = told.filter((value) => value === UNTOLD).length
  if (missing === 0) return told
  const field = extraField(extra, ZIP64_FIELD)
  if (field === undefined || field.length < missing * 8) throw new ZipError(`${path} does not tell its size`)
  let next = 0
  const value = (one: number): number => (one === UNTOLD ? wholeNumber(field, 8 * next++) : one)
  return [value(told[0]), value(told[1]), value(told[2])]
}

function extraField(extra: Buffer, wanted: number): Buffer | undefined {
  for (let at = 0; at + 4 <= extra.length; ) {
    const end = at + 4 + extra.readUInt16LE(at + 2)
    if (extra.readUInt16LE(at) === wanted && end <= extra.length) return extra.subarray(at + 4, end)
    at = end
  }
  return undefined
}

function refuseTooLarge(entries: readonly ZipEntry[], { maxBytes, maxFileBytes = maxBytes }: ZipLimits): void {
  const large = entries.find(({ size }) => size > maxFileBytes)
  if (large !== undefined)
    throw new ZipError(`${large.path} has ${large.size} bytes unpacked, and ${maxFileBytes} are read at most`)
  const total = entries.reduce((sum, { size }) => sum + size, 0)
  if (total > maxBytes) throw new ZipError(`it has ${total} bytes unpacked, and ${maxBytes} are read at most`)
}

interface Directory {
  readonly count: number
  readonly offset: number
  readonly end: number
}

const END = 0x06054b50
const END_BYTES = 22
const MAX_COMMENT = 0xffff

/** The end record is the last one whose comment runs to the end of the file. The directory ends where it begins. */
function findDirectory(archive: Buffer): Directory {
  for (let at = archive.length - END_BYTES; at >= 0 && at >= archive.length - END_BYTES - MAX_COMMENT; at -= 1) {
    if (archive.readUInt32LE(at) !== END) continue
    if (at + END_BYTES + archive.readUInt16LE(at + 20) !== archive.length) continue
    return directoryOf(archive, at)
  }
  throw new ZipError('it is no zip archive, or ends early')
}

function directoryOf(archive: Buffer, at: number): Directory {
  const wide = wideEnd(archive, at)
  if (wide !== undefined) return wide
  // of several disks there is one here
  if (archive.readUInt16LE(at + 4) !== 0 || archive.readUInt16LE(at + 8) !== archive.readUInt16LE(at + 10))
    throw new ZipError('it is one part of several')
  return {
    count: archive.readUInt16LE(at + 10),
    offset: archive.readUInt32LE(at + 16),
    end: at,
  }
}

const WIDE_LOCATOR = 0x07064b50
const WIDE_LOCATOR_BYTES = 20
const WIDE_END = 0x06064b50
const WIDE_END_BYTES = 56

/** zip64 (sections 4.3.14 and 4.3.15), which some writers use for small archives too. */
function wideEnd(archive: Buffer, end: number): Directory | undefined {
  const locator = end - WIDE_LOCATOR_BYTES
  if (locator < 0 || archive.readUInt32LE(locator) !== WIDE_LOCATOR) return undefined
  const at = wholeNumber(archive, locator + 8)
  if (at + WIDE_END_BYTES > locator || archive.readUInt32LE(at) !== WIDE_END)
    throw new ZipError('its directory is damaged')
  return {
    count: wholeNumber(archive, at + 32),
    offset: wholeNumber(archive, at + 48),
    end: at,
  }
}

function wholeNumber(bytes: Buffer, at: number): number {
  const value = bytes.readBigUInt64LE(at)
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new ZipError('it has a size beyond all limits')
  return Number(value)
}
