import type { FileCoverage } from './file-coverage.ts'
import { createFileCoverage } from './model-file.ts'
import { ReportProblem } from './report.ts'

/** What all reports together say, by repository path, sorted. */
export type Coverage = ReadonlyMap<string, FileCoverage>

export interface CoveragePart {
  readonly path: string
  readonly coverage: FileCoverage
}

/** A path with one part takes it over, without a copy; of several, none is changed. */
export function mergeCoverage(parts: Iterable<CoveragePart>): Coverage {
  const merged = new Map<string, FileCoverage>()
  const copied = new Set<string>()
  for (const { path, coverage } of parts) {
    const known = merged.get(path)
    if (known === undefined) merged.set(path, coverage)
    else if (copied.has(path)) mergeInto(path, known, coverage)
    else {
      const both = createFileCoverage()
      for (const one of [known, coverage]) mergeInto(path, both, one)
      merged.set(path, both)
      copied.add(path)
    }
  }
  return new Map([...merged].sort(([a], [b]) => (a < b ? -1 : 1)))
}

export interface LinesOfFile {
  readonly path: string
  /** Ascending. */
  readonly lines: readonly number[]
}

/** Lines for which reports disagree on the number of branches, at most so many. */
export function differingTotals(coverage: Coverage, most: number): LinesOfFile[] {
  const found: LinesOfFile[] = []
  let left = most
  for (const [path, file] of coverage) {
    if (left === 0) break
    const lines = file.linesWithDifferentTotals(left)
    if (lines.length === 0) continue
    found.push({ path, lines })
    left -= lines.length
  }
  return found
}

function mergeInto(path: string, target: FileCoverage, part: FileCoverage): void {
  try {
    target.merge(part)
  } catch (error) {
    if (error instanceof ReportProblem) throw new ReportProblem(error.code, `${path}: ${error.message}`)
    throw error
  }
}
