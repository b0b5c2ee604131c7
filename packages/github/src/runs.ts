import type { GitHub } from './client.ts'
import { GitHubError } from './errors.ts'
import { fieldsOf, idOf, textOf } from './json.ts'

export interface Run {
  readonly id: number
  readonly event: string
  /** `completed`, or something that is not over. */
  readonly status: string
  readonly conclusion: string
  readonly branch: string
  readonly commit: string
  /** `owner/name`; empty where it was deleted. */
  readonly headRepository: string
  /** ISO 8601. */
  readonly createdAt: string
}

/** Throws a `GitHubError`. */
export async function readRun(github: GitHub, runId: number): Promise<Run> {
  const purpose = `Reading run ${runId}`
  const { data } = await github.call({ purpose, method: 'GET', path: `/actions/runs/${runId}` })
  const fields = fieldsOf(data)
  const commit = textOf(fields['head_sha'])
  if (idOf(fields['id']) !== runId || !/^[0-9a-f]{40,64}$/.test(commit))
    throw new GitHubError({ kind: 'unreadable', message: `${purpose}: GitHub gave no run` })
  return {
    id: runId,
    event: textOf(fields['event']),
    status: textOf(fields['status']),
    conclusion: textOf(fields['conclusion']),
    branch: textOf(fields['head_branch']),
    commit,
    headRepository: textOf(fieldsOf(fields['head_repository'])['full_name']),
    createdAt: textOf(fields['created_at']),
  }
}
