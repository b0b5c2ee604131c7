import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type FakeGitHub, type FakeGitHubOptions, type FakeJob, fakeGitHub } from '@hardgate/fakes'
import { request } from '@hardgate/http'
import { afterEach, describe, expect, test } from '@jest/globals'
import { EVENT_ID, newJob, type Stage, type With } from './job.ts'
import { cleanUp, only, receiver, said, spooled, spoolOf } from './receiver.ts'

const open: FakeGitHub[] = []

afterEach(async () => {
  for (const one of open.splice(0)) await one.close()
  await cleanUp()
})

const JOB: FakeJob = {
  id: 50_123_456_789,
  runId: 17_654_321_098,
  attempt: 2,
  name: 'test',
  status: 'in_progress',
  createdAt: '2026-11-22T20:00:00Z',
  startedAt: '2026-11-22T20:00:04Z',
  runnerName: 'runner-1',
}
const ATTEMPT = { runId: JOB.runId, attempt: 2, startedAt: '2026-11-22T20:00:00Z', jobIds: [JOB.id] }

async function gitHub(options: FakeGitHubOptions = {}): Promise<FakeGitHub> {
  const fake = await fakeGitHub({ repository: 'acme/sms', jobs: [JOB], attempts: [ATTEMPT], ...options })
  open.push(fake)
  return fake
}

interface Reported {
  readonly api: FakeGitHub
  readonly event: Readonly<Record<string, unknown>>
  readonly stage: Stage
}

/** One job from its first step to its end, 95.25 s later, with an API that may answer this and that. */
async function reported(
  options: FakeGitHubOptions,
  given: With = {},
  env: Readonly<Record<string, string>> = {},
): Promise<Reported> {
  const api = await gitHub(options)
  const fake = await receiver()
  const job = newJob({ GITHUB_API_URL: `${api.url}${options.basePath ?? ''}`, RUNNER_NAME: 'runner-1', ...env })
  const step = job.step()
  const all = { endpoint: fake.url, 'github-token': 'ghs_test', ...given }
  await step.main(all)
  expect(api.requests).toEqual([])
  const stage = await step.post(all)
  return { api, event: only(fake), stage }
}

const pathsOf = ({ requests }: FakeGitHub): string[] => requests.map(({ path }) => path)

test('start, queue and name are GitHub’s, from one request', async () => {
  const { api, event } = await reported({})

  // 20:00:09 is this step, 95.25 s later is the end: 100.25 s after the job's start
  expect(event).toMatchObject({
    duration_seconds: 100.25,
    job: { id: '50123456789', key: 'test', task: 'test', name: 'test' },
    time: {
      created_at: '2026-11-22T20:00:00.000Z',
      started_at: '2026-11-22T20:00:04.000Z',
      completed_at: '2026-11-22T20:01:44.250Z',
      queued_seconds: 4,
      source: 'api',
    },
  })
  expect(event).not.toHaveProperty('notes')
  expect(pathsOf(api)).toEqual(['/repos/acme/sms/actions/jobs/50123456789'])
})

test('acceptance 10: a cancelled job takes two requests, and no more', async () => {
  const { api, event } = await reported({}, { 'job-status': 'cancelled' })

  expect(event).toMatchObject({ status: 'cancellation', conclusion: 'cancelled' })
  expect(pathsOf(api).toSorted()).toEqual([
    '/repos/acme/sms/actions/jobs/50123456789',
    '/repos/acme/sms/check-runs/50123456789/annotations',
  ])
})

test.each<[string, string, string, string]>([
  ['cancelled', 'The job has exceeded the maximum execution time of 1h0m0s', 'failure', 'timeout'],
  [
    'cancelled',
    'The job running on runner GitHub Actions 3 has exceeded the maximum execution time of 10 minutes.',
    'failure',
    'timeout',
  ],
  [
    'cancelled',
    'The runner has received a shutdown signal. This can happen when the runner service is stopped.',
    'failure',
    'error',
  ],
  [
    'cancelled',
    'The self-hosted runner: box-1 lost communication with the server. Verify the machine is running.',
    'failure',
    'error',
  ],
  ['cancelled', 'The hosted runner lost communication with the server.', 'failure', 'error'],
  ['cancelled', 'The operation was canceled.', 'failure', 'cancellation'],
  ['cancelled', 'The job has exceeded the maximum execution time of 1h0m0s', 'warning', 'cancellation'],
  ['cancelled', 'says that the runner has received a shutdown signal.', 'failure', 'cancellation'],
])('trap 2: %s with the annotation "%s" (%s) is %s', async (status, message, level, expected) => {
  const annotations = [{ message: 'Process completed with exit code 1.' }, { message, level }]

  const { event } = await reported({ jobs: [{ ...JOB, annotations }] }, { 'job-status': status })

  expect(event).toMatchObject({ status: expected, conclusion: 'cancelled' })
})

