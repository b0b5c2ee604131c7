import { type FakeClock, fakeClock, type WebhookAnswer } from '@hardgate/fakes'
import { type Requester, request } from '@hardgate/http'
import { afterEach, describe, expect, test } from '@jest/globals'
import { kindNamed } from '../../../../actions/metrics-reporter/src/sinks/kinds.ts'
import { otlp } from '../../../../actions/metrics-reporter/src/sinks/otlp.ts'
import type { Endpoint, Transport } from '../../../../actions/metrics-reporter/src/sinks/sink.ts'
import { cleanUp, receiver } from '../receiver.ts'
import { sampleEvent } from '../sample.ts'
import { endpointAt } from './otlp-reading.ts'

afterEach(cleanUp)

// no proxy of the machine that runs the tests
const direct: Requester = (plan) => request({ ...plan, env: {} })

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

const encoding = { labels: {}, isLate: false }
// the sample has one duration, two shares of coverage, two measurements, a gate of four points and the run's id
const POINTS = 10

async function deliver(endpoint: Endpoint, world: Transport = transport()) {
  return otlp.deliver(otlp.encode(sampleEvent, endpoint, encoding), endpoint, sampleEvent.event_id, world)
}

/** To a receiver of metrics alone, so that there is one answer to speak of. */
async function delivered(answers: readonly WebhookAnswer[], world: Transport = transport()) {
  const fake = await receiver({ answers })
  const delivery = await deliver(endpointAt(`${fake.url}/v1/metrics`), world)
  return { delivery, requests: fake.requests }
}

const json = (value: unknown): WebhookAnswer => ({ status: 200, body: JSON.stringify(value) })

describe('where it goes', () => {
  test('metrics and traces, each to its own path below the base, with the token and the headers', async () => {
    const { url, requests } = await receiver({ answers: [{ status: 200 }] })

    const delivery = await deliver(endpointAt(`${url}/base/?x=1`, { token: 't0ken', headers: { 'X-Team': 'sms' } }))

    expect(delivery).toEqual({ result: 'delivered', attempts: 2, statusCode: 200, accepted: POINTS + 1 })
    expect(requests.map(({ method, path }) => `${method} ${path}`).toSorted()).toEqual([
      'POST /base/v1/metrics?x=1',
      'POST /base/v1/traces?x=1',
    ])
    for (const { headers } of requests) {
      expect(headers).toMatchObject({
        'content-type': 'application/json',
        authorization: 'Bearer t0ken',
        'x-team': 'sms',
        'user-agent': 'hardgate-metrics-reporter',
      })
    }
  })

  test.each([
    ['/v1/traces', {}, ['/v1/traces']],
    ['/x/v1/metrics?k=v', {}, ['/x/v1/metrics?k=v']],
    ['/v1/metrics', { signals: 'metrics,traces' }, ['/v1/metrics']],
    ['', { signals: 'traces' }, ['/v1/traces']],
    ['', { signals: 'metrics' }, ['/v1/metrics']],
    ['', { signals: 'traces,metrics' }, ['/v1/metrics', '/v1/traces']],
    ['/otlp', {}, ['/otlp/v1/metrics', '/otlp/v1/traces']],
  ])('%j with %j: %j', (path, options, expected) => {
    const payloads = otlp.encode(
      sampleEvent,
      endpointAt(`http://ada:s3cr3t@host.example${path}`, { options }),
      encoding,
    )

    expect(payloads.map(({ to }) => to.replace('POST http://host.example', ''))).toEqual(expected)
    expect(payloads.map(({ url }) => url)).toEqual(expected.map((one) => `http://ada:s3cr3t@host.example${one}`))
  })
})

