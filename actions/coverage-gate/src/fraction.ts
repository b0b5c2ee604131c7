import type { Count } from '@hardgate/coverage'
import type { Operator } from '@hardgate/gate'

/** A share as two whole numbers: from the bytes to the verdict nothing is rounded. The denominator is positive. */
export interface Fraction {
  readonly numerator: bigint
  readonly denominator: bigint
}

export function fractionOf({ covered, total }: Count): Fraction {
  return { numerator: BigInt(covered), denominator: BigInt(total) }
}

/** `69.99`, in percent, as the decimal text says. */
export function fractionOfPercent(digits: string): Fraction {
  const [whole = '0', decimals = ''] = digits.split('.')
  return { numerator: BigInt(whole + decimals), denominator: 100n * 10n ** BigInt(decimals.length) }
}

export function less(a: Fraction, b: Fraction): Fraction {
  return {
    numerator: a.numerator * b.denominator - b.numerator * a.denominator,
    denominator: a.denominator * b.denominator,
  }
}

export function compareFractions(a: Fraction, b: Fraction): -1 | 0 | 1 {
  const left = a.numerator * b.denominator
  const right = b.numerator * a.denominator
  if (left === right) return 0
  return left < right ? -1 : 1
}

const FEWEST_DECIMALS = 2
// thirds have no end
const MOST_DECIMALS = 40

/**
 * Percent without the sign: cut to two decimals, never rounded, and then so many more that the text stands on the same
 * side of every limit as the share itself. `.00` is left out, so 100 is all of all.
 */
export function percentText(share: Fraction, limits: readonly Fraction[] = []): string {
  let decimals = FEWEST_DECIMALS
  while (decimals < MOST_DECIMALS && limits.some((limit) => misleads(share, limit, decimals))) decimals++
  return cutPercent(share, decimals).replace(/\.0+$/, '')
}

function misleads(share: Fraction, limit: Fraction, decimals: number): boolean {
  const shown = { numerator: scaled(share, decimals), denominator: 100n * 10n ** BigInt(decimals) }
  return compareFractions(shown, limit) !== compareFractions(share, limit)
}

/** Percent, cut towards zero. */
function cutPercent(share: Fraction, decimals: number): string {
  const isNegative = share.numerator < 0n
  const size = scaled(isNegative ? { ...share, numerator: -share.numerator } : share, decimals)
  const digits = String(size).padStart(decimals + 1, '0')
  const text = `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`
  return isNegative && size > 0n ? `-${text}` : text
}

const scaled = ({ numerator, denominator }: Fraction, decimals: number): bigint =>
  (numerator * 100n * 10n ** BigInt(decimals)) / denominator

/** Percentage points with their sign, `+` too; never 0 where there is a difference. */
export function pointsText(difference: Fraction): string {
  let decimals = FEWEST_DECIMALS
  while (decimals < MOST_DECIMALS && difference.numerator !== 0n && isZero(cutPercent(difference, decimals))) decimals++
  const text = cutPercent(difference, decimals).replace(/\.0+$/, '')
  return difference.numerator > 0n ? `+${text}` : text
}

const isZero = (text: string): boolean => !/[1-9]/.test(text)

/** How many more of the total would meet a lower limit; 0 where it is met. undefined: even all would not. */
export function neededFor({ covered, total }: Count, limit: Fraction, operator: Operator): number | undefined {
  if (operator !== '>=' && operator !== '>') return undefined
  const product = limit.numerator * BigInt(total)
  const atLeast = operator === '>=' ? ceil(product, limit.denominator) : product / limit.denominator + 1n
  if (atLeast > BigInt(total)) return undefined
  return Math.max(0, Number(atLeast) - covered)
}

const ceil = (a: bigint, b: bigint): bigint => (a + b - 1n) / b
