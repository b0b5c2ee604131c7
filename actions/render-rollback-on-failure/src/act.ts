import {
  type Deploy,
  digestOf,
  identityOf,
  isCancellable,
  isKnownStatus,
  POLL_MS,
  RenderError,
  rollBack,
  spanOf,
  startDeploy,
} from '@hardgate/render'
import { named } from './deploy-names.ts'
import type { Plan, PlanOptions, RollBack, Stop } from './planner.ts'
import { lastSnapshot, planAgain } from './read.ts'
import { record, type World, warn } from './world.ts'

/** What must end first did not. */
export interface TooLong {
  readonly kind: 'too-long'
  readonly why: string
}

/** Waits until what stands before a decision has ended, and cancels it where that is allowed. Nothing else is written. */
export async function untilDecided(
  world: World,
  first: Plan,
  options: PlanOptions,
): Promise<Stop | RollBack | TooLong> {
  const { clock, signal } = world.frame
  const ends = clock.monotonic() + world.inputs.timeout
  const asked = new Set<string>()
  let told = ''
  let made = first
  while (made.kind === 'await') {
    const { until, why } = made
    if (clock.monotonic() >= ends) return { kind: 'too-long', why: `${why} after ${spanOf(world.inputs.timeout)}` }
    if (made.mayCancel && !asked.has(until.id)) {
      asked.add(until.id)
      await cancel(world, until)
    } else {
      if (why !== told) record(world, 'Waiting', why)
      told = why
      await clock.sleep(POLL_MS, signal)
      stopIfInterrupted(world)
    }
    // it may have gone live in that moment
    made = await planAgain(world, lastSnapshot(world), options)
  }
  return made
}

/** Cancels what would bury the rollback, lists again, and plans once more: the picture may have changed. */
export async function clearTheWay(
  world: World,
  decided: RollBack,
  options: PlanOptions,
): Promise<{ readonly made: Stop | RollBack | TooLong; readonly options: PlanOptions }> {
  const { clock, signal } = world.frame
  const ends = clock.monotonic() + world.inputs.timeout
  const asked = new Set<string>()
  const known = new Set(lastSnapshot(world).deploys.map(({ id }) => id))
  const wasPatched = world.story.freeze !== 'untouched' && world.story.freeze !== 'was-off'
  if (decided.inTheWay.length === 0 && !wasPatched) return { made: decided, options }

  await cancelAll(world, decided.inTheWay, asked)
  let seen = await planAgain(world, lastSnapshot(world), options)
  // A change of the configuration that shows right after our own PATCH is ours.
  const ours = wasPatched ? ownDeploys(world, known, decided) : new Set<string>()
  const own = { ...options, ours }
  if (ours.size > 0) seen = await planAgain(world, lastSnapshot(world), own)
  for (;;) {
    const made = await untilDecided(world, seen, own)
    if (made.kind !== 'roll-back' || made.inTheWay.length === 0) return { made, options: own }
    if (clock.monotonic() >= ends) {
      const why = `a newer deploy is still under way after ${spanOf(world.inputs.timeout)}: ${made.inTheWay.map(named).join(', ')}`
      return { made: { kind: 'too-long', why }, options: own }
    }
    const news = await cancelAll(world, made.inTheWay, asked)
    if (!news) {
      await clock.sleep(POLL_MS, signal)
      stopIfInterrupted(world)
    }
    seen = await planAgain(world, lastSnapshot(world), own)
  }
}

function ownDeploys(world: World, known: ReadonlySet<string>, { failed }: RollBack): ReadonlySet<string> {
  const news = lastSnapshot(world).deploys.filter(({ id }) => !known.has(id))
  const isOurs = (deploy: Deploy): boolean =>
    deploy.trigger === 'service_updated' && identityOf(deploy) === identityOf(failed)
  return new Set(news.filter(isOurs).map(({ id }) => id))
}

/** False: there was nothing that has not been asked already. */
async function cancelAll(world: World, deploys: readonly Deploy[], asked: Set<string>): Promise<boolean> {
  const news = deploys.filter(({ id, status }) => !asked.has(id) && isKnownStatus(status) && isCancellable(status))
  // the newest first: a waiting deploy starts as soon as the one before it is cancelled
  for (const deploy of news) {
    asked.add(deploy.id)
    await cancel(world, deploy)
  }
  return news.length > 0
}

