import { byNewest, type Deploy, digestOf, identityOf, isServed } from '@hardgate/render'

/** What served, one release after the other. */
export interface History {
  /** Everything that was read, newest first. */
  readonly deploys: readonly Deploy[]
  /** Those that are or were live, oldest first. */
  readonly served: readonly Deploy[]
  /** Ids of the deploys that put an earlier release back. */
  readonly rollbacks: ReadonlySet<string>
  /** Identities that a rollback took away and no later rollback restored. */
  readonly knownBad: ReadonlySet<string>
}

/** Takes time in proportion to the number of deploys. */
export function historyOf(read: readonly Deploy[]): History {
  // Render does not document the order of its list
  const deploys = read.toSorted(byNewest)
  const served = deploys.filter(({ status }) => isServed(status)).toReversed()
  return { deploys, served, ...convictions(served) }
}

interface Good {
  readonly identity: string
  readonly at: number
}

/**
 * The rule: at a rollback to X everything that served since the last deploy of X before it becomes bad, or only the
 * one directly before it where there is no such deploy; then X is good again, until another rollback takes it away.
 */
function convictions(served: readonly Deploy[]): Pick<History, 'rollbacks' | 'knownBad'> {
  const rollbacks = new Set<string>()
  const bad = new Set<string>()
  const lastSeen = new Map<string, number>()
  // Each good identity where it served last, oldest first: a conviction takes from the end, and each entry once.
  const good: Good[] = []
  const convictAfter = (from: number): void => {
    for (let last = good.at(-1); last !== undefined && last.at > from; last = good.at(-1)) {
      good.pop()
      if (lastSeen.get(last.identity) === last.at) bad.add(last.identity)
    }
  }
  for (const [at, deploy] of served.entries()) {
    const identity = identityOf(deploy)
    const before = lastSeen.get(identity)
    lastSeen.set(identity, at)
    const isByDigest = isPinned(deploy) && before !== undefined && before !== at - 1 && !bad.has(identity)
    if (deploy.trigger === 'rollback' || isByDigest) {
      rollbacks.add(deploy.id)
      // What serves now by digest may be what is on trial: it convicts nobody.
      if (!isByDigest || at < served.length - 1) convictAfter(before ?? at - 2)
      bad.delete(identity)
    }
    if (!bad.has(identity)) good.push({ identity, at })
  }
  return { rollbacks, knownBad: bad }
}

/** A rollback of an image by its digest is a plain deploy to Render: of a pinned image that had been replaced before. */
export const isPinned = ({ trigger, image }: Deploy): boolean =>
  trigger === 'api' && image !== undefined && digestOf(image.ref) !== undefined
