import type { RepositoryFile } from './map-plan.ts'

/** The files of the repository without its links, found by their whole path or by its last segments. */
export class FileIndex {
  readonly #paths: ReadonlySet<string>
  /** Made where they are asked for: usually every path is found as it stands. */
  #byTail: Map<string, string[]> | undefined
  #byLowerCase: Map<string, string[]> | undefined

  constructor(files: readonly RepositoryFile[]) {
    this.#paths = new Set(files.filter(({ isLink }) => isLink !== true).map(({ path }) => path))
  }

  has(path: string): boolean {
    return this.#paths.has(path)
  }

  /** All that differ from `path` in case alone. */
  getAnyCase(path: string): readonly string[] {
    return this.#lowerCase().get(path.toLowerCase()) ?? []
  }

  /** The files below any folder whose path ends with these whole segments, more than `limit` of them not looked for. */
  endingWith(path: string, limit: number): string[] {
    const end = `/${path}`
    const found: string[] = []
    for (const candidate of this.#tails().get(tailOf(path, 2)) ?? []) {
      if (candidate === path || candidate.endsWith(end)) found.push(candidate)
      if (found.length > limit) break
    }
    return found
  }

  #tails(): Map<string, string[]> {
    if (this.#byTail !== undefined) return this.#byTail
    this.#byTail = new Map()
    for (const path of this.#paths) {
      // By the last segment, and by the last two: a repository can have thousands of index.js.
      for (const tail of new Set([tailOf(path, 1), tailOf(path, 2)])) push(this.#byTail, tail, path)
    }
    return this.#byTail
  }

  #lowerCase(): Map<string, string[]> {
    if (this.#byLowerCase !== undefined) return this.#byLowerCase
    this.#byLowerCase = new Map()
    for (const path of this.#paths) push(this.#byLowerCase, path.toLowerCase(), path)
    return this.#byLowerCase
  }
}

function tailOf(path: string, segments: number): string {
  let start = path.length
  for (let left = segments; left > 0 && start > 0; left -= 1) start = path.lastIndexOf('/', start - 1)
  return path.slice(start + 1)
}

function push(map: Map<string, string[]>, key: string, value: string): void {
  const list = map.get(key)
  if (list === undefined) map.set(key, [value])
  else list.push(value)
}
