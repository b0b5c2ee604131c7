import { cpSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fakeWebhook } from '@hardgate/fakes'
import { checkSchema } from '@hardgate/gate'
import { type JobStep, runJob, scaledClock } from '@hardgate/local-runner'
import { afterEach, expect, test } from '@jest/globals'
import { buildEventSchema } from '../../actions/metrics-reporter/src/build-event-schema.ts'
import { API_KEY, RELEASES, SERVICE_ID, startWorld } from '../../scripts/demo/world.ts'
import { newTemp, removeTemps } from '../actions/metrics-reporter/temp.ts'

// Every gate that leaves a verdict, run for real in one job, and one reporter that was told of none of them.

const fixtures = join(import.meta.dirname, '../fixtures')
const TIME_SCALE = 20
const closers: (() => Promise<void>)[] = []

afterEach(async () => {
  for (const close of closers.splice(0)) await close()
  removeTemps()
})

function workspaceWithReports(): string {
  const workspace = newTemp()
  cpSync(join(fixtures, 'coverage/coverage-py/program'), workspace, { recursive: true })
  mkdirSync(join(workspace, 'out'))
  cpSync(join(fixtures, 'coverage/coverage-py/reports/combined.xml'), join(workspace, 'out/coverage.xml'))
  cpSync(join(fixtures, 'load/k6/reports/points.json.gz'), join(workspace, 'out/points.json.gz'))
  return workspace
}

test('acceptance 11: the verdicts of all gates of a job arrive without wiring', async () => {
  const world = await startWorld({ clock: scaledClock({ scale: TIME_SCALE }), buildMs: 4000 })
  const monitoring = await fakeWebhook()
  closers.push(world.close, monitoring.close)
  const steps: JobStep[] = [
    { uses: '$/actions/metrics-reporter', with: { endpoint: monitoring.url } },
    {
      uses: '$/actions/coverage-gate',
      with: {
        reports: 'out/coverage.xml',
        unmapped: 'warn',
        unreported: 'warn',
        stale: 'warn',
        'max-report-age': '8784h',
      },
      'continue-on-error': true,
    },
    {
      uses: '$/actions/health-check-with-retry',
      with: { url: `${world.service.url}/api/v1/health`, 'initial-delay': '1s', thresholds: 'time_to_healthy < 5m' },
      'continue-on-error': true,
    },
    { uses: '$/actions/perf-threshold-gate', with: { report: 'out/points.json.gz' }, 'continue-on-error': true },
    {
      uses: '$/',
      with: {
        'render-api-key': API_KEY,
        'render-api-url': world.render.url,
        'service-id': SERVICE_ID,
        'base-url': world.service.url,
        'initial-delay': '10s',
        'max-attempts': '2',
      },
    },
  ]

  const job = await runJob({
    timeScale: TIME_SCALE,
    workspace: workspaceWithReports(),
    github: { sha: RELEASES.bad.commit, repository: 'acme/api', event_name: 'push', ref: 'refs/heads/main' },
    steps,
  })

  expect(job.conclusion).toBe('failure')
  expect(monitoring.events).toHaveLength(1)
  const [event = {}] = monitoring.events
  expect(checkSchema(buildEventSchema, event)).toEqual([])
  expect(event).toMatchObject({
    status: 'failure',
    coverage_percent: 76, // 19 of 25 lines, by coverage.py's own table
    coverage: { lines: 0.76, source: 'verdict' },
    gates: [
      { gate: 'coverage-gate', outcome: 'pass' },
      { gate: 'health-check-with-retry:health-check-with-retry-2.json', outcome: 'fail' },
      { gate: 'health-check-with-retry:health-check-with-retry.json', outcome: 'pass' },
      { gate: 'perf-threshold-gate', outcome: 'fail' },
      { gate: 'render-deploy', outcome: 'pass' },
      { gate: 'render-rollback-on-failure:render-rollback-on-failure-2.json', outcome: 'fail' },
      { gate: 'render-rollback-on-failure:render-rollback-on-failure.json', outcome: 'pass' },
    ],
  })
  // 10 of 14 branches
  expect(Reflect.get(Object(event['coverage']), 'branches')).toBeCloseTo(10 / 14, 7)
  const measured = metricsOf(event)
  // k6 itself says 559.1847 ms for the requests that succeeded
  expect(measured('p95', 'perf-threshold-gate')).toMatchObject({ unit: 's', value: expect.closeTo(0.56, 2) })
  expect(measured('error_rate', 'perf-threshold-gate')).toMatchObject({ unit: '1', value: 0.0625 }) // 25 of 400
  expect(measured('lines', 'coverage-gate')).toMatchObject({ unit: '1', value: 0.76 })
  expect(measured('deploy_time', 'render-deploy')).toMatchObject({ unit: 's' })
  expect(measured('time_to_healthy', 'health-check-with-retry:health-check-with-retry.json')).toMatchObject({
    unit: 's',
  })
}, 60_000)

interface Metric {
  readonly name: string
  readonly gate?: string
}

function metricsOf(event: Readonly<Record<string, unknown>>): (name: string, gate: string) => Metric | undefined {
  const list: readonly Metric[] = Array.isArray(event['metrics']) ? event['metrics'] : []
  return (name, gate) => list.find((one) => one.name === name && one.gate === gate)
}
