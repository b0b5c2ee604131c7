import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { WebhookAnswer } from '@hardgate/fakes'
import { type JobStep, runJob } from '@hardgate/local-runner'
import { afterEach, expect, test } from '@jest/globals'
import { formsOf, leavings } from './leavings.ts'
import { cleanUp, only, receiver, spooled, spoolOf } from './receiver.ts'
import { newTemp } from './temp.ts'

// The committed bundle, started as the runner starts it.

afterEach(cleanUp)

const root = join(import.meta.dirname, '../../..')
const uses = '$/actions/metrics-reporter'
const job = { job: { check_run_id: 50_123_456_789 }, github: { run_id: '17654321098', run_attempt: '2' } }

test('acceptance 1: the post stage of the first step sees what later steps left behind, and the final status', async () => {
  const fake = await receiver()
  const steps: JobStep[] = [
    {
      uses,
      with: { endpoint: fake.url, coverage: '${{ steps.test.outputs.coverage }}', steps: '${{ toJSON(steps) }}' },
    },
    { id: 'test', run: 'echo coverage=85.3 >> "$GITHUB_OUTPUT"; exit 1' },
  ]

  const { conclusion, annotations } = await runJob({ ...job, steps, matrix: { python: '3.12' } })

  expect(conclusion).toBe('failure')
  expect(annotations.map(({ message }) => message)).toEqual(['Process completed with exit code 1.'])
  expect(only(fake)).toMatchObject({
    status: 'failure',
    coverage_percent: 85.3,
    job: { id: '50123456789', task: 'local (3.12)' },
    event_id: 'hg1-9edf27d5d3d709997c05657397a64b8d',
  })
})

test('acceptance 1: a job that was cancelled is told as one', async () => {
  const fake = await receiver()
  const steps: JobStep[] = [{ uses, with: { endpoint: fake.url } }, { run: 'echo ready; sleep 60' }]

  const { conclusion } = await runJob({ ...job, steps, timeScale: 20, cancelWhen: (line) => line === 'ready' })

  expect(conclusion).toBe('cancelled')
  expect(only(fake)).toMatchObject({ status: 'cancellation', conclusion: 'cancelled' })
})

test('at the end of a composite it knows when that began, and how the job ended', async () => {
  const fake = await receiver()
  const workspace = newTemp()
  const started = new Date(Date.now() - 90_000).toISOString()
  mkdirSync(join(workspace, 'deploy'))
  const inner = `
name: deploy
description: ends with a report
inputs: { url: { description: where to, required: true } }
runs:
  using: composite
  steps:
    - id: capture
      shell: bash
      run: echo captured-at=${started} >> "$GITHUB_OUTPUT"
    - uses: OWNER/hardgate/actions/metrics-reporter@v1
      with:
        endpoint: \${{ inputs.url }}
        started-at: \${{ steps.capture.outputs.captured-at || 'unknown' }}
`
  writeFileSync(join(workspace, 'deploy', 'action.yml'), inner)
  const steps: JobStep[] = [{ uses: './deploy', with: { url: fake.url } }, { run: 'exit 1' }]

  await runJob({ ...job, steps, workspace, local: { 'OWNER/hardgate': root } })

  expect(only(fake)).toMatchObject({
    status: 'failure',
    time: { started_at: started, source: 'input' },
  })
})

test('acceptance 16: two reporters in one job that share an endpoint send one event', async () => {
  const fake = await receiver()
  const step = { uses, with: { endpoint: fake.url } }

  const { annotations } = await runJob({ ...job, steps: [step, step] })

  only(fake)
  expect(annotations).toHaveLength(1)
  expect(annotations[0]).toMatchObject({ level: 'notice' })
})

const broken = { endpoint: 'influx+htps://influx.example.com', attempts: 'many' }

test('acceptance 16: all input errors in one annotation, exit 0 and one kept event', async () => {
  const { conclusion, runs, annotations, runnerTemp } = await runJob({ ...job, steps: [{ uses, with: broken }] })

  expect([conclusion, ...runs.map(({ exitCode }) => exitCode)]).toEqual(['success', 0, 0])
  expect(annotations).toHaveLength(1)
  expect(annotations[0]?.level).toBe('error')
  expect(annotations[0]?.message).toContain(
    '"influx+htps" is not a kind of endpoint (line 1). Kinds: webhook+https, https, webhook+http, http, otlp+https, ',
  )
  expect(annotations[0]?.message).toContain('attempts: "many"')
  expect(spooled(spoolOf(runnerTemp))).toEqual(['hg1-9edf27d5d3d709997c05657397a64b8d.all.json'])
})

test('acceptance 16: with on-error fail the same is red', async () => {
  const { conclusion } = await runJob({ ...job, steps: [{ uses, with: { ...broken, 'on-error': 'fail' } }] })

  expect(conclusion).toBe('failure')
})

