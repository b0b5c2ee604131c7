import { createServer } from 'node:http'
import { fakeClock, listen } from '@hardgate/fakes'
import { type Requester, request } from '@hardgate/http'
import { afterEach, expect, jest, test } from '@jest/globals'
import type { BuildEvent } from '../../../../actions/metrics-reporter/src/build-event.ts'
import { otlp } from '../../../../actions/metrics-reporter/src/sinks/otlp.ts'
import type { Delivery, Transport } from '../../../../actions/metrics-reporter/src/sinks/sink.ts'
import { sampleEvent, sampleRunEvent } from '../sample.ts'
import { askJson } from '../servers/ask.ts'
import { describeServers, SERVER_START_MS } from '../servers/program.ts'
import { endpointAt, type MetricsBody, metricsIn, payloadsOf, spansIn, type TracesBody } from './otlp-reading.ts'
import { collector, prometheus, stopServers } from './otlp-servers.ts'

jest.setTimeout(2 * SERVER_START_MS)

const direct: Requester = (plan) => request({ ...plan, env: {} })

const transport = (): Transport => ({
  request: direct,
  clock: fakeClock(),
  signal: new AbortController().signal,
  workspace: '.',
  timeoutMs: 10_000,
  attempts: 1,
  deadline: 60_000,
  random: () => 0,
})

const closes: (() => Promise<void>)[] = []
afterEach(async () => {
  await stopServers()
  for (const close of closes.splice(0)) await close()
})

async function sent(
  event: BuildEvent,
  target: string,
  options: Readonly<Record<string, string>> = {},
): Promise<Delivery> {
  const endpoint = endpointAt(target, { options })
  const payloads = otlp.encode(event, endpoint, { labels: {}, isLate: false })
  return otlp.deliver(payloads, endpoint, event.event_id, transport())
}

/** Keeps what the collector hands on, and answers as `answer` says. */
async function behind(answer: { status: number; body?: string } = { status: 200, body: '{}' }) {
  const bodies: Record<string, string> = {}
  const server = createServer((incoming, response) => {
    const chunks: Buffer[] = []
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
    incoming.on('end', () => {
      bodies[incoming.url ?? ''] = Buffer.concat(chunks).toString()
      response.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.body)
    })
  })
  const { url, close } = await listen(server)
  closes.push(close)
  return { url, bodies }
}

/** As the collector writes it: it states a link's and a span's state, and the status of a span where it is unset. */
const tidied = (body: string): unknown =>
  JSON.parse(body, (key: string, value: unknown) => (key === 'flags' || key === 'traceState' ? undefined : value))

describeServers('acceptance 5: the OpenTelemetry collector', () => {
  const events: readonly [string, BuildEvent][] = [
    ['job', { ...sampleEvent, soft_failures: { count: 2 } }],
    ['run', sampleRunEvent],
    ['job with strange texts', { ...sampleEvent, job: { ...sampleEvent.job, task: 'Ünï "q" \\ a=b, c 😀' } }],
    ['job with an id above 2^53', { ...sampleEvent, run: { ...sampleEvent.run, id: '9007199254740993' } }],
  ]

  test.each(events)('what it understands of a %s is what was sent, to the last leaf', async (_name, event) => {
    const { url, bodies } = await behind()
    const target = await collector(url)

    for (const temporality of ['gauge', 'delta', 'cumulative']) {
      const delivery = await sent(event, target, { temporality })

      const payloads = payloadsOf(event, { options: { temporality } })
      const count = payloads.reduce((sum, payload) => sum + (payload.count ?? 0), 0)
      expect(delivery).toEqual({ result: 'delivered', attempts: 2, statusCode: 200, accepted: count })
      for (const { name, body } of payloads) expect(tidied(bodies[`/v1/${name}`] ?? '')).toEqual(tidied(body))
    }
  })

  test('it names what it read: the metrics, the span, and who sent them', async () => {
    const { url, bodies } = await behind()

    await sent(sampleEvent, await collector(url))

    const metrics = bodies['/v1/metrics'] ?? ''
    const traces = bodies['/v1/traces'] ?? ''
    expect(metricsIn(metrics).map(({ name }) => name)).toContain('ci.measurement.bundle_size')
    expect(spansIn(traces)).toMatchObject([{ traceId: '359ea866a467621754e557a1133829e1', spanId: '447b8a1885e989a5' }])
    const read: MetricsBody & TracesBody = { ...JSON.parse(metrics), ...JSON.parse(traces) }
    expect(read.resourceMetrics[0]?.schemaUrl).toBe('https://opentelemetry.io/schemas/1.44.0')
    expect(read.resourceSpans[0]?.scopeSpans[0]?.scope).toEqual({ name: 'hardgate/metrics-reporter', version: '1.0.0' })
  })

  test('what it refuses for good is no delivery, and one request', async () => {
    const { url } = await behind({ status: 400, body: '{"code":3,"message":"no"}' })

    const delivery = await sent(sampleEvent, await collector(url))

    expect(delivery).toMatchObject({ result: 'failed', attempts: 2 })
  })
})

