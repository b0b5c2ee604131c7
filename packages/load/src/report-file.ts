import type { Hash } from 'node:crypto'
import { oneLine } from '@hardgate/markdown'
import { decodeText, type Source as FileSource, openSource, ScanError, type SourceFacts } from '@hardgate/scan'
import { FORMATS, type FormatName } from './format.ts'
import { HEAD_BYTES, READERS, sniffFormat } from './readers.ts'
import { LoadProblem, type LoadReader, type LoadSink, type ReadOptions } from './sink.ts'
import { wholeLines } from './whole-lines.ts'
import { withoutPercentiles } from './without-percentiles.ts'

/** A file to read: where it is, and how a person knows it. */
export interface ReportFile {
  readonly file: string
  readonly path: string
}

/** A file whose format is known. */
export interface FoundReport extends ReportFile {
  readonly reader: LoadReader
  /** Hash of its first 64 KiB, unpacked. */
  readonly start: string
}

export interface FileOptions {
  readonly signal?: AbortSignal | undefined
  /** Told of each chunk that is read, so that a long read can be shown. */
  readonly onRead?: ((path: string, bytes: number) => void) | undefined
}

/** What only streams line by line may be larger. */
const MOST_DOCUMENT_BYTES = 268_435_456
const LONGEST_START = 60

/** Tells a file's format from its first 64 KiB, or takes it as the one that is given. */
export async function findFormat(report: ReportFile, format: FormatName | 'auto'): Promise<FoundReport> {
  const raw = await inFile(report, () => headOf(report.file))
  if (raw.every(isBlank)) throw new LoadProblem('empty-report', `${report.path} is empty: nothing was measured`)
  const start = sha256().update(raw).digest('hex')
  if (format !== 'auto') {
    const reader = READERS.find((one) => one.format === format)
    if (reader === undefined) throw new Error(`no reader for ${format}`)
    return { ...report, reader, start }
  }
  const binary = sniffFormat(
    raw,
    READERS.filter(({ isBinary }) => isBinary),
  )
  if ('reader' in binary) return { ...report, reader: binary.reader, start }
  const head = await inFile(report, () => decoded(raw))
  const sniffed = sniffFormat(
    head,
    READERS.filter(({ isBinary }) => isBinary !== true),
  )
  if ('reader' in sniffed) return { ...report, reader: sniffed.reader, start }
  const why = withoutPercentiles(head) ?? unknown(head, sniffed.closest)
  throw new LoadProblem('unknown-format', `${report.path}: ${why}`)
}

/** Reads a file into a sink, and tells what it is made of. */
export async function readReport(
  { file, path, reader }: FoundReport,
  sink: LoadSink,
  { signal, onRead, failures = 'exclude' }: FileOptions & Pick<ReadOptions, 'failures'>,
): Promise<SourceFacts> {
  return inFile({ file, path }, async () => {
    const source = openSource(file, {
      ...(signal === undefined ? {} : { signal }),
      ...(onRead === undefined ? {} : { onRead: (bytes) => onRead(path, bytes) }),
    })
    await pushInto(source, reader, sink, { name: path, failures })
    return source.facts()
  })
}

async function pushInto(source: FileSource, reader: LoadReader, sink: LoadSink, options: ReadOptions): Promise<void> {
  const scanner = reader.open(sink, options)
  const most = reader.fidelity === 'samples' ? Number.POSITIVE_INFINITY : MOST_DOCUMENT_BYTES
  let bytes = 0
  try {
    const chunks = wholeLines(source)
    for await (const chunk of reader.isBinary === true ? chunks : decodeText(chunks)) {
      bytes += chunk.length
      if (bytes > most) throw new LoadProblem('unreadable-report', `it is larger than ${most / 1_048_576} MiB`)
      scanner.push(chunk)
    }
    if (source.isCut) sink.partial('it is a gzip file that ends too early')
    scanner.end()
  } catch (error) {
    if (!(error instanceof ScanError && error.isTruncated)) throw error
    sink.partial(`it ends too early: ${error.message}`)
  }
}

/** The hash of what a file holds, unpacked, and what the file itself is. */
export async function contentOf(
  { file, path }: ReportFile,
  { signal }: FileOptions,
): Promise<{ readonly content: string; readonly facts: SourceFacts }> {
  return inFile({ file, path }, async () => {
    const source = openSource(file, signal === undefined ? {} : { signal })
    const hash = sha256()
    for await (const chunk of source.chunks()) hash.update(chunk)
    return { content: hash.digest('hex'), facts: source.facts() }
  })
}

const sha256 = (): Hash => process.getBuiltinModule('node:crypto').createHash('sha256')

/** Problems of a file get its name. */
async function inFile<T>({ path }: ReportFile, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof LoadProblem) {
      throw error.message.startsWith(`${path} `) || error.message.startsWith(`${path}: `)
        ? error
        : new LoadProblem(error.code, `${path}: ${error.message}`)
    }
    if (error instanceof ScanError) {
      throw new LoadProblem('unreadable-report', `${path}: at byte ${error.offset}: ${error.message}`)
    }
    const refused = refusedBySystem(error)
    throw refused === undefined ? error : new LoadProblem(refused.code, `${path} ${refused.text}`)
  }
}

function refusedBySystem(error: unknown): { code: 'no-report' | 'unreadable-report'; text: string } | undefined {
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined
  if (code === 'ENOENT') return { code: 'no-report', text: 'does not exist: the load test has not written it' }
  if (code === 'EISDIR') return { code: 'unreadable-report', text: 'is a directory, and no report' }
  const isSystem = typeof code === 'string' && /^E[A-Z0-9]+$/.test(code)
  return isSystem ? { code: 'unreadable-report', text: `cannot be read (${code})` } : undefined
}

async function headOf(file: string): Promise<Buffer> {
  const parts: Uint8Array[] = []
  let length = 0
  for await (const chunk of openSource(file).chunks()) {
    parts.push(Buffer.from(chunk))
    length += chunk.length
    if (length >= HEAD_BYTES) break
  }
  return Buffer.concat(parts).subarray(0, HEAD_BYTES)
}

async function decoded(raw: Uint8Array): Promise<Buffer> {
  const parts: Uint8Array[] = []
  try {
    for await (const part of decodeText(only(raw))) parts.push(part)
  } catch (error) {
    // 64 KiB may end within a character
    if (!(error instanceof ScanError && error.isTruncated)) throw error
  }
  return Buffer.concat(parts)
}

async function* only(chunk: Uint8Array): AsyncGenerator<Uint8Array> {
  yield chunk
}

function unknown(head: Buffer, closest: readonly FormatName[]): string {
  const start = oneLine(head.toString('utf8', 0, 4 * LONGEST_START).trimStart(), LONGEST_START)
  const near =
    closest.length === 0
      ? `It reads ${FORMATS.length} formats of load tools`
      : `It looks most like ${closest.join(' or ')}, and lacks what that begins with`
  return `no known format begins with "${start}". ${near}. Write the report anew, or name its format in the input format`
}

const isBlank = (byte: number): boolean => byte === 0x20 || (byte >= 0x09 && byte <= 0x0d)
