import type { FileSink, ReportSink } from './report.ts'
import { noteV8, placeOnLine } from './v8-blocks.ts'

interface LineBranches {
  readonly line: number
  readonly taken: number
  readonly total: number
}

/**
 * XML does not say that its branches are V8's blocks. But only V8's reports list every line from 1 on, blank ones too, and
 * have a branch on line 1: the block of the whole file.
 */
export function areV8Blocks(lines: Iterable<number>, branches: readonly { readonly line: number }[]): boolean {
  if (!branches.some(({ line }) => line === 1)) return false
  let next = 1
  for (const line of lines) if (line !== next++) return false
  return true
}

/** Counts the files of a report that have V8's blocks. */
export class V8Files {
  #files = 0
  #emptyReports = 0

  addEmptyReport(): void {
    this.#emptyReports++
  }

  /** Blocks have no identity across runs. Where some of a line's blocks were taken, not even their place is known. */
  tell(file: FileSink, branches: readonly LineBranches[]): void {
    this.#files++
    const placeOf = placeOnLine()
    for (const { line, taken, total } of branches) {
      if (taken > 0 && taken < total) file.countedBranches(line, taken, total)
      else for (let block = 0; block < total; block++) file.block(line, placeOf(line), taken > 0)
    }
  }

  note(sink: ReportSink): void {
    noteV8(sink, { files: this.#files, emptyReports: this.#emptyReports })
  }
}
