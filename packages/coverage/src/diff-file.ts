/** One file of a diff between two commits. Paths are of the repository, with `/`, decoded. */
export interface DiffFile {
  readonly change: DiffChange
  /** Absent where the file is new. */
  readonly oldPath?: string
  /** Absent where the file is gone. */
  readonly newPath?: string
  /** In ascending order. Empty for a mode, a binary file, a submodule and a rename without an edit. */
  readonly hunks: readonly DiffHunk[]
}

/** `binary`: git gave no lines, so what changed in it is not known. */
export type DiffChange = 'added' | 'deleted' | 'modified' | 'renamed' | 'mode-only' | 'binary' | 'submodule'

/** `oldLines` lines from `oldStart` became `newLines` lines from `newStart`. With 0 lines the start is the line before. */
export interface DiffHunk {
  readonly oldStart: number
  readonly oldLines: number
  readonly newStart: number
  readonly newLines: number
}

/** The bytes are no `git diff -U0` that can be read: nothing is known of the change. */
export class DiffProblem extends Error {
  override readonly name = 'DiffProblem'
}
