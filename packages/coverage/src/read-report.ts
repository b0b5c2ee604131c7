import { oneLine } from '@hardgate/markdown'
import { decodeText, ScanError, type Scanner } from '@hardgate/scan'
import { openClover } from './clover.ts'
import { openCobertura } from './cobertura.ts'
import { openCoveragePyJson } from './coverage-py-json.ts'
import { createReport } from './coverage-report.ts'
import { detectFormat, HEAD_BYTES } from './detect.ts'
import { openGoProfile } from './go-profile.ts'
import { openIstanbul } from './istanbul.ts'
import { openJacoco } from './jacoco.ts'
import { openLcov } from './lcov.ts'
import { type Refusal } from './refused.ts'
import { refusedBinary, SIGNATURE_BYTES } from './refused-binary.ts'
import { type CoverageReport, type FormatName, ReportProblem, type ReportSink } from './report.ts'

const READERS: Readonly<Record<FormatName, (sink: ReportSink) => Scanner & { inside?(): string | undefined }>> = {
  cobertura: openCobertura,
  'coverage.py-json': openCoveragePyJson,
  lcov: openLcov,
  jacoco: openJacoco,
  clover: openClover,
  istanbul: openIstanbul,
  go: openGoProfile,
}

/**
 * One report as a stream; `auto` tells the format by the content. Rejects with a `ReportProblem` whose message begins
 * with `name`. Errors of `chunks` itself pass through.
 */
export async function readReport(
  chunks: AsyncIterable<Uint8Array>,
  format: FormatName | 'auto',
  name: string,
): Promise<CoverageReport> {
  const shown = oneLine(name, LONGEST_NAME)
  const reading = new Reading(shown, format)
  try {
    for await (const chunk of decodeText(reading.watched(chunks))) reading.push(chunk)
    return reading.finish()
  } catch (error) {
    throw reading.problem(error)
  }
}

const LONGEST_NAME = 300
const LONGEST_START = 60

class Reading {
  readonly #name: string
  readonly #format: FormatName | 'auto'
  /** Until the format is known: the start as it is in the file, and as decoded. */
  #start = Buffer.alloc(0)
  #head: Buffer[] = []
  #headBytes = 0
  #reader: (Scanner & { inside?(): string | undefined }) | undefined
  #sink: ReturnType<typeof createReport> | undefined

  constructor(name: string, format: FormatName | 'auto') {
    this.#name = name
    this.#format = format
  }

  /** Passes on what it gets. Signatures of binary files are gone once the bytes are decoded. */
  async *watched(chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
    for await (const chunk of chunks) {
      if (this.#start.length < SIGNATURE_BYTES) this.#watchStart(chunk)
      yield chunk
    }
  }

  push(chunk: Uint8Array): void {
    if (this.#reader !== undefined) {
      this.#reader.push(chunk)
      return
    }
    this.#head.push(Buffer.from(chunk))
    this.#headBytes += chunk.length
    if (this.#headBytes >= HEAD_BYTES) this.#open(Buffer.concat(this.#head))
  }

  finish(): CoverageReport {
    if (this.#reader === undefined) this.#openShort(Buffer.concat(this.#head))
    this.#reader?.end()
    if (this.#sink === undefined) throw new Error('a report was finished before it was opened')
    return this.#sink.finish()
  }

  /** Anything else than a problem of the content stays what it is. */
  problem(error: unknown): unknown {
    if (error instanceof ScanError) return this.#scanProblem(error)
    if (!(error instanceof ReportProblem) || error.message.startsWith(`${this.#name}: `)) return error
    return new ReportProblem(error.code, `${this.#name}: ${error.message}`, error.offset)
  }

  #watchStart(chunk: Uint8Array): void {
    this.#start = Buffer.concat([this.#start, chunk.subarray(0, SIGNATURE_BYTES)])
    const refused = this.#format === 'auto' ? refusedBinary(this.#start) : undefined
    if (refused !== undefined) throw this.#refused(refused)
  }

  #openShort(all: Buffer): void {
    if (all.every(isBlank))
      throw new ReportProblem('unreadable-report', `${this.#name}: the file is empty. ${UNJUDGED}`)
    this.#open(all)
  }

  #open(head: Buffer): void {
    const format = this.#format === 'auto' ? this.#detect(head) : this.#format
    this.#sink = createReport(format)
    this.#reader = READERS[format](this.#sink)
    this.#head = []
    this.#reader.push(head)
  }

  #detect(head: Buffer): FormatName {
    const detected = detectFormat(head)
    if (detected === undefined) throw this.#unknown(head)
    if ('refused' in detected) throw this.#refused(detected.refused)
    return detected.format
  }

  #unknown(head: Buffer): ReportProblem {
    const start = oneLine(head.toString('utf8', 0, 4 * LONGEST_START).trimStart(), LONGEST_START)
    const message = `${this.#name}: no known format begins with "${start}". Give ${READ}.`
    return new ReportProblem('unknown-format', message)
  }

  #refused({ name, advice }: Refusal): ReportProblem {
    return new ReportProblem('unknown-format', `${this.#name}: this is ${name}, and it is not read. ${advice}`)
  }

  #scanProblem(error: ScanError): ReportProblem {
    const place = this.#reader?.inside?.()
    const where = `byte ${error.offset}${place === undefined ? '' : `, inside ${place}`}`
    if (error.isTruncated) {
      const what = place === undefined ? `${where}: ${withoutStop(error.message)}` : where
      const message = `${this.#name}: cut off at ${what}. The test step was probably killed: nothing was judged.`
      return new ReportProblem('truncated-report', message, error.offset)
    }
    const message = `${this.#name}: at ${where}: ${withoutStop(error.message)}. Nothing was judged.`
    return new ReportProblem('unreadable-report', message, error.offset)
  }
}

const READ = 'Cobertura, JaCoCo or Clover XML, JSON of coverage.py or Istanbul, LCOV, or a profile of go test'
const UNJUDGED = 'The step that writes it failed, or was still running: nothing was judged.'

const isBlank = (byte: number): boolean => byte === 0x20 || (byte >= 0x09 && byte <= 0x0d)
const withoutStop = (text: string): string => (text.endsWith('.') ? text.slice(0, -1) : text)
