const DECIMAL = /^-?\d+(?:\.\d+)?$/
const PERCENT = /^(\d+(?:\.\d+)?)%?$/

/** `70` or `70.5%`, from 0 to 100. undefined: it is no percentage. */
export function parsePercent(text: string): number | undefined {
  const digits = PERCENT.exec(text)?.[1]
  if (digits === undefined) return undefined
  const percent = Number(digits)
  return percent <= 100 ? percent : undefined
}

/** The booleans of YAML 1.2's core schema, and no other word. undefined: it is none. */
export function parseBoolean(text: string): boolean | undefined {
  if (/^(?:true|True|TRUE)$/.test(text)) return true
  if (/^(?:false|False|FALSE)$/.test(text)) return false
  return undefined
}

/** Decimal digits without an exponent, a sign `+` or a prefix. undefined: no number, or one too large to be kept. */
export function parseNumber(text: string): number | undefined {
  if (!DECIMAL.test(text)) return undefined
  const value = Number(text)
  return Math.abs(value) <= Number.MAX_SAFE_INTEGER ? value : undefined
}
