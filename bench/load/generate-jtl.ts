import { closeSync, openSync, writeSync } from 'node:fs'

export interface JtlShape {
  readonly rows: number
  readonly delimiter: ',' | ';' | '\t'
  readonly lineEnd: '\n' | '\r\n'
  readonly hasHeader: boolean
}

/** What a reader has to find, counted while the rows were made. Percentiles by nearest rank, of successes. */
export interface JtlLabel {
  readonly requests: number
  readonly failures: number
  readonly p95Ms: number
}

export interface JtlTruth {
  readonly bytes: number
  readonly records: number
  /** More than the records: a quoted message may go over two lines. */
  readonly lines: number
  readonly total: JtlLabel
  readonly labels: Readonly<Record<string, JtlLabel>>
}

/** A gigabyte, as far as a row is 128 bytes. */
export const GIGABYTE: JtlShape = { rows: 7_850_000, delimiter: ',', lineEnd: '\n', hasHeader: true }

const COLUMNS =
  'timeStamp,elapsed,label,responseCode,responseMessage,threadName,dataType,success,failureMessage,bytes,sentBytes,grpThreads,allThreads,URL,Latency,IdleTime,Connect'
/** One in so many requests fails; one in so many has a message of two lines: 9 000 of 7.85 million. */
const FAILURE_EVERY = 211
const TWO_LINES_EVERY = 872
const SLOWEST_MS = 8000
const FLUSH_BYTES = 4_194_304
const START_MS = 1_767_225_600_000
const ENDPOINTS: readonly (readonly [label: string, path: string, floorMs: number])[] = [
  ['GET /api/v1/health', 'api/v1/health', 4],
  ['GET /api/v1/messages', 'api/v1/messages', 35],
  ['POST /api/v1/messages', 'api/v1/messages', 80],
  ['GET /api/v1/users/{id}', 'api/v1/users/1', 25],
  ['GET /search, by name', 'search?by=name', 120],
  ['GET /search, by "tag"', 'search?by=tag', 140],
  ['login', 'login', 150],
  ['GET /', '', 12],
  ['GET /static/app.js', 'static/app.js', 6],
  ['PUT /api/v1/users/{id}', 'api/v1/users/1', 60],
  ['DELETE /api/v1/messages/{id}', 'api/v1/messages/7', 45],
]

/** Writes a JTL as JMeter does, the same bytes for the same shape, and tells what is in it. */
export function generateJtl(path: string, shape: JtlShape = GIGABYTE): JtlTruth {
  const file = openSync(path, 'w')
  const rows = new Rows(shape)
  const buffer = Buffer.alloc(FLUSH_BYTES + 4096)
  let length = shape.hasHeader ? buffer.write(COLUMNS.replaceAll(',', shape.delimiter) + shape.lineEnd) : 0
  let bytes = 0
  for (let row = 0; row < shape.rows; row += 1) {
    length += buffer.write(rows.next(row), length, 'latin1')
    if (length < FLUSH_BYTES && row + 1 < shape.rows) continue
    for (let at = 0; at < length; ) at += writeSync(file, buffer, at, length - at)
    bytes += length
    length = 0
  }
  closeSync(file)
  return rows.truth(bytes)
}

class Rows {
  readonly #shape: JtlShape
  readonly #labels: readonly string[]
  readonly #tails: readonly string[]
  readonly #ok: readonly Uint32Array[] = ENDPOINTS.map(() => new Uint32Array(SLOWEST_MS))
  readonly #failures: Uint32Array = new Uint32Array(ENDPOINTS.length)
  #lines: number
  #random = 20_260_301

