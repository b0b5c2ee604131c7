import { toNumber } from './exact.ts'
import { rareShare } from './order-interval.ts'
import type { Percent } from './percentile.ts'
import { normalQuantile, studentQuantile } from './quantiles.ts'

/** An equal part of a run's time. */
export interface Slice {
  readonly requests: number
  /** Of these the ones above the percentile of the whole run. */
  readonly above: number
}

/** Slices without requests tell nothing and do not count. */
export const FEWEST_SLICES = 10

/**
 * How many requests of a run tell as much as one independent request, from how much the share above the percentile
 * differs between slices of its time: 1 or more. undefined: too few slices to say.
 */
export function designEffect(slices: readonly Slice[], confidence: Percent): number | undefined {
  const filled = slices.filter(({ requests }) => requests > 0)
  if (filled.length < FEWEST_SLICES) return undefined
  const n = sumOf(filled.map(({ requests }) => requests))
  const share = sumOf(filled.map(({ above }) => above)) / n
  const independent = (share * (1 - share)) / n
  // no slice can differ from another
  if (independent === 0) return 1
  const k = filled.length
  const squares = filled.map(({ requests, above }) => (requests / n) ** 2 * (above / requests - share) ** 2)
  const observed = (k / (k - 1)) * sumOf(squares)
  // the spread of a few slices is itself uncertain: Student's quantile in place of the normal one
  const sure = 1 - toNumber(rareShare(confidence))
  const widening = (studentQuantile(sure, k - 1) / normalQuantile(sure)) ** 2
  return Math.max(1, (observed / independent) * widening)
}

function sumOf(list: readonly number[]): number {
  return list.reduce((sum, one) => sum + one, 0)
}
