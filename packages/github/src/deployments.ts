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
  const { data } = await github.call('Listing the deployments', (octokit, options) =>
    octokit.rest.repos.listDeployments({ ...github.repo, environment, sha, per_page: 100, ...options }),
  )
  // the order is not documented; ids grow
  return data.map(({ id }) => id).toSorted((a, b) => b - a)[0]
}

/** Creates a deployment of just that commit, whatever its checks say, and gives its id. Throws a `GitHubError`. */
export async function createDeployment(
  github: GitHub,
  { ref, environment, task, description }: NewDeployment,
): Promise<number> {
  const purpose = 'Creating the deployment'
  const { status, data } = await github.call(purpose, (octokit, options) =>
    octokit.rest.repos.createDeployment({
      ...github.repo,
      ref,
      environment,
      task,
      description: cutAt140(description),
      // the defaults would merge the default branch into an old commit, and refuse it for checks that failed since
      auto_merge: false,
      required_contexts: [],
      ...options,
    }),
  )
  if (status !== 201)
    throw new GitHubError({
      kind: 'refused',
      status,
      message: `${purpose}: GitHub answered ${status}, nothing was created`,
    })
  return data.id
}

/** Throws a `GitHubError`. */
export async function setDeploymentStatus(
  github: GitHub,
  deploymentId: number,
  { state, description, environmentUrl, logUrl }: DeploymentStatus,
): Promise<void> {
  await github.call(`Setting deployment ${deploymentId} to ${state}`, (octokit, options) =>
    octokit.rest.repos.createDeploymentStatus({
      ...github.repo,
      deployment_id: deploymentId,
      state,
      description: cutAt140(description),
      ...(environmentUrl === undefined ? {} : { environment_url: environmentUrl }),
      ...(logUrl === undefined ? {} : { log_url: logUrl }),
      ...options,
    }),
  )
}

function cutAt140(text: string): string {
  if (text.length <= MAX_DESCRIPTION) return text
  // not within a character of two units
  return `${text.slice(0, MAX_DESCRIPTION - 1).replace(/[\uD800-\uDBFF]$/, '')}…`
}
