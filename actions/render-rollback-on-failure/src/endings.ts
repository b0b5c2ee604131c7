import { outcomeOf } from '@hardgate/health'
import { type Deploy, dashboardOf, spanOf, type Waited } from '@hardgate/render'
import type { TooLong } from './act.ts'
import { enumerated, named, releaseOf } from './deploy-names.ts'
import type { Ending, Outcome } from './outcome.ts'
import type { Stop } from './planner.ts'
import type { Proof } from './prove.ts'
import type { Freeze } from './story.ts'
import type { World } from './world.ts'

// How each run ended, in words: what happened, what serves, and whether a human is needed.

const HUMAN = 'HUMAN NEEDED: '

export function verified(world: World, { target, failed }: { target: Deploy; failed: Deploy }, proof: Proof): Ending {
  const { clock } = world.frame
  const ago = spanOf(clock.now().getTime() - Date.parse(target.finishedAt ?? target.createdAt))
  const restored = `to ${releaseOf(target)} (${target.id}, live ${ago} ago)`
  const standing = proof.health === undefined ? 'inconclusive' : outcomeOf(proof.health)
  if (standing === 'pass') {
    const took = spanOf(clock.now().getTime() - world.story.startedAt.getTime())
    const reason = `Rolled back ${nameOf(world)} ${restored} in ${took}. ${failure(world, failed)} ${autoDeploy(world)}`
    return { outcome: 'rolled-back', reason, next: afterwards(world) }
  }
  if (standing === 'fail') {
    const advice =
      proof.health === 'stale'
        ? 'Another release than the restored one answers; look at what else serves under this URL.'
        : 'It is not the release; look at the database, the plan and rotated secrets.'
    const reason = `${HUMAN}rolled back to ${releaseOf(target)}, but it answers ${badly(proof)}. ${advice} ${autoDeploy(world)}`
    return {
      outcome: 'verify-failed',
      reason,
      next: [
        'Look at the logs of the service, and at what a rollback does not restore: disks, plan, domains, databases.',
        ...afterwards(world),
      ],
    }
  }
  const why =
    proof.health === undefined
      ? 'Render says live; nothing was probed'
      : `Render says live, but it was not verified: ${proof.why}`
  const reason = `Rolled back ${nameOf(world)} ${restored}. ${why}. ${failure(world, failed)} ${autoDeploy(world)}`
  return {
    outcome: 'rolled-back-unverified',
    reason,
    next: ['Look whether the service answers.', ...afterwards(world)],
  }
}

export function notNeeded(world: World, { failed, live }: Stop, proof: Proof, cause: string | undefined): Ending {
  const status = [failed?.status, cause].filter((part) => part !== undefined).join(', ')
  const never = `${failed === undefined ? 'it' : releaseOf(failed)} never went live (${status})`
  return servesStill(world, { outcome: 'not-needed', what: never, live, proof })
}

export function alreadyRolledBack(world: World, { why, live }: Stop, proof: Proof): Ending {
  return servesStill(world, { outcome: 'already-rolled-back', what: why, live, proof })
}

interface Serving {
  readonly outcome: Outcome
  readonly what: string
  readonly live: Deploy | undefined
  readonly proof: Proof
}

function servesStill(world: World, { outcome, what, live, proof }: Serving): Ending {
  const serving = live === undefined ? 'what serves' : releaseOf(live)
  const standing = proof.health === undefined ? 'inconclusive' : outcomeOf(proof.health)
  if (standing === 'fail') {
    const reason = `${HUMAN}no rollback. ${what}; ${serving} serves and answers ${badly(proof)}. ${autoDeploy(world)}`
    const next = ['The failed release is not what serves: look at the database, the plan and rotated secrets.']
    return { outcome: 'unhealthy-other-cause', reason: reason.trim(), next }
  }
  const how = standing === 'pass' ? `answers ${proof.answered}` : uncertain(proof)
  const reason = `No rollback: ${what}. ${serving} ${outcome === 'not-needed' ? 'still ' : ''}serves and ${how}. ${autoDeploy(world)}`
  return {
    outcome,
    reason: reason.trim(),
    next: standing === 'pass' ? ['Mend the release and ship it again.'] : ['Look whether the service answers.'],
  }
}

