import { type FakeClock, type FakeWebhookOptions, fakeClock, fakeWebhook, type WebhookAnswer } from '@hardgate/fakes'
import { type Requester, request } from '@hardgate/http'
import { afterEach, describe, expect, test } from '@jest/globals'
import type { Endpoint, Transport } from '../../../../actions/metrics-reporter/src/sinks/sink.ts'
import { webhook } from '../../../../actions/metrics-reporter/src/sinks/webhook.ts'
import { sampleEvent } from '../sample.ts'

const open: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of open.splice(0)) await close()
})

async function receiver(options: FakeWebhookOptions = {}) {
  const fake = await fakeWebhook(options)
  open.push(fake.close)
  return fake
}

const endpointAt = (url: string, more: Partial<Endpoint> = {}): Endpoint => ({
  name: 'webhook',
  kind: 'webhook',
  target: url,
  shown: new URL(url).host,
  options: {},
  headers: {},
  ...more,
})

const transport = (clock: FakeClock = fakeClock(), more: Partial<Transport> = {}): Transport => ({
  request: direct,
  clock,
  signal: new AbortController().signal,
  workspace: '.',
  timeoutMs: 2000,
  attempts: 5,
  deadline: clock.monotonic() + 20_000,
  random: () => 0,
  ...more,
})

// no proxy of the machine that runs the tests
const direct: Requester = (plan) => request({ ...plan, env: {} })

async function deliver(endpoint: Endpoint, world: Transport) {
  return webhook.deliver(
    webhook.encode(sampleEvent, endpoint, { labels: {}, isLate: false }),
    endpoint,
    sampleEvent.event_id,
    world,
  )
}

const secret = 'whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY='

test('acceptance 9: the raw bytes are accepted by both checks, and are the event', async () => {
  const clock = fakeClock()
  const { url, requests, events } = await receiver({ secret, now: clock.now })

  const delivery = await deliver(
    endpointAt(`${url}/ci?x=1`, { token: secret, headers: { 'X-Team': 'sms' } }),
    transport(clock),
  )

  expect(delivery).toEqual({ result: 'delivered', attempts: 1, statusCode: 204 })
  expect(events).toEqual([JSON.parse(JSON.stringify(sampleEvent))])
  expect(requests[0]).toMatchObject({ method: 'POST', path: '/ci?x=1', flaws: [] })
  expect(requests[0]?.headers).toMatchObject({
    'content-type': 'application/json',
    'user-agent': 'hardgate-metrics-reporter',
    'x-team': 'sms',
  })
})

test('acceptance 9: three retries show one id, and fresh timestamps that verify', async () => {
  const clock = fakeClock()
  const { url, requests } = await receiver({
    secret,
    now: clock.now,
    answers: [{ status: 503 }, { status: 503 }, { status: 503 }, {}],
  })

  const delivery = await deliver(endpointAt(url, { token: secret }), transport(clock, { random: () => 0.999_999 }))

  expect(delivery).toEqual({ result: 'delivered', attempts: 4, statusCode: 204 })
  expect(new Set(requests.map(({ headers }) => headers['webhook-id']))).toEqual(new Set([sampleEvent.event_id]))
  // 12:00:00, and 0.5, 1.5 and 3.5 s later
  expect(requests.map(({ headers }) => Number(headers['webhook-timestamp']) - 1_772_366_400)).toEqual([0, 0, 1, 3])
  expect(requests.flatMap(({ flaws }) => flaws)).toEqual([])
})

describe('the option sign', () => {
  const names = ['webhook-id', 'webhook-signature', 'x-hub-signature-256']

  test.each([
    ['both', secret, names],
    ['standard', secret, ['webhook-id', 'webhook-signature']],
    ['github', secret, ['webhook-id', 'x-hub-signature-256']],
    ['none', secret, ['webhook-id']],
    ['both', undefined, ['webhook-id']],
  ])('%s with the token %s sends %o', async (sign, token, expected) => {
    const { url, requests } = await receiver()

    await deliver(endpointAt(url, { options: { sign }, ...(token === undefined ? {} : { token }) }), transport())

    expect(names.filter((name) => requests[0]?.headers[name] !== undefined)).toEqual(expected)
  })
})

