import type { FileCoverage, WrittenBranch } from './file-coverage.ts'
import { BranchTable } from './model-branches.ts'
import { asDeclared, type Derived } from './model-declared.ts'
import { countedFact, factOf, keyFact, missingFact } from './model-facts.ts'
import { LineTable } from './model-lines.ts'
import { Statements } from './model-statements.ts'
import { type BranchKind, type DeclaredTotals, ReportProblem } from './report.ts'
import type { BranchCount, Count, Totals } from './totals.ts'

const MOST_LINES = 10_000_000
const MOST_BRANCHES_PER_LINE = 65_535

export function createFileCoverage(): FileCoverage {
  return new FileModel()
}

class FileModel implements FileCoverage {
  /** Hits plus 1. */
  readonly #lines = new LineTable()
  #branches: BranchTable | undefined
  #statements: Statements | undefined
  #notInPatch: LineTable | undefined
  #declared: DeclaredTotals | undefined
  /** Lines without a number, none of them covered. */
  #unnumbered = 0
  /** Until something is told again. */
  #whole: Totals | undefined
  /** Absent: it is one report, and hits tell. */
  #hitReports: LineTable | undefined

  get lastLine(): number {
    return Math.max(this.#lines.last, this.#branches?.lastLine ?? 0, this.#notInPatch?.last ?? 0)
  }

  get declared(): DeclaredTotals | undefined {
    return this.#declared
  }

  get hasBranches(): boolean {
    return this.#branches !== undefined
  }

  line(number: number, hits: number): void {
    this.#whole = undefined
    checkLine(number)
    if (!(Number.isSafeInteger(hits) && hits >= 0)) throw refused(`${hits} is no number of hits`)
    if (hits >= this.#lines.get(number)) this.#lines.set(number, hits + 1)
  }

  branch(line: number, kind: BranchKind, key: string, isTaken: boolean): void {
    checkLine(line)
    this.#branchTable().tell(line, keyFact(kind, key), isTaken)
  }

  missingBranches(line: number, total: number, missing: readonly string[]): void {
    checkLine(line)
    checkTotal(total, total - missing.length)
    if (total > 0) this.#branchTable().tell(line, missingFact(total, missing), false)
  }

  countedBranches(line: number, taken: number, total: number): void {
    checkLine(line)
    checkTotal(total, taken)
    if (total > 0) this.#branchTable().tell(line, countedFact(total, taken), false)
  }

  unknownBranches(line: number, total: number): void {
    checkLine(line)
    checkTotal(total, 0)
    if (total > 0) this.#branchTable().tell(line, countedFact(total, 0, total), false)
  }

  block(line: number, key: string, isTaken: boolean): void {
    checkLine(line)
    this.#branchTable().tellBlock(line, keyFact('block', key), isTaken)
  }

  statement(key: string, weight: number, hits: number): void {
    this.#whole = undefined
    if (!(Number.isInteger(weight) && weight >= 0 && weight <= MOST_LINES)) throw refused(`${weight} is no weight`)
    this.#statements ??= new Statements()
    this.#statements.tell(key, weight, hits > 0)
  }

  declare(totals: DeclaredTotals): void {
    this.#whole = undefined
    if (this.#declared !== undefined) throw refusedMerge()
    this.#declared = totals
  }

  notInPatch(line: number): void {
    checkLine(line)
    this.#notInPatch ??= new LineTable()
    this.#notInPatch.set(line, 1)
  }

  missedWithoutNumber(count: number): void {
    this.#whole = undefined
    if (!(Number.isInteger(count) && count >= 0 && count <= MOST_LINES)) throw refused(`${count} is no number of lines`)
    this.#unnumbered += count
  }

  merge(other: FileCoverage): void {
    this.#whole = undefined
    if (!(other instanceof FileModel)) throw new Error('a file of another model cannot be merged')
    if (other.#isEmpty()) return
    if (this.#isEmpty()) this.#hitReports = new LineTable()
    else if (this.#declared !== undefined || other.#declared !== undefined) throw refusedMerge()
    this.#declared = other.#declared
    // before the hits, of which it is told how often a block was absent from a report that hit its line
    this.#branches?.keepPresence(this.#hitsOf)
    if (other.#branches !== undefined) this.#branchTable().merge(other.#branches, this.#hitsOf, other.#hitsOf)
    this.#mergeHitReports(other)
    other.#lines.each((line, told) => this.#lines.set(line, added(this.#lines.get(line), told)))
    if (other.#statements !== undefined) {
      this.#statements ??= new Statements()
      this.#statements.merge(other.#statements)
    }
    this.#unnumbered = Math.max(this.#unnumbered, other.#unnumbered)
    other.#notInPatch?.each((line) => this.notInPatch(line))
  }

  totals(includes?: (line: number) => boolean): Totals {
    if (includes !== undefined) return this.#derive(this.#countLines(includes), includes)
    this.#whole ??= this.#wholeTotals()
    return this.#whole
  }

  hitsAt(line: number): number | undefined {
    const told = this.#lines.get(line)
    return told === 0 ? undefined : told - 1
  }

  branchesAt(line: number): BranchCount | undefined {
    return this.#branches?.tally(line, this.#hitsOf)?.count()
  }

  eachLine(visit: (line: number, hits: number) => void): void {
    this.#lines.each((line, told) => visit(line, told - 1))
  }

  eachBranch(visit: (line: number, branch: WrittenBranch) => void): void {
    this.#branches?.each(this.#hitsOf, (line, tally) => {
      if (tally.hasOneKind()) this.#eachKey(line, visit)
      else visit(line, { kind: 'counted', count: tally.count() })
    })
  }

  isNotInPatch(line: number): boolean {
    return this.#notInPatch !== undefined && this.#notInPatch.get(line) > 0
  }

  get linesWithoutNumber(): number {
    return this.#unnumbered
  }

  linesWithDifferentTotals(most: number): readonly number[] {
    return this.#branches?.unevenLines(most) ?? []
  }

  #wholeTotals(): Totals {
    const lines = { covered: this.#lines.countAbove(1), total: this.#lines.size + this.#unnumbered }
    const statements = this.#statements === undefined ? {} : { statements: this.#statements.count() }
    return { ...asDeclared(this.#derive(lines), this.#declared), ...statements }
  }

  #countLines(includes: (line: number) => boolean): Count {
    const lines = { covered: 0, total: 0 }
    this.#lines.each((line, told) => {
      if (!includes(line)) return
      lines.total++
      if (told > 1) lines.covered++
    })
    return lines
  }

  #derive(lines: Count, includes?: (line: number) => boolean): Derived {
    const branches = { low: 0, high: 0, total: 0 }
    const strictLines = { low: lines.covered, high: lines.covered, total: lines.total }
    let hasMaybes = false
    this.#branches?.eachCount(this.#hitsOf, (line, { low, high, total }, isMaybe) => {
      if (includes?.(line) === false) return
      hasMaybes ||= isMaybe
      branches.low += low
      branches.high += high
      branches.total += total
      if (low === total || this.#lines.get(line) < 2) return
      strictLines.low--
      if (high < total) strictLines.high--
    })
    // One block that was not taken in a shard can be several taken ones in a joint run (code after an early return),
    // and no report says how many: of such a file every branch may be taken.
    if (hasMaybes) branches.high = branches.total
    return { lines, strictLines, branches }
  }

  /** In how many of the merged reports the line was hit. */
  readonly #hitsOf = (line: number): number => {
    if (this.#hitReports !== undefined) return this.#hitReports.get(line)
    return this.#lines.get(line) > 1 ? 1 : 0
  }

  #eachKey(line: number, visit: (line: number, branch: WrittenBranch) => void): void {
    for (const { fact, isTaken } of this.#branches?.factsAt(line) ?? []) {
      const told = factOf(fact)
      if (told.form === 'key') visit(line, { kind: told.kind, key: told.key, isTaken })
    }
  }

  /** To tell something to. */
  #branchTable(): BranchTable {
    this.#whole = undefined
    this.#branches ??= new BranchTable()
    return this.#branches
  }

