import { createHash } from 'node:crypto'
import type { Json } from '@hardgate/gate'
import type { DeployPlan } from './render-plan.ts'
import {
  addEvent,
  type DeployState,
  isUnderWay,
  type RenderDeployJson,
  type ServiceState,
  settle,
  startDeploy,
} from './render-world.ts'

export interface RenderCall {
  readonly method: string
  /** Below `/v1`. */
  readonly path: string
  readonly query: URLSearchParams
  /** Parsed JSON; text where it is none; undefined where there is none. */
  readonly body: unknown
}

export interface RenderAnswer {
  readonly status: number
  readonly body?: unknown
}

/** undefined: there is no such route. */
export function answerApi(service: ServiceState, call: RenderCall, now: number): RenderAnswer | undefined {
  const [, , , part, deployId, action] = call.path.split('/')
  const route = `${call.method} ${part ?? ''}${deployId === undefined ? '' : '/:id'}${action === undefined ? '' : `/${action}`}`
  switch (route) {
    case 'GET ':
      return { status: 200, body: service.json }
    case 'PATCH ':
      return patchService(service, call.body, now)
    case 'GET deploys':
      return listDeploys(service, call.query)
    case 'POST deploys':
      return createDeploy(service, call.body, now)
    case 'GET deploys/:id':
      return withDeploy(service, deployId, ({ json }) => ({ status: 200, body: json }))
    case 'POST deploys/:id/cancel':
      return withDeploy(service, deployId, (deploy) => cancelDeploy(service, deploy, now))
    case 'POST rollback':
      return rollBack(service, call.body, now)
    case 'GET events':
      return listEvents(service, call.query, now)
    default:
      return undefined
  }
}

/** `GET|POST /deploy/srv-…?key=…[&ref=…][&imgURL=…]` */
export function answerHook(service: ServiceState, query: URLSearchParams, now: number): RenderAnswer {
  if (query.get('key') !== (service.plan.hookKey ?? 'hook-key')) return problem(401, 'Unauthorized')
  if (service.json['suspended'] === 'suspended') return problem(409, 'service is suspended')
  const ref = query.get('ref') ?? undefined
  const imageUrl = query.get('imgURL') ?? undefined
  const refused = refusal(service, ref, imageUrl)
  if (refused !== undefined) return refused
  // Unlike commitId of the API, a ref in the hook switches auto-deploy off.
  if (ref !== undefined) switchAutoDeploy(service, 'off', now)
  const { json, plan } = startDeploy(service, sourceOf(service, ref, imageUrl, 'deploy_hook'), now)
  return mustWait(json, plan) ? { status: 202 } : { status: 200, body: { deploy: { id: json.id } } }
}

export const problem = (status: number, message: string): RenderAnswer => ({ status, body: { id: 'err', message } })

function patchService(service: ServiceState, body: unknown, now: number): RenderAnswer {
  const { autoDeployTrigger, autoDeploy, ...others } = recordOf(body)
  const isTrigger = autoDeployTrigger === 'commit' || autoDeployTrigger === 'checksPass' || autoDeployTrigger === 'off'
  if (autoDeployTrigger !== undefined && (!isTrigger || service.plan.hasNoTrigger))
    return problem(400, 'invalid autoDeployTrigger')
  if (autoDeploy !== undefined && autoDeploy !== 'yes' && autoDeploy !== 'no') return problem(400, 'invalid autoDeploy')
  if (Object.keys(others).length > 0) return problem(400, `unknown field ${Object.keys(others)[0]}`)
  if (isTrigger) switchAutoDeploy(service, autoDeployTrigger, now)
  else if (autoDeploy !== undefined) switchAutoDeploy(service, autoDeploy === 'yes' ? 'commit' : 'off', now)
  if (service.plan.deploysOnPatch) startDeploy(service, sourceOf(service, undefined, undefined, 'service_updated'), now)
  return { status: 200, body: service.json }
}

