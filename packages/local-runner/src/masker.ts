import { valueForms } from './value-forms.ts'

/** What the log and the summary must not show. */
export interface Masker {
  /** The registered values, in the order of registration. */
  readonly values: readonly string[]
  /** Registers the value, and each of its lines where it has several. */
  readonly add: (value: string) => void
  /** Replaces every registered value by `***`; values that overlap or touch become one. */
  readonly mask: (text: string) => string
}

export function createMasker(): Masker {
  const values: string[] = []
  const needles = new Set<string>()
  const addOne = (value: string): void => {
    if (value === '' || values.includes(value)) return
    values.push(value)
    for (const form of [value, ...valueForms(value)]) if (form !== '') needles.add(form)
  }
  return {
    values,
    add: (value) => {
      addOne(value)
      // Each line by itself too, because the log is masked line by line (actions/runner ActionCommandManager.cs).
      for (const line of value.split(/[\r\n]+/)) addOne(line)
    },
    mask: (text) => replaceRanges(text, merge(rangesOf(text, needles))),
  }
}

type Range = readonly [start: number, end: number]

function rangesOf(text: string, needles: Iterable<string>): Range[] {
  const ranges: Range[] = []
  for (const needle of needles) {
    // Overlapping finds of one value count, so that "aba" hides all of "ababa".
    for (let at = text.indexOf(needle); at !== -1; at = text.indexOf(needle, at + 1))
      ranges.push([at, at + needle.length])
  }
  return ranges.toSorted(([a], [b]) => a - b)
}

function merge(ranges: readonly Range[]): Range[] {
  const merged: Range[] = []
  for (const [start, end] of ranges) {
    const last = merged.at(-1)
    if (last !== undefined && start <= last[1]) merged[merged.length - 1] = [last[0], Math.max(last[1], end)]
    else merged.push([start, end])
  }
  return merged
}

function replaceRanges(text: string, ranges: readonly Range[]): string {
  let masked = ''
  let from = 0
  for (const [start, end] of ranges) {
    masked += `${text.slice(from, start)}***`
    from = end
  }
  return masked + text.slice(from)
}
