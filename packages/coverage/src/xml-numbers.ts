import { ScanError, type XmlTag } from '@hardgate/scan'

/** A line number above it comes from no source file and would only reserve memory. */
const MOST_LINES = 10_000_000
/** Of one line. */
export const MOST_BRANCHES = 65_535
/** Gives 0 for a line that the report cannot place. */
export const NO_NUMBER = 0

/**
 * `number="0"` (Slather; .NET for generated code) and `number="undefined"` (Istanbul with a broken source map) are real:
 * they give `NO_NUMBER`.
 */
export function lineNumber(tag: XmlTag, attribute: string): number {
  const number = tag.digits(attribute)
  if (number !== undefined && number <= MOST_LINES) return number
  if (number !== undefined && number > MOST_LINES) throw wrong(tag, attribute, `a line number up to ${MOST_LINES}`)
  if (tag.text(attribute) === 'undefined') return NO_NUMBER
  throw wrong(tag, attribute, 'a line number')
}

/** A count that the measurement needs. Stays at 2^53 - 1 above it. */
export function countOf(tag: XmlTag, attribute: string): number {
  const count = tag.digits(attribute)
  if (count === undefined || Number.isNaN(count)) throw wrong(tag, attribute, 'a whole number')
  return count
}

/** As `countOf`; a number with a fraction or an exponent (`3.0`, `1.8446744073709552E19`) gives its whole part. */
export function hitsOf(tag: XmlTag, attribute: string): number {
  const hits = tag.digits(attribute)
  if (hits !== undefined && !Number.isNaN(hits)) return hits
  const whole = wholePart(tag.text(attribute) ?? '')
  if (whole === undefined) throw wrong(tag, attribute, 'a number of hits')
  return whole
}

/** What a report says about itself: nothing is measured by it, so a value that is no whole number is as good as absent. */
export function declaredCount(tag: XmlTag, attribute: string): number | undefined {
  const count = tag.digits(attribute)
  return count === undefined || Number.isNaN(count) ? undefined : count
}

/** Such as `50% (1/2)`; undefined where there are no parentheses. A percent is never read. */
export function pairOf(tag: XmlTag, attribute: string, text: string): BranchPair | undefined {
  if (!text.includes('(')) return undefined
  const [, sign, taken = '', total = ''] = /\(\s*(-?)(\d{1,9})\s*\/\s*(\d{1,9})\s*\)/.exec(text) ?? []
  // "-50% (-1/2)" is real: as many are missing as there are, and one more. None of them was taken.
  const pair = { taken: sign === '-' ? 0 : Number(taken), total: Number(total), isNegative: sign === '-' }
  if (total === '' || pair.taken > pair.total) throw wrong(tag, attribute, 'such as "50% (1/2)"')
  if (pair.total > MOST_BRANCHES) throw wrong(tag, attribute, `at most ${MOST_BRANCHES} branches a line`)
  return pair
}

export interface BranchPair {
  readonly taken: number
  readonly total: number
  readonly isNegative: boolean
}

const FIRST_YEAR_END_MS = 365 * 86_400_000
/** Seconds reach it in the year 5138, milliseconds in March 1973. */
const LEAST_MILLISECONDS = 100_000_000_000

/** A time in seconds or milliseconds since 1970, in milliseconds. 1970 itself is no time but a 0, and gives undefined. */
export function instantOf(tag: XmlTag, attribute: string): number | undefined {
  const whole = wholePart(tag.text(attribute) ?? '')
  if (whole === undefined) return undefined
  const milliseconds = whole < LEAST_MILLISECONDS ? whole * 1000 : whole
  return milliseconds < FIRST_YEAR_END_MS ? undefined : milliseconds
}

export function wrong(tag: XmlTag, attribute: string, expected: string): ScanError {
  const value = tag.text(attribute)
  const what = value === undefined ? `<${tag.name}> has no ${attribute}` : `${attribute} of <${tag.name}> is "${value}"`
  return new ScanError(`${what}: expected ${expected}`, tag.offset)
}

/** Exact by its digits, so that 0.99999999999999999999 is 0. */
function wholePart(text: string): number | undefined {
  const match = /^(\d{1,400})(?:\.(\d{0,400}))?(?:[eE]\+?(\d{1,3}))?$/.exec(text)
  if (match === null) return undefined
  const [, whole = '', fraction = '', exponent = '0'] = match
  const moved = Number(exponent)
  const digits = whole + fraction.slice(0, moved).padEnd(moved, '0')
  return Math.min(Number(digits), Number.MAX_SAFE_INTEGER)
}
