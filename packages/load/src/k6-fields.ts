import type { Place } from './label-finder.ts'

/** What is known of one point of k6, as places in bytes. A field that is not there is empty. */
export interface K6Fields extends Place {
  /** Of the line or record. */
  readonly number: number
  start(field: number): number
  end(field: number): number
  text(field: number): string | undefined
}

// The numbers of the fields, the same for a line of JSON and a record of CSV.
export const METRIC = 0
export const TIME = 1
export const VALUE = 2
export const NAME = 3
export const METHOD = 4
export const URL = 5
export const STATUS = 6
export const EXPECTED = 7
export const ERROR = 8
export const ERROR_CODE = 9
export const CHECK = 10
/** Names of the tags among them, in their order from `NAME` on. */
export const TAGS = ['name', 'method', 'url', 'status', 'expected_response', 'error', 'error_code', 'check'] as const

/** The metrics that are read. */
export const DURATION = 0
export const REQUESTS = 1
export const USERS = 2
export const DROPPED = 3
export const CHECKS = 4
export const NOT_WANTED = -1
const NAMES = ['http_req_duration', 'http_reqs', 'vus', 'dropped_iterations', 'checks']
const METRICS = wordsOf(NAMES)
export const METRIC_LENGTHS: readonly number[] = NAMES.map((name) => name.length)

export function metricOf(bytes: Uint8Array, start: number, end: number): number {
  return wordAt(METRICS, bytes, start, end)
}

/** Words by their length: most of what is not one of them has the length of none. */
export type Words = readonly (readonly { readonly word: Uint8Array; readonly index: number }[] | undefined)[]

export function wordsOf(texts: readonly string[]): Words {
  const words = texts.map((text, index) => ({ word: Uint8Array.from(Buffer.from(text)), index }))
  const longest = Math.max(...texts.map((text) => text.length))
  return Array.from({ length: longest + 1 }, (_, length) => {
    const those = words.filter(({ word }) => word.length === length)
    return those.length === 0 ? undefined : those
  })
}

/** Which of the words stands from `start` to `end`, counted from 0; -1 where it is none of them. */
export function wordAt(words: Words, bytes: Uint8Array, start: number, end: number): number {
  const candidates = words[end - start]
  if (candidates === undefined) return -1
  for (let i = 0; i < candidates.length; i += 1) {
    const candidate = candidates[i]
    if (candidate !== undefined && isWordAt(candidate.word, bytes, start)) return candidate.index
  }
  return -1
}

function isWordAt(word: Uint8Array, bytes: Uint8Array, start: number): boolean {
  for (let i = 0; i < word.length; i += 1) if (word[i] !== bytes[start + i]) return false
  return true
}
