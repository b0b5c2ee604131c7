import { type FoundReport, findReports, type Log } from '@hardgate/action'
import {
  type CoverageReport,
  type FormatName,
  type ReportedFile,
  ReportProblem,
  readReport,
  sumOf,
} from '@hardgate/coverage'
import { formatDuration } from '@hardgate/gate'
import type { Clock } from '@hardgate/http'
import { openSource } from '@hardgate/scan'
import { FORMAT_NAMES, type Reading, type ReadReport, type RefusedReport } from './reading.ts'
import type { ReasonCode } from './reasons.ts'

export interface ReadPlan {
  readonly globs: readonly string[]
  readonly format: FormatName | 'auto'
  readonly workspace: string
  readonly signal: AbortSignal
  readonly clock: Clock
  readonly log: Log
  /** Gets the files of each report once it is read, and is waited for. */
  readonly take: (report: ReadReport, files: readonly ReportedFile[]) => Promise<void>
}

/** Finds the reports and reads each to its end. One that cannot be read is named, and the others are still looked at. */
export async function readReports(plan: ReadPlan): Promise<Reading> {
  const { globs, workspace, signal, log } = plan
  const found = await findReports(globs, { workspace, signal })
  const reports: ReadReport[] = []
  const refused: RefusedReport[] = []
  const twins: { path: string; sameAs: string }[] = []
  for (const one of found.reports) {
    const read = await readOne(one, plan)
    if ('explanation' in read) {
      refused.push(read)
      continue
    }
    const { report, files } = read
    const twin = reports.find(({ sha256 }) => sha256 === report.sha256)
    if (twin !== undefined) {
      twins.push({ path: report.path, sameAs: twin.path })
      continue
    }
    await plan.take(report, files)
    reports.push(report)
    log.info(
      `Read ${report.path}: ${FORMAT_NAMES[report.report.format]}, ${files.length} ${files.length === 1 ? 'file' : 'files'}, ${report.counted.lines.total} lines.`,
    )
  }
  return { globs, found, reports, refused, twins }
}

interface Read {
  readonly report: ReadReport
  readonly files: readonly ReportedFile[]
}

async function readOne(found: FoundReport, plan: ReadPlan): Promise<Read | RefusedReport> {
  const { path, bytes, modifiedAtMs } = found
  try {
    const { report, sha256 } = await readHashed(found, plan)
    const { files, ...head } = report
    const { lines, branches } = sumOf(files.map(({ coverage }) => coverage.totals()))
    const counted = { lines, branches }
    return { files, report: { path, bytes, sha256, modifiedAtMs, report: head, fileCount: files.length, counted } }
  } catch (error) {
    plan.signal.throwIfAborted()
    if (error instanceof ReportProblem) return { path, code: error.code, explanation: error.message }
    const code = systemCode(error)
    if (code === undefined) throw error
    return {
      path,
      code: 'unreadable-report' satisfies ReasonCode,
      explanation: `${path} cannot be read (${code}): nothing was judged.`,
    }
  }
}

/** Of what the system refuses; a bug has no such code. */
function systemCode(error: unknown): string | undefined {
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined
  return typeof code === 'string' && /^E[A-Z0-9]+$/.test(code) ? code : undefined
}

export interface Hashed {
  readonly report: CoverageReport
  readonly sha256: string
}

/** The bytes are read once, for the report and for their hash. */
async function readHashed({ file, path, bytes }: FoundReport, plan: ReadPlan): Promise<Hashed> {
  const source = openSource(file, { signal: plan.signal, onRead: progressOf({ path, bytes }, plan), isRaw: true })
  const report = await readReport(source.chunks(), plan.format, path)
  return { report, sha256: source.facts().sha256 }
}

// on a long read a line every so often, so that nobody takes it for stuck
const TELL_EVERY_MS = 5000

function progressOf(
  { path, bytes }: Pick<FoundReport, 'path' | 'bytes'>,
  { clock, log }: ReadPlan,
): (more: number) => void {
  const start = clock.monotonic()
  let told = start
  let done = 0
  return (more) => {
    done += more
    const now = clock.monotonic()
    if (now - told < TELL_EVERY_MS) return
    told = now
    log.info(`Reading ${path}: ${megabytes(done)} of ${megabytes(bytes)} MB after ${formatDuration(now - start)}.`)
  }
}

const megabytes = (bytes: number): number => Math.round(bytes / 1_000_000)
