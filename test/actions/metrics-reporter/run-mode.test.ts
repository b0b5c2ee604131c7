import { fakeResults } from '@hardgate/fakes'
import { checkSchema } from '@hardgate/gate'
import { writeZip } from '@hardgate/github'
import { afterEach, describe, expect, test } from '@jest/globals'
import type { JobEvent } from '../../../actions/metrics-reporter/src/build-event.ts'
import { buildEventSchema } from '../../../actions/metrics-reporter/src/build-event-schema.ts'
import { jobEventId, jobSpanId } from '../../../actions/metrics-reporter/src/ids.ts'
import { cleanUp, receiver, said, spooled, spoolOf } from './receiver.ts'
import { closeWorlds, HEAD, jobOf, type Ran, REPORTED, RUN_EVENT_ID, RUN_ID, runMode, type World } from './run-world.ts'
import { sampleEvent } from './sample.ts'
import { entryText } from './spool-files.ts'

afterEach(async () => {
  await closeWorlds()
  await cleanUp()
})

async function run(world: World): Promise<Ran> {
  const ran = await runMode(world)
  for (const event of ran.events) expect(checkSchema(buildEventSchema, event)).toEqual([])
  return ran
}

const key = { runId: String(RUN_ID), attempt: 2 }

describe('acceptance 12: a run with reported, unreported, skipped, lost and carried-over jobs', () => {
  const LOST = [{ message: 'The hosted runner lost communication with the server. Anything in your workflow …' }]
  const jobs = [
    jobOf(101, 'lint', { steps: REPORTED, completedAt: '2026-11-22T20:00:30Z' }),
    jobOf(102, 'test (3.12)', { conclusion: 'failure', completedAt: '2026-11-22T20:09:30Z', labels: ['ubuntu-24.04'] }),
    jobOf(103, 'deploy', { conclusion: 'skipped', completedAt: '2026-11-22T20:10:00Z', runnerName: null }),
    jobOf(104, 'e2e / browser (a / b)', {
      conclusion: 'failure',
      annotations: LOST,
      labels: ['self-hosted', 'linux', 'X64'],
    }),
    jobOf(105, 'build', { attempt: 1, startedAt: '2026-11-21T09:00:09Z', completedAt: '2026-11-21T09:01:09Z' }),
    jobOf(106, 'docs', {
      conclusion: 'cancelled',
      createdAt: '2026-11-22T20:00:04Z',
      steps: [{ name: 'Post x metrics-reporter', conclusion: 'failure' }],
    }),
  ]

  test('exactly the missing ones are sent, after the run, with the ids that the job would have used', async () => {
    const { events } = await run({ jobs })

    expect(events.map(({ type, event_id: id }) => [type, id])).toEqual([
      ['ci.run.completed', RUN_EVENT_ID],
      ...['102', '104', '106'].map((id) => ['ci.job.completed', jobEventId(key, id)]),
    ])
  })

  test('the run is told as GitHub saw it', async () => {
    const { events } = await run({ jobs })

    expect(events[0]).toMatchObject({
      build_id: `${RUN_ID}-2`,
      status: 'failure',
      conclusion: 'failure',
      duration_seconds: 570, // 20:00:00 to 20:09:30, the end of the last job that ran
      run: {
        id: String(RUN_ID),
        attempt: 2,
        number: 41,
        url: `https://github.com/acme/sms/actions/runs/${RUN_ID}`,
        workflow: 'CI',
        workflow_path: '.github/workflows/ci.yml',
        event: 'push',
        actor: 'grace',
      },
      jobs: {
        total: 5,
        carried_over: 1,
        counts: { success: 1, failure: 1, skip: 1, error: 1, cancellation: 1 },
        items: [
          { name: 'lint', id: '101', status: 'success', duration_seconds: 21 },
          { name: 'test (3.12)', id: '102', status: 'failure', duration_seconds: 561 },
          { name: 'deploy', id: '103', status: 'skip' }, // no length, whatever GitHub's times are
          { name: 'e2e / browser (a / b)', id: '104', status: 'error', duration_seconds: 95 },
          { name: 'docs', id: '106', status: 'cancellation', duration_seconds: 95 },
        ],
      },
      time: {
        started_at: '2026-11-22T20:00:00.000Z',
        completed_at: '2026-11-22T20:09:30.000Z',
        queued_seconds: 5, // of docs
        source: 'api',
      },
      vcs: { repository: 'acme/sms', ref_name: 'main', ref_class: 'default', revision: HEAD },
      reporter: { mode: 'run', trust: 'own' },
    })
    expect(events[0]).not.toHaveProperty('notes')
    expect(Reflect.get(Object(events[0]?.['jobs']), 'items')[2]).toEqual({ name: 'deploy', id: '103', status: 'skip' })
  })

  test('a job that could not report is told as GitHub saw it', async () => {
    const { events } = await run({ jobs, given: { attributes: 'team=a' } })

    expect(events[2]).toMatchObject({
      status: 'error',
      conclusion: 'failure',
      duration_seconds: 95,
      job: {
        id: '104',
        key: 'browser',
        task: 'e2e / browser (a / b)',
        name: 'e2e / browser (a / b)',
        url: `https://github.com/acme/sms/actions/runs/${RUN_ID}/job/104`,
      },
      time: {
        created_at: '2026-11-22T20:00:01.000Z',
        started_at: '2026-11-22T20:00:09.000Z',
        completed_at: '2026-11-22T20:01:44.000Z',
        queued_seconds: 8,
        source: 'api',
      },
      runner: { name: 'GitHub Actions 7', os: 'Linux', environment: 'self-hosted' },
      attributes: { team: 'a' },
      trace: {
        trace_id: '359ea866a467621754e557a1133829e1',
        span_id: jobSpanId('104'),
        parent_span_id: '1e93a88bf26f0567',
      },
      notes: ['job-key-from-name'],
    })
  })

  test('annotations are asked of failed and cancelled jobs of this attempt alone', async () => {
    const { api } = await run({ jobs })

    const asked = api.requests.map(({ path }) => /check-runs\/(\d+)/.exec(path)?.[1]).filter((id) => id !== undefined)
    expect(asked.toSorted()).toEqual(['102', '104', '106'])
  })

  test('outputs, log and summary name them all, and the post stage has nothing to do', async () => {
    const { stage, post, fake, events } = await run({ jobs })

    expect(stage.account.reason).toBe(`metrics: CI ${RUN_ID}-2 failure 570 s -> with 3 jobs: webhook took 4 of 4`)
    expect(stage.account.outputs).toMatchObject({ result: 'delivered', status: 'failure', duration: '570' })
    expect(stage.frame.outputs).toMatchObject({ 'event-id': RUN_EVENT_ID, 'build-id': `${RUN_ID}-2` })
    const report: { event: string }[] = JSON.parse(stage.account.outputs?.['report'] ?? '')
    expect(report.map(({ event }) => event)).toEqual(events.map(({ event_id: id }) => id))
    expect(fake.events[0]).toMatchObject({ event_id: RUN_EVENT_ID })
    const summary = stage.account.summary?.join('\n') ?? ''
    expect(summary).toContain('Metrics of a run: 4 of 4 events sent everywhere')
    expect(summary).toContain('CI / e2e / browser')
    expect(fake.requests).toHaveLength(4)
    expect(post.account.reason).toContain('reported by the step itself')
  })
})

