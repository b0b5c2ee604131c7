import type { Deploy } from '@hardgate/render'
import { expect, test } from '@jest/globals'
import { historyOf } from '../../../actions/render-rollback-on-failure/src/history.ts'
import { plan } from '../../../actions/render-rollback-on-failure/src/planner.ts'
import { accusing, deploysOf, snapshotOf } from './histories.ts'

// mulberry32: the same histories in every run
function randomOf(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

function randomHistory(random: (below: number) => number): string {
  const letters = 'ABCDE'.slice(0, 2 + random(4))
  const pick = (): string => letters.charAt(random(letters.length))
  const word = (): string => {
    const kind = random(10)
    if (kind < 3) return `R(${pick()})`
    return kind < 5 ? `${pick()}(${['build_failed', 'canceled', 'update_failed'][random(3)]})` : pick()
  }
  return [...Array.from({ length: random(12) }, word), pick()].join(' ')
}

/** The rule in its own words, step by step. */
function badByTheRule(oldestFirst: readonly Deploy[]): Set<string> {
  const served = oldestFirst.filter(({ status }) => status === 'live' || status === 'deactivated')
  const idOf = (deploy: Deploy | undefined): string => deploy?.commit?.id ?? ''
  const bad = new Set<string>()
  served.forEach((deploy, at) => {
    if (deploy.trigger !== 'rollback') return
    const earlier = served.slice(0, at).findLastIndex((one) => idOf(one) === idOf(deploy))
    const takenAway = earlier === -1 ? served.slice(Math.max(0, at - 1), at) : served.slice(earlier + 1, at)
    for (const one of takenAway) bad.add(idOf(one))
    bad.delete(idOf(deploy))
  })
  return bad
}

test('20 000 random histories give what the rule gives, step by step', () => {
  const random = randomOf(42)
  for (let run = 0; run < 20_000; run += 1) {
    const history = randomHistory(random)
    const deploys = deploysOf(history)
    const bad = badByTheRule(deploys)
    const failed = deploys.at(-1)?.commit?.id
    const candidates = deploys
      .slice(0, -1)
      .filter(({ status, commit }) => status === 'deactivated' && commit?.id !== failed && !bad.has(commit?.id ?? ''))
      .map(({ id }) => id)
      .toReversed()

    const made = plan(snapshotOf(deploys), accusing(deploys, { maxRollbacks: 1000 }))

    expect([history, [...historyOf(deploys).knownBad].toSorted()]).toEqual([history, [...bad].toSorted()])
    expect([history, made.kind === 'roll-back' ? made.candidates.map(({ id }) => id) : []]).toEqual([
      history,
      candidates,
    ])
  }
})

test('no plan of 20 000 rolls back to the failed release, to one that never served, or without a live failed deploy', () => {
  const random = randomOf(7)
  for (let run = 0; run < 20_000; run += 1) {
    const deploys = deploysOf(randomHistory(random))
    const accused = deploys[random(deploys.length)]
    const made = plan(
      snapshotOf(deploys),
      accusing(deploys, { accused: { deployId: accused?.id ?? '' }, maxRollbacks: 1000 }),
    )
    if (made.kind !== 'roll-back') continue

    expect(made.failed.status).toBe('live')
    expect(made.failed.commit?.id).toBe(accused?.commit?.id)
    expect(accused?.status).toMatch(/^(live|deactivated)$/)
    for (const candidate of made.candidates) {
      expect(candidate.status).toBe('deactivated')
      expect(candidate.commit?.id).not.toBe(accused?.commit?.id)
    }
  }
})