function switchAutoDeploy(service: ServiceState, to: string, now: number): void {
  const from = service.json['autoDeployTrigger'] ?? (service.json['autoDeploy'] === 'yes' ? 'commit' : 'off')
  service.json['autoDeploy'] = to === 'off' ? 'no' : 'yes'
  if (!service.plan.hasNoTrigger) service.json['autoDeployTrigger'] = to
  if (from === to) return
  if (to === 'off') addEvent(service, 'auto_deploy_disabled', { reason: 'user', fromTrigger: from }, now)
  else addEvent(service, 'auto_deploy_enabled', { newTrigger: to }, now)
}

function createDeploy(service: ServiceState, body: unknown, now: number): RenderAnswer {
  const { commitId, imageUrl, clearCache = 'do_not_clear', ...others } = recordOf(body)
  if (Object.keys(others).length > 0) return problem(400, `unknown field ${Object.keys(others)[0]}`)
  if (clearCache !== 'clear' && clearCache !== 'do_not_clear') return problem(400, 'invalid clearCache')
  if (service.json['suspended'] === 'suspended') return problem(409, 'service is suspended')
  if (commitId !== undefined && service.json['type'] === 'cron_job')
    return problem(400, 'commitId is not supported for cron jobs')
  if (!isTextOrAbsent(commitId) || !isTextOrAbsent(imageUrl))
    return problem(400, 'commitId and imageUrl must be strings')
  const refused = refusal(service, commitId, imageUrl)
  if (refused !== undefined) return refused
  return created(startDeploy(service, sourceOf(service, commitId, imageUrl, 'api'), now))
}

function rollBack(service: ServiceState, body: unknown, now: number): RenderAnswer {
  const { deployId } = recordOf(body)
  if (typeof deployId !== 'string') return problem(400, 'deployId is required')
  return withDeploy(service, deployId, ({ json, plan }) => {
    if (plan.rollbackAnswer !== undefined) return problem(plan.rollbackAnswer, `cannot roll back to ${deployId}`)
    if (json.status !== 'live' && json.status !== 'deactivated') return problem(400, 'deploy was never live')
    const { commit, artifactId } = json
    // A rollback pulls the tag again: the image may be another one by now.
    const image = json.image && resolved(service, json.image.ref, json.image.sha)
    const source = {
      commit,
      ...(artifactId === undefined ? {} : { artifactId }),
      ...(image === undefined ? {} : { image }),
    }
    return { status: 201, body: startDeploy(service, { ...source, trigger: 'rollback' }, now).json }
  })
}

function cancelDeploy(service: ServiceState, deploy: DeployState, now: number): RenderAnswer {
  if (service.json['type'] === 'cron_job') return problem(400, 'deploys of cron jobs cannot be canceled')
  if (!isUnderWay(deploy) || deploy.json.status === 'queued')
    return problem(400, `a deploy that is ${deploy.json.status} cannot be canceled`)
  const before = { ...deploy.json }
  settle(service, deploy, deploy.plan.onCancel ?? 'canceled', now)
  return { status: 200, body: deploy.plan.onCancel === 'live' ? before : deploy.json }
}

function listDeploys(service: ServiceState, query: URLSearchParams): RenderAnswer {
  const statuses = query.getAll('status').flatMap((one) => one.split(','))
  const after = Date.parse(query.get('createdAfter') ?? '1970-01-01T00:00:00Z')
  const before = Date.parse(query.get('createdBefore') ?? '9999-12-31T00:00:00Z')
  const deploys = service.deploys
    .map(({ json }) => json)
    .filter(({ status }) => statuses.length === 0 || statuses.includes(status))
    .filter(({ createdAt }) => Date.parse(createdAt) > after && Date.parse(createdAt) < before)
    .toSorted((a, b) => Date.parse(b.createdAt) - Date.parse(a.createdAt))
  const page = pageOf(deploys, query, service.plan.repeatsCursor)
  if (page === undefined) return problem(400, 'invalid limit or cursor')
  if (service.plan.reversesPages) page.items.reverse()
  return { status: 200, body: page.items.map((deploy) => ({ deploy, cursor: page.cursorOf(deploy) })) }
}