test('the step of a reporter is recognised by any of the texts', async () => {
  const jobs = [
    jobOf(1, 'a', { steps: [{ name: 'Post Send metrics' }] }),
    jobOf(2, 'b', { steps: [{ name: 'Post deploy' }] }),
    jobOf(3, 'c', { steps: [{ name: 'Send metrics' }] }),
  ]

  const { events } = await run({ jobs, given: { 'reporter-step': 'Send metrics, deploy' } })

  expect(events.slice(1).map((event) => event['job'])).toMatchObject([{ id: '3' }])
})

test('trap 4: a run that never started has no job, one event and no division by zero', async () => {
  const { events } = await run({ jobs: [], run: { conclusion: 'startup_failure' } })

  expect(events).toHaveLength(1)
  expect(events[0]).toMatchObject({
    status: 'error',
    conclusion: 'startup_failure',
    jobs: { total: 0, counts: {} },
    time: { completed_at: '2026-11-22T20:11:00.000Z' },
  })
  expect(events[0]).not.toHaveProperty('duration_seconds')
  expect(events[0]).not.toHaveProperty('notes')
})

test('trap 5: in a re-run of failed jobs only those of this attempt count', async () => {
  const jobs = [
    jobOf(1, 'build', { attempt: 1, startedAt: '2026-11-21T09:00:09Z', completedAt: '2026-11-21T09:09:09Z' }),
    // listed with the attempt's own number, and begun before it
    jobOf(2, 'lint', { startedAt: '2026-11-21T09:00:09Z', completedAt: '2026-11-21T09:02:09Z' }),
    jobOf(3, 'test', { createdAt: '2026-11-22T20:00:20Z', steps: REPORTED }),
  ]

  const { events } = await run({ jobs, run: { conclusion: 'success' } })

  expect(events).toHaveLength(1)
  expect(events[0]).toMatchObject({
    duration_seconds: 104,
    jobs: { total: 1, carried_over: 2, counts: { success: 1 } },
    notes: ['clock-anomaly'],
  })
  expect(events[0]?.['time']).not.toHaveProperty('queued_seconds')
})

