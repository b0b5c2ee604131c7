import { byNewest, type Deploy, identityOf, isServed } from '@hardgate/render'

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
  const rollbacks = rollbacksIn(served)
  return { deploys, served, rollbacks, knownBad: knownBad(served, rollbacks) }
}

/** Render marks its own rollbacks. One by digest is a plain deploy to it: a pinned image that had been replaced before. */
function rollbacksIn(served: readonly Deploy[]): ReadonlySet<string> {
  const seen = new Set<string>()
  const ids = new Set<string>()
  let before: string | undefined
  for (const deploy of served) {
    const identity = identityOf(deploy)
    const isPinned = deploy.trigger === 'api' && deploy.image?.ref.includes('@sha256:') === true
    if (deploy.trigger === 'rollback' || (isPinned && identity !== before && seen.has(identity))) ids.add(deploy.id)
    seen.add(identity)
    before = identity
  }
  return ids
}

/**
 * The rule: at a rollback to X everything that served since the last deploy of X before it becomes bad, or only the
 * one directly before it where there is no such deploy; then X is good again, until another rollback takes it away.
 */
function knownBad(served: readonly Deploy[], rollbacks: ReadonlySet<string>): ReadonlySet<string> {
  const identities = served.map(identityOf)
  const lastSeen = new Map<string, number>()
  const restoredAt = new Map<string, number>()
  const reachesTo = served.map((deploy, at) => {
    const identity = identityOf(deploy)
    const before = lastSeen.get(identity) ?? at - 2
    lastSeen.set(identity, at)
    if (!rollbacks.has(deploy.id)) return Number.POSITIVE_INFINITY
    restoredAt.set(identity, at)
    return before
  })
  const reach = leastFrom(reachesTo)
  // What served at `at` was taken away by a later rollback that reaches back below it, and was not restored after that.
  const isTakenAway = (identity: string, at: number): boolean =>
    (reach[Math.max(at, restoredAt.get(identity) ?? -1) + 1] ?? Number.POSITIVE_INFINITY) < at
  return new Set(identities.filter(isTakenAway))
}

/** At each position the least value from there to the end: what makes one pass enough. */
function leastFrom(values: readonly number[]): readonly number[] {
  let least = Number.POSITIVE_INFINITY
  return values
    .toReversed()
    .map((value) => (least = Math.min(least, value)))
    .toReversed()
}
