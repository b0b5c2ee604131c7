import type { DiffFile, DiffHunk } from './diff-file.ts'

/** `first` to `last`, both included. */
export interface LineRange {
  readonly first: number
  readonly last: number
}

/** The lines of the new file that the change wrote, ascending. */
export function addedRanges({ hunks }: DiffFile): LineRange[] {
  return hunks
    .filter(({ newLines }) => newLines > 0)
    .map(({ newStart, newLines }) => ({ first: newStart, last: newStart + newLines - 1 }))
}

/** Whether the change wrote a line of the new file. */
export function addedLines({ hunks }: DiffFile): (line: number) => boolean {
  return (line) => isWithin(lastBefore(hunks, NEW, line), NEW, line)
}

/** Follows lines through a diff. A file that the diff does not name is the same on both sides. */
export interface LineTrace {
  /** Where a line of the new side stood. undefined: the change wrote it, or nothing is known of it. */
  oldLine(newPath: string, line: number): { readonly path: string; readonly line: number } | undefined
  /** Whether a line of the old side is gone, a rewritten one included. */
  isRemoved(oldPath: string, line: number): boolean
  /** undefined: the file is gone. */
  newPath(oldPath: string): string | undefined
  /** undefined: the file is new. */
  oldPath(newPath: string): string | undefined
}

export function mapLines(files: readonly DiffFile[]): LineTrace {
  const byNew = new Map(files.flatMap((file) => (file.newPath === undefined ? [] : [[file.newPath, file] as const])))
  const byOld = new Map(files.flatMap((file) => (file.oldPath === undefined ? [] : [[file.oldPath, file] as const])))
  const oldPath = (path: string): string | undefined => {
    const file = byNew.get(path)
    return file === undefined && !byOld.has(path) ? path : file?.oldPath
  }
  return {
    oldPath,
    newPath: (path) => {
      const file = byOld.get(path)
      return file === undefined && !byNew.has(path) ? path : file?.newPath
    },
    oldLine: (newPath, line) => {
      const path = oldPath(newPath)
      const file = byNew.get(newPath)
      const old = file === undefined ? line : oldLineIn(file, line)
      return path === undefined || old === undefined ? undefined : { path, line: old }
    },
    isRemoved: (path, line) => {
      const file = byOld.get(path)
      if (file === undefined) return byNew.has(path)
      return isOpaque(file) || file.newPath === undefined || isWithin(lastBefore(file.hunks, OLD, line), OLD, line)
    },
  }
}

/** No line of it can be followed. */
const isOpaque = ({ change }: DiffFile): boolean => change === 'binary' || change === 'submodule'

function oldLineIn(file: DiffFile, line: number): number | undefined {
  if (isOpaque(file)) return undefined
  const hunk = lastBefore(file.hunks, NEW, line)
  if (hunk === undefined) return line
  return isWithin(hunk, NEW, line) ? undefined : line - endOf(hunk, NEW) + endOf(hunk, OLD)
}

interface Side {
  readonly start: 'oldStart' | 'newStart'
  readonly lines: 'oldLines' | 'newLines'
}
const OLD: Side = { start: 'oldStart', lines: 'oldLines' }
const NEW: Side = { start: 'newStart', lines: 'newLines' }

/** The first line of the hunk; where it has none on this side, the one after the gap. */
const firstOf = (hunk: DiffHunk, side: Side): number =>
  hunk[side.lines] === 0 ? hunk[side.start] + 1 : hunk[side.start]
const endOf = (hunk: DiffHunk, side: Side): number => firstOf(hunk, side) + hunk[side.lines] - 1

const isWithin = (hunk: DiffHunk | undefined, side: Side, line: number): boolean =>
  hunk !== undefined && hunk[side.lines] > 0 && line <= endOf(hunk, side)

/** The last hunk that begins at this line or above it, by bisection. */
function lastBefore(hunks: readonly DiffHunk[], side: Side, line: number): DiffHunk | undefined {
  let low = 0
  let high = hunks.length
  while (low < high) {
    const middle = (low + high) >> 1
    const hunk = hunks[middle]
    if (hunk !== undefined && firstOf(hunk, side) <= line) low = middle + 1
    else high = middle
  }
  return hunks[low - 1]
}
