import { isTimeUnit, MILLISECONDS } from './duration.ts'
import { type Exact, exact, over, plus, times } from './exact.ts'
import type { BaselineLimit, MetricKind } from './limit.ts'
import type { Range } from './range.ts'

export type Change = NonNullable<BaselineLimit['change']>

/** A baseline and what the line adds to it or takes from it. */
export function moved(range: Range, change: Change | undefined, kind: MetricKind): Range {
  if (change === undefined) return range
  const amount = times(exact(`${change.sign}1`), amountOf(change))
  const factor = plus(exact(1), over(amount, 100))
  const move = (value: Exact): Exact => (isRelative(change, kind) ? times(value, factor) : plus(value, amount))
  return { value: move(range.value), low: move(range.low), high: move(range.high) }
}

/** Without its sign: milliseconds, percent or the metric's own unit. */
export function amountOf({ value, unit }: Change): Exact {
  return times(exact(value), exact(isTimeUnit(unit) ? MILLISECONDS[unit] : 1))
}

/** `10 %`, `50 ms`, `0.5 points` */
export function writtenAmount({ value, unit }: Change, kind: MetricKind): string {
  if (kind === 'percent') return `${value} ${value === '1' ? 'point' : 'points'}`
  return `${value}${unit === '' ? '' : ` ${unit}`}`
}

/** ` + 10 %`, to stand behind the baseline's value; nothing where there is no change. */
export function writtenChange(change: Change | undefined, kind: MetricKind): string {
  return change === undefined ? '' : ` ${change.sign} ${writtenAmount(change, kind)}`
}

/** A share of the baseline, and not an amount in its unit. */
export function isRelative(change: Change, kind: MetricKind): boolean {
  return change.unit === '%' && kind !== 'percent'
}
