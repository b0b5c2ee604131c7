import type { ReportSink } from './report.ts'

/** The name of the function that c8 gives a file which no test loaded. */
export const EMPTY_REPORT = '(empty-report)'

/** Tells what V8's blocks are worth, where a report has any. */
export function noteV8(sink: ReportSink, seen: { readonly files: number; readonly emptyReports: number }): void {
  if (seen.files > 0) {
    sink.note(
      `V8 blocks in ${counted(seen.files)}: a block is a branch only where its count differs from the code around it, so a ` +
        'function that never ran has none, and the blocks of two runs cannot be matched. Merged, they give bounds: for one ' +
        'number let the tool merge its own raw data, or use an Istanbul provider.',
    )
  }
  if (seen.emptyReports > 0) {
    sink.note(`${counted(seen.emptyReports)} never loaded ("${EMPTY_REPORT}"): all lines and one branch not covered.`)
  }
}

const PLACE = '#'

/**
 * Keys for blocks of which only the line is known: their place among those of the line. `a ? b : c` has one block where
 * only one side was taken, and it is another one in a run that took the other side.
 */
export function placeOnLine(): (line: number) => string {
  const places = new Map<number, number>()
  return (line) => {
    const place = places.get(line) ?? 0
    places.set(line, place + 1)
    return `${PLACE}${place}`
  }
}

export function isPlaceOnly(key: string): boolean {
  return key.startsWith(PLACE)
}

function counted(files: number): string {
  return files === 1 ? '1 file' : `${files} files`
}