export function superseded(world: World, why: string, proof: Proof | undefined): Ending {
  const standing = proof?.health === undefined ? undefined : outcomeOf(proof.health)
  const how =
    proof === undefined || standing === undefined
      ? 'What serves was not probed.'
      : standing === 'pass'
        ? `What serves answers ${proof.answered}.`
        : standing === 'fail'
          ? `What serves answers ${badly(proof)}.`
          : `What serves ${uncertain(proof)}.`
  const what = world.story.post === 'none' ? 'No rollback' : 'The rollback did not last'
  return {
    outcome: 'superseded',
    reason: `${what}: ${why}. ${how} ${autoDeploy(world)}`.trim(),
    next: ['Look whether what serves now is what you want.', ...(world.story.post === 'none' ? [] : afterwards(world))],
  }
}

export function blockedByMigration(world: World, why: string): Ending {
  const isKnown = !why.startsWith('whether')
  return {
    outcome: 'blocked-by-migration',
    reason:
      `${HUMAN}no rollback. ${why}. Fix forward, or set on-migration: warn if the migration is backward compatible. ${autoDeploy(world)}`.trim(),
    next: [
      isKnown ? 'Fix forward.' : 'Compare the two releases by hand.',
      'If the old code runs with the new schema, run again with on-migration: warn.',
    ],
  }
}

/** The endings in which nothing was tried. */
export function blocked(world: World, { outcome, why }: Stop): Ending {
  if (outcome === 'failed-deploy-not-found') {
    const isImage = world.story.service?.imagePath !== undefined
    const hint = isImage
      ? 'Pass failed-deploy-id: a service that runs an image has no commits.'
      : 'Pass failed-deploy-id, or check that this service deploys this repository.'
    return {
      outcome,
      reason: `Nothing done: ${why}. ${hint}`,
      next: ['See in the Render dashboard what serves, and roll back there if it is the bad release.'],
    }
  }
  if (outcome === 'api-error') return apiError(world, why)
  return {
    outcome,
    reason: `${HUMAN}no rollback: ${why}. ${autoDeploy(world)}`.trim(),
    next: [ADVICE[outcome] ?? 'See in the Render dashboard what serves.'],
  }
}

const ADVICE: Readonly<Partial<Record<Outcome, string>>> = {
  'blocked-by-loop-guard':
    'Rolling back did not help or was undone: look at the database, the plan and rotated secrets before you roll back again.',
  'blocked-by-suspension': 'Resume the service in the Render dashboard.',
  'blocked-by-maintenance': 'End the maintenance mode, then check the release again.',
  'no-candidate': 'Fix forward, or deploy a commit that you know to be good.',
}

export function allRefused(world: World, tried: readonly Deploy[]): Ending {
  const why = `Render refused ${enumerated(tried.map(named))}`
  return {
    outcome: 'rollback-failed',
    reason: `${HUMAN}no rollback: ${why}. Nothing was achieved. ${autoDeploy(world)}`,
    next: [
      'Fix forward, or deploy a commit that you know to be good; fallback: rebuild does that with the last good one.',
    ],
  }
}

export function rollbackFailed(world: World, deploy: Deploy, cause: string | undefined): Ending {
  const status = [deploy.status, cause].filter((part) => part !== undefined).join(', ')
  return begun(world, 'rollback-failed', `the rollback ${deploy.id} ended as ${status}`)
}

export function rollbackCanceled(world: World, deploy: Deploy): Ending {
  return begun(world, 'rollback-canceled', `the rollback ${deploy.id} was cancelled`)
}

export function rollbackTimeout(world: World, { deploy, inStatusMs, waitedMs }: Waited): Ending {
  const why = `the rollback ${deploy.id} is not live after ${spanOf(waitedMs)}: ${deploy.status || 'no status'} for ${spanOf(inStatusMs)}`
  return begun(world, 'rollback-timeout', why)
}

/** A rollback that did not end well: it stays frozen, and says so. */
function begun(world: World, outcome: Outcome, why: string): Ending {
  const failed = world.story.failed
  const serves = failed === undefined ? 'What serves is not certain.' : `${releaseOf(failed)} most likely still serves.`
  return {
    outcome,
    reason: `${HUMAN}${why}. ${serves} ${autoDeploy(world)}`,
    next: [
      ...dashboard(world),
      'See in the Render dashboard what serves, and roll back there if it is the bad release.',
      ...afterwards(world),
    ],
  }
}

