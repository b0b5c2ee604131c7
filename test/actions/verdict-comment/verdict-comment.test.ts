import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Account } from '@hardgate/action'
import {
  type FakeFrame,
  type FakeGitHub,
  type FakeGitHubOptions,
  fakeFrame,
  fakeGitHub,
  WORKFLOW_BOT,
} from '@hardgate/fakes'
import { request } from '@hardgate/http'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { run } from '../../../actions/verdict-comment/src/verdict-comment.ts'
import { artifact, FORK, forkWorld, HEAD, verdict, workflowRun } from './world.ts'

let fake: FakeGitHub
let frame: FakeFrame
let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hardgate-comment-'))
})
afterEach(async () => {
  rmSync(folder, { recursive: true, force: true })
  await fake.close()
})

interface Given {
  readonly event?: object
  readonly eventName?: string
  readonly artifact?: readonly string[]
  readonly verdicts?: readonly string[]
}

async function comment(world: FakeGitHubOptions, given: Given = {}): Promise<Account> {
  fake = await fakeGitHub(world)
  const path = join(folder, 'event.json')
  writeFileSync(path, JSON.stringify(given.event ?? workflowRun()))
  frame = fakeFrame({
    request,
    env: {
      GITHUB_REPOSITORY: 'octo/api',
      GITHUB_API_URL: fake.url,
      GITHUB_SERVER_URL: 'https://github.com',
      GITHUB_EVENT_NAME: given.eventName ?? 'workflow_run',
      GITHUB_EVENT_PATH: path,
    },
  })
  const inputs = {
    artifact: given.artifact ?? ['verdicts'],
    verdicts: given.verdicts ?? ['**/*.json'],
    'github-token': 'ghs_test',
    summary: true,
  }
  return run(inputs, frame)
}

const bodies = (): readonly string[] => fake.comments.map(({ body }) => body)
const warnings = (): readonly string[] => frame.lines.filter(({ kind }) => kind === 'warning').map(({ text }) => text)

