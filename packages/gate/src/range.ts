import { isTimeUnit, MILLISECONDS } from './duration.ts'
import { compare, ENDLESS, type Exact, exact, times } from './exact.ts'
import type { MetricKind } from './limit.ts'
import { percentOf } from './share.ts'
import type { Measurement, Ratio } from './verdict.ts'

/** A value and the bounds that the evidence gives, exactly: times in milliseconds, shares in percent. */
export interface Range {
  readonly value: Exact
  readonly low: Exact
  /** `ENDLESS` where there is none. */
  readonly high: Exact
}

/** The range, or why the measurement says nothing. */
export function rangeOf(measurement: Measurement, kind: MetricKind): Range | string {
  const { value, low = value, high = value, unit, samples } = measurement
  if (samples === 0) return 'there are no samples'
  if (![value, low, high].every(Number.isFinite)) return 'it is not a finite number'
  if (kind === 'duration' && !isTimeUnit(unit)) return `its unit "${unit}" is no time`
  if (kind === 'percent' && unit !== '%') return `its unit "${unit}" is not %`
  const ratios = kind === 'percent' ? [measurement.ratio, measurement.lowRatio, measurement.highRatio] : []
  for (const ratio of ratios) {
    if (ratio !== undefined && !isCounted(ratio)) return `it is ${ratio.numerator} of ${ratio.denominator}`
  }
  return ordered(exactRange(measurement, kind), measurement)
}

/** A share's whole numbers where it has them: what is written beside them has lost digits. */
function exactRange(measurement: Measurement, kind: MetricKind): Range {
  const { value, low, high, unit, unboundedAbove } = measurement
  const scale = exact(kind === 'duration' && isTimeUnit(unit) ? MILLISECONDS[unit] : 1)
  const point = (ratio: Ratio | undefined, number: number): Exact =>
    kind === 'percent' && ratio !== undefined ? percentOf(ratio) : times(exact(number), scale)
  const bound = (ratio: Ratio | undefined, number: number | undefined): Exact =>
    ratio === undefined && number === undefined ? middle : point(ratio, number ?? value)
  const middle = point(measurement.ratio, value)
  return {
    value: middle,
    low: bound(measurement.lowRatio, low),
    high: unboundedAbove === undefined ? bound(measurement.highRatio, high) : ENDLESS,
  }
}

function ordered(range: Range, { value, low = value, high = value }: Measurement): Range | string {
  return compare(range.low, range.high) > 0 ? `its lower bound ${low} is above its upper bound ${high}` : range
}

function isCounted({ numerator, denominator }: Ratio): boolean {
  return Number.isSafeInteger(numerator) && Number.isSafeInteger(denominator) && numerator >= 0 && denominator > 0
}