describe('acceptance 3: what is sent again, and when', () => {
  test.each([429, 502, 503, 504])('%d is: waits of half a second, doubling', async (status) => {
    const clock = fakeClock()
    const world = transport(clock, { deadline: 60_000, random: () => 0.999_999_999 })

    const { delivery, requests } = await delivered([{ status }], world)

    expect(requests).toHaveLength(5)
    expect(clock.waits.map(Math.round)).toEqual([500, 1000, 2000, 4000])
    expect(delivery).toMatchObject({ result: 'failed', attempts: 5, statusCode: status })
  })

  test.each([500, 408, 400, 401, 404, 413, 501, 505])('trap 11: %d is not: one request', async (status) => {
    const { delivery, requests } = await delivered([{ status }])

    expect(requests).toHaveLength(1)
    expect(delivery).toMatchObject({ result: 'failed', attempts: 1, statusCode: status })
    expect(delivery.reason).toMatch(new RegExp(`^status ${status}, 1 request in `))
  })

  test.each<[string, WebhookAnswer, number]>([
    ['a reset without an answer', { reset: true }, 2],
    ['a reset in the middle of a success', { status: 200, cut: true }, 2],
    ['a reset in the middle of a 503', { status: 503, cut: true }, 2],
    ['a reset in the middle of a 500', { status: 500, cut: true }, 1],
  ])('%s', async (_name, answer, attempts) => {
    const { delivery } = await delivered([answer, {}])

    expect(delivery).toMatchObject({ result: attempts === 2 ? 'delivered' : 'failed', attempts })
  })

  test('a port that refuses is asked five times, for each of the two', async () => {
    const { url, close } = await receiver()
    await close()

    const delivery = await deliver(endpointAt(url))

    expect(delivery).toMatchObject({ result: 'failed', attempts: 10 })
    expect(delivery.reason).toMatch(/refused the connection \(ECONNREFUSED\), 5 requests in /)
    expect(delivery).not.toHaveProperty('taken')
    expect(delivery).not.toHaveProperty('accepted')
  })

  test.each([
    ['1', [1000], 2],
    ['3600', [], 1],
    ['0', [250], 2],
    ['-1', [250], 2],
    ['soon', [250], 2],
  ])('trap 11: 503 with Retry-After %j', async (value, waits, requestsMade) => {
    const clock = fakeClock()

    const { requests, delivery } = await delivered(
      [{ status: 503, headers: { 'retry-after': value } }, {}],
      transport(clock),
    )

    expect(clock.waits).toEqual(waits)
    expect(requests).toHaveLength(requestsMade)
    expect(delivery.result).toBe(requestsMade === 2 ? 'delivered' : 'failed')
  })

  test('a redirect is final and names the host', async () => {
    const other = await receiver()

    const { delivery, requests } = await delivered([{ status: 307, headers: { location: `${other.url}/login` } }])

    expect(requests).toHaveLength(1)
    expect(other.requests).toEqual([])
    expect(delivery.reason).toContain(`a redirect to ${new URL(other.url).host}, which is not followed`)
  })

  test('an abort ends a request that hangs', async () => {
    const controller = new AbortController()
    const fake = await receiver({ answers: [{ hang: true }], onRequest: () => controller.abort('SIGTERM') })

    const delivery = await deliver(
      endpointAt(fake.url),
      transport(fakeClock(), { signal: controller.signal, timeoutMs: 60_000 }),
    )

    expect(delivery.result).toBe('failed')
    expect(delivery.attempts).toBeLessThanOrEqual(2)
  })
})

