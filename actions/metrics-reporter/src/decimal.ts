/** Above this a text is no measurement, and writing it without exponent would size an allocation. */
const EXPONENT_MAX = 400

/**
 * A number's text times `factor` times ten to the power of `places`, without exponent; undefined: it is no decimal
 * number. The digits are moved, not multiplied as a double, so 85.29 % is 0.8529 and not 0.8529000000000001.
 */
export function scaledDecimal(text: string, { factor = 1n, places = 0 } = {}): string | undefined {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^([+-]?)(\d{1,400})(?:\.(\d{1,400}))?(?:[eE]([+-]?\d{1,4}))?$/.exec(text) ?? []
  if (whole === '' || Math.abs(Number(exponent)) > EXPONENT_MAX) return undefined
  const decimals = fraction.length - Number(exponent) - places
  const digits = String(BigInt(whole + fraction) * factor)
  const plain = decimals <= 0 ? digits + '0'.repeat(-decimals) : withPoint(digits, decimals)
  const tidy = tidied(plain)
  return sign === '-' && tidy !== '0' ? `-${tidy}` : tidy
}

/** The text of a double without exponent: `1e-7` is `0.0000001`. */
export function plainDecimal(value: number): string {
  const text = scaledDecimal(String(value))
  if (text === undefined) throw new Error(`${value} is not a number that a report can hold`)
  return text
}

/** Cut, never rounded up: 85.299 has the two decimals 85.29. */
export function cutDecimal(plain: string, decimals: number): string {
  const [whole = '', fraction = ''] = plain.split('.')
  return tidied(`${whole}.${fraction.slice(0, decimals)}`)
}

function withPoint(digits: string, decimals: number): string {
  const padded = digits.padStart(decimals + 1, '0')
  return `${padded.slice(0, -decimals)}.${padded.slice(-decimals)}`
}

function tidied(plain: string): string {
  const [whole = '', fraction = ''] = plain.split('.')
  const kept = fraction.replace(/0+$/, '')
  const lead = whole.replace(/^(-?)0+(?=\d)/, '$1')
  return kept === '' ? lead : `${lead}.${kept}`
}
