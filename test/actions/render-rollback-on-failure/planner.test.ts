import type { Deploy } from '@hardgate/render'
import { describe, expect, test } from '@jest/globals'
import { type Plan, type PlanOptions, plan } from '../../../actions/render-rollback-on-failure/src/planner.ts'
import { accusing, commitOf, deploysOf, NOW, snapshotOf, withoutCommit } from './histories.ts'

const planned = (history: string, options: Partial<PlanOptions> = {}): Plan => {
  const deploys = deploysOf(history)
  return plan(snapshotOf(deploys), accusing(deploys, options))
}

const letterOf = (made: Plan): string =>
  made.kind === 'roll-back'
    ? (made.candidates[0].commit?.id.charAt(0).toUpperCase() ?? '')
    : made.kind === 'stop'
      ? made.outcome
      : made.kind

describe('acceptance 5: the last known good release', () => {
  test.each([
    ['A B', 'A'],
    ['A A B', 'A'],
    ['A B B', 'A'],
    ['A', 'no-candidate'],
    ['A B(build_failed) C', 'A'],
    ['A B C', 'B'],
    ['A B R(A) B', 'A'],
    ['A B R(A) C', 'A'],
    ['A B C R(A) D', 'A'],
    ['A B R(A) R(B) C', 'B'],
    ['A B R(A) B C', 'A'],
    ['A B R(A) C R(A) D', 'A'],
    ['A B C R(B) R(A) D', 'A'],
    ['A B C R(A) R(B) D', 'B'],
  ])('of %s is %s', (history, first) => {
    expect(letterOf(planned(history))).toBe(first)
  })

  test('never includes a release that was rolled back from, however many candidates are refused', () => {
    const made = planned('Z A B C R(A) D')

    expect(made.kind === 'roll-back' && made.candidates.map(({ id }) => id)).toEqual(['dep-5', 'dep-2', 'dep-1'])
  })

  test('a rollback whose target is older than the history convicts only what served right before it', () => {
    const made = planned('B C R(A) D')

    expect(made.kind === 'roll-back' && made.candidates.map(({ id }) => id)).toEqual(['dep-3', 'dep-1'])
  })

  test('trap 4: the order of the list does not matter', () => {
    const deploys = deploysOf('A B C R(A) D')
    const shuffled = [3, 0, 4, 2, 1].flatMap((at) => deploys[at] ?? [])

    const made = plan(snapshotOf(shuffled), accusing(deploys))

    expect(made.kind === 'roll-back' && made.candidates[0].id).toBe('dep-4')
  })

  describe('trap 14: images, where Render calls a rollback by digest a plain deploy', () => {
    /** `A` came by its tag, `a` was deployed through the API by its digest. The last one is live. */
    const imagesOf = (history: string): Deploy[] =>
      deploysOf(history.toUpperCase()).map((deploy, at) => {
        const word = history.split(' ')[at] ?? ''
        const sha = `sha256:${word.toLowerCase()}`
        const isByDigest = word !== word.toUpperCase()
        const ref = isByDigest ? `ghcr.io/o/api@${sha}` : 'ghcr.io/o/api:latest'
        return { ...withoutCommit(deploy), trigger: isByDigest ? 'api' : 'new_commit', image: { ref, sha } }
      })
    const candidatesOf = (history: string): string[] | string => {
      const deploys = imagesOf(history)
      const made = plan(snapshotOf(deploys), accusing(deploys))
      return made.kind === 'roll-back' ? made.candidates.map(({ id }) => id) : letterOf(made)
    }

    test.each([
      // what was rolled back from is never a target
      ['A B a C', ['dep-3', 'dep-1']],
      // a team that always deploys by digest: the last one is on trial, whatever it restored
      ['a b a', ['dep-2']],
      ['a b c', ['dep-2', 'dep-1']],
      // a pipeline that ships the bad image once more restores nothing
      ['A B a b C', ['dep-3', 'dep-1']],
      ['A B a b', ['dep-3', 'dep-1']],
      ['A B a a', 'no-candidate'],
    ])('%s', (history, candidates) => {
      expect(candidatesOf(history)).toEqual(candidates)
    })

    test('a second run finds that it was rolled back already', () => {
      const made = plan(snapshotOf(imagesOf('A B a')), accusing([], { accused: { deployId: 'dep-2' } }))

      expect(letterOf(made)).toBe('already-rolled-back')
    })
  })
})