describe('a success', () => {
  test.each<[string, WebhookAnswer]>([
    ['without a body', { status: 200 }],
    ['with an empty object', json({})],
    ['with an empty partialSuccess', json({ partialSuccess: {} })],
    ['with nothing rejected', json({ partialSuccess: { rejectedDataPoints: '0', errorMessage: '' } })],
    ['with a null partialSuccess', json({ partialSuccess: null })],
    ['of another number', { status: 202, body: '{}' }],
  ])('%s is delivered, all of it', async (_name, answer) => {
    const { delivery } = await delivered([answer])

    expect(delivery).toMatchObject({ result: 'delivered', attempts: 1, accepted: POINTS })
    expect(delivery).not.toHaveProperty('remark')
    expect(delivery).not.toHaveProperty('rejected')
  })

  test('rejected = 0 with a message is delivered, and the message is shown', async () => {
    const answer = json({ partialSuccess: { rejectedDataPoints: 0, errorMessage: 'use\nhttps: token=abcdefgh' } })

    const { delivery } = await delivered([answer])

    expect(delivery).toMatchObject({ result: 'delivered', accepted: POINTS })
    expect(delivery.remark).toMatch(/^use https: /)
    expect(delivery.remark).not.toContain('abcdefgh')
  })

  test.each<[string, unknown]>([
    ['text', { rejectedDataPoints: '2', errorMessage: 'out of bounds' }],
    ['a number', { rejectedDataPoints: 2, errorMessage: 'out of bounds' }],
    ['in the other spelling', { rejected_data_points: '2', error_message: 'out of bounds' }],
  ])('trap 12: 2 rejected, as %s, is partial: not delivered, and not sent again', async (_name, partialSuccess) => {
    const { delivery, requests } = await delivered([json({ partialSuccess })])

    expect(requests).toHaveLength(1)
    expect(delivery).toEqual({
      result: 'partial',
      attempts: 1,
      statusCode: 200,
      accepted: POINTS - 2,
      rejected: 2,
      reason: 'took 8 of 10 data points and rejected 2',
      answer: 'out of bounds',
    })
  })

  test('trap 12: a rejected span is partial too', async () => {
    const fake = await receiver({ answers: [json({ partialSuccess: { rejectedSpans: '1' } })] })

    expect(await deliver(endpointAt(`${fake.url}/v1/traces`))).toEqual({
      result: 'partial',
      attempts: 1,
      statusCode: 200,
      accepted: 0,
      rejected: 1,
      reason: 'took 0 of 1 spans and rejected 1',
    })
  })

  test.each<[string, string]>([
    ['a text', 'accepted'],
    ['a word in JSON', '"ok"'],
    ['a list', '[]'],
    ['a count that is none', '{"partialSuccess":{"rejectedDataPoints":"some"}}'],
    ['a negative count', '{"partialSuccess":{"rejectedDataPoints":-1}}'],
    ['a partialSuccess that is a word', '{"partialSuccess":"no"}'],
    ['half of it', '{"partialSuccess":{"rejectedDataPoi'],
    ['protobuf', '\u0008\u0002\u0012\u0004oops'],
  ])('that answers with %s is unconfirmed', async (_name, body) => {
    const { delivery } = await delivered([{ status: 200, body }])

    expect(delivery).toEqual({
      result: 'unconfirmed',
      attempts: 1,
      statusCode: 200,
      reason: "status 200, an answer that is not OTLP's",
    })
  })

  test('that is a page of HTML is a failure, as of a login or a captive portal', async () => {
    const { delivery, requests } = await delivered([{ status: 200, body: ' <!doctype html><title>Sign in</title>' }])

    expect(requests).toHaveLength(1)
    expect(delivery).toMatchObject({ result: 'failed', attempts: 1, statusCode: 200 })
    expect(delivery.reason).toContain('a page such as of a login')
  })

  test('of up to 4 MiB is read, and a longer one is a final failure', async () => {
    const limit = 4 * 1024 * 1024
    const spaces = (length: number): WebhookAnswer => ({ status: 200, body: `{}${' '.repeat(length - 2)}` })

    const fits = await delivered([spaces(limit)])
    const over = await delivered([spaces(limit + 1)])

    expect(fits.delivery.result).toBe('delivered')
    expect(over.delivery).toMatchObject({ result: 'failed', attempts: 1, reason: 'status 200, an answer over 4 MiB' })
    expect(over.requests).toHaveLength(1)
  })
})

describe('of two payloads', () => {
  /** Answers each path in its own way. */
  const world = (answers: Readonly<Record<string, WebhookAnswer>>): Promise<Transport> => byPath(answers)

  async function byPath(answers: Readonly<Record<string, WebhookAnswer>>): Promise<Transport> {
    const urls = new Map<string, string>()
    for (const [path, answer] of Object.entries(answers)) urls.set(path, (await receiver({ answers: [answer] })).url)
    const routed: Requester = (plan) => {
      const { pathname } = new URL(plan.url)
      return direct({ ...plan, url: `${urls.get(pathname)}${pathname}` })
    }
    return transport(fakeClock(), { request: routed })
  }

  test('one is taken and the other fails: failed, with the name of what must not be sent again', async () => {
    const delivery = await deliver(
      endpointAt('http://otel.example'),
      await world({ '/v1/metrics': { status: 200 }, '/v1/traces': { status: 404, body: 'no traces here' } }),
    )

    expect(delivery).toMatchObject({
      result: 'failed',
      attempts: 2,
      statusCode: 404,
      taken: ['metrics'],
      accepted: POINTS,
      answer: 'no traces here',
    })
    expect(delivery.reason).toMatch(/^traces: status 404, 1 request in /)
  })

  test('one that was rejected in part was taken, and its count is kept', async () => {
    const delivery = await deliver(
      endpointAt('http://otel.example'),
      await world({
        '/v1/metrics': json({ partialSuccess: { rejectedDataPoints: '3' } }),
        '/v1/traces': { status: 401 },
      }),
    )

    expect(delivery).toMatchObject({
      result: 'failed',
      taken: ['metrics'],
      accepted: POINTS - 3,
      rejected: 3,
      isRefused: true,
    })
    expect(delivery.reason).toMatch(
      /^traces: status 401, 1 request in .+; metrics: took 7 of 10 data points and rejected 3$/,
    )
  })

  test('what is sent from the spool is the rest, and its delivery is the whole', async () => {
    const fake = await receiver({ answers: [{ status: 200 }] })
    const endpoint = endpointAt(fake.url)
    const rest = otlp.encode(sampleEvent, endpoint, encoding).filter(({ name }) => name !== 'metrics')

    const delivery = await otlp.deliver(rest, endpoint, sampleEvent.event_id, transport())

    expect(fake.requests.map(({ path }) => path)).toEqual(['/v1/traces'])
    expect(delivery).toEqual({ result: 'delivered', attempts: 1, statusCode: 200, accepted: 1 })
  })

  test('one is unconfirmed and the other delivered: unconfirmed', async () => {
    const delivery = await deliver(
      endpointAt('http://otel.example'),
      await world({ '/v1/metrics': { status: 200 }, '/v1/traces': { status: 200, body: 'ok' } }),
    )

    expect(delivery).toMatchObject({ result: 'unconfirmed', attempts: 2, accepted: POINTS })
    expect(delivery.reason).toBe("traces: status 200, an answer that is not OTLP's")
  })

  test('one that nobody rejected and one in part: partial, with the sums', async () => {
    const delivery = await deliver(
      endpointAt('http://otel.example'),
      await world({
        '/v1/metrics': json({ partialSuccess: { rejectedDataPoints: '2', errorMessage: 'out of bounds' } }),
        '/v1/traces': { status: 200 },
      }),
    )

    expect(delivery).toMatchObject({
      result: 'partial',
      accepted: POINTS - 2 + 1,
      rejected: 2,
      reason: 'took 8 of 10 data points and rejected 2',
      answer: 'out of bounds',
    })
  })
})

