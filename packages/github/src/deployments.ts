import type { GitHub } from './client.ts'
import { GitHubError } from './errors.ts'

export type DeploymentState = 'error' | 'failure' | 'inactive' | 'in_progress' | 'queued' | 'pending' | 'success'

export interface NewDeployment {
  /** A commit. */
  readonly ref: string
  readonly environment: string
  /** Such as `deploy:rollback`. */
  readonly task: string
  readonly description: string
}

export interface DeploymentStatus {
  readonly state: DeploymentState
  /** Cut at the 140 characters that GitHub takes. */
  readonly description: string
  readonly environmentUrl?: string
  readonly logUrl?: string
}

const MAX_DESCRIPTION = 140

/** The id of the newest deployment of that commit in that environment; undefined: there is none. Throws a `GitHubError`. */
export async function newestDeployment(
  github: GitHub,
  { environment, sha }: { readonly environment: string; readonly sha: string },
): Promise<number | undefined> {
  const purpose = 'Listing the deployments'
  const query = { environment, sha, per_page: '100' }
  const { data } = await github.call({ purpose, method: 'GET', path: '/deployments', query })
  if (!Array.isArray(data)) throw unreadable(purpose)
  // the order is not documented; ids grow
  return data.map((one) => idOf(one, purpose)).toSorted((a, b) => b - a)[0]
}

/** Creates a deployment of just that commit, whatever its checks say, and gives its id. Throws a `GitHubError`. */
export async function createDeployment(
  github: GitHub,
  { ref, environment, task, description }: NewDeployment,
): Promise<number> {
  const purpose = 'Creating the deployment'
  const { status, data } = await github.call({
    purpose,
    method: 'POST',
    path: '/deployments',
    body: {
      ref,
      environment,
      task,
      description: cutAt140(description),
      // the defaults would merge the default branch into an old commit, and refuse it for checks that failed since
      auto_merge: false,
      required_contexts: [],
    },
  })
  if (status !== 201)
    throw new GitHubError({
      kind: 'refused',
      status,
      message: `${purpose}: GitHub answered ${status}, nothing was created`,
    })
  return idOf(data, purpose)
}

/** Throws a `GitHubError`. */
export async function setDeploymentStatus(
  github: GitHub,
  deploymentId: number,
  { state, description, environmentUrl, logUrl }: DeploymentStatus,
): Promise<void> {
  await github.call({
    purpose: `Setting deployment ${deploymentId} to ${state}`,
    method: 'POST',
    path: `/deployments/${deploymentId}/statuses`,
    body: {
      state,
      description: cutAt140(description),
      ...(environmentUrl === undefined ? {} : { environment_url: environmentUrl }),
      ...(logUrl === undefined ? {} : { log_url: logUrl }),
    },
  })
}

function idOf(deployment: unknown, purpose: string): number {
  const id: unknown = typeof deployment === 'object' && deployment !== null ? Reflect.get(deployment, 'id') : undefined
  if (typeof id !== 'number' || !Number.isSafeInteger(id)) throw unreadable(purpose)
  return id
}

const unreadable = (purpose: string): GitHubError =>
  new GitHubError({ kind: 'unreadable', message: `${purpose}: GitHub gave no deployment` })

function cutAt140(text: string): string {
  if (text.length <= MAX_DESCRIPTION) return text
  // not within a character of two units
  return `${text.slice(0, MAX_DESCRIPTION - 1).replace(/[\uD800-\uDBFF]$/, '')}…`
}