describe('which deploy failed', () => {
  test('acceptance 15: a commit that the service does not know stops, although something is live', () => {
    expect(letterOf(planned('A B', { accused: { commit: commitOf('F') } }))).toBe('failed-deploy-not-found')
  })

  test('an id that the service does not know stops, although the commit is known', () => {
    expect(letterOf(planned('A B', { accused: { deployId: 'dep-9', commit: commitOf('B') } }))).toBe(
      'failed-deploy-not-found',
    )
  })

  test('nothing named stops: the live deploy is never assumed to be the failed one', () => {
    expect(letterOf(planned('A B', { accused: {} }))).toBe('failed-deploy-not-found')
  })

  test('seven digits name a commit, six do not', () => {
    expect(letterOf(planned('A B', { accused: { commit: 'bbbbbbb' } }))).toBe('A')
    expect(letterOf(planned('A B', { accused: { commit: 'bbbbbb' } }))).toBe('failed-deploy-not-found')
  })

  test('a short commit that fits two releases stops', () => {
    const [a, b] = deploysOf('A B')
    const twins = [a, b].flatMap((deploy, at) =>
      deploy ? { ...deploy, commit: { id: `${'c'.repeat(39)}${at}`, message: '' } } : [],
    )

    expect(letterOf(plan(snapshotOf(twins), accusing(twins, { accused: { commit: 'ccccccc' } })))).toBe(
      'failed-deploy-not-found',
    )
  })

  test('a commit means its newest deploy', () => {
    const made = planned('A B(build_failed) B', { accused: { commit: commitOf('B') } })

    expect(made.failed?.id).toBe('dep-3')
  })

  test('a commit whose configuration somebody changed since is not on trial any more', () => {
    expect(letterOf(planned('A B B:service_updated', { accused: { commit: commitOf('B') } }))).toBe('superseded')
  })

  test('acceptance 9: deploys without a commit are passed over', () => {
    const deploys = deploysOf('A B').map(withoutCommit)

    expect(letterOf(plan(snapshotOf(deploys), accusing(deploys, { accused: { commit: commitOf('B') } })))).toBe(
      'failed-deploy-not-found',
    )
  })
})

describe('what became of the failed deploy', () => {
  test.each(['build_failed', 'pre_deploy_failed', 'update_failed', 'canceled'])(
    'trap 2: one that ended as %s never served, so nothing is rolled back',
    (status) => {
      expect(letterOf(planned(`A B(${status})`))).toBe('not-needed')
      expect(letterOf(planned(`A B B(${status})`))).toBe('not-needed')
    },
  )

  test('a first deploy that failed leaves nothing that serves', () => {
    expect(letterOf(planned('A(build_failed)'))).toBe('no-candidate')
  })

  test.each([
    ['created', true],
    ['build_in_progress', true],
    ['pre_deploy_in_progress', true],
    ['update_in_progress', true],
    ['queued', false],
    ['something_new', false],
  ])('trap 3: one that is %s must end first, and may be cancelled: %s', (status, mayCancel) => {
    expect(planned(`A B(${status})`)).toMatchObject({ kind: 'await', until: { id: 'dep-2' }, mayCancel })
  })

  test('it is not cancelled where that was forbidden, nor in a cron job', () => {
    const deploys = deploysOf('A B(update_in_progress)')

    expect(plan(snapshotOf(deploys), accusing(deploys, { cancelInProgress: false }))).toMatchObject({
      mayCancel: false,
    })
    expect(plan(snapshotOf(deploys, { type: 'cron_job' }), accusing(deploys))).toMatchObject({ mayCancel: false })
  })

  test('trap 11: an unknown word is noted', () => {
    expect(planned('A B(something_new)').notes.join()).toContain('"something_new"')
  })
})

