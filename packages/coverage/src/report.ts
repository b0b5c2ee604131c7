import type { FileCoverage } from './file-coverage.ts'

export const FORMATS = ['cobertura', 'coverage.py-json', 'lcov', 'jacoco', 'clover', 'istanbul', 'go'] as const
export type FormatName = (typeof FORMATS)[number]

/** Whole numbers that a report says about itself. A field that it does not give is absent; 0 is a number like others. */
export interface DeclaredTotals {
  readonly linesTotal?: number
  readonly linesCovered?: number
  readonly branchesTotal?: number
  readonly branchesCovered?: number
}

/** One file of coverage as read, by its own paths: nothing is mapped to the repository yet. */
export interface CoverageReport {
  readonly format: FormatName
  readonly files: readonly ReportedFile[]
  /** Cobertura's `<source>` folders, as written. */
  readonly sources: readonly string[]
  /** By the report's own clock; absent where it has none. */
  readonly writtenAtMs?: number
  /** `totals-only`: the root gives numbers and no line has them (PHPUnit's Cobertura). */
  readonly branches: 'collected' | 'totals-only' | 'none'
  readonly declared: DeclaredTotals
  /** Declared numbers that may lie below the counted ones for a known reason, which is told instead of a mismatch. */
  readonly explainedMismatch?: string
  /** What a person should know: "V8 blocks: …". One line each. */
  readonly notes: readonly string[]
}

export interface ReportedFile {
  readonly path: string
  /** JaCoCo's `<group name>`, or the name of the report where there is no group: tells modules apart. */
  readonly module?: string
  readonly coverage: FileCoverage
}

/** What a reader writes into. Every number that arrives here has been checked. */
export interface ReportSink {
  /** The same path (and module) again gives the same file. */
  file(path: string, module?: string): FileSink
  source(folder: string): void
  /** The latest counts. */
  writtenAt(milliseconds: number): void
  /** The format says that branches were collected, even where there is none. */
  branches(state: 'collected' | 'totals-only'): void
  /** Replaces. */
  declare(totals: DeclaredTotals): void
  explainMismatch(why: string): void
  /** The same note twice is kept once. */
  note(text: string): void
}

/** Facts of one file. Within one report a line's hits are the largest told; reports are summed when they are merged. */
export interface FileSink {
  /** `number` from 1 to 10 000 000; `hits` from 0 to 2^53 - 1. */
  line(number: number, hits: number): void
  /** A branch with an identity within its kind, such as `arc` `4,8`. The same key again: taken if any is. */
  branch(line: number, kind: BranchKind, key: string, isTaken: boolean): void
  /** coverage.py's XML: so many branches, of which those named (with repetition) are not taken. */
  missingBranches(line: number, total: number, missing: readonly string[]): void
  /** How many, not which. Told twice for one line of a report, it counts as told by two reports: bounds. */
  countedBranches(line: number, taken: number, total: number): void
  /** So many, and not a word on how many are taken: from none to all. Adds `total` to the sum of taken and nothing to the largest. */
  unknownBranches(line: number, total: number): void
  /**
   * A V8 block: it exists only where its count differs from its parent's, so it has no identity across runs. A key that
   * begins with `#` is no more than a place on its line: in another report it may be another block.
   */
  block(line: number, key: string, isTaken: boolean): void
  /** A statement of its own weight (Go: numStmt; Istanbul: 1). The same key again: hit if any is. */
  statement(key: string, weight: number, hits: number): void
  /** Totals that the lines do not add up to (PHPUnit's Clover). Such a file cannot be merged with another. */
  declare(totals: DeclaredTotals): void
  /** Lines that are in the numbers and are no lines of code that a patch could cover (Clover's method lines). */
  notInPatch(line: number): void
  /**
   * Adds lines without a number (Cobertura's `number="0"`): they count as not covered in the totals of the whole file, and
   * are in no part of it. Of two reports the larger count stands.
   */
  missedWithoutNumber(count: number): void
}

/** Keys of different kinds are different ways to name the same branches: never put together. */
export type BranchKind = 'arc' | 'lcov' | 'istanbul' | 'condition'

/** Why a report cannot be used. */
export type ReportProblemCode = 'unreadable-report' | 'truncated-report' | 'unknown-format'

export class ReportProblem extends Error {
  override readonly name = 'ReportProblem'
  readonly code: ReportProblemCode
  /** Bytes from the start; absent where it is about the file as a whole. */
  readonly offset?: number

  constructor(code: ReportProblemCode, message: string, offset?: number) {
    super(message)
    this.code = code
    if (offset !== undefined) this.offset = offset
  }
}
