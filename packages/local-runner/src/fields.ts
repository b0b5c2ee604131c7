import { Refusal } from './refusal.ts'

export type Fields = Readonly<Record<string, unknown>>

/** A YAML mapping; anything else is refused with the place where it stands. */
export function asRecord(value: unknown, place: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Refusal(`${place} is not a mapping.`)
  return Object.fromEntries(Object.entries(value))
}

/** A YAML scalar as the runner hands it on. Null and absent are ''. */
export function scalarText(value: unknown): string {
  if (value === undefined || value === null) return ''
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value)
  throw new Refusal(`${JSON.stringify(value)} stands where a text is expected.`)
}
