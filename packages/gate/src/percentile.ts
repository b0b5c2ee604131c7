import { compare, type Exact, exact, fraction, minus, over, times } from './exact.ts'

/** Percent as decimal text, or as a number's shortest text says: `99.9` is 999 thousandths exactly. */
export type Percent = number | string

/** Percent as a share, exactly. Throws where it is not above 0 and below 100. */
export function openShare(percent: Percent): Exact {
  const share = over(exact(percent), 100)
  if (compare(share, exact(0)) > 0 && compare(share, exact(1)) < 0) return share
  throw new Error(`${percent} % is not above 0 % and below 100 %`)
}

export function restOf(share: Exact): Exact {
  return minus(exact(1), share)
}

/** Nearest rank: from 1, the place of the percentile among n sorted values. n is at least 1. */
export function rankOf(percentile: Percent, n: number): number {
  return Math.max(1, roundedUp(times(openShare(percentile), fraction(n, 1))))
}

/** The fewest values of which so small a share is one at least: 20 for p95, 100 for p99. */
export function fewestForValue(percentile: Percent): number {
  const { numerator, denominator } = restOf(openShare(percentile))
  return roundedUp({ numerator: denominator, denominator: numerator })
}

/** Of a value that is not negative. */
export function roundedUp({ numerator, denominator }: Exact): number {
  return Number((numerator + denominator - 1n) / denominator)
}
