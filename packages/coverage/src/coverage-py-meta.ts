import { ScanError } from '@hardgate/scan'
import type { DeclaredTotals, ReportSink } from './report.ts'

/** Of the whole report; a key that it does not have is absent. */
export interface CoveragePyTotals {
  num_statements?: number
  covered_lines?: number
  num_branches?: number
  covered_branches?: number
}

const NEWEST_FORMAT = 3

/** `meta`: which coverage.py wrote it, when, and whether it measured branches. */
export class CoveragePyMeta {
  isThere = false
  #format = 0
  #timestamp: string | undefined
  #measuresBranches = false

  text(name: string, value: string): void {
    if (name === 'timestamp') this.#timestamp = value
  }

  number(name: string, value: number): void {
    if (name === 'format') this.#format = value
  }

  flag(name: string, value: true | false | null): void {
    if (name === 'branch_coverage') this.#measuresBranches = value === true
  }

  /** `branchLists`: which of the files have them. */
  tell(sink: ReportSink, totals: CoveragePyTotals, branchLists: 'all' | 'some' | 'none'): void {
    const writtenAt = localInstant(this.#timestamp)
    if (writtenAt !== undefined) sink.writtenAt(writtenAt)
    if (this.#format > NEWEST_FORMAT) {
      sink.note(
        `coverage.py's JSON has format ${this.#format}; ${NEWEST_FORMAT} is known. It has the same keys, and was read by them.`,
      )
    }
    sink.declare(declaredBy(totals))
    this.#tellBranches(sink, branchLists)
  }

  #tellBranches(sink: ReportSink, lists: 'all' | 'some' | 'none'): void {
    if (!this.#measuresBranches) return
    if (lists === 'some')
      throw new ScanError('meta.branch_coverage is true, and only some files have executed_branches', 0)
    // Before 6.5 coverage.py counted branches in the totals and did not list them.
    sink.branches(lists === 'all' ? 'collected' : 'totals-only')
  }
}

function declaredBy(totals: CoveragePyTotals): DeclaredTotals {
  return {
    ...(totals.num_statements === undefined ? {} : { linesTotal: totals.num_statements }),
    ...(totals.covered_lines === undefined ? {} : { linesCovered: totals.covered_lines }),
    ...(totals.num_branches === undefined ? {} : { branchesTotal: totals.num_branches }),
    ...(totals.covered_branches === undefined ? {} : { branchesCovered: totals.covered_branches }),
  }
}

const TIMESTAMP = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(\.\d{1,3})?\d*(Z|[+-]\d{2}:\d{2})?$/

/** Python's `datetime.now().isoformat()` names no zone: it is the time of this machine, as ECMAScript reads it too. */
export function localInstant(timestamp: string | undefined): number | undefined {
  const [, seconds, fraction = '', zone = ''] = TIMESTAMP.exec(timestamp ?? '') ?? []
  if (seconds === undefined) return undefined
  const instant = Date.parse(seconds + fraction + zone)
  // 1970 and year 1 stand for "no time"
  return Number.isNaN(instant) || Number(seconds.slice(0, 4)) <= 1970 ? undefined : instant
}
