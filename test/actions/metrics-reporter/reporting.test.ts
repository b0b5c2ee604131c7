import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from '@jest/globals'
import { EVENT_ID, newJob } from './job.ts'
import { cleanUp, only, receiver, said, spooled, spoolOf } from './receiver.ts'

afterEach(cleanUp)

describe('acceptance 1, trap 1: the post stage sends what the runner evaluated for it', () => {
  test.each([
    ['failure', 'failure'],
    ['cancelled', 'cancellation'],
    ['success', 'success'],
  ])('main saw success and no coverage, post sees %s and 85.3', async (jobStatus, status) => {
    const fake = await receiver()
    const step = newJob().step()

    const main = await step.main({ endpoint: fake.url })
    expect(fake.requests).toEqual([])
    await step.post({ endpoint: fake.url, 'job-status': jobStatus, coverage: '85.3' })

    expect(only(fake)).toMatchObject({
      event_id: EVENT_ID,
      build_id: '17654321098-2',
      status,
      conclusion: jobStatus,
      duration_seconds: 95.25,
      coverage_percent: 85.3,
      coverage: { lines: 0.853, source: 'input' },
      time: { started_at: '2026-11-22T20:00:09.000Z', completed_at: '2026-11-22T20:01:44.250Z', source: 'local' },
      trace: {
        trace_id: '359ea866a467621754e557a1133829e1',
        span_id: '447b8a1885e989a5',
        parent_span_id: '1e93a88bf26f0567',
      },
    })
    expect(main.account.outputs).toEqual({
      'build-id': '17654321098-2',
      'event-id': EVENT_ID,
      'trace-id': '359ea866a467621754e557a1133829e1',
      traceparent: '00-359ea866a467621754e557a1133829e1-447b8a1885e989a5-01',
    })
  })

  test('a value that is empty in main and filled in post is no error', async () => {
    const fake = await receiver()
    const step = newJob().step()

    const main = await step.main({ endpoint: fake.url, metrics: 'size = By', coverage: '%', status: '', duration: '' })
    await step.post({ endpoint: fake.url, metrics: 'size = 7 By', coverage: '70%' })

    expect(main.frame.lines).toEqual([])
    expect(only(fake)).toMatchObject({ coverage_percent: 70, metrics: [{ name: 'size', value: 7, unit: 'By' }] })
  })
})

test('trap 2: a job that was cancelled 10 s before job-timeout is a timeout, and its conclusion stays cancelled', async () => {
  const fake = await receiver()
  const step = newJob().step()

  await step.main({ endpoint: fake.url })
  await step.post({ endpoint: fake.url, 'job-status': 'cancelled', 'job-timeout': '30m' }, 30 * 60_000 - 10_000)

  expect(only(fake)).toMatchObject({ status: 'timeout', conclusion: 'cancelled', duration_seconds: 1790 })
})

test('the gates of the job are picked up without wiring', async () => {
  const fake = await receiver()
  const job = newJob()
  const step = job.step()

  await step.main({ endpoint: fake.url })
  job.writeVerdict('coverage-gate.json', {
    schemaVersion: 1,
    gate: 'coverage-gate',
    outcome: 'pass',
    reasons: ['lines 85.29 %'],
    measurements: [{ metric: 'lines', value: 85.29, unit: '%' }],
  })
  job.writeVerdict('perf-threshold-gate.json', {
    schemaVersion: 1,
    gate: 'perf-threshold-gate',
    outcome: 'fail',
    reasons: ['p95 612 ms'],
    measurements: [{ metric: 'p95', value: 612, unit: 'ms' }],
  })
  await step.post({ endpoint: fake.url })

  expect(only(fake)).toMatchObject({
    coverage: { lines: 0.8529, source: 'verdict' },
    coverage_percent: 85.29,
    gates: [{ gate: 'coverage-gate' }, { gate: 'perf-threshold-gate' }],
    metrics: [
      { name: 'lines', value: 0.8529, unit: '1' },
      { name: 'p95', value: 0.612, unit: 's' },
    ],
    soft_failures: { count: 1, names: ['gate perf-threshold-gate'] },
  })
})

test('report-at now sends in the step, sets every output, and the post stage does nothing', async () => {
  const fake = await receiver()
  const job = newJob()
  const step = job.step()

  const { account } = await step.main({
    endpoint: fake.url,
    'report-at': 'now',
    coverage: '85.299',
    duration: '1m35.25s',
  })
  await step.post({ endpoint: fake.url, 'report-at': 'now' })

  only(fake)
  const { reason, ...outputs } = { reason: account.reason, ...account.outputs }
  expect(reason).toMatch(/^metrics: CI \/ test 17654321098-2 success 95\.25 s -> webhook delivered \(\d+ ms\)$/)
  expect(outputs).toEqual({
    'build-id': '17654321098-2',
    'event-id': EVENT_ID,
    'trace-id': '359ea866a467621754e557a1133829e1',
    traceparent: '00-359ea866a467621754e557a1133829e1-447b8a1885e989a5-01',
    result: 'delivered',
    status: 'success',
    duration: '95.25',
    coverage: '85.29',
    report: expect.stringMatching(
      /^\[\{"endpoint":"webhook","kind":"webhook","event":"hg1-9edf27d5d3d709997c05657397a64b8d","result":"delivered","attempts":1,"status_code":204,"elapsed_ms":\d+\}\]$/,
    ),
    'event-file': join(job.temp, 'hardgate', 'event', `${EVENT_ID}.json`),
    'spool-path': '',
  })
  expect(account.summary).toHaveLength(1)
})

