import type { Count } from '@hardgate/coverage'
import { compare, cutTo, type Exact, exact, fraction, type Operator, over, times } from '@hardgate/gate'

// From the bytes to the verdict a share is two whole numbers, and nothing is rounded.

export const fractionOf = ({ covered, total }: Count): Exact => fraction(covered, total)

/** `69.99`, in percent, as the decimal text says. */
export const fractionOfPercent = (digits: string): Exact => over(exact(digits), 100)

const FEWEST_DECIMALS = 2
// thirds have no end
const MOST_DECIMALS = 40

/**
 * Percent without the sign: cut to two decimals, never rounded, and then so many more that the text stands on the same
 * side of every limit as the share itself. `.00` is left out, so 100 is all of all.
 */
export function percentText(share: Exact, limits: readonly Exact[] = []): string {
  let decimals = FEWEST_DECIMALS
  while (decimals < MOST_DECIMALS && limits.some((limit) => misleads(share, limit, decimals))) decimals++
  return cutPercent(share, decimals).replace(/\.0+$/, '')
}

function misleads(share: Exact, limit: Exact, decimals: number): boolean {
  return compare(fractionOfPercent(cutPercent(share, decimals)), limit) !== compare(share, limit)
}

const cutPercent = (share: Exact, decimals: number): string => cutTo(times(share, exact(100)), decimals)

/** Percentage points with their sign, `+` too; never 0 where there is a difference. */
export function pointsText(difference: Exact): string {
  let decimals = FEWEST_DECIMALS
  while (decimals < MOST_DECIMALS && difference.numerator !== 0n && isZero(cutPercent(difference, decimals))) decimals++
  const text = cutPercent(difference, decimals).replace(/\.0+$/, '')
  return difference.numerator > 0n ? `+${text}` : text
}

const isZero = (text: string): boolean => !/[1-9]/.test(text)

/** How many more of the total would meet a lower limit; 0 where it is met. undefined: even all would not. */
export function neededFor({ covered, total }: Count, limit: Exact, operator: Operator): number | undefined {
  if (operator !== '>=' && operator !== '>') return undefined
  const product = limit.numerator * BigInt(total)
  const atLeast = operator === '>=' ? ceil(product, limit.denominator) : product / limit.denominator + 1n
  if (atLeast > BigInt(total)) return undefined
  return Math.max(0, Number(atLeast) - covered)
}

const ceil = (a: bigint, b: bigint): bigint => (a + b - 1n) / b
