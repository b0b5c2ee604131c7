import { type FakeGitHub, type FakeGitHubOptions, type FakeJob, fakeGitHub } from '@hardgate/fakes'
import { afterEach, describe, expect, test } from '@jest/globals'
import { newJob, type With } from './job.ts'
import { cleanUp, only, receiver, said } from './receiver.ts'

const open: FakeGitHub[] = []

afterEach(async () => {
  for (const one of open.splice(0)) await one.close()
  await cleanUp()
})

const RUN_EVENT_ID = 'hg1-3b037c052e29868c7262d86b0550fce4'

const needsOf = (results: Readonly<Record<string, string>>): string =>
  JSON.stringify(Object.fromEntries(Object.entries(results).map(([key, result]) => [key, { result, outputs: {} }])))

/** The last job of a run, 95.25 s long, without GitHub's API. */
async function gathered(needs: string, given: With = {}) {
  const fake = await receiver()
  const step = newJob().step()
  const all = { endpoint: fake.url, needs, ...given }
  const main = await step.main(all)
  const stage = await step.post(all)
  return { event: only(fake), main, stage }
}

const RUN_ID = 17_654_321_098

function jobOf(id: number, name: string, more: Partial<FakeJob> = {}): FakeJob {
  return { id, runId: RUN_ID, attempt: 2, name, ...more }
}

async function withApi(
  jobs: readonly FakeJob[],
  results: Readonly<Record<string, string>>,
  options: FakeGitHubOptions = {},
) {
  const jobIds = jobs.map(({ id }) => id)
  const attempts = [{ runId: RUN_ID, attempt: 2, startedAt: '2026-11-22T20:00:00Z', jobIds }]
  const api = await fakeGitHub({ repository: 'acme/sms', jobs, attempts, ...options })
  open.push(api)
  const fake = await receiver()
  const step = newJob({ GITHUB_API_URL: api.url, GITHUB_JOB: 'report' }).step()
  const given = { endpoint: fake.url, needs: needsOf(results), 'github-token': 'ghs_test' }
  await step.main(given)
  const stage = await step.post(given)
  return { api, event: only(fake), stage }
}

/** The job in which it runs. */
const SELF = jobOf(50_123_456_789, 'report', { status: 'in_progress', startedAt: '2026-11-22T20:09:00Z' })

test('it is the event of the run, with the ids that every report of that run has', async () => {
  const { event, main } = await gathered(needsOf({ build: 'success', test: 'success' }))

  expect(event).toMatchObject({
    event_id: RUN_EVENT_ID,
    type: 'ci.run.completed',
    build_id: '17654321098-2',
    status: 'success',
    conclusion: 'success',
    jobs: {
      total: 2,
      counts: { success: 2 },
      items: [
        { name: 'build', status: 'success' },
        { name: 'test', status: 'success' },
      ],
    },
    trace: { trace_id: '359ea866a467621754e557a1133829e1', span_id: '1e93a88bf26f0567' },
    reporter: { mode: 'gather' },
    time: { completed_at: '2026-11-22T20:01:44.250Z', source: 'local' },
    notes: ['start-unknown'],
  })
  expect(event).not.toHaveProperty('job')
  expect(event).not.toHaveProperty('runner')
  expect(event).not.toHaveProperty('duration_seconds')
  expect(main.account.outputs).toMatchObject({
    'event-id': RUN_EVENT_ID,
    traceparent: '00-359ea866a467621754e557a1133829e1-1e93a88bf26f0567-01',
  })
})

describe('acceptance 12: the status of a run, over all pairs of results', () => {
  const table: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    success: { success: 'success', failure: 'failure', cancelled: 'cancellation', skipped: 'success' },
    failure: { success: 'failure', failure: 'failure', cancelled: 'failure', skipped: 'failure' },
    cancelled: { success: 'cancellation', failure: 'failure', cancelled: 'cancellation', skipped: 'cancellation' },
    skipped: { success: 'success', failure: 'failure', cancelled: 'cancellation', skipped: 'skip' },
  }
  const pairs = Object.entries(table).flatMap(([one, row]) =>
    Object.entries(row).map(([other, expected]) => [one, other, expected] as const),
  )

  test.each(pairs)('%s and %s is %s', async (one, other, expected) => {
    const { event } = await gathered(needsOf({ one, other }))

    expect(event['status']).toBe(expected)
    expect(event['conclusion']).toBe(
      { success: 'success', failure: 'failure', cancellation: 'cancelled', skip: 'skipped' }[expected],
    )
  })

  test('trap 3: jobs that fail-fast cancelled never hide the failure', async () => {
    const { event } = await gathered(needsOf({ a: 'cancelled', b: 'failure', c: 'cancelled' }))

    expect(event).toMatchObject({ status: 'failure', jobs: { total: 3, counts: { failure: 1, cancellation: 2 } } })
  })

  test('trap 3: a run of which all jobs were skipped is a skip', async () => {
    const { event } = await gathered(needsOf({ a: 'skipped', b: 'skipped', c: 'skipped' }))

    expect(event).toMatchObject({ status: 'skip', conclusion: 'skipped', jobs: { total: 3, counts: { skip: 3 } } })
  })
})

test('what was given of the run is in its event', async () => {
  const given = { coverage: '85.299', attributes: 'team=a', duration: '2m', status: 'error', 'build-id': 'v7' }

  const { event } = await gathered(needsOf({ a: 'success' }), given)

  expect(event).toMatchObject({
    build_id: 'v7',
    status: 'error',
    duration_seconds: 120,
    coverage_percent: 85.29,
    attributes: { team: 'a' },
    time: { source: 'input' },
  })
})