describe('trap 7: is it still our business', () => {
  const trial = (history: string, options: Partial<PlanOptions> = {}): Plan =>
    planned(history, { accused: { deployId: 'dep-2' }, ...options })

  test.each([
    ['A B C', 'superseded'],
    ['A B R(A)', 'already-rolled-back'],
    ['A B B:service_updated', 'superseded'],
    ['A B R(A) C', 'superseded'],
    ['A B C R(A)', 'already-rolled-back'],
  ])('%s, the second on trial: %s', (history, outcome) => {
    expect(letterOf(trial(history))).toBe(outcome)
  })

  test('trap 1: deactivated makes a good target, and says nothing about the deploy on trial', () => {
    expect(trial('A(deactivated) B')).toMatchObject({ kind: 'roll-back', candidates: [{ id: 'dep-1' }] })
    expect(trial('A B(deactivated) C').kind).toBe('stop')
    expect(letterOf(trial('A B(deactivated) C'))).toBe('superseded')
  })

  test('the failed release shipped once more is the failed release', () => {
    expect(trial('A B B:manual')).toMatchObject({
      kind: 'roll-back',
      failed: { id: 'dep-3' },
      candidates: [{ id: 'dep-1' }],
    })
  })

  test('somebody who rolled back to the failed release is not undone', () => {
    expect(letterOf(trial('A B C R(B)'))).toBe('blocked-by-loop-guard')
  })

  test('a replaced deploy with nothing live is not understood, so nothing is done', () => {
    expect(letterOf(trial('A(deactivated) B(deactivated)'))).toBe('api-error')
  })

  test('the deploy that our own change of auto-deploy started is the failed release, not a fix', () => {
    const made = trial('A B B:service_updated', { ours: new Set(['dep-3']) })

    expect(made).toMatchObject({ kind: 'roll-back', failed: { id: 'dep-3' } })
    expect(made.kind === 'roll-back' && made.candidates.map(({ id }) => id)).toEqual(['dep-1'])
  })

  test('a newer deploy under way is in the way, and without leave to cancel it supersedes', () => {
    const made = trial('A B C(build_in_progress) D(queued)')

    expect(made.kind === 'roll-back' && made.inTheWay.map(({ id }) => id)).toEqual(['dep-4', 'dep-3'])
    expect(letterOf(trial('A B C(build_in_progress)', { cancelInProgress: false }))).toBe('superseded')
  })

  test('a rollback under way is left alone', () => {
    expect(trial('A B R(A)(update_in_progress)')).toMatchObject({
      kind: 'await',
      until: { id: 'dep-3' },
      mayCancel: false,
    })
  })

  test('a change of the configuration under way may be the fix', () => {
    expect(letterOf(trial('A B B(update_in_progress):service_updated'))).toBe('superseded')
  })

  test('an unknown word is in the way only until Render says when it ended', () => {
    const deploys = deploysOf('A B C(skipped)').map((deploy) =>
      deploy.status === 'skipped' ? { ...deploy, finishedAt: deploy.createdAt } : deploy,
    )

    expect(plan(snapshotOf(deploys), accusing(deploys, { accused: { deployId: 'dep-2' } }))).toMatchObject({
      kind: 'roll-back',
      inTheWay: [],
    })
  })
})