describe('acceptance 3: what is sent again, and when', () => {
  test.each([408, 429, 500, 502, 503, 504])('%d is: waits of half a second, doubling', async (status) => {
    const clock = fakeClock()
    const { url, requests } = await receiver({ answers: [{ status }] })

    const delivery = await deliver(endpointAt(url), transport(clock, { deadline: 60_000, random: () => 0.999_999_999 }))

    expect(requests).toHaveLength(5)
    expect(clock.waits.map(Math.round)).toEqual([500, 1000, 2000, 4000])
    expect(delivery).toMatchObject({ result: 'failed', attempts: 5, statusCode: status })
    expect(delivery.reason).toMatch(new RegExp(`^status ${status}, 5 requests in `))
  })

  test('each wait is at least half of its length, and none is longer than 8 s', async () => {
    const clock = fakeClock()
    const { url } = await receiver({ answers: [{ status: 500 }] })

    await deliver(endpointAt(url), transport(clock, { attempts: 8, deadline: 600_000 }))

    expect(clock.waits).toEqual([250, 500, 1000, 2000, 4000, 4000, 4000])
  })

  test.each([400, 401, 404, 410, 413, 422])('%d is not', async (status) => {
    const { url, requests } = await receiver({ answers: [{ status }] })

    const delivery = await deliver(endpointAt(url), transport())

    expect(requests).toHaveLength(1)
    expect(delivery).toMatchObject({ result: 'failed', attempts: 1, statusCode: status })
  })

  test.each<[string, WebhookAnswer]>([
    ['a reset without an answer', { reset: true }],
    ['a reset in the middle of the body', { status: 200, cut: true }],
  ])('%s is', async (_name, answer) => {
    const { url, requests } = await receiver({ answers: [answer, {}] })

    expect(await deliver(endpointAt(url), transport())).toMatchObject({ result: 'delivered', attempts: 2 })
    expect(requests).toHaveLength(2)
  })

  test('a port that refuses is asked five times', async () => {
    const { url, close } = await fakeWebhook()
    await close()

    const delivery = await deliver(endpointAt(url), transport())

    expect(delivery).toMatchObject({ result: 'failed', attempts: 5 })
    expect(delivery.reason).toMatch(/refused the connection \(ECONNREFUSED\), 5 requests in /)
  })

  test('trap 11: Retry-After of 1 s is a minimum', async () => {
    const clock = fakeClock()
    const { url } = await receiver({ answers: [{ status: 503, headers: { 'retry-after': '1' } }, {}] })

    await deliver(endpointAt(url), transport(clock))

    expect(clock.waits).toEqual([1000])
  })

  test('trap 11: Retry-After of an hour is longer than what is left, so it ends at once', async () => {
    const clock = fakeClock()
    const { url, requests } = await receiver({ answers: [{ status: 503, headers: { 'retry-after': '3600' } }] })

    const delivery = await deliver(endpointAt(url), transport(clock))

    expect(requests).toHaveLength(1)
    expect(clock.waits).toEqual([])
    expect(delivery.reason).toMatch(/^status 503 and asks to wait 3600 s, longer than what is left, 1 request in /)
  })

  test.each(['0', '-1', 'soon'])('trap 11: Retry-After %j means the normal wait', async (value) => {
    const clock = fakeClock()
    const { url } = await receiver({ answers: [{ status: 503, headers: { 'retry-after': value } }, {}] })

    await deliver(endpointAt(url), transport(clock))

    expect(clock.waits).toEqual([250])
  })

  test('the deadline ends it before the attempts do', async () => {
    const clock = fakeClock()
    const { url, requests } = await receiver({ answers: [{ status: 503 }] })

    await deliver(endpointAt(url), transport(clock, { deadline: 1000 }))

    expect(requests).toHaveLength(3) // after 0, 250 and 750 ms; the next wait would end at 1750
  })
})

test('trap 14: a redirect is not followed, and names the host that it leads to', async () => {
  const other = await receiver()
  const { url } = await receiver({ answers: [{ status: 301, headers: { location: `${other.url}/x?token=abcdef` } }] })

  const delivery = await deliver(endpointAt(url, { token: 's3cr3t' }), transport())

  expect(other.requests).toEqual([])
  expect(delivery).toMatchObject({ result: 'failed', attempts: 1, statusCode: 301 })
  expect(delivery.reason).toContain(`a redirect to ${new URL(other.url).host}, which is not followed`)
})

test('a 2xx is confirmed, whatever its body: a page of HTML, or 10 MiB', async () => {
  const page = await receiver({
    answers: [{ status: 200, body: '<html>hello</html>', headers: { 'content-type': 'text/html' } }],
  })
  const large = await receiver({ answers: [{ status: 200, body: Buffer.alloc(10 * 1024 * 1024, 'x') }] })

  expect(await deliver(endpointAt(page.url), transport())).toMatchObject({ result: 'delivered' })
  expect(await deliver(endpointAt(large.url), transport())).toMatchObject({ result: 'delivered' })
})

test('the text of a refusal is told in one line, without a secret and without more than 200 characters', async () => {
  const body = `no such\nteam, {"token": "abcdefgh"} ${'x'.repeat(500)}`
  const { url } = await receiver({ answers: [{ status: 400, body }] })

  const { reason, answer = '' } = await deliver(endpointAt(url), transport())

  expect(reason).toMatch(/^status 400, 1 request in /)
  expect(answer).toMatch(/^no such team, /)
  expect(answer).not.toContain('abcdefgh')
  expect(answer).toHaveLength(200)
})

test.each([401, 403])('%d says that credentials are wanted', async (status) => {
  const { url } = await receiver({ answers: [{ status }] })

  expect(await deliver(endpointAt(url), transport())).toMatchObject({ isRefused: true })
})

test('an abort ends a request that hangs', async () => {
  const controller = new AbortController()
  const { url } = await receiver({ answers: [{ hang: true }], onRequest: () => controller.abort('SIGTERM') })

  const delivery = await deliver(
    endpointAt(url),
    transport(fakeClock(), { signal: controller.signal, timeoutMs: 60_000 }),
  )

  expect(delivery).toMatchObject({ result: 'failed', attempts: 1 })
  expect(delivery.reason).toMatch(/^the request was cancelled/)
})