test('an event with nothing in it for the signal sends nothing, and says so', async () => {
  const { started_at: _1, ...time } = sampleEvent.time
  const { duration_seconds: _2, ...event } = { ...sampleEvent, time }
  const endpoint = endpointAt('http://127.0.0.1:9/v1/traces')

  const payloads = otlp.encode(event, endpoint, encoding)
  const delivery = await otlp.deliver(payloads, endpoint, event.event_id, transport())

  expect(payloads).toEqual([])
  expect(delivery).toMatchObject({ result: 'delivered', attempts: 0 })
  expect(delivery.remark).toContain('nothing was sent')
})

describe('a receiver that takes nothing so old', () => {
  test.each([
    ['out of bounds', true],
    ['time is too old', true],
    ['out of order sample', true],
    ['invalid temporality', undefined],
  ])('400 with %j: expired %s', async (body, expired) => {
    const { delivery } = await delivered([{ status: 400, body }])

    expect(delivery.isExpired).toBe(expired)
  })

  test('another status with those words is none', async () => {
    expect((await delivered([{ status: 404, body: 'too old a path' }])).delivery).not.toHaveProperty('isExpired')
  })

  test('one of two that is too old does not make the other so', async () => {
    const fake = await receiver({
      answers: [
        { status: 400, body: 'too old' },
        { status: 400, body: 'no' },
      ],
    })

    expect(await deliver(endpointAt(fake.url))).not.toHaveProperty('isExpired')
  })
})

test('a request over 64 MiB is not sent', async () => {
  const fake = await receiver()
  const endpoint = endpointAt(`${fake.url}/v1/metrics`)
  const [payload] = otlp.encode(sampleEvent, endpoint, encoding)
  if (payload === undefined) throw new Error('no payload')

  const body = ' '.repeat(64 * 1024 * 1024 + 1)
  const delivery = await otlp.deliver([{ ...payload, body }], endpoint, sampleEvent.event_id, transport())

  expect(fake.requests).toEqual([])
  expect(delivery).toMatchObject({ result: 'failed', attempts: 0 })
  expect(delivery.reason).toContain('64 MiB')
})

test.each([
  ['http://h/v1/metrics', {}, undefined],
  ['http://h/v1/metrics', { signals: 'traces,metrics' }, undefined],
  ['http://h/v1/metrics', { signals: 'traces' }, 'ends in /v1/metrics, and signals=traces asks for another'],
  ['http://h/x/v1/traces?y=1', { signals: 'metrics' }, 'ends in /v1/traces, and signals=metrics asks for another'],
  ['http://h/otlp', { signals: 'metrics' }, undefined],
])('the line %s %j: %s', (target, options, flaw) => {
  expect(kindNamed('otlp').flawOfLine?.(target, options)).toBe(flaw)
})