  constructor(shape: JtlShape) {
    const { delimiter, lineEnd } = shape
    this.#shape = shape
    this.#lines = shape.hasHeader ? 1 : 0
    this.#labels = ENDPOINTS.map(([label]) => quoted(label, delimiter))
    this.#tails = ENDPOINTS.map(
      ([, path]) =>
        `100${delimiter}100${delimiter}https://shop.example.test/${path}${delimiter}L${delimiter}0${delimiter}0${lineEnd}`,
    )
  }

  next(row: number): string {
    const d = this.#shape.delimiter
    const endpoint = this.#below(ENDPOINTS.length)
    const elapsed = this.#elapsed(ENDPOINTS[endpoint]?.[2] ?? 0)
    const isTwoLines = row % TWO_LINES_EVERY === TWO_LINES_EVERY - 1
    const isFailure = isTwoLines || row % FAILURE_EVERY === FAILURE_EVERY - 1
    if (isFailure) this.#failures[endpoint] = (this.#failures[endpoint] ?? 0) + 1
    else increment(this.#ok[endpoint], elapsed)
    this.#lines += isTwoLines ? 2 : 1
    const outcome = isFailure
      ? `500${d}Internal Server Error${d}Users 1-${1 + (row % 100)}${d}text${d}false${d}${this.#message(isTwoLines)}`
      : `200${d}OK${d}Users 1-${1 + (row % 100)}${d}text${d}true${d}`
    const tail = (this.#tails[endpoint] ?? '').replace('L', String(elapsed - 1))
    // Users overlap, so the starts are not in order.
    const start = START_MS + Math.floor(row / 10) - elapsed
    return `${start}${d}${elapsed}${d}${this.#labels[endpoint]}${d}${outcome}${d}${800 + (row % 97)}${d}121${d}${tail}`
  }

  truth(bytes: number): JtlTruth {
    const labels = ENDPOINTS.map(
      ([label], i) => [label, labelTruth([this.#ok[i] ?? []], this.#failures[i] ?? 0)] as const,
    )
    const failures = this.#failures.reduce((sum, count) => sum + count, 0)
    return {
      bytes,
      records: this.#shape.rows + (this.#shape.hasHeader ? 1 : 0),
      lines: this.#lines,
      total: labelTruth(this.#ok, failures),
      labels: Object.fromEntries(labels),
    }
  }

  #message(isTwoLines: boolean): string {
    if (!isTwoLines) return 'Test failed: code expected to equal 200'
    return `"Test failed: text expected to contain${this.#shape.lineEnd}9999,200,""all is well"""`
  }

  /** Most near the floor, few far above it. */
  #elapsed(floorMs: number): number {
    const share = (this.#below(1_000_000) + 1) / 1_000_001
    return Math.min(SLOWEST_MS - 1, Math.round(floorMs + floorMs * -Math.log(share)))
  }

  /** A linear congruence (Numerical Recipes): not good, but fast, and the same everywhere. */
  #below(limit: number): number {
    this.#random = (Math.imul(this.#random, 1_664_525) + 1_013_904_223) | 0
    return Math.floor(((this.#random >>> 0) / 4_294_967_296) * limit)
  }
}

function quoted(text: string, delimiter: string): string {
  return text.includes(delimiter) || text.includes('"') ? `"${text.replaceAll('"', '""')}"` : text
}

function increment(counts: Uint32Array | undefined, at: number): void {
  if (counts !== undefined) counts[at] = (counts[at] ?? 0) + 1
}

function labelTruth(counts: readonly ArrayLike<number>[], failures: number): JtlLabel {
  const at = (ms: number) => counts.reduce((sum, label) => sum + (label[ms] ?? 0), 0)
  let successes = 0
  for (let ms = 0; ms < SLOWEST_MS; ms += 1) successes += at(ms)
  const rank = Math.max(1, Math.ceil((successes * 95) / 100))
  let p95Ms = 0
  for (let below = at(0); below < rank; below += at(p95Ms)) p95Ms += 1
  return { requests: successes + failures, failures, p95Ms }
}

if (process.argv[1] === import.meta.filename) {
  const [path = 'bench.jtl', rows = String(GIGABYTE.rows)] = process.argv.slice(2)
  console.log(JSON.stringify(generateJtl(path, { ...GIGABYTE, rows: Number(rows) }), undefined, 2))
}
