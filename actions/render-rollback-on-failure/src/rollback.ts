import type { Report } from '@hardgate/action'
import { type Deploy, failureCause, isFailed, RenderError, type Waited, waitForDeploy } from '@hardgate/render'
import { clearTheWay, rebuild, restore, stopIfInterrupted, untilDecided } from './act.ts'
import { freeze, undoFreeze } from './auto-deploy.ts'
import { databaseObjection } from './database.ts'
import { named } from './deploy-names.ts'
import { type DeploymentBook, openBook } from './deployment-book.ts'
import * as endings from './endings.ts'
import type { Ending } from './outcome.ts'
import type { PlanOptions, RollBack, Stop } from './planner.ts'
import { type Proof, prove } from './prove.ts'
import { planOptions, readAndPlan } from './read.ts'
import { note } from './story.ts'
import { configurationChanges } from './target.ts'
import { tell } from './tell.ts'
import { lastSeconds, record, type World, warn } from './world.ts'

/** Reads, plans, acts, verifies, and tells, whatever happens. */
export async function rollback(world: World): Promise<Report> {
  sayWorstCase(world)
  const book = openBook(world)
  try {
    const ending = await course(world, book)
    // Cancelled while it verified or waited: what it saw until then is no proof.
    stopIfInterrupted(world)
    return await tell(world, book, ending)
  } catch (error) {
    if (world.frame.signal.aborted) return afterSignal(world, book)
    // nothing that was begun for a rollback stays behind where there was none
    if (world.story.post === 'none') await undoFreeze(world)
    if (error instanceof RenderError) return tell(world, book, endings.apiError(world, error.message))
    await book.close('api-error', 'the run ended by a bug', AbortSignal.timeout(BUG_MS))
    throw error
  }
}

function sayWorstCase({ inputs, frame }: World): void {
  const minutes = (ms: number): number => Math.ceil(ms / 60_000)
  const [live, proof] = [minutes(inputs.timeout), minutes(inputs['verify-timeout'])]
  const parts = `2 min to read, ${live} until the failed deploy has ended, ${live} until the rollback is live, ${proof} to verify, 1 to tell`
  frame.log.info(`Budget: ${2 + live + live + proof + 1} min at most (${parts}).`)
  if (inputs['verify-timeout'] < REPLACED_MS)
    frame.log.warning(
      'verify-timeout is below 60 s: as long may the replaced release still answer, so nothing can be verified.',
    )
}

async function course(world: World, book: DeploymentBook): Promise<Ending> {
  const options = planOptions(world)
  const decided = await untilDecided(world, await readAndPlan(world, options), options)
  if (decided.kind === 'too-long') return endings.tooLong(world, decided)
  if (decided.kind === 'stop') return stopped(world, book, decided)
  const objection = await databaseObjection(world, decided.candidates[0], decided.failed)
  if (objection !== undefined) return endings.blockedByMigration(world, objection)
  await freeze(world)
  return act(world, book, decided, options)
}

/** Nothing is rolled back: the same probe judges what serves. */
async function stopped(world: World, book: DeploymentBook, made: Stop): Promise<Ending> {
  if (made.failed !== undefined) book.failed(made.failed)
  if (made.outcome === 'not-needed')
    return endings.notNeeded(world, made, await proveServing(world, made), await causeOf(world, made.failed))
  if (made.outcome === 'already-rolled-back')
    return endings.alreadyRolledBack(world, made, await proveServing(world, made))
  if (made.outcome === 'superseded') return endings.superseded(world, made.why, await proveServing(world, made))
  return endings.blocked(world, made)
}

async function proveServing(world: World, { live }: Stop): Promise<Proof> {
  const proof = await prove(world, { deploy: live })
  world.story.proof = proof
  stopIfInterrupted(world)
  return proof
}

async function causeOf(world: World, failed: Deploy | undefined): Promise<string | undefined> {
  if (failed === undefined) return undefined
  if (failed.status === 'update_failed')
    warn(
      world,
      'The failed deploy got as far as its start: if it has a pre-deploy command, the database may be migrated for code that does not serve.',
    )
  const wasUnderWay = world.story.cancelled.find(({ id }) => id === failed.id)?.status
  if (wasUnderWay === 'pre_deploy_in_progress' || wasUnderWay === 'update_in_progress')
    warn(
      world,
      'The failed deploy was cancelled after its pre-deploy command had begun: the database may be migrated for code that does not serve.',
    )
  else if (failed.status === 'canceled' && (await ranPreDeploy(world, failed)))
    warn(
      world,
      'The failed deploy was cancelled after its pre-deploy command: the database may be migrated for code that does not serve.',
    )
  return isFailed(failed.status) ? failureCause(world.render, world.serviceId, failed) : undefined
}

async function ranPreDeploy({ render, serviceId }: World, failed: Deploy): Promise<boolean> {
  try {
    const events = await render.listEvents(serviceId, {
      types: ['pre_deploy_started', 'pre_deploy_ended'],
      since: new Date(failed.createdAt),
    })
    return events.some(({ details }) => details['deployId'] === failed.id)
  } catch (error) {
    if (error instanceof RenderError) return false
    throw error
  }
}

