import { type Deploy, POLL_MS, RenderError, type ServiceEvent, spanOf } from '@hardgate/render'
import type { Beginning, Begun } from './begin.ts'
import { isExact, nameOf, shipsWanted } from './wanted.ts'

const PROGRESS_MS = 30_000
// where nothing starts a deploy by itself, one that an earlier step started is listed by then
const AUTO_DEPLOY_OFF_MS = 60_000
// the push may lie before the step, a whole CI run before it
const IGNORED_SINCE_MS = 24 * 3_600_000
const SLACK_MS = 10_000

/** The newest deploy of the wanted release, as soon as Render lists one. */
export async function awaitOwnDeploy(beginning: Beginning): Promise<Begun> {
  const { client, clock, signal, log, service, wanted, deadline } = beginning
  const started = clock.monotonic()
  const since = clock.now().getTime() - SLACK_MS
  const isOwn = (deploy: Deploy): boolean =>
    shipsWanted(deploy, wanted) === 'yes' && (isExact(wanted) || Date.parse(deploy.createdAt) >= since)
  if (service.autoDeploy === 'checksPass') log.warning(WAITS_FOR_CHECKS)
  for (let toldAt = started; ; ) {
    const { deploys } = await client.listDeploys(service.id, { until: () => true })
    const own = deploys.find(isOwn)
    if (own !== undefined) return { kind: 'deploy', deploy: own }
    const now = clock.monotonic()
    if (signal?.aborted)
      return notStarted('no-data', `Interrupted before Render had started a deploy of ${nameOf(wanted)}`)
    if (isOff(beginning) && now - started >= AUTO_DEPLOY_OFF_MS) return notStarted('fail', autoDeployIsOff(beginning))
    if (now >= deadline)
      return notStarted(
        'fail',
        `No deploy of ${nameOf(wanted)} appeared within ${spanOf(now - started)}: Render started none`,
      )
    if (now - toldAt >= PROGRESS_MS) {
      if (await isIgnored(beginning)) return notStarted('fail', ignored(beginning))
      log.info(`no deploy of ${nameOf(wanted)} yet, after ${spanOf(now - started)}`)
      toldAt = now
    }
    await clock.sleep(Math.min(POLL_MS, deadline - now), signal)
  }
}

const WAITS_FOR_CHECKS =
  'Auto-deploy of this service waits until the checks of the commit have passed. If this job is one of them, both wait for each other: ' +
  'use start: api, or run this job on workflow_run.'

const isOff = ({ service }: Beginning): boolean => service.autoDeploy === 'off' || service.autoDeploy === 'no'

/** Build filters and `[skip render]` make Render pass over a commit; no deploy of it will come. */
async function isIgnored({ client, clock, service, wanted }: Beginning): Promise<boolean> {
  if (wanted.kind === 'image') return false
  const since = new Date(clock.now().getTime() - IGNORED_SINCE_MS)
  const events = await client.listEvents(service.id, { types: ['commit_ignored'], since }).catch(nothingKnown)
  return events.some(
    ({ details }) => typeof details['id'] === 'string' && details['id'].toLowerCase().startsWith(wanted.commit),
  )
}

// the events only end a wait early
function nothingKnown(error: unknown): readonly ServiceEvent[] {
  if (error instanceof RenderError) return []
  throw error
}

const autoDeployIsOff = ({ wanted }: Beginning): string =>
  `Nothing was deployed: auto-deploy is off, and nobody started a deploy of ${nameOf(wanted)}. Use start: api`

const ignored = ({ wanted }: Beginning): string =>
  `Nothing was deployed: Render ignored ${nameOf(wanted)}, by the build filters of the service or a skip phrase in its message`

const notStarted = (outcome: 'fail' | 'no-data', reason: string): Begun => ({ kind: 'not-started', outcome, reason })
