/** The value below `keys` in foreign JSON; undefined where the way ends early. */
export function valueAt(json: unknown, ...keys: readonly string[]): unknown {
  let value = json
  for (const key of keys) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
    value = Object.getOwnPropertyDescriptor(value, key)?.value
  }
  return value
}

/** A text that is not empty; undefined for anything else. */
export function textAt(json: unknown, ...keys: readonly string[]): string | undefined {
  const value = valueAt(json, ...keys)
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** undefined: no number, or one that is not finite. */
export function numberAt(json: unknown, ...keys: readonly string[]): number | undefined {
  const value = valueAt(json, ...keys)
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined
}

/** The members of a foreign object; undefined for a list, null or a scalar. */
export function membersOf(json: unknown): [string, unknown][] | undefined {
  return typeof json === 'object' && json !== null && !Array.isArray(json) ? Object.entries(json) : undefined
}

/** undefined: the text is no JSON. */
export function parsedJson(text: string): { readonly value: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return { value }
  } catch {
    return undefined
  }
}
