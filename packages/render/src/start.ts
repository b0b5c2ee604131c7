import type { Clock } from '@hardgate/http'
import type { NewDeploy, RenderClient } from './client.ts'
import { RenderError } from './errors.ts'
import { commitsMatch, imagesMatch } from './identity.ts'
import type { Deploy } from './model.ts'

export interface Watching {
  readonly client: RenderClient
  readonly clock: Clock
  readonly signal?: AbortSignal
}

export interface Started {
  readonly deploy: Deploy
  /** The answer did not show the deploy: it was found in the list. */
  readonly wasFound: boolean
}

// the clock of the runner and that of Render may differ
const DEPLOY_SLACK_MS = 10_000
const ROLLBACK_SLACK_MS = 30_000
const SEARCH_MS = 30_000
const SEARCH_PAUSE_MS = 3_000

/** Starts a deploy through the API and knows which one it is. Sends one POST, and no second one that could deploy twice. */
export async function startDeploy(watching: Watching, serviceId: string, asked: NewDeploy): Promise<Started> {
  const search = searchOf(watching.clock, DEPLOY_SLACK_MS, (deploy) => isAsked(deploy, asked))
  return startOnce(watching, serviceId, search, () => watching.client.postDeploy(serviceId, asked))
}

/** Starts a deploy through its hook and knows which one it is. */
export async function startByHook(
  watching: Watching,
  serviceId: string,
  hook: { readonly url: string; readonly path: string },
): Promise<Started> {
  const search = searchOf(watching.clock, DEPLOY_SLACK_MS, ({ trigger }) => trigger === 'deploy_hook')
  return startOnce(watching, serviceId, search, async () => {
    const id = await watching.client.postHook(hook)
    return id === undefined ? undefined : watching.client.getDeploy(serviceId, id)
  })
}

export interface RollbackRequest {
  readonly serviceId: string
  readonly target: Deploy
  /** Deploys listed before: none of them can be the one that this rollback makes. */
  readonly knownIds: ReadonlySet<string>
}

/**
 * Rolls back and knows the deploy that does it. A rollback is not idempotent: where the answer got lost, the deploy is
 * looked for and adopted, and only where none appears within 30 s there is a second and last POST.
 */
export async function rollBack(watching: Watching, asked: RollbackRequest): Promise<Started> {
  const { serviceId, target, knownIds } = asked
  const isOurs = (deploy: Deploy): boolean =>
    deploy.trigger === 'rollback' && !knownIds.has(deploy.id) && isSameRelease(deploy, target)
  const search = searchOf(watching.clock, ROLLBACK_SLACK_MS, isOurs)
  const post = (): Promise<Deploy> => watching.client.postRollback(serviceId, target.id)
  try {
    return { deploy: await post(), wasFound: false }
  } catch (error) {
    if (!isLost(error)) throw error
    const found = await findCreated(watching, serviceId, search, error)
    if (found !== undefined) return { deploy: found, wasFound: true }
  }
  if (watching.signal?.aborted) throw interrupted()
  return startOnce(watching, serviceId, search, post)
}

interface Search {
  readonly since: Date
  readonly isIt: (deploy: Deploy) => boolean
}

function searchOf(clock: Clock, slackMs: number, isIt: Search['isIt']): Search {
  return { since: new Date(clock.now().getTime() - slackMs), isIt }
}

/** One POST; where its answer shows no deploy, the deploy is looked for. */
async function startOnce(
  watching: Watching,
  serviceId: string,
  search: Search,
  post: () => Promise<Deploy | undefined>,
): Promise<Started> {
  let trouble: RenderError = queuedButNotListed()
  try {
    const deploy = await post()
    if (deploy !== undefined) return { deploy, wasFound: false }
  } catch (error) {
    if (!isLost(error)) throw error
    trouble = error
  }
  const found = await findCreated(watching, serviceId, search, trouble)
  if (found === undefined) throw trouble
  return { deploy: found, wasFound: true }
}

/** undefined: 30 s showed none. Throws `trouble` with the reason where the list cannot be read. */
async function findCreated(
  { client, clock, signal }: Watching,
  serviceId: string,
  { since, isIt }: Search,
  trouble: RenderError,
): Promise<Deploy | undefined> {
  const isFound = (deploy: Deploy): boolean => Date.parse(deploy.createdAt) >= since.getTime() && isIt(deploy)
  const ends = clock.monotonic() + SEARCH_MS
  for (;;) {
    const { deploys } = await client
      .listDeploys(serviceId, { createdAfter: since, until: (read) => read.some(isFound) })
      .catch((error: unknown) => {
        throw error instanceof RenderError ? both(trouble, error) : error
      })
    const found = deploys.find(isFound)
    if (found !== undefined || clock.monotonic() >= ends || signal?.aborted) return found
    await clock.sleep(SEARCH_PAUSE_MS, signal)
  }
}

function isAsked(deploy: Deploy, { commitId, imageUrl }: NewDeploy): boolean {
  if (commitId !== undefined) return deploy.commit !== undefined && commitsMatch(deploy.commit.id, commitId)
  if (imageUrl !== undefined) return imagesMatch(imageUrl, deploy)
  return deploy.trigger === 'api'
}

/** Nothing that both deploys tell of what they ship differs. */
function isSameRelease(one: Deploy, other: Deploy): boolean {
  const pairs = [
    [one.commit?.id, other.commit?.id],
    [one.image?.ref, other.image?.ref],
    [one.artifactId, other.artifactId],
  ]
  return pairs.every(([a, b]) => a === undefined || b === undefined || a === b)
}

const isLost = (error: unknown): error is RenderError => error instanceof RenderError && error.mayHaveHappened

const both = (first: RenderError, second: RenderError): RenderError =>
  new RenderError({ kind: second.kind, message: `${first.message}. ${second.message}`, mayHaveHappened: true })

const queuedButNotListed = (): RenderError =>
  new RenderError({
    kind: 'unreadable',
    message:
      'Render queued the deploy, but listed no new one within 30 s. A wrong clock of the runner hides it as well',
    mayHaveHappened: true,
  })

const interrupted = (): RenderError =>
  new RenderError({
    kind: 'aborted',
    message: 'Rolling back: interrupted, and whether Render began it is not known',
    mayHaveHappened: true,
  })
