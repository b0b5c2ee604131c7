import { type Deploy, RenderError } from '@hardgate/render'
import { historyOf } from './history.ts'
import { deployOnTrial } from './on-trial.ts'
import { type Plan, type PlanOptions, plan, type Snapshot } from './planner.ts'
import { note } from './story.ts'
import { type World, warn } from './world.ts'

/** How this run plans, by its inputs. */
export function planOptions({ inputs }: World): PlanOptions {
  const { 'failed-deploy-id': deployId, 'failed-commit': commit, 'target-deploy-id': wish } = inputs
  return {
    accused: { ...(deployId !== '' && { deployId }), ...(commit !== '' && { commit }) },
    ...(wish !== '' && { wish }),
    cancelInProgress: inputs['cancel-in-progress'],
    maxRollbacks: inputs['max-rollbacks'],
    rollbackWindowMs: inputs['rollback-window'],
    isDrill: inputs.mode === 'plan',
  }
}

/** Reads service and deploys at once, and plans. */
export async function readAndPlan(world: World, options: PlanOptions): Promise<Plan> {
  const [service, deploys] = await Promise.all([world.render.getService(world.serviceId), readDeploys(world, options)])
  world.story.service = service
  if (service.autoDeploy !== '') world.frame.setOutput('auto-deploy-before', service.autoDeploy)
  return judged(world, { readAt: world.frame.clock.now(), service, deploys }, options)
}

/** Lists the deploys once more, and plans again. */
export async function planAgain(world: World, before: Snapshot, options: PlanOptions): Promise<Plan> {
  const deploys = await readDeploys(world, options)
  return judged(world, { ...before, readAt: world.frame.clock.now(), deploys }, options)
}

/** The snapshot that the last plan was made from. */
export function lastSnapshot({ story }: World): Snapshot {
  if (story.snapshot === undefined) throw new Error('nothing was read yet')
  return story.snapshot
}

/** Pages until the failed deploy, what serves, and enough candidates are known. */
async function readDeploys(
  { render, serviceId, inputs, story, frame }: World,
  options: PlanOptions,
): Promise<readonly Deploy[]> {
  const isEnough = (deploys: readonly Deploy[]): boolean =>
    isKnown(deploys, options, inputs['max-candidates'], frame.clock.now())
  const { deploys, isWhole } = await render.listDeploys(serviceId, { until: isEnough })
  const { deployId } = options.accused
  if (isWhole || deployId === undefined || deploys.some(({ id }) => id === deployId)) return deploys
  note(story, `${deployId} is older than the ${deploys.length} deploys that were read.`)
  const older = await render.getDeploy(serviceId, deployId).catch(absentWhereNotFound)
  return older === undefined ? deploys : [...deploys, older]
}

function isKnown(deploys: readonly Deploy[], options: PlanOptions, maxCandidates: number, readAt: Date): boolean {
  const { deploy } = deployOnTrial(historyOf(deploys), options.accused)
  if (deploy === undefined && !options.isDrill) return false
  // whether the service is suspended changes nothing in what must be read
  const made = plan({ readAt, service: ANY_SERVICE, deploys }, options)
  if (made.kind === 'roll-back') return made.candidates.length >= maxCandidates
  return made.live !== undefined && !(made.kind === 'stop' && made.outcome === 'no-candidate')
}

const ANY_SERVICE: Snapshot['service'] = {
  id: '',
  name: '',
  type: '',
  autoDeploy: '',
  isSuspended: false,
  suspenders: [],
  isInMaintenance: false,
}

function absentWhereNotFound(error: unknown): undefined {
  if (error instanceof RenderError && error.status === 404) return undefined
  throw error
}

function judged(world: World, snapshot: Snapshot, options: PlanOptions): Plan {
  const { story } = world
  story.snapshot = snapshot
  const made = plan(snapshot, options)
  if (made.failed !== undefined) remember(world, made.failed)
  if (made.live !== undefined) story.live = made.live
  if (made.kind !== 'await') story.considered = made.considered
  for (const text of made.notes) warn(world, text)
  return made
}

function remember({ story, frame }: World, failed: Deploy): void {
  if (story.failed?.id === failed.id) {
    story.failed = failed
    return
  }
  story.failed = failed
  frame.setOutput('failed-deploy-id', failed.id)
  frame.setOutput('failed-commit', failed.commit?.id ?? '')
}
