import type { GitHub } from './client.ts'
import { instantOf } from './jobs.ts'
import { fieldsOf } from './json.ts'

export interface RunAttempt {
  /** undefined: GitHub does not tell. */
  readonly startedAt: Date | undefined
}

/** When one attempt of a run began. Throws a `GitHubError`. */
export async function readAttempt(
  github: GitHub,
  { runId, attempt }: { readonly runId: string; readonly attempt: number },
): Promise<RunAttempt> {
  const purpose = `Reading attempt ${attempt} of run ${runId}`
  const { data } = await github.call({ purpose, method: 'GET', path: `/actions/runs/${runId}/attempts/${attempt}` })
  return { startedAt: instantOf(fieldsOf(data)['run_started_at']) }
}
