import type { Report } from '@hardgate/action'
import { type Check, type Json, verdictOf } from '@hardgate/gate'
import { outcomeOf } from '@hardgate/health'
import type { Deploy } from '@hardgate/render'
import { contract } from './contract.ts'
import { type Ending, OUTCOMES } from './outcome.ts'
import type { Proof } from './prove.ts'
import { isFrozen } from './story.ts'
import { summaryOf } from './summary.ts'
import type { World } from './world.ts'

export function reportOf(world: World, ending: Ending): Report {
  const { story, inputs } = world
  const verdict = verdictOf({
    gate: contract.name,
    checks: checksOf(world, ending),
    reasons: [ending.reason, ...story.notes],
    evidence: evidenceOf(world, ending),
  })
  return { verdict, outputs: outputsOf(world, ending), summary: inputs.summary ? summaryOf(world, ending) : [] }
}

/** All but `notified`, which only Slack's answer gives. */
export function outputsOf({ story }: World, { outcome }: Ending): Record<string, string> {
  const { failed, target, rollback, proof } = story
  return {
    outcome,
    'rolled-back': String(rollback?.status === 'live'),
    'human-needed': String(OUTCOMES[outcome].human === 'yes'),
    frozen: String(isFrozen(story)),
    'failed-deploy-id': failed?.id ?? '',
    'failed-commit': failed?.commit?.id ?? '',
    'target-deploy-id': target?.id ?? '',
    'target-commit': target?.commit?.id ?? '',
    'rollback-deploy-id': rollback?.id ?? '',
    method: story.method,
    'auto-deploy-before': story.service?.autoDeploy ?? '',
    'recovery-time': outcome === 'rolled-back' ? recoverySeconds(proof, failed, story.startedAt) : '',
  }
}

function recoverySeconds(proof: Proof | undefined, failed: Deploy | undefined, startedAt: Date): string {
  if (proof?.goodSince === undefined) return ''
  const since = failed?.finishedAt === undefined ? startedAt.getTime() : Date.parse(failed.finishedAt)
  return String(Math.max(0, Math.round((proof.goodSince.getTime() - since) / 1000)))
}

function checksOf(world: World, ending: Ending): readonly Check[] {
  const { standing } = OUTCOMES[ending.outcome]
  const isRed = world.inputs['fail-on-rollback']
  if (standing === 'done') return [settled(world)]
  if (standing === 'unknown') return [release('no-data', 'gate', ending), check('serving', 'no-data', ending.reason)]
  if (standing === 'failed')
    return [release('fail', 'gate', ending), check('serving', 'fail', ending.reason), settled(world)]
  if (standing === 'proved')
    return [release('fail', isRed ? 'gate' : 'warn', ending), serving(world, ending), settled(world)]
  return [
    release('fail', 'warn', ending),
    check('serving', 'inconclusive', ending.reason),
    { ...settled(world), severity: 'warn' },
  ]
}

const check = (threshold: string, outcome: Check['outcome'], explanation: string): Check => ({
  threshold,
  outcome,
  severity: 'gate',
  explanation,
})

/** The release on trial is live. */
const release = (outcome: Check['outcome'], severity: Check['severity'], { reason }: Ending): Check => ({
  ...check('release', outcome, reason),
  severity,
})

/** A known release serves, and was verified. */
function serving({ story }: World, { reason }: Ending): Check {
  const { proof } = story
  return check('serving', proof?.health === undefined ? 'inconclusive' : outcomeOf(proof.health), reason)
}

/** Each write was confirmed. */
function settled({ story, inputs }: World): Check {
  const { freeze } = story
  if (freeze === 'failed' || freeze === 'stuck')
    return check('settled', 'fail', story.notes.at(-1) ?? 'auto-deploy is not as it should be')
  if (freeze === 'sent' || story.post === 'sent')
    return check('settled', 'inconclusive', 'Render did not confirm what was asked of it')
  const isWriting = story.post === 'accepted' || freeze !== 'untouched' || inputs.mode === 'unfreeze'
  return check('settled', 'pass', isWriting ? 'Render confirmed each change' : 'nothing was changed in Render')
}

const MOST_DEPLOYS = 50

function evidenceOf({ story, render, serviceId }: World, { outcome }: Ending): Record<string, Json> {
  const { service, snapshot, proof } = story
  const deploys = [...(snapshot?.deploys ?? [])].slice(0, MOST_DEPLOYS)
  return {
    outcome,
    service:
      service === undefined
        ? { id: serviceId }
        : { id: service.id, name: service.name, type: service.type, autoDeploy: service.autoDeploy },
    readAt: snapshot?.readAt.toISOString() ?? null,
    deploys: deploys.map(evidenceOfDeploy),
    considered: story.considered
      .slice(0, MOST_DEPLOYS)
      .map(({ deploy, isCandidate, why }) => ({ id: deploy.id, isCandidate, why })),
    cancelled: story.cancelled.map(({ id }) => id),
    proof:
      proof === undefined
        ? null
        : { health: proof.health ?? null, answered: proof.answered, probes: proof.probes, good: proof.good },
    timeline: story.timeline.map(({ at, what, result }) => ({ at: at.toISOString(), what, result })),
    requests: render.requests.map(({ method, path, status, ms }) => ({ method, path, status, ms })),
  }
}

function evidenceOfDeploy({ id, status, trigger, createdAt, finishedAt, commit, image }: Deploy): Json {
  return {
    id,
    status,
    trigger,
    createdAt,
    finishedAt: finishedAt ?? null,
    commit: commit?.id ?? null,
    image: image === undefined ? null : `${image.ref} ${image.sha}`,
  }
}
