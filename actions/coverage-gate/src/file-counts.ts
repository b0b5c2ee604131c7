import type { Json } from '@hardgate/gate'
import type { SizedFile } from './measured.ts'

// so that a verdict file stays readable for everything that reads it
const MOST_BYTES = 4 * 1024 * 1024

/** Counts by file for the verdict. Where they would be too many bytes, the smallest files become one entry that says so. */
export function fileCounts(files: readonly SizedFile[], maxBytes = MOST_BYTES): Json[] {
  const entries = files.map((file) => ({ lines: file.totals.lines.total, entry: entryOf(file), file }))
  let used = entries.reduce((sum, { entry }) => sum + bytesOf(entry), 0)
  if (used <= maxBytes) return entries.map(({ entry }) => entry)
  const bySize = entries.toSorted((a, b) => a.lines - b.lines)
  const summed: SizedFile[] = []
  const left = new Set(files.map(({ path }) => path))
  for (const { entry, file } of bySize) {
    if (used + ROOM_FOR_REST <= maxBytes) break
    used -= bytesOf(entry)
    left.delete(file.path)
    summed.push(file)
  }
  return [...entries.flatMap(({ entry, file }) => (left.has(file.path) ? [entry] : [])), restOf(summed)]
}

const ROOM_FOR_REST = 300
// pretty printed, each of its lines is indented by ten blanks or so
const bytesOf = (entry: Json): number => Buffer.byteLength(JSON.stringify(entry, undefined, 2)) + 120

function entryOf({ path, totals }: SizedFile): Json {
  const { lines, branches } = totals
  return {
    path,
    lines: { covered: lines.covered, total: lines.total },
    ...(branches.total === 0 ? {} : { branches: { low: branches.low, high: branches.high, total: branches.total } }),
  }
}

function restOf(files: readonly SizedFile[]): Json {
  const sum = (of: (file: SizedFile) => number): number => files.reduce((all, file) => all + of(file), 0)
  return {
    note: `the ${files.length} smallest files together: all of them would be too much for a verdict file`,
    files: files.length,
    lines: { covered: sum(({ totals }) => totals.lines.covered), total: sum(({ totals }) => totals.lines.total) },
    branches: {
      low: sum(({ totals }) => totals.branches.low),
      high: sum(({ totals }) => totals.branches.high),
      total: sum(({ totals }) => totals.branches.total),
    },
  }
}
