import type { LcovRecord } from './lcov-record.ts'
import type { DeclaredTotals, ReportSink } from './report.ts'

const FIELDS = ['LF', 'LH', 'BRF', 'BRH'] as const
type Field = (typeof FIELDS)[number]

const NAMES = {
  LF: 'linesTotal',
  LH: 'linesCovered',
  BRF: 'branchesTotal',
  BRH: 'branchesCovered',
} as const satisfies Record<Field, keyof DeclaredTotals>

/** Adds up what the records say of themselves, and finds out why it differs from what was counted. */
export class LcovTotals {
  readonly #sums = { LF: 0, LH: 0, BRF: 0, BRH: 0 }
  readonly #isSaid = { LF: false, LH: false, BRF: false, BRH: false }
  readonly #isComplete = { LF: true, LH: true, BRF: true, BRH: true }
  #explained = 0
  #unexplained = 0

  /** No sum is worth anything from now on. */
  giveUp(): void {
    for (const field of FIELDS) this.#isComplete[field] = false
  }

  add(record: LcovRecord): void {
    const { lines, branches } = record
    const counted = { LF: lines.total, LH: lines.covered, BRF: branches.total, BRH: branches.taken }
    const declared = declaredBy(record, counted)
    for (const field of FIELDS) {
      const value = declared[field]
      if (value >= 0) {
        this.#sums[field] += value
        this.#isSaid[field] = true
      } else if (counted[field === 'LF' || field === 'LH' ? 'LF' : 'BRF'] > 0) this.#isComplete[field] = false
    }
    this.#compare(record, declared, counted)
  }

  tell(sink: ReportSink): void {
    const totals: Partial<Record<keyof DeclaredTotals, number>> = {}
    for (const field of FIELDS)
      if (this.#isSaid[field] && this.#isComplete[field]) totals[NAMES[field]] = this.#sums[field]
    sink.declare(totals)
    if (this.#explained === 0 || this.#unexplained > 0) return
    sink.explainMismatch(
      'where two functions start on one line, llvm-cov counts the best instantiation of a template or generic in LH, BRF ' +
        'and BRH, and every one of them is counted here',
    )
  }

  #compare(record: LcovRecord, declared: Record<Field, number>, counted: Record<Field, number>): void {
    const differing = FIELDS.filter((field) => declared[field] >= 0 && declared[field] !== counted[field])
    if (differing.length === 0) return
    const isLower = differing.every((field) => field !== 'LF' && declared[field] < counted[field])
    if (isLower && record.hasTwoFunctionsOnALine) this.#explained++
    else this.#unexplained++
  }
}

/** A declared 0 beside counted ones is no declaration, and what goes with it is none either. */
function declaredBy(record: LcovRecord, counted: Record<Field, number>): Record<Field, number> {
  const { LF, LH, BRF, BRH } = record.declared
  const hasLines = !(LF === 0 && counted.LF > 0)
  const hasBranches = !(BRF === 0 && counted.BRF > 0)
  return {
    LF: hasLines ? LF : -1,
    LH: hasLines ? LH : -1,
    BRF: hasBranches ? BRF : -1,
    BRH: hasBranches ? BRH : -1,
  }
}
