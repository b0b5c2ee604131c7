import type { Json } from '@hardgate/gate'
import type { DeployPlan, DeployScript, ServicePlan, Stage } from './render-plan.ts'

/** A deploy as the API shows it. */
export interface RenderDeployJson {
  readonly id: string
  readonly artifactId?: string
  readonly commit: { readonly id: string; readonly message: string; readonly createdAt: string } | null
  readonly image?: { readonly ref: string; readonly sha: string; readonly registryCredential: string }
  status: string
  readonly trigger: string
  readonly createdAt: string
  startedAt: string | null
  finishedAt: string | null
  updatedAt: string
}

export interface RenderEventJson {
  readonly id: string
  readonly type: string
  readonly serviceId: string
  readonly timestamp: string
  readonly details: Json
}

export interface DeployState {
  readonly json: RenderDeployJson
  readonly plan: DeployPlan
  /** The stages after the present one. */
  stages: readonly Stage[]
  /** Epoch milliseconds at which the present stage ends; absent: it has ended. */
  endsAt?: number
}

export interface ServiceState {
  readonly plan: ServicePlan
  readonly json: Record<string, Json>
  /** Oldest first. */
  readonly deploys: DeployState[]
  readonly events: RenderEventJson[]
  head: string | undefined
  scripts: readonly DeployScript[]
  readonly onLive: (deploy: RenderDeployJson) => void
}

const BUILD: readonly Stage[] = [
  ['build_in_progress', 20_000],
  ['update_in_progress', 10_000],
]
const MINUTE = 60_000
const DAY_MINUTES = 1440

export function newService(plan: ServicePlan, now: number, onLive: ServiceState['onLive']): ServiceState {
  const seeds = plan.deploys ?? []
  const { nextDeploy = {} } = plan
  const service: ServiceState = {
    plan,
    json: serviceJson(plan, now),
    deploys: [],
    events: [],
    head: plan.head ?? seeds.map((seed) => commitId(seed)).findLast((id) => id !== undefined),
    scripts: 'length' in nextDeploy ? nextDeploy : [nextDeploy],
    onLive,
  }
  const live = seeds.some(({ status }) => status === 'live')
    ? -1
    : seeds.findLastIndex((seed) => !seed.status && !seed.stages)
  seeds.forEach((seed, index) => {
    const minutesAgo = seed.minutesAgo ?? 5 + (seeds.length - 1 - index) * DAY_MINUTES
    const status = seed.status ?? (index === live ? 'live' : 'deactivated')
    addDeploy(service, { id: `dep-seed${index + 1}`, ...seed, status }, now - minutesAgo * MINUTE, now)
  })
  for (const { type, minutesAgo, details } of plan.events ?? [])
    addEvent(service, type, details, now - minutesAgo * MINUTE)
  return service
}

/** Starts a deploy as the API, a hook or a push does: at once, or after the one that is under way. */
export function startDeploy(service: ServiceState, asked: DeployPlan, now: number): DeployState {
  const [script = {}, ...later] = service.scripts
  if (later.length > 0) service.scripts = later
  const { stages = BUILD, ...rest } = { ...script, ...asked }
  const own = asked.trigger === 'rollback' ? stages.filter(([status]) => !status.startsWith('build')) : stages
  const id = asked.id ?? `dep-new${service.deploys.length + 1}`
  const isFree = makeRoom(service, now)
  return addDeploy(
    service,
    { ...rest, id, stages: isFree ? own : [['queued', Number.POSITIVE_INFINITY], ...own] },
    now,
    now,
  )
}

/** Moves every deploy to where it is at `now`. */
export function advance(service: ServiceState, now: number): void {
  for (;;) {
    const due = service.deploys.filter(({ endsAt = Number.POSITIVE_INFINITY }) => endsAt <= now)
    const next = due.toSorted((a, b) => (a.endsAt ?? 0) - (b.endsAt ?? 0))[0]
    if (next?.endsAt === undefined) return
    goOn(service, next, next.endsAt)
  }
}

/** Ends a deploy at once, whatever its script says. */
export function settle(service: ServiceState, deploy: DeployState, status: string, at: number): void {
  const { json } = deploy
  deploy.stages = []
  delete deploy.endsAt
  json.status = status
  json.finishedAt = json.updatedAt = iso(at)
  const deployStatus = status === 'live' ? 'succeeded' : status === 'canceled' ? 'canceled' : 'failed'
  addEvent(service, 'deploy_ended', { deployId: json.id, deployStatus, reason: deploy.plan.reason ?? {} }, at)
  if (status === 'live') replaceLive(service, deploy, at)
  startQueued(service, at)
  if (status === 'live') service.onLive(json)
}