test('trap 7: an unknown coverage sends no field of it', async () => {
  const fake = await receiver()
  const step = newJob().step()

  await step.main({ endpoint: fake.url })
  const { account } = await step.post({ endpoint: fake.url, coverage: '' })

  const event = only(fake)
  expect(event).not.toHaveProperty('coverage')
  expect(event).not.toHaveProperty('coverage_percent')
  expect(account.outputs).toMatchObject({ coverage: '' })
})

test('trap 16: two verdicts with lines give no coverage, and a note', async () => {
  const fake = await receiver()
  const job = newJob()
  const step = job.step()
  await step.main({ endpoint: fake.url })
  for (const gate of ['a', 'b'])
    job.writeVerdict(`${gate}.json`, {
      ...{ schemaVersion: 1, gate, outcome: 'pass', reasons: ['ok'] },
      measurements: [{ metric: 'lines', value: 80, unit: '%' }],
    })

  await step.post({ endpoint: fake.url })

  const event = only(fake)
  expect(event).not.toHaveProperty('coverage')
  expect(event).toMatchObject({ notes: ['coverage-ambiguous'], metrics: [{ gate: 'a' }, { gate: 'b' }] })
})

test('dry-run prints what would be sent, and sends and keeps nothing', async () => {
  const fake = await receiver()
  const job = newJob()
  const step = job.step()
  const given = { endpoint: `${fake.url}/ci\nfile:ci.ndjson`, 'dry-run': 'true' }

  await step.main(given)
  const stage = await step.post(given)

  expect(fake.requests).toEqual([])
  expect(existsSync(join(job.workspace, 'ci.ndjson'))).toBe(false)
  expect(spooled(spoolOf(job.temp))).toEqual([])
  expect(said(stage, 'info').map((text) => text.split('\n')[0])).toEqual([
    `webhook: POST ${fake.url}/ci`,
    'file: append to ci.ndjson',
  ])
  expect(stage.account.outputs).toMatchObject({ result: 'dry-run' })
})

test('credentials over http to another machine give a notice', async () => {
  const job = newJob()
  const step = job.step({ request: () => Promise.reject(new Error('not asked')) })
  const given = { endpoint: 'http://metrics.internal/ci', headers: 'X-Key: abcdef' }

  await step.main(given)
  const stage = await step.post(given)

  expect(said(stage, 'notice')).toEqual([
    'metrics-reporter: webhook (metrics.internal) is asked over http: its credentials can be read on the way.',
  ])
})

test('a status that nothing tells is no event, and says what to do', async () => {
  const step = newJob().step()
  await step.main({})

  await expect(step.post({ 'job-status': 'green' })).rejects.toThrow(
    'job-status: "green" does not say how the job ended',
  )
})

test('a status and a duration that cannot be read are noted, and the measured ones are sent', async () => {
  const fake = await receiver()
  const step = newJob().step()

  await step.main({ endpoint: fake.url })
  await step.post({ endpoint: fake.url, status: 'geen', duration: '5 min' })

  expect(only(fake)).toMatchObject({
    status: 'success',
    duration_seconds: 95.25,
    notes: ['duration-unreadable: 5 min', 'status-unreadable: geen'],
  })
})

test('a second value of one series is noted and not sent, for it would overwrite the first somewhere', async () => {
  const fake = await receiver()
  const step = newJob().step()

  await step.main({ endpoint: fake.url })
  await step.post({ endpoint: fake.url, metrics: 'size = 1 B\nsize = 2 B\nsize = 3' })

  expect(only(fake)).toMatchObject({
    metrics: [
      { name: 'size', value: 1, unit: 'By' },
      { name: 'size', value: 3, unit: '1' },
    ],
    notes: ['metric-twice: size'],
  })
})

test('acceptance 14: an event that does not fit its schema is not sent, and the error says where it lies', async () => {
  const fake = await receiver()
  const job = newJob({ GITHUB_SERVER_URL: 'https://user@github.example' })
  const step = job.step()
  await step.main({ endpoint: fake.url })

  await expect(step.post({ endpoint: fake.url })).rejects.toThrow(
    /^the event does not fit its schema, so it is not sent: \/vcs\/repository_url: .+\. It lies in .+\/hardgate\/event\/.+\.json\.$/,
  )
  expect(fake.requests).toEqual([])
})

test('a dry run claims no endpoint, so another reporter of the job still sends', async () => {
  const fake = await receiver()
  const job = newJob()
  const [dry, real] = [job.step(), job.step()]

  await dry.main({ endpoint: fake.url, 'dry-run': 'true' })
  await real.main({ endpoint: fake.url })
  await real.post({ endpoint: fake.url })

  expect(only(fake)).toMatchObject({ event_id: EVENT_ID })
})

test('what was left out of a delivered event is in the log and in the summary', async () => {
  const fake = await receiver()
  const step = newJob().step()

  await step.main({ endpoint: fake.url })
  const stage = await step.post({ endpoint: fake.url, metrics: 'size =' })

  expect(said(stage, 'info')).toEqual(['metrics: metric-unreadable: size'])
  expect(stage.account.summary?.[1]).toBe('- metric-unreadable: size')
})
