import { minus, type Verdict } from '@hardgate/gate'
import { code, escapeMarkdown, table, verdictSections } from '@hardgate/markdown'
import type { Evidence } from './answers.ts'
import type { Baseline } from './baseline.ts'
import { fractionOf, percentText, pointsText } from './fraction.ts'
import type { Judgement } from './judge.ts'
import { rangesOf, rangesText } from './line-ranges.ts'
import { baselineShare } from './outputs.ts'
import type { Project } from './project.ts'
import type { NewlyUncovered } from './ratchet.ts'
import type { Reading } from './reading.ts'
import type { Finding, ReasonCode } from './reasons.ts'
import { asFraction } from './sentences.ts'
import * as folds from './summary-folds.ts'
import { belowTables, lowestFiles, more, patchTable, toDo } from './summary-tables.ts'
import type { Unreported } from './unreported.ts'

export interface Story {
  readonly verdict: Verdict
  readonly codes: readonly ReasonCode[]
  readonly findings: readonly Finding[]
  readonly reading: Reading
  readonly judgements: readonly Judgement[]
  readonly project: Project | undefined
  readonly evidence: Evidence | undefined
  readonly baseline: Baseline | undefined
  readonly unreported: readonly Unreported[]
  readonly newly: readonly NewlyUncovered[]
}

/** What decided, then what to do, then the numbers, then folded what they came from. */
export function summaryOf(story: Story): string[] {
  const { verdict } = story
  return [...verdictSections(verdict), ...ownSections(story), ...foldedSections(story)].filter((one) => one !== '')
}

/** The part of the summary that a comment has too. */
export function ownSections({ codes, judgements, evidence, baseline, newly }: Story): string[] {
  const patch = evidence?.patch
  return [
    codes.length === 0 ? '' : `Reason: ${codes.map(code).join(', ')}`,
    evidence === undefined ? '' : toDo(judgements, evidence),
    patch === undefined || 'kind' in patch ? '' : patchTable(patch, judgements),
    evidence === undefined ? '' : baselineSection(baseline, evidence, judgements),
    newlySection(newly),
    ...(evidence === undefined ? [] : [...belowTables(judgements, evidence), lowestFiles(evidence.whole)]),
  ].filter((one) => one !== '')
}

function foldedSections({ reading, project, evidence, findings, baseline, unreported }: Story): string[] {
  const warnings = findings.filter(({ code: why }) => why === 'totals-mismatch').map(({ explanation }) => explanation)
  return [
    folds.reportsFold(reading.reports),
    evidence === undefined ? '' : folds.boundsFold(evidence.whole),
    project === undefined ? '' : folds.droppedFold(project),
    project === undefined ? '' : folds.unmappedFold(project),
    folds.unreportedFold(unreported),
    folds.notesFold('Own totals of the reports that differ', warnings),
    evidence === undefined ? '' : folds.untrackedFold(evidence.whole),
    folds.notesFold('Runs that are no baseline', baseline?.notes ?? []),
  ]
}

function baselineSection(
  baseline: Baseline | undefined,
  { whole }: Evidence,
  judgements: readonly Judgement[],
): string {
  if (baseline === undefined) return ''
  if (baseline.kind !== 'found') return `**Baseline**: ${escapeMarkdown(baseline.why)}.`
  const { lines, branches } = whole.totals
  const counts = { lines, branches: { covered: branches.low, total: branches.total } }
  const rows = (['lines', 'branches'] as const).flatMap((metric) => {
    const before = baselineShare(metric, baseline)
    if (before === undefined || counts[metric].total === 0) return []
    const now = fractionOf(counts[metric])
    return [[metric, `${percentText(before)} %`, `${percentText(now)} %`, `${pointsText(minus(now, before))} points`]]
  })
  const moved = judgements.flatMap(({ threshold, adjustedFrom, adjustedTo }) => {
    if (adjustedFrom?.ratio === undefined || adjustedTo?.ratio === undefined) return []
    const [from, to] = [adjustedFrom.ratio, adjustedTo.ratio]
    return [
      `- ${code(threshold.line)}: the baseline is ${percentText(asFraction(from))} % (${from.numerator} of ${from.denominator}), without the lines that this change removed ${percentText(asFraction(to))} % (${to.numerator} of ${to.denominator}); the lower one is the limit`,
    ]
  })
  return [
    `**Baseline**: ${escapeMarkdown(baseline.origin)}`,
    rows.length === 0 ? '' : table(['', 'before', 'now', 'change'], rows, ['left', 'right', 'right', 'right']),
    moved.join('\n'),
  ]
    .filter((one) => one !== '')
    .join('\n\n')
}

const MOST_ROWS = 50

function newlySection(newly: readonly NewlyUncovered[]): string {
  if (newly.length === 0) return ''
  const worst = newly.toSorted((a, b) => b.lines.length - a.lines.length)
  const rows = worst
    .slice(0, MOST_ROWS)
    .map(({ path, lines }) => [code(path), String(lines.length), rangesText(rangesOf(lines), 20)])
  return [
    '**Newly uncovered**: not covered now, and not among the lines that the baseline did not cover',
    table(['file', 'lines', 'where'], rows, ['left', 'right', 'left']),
    ...more(worst.length - rows.length, 'files'),
  ].join('\n\n')
}
