import { globMatcher } from '@hardgate/action'
import { compareShares } from '@hardgate/coverage'
import { compare, type Exact, type Threshold } from '@hardgate/gate'
import type { Evidence } from './answers.ts'
import { fractionOf, percentText } from './fraction.ts'
import { type LineRange, lengthOf, longestFirst, rangesOf, rangesText } from './line-ranges.ts'
import type { Part, SizedFile } from './measured.ts'
import { uncoveredRanges } from './patch.ts'

const SHOWN = 3
const SHOWN_FILES = 10

/** Behind a threshold that is missed: where tests are missing. Begins with a blank; empty where nothing is known. */
export function gapsText(threshold: Threshold, evidence: Evidence, limit: Exact | undefined): string {
  const { metric, scope } = threshold
  const part = scope === undefined ? evidence.whole : evidence.scopes.get(scope)
  if (part === undefined) return ''
  switch (metric) {
    case 'file.lines':
    case 'file.branches':
      return limit === undefined ? '' : belowText(part, metric, limit)
    case 'patch.lines':
      return patchText(evidence, scope)
    case 'branches':
      return openText(part)
    case 'lines':
    case 'combined':
    case 'lines.strict':
      return largestText(part)
    default:
      return ''
  }
}

export interface Gap extends LineRange {
  readonly path: string
}

/** The longest runs of lines not covered, the longest first. Of all the others none is kept: there may be millions. */
export function largestGaps(part: Part, most: number): Gap[] {
  let best: Gap[] = []
  let least = 0
  for (const file of part.files) {
    if (file.totals.lines.covered === file.totals.lines.total) continue
    const longer = uncoveredRanges(file).filter((range) => lengthOf(range) > least)
    if (longer.length === 0) continue
    best = longestFirst([...best, ...longer.map((range) => ({ path: file.path, ...range }))]).slice(0, most)
    const last = best.at(-1)
    if (best.length === most && last !== undefined) least = lengthOf(last)
  }
  return best
}

function largestText(part: Part): string {
  const gaps = byFile(largestGaps(part, SHOWN))
  return gaps.length === 0 ? '' : ` Largest gaps: ${gaps.map(({ path, where }) => `${path} ${where}`).join('; ')}.`
}

export interface Gaps {
  readonly path: string
  /** `41-46, 50-58` */
  readonly where: string
}

/** Each file once, where its longest gap stands. */
export function byFile(gaps: readonly Gap[]): Gaps[] {
  const paths = [...new Set(gaps.map(({ path }) => path))]
  return paths.map((path) => ({ path, where: rangesText(gaps.filter((gap) => gap.path === path)) }))
}

/** Lines with a branch that nobody took, of the files that have most of them. */
export function openBranches(part: Part, most: number): Gaps[] {
  const files = part.files.filter(({ totals }) => totals.branches.low < totals.branches.total)
  const open = ({ totals }: SizedFile): number => totals.branches.total - totals.branches.low
  return files
    .toSorted((a, b) => open(b) - open(a))
    .slice(0, most)
    .flatMap((file) => {
      const lines = linesWithOpenBranches(file)
      return lines.length === 0 ? [] : [{ path: file.path, where: rangesText(rangesOf(lines)) }]
    })
}

function linesWithOpenBranches({ coverage }: SizedFile): number[] {
  const lines: number[] = []
  coverage.eachLine((line) => {
    const branches = coverage.branchesAt(line)
    if (branches !== undefined && branches.low < branches.total) lines.push(line)
  })
  return lines
}

function openText(part: Part): string {
  const open = openBranches(part, SHOWN)
  return open.length === 0
    ? ''
    : ` Most are missing in ${open.map(({ path, where }) => `${path} ${where}`).join('; ')}.`
}

function patchText({ patch }: Evidence, scope: string | undefined): string {
  if (patch === undefined || 'kind' in patch) return ''
  const matches = scope === undefined ? () => true : globMatcher(scope)
  const files = patch.files.filter(({ path, uncovered }) => uncovered.length > 0 && matches(path))
  if (files.length === 0) return ''
  const shown = files.slice(0, SHOWN).map(({ path, uncovered }) => `${path} ${rangesText(uncovered)}`)
  return ` Not covered: ${shown.join('; ')}${files.length > SHOWN ? ` and ${files.length - SHOWN} more files` : ''}.`
}

/** Every file whose share lies below, the lowest first. Files without any are left out. */
export function filesBelow(part: Part, metric: 'file.lines' | 'file.branches', limit: Exact): SizedFile[] {
  const countOf = ({ totals }: SizedFile) =>
    metric === 'file.lines' ? totals.lines : { covered: totals.branches.low, total: totals.branches.total }
  return part.files
    .filter((file) => countOf(file).total > 0 && compare(fractionOf(countOf(file)), limit) < 0)
    .toSorted((a, b) => compareShares(countOf(a), countOf(b)))
}

function belowText(part: Part, metric: 'file.lines' | 'file.branches', limit: Exact): string {
  const files = filesBelow(part, metric, limit)
  const shown = files.slice(0, SHOWN_FILES).map(({ path, totals }) => {
    const { covered, total } =
      metric === 'file.lines' ? totals.lines : { covered: totals.branches.low, total: totals.branches.total }
    return `${path} ${percentText(fractionOf({ covered, total }), [limit])} % (${covered} of ${total})`
  })
  const more = files.length > SHOWN_FILES ? ` and ${files.length - SHOWN_FILES} more` : ''
  return ` ${files.length} ${files.length === 1 ? 'file lies' : 'files lie'} below: ${shown.join(', ')}${more}.`
}