describeServers('acceptance 5: Prometheus takes gauges by OTLP', () => {
  const before = (seconds: number, event: BuildEvent = sampleEvent): BuildEvent => {
    const end = Date.now() - seconds * 1000
    const instant = (ms: number): string => new Date(ms).toISOString()
    return { ...event, time: { ...event.time, started_at: instant(end - 95_250), completed_at: instant(end) } }
  }

  interface Series {
    readonly metric: Readonly<Record<string, string>>
    readonly value: readonly [number, string]
  }

  async function query(url: string, what: string): Promise<readonly Series[]> {
    const answer = await askJson(`${url}/api/v1/query?query=${encodeURIComponent(what)}`)
    const { data }: { data: { result: Series[] } } = JSON.parse(JSON.stringify(answer))
    return data.result
  }

  test('and a query returns them; what is older than the newest point is expired, not failed for now', async () => {
    const url = await prometheus()
    const target = `${url}/api/v1/otlp/v1/metrics`

    expect(await sent(before(1), target)).toMatchObject({ result: 'delivered', accepted: 10 })
    expect(await query(url, 'ci_job_duration_seconds')).toMatchObject([
      {
        metric: {
          cicd_pipeline_task_name: 'test (3.12, ubuntu-24.04)',
          cicd_pipeline_task_run_result: 'failure',
          job: 'ci',
          vcs_repository_name: 'sms',
        },
        value: [expect.anything(), '95.25'],
      },
    ])
    const coverage = await query(url, 'ci_coverage_ratio{ci_coverage_kind="lines"}')
    expect(coverage.map(({ value }) => value[1])).toEqual(['0.8529'])
    const outcomes = await query(url, 'ci_gate_outcome_ratio == 1')
    expect(outcomes.map(({ metric }) => metric['ci_gate_outcome'])).toEqual(['fail'])

    expect(await sent(before(60), target)).toMatchObject({ result: 'failed', statusCode: 400, isExpired: true })
    expect(await sent(before(36_000), target)).toMatchObject({ result: 'failed', statusCode: 400, isExpired: true })
  })

  test('it takes a cumulative count and histogram, and of a delta nothing at all: so the default is gauges', async () => {
    const url = await prometheus()
    const target = `${url}/api/v1/otlp/v1/metrics`

    expect(await sent(before(1), target, { temporality: 'cumulative' })).toMatchObject({
      result: 'delivered',
      accepted: 11,
    })
    expect(await sent(before(1, sampleRunEvent), target, { temporality: 'cumulative' })).toMatchObject({
      result: 'delivered',
      accepted: 3,
    })
    const other = { ...sampleEvent, job: { ...sampleEvent.job, task: 'lint' } }
    const refused = await sent(before(1, other), target, { temporality: 'delta' })

    expect(refused).toMatchObject({ result: 'failed', attempts: 1 })
    expect(refused.answer).toContain('invalid temporality')
    expect(await query(url, 'ci_job_duration_seconds{cicd_pipeline_task_name="lint"}')).toEqual([])
    const sums = await query(url, 'cicd_pipeline_run_duration_seconds_sum{vcs_repository_name="sms"}')
    expect(sums.map(({ value }) => value[1]).toSorted((a, b) => a.localeCompare(b))).toEqual(['135.5', '8'])
  })
})
