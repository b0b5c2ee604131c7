import { differingTotals } from '@hardgate/coverage'
import { code, details, escapeMarkdown, table } from '@hardgate/markdown'
import { rangesOf, rangesText } from './line-ranges.ts'
import type { Part } from './measured.ts'
import type { Project } from './project.ts'
import { FORMAT_NAMES, type ReadReport } from './reading.ts'
import { ownTime } from './stale-evidence.ts'
import { boundsText, more } from './summary-tables.ts'
import type { Unreported } from './unreported.ts'

const MOST_ROWS = 100

/** Format, files, lines, time and hash of each report, with what its reader has to say. */
export function reportsFold(reports: readonly ReadReport[]): string {
  if (reports.length === 0) return ''
  const rows = reports
    .slice(0, MOST_ROWS)
    .map((one) => [
      code(one.path),
      FORMAT_NAMES[one.report.format],
      String(one.fileCount),
      String(one.counted.lines.total),
      String(one.counted.branches.total),
      timeText(ownTime(one)),
      code(one.sha256.slice(0, 12)),
    ])
  const headers = ['report', 'format', 'files', 'lines', 'branches', 'written', 'SHA-256']
  const body = table(headers, rows, ['left', 'left', 'right', 'right', 'right', 'left', 'left'])
  const notes = reports.flatMap(({ path, report }) =>
    report.notes.map((note) => `- ${code(path)}: ${escapeMarkdown(note)}`),
  )
  return fold(`${reports.length} ${reports.length === 1 ? 'report' : 'reports'} read`, [
    body,
    ...more(reports.length - rows.length, 'reports'),
    notes.slice(0, MOST_ROWS).join('\n'),
  ])
}

const timeText = (ms: number | undefined): string => (ms === undefined ? '–' : new Date(ms).toISOString().slice(0, 16))

/** Files of whose branches only bounds are known, and lines of which the reports disagree. */
export function boundsFold({ files, totals }: Part): string {
  const open = files.filter(({ totals: { branches } }) => branches.low < branches.high)
  const differing = differingTotals(new Map(files.map(({ path, coverage }) => [path, coverage])), MOST_ROWS)
  if (open.length === 0 && differing.length === 0) return ''
  const rows = open.slice(0, MOST_ROWS).map(({ path, totals: { branches } }) => [code(path), boundsText(branches)])
  return fold(`Branches known by their bounds: ${boundsText(totals.branches)}`, [
    rows.length === 0 ? '' : table(['file', 'branches'], rows, ['left', 'right']),
    ...more(open.length - rows.length, 'files'),
    ...differing.map(
      ({ path, lines }) =>
        `- ${code(path)} ${rangesText(rangesOf(lines))}: the reports count different branches there (another compiler or platform?)`,
    ),
  ])
}

/** What does not count, with its lines. */
export function droppedFold({ dropped }: Project): string {
  if (dropped.length === 0) return ''
  const lines = dropped.reduce((sum, one) => sum + one.lines, 0)
  const rows = dropped.slice(0, MOST_ROWS).map((one) => [code(one.path), one.why, String(one.lines)])
  return fold(`${dropped.length} ${dropped.length === 1 ? 'file' : 'files'} left out (${lines} lines)`, [
    table(['file', 'why', 'lines'], rows, ['left', 'left', 'right']),
    ...more(dropped.length - rows.length, 'files'),
  ])
}

export function unmappedFold({ unmapped }: Project): string {
  if (unmapped.length === 0) return ''
  const rows = unmapped
    .slice(0, MOST_ROWS)
    .map((one) => [code(one.path), code(one.report), one.kind, String(one.lines), one.candidates.map(code).join(' ')])
  return fold(`${unmapped.length} ${unmapped.length === 1 ? 'path' : 'paths'} not found in the repository`, [
    table(['path', 'report', 'why', 'lines', 'candidates'], rows, ['left', 'left', 'left', 'right', 'left']),
    ...more(unmapped.length - rows.length, 'paths'),
  ])
}

export function unreportedFold(unreported: readonly Unreported[]): string {
  if (unreported.length === 0) return ''
  const rows = unreported
    .slice(0, MOST_ROWS)
    .map(({ path, why }) => [code(path), why === 'changed' ? 'this change touches it' : 'the baseline measured it'])
  return fold(`${unreported.length} source ${unreported.length === 1 ? 'file' : 'files'} in no report`, [
    table(['file', 'why it is looked for'], rows),
    ...more(unreported.length - rows.length, 'files'),
  ])
}

/** Measured, on disk, and not in git. */
export function untrackedFold({ files }: Part): string {
  const made = files.filter(({ isTracked }) => !isTracked)
  if (made.length === 0) return ''
  return fold(`${made.length} measured ${made.length === 1 ? 'file is' : 'files are'} not in git (generated?)`, [
    made
      .slice(0, MOST_ROWS)
      .map(({ path }) => `- ${code(path)}`)
      .join('\n'),
    ...more(made.length - MOST_ROWS, 'files'),
  ])
}

export function notesFold(title: string, notes: readonly string[]): string {
  if (notes.length === 0) return ''
  return fold(title, [notes.map((note) => `- ${escapeMarkdown(note)}`).join('\n')])
}

const fold = (title: string, parts: readonly string[]): string =>
  details(title, parts.filter((part) => part !== '').join('\n\n'))
