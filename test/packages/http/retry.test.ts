import { fakeClock } from '@hardgate/fakes'
import {
  type Answer,
  type Exchange,
  type Failure,
  isRetryableRead,
  isRetryableWrite,
  nextWait,
  type RetryPolicy,
  retryAfterMs,
  withRetry,
} from '@hardgate/http'
import { expect, test } from '@jest/globals'

const now = new Date('2026-03-01T12:00:00Z')
const journey = {
  phases: {},
  reached: 'tcp',
  url: 'http://h/',
  redirects: [],
  droppedHeaders: [],
  viaProxy: false,
} as const

function answer(status: number, headers: Readonly<Record<string, string>> = {}): Answer {
  return { ...journey, ok: true, status, headers, body: Buffer.alloc(0), isBodyCut: false }
}

function failure(kind: Failure['kind'], mayHaveBeenSent: boolean): Failure {
  return { ...journey, ok: false, kind, message: kind, mayHaveBeenSent }
}

/** Gives one outcome after the other, the last for ever, and notes when it was asked. */
function script(...outcomes: Exchange[]) {
  const clock = fakeClock(now)
  const at: number[] = []
  const left: number[] = []
  const send = ({ number, leftMs }: { number: number; leftMs: number }): Promise<Exchange> => {
    at.push(clock.monotonic())
    left.push(leftMs)
    const outcome = outcomes[Math.min(number, outcomes.length) - 1]
    return outcome === undefined ? Promise.reject(new Error('empty script')) : Promise.resolve(outcome)
  }
  return { clock, at, left, send }
}

const read: RetryPolicy = { isRetryable: isRetryableRead, firstDelayMs: 500, maxDelayMs: 8000 }

test('the wait doubles up to its limit', async () => {
  const { clock, at, send } = script(answer(503))

  const retried = await withRetry(send, { ...read, maxAttempts: 8 }, { clock })

  expect(at).toEqual([0, 500, 1500, 3500, 7500, 15_500, 23_500, 31_500])
  expect(retried).toMatchObject({ attempts: 8, waitedMs: 31_500, end: 'attempts', exchange: { status: 503 } })
})

test('trap 1: as many requests as asked for, and no wait after the last', async () => {
  const { clock, at, send } = script(answer(500))

  await withRetry(send, { ...read, maxAttempts: 1 }, { clock })

  expect([at, clock.waits]).toEqual([[0], []])
})

test('each wait is multiplied by a random number between jitterFrom and 1', async () => {
  const { clock, send } = script(answer(503))
  const numbers = [0, 0.5, 0.999]

  await withRetry(
    send,
    { ...read, jitterFrom: 0.5, maxAttempts: 4 },
    { clock, random: () => numbers.shift() ?? Number.NaN },
  )

  // 500 × 0.5, 1000 × 0.75, 2000 × 0.9995
  expect(clock.waits).toEqual([250, 750, 1999])
})

test('the first outcome that needs no retry ends it', async () => {
  const { clock, at, send } = script(failure('refused', false), answer(503), answer(404))

  const retried = await withRetry(send, read, { clock })

  expect(retried).toMatchObject({ attempts: 3, end: 'settled', exchange: { status: 404 } })
  expect(at).toEqual([0, 500, 1500])
})

test('what the server asks for is a minimum', async () => {
  const { clock, send } = script(
    answer(503, { 'retry-after': '0' }),
    answer(503, { 'retry-after': '-1' }),
    answer(429, { 'retry-after': 'soon' }),
    answer(503, { 'retry-after': '7' }),
    answer(429, { 'ratelimit-reset': '20' }),
    answer(200),
  )

  await withRetry(send, read, { clock })

  expect(clock.waits).toEqual([500, 1000, 2000, 7000, 20_000])
})

test('ratelimit-reset beside anything but a 429 asks for nothing', async () => {
  const { clock, send } = script(answer(503, { 'ratelimit-reset': '50' }), answer(200))

  await withRetry(send, read, { clock })

  expect(clock.waits).toEqual([500])
})

test('a longer Retry-After than the deadline leaves ends it at once', async () => {
  const { clock, at, send } = script(answer(503, { 'retry-after': '3600' }))

  const retried = await withRetry(send, { ...read, deadline: 30_000 }, { clock })

  expect(retried).toMatchObject({ attempts: 1, end: 'retry-after', retryAfterMs: 3_600_000, waitedMs: 0 })
  expect([at, clock.waits]).toEqual([[0], []])
})