test('trap 5: where the start of the attempt is unknown, its number alone tells', async () => {
  const jobs = [
    jobOf(1, 'build', { attempt: 1, startedAt: '2026-11-22T20:00:09Z' }),
    jobOf(2, 'test', {
      createdAt: '2026-11-21T09:00:01Z',
      startedAt: '2026-11-21T09:00:09Z',
      completedAt: '2026-11-21T09:02:09Z',
      steps: REPORTED,
    }),
  ]
  const change = { run_started_at: undefined, conclusion: 'success' }

  const { events } = await run({
    jobs,
    run: change,
    github: { faults: [{ route: 'GET /repos/acme/sms/actions/runs/*/attempts/2', status: 404 }] },
  })

  expect(events).toHaveLength(1)
  expect(events[0]).toMatchObject({
    jobs: { total: 1, carried_over: 1 },
    notes: ['run-api-404', 'start-unknown'],
  })
  expect(events[0]).not.toHaveProperty('duration_seconds')
})

test('trap 6: 250 jobs on 3 pages make one event of the run, and no page is asked twice', async () => {
  const jobs = Array.from({ length: 250 }, (_, at) => jobOf(1000 + at, `job ${at}`, { steps: REPORTED }))

  const { api, events } = await run({ jobs, run: { conclusion: 'success' } })

  expect(events).toHaveLength(1)
  expect(events[0]).toMatchObject({ jobs: { total: 250, counts: { success: 250 } } })
  const pages = api.requests.filter(({ path }) => path.endsWith('/jobs')).map(({ query }) => query.get('page'))
  expect(pages).toEqual(['1', '2', '3'])
})

test('of 310 jobs 300 are named, and all are counted', async () => {
  const jobs = Array.from({ length: 310 }, (_, at) => jobOf(1000 + at, `job ${at}`, { steps: REPORTED }))

  const { events } = await run({ jobs, run: { conclusion: 'success' } })

  expect(events[0]).toMatchObject({ jobs: { total: 310, counts: { success: 310 } } })
  expect(Reflect.get(Object(events[0]?.['jobs']), 'items')).toHaveLength(300)
})

test('an event that is too large loses the names of jobs first, and keeps their counts', async () => {
  const long = '☃'.repeat(190)
  const jobs = Array.from({ length: 300 }, (_, at) => jobOf(1000 + at, `${long} ${at}`, { steps: REPORTED }))

  const { events } = await run({ jobs, run: { conclusion: 'success' }, given: { metrics: 'size = 1 By' } })

  // of 300 names with 570 bytes each half is below 128 KiB
  expect(events[0]).toMatchObject({
    jobs: { total: 300, counts: { success: 300 } },
    metrics: [{ name: 'size' }],
    notes: ['truncated: jobs 300 to 150'],
  })
})

