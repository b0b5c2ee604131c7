import { readFileSync } from 'node:fs'
import { runJob } from '@hardgate/local-runner'
import { expect, test } from '@jest/globals'
import { acts, dump, environmentOf, puppet, repository } from './puppet.ts'

test('the environment is chosen: nothing of this process but PATH and HOME reaches the action', async () => {
  process.env['STRAY_SECRET'] = 'do not pass on'

  const env = environmentOf(await puppet([dump]))

  delete process.env['STRAY_SECRET']
  expect(env['STRAY_SECRET']).toBeUndefined()
  expect(env['PATH']).toBe(process.env['PATH'])
  expect(
    Object.keys(env)
      .filter((name) => !/^(GITHUB|RUNNER|INPUT|ACTIONS)_/.test(name))
      .toSorted(),
  ).toEqual(['CI', 'HOME', 'PATH'])
})

test('the variables that actions rely on are there', async () => {
  const run = await puppet([dump], { github: { sha: 'abc', repository: 'o/r', event_name: 'pull_request', run_id: 7 } })

  expect(environmentOf(run)).toMatchObject({
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_SHA: 'abc',
    GITHUB_REPOSITORY: 'o/r',
    GITHUB_REPOSITORY_OWNER: 'o',
    GITHUB_EVENT_NAME: 'pull_request',
    GITHUB_RUN_ID: '7',
    GITHUB_RUN_ATTEMPT: '1',
    GITHUB_REF_NAME: 'main',
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_JOB: 'local',
    GITHUB_ACTION: '__puppet',
    RUNNER_TEMP: run.runnerTemp,
    RUNNER_NAME: 'local',
  })
})

test('the token is no variable of its own', async () => {
  const env = environmentOf(await puppet([dump], { github: { token: 'ghs_abc' } }))

  expect(env['GITHUB_TOKEN']).toBeUndefined()
  expect(env['INPUT_TOKEN']).toBe('ghs_abc')
})

test('GITHUB_EVENT_PATH holds the payload', async () => {
  const run = await puppet([dump], { github: { event: { number: 5 } } })

  expect(JSON.parse(readFileSync(environmentOf(run)['GITHUB_EVENT_PATH'] ?? '', 'utf8'))).toEqual({ number: 5 })
})

test('the env of the job reaches the action, NODE_OPTIONS too, and so does the runtime token', async () => {
  const env = environmentOf(await puppet([dump], { env: { STAGE: 'live', NODE_OPTIONS: '--no-deprecation' } }))

  expect(env['STAGE']).toBe('live')
  expect(env['NODE_OPTIONS']).toBe('--no-deprecation')
  expect(env['ACTIONS_RUNTIME_TOKEN']).toBe('local-runner-runtime-token')
})

test('a GITHUB_ variable of the job changes the context that it comes from', async () => {
  const env = environmentOf(await puppet([dump], { env: { GITHUB_SHA: 'feed', GITHUB_API_URL: 'http://127.0.0.1:1' } }))

  expect(env['INPUT_COMMIT']).toBe('feed')
  expect(env['GITHUB_API_URL']).toBe('http://127.0.0.1:1')
})

test('what a step writes to GITHUB_ENV and GITHUB_PATH reaches the later steps only', async () => {
  const write = acts(
    { to: 'GITHUB_ENV', text: 'STAGE=blue\n' },
    { to: 'GITHUB_PATH', text: '/opt/one\n/opt/two\n' },
    { dump: 'first.json' },
  )

  const job = await runJob({
    root: repository,
    env: { STAGE: 'old' },
    steps: [
      { uses: '$/actions/puppet', with: { do: write } },
      { uses: '$/actions/puppet', with: { do: acts(dump), 'two words': '${{ env.STAGE }}' } },
    ],
  })

  expect(environmentOf(job, 'first.json')['STAGE']).toBe('old')
  expect(environmentOf(job)).toMatchObject({
    STAGE: 'blue',
    INPUT_TWO_WORDS: 'blue',
    PATH: expect.stringMatching(/^\/opt\/two:\/opt\/one:/),
  })
  expect(job.env).toEqual({ STAGE: 'blue' })
  expect(job.path).toEqual(['/opt/two', '/opt/one'])
})

test('GITHUB_ENV refuses NODE_OPTIONS with an error, takes the rest, and does not fail the step', async () => {
  const run = await puppet([{ to: 'GITHUB_ENV', text: 'A=1\nnode_options=--inspect\nB=2\n' }])

  expect(run.env).toEqual({ A: '1', B: '2' })
  expect(run.outcome).toBe('success')
  expect(run.annotations).toEqual([
    { level: 'error', message: "Can't store NODE_OPTIONS output parameter using '$GITHUB_ENV' command." },
  ])
})

test("a step's own env wins over GITHUB_ENV", async () => {
  const job = await runJob({
    root: repository,
    steps: [
      { run: 'echo "STAGE=blue" >> "$GITHUB_ENV"' },
      { uses: '$/actions/puppet', env: { STAGE: 'own ${{ env.STAGE }}' }, with: { do: acts(dump) } },
    ],
  })

  expect(environmentOf(job)['STAGE']).toBe('own blue')
})
