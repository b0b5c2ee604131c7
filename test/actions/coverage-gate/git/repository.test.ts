import { chownSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { UserError } from '@hardgate/action'
import { describe, expect, jest, test } from '@jest/globals'
import { findPatch, planPatch } from '../../../../actions/coverage-gate/src/git/find-patch.ts'
import { lastWords } from '../../../../actions/coverage-gate/src/git/git.ts'
import { GitProblem, openRepository } from '../../../../actions/coverage-gate/src/git/repository.ts'
import { checkout, gitInFront, type Scratch, scratch, scratchFolder } from './scratch.ts'

// Each test starts git some dozens of times.
jest.setTimeout(30_000)

const signal = new AbortController().signal
const openAt = (workspace: string, env: Readonly<Record<string, string | undefined>> = process.env) =>
  openRepository({ workspace, env, signal })

describe('openRepository', () => {
  test('HEAD comes with its parents and the date of its committer', async () => {
    const here = scratch()
    const first = here.commit({ a: 'a' })
    const second = here.commit({ a: 'b' })
    const seconds = Number(here.git('log', '-1', '--format=%ct', second))

    expect((await here.open()).head).toEqual({ sha: second, parents: [first], committedAtMs: seconds * 1000 })
  })

  test('in a shallow clone HEAD still has its parents', async () => {
    const origin = scratch()
    const first = origin.commit({ a: 'a' })
    const second = origin.commit({ a: 'b' })

    expect((await checkout(origin, second).open()).head.parents).toEqual([first])
  })

  test('a signed commit and a message that looks like a header are read right', async () => {
    const here = scratch()
    const tree = here.commit({ a: 'a' }) && here.git('rev-parse', 'HEAD^{tree}').trim()
    const text = `tree ${tree}\nauthor A <a@b> 1 +0000\ncommitter C > D <c@d> 1700000000 -0330\ngpgsig -----BEGIN\n parent x\n -----END\n\nparent ${'1'.repeat(40)}\ncommitter X <x@y> 5 +0000\n`
    here.write('../commit', text)
    here.git('reset', '--soft', here.git('hash-object', '-t', 'commit', '-w', '../commit').trim())

    expect((await here.open()).head).toMatchObject({ parents: [], committedAtMs: 1_700_000_000_000 })
  })

  test('a folder without .git is no checkout, also within another one', async () => {
    const outer = scratch()
    outer.commit({ 'inner/a': 'a' })

    expect(await openAt(scratchFolder())).toBeUndefined()
    expect(await openAt(join(outer.path, 'inner'))).toBeUndefined()
  })

  test('a checkout without a commit has nothing to compare', async () => {
    expect(await openAt(scratch().path)).toBeUndefined()
  })

  test('a work tree beside the repository is a checkout', async () => {
    const here = scratch()
    const sha = here.commit({ a: 'a' })
    here.git('worktree', 'add', '--quiet', '../beside')

    expect((await openAt(join(here.path, '../beside'), here.env))?.head.sha).toBe(sha)
  })

  test('a checkout that git cannot read is an error, and not taken for a folder without git', async () => {
    const here = scratch()
    here.commit({ a: 'a' })
    rmSync(join(here.path, '.git/HEAD'))

    await expect(openAt(here.path, here.env)).rejects.toThrow(UserError)
    await expect(openAt(here.path, here.env)).rejects.toThrow('git cannot read the checkout')
  })

  test('a .git that is broken does not lead to the repository around it', async () => {
    const outer = scratch()
    outer.commit({ 'inner/a': 'a' })
    mkdirSync(join(outer.path, 'inner/.git'))

    await expect(openAt(join(outer.path, 'inner'), outer.env)).rejects.toThrow('git cannot read the checkout')
  })

  test('without the program git a checkout is an error that says what to install', async () => {
    const here = scratch()
    here.commit({ a: 'a' })

    await expect(openAt(here.path, { ...here.env, PATH: scratchFolder() })).rejects.toThrow(
      'git was not found on the PATH: install it in this job',
    )
  })

  const isRoot = process.getuid?.() === 0

  test.each([
    [
      'as git says it',
      (here: Scratch) => ({ PATH: gitInFront(here, 'GIT_TEST_ASSUME_DIFFERENT_OWNER=1 exec REAL_GIT "$@"') }),
    ],
    ...(isRoot ? [['where it is so', giveAway] as const] : []),
  ] as const)('a checkout of another user is an error that names safe.directory: %s', async (_name, prepare) => {
    const here = scratch()
    here.commit({ a: 'a' })
    const env = { ...here.env, ...prepare(here) }

    const opening = openAt(here.path, env)

    await expect(opening).rejects.toThrow(UserError)
    await expect(opening).rejects.toThrow(`git config --global --add safe.directory "${here.path}"`)
  })

  test('safe.directory may come by the environment, and settings from there do not go before ours', async () => {
    const here = scratch()
    here.commit({ a: 'a' })
    const env = {
      ...here.env,
      PATH: gitInFront(here, 'GIT_TEST_ASSUME_DIFFERENT_OWNER=1 exec REAL_GIT "$@"'),
      GIT_CONFIG_COUNT: '2',
      GIT_CONFIG_KEY_0: 'safe.directory',
      GIT_CONFIG_VALUE_0: here.path,
      GIT_CONFIG_KEY_1: 'core.fsmonitor',
      GIT_CONFIG_VALUE_1: `touch "${join(here.home, 'ran')}"; false`,
    }

    const repository = await openAt(here.path, env)

    expect(await repository?.trackedFiles()).toEqual([{ path: 'a' }])
    expect(existsSync(join(here.home, 'ran'))).toBe(false)
  })

  function giveAway({ path }: Scratch): Record<string, string> {
    chownSync(path, 12_345, 12_345)
    chownSync(join(path, '.git'), 12_345, 12_345)
    return {}
  }
})

describe('what git is given', () => {
  test('no token of the job, and nothing that asks a person', async () => {
    const here = scratch()
    here.commit({ a: 'a' })
    const log = join(here.home, 'env')
    const PATH = gitInFront(here, `env > "${log}"; exec REAL_GIT "$@"`)

    await here.open({
      PATH,
      GITHUB_TOKEN: 'secret-1',
      'INPUT_GITHUB-TOKEN': 'secret-2',
      ACTIONS_RUNTIME_TOKEN: 'secret-3',
    })

    const env = readFileSync(log, 'utf8')
    expect(env).not.toContain('secret')
    expect(env.split('\n')).toEqual(
      expect.arrayContaining(['GIT_TERMINAL_PROMPT=0', 'GIT_ASKPASS=', `HOME=${here.home}`]),
    )
  })

  test('no hook of the checkout runs while a commit is fetched', async () => {
    const origin = scratch()
    const first = origin.commit({ a: 'a' })
    const here = checkout(origin, origin.commit({ a: 'b' }))
    const ran = join(here.home, 'ran')
    for (const hook of ['reference-transaction', 'post-fetch', 'pre-auto-gc']) {
      writeFileSync(join(here.path, '.git/hooks', hook), `#!/bin/sh\ntouch "${ran}"\n`, { mode: 0o755 })
    }

    expect(await (await here.open()).obtain(first)).toBeUndefined()
    expect(existsSync(ran)).toBe(false)
  })

  test('fetching moves no branch, writes no tag and no FETCH_HEAD', async () => {
    const origin = scratch()
    const first = origin.commit({ a: 'a' })
    const here = checkout(origin, origin.commit({ a: 'b' }))
    origin.git('tag', 'v1', first)
    here.git('config', 'remote.origin.fetch', '+refs/heads/*:refs/remotes/origin/*')
    here.git('config', 'remote.origin.tagOpt', '--tags')
    rmSync(join(here.path, '.git/FETCH_HEAD'))
    const before = here.git('for-each-ref')

    await (await here.open()).obtain(first)

    expect(here.git('for-each-ref')).toBe(before)
    expect(existsSync(join(here.path, '.git/FETCH_HEAD'))).toBe(false)
  })

  test('the credentials in the address of a remote are in no message', async () => {
    const origin = scratch()
    const here = checkout(origin, origin.commit({ a: 'a' }))
    here.git('remote', 'set-url', 'origin', 'http://me:pass-word@127.0.0.1:9/x.git')
    const event = { name: 'push', payload: { before: '1'.repeat(40) } }

    const patch = await findPatch(await here.open(), planPatch(event, 'auto'))

    expect(patch.kind).toBe('unknown')
    expect(JSON.stringify(patch)).not.toContain('pass-word')
    expect(JSON.stringify(patch)).toContain('127.0.0.1')
  })

  test('a token in what git says last is hidden', () => {
    const stderr = "warning: x\nfatal: unable to access 'https://me:ghs_abc@example.com/x.git/': gone\nerror: y\n"
    const end = { exitCode: 128, stdout: Buffer.alloc(0), stderr, timedOut: false, aborted: false }

    expect(lastWords(end)).toMatch(/^fatal: unable to access 'https:\/\/.*example\.com\/x\.git\/': gone$/)
    expect(lastWords(end)).not.toContain('ghs_abc')
    expect(lastWords({ ...end, stderr: '' })).toBe('ended with 128')
  })

  test('an abort ends git', async () => {
    const here = scratch()
    here.commit({ a: 'a' })
    const controller = new AbortController()
    const repository = await openRepository({ workspace: here.path, env: here.env, signal: controller.signal })

    controller.abort('SIGINT')

    await expect(repository?.trackedFiles()).rejects.toThrow(new GitProblem('the step was cancelled while git ran'))
  })
})

describe('a commit that is obtained', () => {
  test.each(['HEAD', '--upload-pack=touch /tmp/x', 'main', '1234567', '', `${'1'.repeat(40)}\n`])(
    'is named by a full hash, not by %j',
    async (sha) => {
      const here = scratch()
      here.commit({ a: 'a' })

      expect(await (await here.open()).obtain(sha)).toBe('it is no full hash of a commit')
    },
  )
})

describe('generated files', () => {
  test('are those of the tracked attributes, set or true', async () => {
    const here = scratch()
    const lines = [
      'gen/** linguist-generated',
      'x.ts linguist-generated=true',
      'y.ts linguist-generated=false',
      'gen/no.ts -linguist-generated',
    ]
    here.commit({ '.gitattributes': lines.join('\n'), 'sub/.gitattributes': '*.pb.go linguist-generated=1\n' })
    const names = ['gen/a.ts', 'gen/no.ts', 'x.ts', 'y.ts', 'z.ts', 'sub/a.pb.go', 'a.pb.go', 'gen/é new\nline.ts']

    const found = await (await here.open()).generated(names)

    expect([...found]).toEqual(['gen/a.ts', 'x.ts', 'sub/a.pb.go', 'gen/é new\nline.ts'])
  })

  test('cannot be declared by a file that a step has written, nor by the user', async () => {
    const here = scratch()
    here.commit({ 'a.ts': 'x' })
    here.write('.gitattributes', '*.ts linguist-generated\n')
    here.write('../attributes', '*.ts linguist-generated\n')
    here.configure({ 'core.attributesFile': join(here.path, '../attributes') })

    expect(await (await here.open()).generated(['a.ts'])).toEqual(new Set())
    expect(await (await here.open()).generated([])).toEqual(new Set())
  })
})

describe('tracked files', () => {
  test('are told with links and without submodules', async () => {
    const here = scratch()
    here.commit({ 'a.ts': 'x', 'sub/b.ts': 'y' })
    const blob = here.git('rev-parse', 'HEAD:a.ts').trim()
    here.git('update-index', '--add', '--cacheinfo', `120000,${blob},link`)
    here.git('update-index', '--add', '--cacheinfo', `160000,${'1'.repeat(40)},module`)
    here.write('untracked.ts', 'x')

    expect(await (await here.open()).trackedFiles()).toEqual([
      { path: 'a.ts' },
      { path: 'link', isLink: true },
      { path: 'sub/b.ts' },
    ])
  })
})

test('a file in conflict is tracked once', async () => {
  const here = scratch()
  here.commit({ a: 'a\n' })
  here.git('checkout', '--quiet', '-b', 'other')
  here.commit({ a: 'b\n' })
  here.git('checkout', '--quiet', 'main')
  here.commit({ a: 'c\n' })
  expect(() => here.git('merge', 'other')).toThrow('Command failed')

  expect(here.git('ls-files', '--stage').trim().split('\n')).toHaveLength(3)
  expect(await (await here.open()).trackedFiles()).toEqual([{ path: 'a' }])
})

describe('ancestors and distances', () => {
  const threeDeep = () => {
    const origin = scratch()
    const shas = [origin.commit({ a: '1' }), origin.commit({ a: '2' }), origin.commit({ a: '3' })] as const
    origin.git('checkout', '--quiet', '-b', 'other', shas[0])
    return { origin, shas, other: origin.commit({ b: 'b' }) }
  }

  test('are exact where all history is there', async () => {
    const { origin, shas, other } = threeDeep()
    const repository = await origin.open()

    expect(await repository.isAncestor(shas[0], shas[2])).toBe(true)
    expect(await repository.distance(shas[0], shas[2])).toBe(2)
    expect(await repository.isAncestor(shas[2], shas[0])).toBe(false)
    expect(await repository.isAncestor(other, shas[2])).toBe(false)
    expect(await repository.distance(other, shas[2])).toBeUndefined()
  })

  test('are not known where a shallow clone does not reach', async () => {
    const { origin, shas, other } = threeDeep()
    const here = checkout(origin, shas[2])
    const repository = await here.open()
    await repository.obtain(shas[0])
    await repository.obtain(other)

    expect(await repository.isAncestor(shas[0], shas[2])).toBeUndefined()
    expect(await repository.isAncestor(other, shas[2])).toBeUndefined()
    expect(await repository.isAncestor(shas[1], shas[2])).toBeUndefined()
    expect(await repository.distance(shas[0], shas[2])).toBeUndefined()
  })

  test('are known in a shallow clone that reaches far enough', async () => {
    const { origin, shas } = threeDeep()
    const repository = await checkout(origin, shas[2], 2).open()

    expect(await repository.isAncestor(shas[1], shas[2])).toBe(true)
    expect(await repository.distance(shas[1], shas[2])).toBe(1)
  })
})

test('a diff with a commit that is not there is a problem, and no empty list', async () => {
  const here = scratch()
  here.commit({ a: 'a' })

  await expect((await here.open()).diff('1'.repeat(40))).rejects.toThrow(GitProblem)
})
