import { UserError } from '@hardgate/action'
import { describe, expect, jest, test } from '@jest/globals'
import {
  findPatch,
  type Patch,
  type PatchEvent,
  planPatch,
} from '../../../../actions/coverage-gate/src/git/find-patch.ts'
import { blamed, checkout, copyOf, linesOf, numbered, type Scratch, scratch } from './scratch.ts'

// Each test starts git some dozens of times.
jest.setTimeout(30_000)

const patchOf = async (here: Scratch, event: PatchEvent, patchBase = 'auto'): Promise<Patch> =>
  findPatch(await here.open(), planPatch(event, patchBase))

const pullRequest = (head: string, base: string, name = 'pull_request'): PatchEvent => ({
  name,
  payload: { pull_request: { head: { sha: head }, base: { sha: base, ref: 'main' } } },
})

const push = (before: string): PatchEvent => ({
  name: 'push',
  payload: { before, repository: { default_branch: 'main' } },
})

const ZERO = '0'.repeat(40)
const manual: PatchEvent = { name: 'workflow_dispatch', payload: {} }

/** A pull request that rewrote line 5 and wrote a file, while the base rewrote line 15 and wrote another. */
function makeForked() {
  const origin = scratch()
  const fork = origin.commit({ 'a.py': numbered(20) })
  origin.git('checkout', '--quiet', '-b', 'feature')
  origin.commit({ 'a.py': numbered(20, { 5: 'five' }) })
  const head = origin.commit({ 'new.py': 'x\ny\n' })
  origin.git('checkout', '--quiet', 'main')
  const base = origin.commit({ 'a.py': numbered(20, { 15: 'fifteen' }), 'other.py': 'z\n' })
  origin.git('checkout', '--quiet', '--detach')
  origin.git('merge', '--quiet', '--no-ff', 'feature')
  const merge = origin.git('rev-parse', 'HEAD').trim()
  origin.git('update-ref', 'refs/pull/1/merge', merge)
  return { origin, fork, head, base, merge }
}

const template = makeForked()
const forked = () => ({ ...template, origin: copyOf(template.origin) })

const CHANGED = { 'a.py': [5], 'new.py': [1, 2] }

/** The remote is gone, or asks for a password. */
const cutOff = (here: Scratch): void => void here.git('remote', 'set-url', 'origin', 'file:///nowhere/at-all')

describe('acceptance 6, trap 26: a pull request whose base moved after the fork', () => {
  test('as the merge commit, all history there, has the lines that git blames on it', async () => {
    const { origin, head, base } = forked()

    const patch = await patchOf(origin, pullRequest(head, base))

    expect(linesOf(patch)).toEqual(CHANGED)
    expect(linesOf(patch)).toEqual(blamed(origin, 'HEAD^1..HEAD'))
    expect(patch).toMatchObject({ base })
  })

  test('as the merge commit of depth 1 fetches its first parent alone', async () => {
    const { origin, head, base, fork, merge } = forked()
    const here = checkout(origin, merge)

    expect(linesOf(await patchOf(here, pullRequest(head, base)))).toEqual(CHANGED)
    const repository = await here.open()
    expect(await Promise.all([base, fork].map((sha) => repository.hasCommit(sha)))).toEqual([true, false])
  })

  test('as the merge commit is compared with the base of the merge, also where the event knows an older one', async () => {
    const { origin, head, fork } = forked()

    expect(linesOf(await patchOf(origin, pullRequest(head, fork)))).toEqual(CHANGED)
  })

  test.each([0, 1])('as its head, %i commits deep, is compared with the fork', async (depth) => {
    const { origin, head, base, fork } = forked()
    const here = checkout(origin, head, depth)

    const patch = await patchOf(here, pullRequest(head, base))

    expect(linesOf(patch)).toEqual(CHANGED)
    expect(patch).toMatchObject({ base: fork })
    expect(linesOf(patch)).toEqual(blamed(origin, `${base}..${head}`))
  })

  test('as its head, with the base merged in, does not have the lines of the base', async () => {
    const { origin, base, fork } = forked()
    origin.git('checkout', '--quiet', 'feature')
    origin.git('merge', '--quiet', '--no-ff', 'main')
    const head = origin.commit({ 'late.py': 'late\n' })
    const here = checkout(origin, head)

    // the event names the base as it was when the pull request was opened
    const patch = await patchOf(here, pullRequest(head, fork))

    expect(linesOf(patch)).toEqual({ ...CHANGED, 'late.py': [1] })
    expect(patch).toMatchObject({ base })
  })

  test('as its head, after it was merged, still has its lines', async () => {
    const { origin, base, head, merge } = forked()
    origin.git('branch', '--force', 'main', merge)

    expect(linesOf(await patchOf(checkout(origin, head), pullRequest(head, base)))).toEqual(CHANGED)
  })
})

