import { type JsonHandler, JsonScanner, ScanError } from '@hardgate/scan'
import type { Detected } from './detect.ts'
import { type RefusalName, refusal } from './refused.ts'

/** Told by the keys down to the fifth level, as far as the head goes. */
export function detectJson(head: Uint8Array): Detected {
  const seen = new KeysSeen()
  try {
    new JsonScanner(seen).push(head)
  } catch (error) {
    // What was seen before it may be enough, and then the reader says the same better.
    if (!(error instanceof ScanError)) throw error
  }
  return byKeys(seen)
}

const DEEPEST = 5
const MOST_KEYS = 4096

/** Arrays count as a level, without a key. */
class KeysSeen implements JsonHandler {
  readonly #path: string[] = []
  readonly #levels: Set<string>[] = Array.from({ length: DEEPEST }, () => new Set<string>())
  #depth = 0
  #isClosed = false

  /** `level` 1 are the keys of the outermost object. */
  has(level: number, ...keys: readonly string[]): boolean {
    return keys.every((key) => this.#levels[level - 1]?.has(key))
  }

  /** `{}` and no more. */
  get isEmptyObject(): boolean {
    return this.#isClosed && this.#levels[0]?.size === 0
  }

  /** Whether `key` stands directly in the value of `parent`, which is a key of the outermost object. */
  hasIn(parent: string, key: string): boolean {
    return this.#levels[1]?.has(`${parent}\0${key}`) === true
  }

  key(name: string): void {
    const level = this.#levels[this.#depth - 1]
    if (level === undefined || level.size > MOST_KEYS) return
    level.add(name)
    if (this.#depth === 2) level.add(`${this.#path[0] ?? ''}\0${name}`)
    this.#path[this.#depth - 1] = name
  }

  beginObject(): void {
    this.#depth++
  }

  endObject(): void {
    this.#depth--
    this.#isClosed ||= this.#depth === 0
  }

  beginArray(): void {
    this.#depth++
  }

  endArray(): void {
    this.#depth--
  }

  string(): void {}
  number(): void {}
  literal(): void {}
}

function byKeys(seen: KeysSeen): Detected {
  if (seen.hasIn('meta', 'format') || seen.hasIn('meta', 'branch_coverage')) return { format: 'coverage.py-json' }
  if (seen.has(2, 'statementMap')) return { format: 'istanbul' }
  const name = REFUSED.find(([, isSeen]) => isSeen(seen))?.[0]
  return name === undefined ? undefined : refusal(name)
}

// The first that fits: a more telling key stands before one that several have.
const REFUSED: readonly (readonly [RefusalName, (seen: KeysSeen) => boolean])[] = [
  ['empty', (seen) => seen.isEmptyObject],
  ['gcovr-summary', (seen) => seen.has(1, 'gcovr/summary_format_version')],
  ['gcovr-json', (seen) => seen.has(1, 'gcovr/format_version')],
  ['gcov-json', (seen) => seen.has(1, 'gcc_version') || seen.has(1, 'format_version', 'files')],
  ['coveralls', (seen) => seen.has(1, 'source_files')],
  ['covdir', (seen) => seen.has(1, 'coveragePercent')],
  ['simplecov-json', (seen) => seen.hasIn('meta', 'simplecov_version')],
  ['istanbul-summary', (seen) => seen.hasIn('total', 'lines') || seen.has(3, 'pct')],
  ['llvm-cov', (seen) => seen.has(1, 'data') && (seen.has(3, 'files') || seen.has(3, 'functions'))],
  ['tarpaulin', (seen) => seen.has(1, 'files') && seen.has(3, 'content')],
  ['v8', (seen) => seen.has(3, 'scriptId') || seen.has(1, 'scriptId')],
  ['xccov', (seen) => seen.has(3, 'isExecutable') || seen.has(1, 'targets', 'lineCoverage')],
  ['dart', (seen) => seen.has(1, 'type', 'coverage')],
  ['simplecov', (seen) => seen.has(2, 'coverage')],
  ['coverlet-json', (seen) => seen.has(5, 'Lines')],
  ['dotnet-summary', (seen) => seen.has(1, 'summary', 'coverage')],
  ['codecov', (seen) => seen.has(1, 'coverage')],
]
