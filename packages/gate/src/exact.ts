/** A rational number, so that sums and comparisons lose nothing. The denominator is positive, but for `ENDLESS`. */
export interface Exact {
  readonly numerator: bigint
  readonly denominator: bigint
}

/** Above every other; it can be compared, and is nothing that could be shown. */
export const ENDLESS: Exact = { numerator: 1n, denominator: 0n }

const DECIMAL = /^([+-]?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/

/**
 * Decimal text as it stands, and a number as its shortest text says: 0.3 is three tenths, not the binary fraction next
 * to it. Throws on anything else.
 */
export function exact(value: number | string): Exact {
  const [, sign = '', whole, decimals = '', exponent = '0'] = DECIMAL.exec(String(value)) ?? []
  if (whole === undefined) throw new Error(`${JSON.stringify(String(value))} is no decimal number`)
  const digits = BigInt((sign === '-' ? '-' : '') + whole + decimals)
  const power = Number(exponent) - decimals.length
  return power < 0
    ? { numerator: digits, denominator: 10n ** BigInt(-power) }
    : { numerator: digits * 10n ** BigInt(power), denominator: 1n }
}

export function fraction(numerator: number, denominator: number): Exact {
  return { numerator: BigInt(numerator), denominator: BigInt(denominator) }
}

export function plus(a: Exact, b: Exact): Exact {
  return {
    numerator: a.numerator * b.denominator + b.numerator * a.denominator,
    denominator: a.denominator * b.denominator,
  }
}

export function minus(a: Exact, b: Exact): Exact {
  return plus(a, { numerator: -b.numerator, denominator: b.denominator })
}

export function times(a: Exact, b: Exact): Exact {
  return { numerator: a.numerator * b.numerator, denominator: a.denominator * b.denominator }
}

/** Division by a whole number that is not 0. */
export function over(a: Exact, divisor: number): Exact {
  return { numerator: a.numerator, denominator: a.denominator * BigInt(divisor) }
}

/** The divisor is positive. */
export function quotient(a: Exact, divisor: Exact): Exact {
  return times(a, { numerator: divisor.denominator, denominator: divisor.numerator })
}

export function compare(a: Exact, b: Exact): -1 | 0 | 1 {
  const left = a.numerator * b.denominator
  const right = b.numerator * a.denominator
  if (left === right) return 0
  return left < right ? -1 : 1
}

export function absolute(a: Exact): Exact {
  return a.numerator < 0n ? { numerator: -a.numerator, denominator: a.denominator } : a
}

/** Cut towards zero to so many decimals, never rounded; ends in that many digits. */
export function cutTo(value: Exact, decimals: number): string {
  const size = (absolute(value).numerator * 10n ** BigInt(decimals)) / value.denominator
  const digits = String(size).padStart(decimals + 1, '0')
  const sign = value.numerator < 0n && size > 0n ? '-' : ''
  if (decimals === 0) return sign + digits
  return `${sign}${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`
}

/** `cutTo` without zeros at the end. */
export function cutShort(value: Exact, decimals: number): string {
  const text = cutTo(value, decimals)
  return decimals === 0 ? text : text.replace(/\.?0+$/, '')
}

/** The nearest number, for output only: nothing is compared through it. */
export function toNumber(value: Exact): number {
  return Number(cutTo(value, 24))
}
