import type { BranchKind, DeclaredTotals, FileSink } from './report.ts'
import type { BranchCount, Totals } from './totals.ts'

/** What is known of one file, from one report or from several merged. */
export interface FileCoverage extends FileSink {
  /** Adds what another report says. Neither the order nor the grouping of merges changes a number. */
  merge(other: FileCoverage): void
  /** Of the lines that `includes` keeps; without it of all. Derived now: merging may go on afterwards. */
  totals(includes?: (line: number) => boolean): Totals
  /** undefined: not measured. */
  hitsAt(line: number): number | undefined
  branchesAt(line: number): BranchCount | undefined
  /** Ascending. */
  eachLine(visit: (line: number, hits: number) => void): void
  /**
   * For the writers of merged reports, ascending: branches with their keys where a line has one kind of them and nothing
   * counted; else how many.
   */
  eachBranch(visit: (line: number, branch: WrittenBranch) => void): void
  isNotInPatch(line: number): boolean
  /** Lines whose number of branches is not the same in all merged reports: another compiler or platform. Ascending. */
  linesWithDifferentTotals(most: number): readonly number[]
  /** In the totals of the whole file as not covered. */
  readonly linesWithoutNumber: number
  /** Whether any branch was told. */
  readonly hasBranches: boolean
  /** 0 where there is none. */
  readonly lastLine: number
  readonly declared: DeclaredTotals | undefined
}

export type WrittenBranch =
  | { readonly kind: BranchKind | 'block'; readonly key: string; readonly isTaken: boolean }
  | { readonly kind: 'counted'; readonly count: BranchCount }