describe('acceptance 10: odd jobs', () => {
  test('one without an end, or that ended before it began, has no length, and is noted', async () => {
    const jobs = [
      jobOf(1, 'a', { completedAt: null }),
      jobOf(2, 'b', { completedAt: '2026-11-22T20:00:05Z' }),
      jobOf(3, 'c', { createdAt: '2026-11-22T20:00:10Z' }),
    ]

    const { events } = await run({ jobs })

    for (const event of events.slice(1)) expect(event['notes']).toEqual(['clock-anomaly', 'job-key-from-name'])
    expect(events[1]).not.toHaveProperty('duration_seconds')
    expect(events[2]).not.toHaveProperty('duration_seconds')
    expect(events[3]).toMatchObject({ duration_seconds: 95 })
    expect(events[3]?.['time']).not.toHaveProperty('queued_seconds')
  })

  test('one that GitHub does not know to be over is counted, noted and not sent as anything', async () => {
    const { events } = await run({ jobs: [jobOf(1, 'a', { status: 'in_progress' })] })

    expect(events).toHaveLength(1)
    expect(events[0]).toMatchObject({ jobs: { total: 1, counts: {} }, notes: ['job-unfinished: a'] })
  })

  test('at most 20 jobs are asked why, and first those that we tell of', async () => {
    const quiet = Array.from({ length: 20 }, (_, at) =>
      jobOf(100 + at, `r${at}`, { conclusion: 'failure', steps: REPORTED }),
    )
    const jobs = [...quiet, jobOf(200, 'x', { conclusion: 'failure' }), jobOf(201, 'y', { conclusion: 'cancelled' })]

    const { api, events } = await run({ jobs })

    const asked = api.requests.map(({ path }) => /check-runs\/(\d+)/.exec(path)?.[1]).filter((id) => id !== undefined)
    expect(asked).toHaveLength(20)
    expect(asked.slice(0, 2).toSorted()).toEqual(['200', '201'])
    expect(events[0]?.['notes']).toEqual(['truncated: annotations of 22 jobs to 20'])
  })

  test('annotations that cannot be read are asked for no further', async () => {
    const jobs = Array.from({ length: 12 }, (_, at) => jobOf(100 + at, `r${at}`, { conclusion: 'failure' }))
    const faults = [{ route: 'GET /repos/acme/sms/check-runs/*/annotations', status: 403 }]

    const { api, events } = await run({ jobs, github: { faults } })

    expect(api.requests.filter(({ path }) => path.includes('check-runs'))).toHaveLength(5)
    expect(events[0]?.['notes']).toEqual(['annotations-api-403'])
  })

  test.each([403, 404])(
    'a list of jobs that answers %d leaves the run, without a number that nobody knows',
    async (status) => {
      const faults = [{ route: 'GET /repos/acme/sms/actions/runs/*/attempts/*/jobs', status }]

      const { events, stage } = await run({ jobs: [jobOf(1, 'a')], github: { faults } })

      expect(events).toHaveLength(1)
      expect(events[0]).toMatchObject({ status: 'failure', jobs: { counts: {} }, notes: [`jobs-api-${status}`] })
      expect(events[0]?.['jobs']).not.toHaveProperty('total')
      expect(said(stage, 'notice')).toEqual([
        `metrics-reporter: the token cannot read the jobs of this run (${status}). Its times are unknown. "permissions: actions: read" gives them.`,
      ])
    },
  )

  test('an API that hangs gets half of the deadline', async () => {
    const faults = [{ route: 'GET /repos/acme/sms/actions/runs/*/attempts/*/jobs', hang: true as const }]
    const start = performance.now()

    const { stage } = await runMode({ jobs: [jobOf(1, 'a')], github: { faults }, given: { deadline: '1s' } })

    expect(performance.now() - start).toBeLessThan(2000)
    expect(said(stage, 'info')).toContain('metrics: jobs-api-timeout')
  })

  test('a 502 while the jobs are listed is asked again', async () => {
    const faults = [{ route: 'GET /repos/acme/sms/actions/runs/*/attempts/*/jobs', status: 502, times: 2 }]

    const { events } = await run({ jobs: [jobOf(1, 'a')], github: { faults } })

    expect(events).toHaveLength(2)
  })
})

