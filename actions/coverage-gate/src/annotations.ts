import type { Log } from '@hardgate/action'
import { type LineRange, lengthOf } from './line-ranges.ts'
import type { MeasuredPatch } from './patch.ts'
import type { Finding } from './reasons.ts'

// The runner takes ten warnings of a step and drops the rest without a word.
const MOST_WARNINGS = 10

interface Marked extends LineRange {
  readonly path: string
}

/** Marks uncovered changed lines, the longest runs first. Leaves room for the warnings that the findings become. */
export function annotatePatch(patch: MeasuredPatch, findings: readonly Finding[], log: Log): void {
  const gaps = patch.files.flatMap(({ path, uncovered }) => uncovered.map((range): Marked => ({ path, ...range })))
  const sorted = gaps.toSorted((a, b) => lengthOf(b) - lengthOf(a))
  const shown = sorted.slice(0, Math.max(0, MOST_WARNINGS - warningsOf(findings)))
  for (const gap of shown) log.warning(textOf(gap), { file: gap.path, line: gap.from })
  const left = sorted.length - shown.length
  if (left > 0) log.notice(`Uncovered changed lines: +${left} more in the summary.`)
}

function warningsOf(findings: readonly Finding[]): number {
  const told = findings.filter(({ severity, outcome }) => severity === 'warn' && outcome !== 'pass').length
  // one more where an inconclusive verdict is only warned of
  return told + (findings.some(({ severity, outcome }) => severity === 'gate' && outcome === 'inconclusive') ? 1 : 0)
}

function textOf({ from, to }: Marked): string {
  const count = lengthOf({ from, to })
  return count === 1
    ? `Line ${from} is changed and no test covers it.`
    : `Lines ${from} to ${to} are changed and no test covers them.`
}
