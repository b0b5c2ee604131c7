import { type FakeGitHub, type FakeGitHubOptions, fakeGitHub } from '@hardgate/fakes'
import { type LocalOptions, type LocalRun, runLocally } from '@hardgate/local-runner'
import { afterEach, expect, test } from '@jest/globals'
import { artifact, forkWorld, verdict, workflowRun } from './world.ts'

// The built action as a process of its own.

let fake: FakeGitHub
afterEach(async () => fake.close())

async function start(world: FakeGitHubOptions = forkWorld()): Promise<void> {
  fake = await fakeGitHub(world)
}

function comment(given: LocalOptions['with'] = {}, github: Readonly<Record<string, unknown>> = {}): Promise<LocalRun> {
  return runLocally('verdict-comment', {
    github: { repository: 'octo/api', api_url: fake.url, event_name: 'workflow_run', event: workflowRun(), ...github },
    with: { artifact: 'verdicts', 'github-token': 'ghs_test', ...given },
  })
}

test('it writes the comment, exits 0, and says where in outputs and summary', async () => {
  await start()

  const step = await comment()

  expect(step.exitCode).toBe(0)
  expect(step.outputs).toEqual({
    reason: 'Pull request #7: coverage-gate created.',
    result: 'posted',
    'pull-request': '7',
  })
  expect(fake.comments.map(({ pull }) => pull)).toEqual([7])
  expect(step.summary).toContain('[created](https://github.com/octo/api/pull/7#issuecomment-1)')
  expect(step.annotations).toEqual([])
})

test('the token reaches GitHub alone, and neither the store of artifacts nor the log', async () => {
  await start()

  const step = await comment()

  expect(fake.storeRequests).toHaveLength(1)
  expect(JSON.stringify(fake.storeRequests[0]?.headers)).not.toContain('ghs_test')
  expect(step.masks).toContain('ghs_test')
  expect(step.log + step.summary).not.toContain('ghs_test')
})

test('nothing to say is a notice and exit 0', async () => {
  await start(forkWorld({ artifacts: [] }))

  const step = await comment()

  expect(step.exitCode).toBe(0)
  expect(step.outputs['result']).toBe('skipped')
  expect(step.annotations.map(({ level }) => level).toSorted()).toEqual(['notice', 'warning'])
})

test('a missing permission is an error and exit 1', async () => {
  await start(forkWorld({ mayWrite: false }))

  const step = await comment()

  expect(step.exitCode).toBe(1)
  expect(step.outputs).toMatchObject({ result: 'failed', 'pull-request': '7' })
  expect(step.annotations).toMatchObject([{ level: 'error', message: expect.stringContaining('pull-requests: write') }])
})

test('all input errors come together, before anything is asked', async () => {
  await start()

  const step = await comment({ artifact: '', verdicts: '!a.json', 'github-token': '', summary: 'perhaps', nope: '1' })

  expect(step.exitCode).toBe(1)
  expect(step.outputs['result']).toBe('failed')
  for (const name of ['artifact', 'github-token', 'summary', 'nope']) expect(step.log).toContain(name)
  expect(step.log).not.toContain('    at ')
  expect(fake.requests).toEqual([])
})

test('on another event it names the README and shows no stack', async () => {
  await start()

  const step = await comment({}, { event_name: 'pull_request', event: {} })

  expect(step.exitCode).toBe(1)
  expect(step.annotations).toMatchObject([{ level: 'error', message: expect.stringContaining('needs "workflow_run"') }])
  expect(step.log).not.toContain('    at ')
})

test('trap 37: a file name and a reason out of the artifact forge no command in the log', async () => {
  const files = {
    '::error::forged.json': '[',
    'a.json': verdict('coverage-gate', { reasons: ['\n::set-output name=result::x'] }),
  }
  // a colon has no place in a name, so it is refused; the message that names it is the danger
  await start(forkWorld({ artifacts: [artifact(files)] }))

  const step = await comment()

  expect(step.rawOut.split('\n').filter((line) => /^\s*::(?!add-mask::|notice|warning)/.test(line))).toEqual([])
  expect(step.annotations.map(({ level }) => level).toSorted()).toEqual(['notice', 'warning'])
})
