import type { GitHub } from './client.ts'
import { GitHubError } from './errors.ts'

export interface Comparison {
  /** `ahead`, `behind`, `diverged`, `identical`, as the head stands to the base. */
  readonly status: string
  /** Each path once, old names of renamed files too. */
  readonly paths: readonly string[]
  /** GitHub lists 300 files at most for a whole comparison: there may be more. */
  readonly isCut: boolean
}

const MOST_FILES = 300

/** What changed from the merge base of the two to `head`: with `ahead` that is from `base` to `head`. Throws a `GitHubError`. */
export async function compareCommits(github: GitHub, base: string, head: string): Promise<Comparison> {
  const purpose = 'Comparing the commits'
  const path = `/compare/${encodeURIComponent(base)}...${encodeURIComponent(head)}`
  // files stand on the first page only; `per_page` counts commits, of which none is needed
  const { data } = await github.call({ purpose, method: 'GET', path, query: { per_page: '1', page: '1' } })
  const { status, files } = isRecord(data) ? data : {}
  if (typeof status !== 'string' || !Array.isArray(files))
    throw new GitHubError({ kind: 'unreadable', message: `${purpose}: GitHub gave no list of files` })
  return { status, paths: [...new Set(files.flatMap(pathsOf))], isCut: files.length >= MOST_FILES }
}

/** A file whose name cannot be read is an error: it must not look like "nothing changed". */
function pathsOf(file: unknown): string[] {
  const { filename, previous_filename: before } = isRecord(file) ? file : {}
  if (typeof filename !== 'string')
    throw new GitHubError({ kind: 'unreadable', message: 'Comparing the commits: GitHub gave a file without a name' })
  return typeof before === 'string' ? [filename, before] : [filename]
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null
