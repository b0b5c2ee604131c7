import { redactText } from '@hardgate/http'

const MAX_SHOWN = 120

/** A JSON value for a message, shortened, what looks like a secret replaced. */
export function showJson(value: unknown): string {
  return shorten(redactText(toText(value)))
}

/** Text for a message, in quotes, so that its end can be seen. */
export function quoteText(text: string): string {
  return JSON.stringify(shorten(redactText(text)))
}

/** `the string "1"`: for a value whose type is what is wrong. */
export function describeJson(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return `the array ${showJson(value)}`
  if (typeof value === 'boolean') return showJson(value)
  if (typeof value === 'string') return `the string ${showJson(value)}`
  const isNumber = typeof value === 'number' || typeof value === 'bigint'
  return `the ${isNumber ? 'number' : 'object'} ${showJson(value)}`
}

export function shorten(text: string, limit = MAX_SHOWN): string {
  return text.length <= limit ? text : `${text.slice(0, limit - 1)}…`
}

function toText(value: unknown): string {
  if (typeof value === 'bigint') return String(value)
  try {
    return JSON.stringify(value, plainBigint) ?? 'nothing'
  } catch {
    return '(nested too deep to show)' // the stack's limit
  }
}

const plainBigint = (_key: string, value: unknown): unknown => (typeof value === 'bigint' ? String(value) : value)
