import type { Report } from '@hardgate/action'
import { type Deploy, RenderError } from '@hardgate/render'
import { imageToDeploy } from './act.ts'
import { databaseObjection } from './database.ts'
import { enumerated, named } from './deploy-names.ts'
import * as endings from './endings.ts'
import type { Ending } from './outcome.ts'
import type { Plan, RollBack } from './planner.ts'
import { planOptions, readAndPlan } from './read.ts'
import { reportOf } from './report.ts'
import type { World } from './world.ts'

/** What a rollback would do now. Writes nothing; red where none would be possible. */
export async function showPlan(world: World): Promise<Report> {
  try {
    return reportOf(world, await planned(world, await readAndPlan(world, planOptions(world))))
  } catch (error) {
    if (!(error instanceof RenderError) || world.frame.signal.aborted) throw error
    return reportOf(world, endings.apiError(world, error.message))
  }
}

async function planned(world: World, made: Plan): Promise<Ending> {
  if (made.kind === 'await') {
    const first = made.mayCancel ? `cancel ${named(made.until)}` : `wait for ${named(made.until)}`
    return { outcome: 'planned', reason: `A rollback would first ${first}: ${made.why}.`, next: [] }
  }
  if (made.kind === 'stop') {
    const isHarmless =
      made.outcome === 'not-needed' || made.outcome === 'already-rolled-back' || made.outcome === 'superseded'
    if (!isHarmless) return endings.blocked(world, made)
    return { outcome: 'planned', reason: `No rollback would be made (${made.outcome}): ${made.why}.`, next: [] }
  }
  return feasible(world, made)
}

async function feasible(world: World, made: RollBack): Promise<Ending> {
  const configured = world.story.service?.imagePath
  const tried = made.candidates.slice(0, world.inputs['max-candidates'])
  const [target, ...others] = tried.filter((one) => !('objection' in imageToDeploy(one, configured)))
  if (target === undefined) return endings.allRefused(world, tried)
  const objection = await databaseObjection(world, target, made.failed)
  if (objection !== undefined) return endings.blockedByMigration(world, objection)
  world.story.target = target
  const then = others.length === 0 ? '' : ` If Render refuses it: ${enumerated(others.map(named))}.`
  const writes = writesOf(world, made, target)
  for (const line of writes) world.frame.log.info(`would write: ${line}`)
  return {
    outcome: 'planned',
    reason: `${named(made.failed)} would be rolled back to ${named(target)}.${then}`,
    next: writes,
  }
}

/** Every write to Render, in order. */
function writesOf({ inputs, story, serviceId }: World, { inTheWay }: RollBack, target: Deploy): string[] {
  const service = `/services/${serviceId}`
  const isOff = story.service?.autoDeploy === 'off' || story.service?.autoDeploy === 'no'
  const freeze = inputs['freeze-auto-deploy'] && !isOff ? [`PATCH ${service} {"autoDeployTrigger":"off"}`] : []
  const cancels = inTheWay.map(({ id }) => `POST ${service}/deploys/${id}/cancel`)
  return [...freeze, ...cancels, postOf(service, target, story.service?.imagePath)]
}

function postOf(service: string, target: Deploy, configured: string | undefined): string {
  const image = imageToDeploy(target, configured)
  if ('objection' in image) return `nothing for ${target.id}: ${image.objection}`
  if (image.imageUrl !== undefined) return `POST ${service}/deploys {"imageUrl":"${image.imageUrl}"}`
  return `POST ${service}/rollback {"deployId":"${target.id}"}`
}
