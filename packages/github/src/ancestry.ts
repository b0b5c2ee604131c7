import type { GitHub } from './client.ts'
import { GitHubError } from './errors.ts'
import { fieldsOf, idOf } from './json.ts'

/** `unknown`: GitHub does not know one of the two commits, or sees no common history. */
export type Ancestry = { readonly kind: 'ancestor'; readonly behindBy: number } | { readonly kind: 'other' | 'unknown' }

/** Whether `commit` lies in the history of `descendant`, and how many commits behind it. Throws a `GitHubError`. */
export async function ancestry(github: GitHub, commit: string, descendant: string): Promise<Ancestry> {
  const purpose = 'Comparing the commits'
  const path = `/compare/${encodeURIComponent(commit)}...${encodeURIComponent(descendant)}`
  try {
    const { data } = await github.call({ purpose, method: 'GET', path, query: { per_page: '1', page: '1' } })
    const { ahead_by: ahead, behind_by: behind } = fieldsOf(data)
    const behindBy = idOf(ahead)
    if (behindBy === undefined || idOf(behind) === undefined)
      throw new GitHubError({ kind: 'unreadable', message: `${purpose}: GitHub does not say how they stand` })
    return behind === 0 ? { kind: 'ancestor', behindBy } : { kind: 'other' }
  } catch (error) {
    if (error instanceof GitHubError && error.status === 404) return { kind: 'unknown' }
    throw error
  }
}