test('a failure asks for no annotations, and neither does a status that is given', async () => {
  const failed = await reported({}, { 'job-status': 'failure' })
  const given = await reported({}, { 'job-status': 'cancelled', status: 'failure' })

  expect([failed.event['status'], given.event['status']]).toEqual(['failure', 'failure'])
  expect([failed.api.requests.length, given.api.requests.length]).toEqual([1, 1])
})

describe('acceptance 10: what GitHub does not tell is left out, and the event goes', () => {
  const route = 'GET /repos/acme/sms/actions/jobs/50123456789'

  test.each([401, 403, 404])(
    'status %d is a missing permission: a note, and one notice that says what it costs',
    async (status) => {
      const { event, stage, api } = await reported({ faults: [{ route, status }] })

      expect(event).toMatchObject({ duration_seconds: 95.25, time: { source: 'local' }, notes: [`jobs-api-${status}`] })
      expect(event['time']).not.toHaveProperty('queued_seconds')
      expect(said(stage, 'notice')).toEqual([
        `metrics-reporter: the token cannot read this job (${status}). The duration starts at this step and excludes "Set up job"; the queue time is unknown. "permissions: actions: read" gives both.`,
      ])
      expect(said(stage, 'warning')).toEqual([])
      expect(api.requests).toHaveLength(1)
    },
  )

  test.each<[string, Omit<NonNullable<FakeGitHubOptions['faults']>[number], 'route'>, string]>([
    ['429', { status: 429, headers: { 'retry-after': '1' } }, 'jobs-api-429'],
    ['a rate limit in a 403', { status: 403, headers: { 'x-ratelimit-remaining': '0' } }, 'jobs-api-403'],
    ['500', { status: 500 }, 'jobs-api-500'],
    ['no JSON', { status: 200, body: '<html>' }, 'jobs-api-unreadable'],
    ['a reset', { close: true }, 'jobs-api-unreachable'],
    [
      'the job of another run',
      { status: 200, body: { id: 50_123_456_789, run_id: 1, name: 'x' } },
      'jobs-api-mismatch',
    ],
  ])('%s: a note, no notice, and no second request', async (_name, fault, noted) => {
    const { event, stage, api } = await reported({ faults: [{ route, ...fault }] })

    expect(event).toMatchObject({ duration_seconds: 95.25, time: { source: 'local' }, notes: [noted] })
    expect(said(stage, 'notice')).toEqual([])
    expect(said(stage, 'info')).toContain(`metrics: ${noted}`)
    expect(api.requests).toHaveLength(1)
  })

  test('an API that hangs gets a quarter of the deadline, both reads side by side', async () => {
    const faults = [
      { route, hang: true as const },
      { route: 'GET /repos/acme/sms/check-runs/*/annotations', hang: true as const },
    ]
    const start = performance.now()

    const { event } = await reported({ faults }, { 'job-status': 'cancelled', deadline: '1200ms' })

    expect(event).toMatchObject({ status: 'cancellation', notes: ['jobs-api-timeout', 'annotations-api-timeout'] })
    const elapsed = performance.now() - start
    expect(elapsed).toBeGreaterThan(290)
    expect(elapsed).toBeLessThan(600)
  })

  test('annotations that cannot be read leave it a cancellation', async () => {
    const faults = [{ route: 'GET /repos/acme/sms/check-runs/*/annotations', status: 403 }]

    const { event } = await reported({ faults }, { 'job-status': 'cancelled' })

    expect(event).toMatchObject({ status: 'cancellation', time: { source: 'api' }, notes: ['annotations-api-403'] })
  })

  test('without a token nothing is asked, and nothing is noted', async () => {
    const { api, event } = await reported({}, { 'github-token': '' })

    expect(api.requests).toEqual([])
    expect(event).toMatchObject({ time: { source: 'local' } })
    expect(event).not.toHaveProperty('notes')
  })
})