async function cancel(world: World, deploy: Deploy): Promise<void> {
  try {
    const { status } = await world.render.cancelDeploy(world.serviceId, deploy.id)
    world.story.cancelled.push(deploy)
    record(world, `Cancel ${named(deploy)}`, status)
  } catch (error) {
    // it may have ended in that moment; the list will show it
    if (!(error instanceof RenderError) || error.kind === 'aborted' || error.kind === 'auth') throw error
    record(world, `Cancel ${named(deploy)}`, error.message)
  }
}

export function stopIfInterrupted({ frame }: World): void {
  if (frame.signal.aborted) throw new RenderError({ kind: 'aborted', message: 'interrupted', mayHaveHappened: false })
}

/** Render's answers that say "not this deploy", and nothing about the next one. */
const NOT_THIS_ONE: readonly (number | undefined)[] = [400, 404, 409, 410]

/** The deploy that restores the target; undefined: Render, or our own care, refuses this target. */
export async function restore(world: World, target: Deploy): Promise<Deploy | undefined> {
  const { render, serviceId, frame, story } = world
  const watching = { client: render, clock: frame.clock, signal: frame.signal }
  const image = imageToDeploy(target, story.service?.imagePath)
  if ('objection' in image) {
    refused(world, target, image.objection)
    return undefined
  }
  const knownIds = new Set(lastSnapshot(world).deploys.map(({ id }) => id))
  const { imageUrl } = image
  return accepted(world, target, imageUrl === undefined ? 'rollback' : 'digest', async () => {
    if (imageUrl === undefined) return rollBack(watching, { serviceId, target, knownIds })
    return startDeploy(watching, serviceId, { imageUrl })
  })
}

/** Deploys the target's commit afresh; undefined: Render refuses that too, or there is no commit. */
export async function rebuild(world: World, target: Deploy): Promise<Deploy | undefined> {
  const { render, serviceId, frame, story } = world
  const commitId = target.commit?.id
  if (commitId === undefined || story.service?.type === 'cron_job') {
    refused(
      world,
      target,
      commitId === undefined ? 'it has no commit to rebuild' : 'a cron job cannot be deployed by commit',
    )
    return undefined
  }
  const watching = { client: render, clock: frame.clock, signal: frame.signal }
  return accepted(world, target, 'rebuild', () => startDeploy(watching, serviceId, { commitId }))
}

async function accepted(
  world: World,
  target: Deploy,
  method: 'rollback' | 'digest' | 'rebuild',
  start: () => Promise<{ readonly deploy: Deploy; readonly wasFound: boolean }>,
): Promise<Deploy | undefined> {
  const { story, frame } = world
  stopIfInterrupted(world)
  story.post = 'sent'
  try {
    const { deploy, wasFound } = await start()
    Object.assign(story, { post: 'accepted', rollback: deploy, target, method } satisfies Partial<typeof story>)
    frame.setOutput('rollback-deploy-id', deploy.id)
    frame.setOutput('method', method)
    frame.setOutput('target-deploy-id', target.id)
    frame.setOutput('target-commit', target.commit?.id ?? '')
    record(
      world,
      `Roll back to ${named(target)}`,
      `${deploy.id} by ${method}${wasFound ? ', found in the list after a lost answer' : ''}`,
    )
    return deploy
  } catch (error) {
    if (!(error instanceof RenderError)) throw error
    if (!error.mayHaveHappened) story.post = 'none'
    if (error.kind !== 'refused' || !NOT_THIS_ONE.includes(error.status)) throw error
    refused(world, target, error.message)
    return undefined
  }
}

function refused(world: World, target: Deploy, why: string): void {
  record(world, `Roll back to ${named(target)}`, `refused: ${why}`)
  warn(world, `${named(target)} could not be restored: ${why}.`)
}

/**
 * A rollback would pull a tag again and may fetch another image, so a tag is rolled back by its digest or not at all.
 * No `imageUrl`: a plain rollback is right.
 */
export function imageToDeploy(
  { image }: Deploy,
  configured: string | undefined,
): { readonly imageUrl?: string } | { readonly objection: string } {
  if (image === undefined)
    return configured === undefined ? {} : { objection: 'Render does not say which image it was' }
  if (digestOf(image.ref) !== undefined) return {}
  const digest = /^(?:sha256:)?([0-9a-f]+)$/i.exec(image.sha)?.[1]
  if (digest === undefined) return { objection: `the digest of ${image.ref} is not known` }
  const name = withoutTag(image.ref)
  if (configured !== undefined && withoutTag(configured) !== name)
    return { objection: `${name} is not the configured image ${withoutTag(configured)}` }
  return { imageUrl: `${name}@sha256:${digest.toLowerCase()}` }
}

const withoutTag = (reference: string): string => reference.replace(/@.*$/, '').replace(/:[^:/]*$/, '')
