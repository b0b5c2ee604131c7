import {
  type Deploy,
  identityOf,
  isCancellable,
  isKnownStatus,
  isServed,
  isUnderWay,
  type Service,
} from '@hardgate/render'
import { enumerated, named } from './deploy-names.ts'
import { type History, historyOf, isPinned } from './history.ts'
import { type Accusation, deployOnTrial, type OnTrial } from './on-trial.ts'
import { type Considered, consider, objectionToWish } from './target.ts'

/** The world as it was read: all that the planner knows of it. */
export interface Snapshot {
  readonly readAt: Date
  readonly service: Service
  /** In any order. */
  readonly deploys: readonly Deploy[]
}

export interface PlanOptions {
  readonly accused: Accusation
  /** The deploy that the caller would like to have back. */
  readonly wish?: string
  readonly cancelInProgress: boolean
  readonly maxRollbacks: number
  readonly rollbackWindowMs: number
  /** Deploys that our own change of auto-deploy started: nobody else's. */
  readonly ours?: ReadonlySet<string>
  /** A drill: where no deploy is accused that serves, the live one stands in for it. */
  readonly isDrill?: boolean
}

export type StopOutcome =
  | 'failed-deploy-not-found'
  | 'api-error'
  | 'not-needed'
  | 'already-rolled-back'
  | 'superseded'
  | 'blocked-by-loop-guard'
  | 'blocked-by-suspension'
  | 'blocked-by-maintenance'
  | 'no-candidate'

interface Judged {
  readonly history: History
  /** What is told beside the outcome. */
  readonly notes: readonly string[]
  readonly live?: Deploy
}

/** Nothing is to be written. */
export interface Stop extends Judged {
  readonly kind: 'stop'
  readonly outcome: StopOutcome
  /** One clause without a full stop. */
  readonly why: string
  readonly failed?: Deploy
  readonly considered: readonly Considered[]
}

/** Something that must end first, by itself or by being cancelled; then plan again. */
export interface Await extends Judged {
  readonly kind: 'await'
  readonly failed: Deploy
  readonly until: Deploy
  readonly mayCancel: boolean
  readonly why: string
}

export interface RollBack extends Judged {
  readonly kind: 'roll-back'
  readonly failed: Deploy
  /** Never empty, the best first. */
  readonly candidates: readonly [Deploy, ...Deploy[]]
  readonly considered: readonly Considered[]
  /** Newer deploys under way, which would bury the rollback. */
  readonly inTheWay: readonly Deploy[]
}

export type Plan = Stop | Await | RollBack

/** What to do, from the snapshot alone. Takes time in proportion to the number of deploys. */
export function plan(snapshot: Snapshot, options: PlanOptions): Plan {
  const history = historyOf(snapshot.deploys)
  const live = history.deploys.find(({ status }) => status === 'live')
  const court: Court = { history, live, snapshot, options, notes: oddWords(history) }
  const trial = onTrial(court)
  if (trial.deploy === undefined)
    return stop(court, { outcome: 'failed-deploy-not-found', why: `${trial.why} of ${snapshot.service.id}` })
  const { deploy: failed } = trial
  const shut = closedDoor(snapshot.service)
  if (shut !== undefined) return stop(court, { ...shut, failed })
  if (isUnderWay(failed.status)) return endFirst(court, failed)
  if (!isServed(failed.status)) return neverServed(court, failed)
  return whileItServed(court, trial.by, failed)
}

interface Court {
  readonly history: History
  readonly live: Deploy | undefined
  readonly snapshot: Snapshot
  readonly options: PlanOptions
  readonly notes: readonly string[]
}

const createdMs = ({ createdAt }: Deploy): number => Date.parse(createdAt)

function onTrial({ history, live, options }: Court): OnTrial {
  const trial = deployOnTrial(history, options.accused)
  const isOfUse = trial.deploy !== undefined && (isServed(trial.deploy.status) || isUnderWay(trial.deploy.status))
  if (!options.isDrill || live === undefined || isOfUse || options.accused.deployId !== undefined) return trial
  return { deploy: live, by: 'live' }
}

