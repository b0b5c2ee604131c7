import type { DiffFile } from './diff.ts'

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

export function mapLines(_files: readonly DiffFile[]): LineTrace {
  throw new Error('not written yet')
}