test('a longer Retry-After than the policy accepts ends it at once', async () => {
  const { clock, at, send } = script(answer(429, { 'retry-after': '60' }), answer(429, { 'retry-after': '61' }))

  const retried = await withRetry(send, { ...read, maxRetryAfterMs: 60_000 }, { clock })

  expect([retried.end, at]).toEqual(['retry-after', [0, 60_000]])
})

test('no wait is begun that would end at the deadline, and each attempt is told what is left', async () => {
  const { clock, at, left, send } = script(failure('connect-timeout', false))

  const retried = await withRetry(send, { ...read, deadline: 3500 }, { clock })

  expect([at, left, retried.end]).toEqual([[0, 500, 1500], [3500, 3000, 2000], 'deadline'])
})

test('a deadline that is past still sends once', async () => {
  const { clock, send } = script(answer(503))

  expect(await withRetry(send, { ...read, deadline: -1 }, { clock })).toMatchObject({ attempts: 1, end: 'deadline' })
})

test('an abort during the wait or the request sends no more', async () => {
  const controller = new AbortController()
  const { clock, at, send } = script(answer(503))
  const sleep = (ms: number): Promise<void> => {
    controller.abort()
    return clock.sleep(ms)
  }

  const inWait = await withRetry(send, read, { clock: { ...clock, sleep }, signal: controller.signal })
  const before = await withRetry(send, read, { clock, signal: controller.signal })

  expect([inWait.end, before.end, at.length]).toEqual(['aborted', 'aborted', 2])
})

test('an exponent that grows for ever stays a number', () => {
  const wait = nextWait(
    { number: 5000, asked: undefined, leftMs: Number.POSITIVE_INFINITY, random: 0 },
    { ...read, maxDelayMs: 8000 },
  )

  expect(wait).toBe(8000)
})

test.each<[Exchange, boolean, boolean]>([
  [answer(200), false, false],
  [answer(404), false, false],
  [answer(408), false, false],
  [answer(429), true, true],
  [answer(500), true, false],
  [answer(503), true, false],
  [failure('refused', false), true, true],
  [failure('refused', true), true, false],
  [failure('dns', false), true, true],
  [failure('no-route', false), true, true],
  [failure('connect-timeout', false), true, true],
  [failure('response-timeout', true), true, false],
  [failure('truncated', true), true, false],
  [failure('proxy', false), true, true],
  [failure('tls', false), false, false],
  [failure('redirect', true), false, false],
  [failure('aborted', false), false, false],
])('%j is retried by a read: %s, by a write: %s', (exchange, byRead, byWrite) => {
  expect([isRetryableRead(exchange), isRetryableWrite(exchange)]).toEqual([byRead, byWrite])
})

test.each([
  [{ 'retry-after': '2' }, 2000],
  [{ 'retry-after': ' 2 ' }, 2000],
  [{ 'retry-after': '0' }, 0],
  [{ 'retry-after': '1.5' }, 1500],
  [{ 'retry-after': '99999' }, 99_999_000],
  [{ 'retry-after': 'Sun, 01 Mar 2026 12:00:02 GMT' }, 2000],
  [{ 'retry-after': 'Sunday, 01-Mar-26 12:00:02 GMT' }, 2000],
  [{ 'retry-after': 'Sun Mar  1 12:00:02 2026' }, 2000],
  [{ 'retry-after': 'Sun, 01 Mar 2026 11:59:00 GMT' }, 0],
  [{ 'retry-after': 'Sunday, 06-Nov-94 08:49:37 GMT' }, 0],
  [{ 'retry-after': '-1' }, undefined],
  [{ 'retry-after': 'soon 5' }, undefined],
  [{ 'retry-after': '1e3' }, undefined],
  [{ 'retry-after': '0x10' }, undefined],
  [{ 'retry-after': '2026-03-01T12:00:02Z' }, undefined],
  [{ 'retry-after': 'Sun, 01 Xxx 2026 12:00:02 GMT' }, undefined],
  [{ 'retry-after': '' }, undefined],
  [{}, undefined],
  [{ 'ratelimit-reset': '2' }, 2000],
  [{ 'ratelimit-reset': '1772366402' }, 2000],
  [{ 'ratelimit-reset': '1772366398' }, 0],
  [{ 'ratelimit-reset': 'x' }, undefined],
  [{ 'retry-after': '3', 'ratelimit-reset': '9' }, 3000],
  [{ 'retry-after': 'x', 'ratelimit-reset': '9' }, 9000],
])('trap 30: %j asks for %s ms', (headers, ms) => {
  expect(retryAfterMs(headers, now)).toBe(ms)
})
