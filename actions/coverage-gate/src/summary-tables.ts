import type { BranchCount, Count } from '@hardgate/coverage'
import { compareShares } from '@hardgate/coverage'
import { compare } from '@hardgate/gate'
import { code, escapeMarkdown, table } from '@hardgate/markdown'
import type { Evidence } from './answers.ts'
import { fractionOf, percentText } from './fraction.ts'
import { byFile, filesBelow, largestGaps, openBranches } from './gaps.ts'
import type { Judgement } from './judge.ts'
import { rangesText } from './line-ranges.ts'
import type { Part } from './measured.ts'
import { limitsOf } from './outputs.ts'
import type { MeasuredPatch } from './patch.ts'
import { uncoveredRanges } from './patch.ts'

const MOST_ROWS = 100
const LOWEST_FILES = 10
const SHOWN_GAPS = 10
const SHOWN_FILES = 5

/** Where tests are missing for each threshold that is missed, the largest first. */
export function toDo(judgements: readonly Judgement[], evidence: Evidence): string {
  const missed = judgements.filter(({ finding }) => finding.outcome === 'fail' && finding.code === 'below-threshold')
  const lines = missed.flatMap(({ threshold, finding }) => {
    const part = threshold.scope === undefined ? evidence.whole : evidence.scopes.get(threshold.scope)
    if (part === undefined || /^(?:patch|file)\.|^newly/.test(threshold.metric)) return []
    const gaps =
      threshold.metric === 'branches' ? openBranches(part, SHOWN_FILES) : byFile(largestGaps(part, SHOWN_GAPS))
    const where = gaps.map((gap) => `${code(gap.path)} ${gap.where}`).join('; ')
    return gaps.length === 0 ? [] : [`- ${code(threshold.line)}: ${neededIn(finding.explanation)}${where}`]
  })
  return lines.length === 0 ? '' : `**Where tests are missing**\n${lines.join('\n')}`
}

function neededIn(explanation: string): string {
  const needed = /: (\d+ more [^.]*?) (?:is|are) needed\./.exec(explanation)?.[1]
  return needed === undefined ? '' : `${needed} needed: `
}

/** File, changed, covered, uncovered ranges. */
export function patchTable(patch: MeasuredPatch, judgements: readonly Judgement[]): string {
  if (patch.files.length === 0) return `**Changed lines** (${commits(patch)}): none of them is executable.`
  const worst = patch.files.toSorted((a, b) => missing(b) - missing(a))
  const rows = worst
    .slice(0, MOST_ROWS)
    .map(({ path, changed, totals, uncovered }) => [
      code(path),
      String(changed),
      countText(totals.lines),
      totals.branches.total === 0 ? '–' : boundsText(totals.branches),
      uncovered.length === 0 ? '' : rangesText(uncovered, 20),
    ])
  const limits = limitsOf('patch.lines', judgements)
  const { lines } = patch.totals
  const share = `${percentText(fractionOf(lines), limits)} % (${lines.covered} of ${lines.total})`
  return [
    `**Changed lines** (${commits(patch)}): ${share}`,
    table(['file', 'changed', 'covered', 'branches', 'not covered'], rows, ['left', 'right', 'right', 'right', 'left']),
    ...more(worst.length - rows.length, 'files'),
  ].join('\n\n')
}

const missing = ({ totals }: MeasuredPatch['files'][number]): number => totals.lines.total - totals.lines.covered
const commits = ({ base, head }: MeasuredPatch): string => `${code(base.slice(0, 7))} to ${code(head.slice(0, 7))}`

/** All files below a limit on `file.lines` or `file.branches`. */
export function belowTables(judgements: readonly Judgement[], evidence: Evidence): string[] {
  return judgements.flatMap(({ threshold, limit, finding }) => {
    const { metric, scope } = threshold
    const part = scope === undefined ? evidence.whole : evidence.scopes.get(scope)
    if ((metric !== 'file.lines' && metric !== 'file.branches') || finding.outcome === 'pass') return []
    if (part === undefined || limit === undefined) return []
    const files = filesBelow(part, metric, limit)
    const rows = files
      .slice(0, MOST_ROWS)
      .map(({ path, totals }) => [
        code(path),
        metric === 'file.lines' ? countText(totals.lines, [limit]) : boundsText(totals.branches),
      ])
    return [
      [
        `**Below ${escapeMarkdown(threshold.line)}**`,
        table(['file', metric], rows, ['left', 'right']),
        ...more(files.length - rows.length, 'files'),
      ].join('\n\n'),
    ]
  })
}

/** The lowest ten with a measured line. */
export function lowestFiles(whole: Part): string {
  const measured = whole.files.filter(({ totals }) => totals.lines.total > 0)
  const lowest = measured.toSorted((a, b) => compareShares(a.totals.lines, b.totals.lines)).slice(0, LOWEST_FILES)
  const open = lowest.filter(({ totals }) => totals.lines.covered < totals.lines.total)
  if (open.length === 0) return ''
  const rows = open.map((file) => [
    code(file.path),
    countText(file.totals.lines),
    boundsText(file.totals.branches),
    rangesText(uncoveredRanges(file)),
  ])
  return `**Lowest files**\n\n${table(['file', 'lines', 'branches', 'largest gaps'], rows, ['left', 'right', 'right', 'left'])}`
}

/** `70 % (7 of 10)`; `-` for 0 of 0, which is no share at all. */
export function countText({ covered, total }: Count, limits: Parameters<typeof percentText>[1] = []): string {
  if (total === 0) return '-'
  return `${percentText(fractionOf({ covered, total }), limits)} % (${covered} of ${total})`
}

/** `50 % to 100 % (2 to 4 of 4)` where only bounds are known. */
export function boundsText({ low, high, total }: BranchCount): string {
  if (low === high || total === 0) return countText({ covered: low, total })
  const [from, to] = [low, high].map((covered) => fractionOf({ covered, total }))
  if (from === undefined || to === undefined || compare(from, to) === 0) return countText({ covered: low, total })
  return `${percentText(from)} % to ${percentText(to)} % (${low} to ${high} of ${total})`
}

export const more = (count: number, what: string): string[] => (count > 0 ? [`and ${count} more ${what}`] : [])