describe('the status of the run', () => {
  const OVER = [{ message: 'The job has exceeded the maximum execution time of 1h0m0s' }]
  const LOST = [{ message: 'The hosted runner lost communication with the server.' }]

  test.each<[string, string, Parameters<typeof jobOf>[2][], string]>([
    [
      'cancelled, and one was over its limit',
      'cancelled',
      [{ conclusion: 'cancelled', annotations: OVER }, {}],
      'timeout',
    ],
    ['cancelled by a person', 'cancelled', [{ conclusion: 'cancelled' }, { conclusion: 'cancelled' }], 'cancellation'],
    [
      'failed, and the only failure is a lost runner',
      'failure',
      [{ conclusion: 'failure', annotations: LOST }],
      'error',
    ],
    [
      'failed by itself beside a lost runner',
      'failure',
      [{ conclusion: 'failure', annotations: LOST }, { conclusion: 'failure' }],
      'failure',
    ],
    [
      'failed, and fail-fast cancelled one',
      'failure',
      [{ conclusion: 'failure' }, { conclusion: 'cancelled', annotations: OVER }],
      'failure',
    ],
    [
      'failed, and the only job that did not succeed was over its limit',
      'failure',
      [{ conclusion: 'cancelled', annotations: OVER }, {}],
      'timeout',
    ],
    ['failed, and only a person cancelled a job', 'failure', [{ conclusion: 'cancelled' }], 'failure'],
    ['green', 'success', [{}, { conclusion: 'failure' }], 'success'],
    ['timed out', 'timed_out', [], 'timeout'],
    ['a word that is new', 'exploded', [], 'error'],
  ])('of a run that was %s', async (_name, conclusion, jobs, status) => {
    const { events } = await run({ jobs: jobs.map((job, at) => jobOf(1 + at, `j${at}`, job)), run: { conclusion } })

    expect(events[0]?.['status']).toBe(status)
  })
})

describe('where the run came from', () => {
  const pull = { number: 7, base: { ref: 'main' } }

  test.each([
    [
      'a pull request',
      { event: 'pull_request', head_branch: 'feat/x', pull_requests: [pull] },
      { ref_class: 'pr', ref_name: 'feat/x', base_ref_name: 'main', change_id: '7', fork: false },
      'own',
    ],
    [
      'a fork',
      { event: 'pull_request', head_branch: 'main', head_repository: { full_name: 'mallory/sms' } },
      { ref_class: 'pr', ref_name: 'main', fork: true },
      'fork',
    ],
    [
      'a fork that was deleted',
      { event: 'pull_request', head_repository: null },
      { ref_class: 'pr', fork: true },
      'fork',
    ],
    ['another branch', { head_branch: 'topic' }, { ref_class: 'other', ref_name: 'topic' }, 'own'],
    [
      'a release',
      { event: 'release', head_branch: 'v1' },
      { ref_class: 'tag', ref_type: 'tag', ref_name: 'v1' },
      'own',
    ],
  ])('%s', async (_name, change, vcs, trust) => {
    const { events } = await run({ jobs: [jobOf(1, 'a')], run: change })

    for (const event of events) expect(event).toMatchObject({ vcs, reporter: { trust } })
  })

  test('trap 10: a run id that JSON cannot carry is taken from the address', async () => {
    const id = '9007199254740993'
    const { stage } = await runMode({
      run: { id: 9_007_199_254_740_992 + 2, html_url: `https://github.com/acme/sms/actions/runs/${id}` },
    })

    expect(stage.account.outputs).toMatchObject({ 'build-id': `${id}-2` })
  })
})

test.each([
  [
    'a workflow that something else started',
    {},
    { GITHUB_EVENT_NAME: 'push' },
    'Use it in a workflow with `on: workflow_run`',
  ],
  ['a run that is not over', { status: 'in_progress' }, {}, 'is not. Give `on: workflow_run` the `types: [completed]`'],
])('mode run in %s says what to do', async (_name, change, env, text) => {
  await expect(runMode({ run: change, env })).rejects.toThrow(text)
})

test('a label that the run does not have is told, and not swallowed', async () => {
  const { stage } = await runMode({ jobs: [jobOf(1, 'a')], given: { labels: 'branch, brnach' } })

  expect(said(stage, 'info')).toContainEqual(expect.stringMatching(/^metrics: the labels branch are on every point\./))
  expect(said(stage, 'info')).toContain('metrics: labels that this event does not have are left out: brnach')
})