export function tooLong(world: World, { why }: TooLong): Ending {
  return {
    outcome: 'rollback-timeout',
    reason: `${HUMAN}no rollback: ${why}. ${autoDeploy(world)}`.trim(),
    next: [
      'See in the Render dashboard why it does not end; cancel it there, and roll back if the bad release serves.',
    ],
  }
}

export function apiError(world: World, why: string): Ending {
  const { post } = world.story
  const state =
    post === 'none'
      ? 'Nothing was rolled back.'
      : post === 'sent'
        ? 'Whether Render began a rollback is not known.'
        : 'The rollback was accepted; what became of it is not known.'
  return {
    outcome: 'api-error',
    reason: `${HUMAN}${why}. ${state} ${autoDeploy(world)}`.trim(),
    next: [
      ...dashboard(world),
      'See in the Render dashboard what serves, and roll back there if it is the bad release.',
      ...afterwards(world),
    ],
  }
}

export function interrupted(world: World): Ending {
  const { story } = world
  const { post, target } = story
  const what =
    post === 'none'
      ? 'interrupted before a rollback began: nothing was rolled back'
      : post === 'sent'
        ? 'interrupted while the rollback was asked for: whether it began is not known'
        : story.rollback?.status === 'live'
          ? `interrupted: ${target === undefined ? 'the last good release' : named(target)} is live again, but it was not verified`
          : `interrupted: the rollback to ${target === undefined ? 'the last good release' : named(target)} goes on in Render, unwatched`
  return {
    outcome: 'rollback-interrupted',
    reason: `${HUMAN}${what}. ${autoDeploy(world)}`.trim(),
    next: [...dashboard(world), 'See in the Render dashboard what serves.', ...afterwards(world)],
  }
}

export const nameOf = ({ story, serviceId }: World): string => story.service?.name || serviceId

function failure({ inputs }: World, failed: Deploy): string {
  const cause = inputs.cause.trim()
  const who = releaseOf(failed)
  if (cause === '') return `${who} failed.`
  return `${who} failed: ${cause}${/[.!?]$/.test(cause) ? '' : '.'}`
}

function badly({ answered, probes, good }: Proof): string {
  return `${answered} (${probes - good} of ${probes} probes)`
}

const uncertain = ({ health, why }: Proof): string =>
  health === undefined ? 'was not probed, there is no URL' : `could not be judged: ${why}`

/** What became of auto-deploy; empty where it was not touched and nothing was rolled back. */
export function autoDeploy({ story }: World): string {
  const before = story.service?.autoDeploy || 'unknown'
  const isWritten = story.post !== 'none'
  const sentences: Readonly<Record<Freeze, string>> = {
    untouched: isWritten ? `Auto-deploy was left as it is (${before}).` : '',
    'was-off': isWritten ? 'Auto-deploy was off before and is off.' : '',
    sent: `Whether auto-deploy is off is not known (was: ${before}).`,
    frozen: `Auto-deploy is off (was: ${before}).`,
    failed: 'Auto-deploy is STILL ON: it could not be switched off.',
    undone: `Auto-deploy is ${before} again.`,
    stuck: `Auto-deploy is off and could not be put back (was: ${before}).`,
  }
  return sentences[story.freeze]
}

/** How to go on once the release is mended. */
function afterwards({ story }: World): string[] {
  const { freeze, post, service } = story
  if (freeze === 'frozen' || freeze === 'stuck') {
    const value = service?.autoDeploy === 'checksPass' ? 'checksPass' : 'commit'
    return [`When the release is mended, switch auto-deploy on again: mode: unfreeze, restore-auto-deploy: ${value}.`]
  }
  if (freeze === 'failed' || freeze === 'sent') return ['See that auto-deploy is off before anybody pushes.']
  const isOpen = freeze === 'untouched' && post !== 'none'
  return isOpen ? ['The next push ships again: revert or mend the bad change first.'] : []
}

function dashboard({ story }: World): string[] {
  const deploy = story.rollback ?? story.failed
  if (story.service === undefined || deploy === undefined) return []
  const page = dashboardOf(story.service, deploy.id)
  return page === undefined ? [] : [`Open ${page}`]
}
