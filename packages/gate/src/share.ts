import { cutTo, type Exact, exact, fraction, times } from './exact.ts'
import type { Ratio } from './verdict.ts'

/**
 * Percent with two decimals, cut and never rounded, so that 85.299 is not shown as 85.3 and 69.996 not as 70. A number
 * is percent already. Without the sign; `.00` is left out.
 */
export function formatShare(share: Ratio | number): string {
  return cutTo(typeof share === 'number' ? exact(share) : percentOf(share), 2).replace(/\.00$/, '')
}

/** Exactly; the denominator must not be 0. */
export function percentOf({ numerator, denominator }: Ratio): Exact {
  return times(fraction(numerator, denominator), exact(100))
}
