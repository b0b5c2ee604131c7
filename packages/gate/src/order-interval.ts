import { rareFrom } from './binomial.ts'
import { compare, type Exact, fraction, times, toNumber } from './exact.ts'
import { openShare, type Percent, rankOf, restOf, roundedUp } from './percentile.ts'

export interface OrderQuestion {
  /** How many values there are. */
  readonly n: number
  /** Design effect: how many values tell as much as one independent value. 1: they are independent. */
  readonly deff: number
  /** Percent, such as `99.9`. */
  readonly p: Percent
  /** Percent, one-sided each way; above 50. */
  readonly confidence: Percent
}

export interface OrderInterval {
  /** Ranks from 1 to n. Absent: no value bounds the percentile from that side. */
  readonly lowRank?: number
  readonly highRank?: number
  /** How many independent values the n values stand for. */
  readonly independent: number
}

/** Which of the sorted values bound a percentile of what they were drawn from. */
export function orderInterval({ n, deff, p, confidence }: OrderQuestion): OrderInterval {
  const independent = Math.min(MOST_INDEPENDENT, Math.floor(n / Math.max(1, deff)))
  // an endless or unknown design effect leaves nothing to go by
  if (!(independent >= 1)) return { independent: 0 }
  const share = openShare(p)
  const rare = rareShare(confidence)
  const high = rareFrom(independent, share, rare)
  // values below the percentile are rare above that many, and so values above it below the rest
  const low = independent + 1 - rareFrom(independent, restOf(share), rare)
  const rankAt = (level: number): number => roundedUp(times(fraction(level, independent), fraction(n, 1)))
  return {
    independent,
    // the level of very few independent values can lie above the percentile, and no lower bound is above the value
    ...(low < 1 ? {} : { lowRank: Math.min(rankAt(low), rankOf(p, n)) }),
    ...(high > independent ? {} : { highRank: rankAt(high) }),
  }
}

/** More would narrow the bounds by nothing that matters, and a count that is read from a report can be any number. */
const MOST_INDEPENDENT = 100_000_000

/** The fewest independent values that bound a percentile from above: 59 for p95 at 95 %. */
export function fewestForPass(p: Percent, confidence: Percent): number {
  const share = openShare(p)
  const rare = rareShare(confidence)
  const about = Math.log(toNumber(rare)) / Math.log1p(-toNumber(restOf(share)))
  const nearest = Math.round(about)
  // the n-th power can equal a decimal only where n is small
  const isTie = nearest >= 1 && nearest <= MOST_EXACT && Math.abs(about - nearest) < 1e-9
  if (!isTie) return Math.max(1, Math.ceil(about))
  return compare(power(share, nearest), rare) <= 0 ? nearest : nearest + 1
}

const MOST_EXACT = 1000

/** What may go wrong. A confidence of one half or less would make bounds of nothing. */
export function rareShare(confidence: Percent): Exact {
  const rare = restOf(openShare(confidence))
  if (compare(rare, fraction(1, 2)) < 0) return rare
  throw new Error(`a confidence of ${confidence} % is not above 50 %`)
}

function power({ numerator, denominator }: Exact, exponent: number): Exact {
  return { numerator: numerator ** BigInt(exponent), denominator: denominator ** BigInt(exponent) }
}