test('trap 20: without mode run the same workflow reports its own job', async () => {
  const ran = await runMode({ jobs: [jobOf(1, 'a')], given: { mode: 'auto' } })

  expect(ran.fake.events.map((event) => event['run'])).toMatchObject([{ id: '99', event: 'workflow_run' }])
})

describe('what jobs of the run left', () => {
  const left = (id: string, change: Partial<JobEvent> = {}): JobEvent => ({
    ...sampleEvent,
    event_id: jobEventId(key, id),
    job: { ...sampleEvent.job, id },
    ...change,
  })
  const artifact = (...entries: string[]) => ({
    name: 'hardgate-metrics-spool-1',
    runId: RUN_ID,
    archive: writeZip(entries.map((content, index) => ({ name: `${index}.json`, content }))),
  })
  const jobs = [
    jobOf(101, 'test (3.12, ubuntu-24.04)', { steps: REPORTED, conclusion: 'cancelled' }),
    jobOf(102, 'lint', { conclusion: 'failure' }),
  ]

  test('what a reported job could not deliver goes to the endpoint that lacks it, with GitHub’s facts', async () => {
    const artifacts = [artifact(entryText(left('101')))]

    const { events, api } = await run({ jobs, github: { runs: [{ id: RUN_ID, sha: HEAD }], artifacts } })

    expect(events.map(({ event_id: id }) => id)).toEqual([RUN_EVENT_ID, jobEventId(key, '101'), jobEventId(key, '102')])
    expect(events[1]).toMatchObject({
      status: 'cancellation', // the job itself said failure
      conclusion: 'cancelled',
      duration_seconds: 95,
      coverage_percent: 85.29,
      job: { id: '101', key: 'test', task: 'test (3.12, ubuntu-24.04)' },
      run: { actor: 'grace', event: 'push' },
      vcs: { ref_class: 'default' },
      runner: { arch: 'X64', os: 'Linux' },
      reporter: { mode: 'run', trust: 'own' },
    })
    expect(api.deletedArtifacts).toEqual([1])
  })

  test('an endpoint that has it is not sent it again', async () => {
    const second = await receiver()
    const webhook = await receiver()
    const artifacts = [artifact(entryText(left('101'), { endpoint: 'b' }))]
    const endpoint = `${webhook.url} name=a\n${second.url} name=b`

    await runMode({ jobs, webhook, given: { endpoint }, github: { artifacts } })

    const idsOf = (fake: typeof webhook): unknown => new Set(fake.events.map(({ event_id: id }) => id))
    const [whole, spooledOne, missing] = [RUN_EVENT_ID, jobEventId(key, '101'), jobEventId(key, '102')]
    expect(idsOf(webhook)).toEqual(new Set([whole, missing]))
    expect(idsOf(second)).toEqual(new Set([whole, spooledOne, missing]))
  })

  test('an event that is both here and unreported is sent once, with the values of the spool', async () => {
    const artifacts = [artifact(entryText(left('102'), { endpoint: 'all', kind: 'all' }))]

    const { events } = await run({ jobs, github: { artifacts } })

    expect(events.map(({ event_id: id }) => id)).toEqual([RUN_EVENT_ID, jobEventId(key, '102')])
    expect(events[1]).toMatchObject({ status: 'failure', coverage_percent: 85.29, duration_seconds: 95 })
  })

  test('acceptance 13: what a fork left is told by GitHub’s name of the job, and as a fork’s', async () => {
    const artifacts = [
      artifact(
        entryText(
          left('101', { build_id: 'v1', job: { ...sampleEvent.job, id: '101', key: 'deploy', task: 'deploy' } }),
        ),
      ),
    ]
    const fork = { event: 'pull_request', head_repository: { full_name: 'mallory/sms' } }

    const { events } = await run({ jobs, run: fork, github: { artifacts } })

    expect(events[1]).toMatchObject({
      build_id: `${RUN_ID}-2`,
      job: { id: '101', key: 'test', task: 'test (3.12, ubuntu-24.04)' },
      coverage_percent: 85.29,
      reporter: { trust: 'fork' },
    })
  })

  test('what cannot be sent now either, and is in the log alone, stays where a replay finds it', async () => {
    const webhook = await receiver({ answers: [{ status: 400 }] })
    const artifacts = [artifact(entryText(left('101')))]

    const { stage, temp, api } = await runMode({ jobs, webhook, github: { artifacts }, given: { 'on-error': 'fail' } })

    expect(stage.account).toMatchObject({ isFailure: true, outputs: { result: 'spooled' } })
    expect(spooled(spoolOf(temp))).toHaveLength(3)
    expect(said(stage, 'info').filter((line) => line.startsWith('hardgate-spool-v1 '))).toHaveLength(3)
    expect(said(stage, 'warning')).toHaveLength(1)
    expect(said(stage, 'warning')[0]).toContain('(3 events)')
    expect(api.deletedArtifacts).toEqual([])
  })

  test('what cannot be sent now either goes into an artifact of this job, and is never in both', async () => {
    const webhook = await receiver({ answers: [{ status: 400 }] })
    const results = await fakeResults()
    const artifacts = [artifact(entryText(left('101')))]

    const { stage, api } = await runMode({ jobs, webhook, github: { artifacts }, env: results.env })
    await results.close()

    expect(stage.account.outputs).toMatchObject({ result: 'spooled' })
    expect(results.uploaded).toHaveLength(1)
    expect(said(stage, 'warning')[0]).toContain('for 7 days and is sent by the next replay.')
    expect(said(stage, 'info').filter((line) => line.startsWith('hardgate-spool-v1 '))).toEqual([])
    expect(api.deletedArtifacts).toEqual([1])
  })

  test('with spool none what is lost anew is not deleted', async () => {
    const webhook = await receiver({ answers: [{ status: 400 }] })
    const artifacts = [artifact(entryText(left('101')))]

    const { stage, api } = await runMode({ jobs, webhook, github: { artifacts }, given: { spool: 'none' } })

    expect(stage.account.outputs).toMatchObject({ result: 'dropped' })
    expect(api.deletedArtifacts).toEqual([])
  })

  test('with spool artifact, where none can be made, what is lost anew is told and not deleted', async () => {
    const webhook = await receiver({ answers: [{ status: 400 }] })
    const artifacts = [artifact(entryText(left('101')))]

    const { stage, api } = await runMode({ jobs, webhook, github: { artifacts }, given: { spool: 'artifact' } })

    expect(stage.account.outputs).toMatchObject({ result: 'dropped' })
    expect(said(stage, 'warning')[0]).toMatch(/The events are lost: /)
    expect(api.deletedArtifacts).toEqual([])
  })

  test('a token that may not delete: a notice, and the events are sent', async () => {
    const artifacts = [artifact(entryText(left('101')))]

    const { stage, events } = await run({ jobs, github: { artifacts, mayWrite: false } })

    expect(events).toHaveLength(3)
    expect(said(stage, 'notice')).toHaveLength(1)
    expect(said(stage, 'notice')[0]).toContain('no replay may run beside this')
    expect(stage.account.outputs).toMatchObject({ result: 'delivered' })
  })
})

