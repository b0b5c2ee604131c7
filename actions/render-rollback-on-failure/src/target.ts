import { type Deploy, identityOf, isServed } from '@hardgate/render'
import { named } from './deploy-names.ts'
import type { History } from './history.ts'

/** A deploy from before the failed one, and why it can or cannot be rolled back to. */
export interface Considered {
  readonly deploy: Deploy
  readonly isCandidate: boolean
  readonly why: string
}

export interface Conviction {
  /** The deploy to be undone. */
  readonly failed: Deploy
  /** The failed deploy changed nothing but the configuration: what served before this one may be the same code. */
  readonly configurationSince?: Deploy
}

const createdMs = ({ createdAt }: Deploy): number => Date.parse(createdAt)

/** Every deploy before the failed one, newest first: the first candidate is the last known good release. */
export function consider({ deploys, knownBad }: History, { failed, configurationSince }: Conviction): Considered[] {
  const own = identityOf(failed)
  const isOwn = (deploy: Deploy): boolean =>
    identityOf(deploy) === own &&
    (configurationSince === undefined || createdMs(deploy) >= createdMs(configurationSince))
  const judged = (deploy: Deploy): Considered => {
    const why = objection(deploy, { isOwn: isOwn(deploy), isBad: knownBad.has(identityOf(deploy)) })
    return { deploy, isCandidate: why === undefined, why: why ?? 'served before the failed deploy' }
  }
  return deploys.filter((deploy) => createdMs(deploy) < createdMs(failed)).map(judged)
}

function objection(deploy: Deploy, { isOwn, isBad }: { isOwn: boolean; isBad: boolean }): string | undefined {
  if (!isServed(deploy.status)) return `never served (${deploy.status || 'no status'})`
  if (isOwn) return 'the failed release itself'
  if (isBad) return 'was rolled back from, and no later rollback restored it'
  return undefined
}

/** Why the deploy that the caller wished for is not the first candidate; undefined: it is, or none was wished for. */
export function objectionToWish(
  wish: string | undefined,
  { considered, failed, chosen }: { considered: readonly Considered[]; failed: Deploy; chosen: Deploy | undefined },
): string | undefined {
  if (wish === undefined || wish === chosen?.id) return undefined
  const taken = chosen === undefined ? '' : ` The history says ${named(chosen)}.`
  const found = considered.find(({ deploy }) => deploy.id === wish)
  if (found === undefined) {
    const why =
      wish === failed.id
        ? 'is the failed deploy itself: it was already live when it was captured'
        : 'is not among the deploys before the failed one'
    return `target-deploy-id ${wish} ${why}.${taken}`
  }
  if (identityOf(found.deploy) === identityOf(failed) && !found.isCandidate)
    return `target-deploy-id ${named(found.deploy)} is the failed release itself: it was already live when it was captured.${taken}`
  const isSame = chosen !== undefined && identityOf(chosen) === identityOf(found.deploy)
  if (found.isCandidate && isSame) return undefined // a restart of it came later
  const why = found.isCandidate ? 'is not what served last before the failed deploy' : found.why
  return `target-deploy-id ${named(found.deploy)}: ${why}.${taken}`
}

/** The deploys through which a change of the configuration came between the target and the failed deploy. */
export function configurationChanges({ deploys }: History, target: Deploy, failed: Deploy): readonly Deploy[] {
  return deploys.filter(
    (deploy) =>
      deploy.trigger === 'service_updated' &&
      createdMs(deploy) > createdMs(target) &&
      createdMs(deploy) <= createdMs(failed),
  )
}
