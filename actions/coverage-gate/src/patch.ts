import { addedLines, addedRanges, type DiffFile, sumOf, type Totals } from '@hardgate/coverage'
import { type BranchState, branchState } from './branch-evidence.ts'
import type { Patch } from './git/find-patch.ts'
import { type LineRange, rangesOf } from './line-ranges.ts'
import type { Part, SizedFile } from './measured.ts'

/** A changed file that a report measures, its changed lines alone. */
export interface PatchedFile {
  readonly path: string
  /** Written by the change, whether they can be covered or not. */
  readonly changed: number
  readonly totals: Totals
  readonly uncovered: readonly LineRange[]
  readonly file: SizedFile
}

export interface MeasuredPatch {
  readonly base: string
  readonly head: string
  /** With a changed line that is measured. */
  readonly files: readonly PatchedFile[]
  readonly totals: Totals
  readonly branches: BranchState
  readonly changes: readonly DiffFile[]
  /** Measured files of which git shows no lines: `-diff` in .gitattributes would hide a change. */
  readonly hidden: readonly string[]
}

export type PatchResult = MeasuredPatch | Extract<Patch, { readonly kind: 'unknown' }>

/** The measured lines among those that the change wrote. */
export function measurePatch(
  { base, head, files }: Extract<Patch, { readonly kind: 'patch' }>,
  whole: Part,
): MeasuredPatch {
  const measured = new Map(whole.files.map((file) => [file.path, file]))
  const patched = files.flatMap((change) => {
    const file = change.newPath === undefined ? undefined : measured.get(change.newPath)
    return file === undefined ? [] : patchedFile(change, file)
  })
  const hidden = files.flatMap(({ change, newPath = '' }) =>
    change === 'binary' && measured.has(newPath) ? [newPath] : [],
  )
  return { base, head, changes: files, hidden, ...together(patched) }
}

/** Of these files together. */
export function together(files: readonly PatchedFile[]): Pick<MeasuredPatch, 'files' | 'totals' | 'branches'> {
  const totals = sumOf(files.map((file) => file.totals))
  const reports = [...new Set(files.flatMap(({ file }) => file.reports))]
  return { files, totals, branches: branchState(totals.branches.total, reports) }
}

function patchedFile(change: DiffFile, file: SizedFile): PatchedFile[] {
  const isAdded = addedLines(change)
  const { coverage, path } = file
  const counts = (line: number): boolean => isAdded(line) && !coverage.isNotInPatch(line)
  const totals = coverage.totals(counts)
  if (totals.lines.total === 0) return []
  const changed = addedRanges(change).reduce((sum, { first, last }) => sum + last - first + 1, 0)
  return [{ path, changed, totals, uncovered: uncoveredRanges(file, counts), file }]
}

/** Lines not covered, joined over lines that no report measures. */
export function uncoveredRanges(
  { coverage }: Pick<SizedFile, 'coverage'>,
  counts?: (line: number) => boolean,
): LineRange[] {
  const lines: number[] = []
  coverage.eachLine((line, hits) => {
    if (hits === 0 && counts?.(line) !== false) lines.push(line)
  })
  return rangesOf(lines, (line) => coverage.hitsAt(line) === undefined)
}
