import { textOf } from '@hardgate/scan'
import {
  CHECK,
  DROPPED,
  type K6Fields,
  METRIC,
  METRIC_LENGTHS,
  metricOf,
  NAME,
  NOT_WANTED,
  REQUESTS,
  TAGS,
  TIME,
  USERS,
  VALUE,
  wordAt,
  wordsOf,
} from './k6-fields.ts'

const QUOTE = 34
const COMMA = 44
const COLON = 58
const BACKSLASH = 92
const OPEN_BRACKET = 91
const CLOSE_BRACKET = 93
const OPEN_BRACE = 123
const CLOSE_BRACE = 125
const BLANK = 32

const FIRST_METRIC = Buffer.from('{"metric":"')
const BEFORE_TIME = Buffer.from('","type":"Point","data":{"time":"')
const BEFORE_VALUE = Buffer.from('","value":')
const BEFORE_TAGS = Buffer.from(',"tags":')
const TOP_KEYS = wordsOf(['metric', 'type', 'data'])
const DATA_KEYS = wordsOf(['time', 'value', 'tags'])
/** Of the key in both whose object is read too. */
const DEEPER = 2
const TAG_KEYS = wordsOf(TAGS)
const POINT = wordsOf(['Point'])
const FAILED = -1
/** Another key comes before the metric. */
const NOT_FIRST = -2

type Level = 'top' | 'data' | 'tags'

/** What a line turned out to be. `irregular`: not as k6 writes it, which valid JSON may still be. */
export type LineKind = 'point' | 'skipped' | 'irregular'

/**
 * Reads `{"metric":…,"type":"Point","data":{"time":…,"value":…,"tags":{…}}}` with its keys in any order: where the
 * wanted values stand, without building any of them. What is not wanted is passed over and not checked.
 */
export class K6Line implements K6Fields {
  bytes: Uint8Array = Buffer.alloc(0)
  view = new DataView(this.bytes.buffer)
  number = 0
  /** One of the metrics that are read, when the line is a point. */
  metric = NOT_WANTED
  readonly #starts = new Int32Array(CHECK + 1)
  readonly #ends = new Int32Array(CHECK + 1)
  #lineEnd = 0
  #isPoint = false
  /** Of the scalar that was read last. */
  #from = 0
  #to = 0

  read(bytes: Uint8Array, start: number, end: number): LineKind {
    if (bytes[end - 1] !== CLOSE_BRACE) return 'irregular'
    const first = firstMetric(bytes, start, end)
    if (first === NOT_WANTED) return 'skipped'
    if (bytes !== this.bytes) this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.bytes = bytes
    this.#lineEnd = end
    return first !== NOT_FIRST && this.#inOrder(first, start) ? 'point' : this.#inAnyOrder(start)
  }