function closedDoor({ isSuspended, suspenders, isInMaintenance }: Service): Pick<Stop, 'outcome' | 'why'> | undefined {
  if (isSuspended) {
    const by = suspenders.length === 0 ? '' : ` (by ${enumerated(suspenders)})`
    return { outcome: 'blocked-by-suspension', why: `the service is suspended${by}: no release can serve` }
  }
  if (isInMaintenance) {
    const why =
      'the service is in maintenance mode: the check saw the maintenance page, which says nothing about the release'
    return { outcome: 'blocked-by-maintenance', why }
  }
  return undefined
}

function neverServed(court: Court, failed: Deploy): Stop {
  const why = `${named(failed)} never went live (${failed.status})`
  if (court.live !== undefined) return stop(court, { outcome: 'not-needed', why, failed })
  return stop(court, { outcome: 'no-candidate', why: `${why}, and no other deploy is live`, failed })
}

function endFirst(court: Court, failed: Deploy): Stop | Await {
  const { history, live, options, snapshot, notes } = court
  if (failed.trigger === 'rollback') return itselfARollback(court, failed)
  const mayCancel = options.cancelInProgress && canCancel(failed, snapshot.service)
  const why = `${named(failed)} is ${failed.status || 'without a status'}`
  return { kind: 'await', history, notes, failed, until: failed, mayCancel, why, ...(live && { live }) }
}

// A status that this code does not know is not ours to cancel; Render refuses to cancel a queued deploy, or a cron job's.
const canCancel = ({ status }: Deploy, { type }: Service): boolean =>
  isKnownStatus(status) && isCancellable(status) && type !== 'cron_job'

function whileItServed(court: Court, by: 'id' | 'commit' | 'live', accused: Deploy): Plan {
  const { history, options, live } = court
  if (live === undefined)
    return stop(court, {
      outcome: 'api-error',
      why: `${named(accused)} was replaced, but Render shows no live deploy`,
      failed: accused,
    })
  const other = live.id === accused.id ? undefined : somebodyElses(court, { accused, live })
  if (other !== undefined) return stop(court, { ...other, failed: accused })
  const failed = live
  const obstacle = obstacles(court, failed)
  if ('kind' in obstacle) return obstacle
  const loop = loopGuard(court, failed)
  if (loop !== undefined) return loop
  // An id names a deploy, so a change of the configuration can be what failed; a commit names code.
  const isConfiguration = accused.trigger === 'service_updated' && by === 'id'
  const considered = consider(history, { failed, ...(isConfiguration && { configurationSince: accused }) })
  const [first, ...rest] = considered.filter(({ isCandidate }) => isCandidate).map(({ deploy }) => deploy)
  const objection = objectionToWish(options.wish, { considered, failed, chosen: first })
  const notes = objection === undefined ? court.notes : [...court.notes, objection]
  if (first === undefined) {
    const why = `no release before ${named(failed)} is known to be good (${considered.length} older deploys)`
    return { ...stop({ ...court, notes }, { outcome: 'no-candidate', why, failed }), considered }
  }
  return {
    kind: 'roll-back',
    history,
    notes,
    live,
    failed,
    candidates: [first, ...rest],
    considered,
    inTheWay: obstacle.inTheWay,
  }
}

/** undefined: the failed release serves again, in the deploy that is live. */
function somebodyElses(
  { history, options }: Court,
  { accused, live }: { accused: Deploy; live: Deploy },
): Pick<Stop, 'outcome' | 'why'> | undefined {
  const isSameRelease = identityOf(live) === identityOf(accused)
  if (!isSameRelease && history.rollbacks.has(live.id))
    return { outcome: 'already-rolled-back', why: `${named(live)} already restored an earlier release` }
  if (!isSameRelease || createdMs(live) < createdMs(accused))
    return { outcome: 'superseded', why: `${named(live)} replaced ${named(accused)} (${live.trigger || 'no trigger'})` }
  if (live.trigger === 'service_updated' && options.ours?.has(live.id) !== true)
    return {
      outcome: 'superseded',
      why: `somebody changed the configuration after ${named(accused)}: ${live.id} serves now`,
    }
  return undefined
}

