type Range = readonly [start: number, end: number]

/** Every needle in the text replaced by `***`; finds that overlap or touch become one. */
export function hideAll(text: string, needles: Iterable<string>): string {
  let kept = ''
  let from = 0
  for (const [start, end] of merged(rangesOf(text, needles))) {
    kept += `${text.slice(from, start)}***`
    from = end
  }
  return kept + text.slice(from)
}

function rangesOf(text: string, needles: Iterable<string>): Range[] {
  const ranges: Range[] = []
  for (const needle of needles) {
    if (needle === '') continue
    // finds of one needle that overlap count, so that the secret "abab" hides all of "ababab"
    for (let at = text.indexOf(needle); at !== -1; at = text.indexOf(needle, at + 1))
      ranges.push([at, at + needle.length])
  }
  return ranges.toSorted(([a], [b]) => a - b)
}

function merged(ranges: readonly Range[]): Range[] {
  const apart: Range[] = []
  for (const [start, end] of ranges) {
    const last = apart.at(-1)
    if (last !== undefined && start <= last[1]) apart[apart.length - 1] = [last[0], Math.max(last[1], end)]
    else apart.push([start, end])
  }
  return apart
}
