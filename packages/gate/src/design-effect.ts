import { toNumber } from './exact.ts'
import { rareShare } from './order-interval.ts'
import type { Percent } from './percentile.ts'
import { normalQuantile, studentQuantile } from './quantiles.ts'

/** A part of a run's time, as long as the others. */
export interface Slice {
  readonly requests: number
  /** Of these the ones above the percentile of the whole run. */
  readonly above: number
}

// Of 2 000 requests that hang together closely (lag-1 0.98) 20 slices let 6.9 % pass wrongly, because neighbours were
// still alike; 10 let 3.5 % pass. With fewer than 5 what is known of the spread is too little to pass anything.
const MOST_SLICES = 10
const FEWEST_SLICES = 5

/**
 * How many requests of a run tell as much as one independent request, from how much the share above the percentile
 * differs between slices of its time: 1 or more. Slices come in the order of time, finer ones are joined. undefined:
 * fewer than five of them hold requests.
 */
export function designEffect(slices: readonly Slice[], confidence: Percent): number | undefined {
  const filled = slices.filter(({ requests }) => requests > 0)
  if (filled.length < FEWEST_SLICES) return undefined
  const joined = joinedInto(Math.min(MOST_SLICES, filled.length), filled)
  const { requests: n, above } = sumOf(joined)
  const share = above / n
  const independent = (share * (1 - share)) / n
  // no slice can differ from another
  if (independent === 0) return 1
  const k = joined.length
  const squares = joined.map((slice) => (slice.requests / n) ** 2 * (slice.above / slice.requests - share) ** 2)
  const observed = (k / (k - 1)) * squares.reduce((sum, one) => sum + one, 0)
  // the spread of a few slices is itself uncertain: Student's quantile in place of the normal one
  const sure = 1 - toNumber(rareShare(confidence))
  const widening = (studentQuantile(sure, k - 1) / normalQuantile(sure)) ** 2
  return Math.max(1, (observed / independent) * widening)
}

function joinedInto(count: number, slices: readonly Slice[]): Slice[] {
  const edge = (index: number): number => Math.floor((index * slices.length) / count)
  return Array.from({ length: count }, (_, index) => sumOf(slices.slice(edge(index), edge(index + 1))))
}

function sumOf(slices: readonly Slice[]): Slice {
  let requests = 0
  let above = 0
  for (const slice of slices) {
    requests += slice.requests
    above += slice.above
  }
  return { requests, above }
}