test.each<[string, string, number[]]>([
  ['warn', 'success', [0, 0]],
  ['fail', 'failure', [0, 1]],
])('acceptance 2: an outage with on-error %s ends the job as %s', async (onError, conclusion, exitCodes) => {
  const fake = await receiver({ answers: [{ status: 500 }] })
  const given = { endpoint: fake.url, deadline: '500ms', 'on-error': onError }

  const run = await runJob({ ...job, steps: [{ uses, with: given }] })

  expect([run.conclusion, run.runs.map(({ exitCode }) => exitCode)]).toEqual([conclusion, exitCodes])
  expect(run.annotations.map(({ level }) => level)).toEqual(['warning'])
  expect(run.log).toContain('hardgate-spool-v1 {')
})

const HEADER = 'h34der/v4lue+x'
const TOKEN = 's1gning/s3cret+y'
const PASSWORD = 'p4ss w0rd&z'

test.each<[string, WebhookAnswer, Record<string, string>, string[]]>([
  ['an outage', { status: 400, body: `you sent ${HEADER} ${TOKEN} ${PASSWORD}` }, {}, [HEADER]],
  ['a delivery', {}, {}, [HEADER]],
  ['an input error', {}, { timeout: 'soon' }, []],
  ['a dry run', {}, { 'dry-run': 'true' }, []],
])('acceptance 15: after %s no secret is anywhere, in none of its forms', async (_name, answer, more, received) => {
  const fake = await receiver({ answers: [answer] })
  const address = fake.url.replace('http://', `http://ci:${encodeURIComponent(PASSWORD)}@`)
  const given = { endpoint: `${address}/x`, token: TOKEN, headers: `X-Key: ${HEADER}`, ...more }

  const run = await runJob({ ...job, steps: [{ uses, with: given }] })

  const text = leavings(run)
  expect([HEADER, TOKEN, PASSWORD].flatMap(formsOf).filter((form) => text.includes(form))).toEqual([])
  expect(fake.requests.map(({ headers }) => headers['x-key'])).toEqual(received)
  expect(run.runs.map(({ exitCode }) => exitCode)).toEqual([0, 0])
})

test('trap 19: the folder is that of the environment, and the runner’s expression for it is nowhere', async () => {
  const fake = await receiver({ answers: [{ status: 400 }] })
  const runnerTemp = newTemp()

  await runJob({ ...job, runnerTemp, steps: [{ uses, with: { endpoint: fake.url } }] })

  expect(spooled(spoolOf(runnerTemp))).toHaveLength(1)
  expect(readFileSync(join(root, 'actions/metrics-reporter/action.yml'), 'utf8')).not.toContain('runner.temp')
})

test('trap 21: what is kept is not among the verdict files', async () => {
  const fake = await receiver({ answers: [{ status: 400 }] })

  const { verdictFiles, runnerTemp } = await runJob({ ...job, steps: [{ uses, with: { endpoint: fake.url } }] })

  expect(verdictFiles).toEqual([])
  expect(existsSync(spoolOf(runnerTemp))).toBe(true)
})

test.each<[string, WebhookAnswer, string[]]>([
  ['is delivered', {}, []],
  ['is not', { status: 400, body: '::error::pwned <img src=x>' }, ['warning']],
])(
  'trap 9: a hostile task that %s is no command in the log and no markup in the summary',
  async (_name, answer, levels) => {
    const fake = await receiver({ answers: [answer] })
    const task = '::error::pwned ##[error]x <img src=x>'

    const { annotations, summary } = await runJob({ ...job, steps: [{ uses, with: { endpoint: fake.url, task } }] })

    expect(annotations.map(({ level }) => level)).toEqual(levels)
    expect(summary).toMatch(/metrics: /i)
    expect(summary.replace(/```json[\s\S]*```/, '')).not.toContain('<img')
  },
)

test('the outputs of the main stage serve later steps', async () => {
  const steps: JobStep[] = [
    { id: 'metrics', uses },
    { run: 'echo "$ID"', env: { ID: '${{ steps.metrics.outputs.event-id }}' } },
  ]

  const { log } = await runJob({ ...job, steps })

  expect(log).toContain('hg1-9edf27d5d3d709997c05657397a64b8d')
})

test('acceptance 3: a proxy of the environment is asked, and NO_PROXY is honoured', async () => {
  const proxy = await receiver()
  const direct = await receiver()
  const endpoint = `http://metrics.example/ci name=far\n${direct.url}/ci name=near`
  const env = { http_proxy: proxy.url, no_proxy: '127.0.0.1' }

  await runJob({ ...job, env, steps: [{ uses, with: { endpoint } }] })

  expect(proxy.requests.map(({ path }) => path)).toEqual(['http://metrics.example/ci'])
  expect(direct.requests.map(({ path }) => path)).toEqual(['/ci'])
})