  /** As k6 itself writes it; false: some other way. */
  #inOrder(metric: number, start: number): boolean {
    const { bytes } = this
    const end = this.#lineEnd
    this.#clear()
    this.metric = metric
    const time = behind(bytes, start + FIRST_METRIC.length + (METRIC_LENGTHS[metric] ?? 0), BEFORE_TIME)
    const timeEnd = time === FAILED ? FAILED : this.#textEnd(time)
    const value = timeEnd === FAILED ? FAILED : behind(bytes, timeEnd, BEFORE_VALUE)
    if (value === FAILED) return false
    const valueEnd = this.#wordEnd(value)
    const tags = behind(bytes, valueEnd, BEFORE_TAGS)
    if (tags === FAILED) return false
    this.#put(TIME, time, timeEnd)
    this.#put(VALUE, value, valueEnd)
    // The tags say nothing of a counter.
    if (metric === REQUESTS || metric === USERS || metric === DROPPED) return true
    return this.#object('tags', tags) === end - 2 && bytes[end - 2] === CLOSE_BRACE
  }

  #inAnyOrder(start: number): LineKind {
    this.#clear()
    this.#isPoint = false
    this.metric = NOT_WANTED
    if (this.#object('top', start) !== this.#lineEnd) return 'irregular'
    const from = this.start(METRIC)
    if (from < 0) return 'irregular'
    // An escape in it could spell a metric that is wanted.
    if (this.metric === NOT_WANTED && isEscaped(this.bytes, from, this.end(METRIC))) return 'irregular'
    return this.#isPoint && this.metric !== NOT_WANTED ? 'point' : 'skipped'
  }

  start(field: number): number {
    return this.#starts[field] ?? -1
  }

  end(field: number): number {
    return this.#ends[field] ?? -1
  }

  text(field: number): string | undefined {
    const start = this.start(field)
    if (start < 0) return undefined
    const raw = textOf(this.bytes, start, this.end(field))
    return raw.includes('\\') ? unescaped(raw) : raw
  }

  /** From a `{` to the place behind its `}`. */
  #object(level: Level, start: number): number {
    const { bytes } = this
    if (bytes[start] !== OPEN_BRACE) return FAILED
    if (bytes[start + 1] === CLOSE_BRACE) return start + 2
    for (let i = start; ; ) {
      const key = i + 2
      if (bytes[key - 1] !== QUOTE) return FAILED
      const keyEnd = this.#textEnd(key)
      if (keyEnd === FAILED || bytes[keyEnd + 1] !== COLON) return FAILED
      i = this.#member(level, key, keyEnd)
      if (i === FAILED) return FAILED
      if (bytes[i] === CLOSE_BRACE) return i + 1
      if (bytes[i] !== COMMA) return FAILED
    }
  }

  /** Reads the value behind a key; returns the place behind it. */
  #member(level: Level, key: number, keyEnd: number): number {
    if (level === 'tags') return this.#tag(key, keyEnd)
    const at = keyEnd + 2
    const known = wordAt(level === 'top' ? TOP_KEYS : DATA_KEYS, this.bytes, key, keyEnd)
    if (known === DEEPER && this.bytes[at] === OPEN_BRACE) return this.#object(level === 'top' ? 'data' : 'tags', at)
    const next = this.#value(at)
    if (level === 'data') {
      if (known === 0) this.#put(TIME, this.#from, this.#to)
      // A text is no number, even one of digits: with its quotes it cannot be read as one.
      else if (known === 1 && this.bytes[at] === QUOTE) this.#put(VALUE, at, this.#to + 1)
      else if (known === 1) this.#put(VALUE, this.#from, this.#to)
      return next
    }
    if (known === 0 && this.bytes[at] !== QUOTE) return FAILED
    if (known === 0) {
      this.#put(METRIC, this.#from, this.#to)
      this.metric = metricOf(this.bytes, this.#from, this.#to)
    } else if (known === 1) this.#isPoint = wordAt(POINT, this.bytes, this.#from, this.#to) === 0
    return next
  }

  #tag(key: number, keyEnd: number): number {
    const known = wordAt(TAG_KEYS, this.bytes, key, keyEnd)
    const next = this.#value(keyEnd + 2)
    if (known >= 0) this.#put(NAME + known, this.#from, this.#to)
    return next
  }

  #put(field: number, start: number, end: number): void {
    this.#starts[field] = start
    this.#ends[field] = end
  }

  #clear(): void {
    for (let field = 0; field <= CHECK; field += 1) this.#starts[field] = this.#ends[field] = -1
  }

  /** Leaves the place of a scalar in `#from` and `#to`, of a text without its quotes; nothing of anything else. */
  #value(at: number): number {
    const { bytes } = this
    this.#from = -1
    this.#to = -1
    if (bytes[at] === OPEN_BRACE || bytes[at] === OPEN_BRACKET) return this.#skip(at)
    if (bytes[at] === QUOTE) {
      const end = this.#textEnd(at + 1)
      if (end === FAILED) return FAILED
      this.#from = at + 1
      this.#to = end
      return end + 1
    }
    const end = this.#wordEnd(at)
    if (end === at) return FAILED
    this.#from = at
    this.#to = end
    return end
  }

  #wordEnd(at: number): number {
    const { bytes } = this
    let i = at
    for (; i < this.#lineEnd; i += 1) {
      const byte = bytes[i] ?? 0
      if (byte === COMMA || byte === CLOSE_BRACE || byte === CLOSE_BRACKET || byte <= BLANK || byte === QUOTE) break
    }
    return i
  }

  /** The closing quote. */
  #textEnd(from: number): number {
    const { bytes } = this
    for (let i = from; i < this.#lineEnd; i += 1) {
      if (bytes[i] === QUOTE) return i
      if (bytes[i] === BACKSLASH) i += 1
    }
    return FAILED
  }

  #skip(at: number): number {
    const { bytes } = this
    let depth = 0
    for (let i = at; i < this.#lineEnd; i += 1) {
      const byte = bytes[i]
      if (byte === QUOTE) {
        i = this.#textEnd(i + 1)
        if (i === FAILED) return FAILED
      } else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth += 1
      else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
        depth -= 1
        if (depth === 0) return i + 1
      }
    }
    return FAILED
  }
}

/**
 * k6 writes the metric first, and most lines are of metrics that nobody asks for. Its names are letters, digits and
 * underscores, so none of them is spelled with an escape.
 */
function firstMetric(bytes: Uint8Array, start: number, end: number): number {
  for (let i = 0; i < FIRST_METRIC.length; i += 1) if (bytes[start + i] !== FIRST_METRIC[i]) return NOT_FIRST
  const from = start + FIRST_METRIC.length
  for (const length of METRIC_LENGTHS) {
    const to = from + length
    const metric = to < end && bytes[to] === QUOTE ? metricOf(bytes, from, to) : NOT_WANTED
    if (metric !== NOT_WANTED) return metric
  }
  return NOT_WANTED
}

/** The place behind a text that has to stand at `at`. */
function behind(bytes: Uint8Array, at: number, text: Uint8Array): number {
  for (let i = 0; i < text.length; i += 1) if (bytes[at + i] !== text[i]) return FAILED
  return at + text.length
}

function isEscaped(bytes: Uint8Array, start: number, end: number): boolean {
  return bytes.subarray(start, end).includes(BACKSLASH)
}

function unescaped(raw: string): string {
  try {
    return String(JSON.parse(`"${raw}"`))
  } catch {
    return raw
  }
}
