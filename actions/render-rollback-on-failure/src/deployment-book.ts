import {
  createDeployment,
  type DeploymentState,
  GitHubError,
  newestDeployment,
  setDeploymentStatus,
} from '@hardgate/github'
import type { Deploy } from '@hardgate/render'
import { releaseOf } from './deploy-names.ts'
import { OUTCOMES, type Outcome } from './outcome.ts'
import { probeUrl } from './prove.ts'
import { record, uncancelled, type World, warn } from './world.ts'

/** GitHub's book of what is deployed where. Entries are written behind the rollback, which never waits for them. */
export interface DeploymentBook {
  readonly failed: (deploy: Deploy) => void
  readonly begun: (target: Deploy) => void
  /** Writes the last entries: every deployment ends in a terminal state. After `signal` nobody waits for them. */
  readonly close: (outcome: Outcome, description: string, signal: AbortSignal) => Promise<void>
}

interface Pages {
  queue: Promise<void>
  failedId?: number | undefined
  hasFailed: boolean
  restoredId?: number
}

/** Without `github-environment` nothing is written. */
export function openBook(outer: World): DeploymentBook {
  // A cancelled run still closes its entries, and an entry that is being written must not be lost half-way.
  const world = { ...outer, github: uncancelled(outer) }
  const pages: Pages = { queue: Promise.resolve(), hasFailed: false }
  const { 'github-environment': environment } = world.inputs
  const write = (what: string, entry: () => Promise<string>): void => {
    if (environment === '') return
    pages.queue = pages.queue.then(() => attempt(world, what, entry))
  }
  return {
    failed: (deploy) => {
      if (pages.hasFailed) return
      pages.hasFailed = true
      write('GitHub deployment of the failed release', () => markFailed(world, pages, deploy))
    },
    begun: (target) => write('GitHub deployment of the restored release', () => open(world, pages, target)),
    close: async (outcome, description, signal) => {
      write('GitHub deployments', () => closePages(world, pages, outcome, description))
      await Promise.race([pages.queue, aborted(signal)])
    },
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}

async function attempt(world: World, what: string, entry: () => Promise<string>): Promise<void> {
  try {
    const written = await entry()
    if (written !== '') record(world, what, written)
  } catch (error) {
    if (!(error instanceof GitHubError)) throw error
    warn(world, `${what}: ${error.message}. The outcome is not changed by it.`)
  }
}

async function markFailed(world: World, pages: Pages, deploy: Deploy): Promise<string> {
  const { 'github-environment': environment, 'github-deployment-id': given } = world.inputs
  const sha = deploy.commit?.id
  const found = given ?? (sha === undefined ? undefined : await newestDeployment(world.github, { environment, sha }))
  // Never created: a job with an environment has made its own.
  if (found === undefined) return `none of ${releaseOf(deploy)} in ${environment}`
  pages.failedId = found
  return status(world, found, 'failure', `${releaseOf(deploy)} failed`)
}

async function open(world: World, pages: Pages, target: Deploy): Promise<string> {
  const ref = target.commit?.id
  if (ref === undefined) return 'an image has no commit to name'
  const description = `Rollback to ${releaseOf(target)}`
  const environment = world.inputs['github-environment']
  pages.restoredId = await createDeployment(world.github, { ref, environment, task: 'deploy:rollback', description })
  return status(world, pages.restoredId, 'in_progress', description)
}

async function closePages(
  world: World,
  { failedId, restoredId }: Pages,
  outcome: Outcome,
  description: string,
): Promise<string> {
  const written: string[] = []
  if (restoredId !== undefined) written.push(await status(world, restoredId, endOf(outcome), description))
  // GitHub's own auto_inactive passes production environments over, so nobody else does it.
  if (failedId !== undefined && isGone(world, outcome))
    written.push(await status(world, failedId, 'inactive', 'replaced by a rollback'))
  return written.join(', ')
}

function endOf(outcome: Outcome): DeploymentState {
  if (outcome === 'rolled-back' || outcome === 'rolled-back-unverified') return 'success'
  if (outcome === 'superseded') return 'inactive'
  return outcome === 'rollback-interrupted' || outcome === 'api-error' || outcome === 'rollback-timeout'
    ? 'error'
    : 'failure'
}

/** The failed release serves no more. */
function isGone({ story }: World, outcome: Outcome): boolean {
  if (outcome === 'superseded' || outcome === 'already-rolled-back') return true
  return (
    OUTCOMES[outcome].standing !== 'done' &&
    (story.rollback?.status === 'live' || story.rollback?.status === 'deactivated')
  )
}

async function status(world: World, id: number, state: DeploymentState, description: string): Promise<string> {
  const url = probeUrl(world.inputs['health-url'], world.story.service)
  const { runUrl } = world.context
  await setDeploymentStatus(world.github, id, {
    state,
    description,
    ...(state === 'success' && url !== undefined && { environmentUrl: new URL(url).origin }),
    ...(runUrl !== '' && { logUrl: runUrl }),
  })
  return `${id} ${state}`
}
