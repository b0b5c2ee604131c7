import type { Measurement, Ratio } from '@hardgate/gate'
import type { FileCoverage } from './file-coverage.ts'
import type { Coverage } from './merge-coverage.ts'
import type { BranchCount, Count, Totals } from './totals.ts'

/** Of all files together; `includes` says of which lines. */
export function totalsOf(
  files: Iterable<FileCoverage>,
  includes?: (line: number, file: FileCoverage) => boolean,
): Totals {
  return sumOf(totalsOfEach(files, includes))
}

/** `statements` of those that have them; absent where none has. */
export function sumOf(all: Iterable<Totals>): Totals {
  const lines = { covered: 0, total: 0 }
  const strictLines = { low: 0, high: 0, total: 0 }
  const branches = { low: 0, high: 0, total: 0 }
  let statements: { covered: number; total: number } | undefined
  for (const one of all) {
    addCount(lines, one.lines)
    addBounds(strictLines, one.strictLines)
    addBounds(branches, one.branches)
    if (one.statements === undefined) continue
    statements ??= { covered: 0, total: 0 }
    addCount(statements, one.statements)
  }
  return { lines, strictLines, branches, ...(statements === undefined ? {} : { statements }) }
}

/**
 * What totals say of `lines`, `branches`, `combined`, `statements` and `lines.strict`. 0 of 0 is no measurement: it is neither 0 %
 * nor 100 %.
 */
export function measurementsOf(totals: Totals, scope?: string): Measurement[] {
  const { lines, branches, strictLines, statements } = totals
  const combined = {
    low: lines.covered + branches.low,
    high: lines.covered + branches.high,
    total: lines.total + branches.total,
  }
  return [
    ...share('lines', exactly(lines), scope),
    ...share('branches', branches, scope),
    ...share('combined', combined, scope),
    ...(statements === undefined ? [] : share('statements', exactly(statements), scope)),
    ...share('lines.strict', strictLines, scope),
  ]
}

/** The changed lines' totals as `patch.lines` and `patch.branches`. */
export function patchMeasurementsOf({ lines, branches }: Totals): Measurement[] {
  return [...share('patch.lines', exactly(lines)), ...share('patch.branches', branches)]
}

/** The lowest file as `file.lines` and as `file.branches`; a file with 0 of them is left out. */
export function fileMeasurementsOf(files: Iterable<Totals>, scope?: string): Measurement[] {
  const lines: BranchCount[] = []
  const branches: BranchCount[] = []
  for (const one of files) {
    if (one.lines.total > 0) lines.push(exactly(one.lines))
    if (one.branches.total > 0) branches.push(one.branches)
  }
  return [...lowest('file.lines', lines, scope), ...lowest('file.branches', branches, scope)]
}

export interface FileShare {
  readonly path: string
  readonly totals: Totals
}

/** Every file's own totals, once computed for all that asks for them. */
export function totalsByFile(coverage: Coverage): FileShare[] {
  return [...coverage].map(([path, file]) => ({ path, totals: file.totals() }))
}

/** Ascending by share, exactly; 0 of 0 has none and is the largest. */
export function compareShares(a: Count, b: Count): number {
  if (a.total === 0 || b.total === 0) return Number(a.total === 0) - Number(b.total === 0)
  const left = BigInt(a.covered) * BigInt(b.total)
  const right = BigInt(b.covered) * BigInt(a.total)
  if (left === right) return 0
  return left < right ? -1 : 1
}

function* totalsOfEach(
  files: Iterable<FileCoverage>,
  includes: ((line: number, file: FileCoverage) => boolean) | undefined,
): Generator<Totals> {
  for (const file of files) yield file.totals(includes === undefined ? undefined : (line) => includes(line, file))
}

function addCount(sum: { covered: number; total: number }, { covered, total }: Count): void {
  sum.covered += covered
  sum.total += total
}

function addBounds(sum: { low: number; high: number; total: number }, { low, high, total }: BranchCount): void {
  sum.low += low
  sum.high += high
  sum.total += total
}

function exactly({ covered, total }: Count): BranchCount {
  return { low: covered, high: covered, total }
}

function share(metric: string, { low, high, total }: BranchCount, scope?: string): Measurement[] {
  if (total === 0) return []
  return [bounded(metric, { numerator: low, denominator: total }, { numerator: high, denominator: total }, scope)]
}

/** The lowest of several lies between the lowest of their lower and the lowest of their upper bounds. */
function lowest(metric: string, counts: readonly BranchCount[], scope?: string): Measurement[] {
  const low = lowestOf(counts.map(({ low: covered, total }) => ({ covered, total })))
  const high = lowestOf(counts.map(({ high: covered, total }) => ({ covered, total })))
  return low === undefined || high === undefined ? [] : [bounded(metric, low, high, scope)]
}

function lowestOf(counts: readonly Count[]): Ratio | undefined {
  let least: Count | undefined
  for (const one of counts) if (least === undefined || compareShares(one, least) < 0) least = one
  return least === undefined ? undefined : { numerator: least.covered, denominator: least.total }
}

/** The lower bound is the value: what is known to be taken. */
function bounded(metric: string, low: Ratio, high: Ratio, scope: string | undefined): Measurement {
  const value = percent(low)
  const measured = { metric, ...(scope === undefined ? {} : { scope }), value, unit: '%', ratio: low }
  if (BigInt(low.numerator) * BigInt(high.denominator) === BigInt(high.numerator) * BigInt(low.denominator))
    return measured
  return { ...measured, low: value, high: percent(high), lowRatio: low, highRatio: high }
}

/** Floored to six decimals: for people and charts, never compared. */
function percent({ numerator, denominator }: Ratio): number {
  return Number((BigInt(numerator) * 100_000_000n) / BigInt(denominator)) / 1_000_000
}
