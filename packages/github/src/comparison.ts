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
  const basehead = `${base}...${head}`
  const { data } = await github.call(purpose, (octokit, options) =>
    // files stand on the first page only; `per_page` counts commits, of which none is needed
    octokit.rest.repos.compareCommitsWithBasehead({ ...github.repo, basehead, per_page: 1, page: 1, ...options }),
  )
  if (!Array.isArray(data.files))
    throw new GitHubError({ kind: 'unreadable', message: `${purpose}: GitHub gave no list of files` })
  const paths = data.files.flatMap(({ filename, previous_filename: before }) => [
    filename,
    ...(before === undefined ? [] : [before]),
  ])
  return { status: data.status, paths: [...new Set(paths)], isCut: data.files.length >= MOST_FILES }
}