export function addEvent(service: ServiceState, type: string, details: Json, at: number): void {
  const id = `evt-${service.events.length + 1}`
  service.events.push({ id, type, serviceId: service.plan.id, timestamp: iso(at), details })
}

export const isUnderWay = ({ endsAt }: DeployState): boolean => endsAt !== undefined
export const iso = (ms: number): string => new Date(ms).toISOString()

function addDeploy(
  service: ServiceState,
  plan: DeployPlan & { readonly id: string },
  createdAt: number,
  now: number,
): DeployState {
  const at = iso(createdAt)
  const ended = plan.stages === undefined
  const deploy: DeployState = {
    plan,
    stages: plan.stages ?? [],
    json: {
      id: plan.id,
      ...(plan.artifactId === undefined ? {} : { artifactId: plan.artifactId }),
      commit: commitJson(plan, at),
      ...(plan.image === undefined ? {} : { image: { ...plan.image, registryCredential: '' } }),
      status: plan.status ?? 'created',
      trigger: plan.trigger ?? 'new_commit',
      createdAt: at,
      startedAt: at,
      finishedAt: ended ? iso(createdAt + 2 * MINUTE) : null,
      updatedAt: at,
    },
  }
  service.deploys.push(deploy)
  addEvent(
    service,
    'deploy_started',
    { deployId: plan.id, trigger: { rollback: plan.trigger === 'rollback' } },
    createdAt,
  )
  if (!ended) goOn(service, deploy, now)
  return deploy
}

function goOn(service: ServiceState, deploy: DeployState, at: number): void {
  const [stage, ...rest] = deploy.stages
  if (stage === undefined) return settle(service, deploy, deploy.plan.outcome ?? 'live', at)
  const [status, ms] = stage
  deploy.stages = rest
  deploy.endsAt = at + ms
  deploy.json.status = status
  deploy.json.updatedAt = iso(at)
}

function replaceLive(service: ServiceState, next: DeployState, at: number): void {
  for (const { json } of service.deploys) {
    if (json === next.json || json.status !== 'live') continue
    json.status = 'deactivated'
    json.updatedAt = iso(at)
  }
}

// One deploy at a time: the newest waits for the one that runs, and those between are skipped.
function makeRoom(service: ServiceState, now: number): boolean {
  const underWay = service.deploys.filter(isUnderWay)
  if (underWay.length === 0) return true
  if (service.plan.overlap === 'override') {
    for (const deploy of underWay) settle(service, deploy, 'canceled', now)
    return true
  }
  for (const deploy of underWay) if (isWaiting(deploy)) settle(service, deploy, 'canceled', now)
  return !service.deploys.some(isUnderWay)
}

function startQueued(service: ServiceState, at: number): void {
  const underWay = service.deploys.filter(isUnderWay)
  const waiting = underWay.find(isWaiting)
  if (waiting !== undefined && underWay.length === 1) goOn(service, waiting, at)
}

const isWaiting = ({ json, endsAt }: DeployState): boolean =>
  json.status === 'queued' && endsAt === Number.POSITIVE_INFINITY

function commitId({ commit }: DeployPlan): string | undefined {
  return typeof commit === 'string' ? commit : commit?.id
}

function commitJson({ commit }: DeployPlan, createdAt: string): RenderDeployJson['commit'] {
  if (commit === undefined || commit === null) return null
  if (typeof commit === 'string') return { id: commit, message: `Change ${commit.slice(0, 7)}`, createdAt }
  return { ...commit, createdAt }
}

function serviceJson(plan: ServicePlan, now: number): Record<string, Json> {
  const { id, name = 'api', type = 'web_service', autoDeployTrigger = 'commit', imagePath } = plan
  const source =
    imagePath === undefined
      ? { repo: plan.repo ?? 'https://github.com/octo/api', branch: plan.branch ?? 'main' }
      : { imagePath }
  return {
    id,
    name,
    type,
    autoDeploy: autoDeployTrigger === 'off' ? 'no' : 'yes',
    ...(plan.hasNoTrigger ? {} : { autoDeployTrigger }),
    ...source,
    dashboardUrl: `https://dashboard.render.com/web/${id}`,
    suspended: plan.suspended ?? 'not_suspended',
    suspenders: plan.suspenders ?? [],
    createdAt: iso(now - 365 * DAY_MINUTES * MINUTE),
    updatedAt: iso(now),
    serviceDetails: {
      url: `https://${name}.onrender.com`,
      healthCheckPath: '/healthz',
      maintenanceMode: { enabled: false, uri: '' },
      numInstances: 1,
      plan: 'starter',
      ...plan.serviceDetails,
    },
  }
}
