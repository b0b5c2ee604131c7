import { type CoverageReport, type FileCoverage, type FormatName, ReportProblem, readReport } from '@hardgate/coverage'

async function* chunked(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

/** In chunks of 5 bytes, so that every token is cut somewhere. */
export function read(format: FormatName, content: string | Uint8Array, chunkSize = 5): Promise<CoverageReport> {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content
  return readReport(chunked(bytes, chunkSize), format, 'report')
}

/** Why it cannot be read; fails where it can. */
export async function problemOf(format: FormatName, content: string | Uint8Array): Promise<ReportProblem> {
  try {
    await read(format, content)
  } catch (error) {
    if (error instanceof ReportProblem) return error
    throw error
  }
  throw new Error('the report was read')
}

/** `truncated-report at 12`, or `unreadable-report at 12`. */
export async function refusalOf(format: FormatName, content: string | Uint8Array): Promise<string> {
  const { code, offset } = await problemOf(format, content)
  return `${code} at ${offset}`
}

export function fileOf(report: CoverageReport, path: string): FileCoverage {
  const file = report.files.find((one) => one.path === path)
  if (file === undefined) throw new Error(`${path} is not among ${report.files.map((one) => one.path).join(', ')}`)
  return file.coverage
}

/** Such as `1:1 2:0`: every line with its hits. */
export function hitsOf(file: FileCoverage): string {
  const lines: string[] = []
  file.eachLine((line, hits) => lines.push(`${line}:${hits}`))
  return lines.join(' ')
}

/** Covered of total, over all files: `lines 3/4`, then `branches 2/4` or, with bounds, `branches 2-3/4`. */
export function countsOf(report: { readonly files: readonly { readonly coverage: FileCoverage }[] }): string {
  const sum = { covered: 0, lines: 0, low: 0, high: 0, branches: 0 }
  for (const { coverage } of report.files) {
    const { lines, branches } = coverage.totals()
    sum.covered += lines.covered
    sum.lines += lines.total
    sum.low += branches.low
    sum.high += branches.high
    sum.branches += branches.total
  }
  const taken = sum.low === sum.high ? `${sum.low}` : `${sum.low}-${sum.high}`
  return `lines ${sum.covered}/${sum.lines}, branches ${taken}/${sum.branches}`
}