describe('acceptance 10: odd times', () => {
  test('with an offset they are the same moments, and the event has them in UTC', async () => {
    const jobs = [{ ...JOB, createdAt: '2026-11-22T21:00:00+01:00', startedAt: '2026-11-22T21:00:04+01:00' }]

    const { event } = await reported({ jobs })

    expect(event).toMatchObject({
      duration_seconds: 100.25,
      time: { created_at: '2026-11-22T20:00:00.000Z', started_at: '2026-11-22T20:00:04.000Z', queued_seconds: 4 },
    })
  })

  test('trap 5: a negative queue is absent, not 0', async () => {
    const { event } = await reported({ jobs: [{ ...JOB, createdAt: '2026-11-22T20:00:05Z' }] })

    expect(event).toMatchObject({ duration_seconds: 100.25, notes: ['clock-anomaly'] })
    expect(event['time']).not.toHaveProperty('queued_seconds')
    expect(event['time']).not.toHaveProperty('created_at')
  })

  test('a start after this step ran means a wrong clock: the local start is taken', async () => {
    const { event } = await reported({ jobs: [{ ...JOB, startedAt: '2026-11-22T20:00:30Z' }] })

    expect(event).toMatchObject({ duration_seconds: 95.25, time: { source: 'local' }, notes: ['clock-anomaly'] })
  })

  test('a start that is given wins, and the queue is still known', async () => {
    const { event } = await reported({}, { 'started-at': '2026-11-22T20:01:00Z' })

    expect(event).toMatchObject({ duration_seconds: 44.25, time: { queued_seconds: 4, source: 'input' } })
  })

  test('with report-at now the start is known from GitHub', async () => {
    const api = await gitHub()
    const fake = await receiver()
    const step = newJob({ GITHUB_API_URL: api.url }).step()

    await step.main({ endpoint: fake.url, 'github-token': 'ghs_test', 'report-at': 'now' })

    expect(only(fake)).toMatchObject({ duration_seconds: 5, time: { source: 'api' } })
  })
})

test('acceptance 10: GitHub Enterprise Server is asked below its own base', async () => {
  const { api, event } = await reported({ basePath: '/api/v3' }, {}, { GITHUB_SERVER_URL: 'https://ghe.example' })

  expect(pathsOf(api)).toEqual(['/api/v3/repos/acme/sms/actions/jobs/50123456789'])
  expect(event).toMatchObject({
    time: { source: 'api' },
    job: { url: 'https://ghe.example/acme/sms/actions/runs/17654321098/job/50123456789' },
  })
})

describe('a task of a called workflow', () => {
  test.each([
    ['deploy / test', '', 'deploy / test'],
    ['deploy / test (3.12)', '{"python":"3.12"}', 'deploy / test (3.12)'],
    ['deploy / inner / test', '', 'deploy / inner / test'],
    ['test (a / b)', '{"path":"a / b"}', 'test (a / b)'],
    ['deploy / test (a / b)', '{"path":"a / b"}', 'deploy / test (a / b)'],
    ['Unit tests', '', 'test'],
    ['deploy / Unit tests', '', 'deploy / test'],
  ])('that GitHub calls %s, with the matrix %j, is %s', async (name, matrix, task) => {
    const { event } = await reported({ jobs: [{ ...JOB, name }] }, { matrix })

    expect(event['job']).toMatchObject({ task, name, key: 'test' })
  })

  test('is what the input says', async () => {
    const { event } = await reported({ jobs: [{ ...JOB, name: 'deploy / test' }] }, { task: 'unit' })

    expect(event['job']).toMatchObject({ task: 'unit' })
  })

  test('trap 9: has no control character, whatever the name is', async () => {
    const { event } = await reported({ jobs: [{ ...JOB, name: 'x\n::error::\u001b[31m / test' }] })

    expect(event['job']).toMatchObject({ task: 'x ::error:: [31m / test' })
  })
})

describe('acceptance 10: without a job id', () => {
  const other = { ...JOB, id: 50_123_456_790, name: 'lint' }
  const twin = { ...JOB, id: 50_123_456_791, name: 'test (2)' }
  const of = (...jobs: FakeJob[]) => ({ jobs, attempts: [{ ...ATTEMPT, jobIds: jobs.map(({ id }) => id) }] })

  test('the only candidate is this job: its event has the id that it has everywhere', async () => {
    const elsewhere = { ...twin, runnerName: 'runner-2' }
    const { event, api } = await reported(of(other, JOB, elsewhere), { 'job-id': '' })

    expect(event).toMatchObject({
      event_id: EVENT_ID,
      job: { id: '50123456789', url: 'https://github.com/acme/sms/actions/runs/17654321098/job/50123456789' },
      time: { source: 'api' },
      trace: { span_id: '447b8a1885e989a5' },
    })
    expect(event).not.toHaveProperty('notes')
    expect(api.requests).toHaveLength(1)
  })

  test.each([
    ['two candidates', of(JOB, twin), {}],
    ['none', of(other), {}],
    ['one that is over', of({ ...JOB, status: 'completed' }), {}],
    ['a runner without a name', of(JOB), { RUNNER_NAME: '' }],
  ])('%s: none is taken', async (_name, options, env) => {
    const { event, api } = await reported(options, { 'job-id': '' }, env)

    expect(event['job']).not.toHaveProperty('id')
    expect(event).toMatchObject({ time: { source: 'local' }, notes: ['job-id-unknown'] })
    expect(api.requests).toHaveLength(1)
  })

  test('the one of a cancelled job is asked why: two requests', async () => {
    const annotations = [{ message: 'The job has exceeded the maximum execution time of 1h0m0s' }]
    const { event, api } = await reported(of({ ...JOB, annotations }), { 'job-id': '', 'job-status': 'cancelled' })

    expect(event).toMatchObject({ status: 'timeout' })
    expect(api.requests).toHaveLength(2)
  })

  test('more than one page of jobs is not searched', async () => {
    const many = Array.from({ length: 101 }, (_, at) => ({ ...other, id: 1 + at }))
    const { event, api } = await reported(of(JOB, ...many), { 'job-id': '' })

    expect(event).toMatchObject({ notes: ['job-id-unknown', 'jobs-api-unreadable'] })
    expect(api.requests).toHaveLength(1)
  })
})

