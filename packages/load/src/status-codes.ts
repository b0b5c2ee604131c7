import { isObject, type JsonValue } from './json-picker.ts'
import { countOf, quoted, refuse } from './reported-number.ts'

/** Of HTTP: an answer that a client takes as a success or a redirect. Anything else, 0 and -1 included, is a failure. */
export function isFailedStatus(code: number): boolean {
  return !(code >= 100 && code < 400)
}

export interface StatusCounts {
  readonly answers: number
  readonly failed: number
}

/** An object such as `{"200": 190, "500": 10}`. */
export function objectCounts(value: JsonValue | undefined, place: string): ReadonlyMap<string, number> {
  if (!isObject(value)) return refuse(value, place, 'an object of counts')
  return new Map([...value].map(([key, count]) => [key, countOf(count, `${place}: ${quoted(key)}`)]))
}

export function statusCounts(value: JsonValue | undefined, place: string): StatusCounts {
  const counts = objectCounts(value, place)
  const failed = [...counts].filter(([code]) => isFailedStatus(Number(code))).map(([, count]) => count)
  return { answers: sumOf(counts.values()), failed: sumOf(failed) }
}

export function sumOf(counts: Iterable<number>): number {
  let sum = 0
  for (const count of counts) sum += count
  return sum
}
