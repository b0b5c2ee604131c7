import { afterEach, expect, test } from '@jest/globals'
import { A, B, GOOD_THEN_BAD, openStage, type Run, type Stage, type StageOptions } from './stage.ts'

let stage: Stage
afterEach(async () => {
  await stage.close()
})

const given = { 'github-environment': 'production' }
const github = {
  deployments: [
    { sha: A, environment: 'production' },
    { sha: B, environment: 'production' },
  ],
}

const runOn = async (options: StageOptions, more: Readonly<Record<string, string>> = {}): Promise<Run> => {
  stage = await openStage({ github, ...options })
  return stage.run({ ...given, ...more })
}

/** `id state` or `create sha`, in the order of the requests. */
const written = (): string[] =>
  stage.github.requests
    .filter(({ method }) => method === 'POST')
    .map(({ path, body }) => {
      const fields: Record<string, unknown> = { ...Object(body) }
      const id = /deployments\/(\d+)\/statuses/.exec(path)?.[1]
      return id === undefined ? `create ${String(fields['ref']).slice(0, 3)}` : `${id} ${String(fields['state'])}`
    })

test('acceptance 18: failure, create and in_progress, success, inactive, in this order', async () => {
  const { outputs } = await runOn({})

  expect(outputs['outcome']).toBe('rolled-back')
  expect(written()).toEqual(['2 failure', 'create aaa', '3 in_progress', '3 success', '2 inactive'])
  expect(stage.github.deployments.at(-1)).toMatchObject({ sha: A, environment: 'production', task: 'deploy:rollback' })
  expect(stage.github.unexpected).toEqual([])
})

test('acceptance 18: a 403 is a warning and changes no outcome', async () => {
  const faults = [{ route: 'POST /repos/octo/api/deployments', status: 403 }]
  const { outputs, frame } = await runOn({ github: { ...github, faults } })

  expect(outputs).toMatchObject({ outcome: 'rolled-back', notified: 'true' })
  expect(frame.lines.some(({ kind, text }) => kind === 'warning' && text.includes('GitHub answered 403'))).toBe(true)
})

test('no deployment is created for the failed release', async () => {
  await runOn({ github: {} })

  expect(written()).toEqual(['create aaa', '1 in_progress', '1 success'])
})

test('a deployment that is known is not looked for', async () => {
  await runOn({}, { 'github-deployment-id': '1' })

  expect(written()).toEqual(['1 failure', 'create aaa', '3 in_progress', '3 success', '1 inactive'])
  expect(stage.github.requests.filter(({ method }) => method === 'GET')).toEqual([])
})

test.each([
  ['canceled', '3 failure'],
  ['update_failed', '3 failure'],
])(
  'a rollback that ends as %s ends in a terminal state, and the failed release stays failed',
  async (outcome, last) => {
    await runOn({ service: { nextDeploy: { outcome } } })

    expect(written()).toEqual(['2 failure', 'create aaa', '3 in_progress', last])
  },
)

test('a restored release that is unwell is a failure, and the failed one is gone', async () => {
  await runOn({ answer: () => ({ status: 503 }) })

  expect(written().slice(3)).toEqual(['3 failure', '2 inactive'])
})

test('a release that never served is a failure and nothing else', async () => {
  const [a] = GOOD_THEN_BAD
  await runOn({
    deploys: [
      { ...a, status: 'live' },
      { id: 'dep-b', commit: B, status: 'build_failed' },
    ],
  })

  expect(written()).toEqual(['2 failure'])
})

test('nothing is written without an environment', async () => {
  await runOn({}, { 'github-environment': '' })

  expect(stage.github.requests).toEqual([])
})

test('without a token it is one warning, and the rollback is done', async () => {
  const { outputs } = await runOn({}, { 'github-token': '' })

  expect(outputs['outcome']).toBe('rolled-back')
  expect(stage.github.requests).toEqual([])
})
