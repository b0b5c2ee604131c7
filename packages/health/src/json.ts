/** A document of an answer, or why there is none. */
export type JsonDocument = { readonly isJson: true; readonly value: unknown } | { readonly isJson: false }

const NOT_JSON: JsonDocument = { isJson: false }
const STRING_OR_NUMBER = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g

/**
 * JSON as it is on the wire: a byte order mark is skipped, the last of two equal keys wins, and an integer beyond 2^53
 * comes as a bigint, so that two that differ never compare equal.
 */
export function readJson(body: Buffer): JsonDocument {
  // TextDecoder skips the mark and replaces what is not UTF-8
  return parseJson(new TextDecoder().decode(body))
}

export function parseJson(text: string): JsonDocument {
  try {
    return { isJson: true, value: /\d{16}/.test(text) ? parseExactly(text) : JSON.parse(text) }
  } catch {
    return NOT_JSON
  }
}

// The reviver's `context.source` would say it, but Node 20 has none: so a large integer is quoted with a mark that the
// text does not hold, and unpacked again.
function parseExactly(text: string): unknown {
  JSON.parse(text) // or quoting a number where none may stand could mend a broken document
  const mark = unusedMark(text)
  const quoted = text.replaceAll(STRING_OR_NUMBER, (token) => (isLargeInteger(token) ? `"${mark}${token}"` : token))
  return JSON.parse(quoted, (_key, value: unknown) =>
    typeof value === 'string' && value.startsWith(mark) ? BigInt(value.slice(mark.length)) : value,
  )
}

// Drawn after the body has come, so that no body can spell it.
function unusedMark(text: string): string {
  const mark = `integer ${Math.random().toString(36).slice(2)} `
  return text.includes(mark) ? unusedMark(text) : mark
}

const isLargeInteger = (token: string): boolean => /^-?\d+$/.test(token) && !Number.isSafeInteger(Number(token))

/** Equal as JSON values: types are strict, the order of keys is nothing. */
export function isEqualJson(left: unknown, right: unknown): boolean {
  if (left === right) return true
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false
  if (Array.isArray(left) || Array.isArray(right)) {
    return Array.isArray(left) && Array.isArray(right) && isEqualList(left, right)
  }
  const entries = Object.entries(left)
  const other = new Map<string, unknown>(Object.entries(right))
  return (
    entries.length === other.size &&
    entries.every(([key, value]) => other.has(key) && isEqualJson(value, other.get(key)))
  )
}

function isEqualList(left: readonly unknown[], right: readonly unknown[]): boolean {
  return left.length === right.length && left.every((value, index) => isEqualJson(value, right[index]))
}

export type JsonObject = ReadonlyMap<string, unknown>

/** The members of an object; undefined for anything else. A map, so that no name reaches a prototype. */
export function membersOf(value: unknown): JsonObject | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  return new Map(Object.entries(value))
}
