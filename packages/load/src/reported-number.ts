import { oneLine } from '@hardgate/markdown'
import type { JsonValue } from './json-picker.ts'
import { LoadProblem } from './sink.ts'

const LONGEST_VALUE = 80
const COUNT = 'a whole number of 0 or more'
const LATENCY = 'milliseconds of 0 or more'
const DECIMAL = /^[+-]?[0-9]+(\.[0-9]*)?([eE][+-]?[0-9]+)?$/

/** Foreign text in a message, in quotes so that its end can be seen. */
export function quoted(text: string): string {
  return `"${oneLine(text, LONGEST_VALUE)}"`
}

/** `place` says where it stands: `record 3: "Request Count"`. */
export function countOf(value: JsonValue | undefined, place: string): number {
  const number = numberOf(value)
  return Number.isSafeInteger(number) && number >= 0 ? number : refuse(value, place, COUNT)
}

export function latencyOf(value: JsonValue | undefined, place: string): number {
  const number = numberOf(value)
  return number >= 0 && number < Number.POSITIVE_INFINITY ? number : refuse(value, place, LATENCY)
}

/** A number, or the decimal text of one; NaN for anything else. */
export function numberOf(value: JsonValue | undefined): number {
  if (typeof value === 'number') return value
  return typeof value === 'string' && DECIMAL.test(value) ? Number(value) : Number.NaN
}

export function refuse(value: JsonValue | undefined, place: string, expected: string): never {
  throw new LoadProblem('unreadable-report', `${place} is ${shown(value)}: expected ${expected}`)
}

function shown(value: JsonValue | undefined): string {
  if (value === undefined) return 'missing'
  if (typeof value === 'string') return quoted(value)
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'object' && value !== null ? 'an object' : String(value)
}
