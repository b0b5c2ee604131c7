import { type FakeGitHub, type FakeJob, fakeGitHub } from '@hardgate/fakes'
import { type JobStep, runJob } from '@hardgate/local-runner'
import { afterEach, expect, test } from '@jest/globals'
import { cleanUp, receiver } from './receiver.ts'
import { endedRun, HEAD, jobOf, REPORTED, RUN_EVENT_ID, RUN_ID } from './run-world.ts'

// The committed bundle in the reporting workflow, started as the runner starts it.

const open: FakeGitHub[] = []

afterEach(async () => {
  for (const one of open.splice(0)) await one.close()
  await cleanUp()
})

async function reportingJob(jobs: readonly FakeJob[], given: Readonly<Record<string, string>>) {
  const api = await fakeGitHub({
    repository: 'acme/sms',
    token: 'ghs_run',
    jobs,
    attempts: [{ runId: RUN_ID, attempt: 2, startedAt: '2026-11-22T20:00:00Z', jobIds: jobs.map(({ id }) => id) }],
    runs: [{ id: RUN_ID, sha: HEAD }],
  })
  open.push(api)
  const fake = await receiver()
  const steps: JobStep[] = [
    { id: 'metrics', uses: '$/actions/metrics-reporter', with: { mode: 'run', endpoint: fake.url, ...given } },
    {
      run: 'echo "$ID $RESULT"',
      env: { ID: '${{ steps.metrics.outputs.event-id }}', RESULT: '${{ steps.metrics.outputs.result }}' },
    },
  ]
  const event = {
    action: 'completed',
    workflow_run: endedRun,
    workflow: { name: 'CI' },
    repository: { full_name: 'acme/sms', default_branch: 'main' },
  }
  const github = { repository: 'acme/sms', event_name: 'workflow_run', event, api_url: api.url, token: 'ghs_run' }
  return { job: await runJob({ github, steps }), fake, api }
}

const JOBS = [jobOf(1, 'lint', { steps: REPORTED }), jobOf(2, 'test', { conclusion: 'failure' })]

test('mode run sends the run and the job that did not report, in the step, and later steps have its outputs', async () => {
  const { job, fake, api } = await reportingJob(JOBS, {})

  expect(job.conclusion).toBe('success')
  expect(fake.events.map(({ type }) => type)).toEqual(['ci.run.completed', 'ci.job.completed'])
  expect(job.log).toContain(`${RUN_EVENT_ID} delivered`)
  expect(job.annotations).toEqual([])
  expect(job.runs[0]?.summary).toContain('2 of 2 events sent everywhere')
  expect(api.unexpected).toEqual([])
  expect(job.posts.map(({ exitCode }) => exitCode)).toEqual([0])
})

test('an input that is wrong sends nothing, keeps nothing, and the job stays green', async () => {
  const { job, fake } = await reportingJob(JOBS, { timeout: 'soon' })

  expect(job.conclusion).toBe('success')
  expect(fake.requests).toEqual([])
  expect(job.annotations.map(({ level }) => level)).toEqual(['error'])
  expect(job.log).not.toContain('hardgate-spool-v1')
})

test('a run of another kind of event is one error annotation, and the job stays green', async () => {
  const { job } = await (async () => {
    const fake = await receiver()
    const steps = [{ uses: '$/actions/metrics-reporter', with: { mode: 'run', endpoint: fake.url } }]
    return { job: await runJob({ steps }) }
  })()

  expect(job.conclusion).toBe('success')
  expect(job.annotations).toMatchObject([{ level: 'error' }])
  expect(job.annotations[0]?.message).toContain('Use it in a workflow with `on: workflow_run`')
})