function listEvents(service: ServiceState, query: URLSearchParams, now: number): RenderAnswer {
  const types = query.getAll('type').flatMap((one) => one.split(','))
  const from = query.has('startTime') ? Date.parse(query.get('startTime') ?? '') : now - 3_600_000
  const to = query.has('endTime') ? Date.parse(query.get('endTime') ?? '') : now
  if (Number.isNaN(from) || Number.isNaN(to)) return problem(400, 'invalid time')
  const events = service.events
    .filter(({ type }) => types.length === 0 || types.includes(type))
    .filter(({ timestamp }) => Date.parse(timestamp) >= from && Date.parse(timestamp) <= to)
    .toSorted((a, b) => Date.parse(b.timestamp) - Date.parse(a.timestamp))
  const page = pageOf(events, query, false)
  if (page === undefined) return problem(400, 'invalid limit or cursor')
  return { status: 200, body: page.items.map((event) => ({ event, cursor: page.cursorOf(event) })) }
}

interface Page<T> {
  readonly items: T[]
  readonly cursorOf: (item: T) => string
}

function pageOf<T extends { readonly id: string }>(
  all: readonly T[],
  query: URLSearchParams,
  repeats = false,
): Page<T> | undefined {
  const limit = Number(query.get('limit') ?? '20')
  if (!Number.isInteger(limit) || limit < 1 || limit > 100) return undefined
  const cursorOf = ({ id }: T): string => (repeats ? 'c2FtZQ' : Buffer.from(id).toString('base64url'))
  const cursor = query.get('cursor') ?? ''
  const at = all.findIndex((item) => cursorOf(item) === cursor)
  if (cursor !== '' && at === -1) return undefined
  const start = repeats || cursor === '' ? 0 : at + 1
  return { items: all.slice(start, start + limit), cursorOf }
}

function withDeploy(
  service: ServiceState,
  id: string | undefined,
  then: (deploy: DeployState) => RenderAnswer,
): RenderAnswer {
  const deploy = service.deploys.find(({ json }) => json.id === id)
  return deploy === undefined ? problem(404, `not found: ${id}`) : then(deploy)
}

function created({ json, plan }: DeployState): RenderAnswer {
  return mustWait(json, plan) ? { status: 202 } : { status: 201, body: json }
}

const mustWait = ({ status }: RenderDeployJson, { answer }: DeployPlan): boolean =>
  answer === undefined ? status === 'queued' : answer === 202

function refusal(
  { plan, json }: ServiceState,
  commit: string | undefined,
  image: string | undefined,
): RenderAnswer | undefined {
  const configured = json['imagePath']
  if (image !== undefined) {
    const isSame = typeof configured === 'string' && imageName(configured) === imageName(image)
    return isSame ? undefined : problem(400, 'imageUrl must have the host, repository and name of the service’s image')
  }
  if (commit === undefined) return undefined
  if (configured !== undefined || !/^[0-9a-f]{7,40}$/.test(commit)) return problem(400, 'invalid commit')
  const isKnown = plan.knownCommits === undefined || plan.knownCommits.some((known) => known.startsWith(commit))
  return isKnown ? undefined : problem(404, `commit ${commit} not found`)
}

function sourceOf(
  service: ServiceState,
  commit: string | undefined,
  image: string | undefined,
  trigger: string,
): DeployPlan {
  const configured = service.json['imagePath']
  if (typeof configured === 'string') return { commit: null, image: resolved(service, image ?? configured), trigger }
  const full = service.plan.knownCommits?.find((known) => commit !== undefined && known.startsWith(commit))
  return { commit: full ?? commit ?? service.head ?? null, trigger }
}

function resolved({ plan }: ServiceState, ref: string, before?: string): { ref: string; sha: string } {
  const digest = /@(sha256:[0-9a-f]+)$/.exec(ref)?.[1]
  return {
    ref,
    sha: digest ?? plan.images?.[ref] ?? before ?? `sha256:${createHash('sha256').update(ref).digest('hex')}`,
  }
}

const imageName = (ref: string): string => ref.replace(/@sha256:[0-9a-f]+$/, '').replace(/:[^:/]+$/, '')

const isTextOrAbsent = (value: unknown): value is string | undefined => value === undefined || typeof value === 'string'

function recordOf(body: unknown): Record<string, Json | undefined> {
  return typeof body === 'object' && body !== null ? { ...body } : {}
}
