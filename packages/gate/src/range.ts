import { isTimeUnit, MILLISECONDS } from './duration.ts'
import { compare, type Exact, exact, times } from './exact.ts'
import type { MetricKind } from './limit.ts'
import { percentOf } from './share.ts'
import type { Measurement, Ratio } from './verdict.ts'

/** A value and the bounds that the evidence gives, exactly: times in milliseconds, shares in percent. */
export interface Range {
  readonly value: Exact
  readonly low: Exact
  readonly high: Exact
}

/** The range, or why the measurement says nothing. */
export function rangeOf(measurement: Measurement, kind: MetricKind): Range | string {
  const { value, low = value, high = value, unit, ratio, samples } = measurement
  if (samples === 0) return 'there are no samples'
  if (![value, low, high].every(Number.isFinite)) return 'it is not a finite number'
  if (kind === 'duration' && !isTimeUnit(unit)) return `its unit "${unit}" is no time`
  if (kind === 'percent' && unit !== '%') return `its unit "${unit}" is not %`
  const isShare = kind === 'percent' && ratio !== undefined
  if (isShare && !isCounted(ratio)) return `it is ${ratio.numerator} of ${ratio.denominator}`
  const scale = exact(kind === 'duration' && isTimeUnit(unit) ? MILLISECONDS[unit] : 1)
  const middle = isShare ? percentOf(ratio) : times(exact(value), scale)
  const range = {
    value: middle,
    low: measurement.low === undefined ? middle : times(exact(low), scale),
    high: measurement.high === undefined ? middle : times(exact(high), scale),
  }
  return compare(range.low, range.high) > 0 ? `its lower bound ${low} is above its upper bound ${high}` : range
}

function isCounted({ numerator, denominator }: Ratio): boolean {
  return Number.isSafeInteger(numerator) && Number.isSafeInteger(denominator) && numerator >= 0 && denominator > 0
}