async function act(world: World, book: DeploymentBook, decided: RollBack, options: PlanOptions): Promise<Ending> {
  const { made } = await clearTheWay(world, decided, options)
  if (made.kind !== 'roll-back') {
    await undoFreeze(world)
    return made.kind === 'stop' ? stopped(world, book, made) : endings.tooLong(world, made)
  }
  const [first] = decided.candidates
  const isChecked = made.candidates[0].id === first.id && made.failed.commit?.id === decided.failed.commit?.id
  const tried = made.candidates.slice(0, world.inputs['max-candidates'])
  for (const [at, target] of tried.entries()) {
    const objection = at === 0 && isChecked ? undefined : await databaseObjection(world, target, made.failed)
    if (objection !== undefined) {
      await undoFreeze(world)
      return endings.blockedByMigration(world, objection)
    }
    const deploy = await restore(world, target)
    if (deploy !== undefined) return watch(world, book, { failed: made.failed, target, deploy, history: made.history })
  }
  const afresh = world.inputs.fallback === 'rebuild' ? await rebuild(world, made.candidates[0]) : undefined
  if (afresh !== undefined)
    return watch(world, book, {
      failed: made.failed,
      target: made.candidates[0],
      deploy: afresh,
      history: made.history,
    })
  await undoFreeze(world)
  return endings.allRefused(world, tried)
}

interface Begun extends Pick<RollBack, 'failed' | 'history'> {
  readonly target: Deploy
  readonly deploy: Deploy
}

// Render ends the replaced instance only so long after the switch: until then the bad release may still answer.
const REPLACED_MS = 60_000

async function watch(world: World, book: DeploymentBook, begun: Begun): Promise<Ending> {
  const { render, serviceId, frame, inputs } = world
  book.failed(begun.failed)
  book.begun(begun.target)
  tellOfConfiguration(world, begun)
  const waited = await waitForDeploy({
    client: render,
    clock: frame.clock,
    signal: frame.signal,
    serviceId,
    deploy: begun.deploy,
    timeoutMs: inputs.timeout,
    onProgress: (line) => frame.log.info(line),
    onWarning: (line) => warn(world, line),
  })
  stopIfInterrupted(world)
  world.story.rollback = waited.deploy
  record(world, `Rollback ${begun.deploy.id}`, waited.deploy.status)
  if (waited.end !== 'done' || waited.deploy.status !== 'live') return notLive(world, waited)
  frame.setOutput('rolled-back', 'true')
  const liveAt = frame.clock.monotonic()
  const proof = await prove(world, { deploy: begun.target, notBefore: liveAt + REPLACED_MS })
  world.story.proof = proof
  stopIfInterrupted(world)
  if (await wasReplaced(world, begun.deploy))
    return endings.superseded(world, `${begun.deploy.id} was replaced while it was verified`, proof)
  return endings.verified(world, begun, proof)
}

async function notLive(world: World, waited: Waited): Promise<Ending> {
  const { deploy } = waited
  if (waited.end === 'lost')
    return endings.apiError(world, waited.error?.message ?? 'Render does not show the rollback any more')
  if (waited.end === 'timeout') return endings.rollbackTimeout(world, waited)
  if (deploy.status === 'deactivated')
    return endings.superseded(world, `${deploy.id} was replaced as soon as it was live`, undefined)
  if (deploy.status === 'canceled') return endings.rollbackCanceled(world, deploy)
  return endings.rollbackFailed(world, deploy, await failureCause(world.render, world.serviceId, deploy))
}

/** Somebody may have shipped something while the probes ran: then they proved something else. */
async function wasReplaced({ render, serviceId, story }: World, { id }: Deploy): Promise<boolean> {
  try {
    const now = await render.getDeploy(serviceId, id, { attempts: 2 })
    return now.status === 'deactivated'
  } catch (error) {
    if (!(error instanceof RenderError) || error.kind === 'aborted') throw error
    note(story, `Whether ${id} is still live could not be asked again: ${error.message}.`)
    return false
  }
}

function tellOfConfiguration(world: World, { history, target, failed }: Begun): void {
  const changes = configurationChanges(history, target, failed)
  if (changes.length === 0) return
  const ids = changes.map(({ id }) => id).join(', ')
  warn(
    world,
    `The configuration changed after ${named(target)} (${ids}). Environment variables come back as they were then: a secret that was rotated since has its old value again.`,
  )
}

/** The runner kills the process soon: undo or leave, then one attempt each to tell. */
async function afterSignal(world: World, book: DeploymentBook): Promise<Report> {
  const last = lastSeconds(world, UNDO_MS)
  if (world.story.post === 'none') await undoFreeze(last)
  const telling = lastSeconds(world, TELL_MS)
  return tell(telling, book, endings.interrupted(world))
}

const BUG_MS = 10_000
// Of the 5 s that the frame gives.
const UNDO_MS = 1800
const TELL_MS = 2200