describe('guards', () => {
  test('trap 16: a suspended service and one in maintenance say so', () => {
    const deploys = deploysOf('A B')
    const suspended = plan(snapshotOf(deploys, { isSuspended: true, suspenders: ['billing'] }), accusing(deploys))
    const maintained = plan(snapshotOf(deploys, { isInMaintenance: true }), accusing(deploys))

    expect(suspended).toMatchObject({ outcome: 'blocked-by-suspension', why: expect.stringContaining('billing') })
    expect(maintained).toMatchObject({ outcome: 'blocked-by-maintenance' })
  })

  test('trap 6: a rollback is not rolled back, whether live or under way', () => {
    expect(letterOf(planned('A B R(A)'))).toBe('blocked-by-loop-guard')
    expect(letterOf(planned('A B R(A)(update_in_progress)'))).toBe('blocked-by-loop-guard')
  })

  test('acceptance 5: the third rollback within the window stops, whatever became of the two before', () => {
    const deploys = deploysOf('A B R(A) C R(A)(update_failed) D')
    const minutesAgo = [300, 61, 59, 50, 1, 0.5]
    const recent = deploys.map((deploy, at) => ({
      ...deploy,
      createdAt: new Date(NOW.getTime() - (minutesAgo[at] ?? 0) * 60_000).toISOString(),
    }))

    expect(letterOf(plan(snapshotOf(recent), accusing(recent)))).toBe('blocked-by-loop-guard')
    expect(letterOf(plan(snapshotOf(recent), accusing(recent, { maxRollbacks: 3 })))).toBe('C')
    expect(letterOf(plan(snapshotOf(recent), accusing(recent, { rollbackWindowMs: 1_800_000 })))).toBe('C')
  })
})

describe('a change of the configuration', () => {
  test('that failed may go back to the same commit', () => {
    const made = planned('A B B:service_updated')

    expect(made).toMatchObject({
      kind: 'roll-back',
      failed: { id: 'dep-3' },
      candidates: [{ id: 'dep-2' }, { id: 'dep-1' }],
    })
  })

  test('that failed and was restarted does not go back to itself', () => {
    const made = planned('A B B:service_updated B:manual', { accused: { deployId: 'dep-3' } })

    expect(made).toMatchObject({
      kind: 'roll-back',
      failed: { id: 'dep-4' },
      candidates: [{ id: 'dep-2' }, { id: 'dep-1' }],
    })
  })
})

describe('acceptance 17: the deploy that was captured', () => {
  const notesOf = (history: string, wish: string): string => planned(history, { wish }).notes.join()

  test('is taken when it served right before', () => {
    expect(letterOf(planned('A B C', { wish: 'dep-2' }))).toBe('B')
    expect(notesOf('A B C', 'dep-2')).toBe('')
  })

  test('is ignored with a note when it is the failed release', () => {
    expect(letterOf(planned('A B', { wish: 'dep-2' }))).toBe('A')
    expect(notesOf('A B', 'dep-2')).toContain('already live when it was captured')
    expect(notesOf('A B B', 'dep-2')).toContain('already live when it was captured')
  })

  test('gives way to a release that served in between, and both are named', () => {
    expect(letterOf(planned('A B C', { wish: 'dep-1' }))).toBe('B')
    expect(notesOf('A B C', 'dep-1')).toMatch(/aaaaaaa \(dep-1\).*bbbbbbb \(dep-2\)/)
  })

  test('is the same release as a restart that came later', () => {
    expect(notesOf('A A B', 'dep-1')).toBe('')
  })

  test('is never one that was rolled back from', () => {
    expect(letterOf(planned('A B R(A) B C', { wish: 'dep-4' }))).toBe('A')
    expect(notesOf('A B R(A) B C', 'dep-4')).toContain('was rolled back from')
  })

  test('is named when it is unknown or never served', () => {
    expect(notesOf('A B', 'dep-9')).toContain('dep-9 is not among')
    expect(notesOf('A B(build_failed) C', 'dep-2')).toContain('never served')
  })
})

describe('a drill', () => {
  const drill = (history: string, commit: string): Plan =>
    planned(history, { accused: { commit: commitOf(commit) }, isDrill: true })

  test('judges the live deploy where the commit has none that serves', () => {
    expect(drill('A B', 'F')).toMatchObject({ kind: 'roll-back', failed: { id: 'dep-2' } })
    expect(drill('A B C(build_failed)', 'C')).toMatchObject({ kind: 'roll-back', failed: { id: 'dep-2' } })
    expect(letterOf(drill('A', 'F'))).toBe('no-candidate')
  })

  test('does not count a change of the configuration as a way back', () => {
    expect(letterOf(drill('A A:service_updated', 'F'))).toBe('no-candidate')
  })
})