describe('a pull request from a fork', () => {
  test('gets one comment of its gate, found by the head of its run, though the run does not name it', async () => {
    const account = await comment(forkWorld())

    expect(account).toMatchObject({
      reason: 'Pull request #7: coverage-gate created.',
      isFailure: false,
      outputs: { result: 'posted', 'pull-request': '7' },
    })
    expect(fake.comments).toHaveLength(1)
    expect(fake.comments[0]).toMatchObject({ pull: 7, user: WORKFLOW_BOT })
    expect(bodies()[0]).toMatch(/^<!-- hardgate:coverage-gate -->\n### ✅ coverage-gate: pass\n/)
    expect(bodies()[0]).toContain(
      '`aaaaaaa`, from what [run 5](https://github.com/octo/api/actions/runs/5) left behind.',
    )
    expect(frame.lines.filter(({ kind }) => kind !== 'info')).toEqual([])
    expect(fake.unexpected).toEqual([])
  })

  test('keeps that comment through its next runs', async () => {
    const old = { id: 3, pull: 7, user: WORKFLOW_BOT, body: '<!-- hardgate:coverage-gate -->\nold' }

    expect(await comment(forkWorld({ comments: [old] }))).toMatchObject({
      reason: 'Pull request #7: coverage-gate updated.',
    })
    expect(fake.comments.map(({ id }) => id)).toEqual([3])
  })

  test('gets a comment for each gate, and two verdicts of one gate stand in one', async () => {
    const files = {
      'coverage-gate.json': verdict('coverage-gate'),
      'coverage-gate-2.json': verdict('coverage-gate', { outcome: 'fail', reasons: ['the second'] }),
      'deep/performance-gate.json': verdict('performance-gate'),
    }

    await comment(forkWorld({ artifacts: [artifact(files)] }))

    expect(bodies()).toHaveLength(2)
    expect(bodies()[0]?.match(/^### .*$/gm)).toEqual(['### ✅ coverage-gate: pass', '### ❌ coverage-gate: fail'])
    expect(bodies()[1]).toMatch(/^<!-- hardgate:performance-gate -->/)
  })

  test('may have its verdicts in two artifacts', async () => {
    const artifacts = [
      artifact({ 'a.json': verdict('coverage-gate') }, { name: 'one' }),
      artifact({ 'b.json': verdict('performance-gate') }, { name: 'two' }),
    ]

    await comment(forkWorld({ artifacts }), { artifact: ['one', 'two'] })

    expect(bodies()).toHaveLength(2)
  })

  test('and a repeated run: its newest artifact speaks', async () => {
    const artifacts = [
      artifact({ 'a.json': verdict('coverage-gate', { reasons: ['first attempt'] }) }),
      artifact({ 'a.json': verdict('coverage-gate', { reasons: ['second attempt'] }) }),
    ]

    await comment(forkWorld({ artifacts }))

    expect(bodies()[0]).toContain('second attempt')
  })
})

describe('which pull request', () => {
  const skipped = (reason: RegExp): object => ({
    isFailure: false,
    reason: expect.stringMatching(reason),
    outputs: { result: 'skipped', 'pull-request': '' },
  })

  test('one whose head has moved on is not told of an older commit', async () => {
    const pulls = [{ number: 7, sha: 'b'.repeat(40), branch: 'fix', headRepository: FORK }]

    expect(await comment(forkWorld({ pulls }))).toMatchObject(
      skipped(/^The pull request \(#7\) has moved on since aaaaaaa/),
    )
    expect(fake.comments).toEqual([])
  })

  test('one that moves on while its verdict is read is not told either', async () => {
    const moved = { number: 7, state: 'open', head: { sha: 'b'.repeat(40), repo: { full_name: FORK } } }
    const faults = [{ route: 'GET /repos/octo/api/pulls/7', status: 200, body: moved }]

    expect(await comment(forkWorld({ faults }))).toMatchObject({
      reason: 'Nothing was written: pull request #7 has moved on to bbbbbbb.',
      outputs: { result: 'skipped' },
    })
    expect(fake.comments).toEqual([])
  })

  test('the same branch and commit in another repository is another pull request', async () => {
    const pulls = [
      { number: 7, sha: HEAD, branch: 'fix', headRepository: 'mallory/other' },
      { number: 8, sha: HEAD, branch: 'fix' },
      { number: 9, sha: HEAD, branch: 'fix', headRepository: null },
    ]

    expect(await comment(forkWorld({ pulls }))).toMatchObject(skipped(/^No open pull request comes from mallory\/api/))
  })

  test('a server that does not filter by head changes nothing', async () => {
    const list = [8, 7].map((number) => ({
      number,
      state: 'open',
      head: { sha: HEAD, repo: { full_name: number === 7 ? FORK : 'eve/api' } },
    }))
    const faults = [{ route: 'GET /repos/octo/api/pulls', status: 200, body: list }]

    expect(await comment(forkWorld({ faults }))).toMatchObject({ outputs: { 'pull-request': '7' } })
  })

  test('a closed one gets nothing', async () => {
    const pulls = [{ number: 7, sha: HEAD, branch: 'fix', headRepository: FORK, state: 'closed' as const }]

    expect(await comment(forkWorld({ pulls }))).toMatchObject(skipped(/it was closed or merged/))
  })

  test('two with one head are not told apart, and none is guessed', async () => {
    const pull = { sha: HEAD, branch: 'fix', headRepository: FORK }

    expect(
      await comment(
        forkWorld({
          pulls: [
            { number: 7, ...pull },
            { number: 8, ...pull },
          ],
        }),
      ),
    ).toMatchObject(skipped(/^2 open pull requests have this head \(#8, #7\)/))
  })

  test('a fork that was deleted, and a run that no pull request started, have none', async () => {
    expect(await comment(forkWorld(), { event: workflowRun({ head_repository: null }) })).toMatchObject(
      skipped(/was deleted/),
    )
    await fake.close()
    expect(await comment(forkWorld(), { event: workflowRun({ event: 'push' }) })).toMatchObject(
      skipped(/started by "push"/),
    )
    expect(fake.requests).toEqual([])
  })

  test.each([
    ['pull_request', workflowRun()],
    ['workflow_run', {}],
    ['workflow_run', workflowRun({ head_sha: '--upload-pack=x' })],
    ['workflow_run', workflowRun({ id: '5' })],
  ])('on %s with %j the README is named and nothing is asked', async (eventName, event) => {
    await expect(comment(forkWorld(), { eventName, event })).rejects.toThrow(/needs "workflow_run"/)
    expect(fake.requests).toEqual([])
  })
})

describe('hostile artifacts', () => {
  const bodyOf = async (files: Readonly<Record<string, unknown>>): Promise<string> => {
    await comment(forkWorld({ artifacts: [artifact(files)] }))
    return bodies()[0] ?? ''
  }

  test('what is no verdict is refused by name and posts nothing', async () => {
    const files = {
      'a.json': '<!-- hardgate:coverage-gate -->\n# approved',
      'b.json': { ...verdict('coverage-gate'), extra: '# approved' },
      'c.json': { ...verdict('coverage-gate'), gate: 'x --> @octo' },
      'd.json': '[',
      'e.txt': 'no verdict, and not asked for',
    }

    expect(await bodyOf(files)).toBe('')
    expect(warnings().map((line) => line.slice(0, 40))).toEqual([
      'Artifact "verdicts": a.json is no verdic',
      'Artifact "verdicts": b.json is no verdic',
      'Artifact "verdicts": c.json is no verdic',
      'Artifact "verdicts": d.json is no verdic',
    ])
  })

  test('markdown, mentions and markers in a verdict are text', async () => {
    const text = '--> <!-- hardgate:other --> @octo [x](http://evil) <img src=x> | `'

    const body = await bodyOf({
      'a.json': verdict('coverage-gate', { reasons: [text] }, { threshold: text, measured: text }),
    })

    expect(body.match(/<!--/g)).toHaveLength(1)
    expect(body).not.toMatch(/<img|@octo|\]\(http:\/\/evil/)
  })

  test('a huge verdict makes a comment that GitHub takes', async () => {
    const checks = Array.from({ length: 5000 }, () => verdict('g', {}, { threshold: 'ü'.repeat(300) }).checks).flat()

    const body = await bodyOf({ 'a.json': verdict('coverage-gate', { checks }) })

    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(65_536)
    expect(body).toMatch(/what counts is the result of that run\.<\/sub>$/)
  })

  test('twenty files are read, ten gates get a comment, and a name of 61 characters none', async () => {
    const files = Object.fromEntries(Array.from({ length: 25 }, (_, at) => [`${at}.json`, verdict(`gate-${at}`)]))
    await bodyOf(files)
    expect(bodies()).toHaveLength(10)
    expect(warnings()).toEqual([
      'Artifact "verdicts": 5 files are left out, 20 are read at most.',
      '10 gates are left out, 10 get a comment at most.',
    ])
    await fake.close()

    expect(await bodyOf({ 'a.json': verdict('g'.repeat(61)) })).toBe('')
    await fake.close()
    expect(await bodyOf({ 'a.json': verdict('g'.repeat(60)) })).not.toBe('')
  })

  test('a file above 8 MiB is not unpacked, and one with ../ spoils its archive', async () => {
    const big = await bodyOf({ 'a.json': ' '.repeat(8 * 1024 * 1024 + 1) })
    expect(big).toBe('')
    expect(warnings()).toEqual(['Artifact "verdicts": a.json has 8388609 bytes, and a verdict has 8388608 at most.'])
    await fake.close()

    expect(await bodyOf({ 'a.json': verdict('coverage-gate'), '../b.json': '{}' })).toBe('')
    expect(warnings()[0]).toMatch(/^Artifact "verdicts" cannot be read: it holds the name "\.\.\/b\.json"/)
  })

  test('an artifact of another run of that name is not read', async () => {
    const world = forkWorld({ artifacts: [artifact({ 'a.json': verdict('coverage-gate') }, { runId: 6 })] })

    expect(await comment(world)).toMatchObject({
      reason: 'Run 5 left no verdict that can be shown.',
      outputs: { result: 'skipped', 'pull-request': '7' },
    })
    expect(warnings()).toEqual([
      'The run has no artifact "verdicts": it ended before that was uploaded, or it has expired.',
    ])
  })

  test('a comment of a stranger with our marker is not touched', async () => {
    const user = { login: 'mallory', id: 666, type: 'User' } as const
    const forged = { id: 1, pull: 7, user, body: '<!-- hardgate:coverage-gate -->\nforged' }

    await comment(forkWorld({ comments: [forged] }))

    expect(bodies()[0]).toBe(forged.body)
    expect(bodies()).toHaveLength(2)
  })
})

describe('what GitHub refuses', () => {
  test('a token that may not write is the fault of this workflow, and says which permissions it needs', async () => {
    expect(await comment(forkWorld({ mayWrite: false }))).toMatchObject({
      isFailure: true,
      outputs: { result: 'failed', 'pull-request': '7' },
      reason: expect.stringMatching(
        /GitHub answered 403.*needs "permissions: \{ actions: read, pull-requests: write \}"\.$/,
      ),
    })
  })

  test.each([
    ['GET /repos/octo/api/pulls', 403, /needs "permissions/],
    ['GET /repos/octo/api/actions/runs/5/artifacts', 403, /needs "permissions/],
    ['GET /repos/octo/api/pulls', 500, /^Listing the pull requests: GitHub answered 500/],
    ['GET /archives/*', 500, /^Downloading artifact 1: GitHub answered 500/],
    ['POST /graphql', 500, /^Asking for whom the token acts: GitHub answered 500/],
  ])('%s with %i fails, and says what was tried', async (route, status, reason) => {
    const account = await comment(forkWorld({ faults: [{ route, status }] }))

    expect(account).toMatchObject({ isFailure: true, outputs: { result: 'failed' } })
    expect(account.reason).toMatch(reason)
    expect(frame.lines.at(-1)).toMatchObject({ kind: 'error', text: account.reason })
    expect(fake.comments).toEqual([])
  })

  test('a 502 that passes does not fail anything', async () => {
    const faults = [{ route: 'GET /repos/octo/api/pulls', status: 502, times: 1 }]

    expect(await comment(forkWorld({ faults }))).toMatchObject({ outputs: { result: 'posted' } })
    expect(frame.clock.waits).toHaveLength(1)
  })
})
