/** What is known of one point of k6, as places in bytes. A field that is not there is empty. */
export interface K6Fields {
  readonly bytes: Uint8Array
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
const METRICS = wordsOf(['http_req_duration', 'http_reqs', 'vus', 'dropped_iterations', 'checks'])

export function metricOf(bytes: Uint8Array, start: number, end: number): number {
  return wordAt(METRICS, bytes, start, end)
}

/** Which of the words stands from `start` to `end`; -1 where it is none of them. */
export function wordAt(words: readonly Uint8Array[], bytes: Uint8Array, start: number, end: number): number {
  for (let i = 0; i < words.length; i += 1) {
    if (isWordAt(words[i], bytes, start, end)) return i
  }
  return -1
}

export function wordsOf(texts: readonly string[]): readonly Uint8Array[] {
  return texts.map((text) => Uint8Array.from(Buffer.from(text)))
}

function isWordAt(word: Uint8Array | undefined, bytes: Uint8Array, start: number, end: number): boolean {
  if (word?.length !== end - start) return false
  for (let i = 0; i < word.length; i += 1) if (word[i] !== bytes[start + i]) return false
  return true
}
