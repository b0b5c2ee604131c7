export interface LineRange {
  readonly from: number
  readonly to: number
}

/** Ascending line numbers as ranges. A line that is not measured does not part what lies around it. */
export function rangesOf(lines: readonly number[], isBetween: (line: number) => boolean = () => false): LineRange[] {
  const ranges: { from: number; to: number }[] = []
  for (const line of lines) {
    const last = ranges.at(-1)
    if (last !== undefined && joins(last.to, line, isBetween)) last.to = line
    else ranges.push({ from: line, to: line })
  }
  return ranges
}

// a comment or a blank line within a block; more than that is another place
const WIDEST_GAP = 3

function joins(end: number, line: number, isBetween: (line: number) => boolean): boolean {
  if (line - end > WIDEST_GAP + 1) return false
  for (let between = end + 1; between < line; between++) if (!isBetween(between)) return false
  return true
}

/** `41-46` or `12` */
export const rangeText = ({ from, to }: LineRange): string => (from === to ? String(from) : `${from}-${to}`)

export const lengthOf = ({ from, to }: LineRange): number => to - from + 1

/** The longest first; of equal length in their order. */
export const longestFirst = <Range extends LineRange>(ranges: readonly Range[]): Range[] =>
  ranges.toSorted((a, b) => lengthOf(b) - lengthOf(a))

/** `41-46, 12`, the longest first, at most so many and then `…`. */
export function rangesText(ranges: readonly LineRange[], most = 5): string {
  const shown = longestFirst(ranges)
    .slice(0, most)
    .toSorted((a, b) => a.from - b.from)
    .map(rangeText)
  return ranges.length > most ? `${shown.join(', ')}, …` : shown.join(', ')
}