describe('soft failures of a green job, where steps are not given', () => {
  const steps = [{ name: 'Run tests' }, { name: 'Post Run x', status: 'in_progress', conclusion: null }]

  test('are the steps that GitHub saw fail', async () => {
    const { event } = await reported({ jobs: [{ ...JOB, steps: [{ name: 'lint', conclusion: 'failure' }, ...steps] }] })

    expect(event).toMatchObject({ soft_failures: { count: 1, names: ['step lint'] } })
  })

  test('are 0 only if all steps are known to be over', async () => {
    const over = await reported({ jobs: [{ ...JOB, steps }] })
    const late = { name: 'Deploy', status: 'in_progress', conclusion: null }
    const later = await reported({ jobs: [{ ...JOB, steps: [late, ...steps] }] })

    expect(over.event).toMatchObject({ soft_failures: { count: 0 } })
    expect(later.event).not.toHaveProperty('soft_failures')
  })
})

describe('acceptance 4: the event is kept before GitHub is asked', () => {
  test('and what is kept meanwhile is valid, and replaced by the better one', async () => {
    const api = await gitHub()
    const fake = await receiver({ answers: [{ status: 400 }] })
    const job = newJob({ GITHUB_API_URL: api.url })
    const seen: unknown[] = []
    const sending: unknown[] = []
    const keptNow = (): unknown[] =>
      spooled(spoolOf(job.temp)).map((name) => JSON.parse(readFileSync(join(spoolOf(job.temp), name), 'utf8')).event)
    const step = job.step({
      request: (plan) => {
        ;(plan.url.startsWith(api.url) ? seen : sending).push(...keptNow())
        return request({ ...plan, env: {} })
      },
    })
    const given = { endpoint: fake.url, 'github-token': 'ghs_test' }

    await step.main(given)
    await step.post(given)

    expect(seen).toHaveLength(1)
    expect(seen[0]).toMatchObject({ event_id: EVENT_ID, duration_seconds: 95.25, time: { source: 'local' } })
    expect(sending).toEqual([JSON.parse(fake.requests[0]?.body.toString() ?? '')])
    expect(keptNow()).toEqual([JSON.parse(fake.requests[0]?.body.toString() ?? '')])
    expect(keptNow()[0]).toMatchObject({ event_id: EVENT_ID, time: { source: 'api' } })
    expect(readdirSync(spoolOf(job.temp))).toEqual([`${EVENT_ID}.webhook.json`])
  })

  test('and where its id becomes known, the one under the old name goes', async () => {
    const api = await gitHub()
    const fake = await receiver({ answers: [{ status: 400 }] })
    const job = newJob({ GITHUB_API_URL: api.url, RUNNER_NAME: 'runner-1' })
    const step = job.step()
    const given = { endpoint: fake.url, 'github-token': 'ghs_test', 'job-id': '' }

    await step.main(given)
    await step.post(given)

    expect(readdirSync(spoolOf(job.temp))).toEqual([`${EVENT_ID}.webhook.json`])
  })

  test('a signal while GitHub hangs ends the wait, and the event stays kept', async () => {
    const api = await gitHub({ faults: [{ route: 'GET /repos/acme/sms/actions/jobs/*', hang: true }] })
    const fake = await receiver()
    const job = newJob({ GITHUB_API_URL: api.url })
    const controller = new AbortController()
    const step = job.step({
      signal: controller.signal,
      request: (plan) => {
        if (plan.url.startsWith(api.url)) setImmediate(() => controller.abort('SIGTERM'))
        return request({ ...plan, env: {} })
      },
    })
    const given = { endpoint: fake.url, 'github-token': 'ghs_test' }
    await step.main(given)
    const start = performance.now()

    const { account } = await step.post(given)

    expect(performance.now() - start).toBeLessThan(1500)
    expect(account.outputs).toMatchObject({ result: 'spooled' })
    expect(spooled(spoolOf(job.temp))).toEqual([`${EVENT_ID}.webhook.json`])
  })
})