test('an endpoint that is down is not waited for with each of many events', async () => {
  const webhook = await receiver({ answers: [{ status: 400 }] })
  const jobs = Array.from({ length: 10 }, (_, at) => jobOf(100 + at, `j${at}`, { conclusion: 'failure' }))

  const { stage, fake, temp } = await runMode({ jobs, webhook })

  expect(fake.requests).toHaveLength(3)
  expect(spooled(spoolOf(temp))).toHaveLength(11)
  expect(stage.account.outputs).toMatchObject({ result: 'spooled' })
  expect(said(stage, 'warning')[0]).toContain('not sent: 3 events before it failed. (8 events)')
})

test('without an endpoint nothing is sent and nothing deleted', async () => {
  const { stage, fake } = await run({ jobs: [jobOf(1, 'a')], given: { endpoint: '' } })

  expect(fake.requests).toEqual([])
  expect(stage.account.outputs).toMatchObject({ result: 'disabled', status: 'failure' })
  expect(said(stage, 'notice')).toHaveLength(1)
})

test('a dry run prints each event and sends nothing', async () => {
  const { stage, fake } = await run({ jobs: [jobOf(1, 'a')], given: { 'dry-run': 'true' } })

  expect(fake.requests).toEqual([])
  expect(said(stage, 'info').filter((line) => line.startsWith('metrics: would send {'))).toHaveLength(2)
})
