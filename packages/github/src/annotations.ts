import type { GitHub } from './client.ts'
import { GitHubError } from './errors.ts'
import { fieldsOf, textOf } from './json.ts'

export interface CheckAnnotation {
  /** `failure`, `warning` or `notice`. */
  readonly level: string
  readonly message: string
}

/** The first hundred of a check run, which is more than a job can have. Throws a `GitHubError`. */
export async function listAnnotations(github: GitHub, checkRunId: string): Promise<readonly CheckAnnotation[]> {
  const purpose = `Listing the annotations of check run ${checkRunId}`
  const path = `/check-runs/${checkRunId}/annotations`
  const { data } = await github.call({ purpose, method: 'GET', path, query: { per_page: '100' } })
  if (!Array.isArray(data))
    throw new GitHubError({ kind: 'unreadable', message: `${purpose}: GitHub gave no annotations` })
  return data.map((one) => {
    const { annotation_level: level, message } = fieldsOf(one)
    return { level: textOf(level), message: textOf(message) }
  })
}