test.each(['', '{', '[]', 'null', '{}', '{"a":{}}', '{"a":{"result":"green"}}', '{"a":{"result":"success"},"b":1}'])(
  'mode gather with the needs %j says what to write, and sends nothing',
  async (needs) => {
    const fake = await receiver()
    const step = newJob().step()
    const given = { endpoint: fake.url, mode: 'gather', needs }
    await step.main(given)

    await expect(step.post(given)).rejects.toThrow('Write needs: ${{ toJSON(needs) }} in a job that has `needs:`')
    expect(fake.requests).toEqual([])
  },
)

test('a reporter of the job and one of the run may share an endpoint', async () => {
  const fake = await receiver()
  const job = newJob()
  const [own, whole] = [job.step(), job.step()]
  const needs = needsOf({ a: 'success' })

  await own.main({ endpoint: fake.url })
  await whole.main({ endpoint: fake.url, needs })
  await whole.post({ endpoint: fake.url, needs })
  await own.post({ endpoint: fake.url })

  expect(fake.events.map(({ type }) => type)).toEqual(['ci.run.completed', 'ci.job.completed'])
})

describe('with GitHub’s times', () => {
  test('the run lasts from its own start to the end of its last job, and waited as long as its first', async () => {
    const jobs = [
      jobOf(1, 'build', {
        createdAt: '2026-11-22T20:00:01Z',
        startedAt: '2026-11-22T20:00:06Z',
        completedAt: '2026-11-22T20:02:00Z',
      }),
      jobOf(2, 'test', {
        createdAt: '2026-11-22T20:02:00Z',
        startedAt: '2026-11-22T20:02:03Z',
        completedAt: '2026-11-22T20:08:30Z',
      }),
      SELF,
    ]

    const { event, api } = await withApi(jobs, { build: 'success', test: 'success' })

    expect(event).toMatchObject({
      duration_seconds: 510, // 20:00:00 to 20:08:30
      time: {
        started_at: '2026-11-22T20:00:00.000Z',
        completed_at: '2026-11-22T20:08:30.000Z',
        queued_seconds: 3,
        source: 'api',
      },
      jobs: {
        total: 2,
        items: [
          { name: 'build', id: '1', status: 'success', duration_seconds: 114 },
          { name: 'test', id: '2', status: 'success', duration_seconds: 387 },
        ],
      },
    })
    expect(event).not.toHaveProperty('notes')
    expect(api.requests).toHaveLength(2)
  })

  test('trap 5: jobs of an earlier attempt are in no number', async () => {
    const jobs = [
      jobOf(1, 'build', { attempt: 1, startedAt: '2026-11-21T20:00:06Z', completedAt: '2026-11-21T20:02:00Z' }),
      jobOf(2, 'test', {
        createdAt: '2026-11-22T20:00:30Z',
        startedAt: '2026-11-22T20:00:20Z',
        completedAt: '2026-11-22T20:01:00Z',
      }),
      SELF,
    ]

    const { event } = await withApi(jobs, { build: 'success', test: 'failure' })

    expect(event).toMatchObject({
      status: 'failure',
      duration_seconds: 60,
      jobs: { total: 1, carried_over: 1, counts: { failure: 1 }, items: [{ name: 'test' }] },
      notes: ['clock-anomaly'],
    })
    expect(event['time']).not.toHaveProperty('queued_seconds')
  })

  test('a job that its limit cancelled makes the run a timeout', async () => {
    const annotations = [{ message: 'The job has exceeded the maximum execution time of 1h0m0s' }]
    const jobs = [
      jobOf(1, 'build', { conclusion: 'success' }),
      jobOf(2, 'test (a)', { conclusion: 'cancelled', annotations }),
      jobOf(3, 'test (b)', { conclusion: 'success' }),
      SELF,
    ]

    const { event } = await withApi(jobs, { build: 'success', test: 'cancelled' })

    expect(event).toMatchObject({
      status: 'timeout',
      conclusion: 'cancelled',
      jobs: { counts: { success: 1, timeout: 1 } },
    })
  })

  test('a lost runner beside a test that failed by itself is a failure', async () => {
    const annotations = [{ message: 'The hosted runner lost communication with the server.' }]
    const jobs = [
      jobOf(2, 'test (a)', { conclusion: 'failure', annotations }),
      jobOf(3, 'test (b)', { conclusion: 'failure' }),
      SELF,
    ]

    const { event } = await withApi(jobs, { test: 'failure' })
    const beside = [jobOf(2, 'test (a)', { conclusion: 'failure', annotations }), jobOf(3, 'test (b)'), SELF]
    const lost = await withApi(beside, { test: 'failure' })

    expect([event['status'], lost.event['status']]).toEqual(['failure', 'error'])
  })

  test('a token that may not read them costs a note and one notice', async () => {
    const { event, stage } = await withApi([SELF], { a: 'success' }, { token: 'another' })

    expect(event).toMatchObject({ status: 'success', notes: ['run-api-401', 'jobs-api-401', 'start-unknown'] })
    expect(said(stage, 'notice')).toEqual([
      'metrics-reporter: the token cannot read the jobs of this run (401). Its times are unknown. "permissions: actions: read" gives them.',
    ])
  })
})
