import { readFileSync } from 'node:fs'
import { afterEach, expect, test } from '@jest/globals'
import { newJob, type With } from '../job.ts'
import { cleanUp, receiver, said } from '../receiver.ts'
import { metricsIn, pointsOf, spansIn, textsOf, told } from './otlp-reading.ts'

afterEach(cleanUp)

const TRACE = '359ea866a467621754e557a1133829e1'

async function report(given: With) {
  const job = newJob()
  const step = job.step()
  await step.main(given)
  job.writeVerdict('perf-threshold-gate.json', {
    schemaVersion: 1,
    gate: 'perf-threshold-gate',
    outcome: 'fail',
    reasons: ['p95 612 ms, limit 500 ms'],
    measurements: [{ metric: 'p95', value: 612, unit: 'ms' }],
  })
  return step.post({ coverage: '85.29', 'job-status': 'failure', ...given })
}

test('a job arrives as metrics and a span, with what its gate measured', async () => {
  const fake = await receiver({ answers: [{ status: 200, body: '{}' }] })

  const stage = await report({ endpoint: `otlp+${fake.url}`, attributes: 'team=messaging', labels: 'team, branch' })

  expect(stage.account.outputs).toMatchObject({ result: 'delivered' })
  const bodies = new Map(fake.requests.map(({ path, body }) => [path, body.toString()]))
  const metrics = metricsIn(bodies.get('/v1/metrics') ?? '')
  expect(told(metrics)).toEqual(
    expect.arrayContaining([
      'ci.job.duration s {} 95.25',
      'ci.coverage 1 {ci.coverage.kind=lines} 0.8529',
      'ci.measurement.p95 s {ci.gate=perf-threshold-gate} 0.612',
      'ci.gate.outcome 1 {ci.gate=perf-threshold-gate,ci.gate.outcome=fail} 1',
      'ci.job.run_id 1 {} 17654321098',
    ]),
  )
  for (const { attributes } of metrics.flatMap(pointsOf)) {
    expect(textsOf(attributes)).toMatchObject({ 'ci.attribute.team': 'messaging', 'vcs.ref.head.name': 'main' })
  }
  expect(spansIn(bodies.get('/v1/traces') ?? '')).toMatchObject([{ traceId: TRACE, status: { code: 2 } }])
})

test('trap 12: points that were rejected are told, and the whole event is set aside', async () => {
  const body = '{"partialSuccess":{"rejectedDataPoints":"2","errorMessage":"out of bounds"}}'
  const fake = await receiver({ answers: [{ status: 200, body }] })

  const stage = await report({ endpoint: `otlp+${fake.url} name=otel signals=metrics` })

  const outputs = stage.account.outputs ?? {}
  expect(outputs).toMatchObject({ result: 'partial' })
  expect(fake.requests).toHaveLength(1)
  const [warning = '', ...more] = said(stage, 'warning')
  expect(more).toEqual([])
  expect(warning).toMatch(/otel \(127\.0\.0\.1:\d+\) took \d+ of \d+ data points and rejected 2: "out of bounds"/)
  expect(JSON.parse(outputs['report'] ?? '')).toMatchObject([{ endpoint: 'otel', rejected: 2, status_code: 200 }])
  expect(outputs['spool-path']).toContain('/rejected/')
  expect(JSON.parse(readFileSync(outputs['spool-path'] ?? '', 'utf8'))).toMatchObject({
    endpoint: 'otel',
    kind: 'otlp',
  })
})

test('a dry run prints both payloads, and sends nothing', async () => {
  const fake = await receiver()

  const stage = await report({ endpoint: `otlp+${fake.url.replace('//', '//ada:s3cr3t@')}`, 'dry-run': 'true' })

  expect(fake.requests).toEqual([])
  const log = said(stage, 'info').join('\n')
  expect(log).toContain('/v1/metrics\n{"resourceMetrics":')
  expect(log).toContain('/v1/traces\n{"resourceSpans":')
  expect(log).not.toContain('s3cr3t')
})