describe('trap 31: a missing commit never yields an empty diff', () => {
  const isUnknown = { kind: 'unknown', why: expect.any(String), fix: expect.stringContaining('fetch-depth: 0') }

  test.each([
    ['the merge commit of a pull request', 'merge'],
    ['the head of a pull request', 'head'],
  ] as const)('%s of depth 1 with a remote that does not answer is unknown', async (_name, which) => {
    const scene = forked()
    const here = checkout(scene.origin, scene[which])
    cutOff(here)

    expect(await patchOf(here, pullRequest(scene.head, scene.base))).toEqual(isUnknown)
  })

  test('neither is a push known whose base the remote does not give', async () => {
    const { origin, head, base } = forked()
    const here = checkout(origin, head)
    cutOff(here)

    expect(await patchOf(here, push(base))).toEqual(isUnknown)
    expect(await patchOf(here, push(ZERO))).toEqual(isUnknown)
    expect(await patchOf(here, { name: 'merge_group', payload: { merge_group: { base_sha: base } } })).toEqual(
      isUnknown,
    )
    expect(await patchOf(here, manual, base)).toEqual(isUnknown)
    expect(await patchOf(here, manual, 'main')).toEqual(isUnknown)
  })

  test('a checkout without a remote says so', async () => {
    const { origin, head, base } = forked()
    const here = checkout(origin, head)
    here.git('remote', 'remove', 'origin')

    expect(await patchOf(here, push(base))).toMatchObject({
      why: expect.stringMatching(
        /^the commit before this push, [0-9a-f]{7}, is not in this clone and could not be fetched: fatal: 'origin' does not appear/,
      ),
    })
  })

  test('a commit that the remote has lost is unknown, and a forced push is named as a cause', async () => {
    const { origin, head } = forked()

    const patch = await patchOf(checkout(origin, head), push('1'.repeat(40)))

    expect(patch).toMatchObject({ kind: 'unknown', fix: expect.stringContaining('forced push') })
  })

  test('in a shallow clone an older common ancestor is not taken for the fork', async () => {
    // base = merge of a long line that leaves `fork`, and of a short one that leaves `old`, the parent of `fork`
    const origin = scratch()
    const old = origin.commit({ 'a.py': numbered(10) })
    const fork = origin.commit({ 'a.py': numbered(10, { 2: 'two' }) })
    origin.git('checkout', '--quiet', '-b', 'feature')
    const head = origin.commit({ 'a.py': numbered(10, { 2: 'two', 8: 'eight' }) })
    origin.git('checkout', '--quiet', '-b', 'short', old)
    origin.commit({ 's.py': 's\n' })
    origin.git('checkout', '--quiet', 'main')
    for (let turn = 0; turn < 60; turn += 1) origin.git('commit', '--quiet', '--allow-empty', '--message', 'long')
    origin.git('merge', '--quiet', '--no-ff', 'short')
    const base = origin.git('rev-parse', 'HEAD').trim()

    const patch = await patchOf(checkout(origin, head), pullRequest(head, base))

    expect(patch).toMatchObject({ base: fork })
    expect(linesOf(patch)).toEqual({ 'a.py': [8] })
  })

  test('histories without a commit in common have no fork', async () => {
    const { origin, base } = forked()
    origin.git('checkout', '--quiet', '--orphan', 'alone')
    const head = origin.commit({ 'b.py': 'b\n' })

    expect(await patchOf(checkout(origin, head), pullRequest(head, base))).toMatchObject({
      kind: 'unknown',
      why: expect.stringContaining('no commit in common'),
    })
  })
})

describe('acceptance 6: HEAD is not the change', () => {
  test('pull_request_target with a plain checkout is no empty patch', async () => {
    const { origin, head, base } = forked()
    const here = checkout(origin, base)

    expect(await patchOf(here, pullRequest(head, base, 'pull_request_target'))).toEqual({
      kind: 'unknown',
      why: expect.stringContaining('pull_request_target checks out the base branch'),
      fix: expect.stringContaining('the event pull_request'),
    })
  })

  test('a commit that is neither head nor merge of the pull request is no patch', async () => {
    const { origin, fork, head, base } = forked()

    expect(await patchOf(checkout(origin, fork), pullRequest(head, base))).toMatchObject({
      kind: 'unknown',
      why: expect.stringContaining('neither the head of the pull request'),
    })
  })

  test('the merge of another pull request, or of an older head, is no patch', async () => {
    const { origin, fork, base, merge } = forked()

    expect(await patchOf(checkout(origin, merge), pullRequest(fork, base))).toMatchObject({
      kind: 'unknown',
      why: expect.stringContaining('neither the head of the pull request'),
    })
  })

  test.each([
    ['a push', (sha: string) => push(sha), 'auto'],
    ['a first push of the default branch', () => push(ZERO), 'auto'],
    ['a merge group', (sha: string) => ({ name: 'merge_group', payload: { merge_group: { base_sha: sha } } }), 'auto'],
    ['patch-base', () => manual, 'HEAD'],
  ])('%s that compares HEAD with itself is no empty patch', async (_name, event, patchBase) => {
    const { origin, base } = forked()
    const here = checkout(origin, base)

    expect(await patchOf(here, event(base), patchBase)).toMatchObject({
      kind: 'unknown',
      why: expect.stringContaining('that it would be compared with'),
    })
  })
})

