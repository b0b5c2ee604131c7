import type { RenderClient } from './client.ts'
import { excerpt, RenderError } from './errors.ts'
import { type Deploy, recordOf, type ServiceEvent, textOf } from './model.ts'

const TYPES = ['deploy_ended', 'build_ended', 'pre_deploy_ended', 'image_pull_failed', 'artifact_fetch_failed']
const MINUTE_MS = 60_000

/** Why a deploy ended badly, in a few words, from the service's events; undefined where they do not tell. Never throws. */
export async function failureCause(
  client: RenderClient,
  serviceId: string,
  deploy: Deploy,
): Promise<string | undefined> {
  const since = new Date(Date.parse(deploy.createdAt) - MINUTE_MS)
  try {
    return causeOf(deploy, await client.listEvents(serviceId, { types: TYPES, since }))
  } catch (error) {
    // the deploy has failed, whatever the events say
    if (error instanceof RenderError) return undefined
    throw error
  }
}

export function causeOf(deploy: Deploy, events: readonly ServiceEvent[]): string | undefined {
  const own = events.filter(({ details }) => details['deployId'] === deploy.id)
  const ended = own.find(({ type }) => type === 'deploy_ended')
  const reason = recordOf(ended?.details['reason'])
  const buildId = recordOf(reason['buildFailed'])['id']
  const build = events.find(
    ({ type, details }) => type === 'build_ended' && buildId !== undefined && details['buildId'] === buildId,
  )
  const preDeploy = own.find(
    ({ type, details }) => type === 'pre_deploy_ended' && failureOf(details['reason']) !== undefined,
  )
  const failure = [build, preDeploy, ended]
    .map((event) => failureOf(event?.details['reason']))
    .find((one) => one !== undefined)
  if (failure !== undefined) return excerpt(`${stageOf(deploy)}${failure}`)
  const successor = textOf(recordOf(reason['newDeploy']), 'id')
  if (successor !== undefined) return excerpt(`replaced by ${successor}`)
  return messageOf(events, 'image_pull_failed', deploy) ?? messageOf(events, 'artifact_fetch_failed', deploy)
}

function failureOf(reason: unknown): string | undefined {
  const failure = recordOf(recordOf(reason)['failure'])
  const memory = textOf(recordOf(failure['oomKilled']), 'memoryLimit')
  if (failure['oomKilled'] !== undefined && failure['oomKilled'] !== null)
    return `out of memory${memory === undefined ? '' : ` (limit ${memory})`}`
  const unhealthy = textOf(failure, 'unhealthy')
  if (unhealthy !== undefined) return `unhealthy: ${unhealthy}`
  const timedOut = failure['timedOutSeconds']
  const why = textOf(failure, 'timedOutReason')
  if (typeof timedOut === 'number') return `timed out after ${timedOut} s${why === undefined ? '' : `: ${why}`}`
  const exit = failure['nonZeroExit']
  if (typeof exit === 'number') return `exit ${exit}`
  if (failure['earlyExit'] === true) return 'the process ended early'
  if (failure['evicted'] !== true) return undefined
  return ['evicted', textOf(failure, 'evictionReason')].filter((part) => part !== undefined).join(': ')
}

function stageOf({ status }: Deploy): string {
  if (status === 'build_failed') return 'build: '
  if (status === 'pre_deploy_failed') return 'pre-deploy command: '
  return status === 'update_failed' ? 'start: ' : ''
}

// These events name no deploy: one within its time is taken as its own.
function messageOf(
  events: readonly ServiceEvent[],
  wanted: string,
  { createdAt, finishedAt }: Deploy,
): string | undefined {
  const from = Date.parse(createdAt)
  const to = finishedAt === undefined ? Number.POSITIVE_INFINITY : Date.parse(finishedAt) + MINUTE_MS
  const event = events.find(
    ({ type, timestamp }) => type === wanted && Date.parse(timestamp) >= from && Date.parse(timestamp) <= to,
  )
  const message = event === undefined ? undefined : textOf(event.details, 'message')
  return message === undefined ? undefined : excerpt(`${wanted.replaceAll('_', ' ')}: ${message}`)
}
