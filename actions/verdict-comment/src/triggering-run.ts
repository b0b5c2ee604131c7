import { type GitHubContext, UserError } from '@hardgate/action'

/** The run that triggered this one, as GitHub's event tells it. Nothing in it but the branch's name is the contributor's. */
export interface TriggeringRun {
  readonly id: number
  /** What started it: only `pull_request` runs belong to one. */
  readonly event: string
  readonly headSha: string
  readonly headBranch: string
  /** `owner/name`, which may be a fork; empty where it was deleted. */
  readonly headRepository: string
}

/** Throws a `UserError` where this is no `workflow_run` workflow. */
export function triggeringRun({ eventName, event }: GitHubContext): TriggeringRun {
  const run = fieldsOf(event()?.['workflow_run'])
  const { id, head_sha: headSha } = run
  if (eventName !== 'workflow_run' || typeof id !== 'number' || !isCommit(headSha))
    throw new UserError(
      `This step runs on the event "${eventName}" and needs "workflow_run": put it into a workflow of its own with "on: workflow_run", as the README shows. In the pull request's own workflow a fork's token may not comment.`,
    )
  return {
    id,
    event: textOf(run['event']),
    headSha,
    headBranch: textOf(run['head_branch']),
    headRepository: textOf(fieldsOf(run['head_repository'])['full_name']),
  }
}

const isCommit = (value: unknown): value is string => typeof value === 'string' && /^[0-9a-f]{40,64}$/.test(value)
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')
const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? { ...value } : {}