describe('acceptance 6: pushes and the merge queue', () => {
  test.each([0, 1])('a push is compared with the commit before it, %i commits deep', async (depth) => {
    const { origin, fork, head } = forked()
    const here = checkout(origin, head, depth)

    expect(linesOf(await patchOf(here, push(fork)))).toEqual(CHANGED)
  })

  test.each([0, 1])(
    'a new branch is compared with where it left the default branch, %i commits deep',
    async (depth) => {
      const { origin, fork, head } = forked()

      const patch = await patchOf(checkout(origin, head, depth), push(ZERO))

      expect(linesOf(patch)).toEqual(CHANGED)
      expect(patch).toMatchObject({ base: fork })
    },
  )

  test('a forced push is compared with what was there before, which no branch holds any more', async () => {
    const { origin, fork, head } = forked()
    origin.git('checkout', '--quiet', '-B', 'feature', fork)
    const forced = origin.commit({ 'a.py': numbered(20, { 5: 'five', 6: 'six' }) })
    const here = checkout(origin, forced, 0)

    expect(linesOf(await patchOf(here, push(head)))).toEqual({ 'a.py': [6] })
    // fetched without a depth: a later step must not find a shallow clone
    expect(here.git('rev-parse', '--is-shallow-repository').trim()).toBe('false')
  })

  test('a merge group is compared with its base', async () => {
    const { origin, head, base, merge } = forked()
    const event = { name: 'merge_group', payload: { merge_group: { base_sha: base, head_sha: merge } } }

    expect(linesOf(await patchOf(checkout(origin, merge), event))).toEqual(CHANGED)
    expect(linesOf(await patchOf(checkout(origin, merge), pullRequest(head, base, 'pull_request_review')))).toEqual(
      CHANGED,
    )
  })
})

describe('patch-base', () => {
  test.each([
    ['a hash', (fork: string) => fork],
    ['a hash in capitals', (fork: string) => fork.toUpperCase()],
    ['a branch of the remote', () => 'start'],
    ['one as the remote calls it', () => 'origin/start'],
    ['a tag', () => 'v1'],
    ['an annotated tag', () => 'refs/tags/v2'],
  ])('%s is had in a clone of depth 1', async (_name, revision) => {
    const { origin, fork, head } = forked()
    origin.git('branch', 'start', fork)
    origin.git('tag', 'v1', fork)
    origin.git('tag', '--annotate', '--message', 'two', 'v2', fork)

    const patch = await patchOf(checkout(origin, head), manual, revision(fork))

    expect(patch).toMatchObject({ base: fork })
    expect(linesOf(patch)).toEqual(CHANGED)
  })

  test('a revision of this clone needs no remote', async () => {
    const { origin, base } = forked()

    expect(await patchOf(origin, manual, 'HEAD~1')).toMatchObject({ base })
  })

  test.each(['--output=/tmp/x', '-O', '', 'a b', '\n'])('%j is no commit, and never an option of git', (revision) => {
    expect(() => planPatch(manual, revision)).toThrow(UserError)
    expect(() => planPatch(manual, revision)).toThrow('is no commit, branch or tag')
  })

  test.each(['nope', 'v*', 'HEAD^{tree}', '$(id)', 'main:a.py'])(
    '%j, which nobody has, is an input error',
    async (revision) => {
      const { origin, head } = forked()

      const finding = patchOf(checkout(origin, head), manual, revision)

      await expect(finding).rejects.toThrow(UserError)
      await expect(finding).rejects.toThrow(`${JSON.stringify(revision)} is no commit in this clone`)
    },
  )
})

describe('planPatch', () => {
  test.each(['workflow_dispatch', 'schedule', 'workflow_run', ''])(
    'the event "%s" has no base, which is an input error',
    (name) => {
      expect(() => planPatch({ name, payload: {} }, 'auto')).toThrow(
        'patch-base: "auto" finds no commit to compare with',
      )
    },
  )

  test.each<[PatchEvent, string]>([
    [{ name: 'pull_request', payload: undefined }, 'pull_request carries no pull_request.head.sha'],
    [{ name: 'pull_request', payload: { pull_request: { head: { sha: 1 } } } }, 'no pull_request.head.sha'],
    [{ name: 'merge_group', payload: {} }, 'no merge_group.base_sha'],
    [{ name: 'push', payload: { before: null } }, 'push carries no before'],
    [{ name: 'push', payload: { before: ZERO } }, 'no repository.default_branch'],
  ])('an event without what it should carry is an input error: %j', (event, message) => {
    expect(() => planPatch(event, 'auto')).toThrow(message)
  })

  test('patch-base goes before the event', () => {
    expect(planPatch(push(ZERO), 'main')).toEqual({ kind: 'named', revision: 'main' })
  })
})