/** What is newer than the failed deploy and has not ended. */
function obstacles(court: Court, failed: Deploy): Stop | Await | { readonly inTheWay: readonly Deploy[] } {
  const { history, options, snapshot, live, notes } = court
  const newer = history.deploys.filter((deploy) => createdMs(deploy) > createdMs(failed) && mayStillServe(deploy))
  const restoring = newer.find((deploy) => isRestoring(history, deploy, failed))
  if (restoring !== undefined) {
    const why = `${named(restoring)} is a rollback under way (${restoring.status})`
    return { kind: 'await', history, notes, failed, until: restoring, mayCancel: false, why, ...(live && { live }) }
  }
  const isForeign = (deploy: Deploy): boolean =>
    deploy.trigger === 'service_updated' && identityOf(deploy) === identityOf(failed) && !options.ours?.has(deploy.id)
  const change = newer.find(isForeign)
  if (change !== undefined)
    return stop(court, {
      outcome: 'superseded',
      why: `somebody changed the configuration: ${change.id} is ${change.status}`,
      failed,
    })
  if (newer.length > 0 && (!options.cancelInProgress || snapshot.service.type === 'cron_job')) {
    const names = enumerated(newer.map(named))
    return stop(court, {
      outcome: 'superseded',
      why: `a newer deploy is under way and may not be cancelled: ${names}`,
      failed,
    })
  }
  return { inTheWay: newer }
}

/** An unknown word counts as under way, unless Render gives the time at which it ended: then it serves no more than it did. */
const mayStillServe = ({ status, finishedAt }: Deploy): boolean =>
  isUnderWay(status) && (isKnownStatus(status) || finishedAt === undefined)

function isRestoring({ served }: History, deploy: Deploy, failed: Deploy): boolean {
  const identity = identityOf(deploy)
  if (identity === identityOf(failed)) return false
  if (deploy.trigger === 'rollback') return true
  return isPinned(deploy) && served.some((earlier) => identityOf(earlier) === identity)
}

function loopGuard(court: Court, failed: Deploy): Stop | undefined {
  const { history, options, snapshot } = court
  if (failed.trigger === 'rollback') return itselfARollback(court, failed)
  const since = snapshot.readAt.getTime() - options.rollbackWindowMs
  const recent = history.deploys.filter((deploy) => isRollback(history, deploy) && createdMs(deploy) > since)
  if (recent.length < options.maxRollbacks) return undefined
  const minutes = Math.round(options.rollbackWindowMs / 60_000)
  const why = `${recent.length} rollbacks in the last ${minutes} min (${enumerated(recent.map(({ id }) => id))}), max-rollbacks is ${options.maxRollbacks}`
  return stop(court, { outcome: 'blocked-by-loop-guard', why, failed })
}

const isRollback = ({ rollbacks }: History, { id, trigger }: Deploy): boolean =>
  trigger === 'rollback' || rollbacks.has(id)

function itselfARollback(court: Court, failed: Deploy): Stop {
  return stop(court, { outcome: 'blocked-by-loop-guard', why: `${named(failed)} is itself a rollback`, failed })
}

function oddWords({ deploys }: History): readonly string[] {
  const odd = deploys.filter(({ status }) => !isKnownStatus(status))
  const words = [...new Set(odd.map(({ status }) => `"${status}"`))]
  return words.length === 0
    ? []
    : [`Render gives a status that is not documented: ${enumerated(words)} (${enumerated(odd.map(({ id }) => id))})`]
}

function stop(
  { history, live, notes }: Court,
  { outcome, why, failed }: { outcome: StopOutcome; why: string; failed?: Deploy },
): Stop {
  return {
    kind: 'stop',
    outcome,
    why,
    history,
    notes,
    considered: [],
    ...(live && { live }),
    ...(failed && { failed }),
  }
}
