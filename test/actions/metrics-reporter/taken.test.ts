import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fakeClock, fakeFrame } from '@hardgate/fakes'
import { request } from '@hardgate/http'
import { afterEach, describe, expect, test } from '@jest/globals'
import { type Sent, send } from '../../../actions/metrics-reporter/src/deliver.ts'
import { replay } from '../../../actions/metrics-reporter/src/replay.ts'
import type { Endpoint, Transport } from '../../../actions/metrics-reporter/src/sinks/sink.ts'
import { readEntry } from '../../../actions/metrics-reporter/src/spool-entry.ts'
import { cleanUp, receiver } from './receiver.ts'
import { sampleEvent } from './sample.ts'
import { newTemp } from './temp.ts'

afterEach(cleanUp)

const NOW = new Date('2026-11-22T20:02:00Z')
const FILE = `${sampleEvent.event_id}.otel.json`

const otlpAt = (url: string, signals = 'metrics,traces'): Endpoint => ({
  name: 'otel',
  kind: 'otlp',
  target: url,
  shown: new URL(url).host,
  options: { signals },
  headers: {},
})

const clock = fakeClock(NOW)
const transport: Transport = {
  request: (plan) => request({ ...plan, env: {} }),
  clock,
  signal: new AbortController().signal,
  workspace: '.',
  timeoutMs: 5000,
  attempts: 1,
  deadline: Number.POSITIVE_INFINITY,
  random: () => 0.5,
}

async function sendTo(
  endpoint: Endpoint,
  spoolFolder: string | undefined,
  taken: readonly string[] = [],
  by: Transport = transport,
): Promise<Sent> {
  const [sent] = await send({
    event: sampleEvent,
    json: JSON.stringify(sampleEvent),
    endpoints: [endpoint],
    encoding: { labels: {}, isLate: false },
    spoolFolder,
    taken: new Map([[endpoint.name, taken]]),
    transport: by,
    explain: (_, { reason = '' }) => reason,
    onBug: (_, error) => {
      throw error
    },
  })
  if (sent === undefined) throw new Error('nothing was sent')
  return sent
}

async function replayTo(endpoint: Endpoint, folder: string) {
  const frame = fakeFrame({ request: transport.request, clock: fakeClock(new Date('2026-11-22T20:30:00Z')) })
  const limits = { timeoutMs: 5000, deadlineMs: 60_000, attempts: 1 }
  const plan = { ...limits, endpoints: [endpoint], from: { folder }, isDryRun: false, isStrict: false }
  const account = await replay({ ...plan, labelsFor: () => ({}) }, frame)
  return { account, log: frame.lines.map(({ text }) => text).join('\n') }
}

const pathsOf = ({ requests }: { requests: readonly { path: string }[] }): string[] => requests.map(({ path }) => path)

describe('an endpoint that takes one of two payloads', () => {
  test('is sent the other one alone, in the replay', async () => {
    const folder = newTemp()
    const metrics = await receiver({ answers: [{ status: 200, body: '{}' }] })
    // one receiver answers in the order of requests, which go side by side: so each signal has its own
    const traces = await receiver({ answers: [{ status: 503 }, { status: 200, body: '{}' }] })
    const split = (plan: Parameters<Transport['request']>[0]) =>
      request({ ...plan, env: {}, url: plan.url.endsWith('/v1/traces') ? `${traces.url}/v1/traces` : plan.url })
    const [sent] = await send({
      event: sampleEvent,
      json: JSON.stringify(sampleEvent),
      endpoints: [otlpAt(metrics.url)],
      encoding: { labels: {}, isLate: false },
      spoolFolder: folder,
      transport: { ...transport, request: split },
      explain: (_, { reason = '' }) => reason,
      onBug: () => undefined,
    })

    expect(sent).toMatchObject({ result: 'spooled', entry: { taken: ['metrics'] } })
    expect(readEntry(readFileSync(join(folder, FILE)))).toMatchObject({ entry: { taken: ['metrics'], attempts: 2 } })

    await replayTo(otlpAt(traces.url), folder)
    expect(pathsOf(metrics)).toEqual(['/v1/metrics'])
    expect(pathsOf(traces)).toEqual(['/v1/traces', '/v1/traces'])
    expect(readdirSync(folder)).toEqual([])
  })

  test('which has all of them already is not asked', async () => {
    const fake = await receiver()

    const sent = await sendTo(otlpAt(fake.url), newTemp(), ['metrics', 'traces'])

    expect(sent).toMatchObject({ result: 'delivered', attempts: 0 })
    expect(fake.requests).toEqual([])
  })

  test('keeps what it had taken before, also where it fails again', async () => {
    const folder = newTemp()
    const fake = await receiver({ answers: [{ status: 503 }] })

    const sent = await sendTo(otlpAt(fake.url), folder, ['metrics'])

    expect(sent.entry?.taken).toEqual(['metrics'])
    expect(pathsOf(fake)).toEqual(['/v1/traces'])
  })
})

test('a kept event says until when it is being sent, five seconds after the deadline of all requests', async () => {
  const folder = newTemp()
  let kept: unknown
  const fake = await receiver({
    onRequest: () => {
      kept = readEntry(readFileSync(join(folder, FILE)))
    },
  })

  await sendTo(otlpAt(fake.url, 'metrics'), folder, [], { ...transport, deadline: clock.monotonic() + 20_000 })

  expect(kept).toMatchObject({ entry: { reason: 'not yet delivered, being sent until 2026-11-22T20:02:25.000Z' } })
})

describe('trap 12: what is taken in part', () => {
  const partial = { status: 200, body: '{"partialSuccess":{"rejectedDataPoints":"2","errorMessage":"out of bounds"}}' }

  test('is set aside, and no replay sends it again', async () => {
    const folder = newTemp()
    const fake = await receiver({ answers: [partial] })

    const sent = await sendTo(otlpAt(fake.url, 'metrics'), folder)
    const { account } = await replayTo(otlpAt(fake.url, 'metrics'), folder)

    expect(sent).toMatchObject({ result: 'partial', rejected: 2, spoolPath: join(folder, 'rejected', FILE) })
    expect(readEntry(readFileSync(join(folder, 'rejected', FILE)))).toMatchObject({ event: { status: 'failure' } })
    expect(readdirSync(folder)).toEqual(['rejected'])
    expect(fake.requests).toHaveLength(1)
    expect(account.outputs?.['result']).toBe('delivered')
  })

  test('in a replay it is set aside too, and named', async () => {
    const folder = newTemp()
    const down = await receiver({ answers: [{ status: 503 }] })
    const fake = await receiver({ answers: [partial] })
    await sendTo(otlpAt(down.url, 'metrics'), folder)

    const { account, log } = await replayTo(otlpAt(fake.url, 'metrics'), folder)

    expect(readdirSync(join(folder, 'rejected'))).toEqual([FILE])
    expect(existsSync(join(folder, FILE))).toBe(false)
    expect(account.outputs?.['result']).toBe('partial')
    expect(log).toContain(`taken in part, and not sent again: ${sampleEvent.event_id} to otel`)
  })

  test('without a folder it is still partial, and not dropped', async () => {
    const fake = await receiver({ answers: [partial] })

    const sent = await sendTo(otlpAt(fake.url, 'metrics'), undefined)

    expect(sent.result).toBe('partial')
    expect(sent.spoolPath).toBeUndefined()
  })
})
