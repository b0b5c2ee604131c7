import { once } from 'node:events'
import { type FakeClock, type FakeWebhookOptions, fakeClock, fakeWebhook, type WebhookAnswer } from '@hardgate/fakes'
import { type Requester, request, systemClock } from '@hardgate/http'
import { afterEach, describe, expect, test } from '@jest/globals'
import type { Delivery, Endpoint, Transport } from '../../../../actions/metrics-reporter/src/sinks/sink.ts'
import { sinkOf } from '../../../../actions/metrics-reporter/src/sinks/sinks.ts'
import { proxyServer } from '../../../packages/http/proxy-server.ts'
import { sampleEvent } from '../sample.ts'

// What each kind that speaks HTTP sends again, how often, and after which waits. StatsD has statsd-wire.test.ts.

const open: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of open.splice(0)) await close()
})

async function receiver(options: FakeWebhookOptions = {}) {
  const fake = await fakeWebhook(options)
  open.push(fake.close)
  return fake
}

interface Rules {
  readonly kind: string
  readonly options: Endpoint['options']
  /** An answer that confirms. */
  readonly confirmed: WebhookAnswer
  readonly again: readonly number[]
  readonly final: readonly number[]
}

const WEBHOOK: Rules = {
  kind: 'webhook',
  options: {},
  confirmed: { status: 204 },
  again: [408, 429, 500, 502, 503, 504],
  final: [301, 304, 307, 400, 401, 403, 404, 409, 410, 413, 422],
}

const RULES: readonly Rules[] = [
  WEBHOOK,
  {
    kind: 'otlp',
    options: { signals: 'metrics' },
    confirmed: { status: 200, body: '{}', headers: { 'content-type': 'application/json' } },
    again: [429, 502, 503, 504],
    final: [301, 307, 400, 401, 403, 404, 408, 413, 500, 501],
  },
  {
    kind: 'pushgateway',
    options: {},
    confirmed: { status: 200 },
    again: [429, 500, 502, 503, 504],
    final: [301, 307, 400, 401, 403, 404, 408, 413],
  },
  {
    kind: 'influx',
    options: { db: 'ci' },
    confirmed: { status: 204 },
    again: [429, 500, 502, 503, 504],
    final: [301, 307, 400, 401, 403, 404, 413, 422],
  },
]

// no proxy of the machine that runs the tests
const direct: Requester = (plan) => request({ ...plan, env: {} })