  #isEmpty(): boolean {
    if (this.#declared !== undefined || this.#statements !== undefined || this.#hitReports !== undefined) return false
    return this.lastLine === 0 && this.#unnumbered === 0
  }

  #mergeHitReports(other: FileModel): void {
    const reports = this.#hitReports ?? new LineTable()
    if (this.#hitReports === undefined) {
      this.#lines.each((line, told) => {
        if (told > 1) reports.set(line, 1)
      })
    }
    other.#lines.each((line, told) => {
      const hits = other.#hitReports === undefined ? Number(told > 1) : other.#hitReports.get(line)
      if (hits > 0) reports.set(line, reports.get(line) + hits)
    })
    this.#hitReports = reports
  }
}

function checkLine(line: number): void {
  if (!(Number.isInteger(line) && line >= 1 && line <= MOST_LINES)) {
    throw refused(`${line} is no line number: they go from 1 to ${MOST_LINES}`)
  }
}

function checkTotal(total: number, taken: number): void {
  if (!(Number.isInteger(total) && total >= 0 && total <= MOST_BRANCHES_PER_LINE)) {
    throw refused(`${total} branches on one line: there may be ${MOST_BRANCHES_PER_LINE}`)
  }
  if (!(Number.isInteger(taken) && taken >= 0 && taken <= total))
    throw refused(`${taken} of ${total} branches are taken`)
}

function refused(message: string): ReportProblem {
  return new ReportProblem('unreadable-report', message)
}

function refusedMerge(): ReportProblem {
  return refused(
    'its totals are more than its lines tell, so it cannot be merged with another report of the same file. ' +
      'Let PHPUnit write --coverage-cobertura instead of --coverage-clover',
  )
}

/** Both are hits plus 1, or 0 for none. */
function added(a: number, b: number): number {
  if (a === 0 || b === 0) return a + b
  // no sum on the way is above 2^53, from where on numbers have gaps
  return Math.min(MOST_TOLD - a, b - 1) + a
}

const MOST_TOLD = 2 ** 53
