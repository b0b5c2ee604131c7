import type { JsonObject, JsonValue } from './json-picker.ts'
import { isObject } from './json-picker.ts'
import { exactTime, type PrintedTime, scaled } from './printed-time.ts'
import { refuse } from './reported-number.ts'
import { asciiOf } from './sniff-text.ts'

/** Whether the document begins as an object and has these keys near its start. */
export function sniffKeys(head: Uint8Array, keys: readonly string[]): number {
  const text = asciiOf(head)
  if (!/^\s*\{/.test(text)) return 0
  const found = keys.filter((key) => text.includes(`"${key}"`)).length
  return found === keys.length ? 1 : found / (keys.length * 4)
}

/** A number of 0 or more in a unit of 10^`power` milliseconds; undefined for null or nothing. */
export function timeIn(value: JsonValue | undefined, power: number, place: string): number | undefined {
  if (value === undefined || value === null) return undefined
  const isTime = typeof value === 'number' && value >= 0 && value < Number.POSITIVE_INFINITY
  return isTime ? scaled(value, power) : refuse(value, place, 'a time of 0 or more')
}

/** The same for one that has to be there. */
export function neededTime(value: JsonValue | undefined, power: number, place: string): number {
  return timeIn(value, power, place) ?? refuse(value ?? undefined, place, 'a time of 0 or more')
}

/** Every key that names a percentile, such as `p97_5` or `95th`: the first group of the pattern is the number. */
export function percentilesOf(
  object: JsonObject,
  options: {
    readonly key: RegExp
    readonly power: number
    readonly place: string
    readonly bounds?: (ms: number) => PrintedTime
  },
): { percentile: number; valueMs: number; lowMs: number; highMs: number }[] {
  const { key: pattern, power, place, bounds = exactTime } = options
  const percentiles = [...object].flatMap(([key, value]) => {
    const percentile = Number(pattern.exec(key)?.[1]?.replace('_', '.'))
    if (!(percentile > 0 && percentile <= 100)) return []
    const ms = timeIn(value, power, `${place}: "${key}"`)
    return ms === undefined ? [] : [{ percentile, ...bounds(ms) }]
  })
  return percentiles.sort((a, b) => a.percentile - b.percentile)
}

export function objectOf(value: JsonValue | undefined, place: string): JsonObject {
  return isObject(value) ? value : refuse(value, place, 'an object')
}

/** An RFC 3339 date-time in epoch milliseconds; undefined for anything else, and for the zero time of Go. */
export function timeOf(value: JsonValue | undefined): number | undefined {
  const ms = typeof value === 'string' ? Date.parse(value) : Number.NaN
  return ms > 0 ? ms : undefined
}

/** What is known of several optional values, without the others. */
export function known<K extends string, T>(values: { readonly [key in K]: T | undefined }): { [key in K]?: T } {
  const found: { [key in K]?: T } = {}
  for (const key in values) {
    const value = values[key]
    if (value !== undefined) found[key] = value
  }
  return found
}