const transport = (clock: FakeClock, more: Partial<Transport> = {}): Transport => ({
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

function deliver({ kind, options }: Rules, target: string, world: Transport): Promise<Delivery> {
  const endpoint: Endpoint = { name: kind, kind, target, shown: new URL(target).host, options, headers: {} }
  const sink = sinkOf(kind)
  const payloads = sink.encode(sampleEvent, endpoint, { labels: {}, isLate: false })
  return sink.deliver(payloads, endpoint, sampleEvent.event_id, world)
}

const rows = (of: (rules: Rules) => readonly number[]): [string, number, Rules][] =>
  RULES.flatMap((rules) => of(rules).map((status): [string, number, Rules] => [rules.kind, status, rules]))
const kinds = RULES.map((rules): [string, Rules] => [rules.kind, rules])

/** Answers with the status, and a redirect leads elsewhere. */
const answerOf = (status: number): WebhookAnswer => ({ status, headers: { location: 'https://login.example/' } })

describe('acceptance 3: directly', () => {
  test.each(rows(({ again }) => again))('%s sends again after %d, five times in all', async (_kind, status, rules) => {
    const clock = fakeClock()
    const { url, requests } = await receiver({ answers: [answerOf(status)] })

    const delivery = await deliver(rules, url, transport(clock))

    expect(delivery).toMatchObject({ result: 'failed', attempts: 5, statusCode: status })
    expect(delivery.reason).toMatch(new RegExp(`^status ${status}, 5 requests in 3\\.8 s$`))
    expect(requests).toHaveLength(5)
    expect(clock.waits).toEqual([250, 500, 1000, 2000])
  })

  test.each(rows(({ final }) => final))('%s takes %d as final', async (_kind, status, rules) => {
    const clock = fakeClock()
    const { url, requests } = await receiver({ answers: [answerOf(status)] })

    const delivery = await deliver(rules, url, transport(clock))

    expect(delivery).toMatchObject({ result: 'failed', attempts: 1, statusCode: status })
    expect(requests).toHaveLength(1)
    expect(clock.waits).toEqual([])
  })

  test.each(rows(() => [401, 404]))(
    '%s takes %d as final, also where the answer breaks off',
    async (_kind, status, rules) => {
      const { url, requests } = await receiver({ answers: [{ status, cut: true }] })

      expect(await deliver(rules, url, transport(fakeClock()))).toMatchObject({ result: 'failed', statusCode: status })
      expect(requests).toHaveLength(1)
    },
  )

  test.each(kinds)('%s is delivered once the receiver is back, by one request more', async (_kind, rules) => {
    const clock = fakeClock()
    const { url, requests } = await receiver({ answers: [{ status: 503 }, { reset: true }, rules.confirmed] })

    const delivery = await deliver(rules, url, transport(clock, { random: () => 0.999_999_999 }))

    expect(delivery).toMatchObject({ result: 'delivered', attempts: 3 })
    expect(requests).toHaveLength(3)
    expect(clock.waits.map(Math.round)).toEqual([500, 1000])
    // the same bytes to the same place each time
    expect(new Set(requests.map(({ method, path, body }) => `${method} ${path} ${body.toString()}`)).size).toBe(1)
  })

  test.each(kinds)('%s asks a port that refuses five times', async (_kind, rules) => {
    const clock = fakeClock()
    const { url, close } = await fakeWebhook()
    await close()

    expect(await deliver(rules, url, transport(clock))).toMatchObject({ result: 'failed', attempts: 5 })
    expect(clock.waits).toEqual([250, 500, 1000, 2000])
  })

  test.each(kinds)('%s asks a receiver that never answers again, each time up to its limit', async (_kind, rules) => {
    const { url, requests } = await receiver({ answers: [{ hang: true }] })

    const delivery = await deliver(rules, url, transport(fakeClock(), { timeoutMs: 50, attempts: 2 }))

    expect(delivery).toMatchObject({ result: 'failed', attempts: 2 })
    expect(requests).toHaveLength(2)
  })

  test.each(kinds)('%s takes a TLS error as final', async (_kind, rules) => {
    const { url } = await receiver()

    const delivery = await deliver(rules, url.replace('http:', 'https:'), transport(fakeClock()))

    expect(delivery).toMatchObject({ result: 'failed', attempts: 1 })
  })

  test.each(kinds)('trap 11: to %s Retry-After of 1 s is a minimum', async (_kind, rules) => {
    const clock = fakeClock()
    const { url } = await receiver({ answers: [{ status: 503, headers: { 'retry-after': '1' } }, rules.confirmed] })

    expect(await deliver(rules, url, transport(clock))).toMatchObject({ result: 'delivered', attempts: 2 })
    expect(clock.waits).toEqual([1000])
  })

  test.each(kinds)('trap 11: to %s Retry-After as a date is a minimum', async (_kind, rules) => {
    const clock = fakeClock(new Date('2026-03-01T12:00:00Z'))
    const headers = { 'retry-after': 'Sun, 01 Mar 2026 12:00:03 GMT' }
    const { url } = await receiver({ answers: [{ status: 429, headers }, rules.confirmed] })

    expect(await deliver(rules, url, transport(clock))).toMatchObject({ result: 'delivered', attempts: 2 })
    expect(clock.waits).toEqual([3000])
  })

  test.each(kinds)('trap 11: to %s Retry-After of an hour ends it at once', async (_kind, rules) => {
    const clock = fakeClock()
    const { url, requests } = await receiver({ answers: [{ status: 503, headers: { 'retry-after': '3600' } }] })

    const delivery = await deliver(rules, url, transport(clock))

    expect(delivery.reason).toMatch(/^status 503 and asks to wait 3600 s, longer than what is left, 1 request in /)
    expect(requests).toHaveLength(1)
    expect(clock.waits).toEqual([])
  })

  test.each(
    kinds.flatMap(([kind, rules]) => ['0', '-1', 'soon'].map((value): [string, string, Rules] => [kind, value, rules])),
  )('trap 11: to %s Retry-After %j means the normal wait', async (_kind, value, rules) => {
    const clock = fakeClock()
    const answers = [{ status: 503, headers: { 'retry-after': value } }, rules.confirmed]
    const { url } = await receiver({ answers })

    await deliver(rules, url, transport(clock))

    expect(clock.waits).toEqual([250])
  })

  test.each(kinds)('the deadline ends %s before the attempts do', async (_kind, rules) => {
    const clock = fakeClock()
    const { url, requests } = await receiver({ answers: [{ status: 503 }] })

    await deliver(rules, url, transport(clock, { deadline: 1000 }))

    expect(requests).toHaveLength(3) // after 0, 250 and 750 ms; the next wait would end at 1750
  })
})

test('acceptance 3: the waits are real: three requests take at least the two waits between them', async () => {
  const at: number[] = []
  const { url } = await receiver({
    answers: [{ status: 503 }, { status: 503 }, {}],
    onRequest: () => at.push(performance.now()),
  })
  const world: Transport = { ...transport(fakeClock()), clock: systemClock, deadline: systemClock.monotonic() + 20_000 }

  const delivery = await deliver(WEBHOOK, url, world)

  expect(delivery).toMatchObject({ result: 'delivered', attempts: 3 })
  const [first = 0, second = 0, third = 0] = at
  expect(second - first).toBeGreaterThanOrEqual(249)
  expect(second - first).toBeLessThan(1000)
  expect(third - second).toBeGreaterThanOrEqual(499)
  expect(third - second).toBeLessThan(1500)
})

describe('acceptance 3: through a proxy', () => {
  /** A proxy that alone knows where metrics.example is. */
  async function behindProxy(options: FakeWebhookOptions = {}) {
    const fake = await receiver(options)
    const { hostname: host, port } = new URL(fake.url)
    const { server, seen } = proxyServer({ to: { host, port: Number(port) } })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    open.push(async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    })
    const address = server.address()
    const proxyPort = typeof address === 'object' && address !== null ? address.port : 0
    const through =
      (noProxy: string): Requester =>
      (plan) =>
        request({ ...plan, env: { http_proxy: `http://127.0.0.1:${proxyPort}`, no_proxy: noProxy } })
    return { ...fake, seen, through }
  }

  const far = 'http://metrics.example'

  test.each(rows(({ again }) => again))('%s sends again after %d', async (_kind, status, rules) => {
    const clock = fakeClock()
    const { requests, seen, through } = await behindProxy({ answers: [answerOf(status)] })

    const delivery = await deliver(rules, far, transport(clock, { request: through('') }))

    expect(delivery).toMatchObject({ result: 'failed', attempts: 5, statusCode: status })
    expect(requests).toHaveLength(5)
    expect(clock.waits).toEqual([250, 500, 1000, 2000])
    expect(seen.every(({ target }) => target.startsWith(`${far}/`))).toBe(true)
  })

  test.each(rows(({ final }) => final))('%s takes %d as final', async (_kind, status, rules) => {
    const { requests, through } = await behindProxy({ answers: [answerOf(status)] })

    const delivery = await deliver(rules, far, transport(fakeClock(), { request: through('') }))

    expect(delivery).toMatchObject({ result: 'failed', attempts: 1, statusCode: status })
    expect(requests).toHaveLength(1)
  })

  test.each(kinds)('%s is delivered once the receiver is back', async (_kind, rules) => {
    const { requests, through } = await behindProxy({ answers: [{ status: 503 }, rules.confirmed] })

    const delivery = await deliver(rules, far, transport(fakeClock(), { request: through('') }))

    expect(delivery).toMatchObject({ result: 'delivered', attempts: 2 })
    expect(requests).toHaveLength(2)
  })

  test.each(kinds)('%s goes past the proxy to a host of NO_PROXY', async (_kind, rules) => {
    const { url, requests, seen, through } = await behindProxy({ answers: [rules.confirmed] })

    const delivery = await deliver(rules, url, transport(fakeClock(), { request: through('localhost,127.0.0.1') }))

    expect(delivery).toMatchObject({ result: 'delivered', attempts: 1 })
    expect([requests.length, seen.length]).toEqual([1, 0])
  })
})

describe('trap 14: what is given for a host stays there', () => {
  test.each(kinds.filter(([kind]) => kind !== 'webhook'))(
    '%s sends its token with each request, and nothing after a redirect',
    async (kind, rules) => {
      const other = await receiver()
      const { url, requests } = await receiver({
        answers: [{ status: 503 }, { status: 307, headers: { location: `${other.url}/x?token=abcdef` } }],
      })
      const endpoint: Endpoint = {
        name: kind,
        kind,
        target: url,
        shown: new URL(url).host,
        options: rules.options,
        token: 's3cr3t',
        headers: { 'X-Team': 'sms' },
      }
      const sink = sinkOf(kind)
      const payloads = sink.encode(sampleEvent, endpoint, { labels: {}, isLate: false })

      const delivery = await sink.deliver(payloads, endpoint, sampleEvent.event_id, transport(fakeClock()))

      const scheme = kind === 'influx' ? 'Token' : 'Bearer'
      expect(requests.map(({ headers }) => [headers.authorization, headers['x-team']])).toEqual([
        [`${scheme} s3cr3t`, 'sms'],
        [`${scheme} s3cr3t`, 'sms'],
      ])
      expect(other.requests).toEqual([])
      expect(delivery.reason).toContain(`a redirect to ${new URL(other.url).host}, which is not followed`)
      expect(JSON.stringify(delivery)).not.toMatch(/s3cr3t|abcdef/)
    },
  )

  test.each(kinds)(
    'user info in the URL of %s is Basic authentication, and is in no text that is shown',
    async (kind, rules) => {
      const { url, requests } = await receiver({ answers: [{ status: 403 }] })
      const target = url.replace('http://', 'http://ci:p%40ss@')
      const endpoint: Endpoint = { name: kind, kind, target, shown: 'here', options: rules.options, headers: {} }
      const sink = sinkOf(kind)
      const payloads = sink.encode(sampleEvent, endpoint, { labels: {}, isLate: false })

      const delivery = await sink.deliver(payloads, endpoint, sampleEvent.event_id, transport(fakeClock()))

      expect(requests[0]?.headers.authorization).toBe('Basic Y2k6cEBzcw==') // ci:p@ss
      expect(payloads.map(({ to, body }) => `${to} ${body}`).join()).not.toMatch(/p%40ss|p@ss/)
      expect(delivery).toMatchObject({ result: 'failed', isRefused: true })
      expect(JSON.stringify(delivery)).not.toMatch(/p%40ss|p@ss/)
    },
  )
})

describe('acceptance 15: a secret that the receiver repeats', () => {
  const secret = 'k3y/of+this=endpoint'
  const given: Partial<Endpoint> = { headers: { 'X-Key': secret, Authorization: `Basic ${secret}` } }
  const forms = [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64'), `Basic ${secret}`]

  // the place of the cut, from before the secret to behind it
  test.each(kinds)('%s is hidden before the text is cut, so that no half of it is left', async (kind, rules) => {
    for (const form of forms) {
      for (const ahead of [0, 170, 180, 185, 190, 195, 199]) {
        const body = `${'x'.repeat(ahead)} ${form} end`
        const { url } = await receiver({ answers: [{ status: 400, body }] })
        const target = url.replace('http://', `http://ci:${encodeURIComponent(secret)}@`)
        const endpoint: Endpoint = {
          name: kind,
          kind,
          target,
          shown: 'here',
          options: rules.options,
          headers: {},
          ...given,
        }
        const sink = sinkOf(kind)
        const payloads = sink.encode(sampleEvent, endpoint, { labels: {}, isLate: false })

        const { answer = '' } = await sink.deliver(payloads, endpoint, sampleEvent.event_id, transport(fakeClock()))

        expect(answer).toMatch(/^x* ?\**(?: e?n?d?)?…?$/)
      }
    }
  })

  test('in the message of a partial success too', async () => {
    const errorMessage = `${'x'.repeat(190)} ${secret}`
    const body = JSON.stringify({ partialSuccess: { rejectedDataPoints: '1', errorMessage } })
    const { url } = await receiver({
      answers: [{ status: 200, body, headers: { 'content-type': 'application/json' } }],
    })
    const endpoint: Endpoint = {
      name: 'otlp',
      kind: 'otlp',
      target: url,
      shown: 'here',
      options: { signals: 'metrics' },
      headers: {},
      token: secret,
    }
    const sink = sinkOf('otlp')
    const payloads = sink.encode(sampleEvent, endpoint, { labels: {}, isLate: false })

    const delivery = await sink.deliver(payloads, endpoint, sampleEvent.event_id, transport(fakeClock()))

    expect(delivery).toMatchObject({ result: 'partial', rejected: 1 })
    expect(delivery.answer).toMatch(/^x+ \*\*\*$/)
  })
})
