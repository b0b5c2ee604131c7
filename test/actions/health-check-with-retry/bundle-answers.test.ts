import { readFileSync } from 'node:fs'
import type { RequestListener } from 'node:http'
import { describe, expect, test } from '@jest/globals'
import { serverKit } from '../../packages/http/servers.ts'
import { check, classOf } from './built.ts'

const servers = serverKit()
const NEW = '9f1e2c7aa0b4c5d6e7f8091a2b3c4d5e6f708192'
const OLD = '2c87805aa0b4c5d6e7f8091a2b3c4d5e6f708192'

const json =
  (body: unknown, status = 200, headers: Record<string, string> = {}): RequestListener =>
  (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
  }

/** Each request gets the next answer; the last one is repeated. */
function inTurn(...answers: readonly RequestListener[]): RequestListener & { count: () => number } {
  let count = 0
  const listener: RequestListener = (request, response) => {
    const next = answers[Math.min(count, answers.length - 1)]
    count += 1
    next?.(request, response)
  }
  return Object.assign(listener, { count: () => count })
}

test('acceptance 1: four times 503 and then 200 passes, and the server counted five requests', async () => {
  const answers = inTurn(...Array.from({ length: 4 }, () => json({}, 503)), json({ status: 'ok' }))
  const { url } = await servers.http(answers)

  const step = await check({ url, 'max-attempts': '5' })

  expect(step.exitCode).toBe(0)
  expect(answers.count()).toBe(5)
  expect(step.outputs).toMatchObject({
    verdict: 'pass',
    health: 'healthy',
    'should-rollback': 'false',
    attempts: '5',
    'status-code': '200',
  })
})

test('acceptance 1, trap 1: 503 for ever fails after exactly five requests, with no pause behind the fifth', async () => {
  const answers = inTurn(json({}, 503))
  const { url } = await servers.http(answers)

  const step = await check({ url, 'max-attempts': '5', interval: '300ms' })

  expect([step.exitCode, step.outcome]).toEqual([1, 'failure'])
  expect(answers.count()).toBe(5)
  const elapsed = Number(step.outputs['elapsed-ms'])
  expect(elapsed).toBeGreaterThanOrEqual(4 * 300)
  expect(elapsed).toBeLessThan(5 * 300)
  expect(step.outputs).toMatchObject({
    verdict: 'fail',
    health: 'unhealthy',
    'failure-class': 'status',
    'should-rollback': 'true',
  })
  expect(step.annotations.map(({ level }) => level)).toEqual(['error'])
  const verdict: unknown = JSON.parse(readFileSync(step.outputs['verdict-file'] ?? '', 'utf8'))
  expect(verdict).toMatchObject({ gate: 'health-check-with-retry', outcome: 'fail' })
})

describe('acceptance 3: the release', () => {
  const since =
    (from: number): RequestListener =>
    (request, response) =>
      json({ commit: (Date.now() - from > 1500 ? NEW : OLD).slice(0, 7) })(request, response)

  test('the new one passes only after the switch, before the delay is over', async () => {
    const from = Date.now()
    const { url } = await servers.http(since(from))

    const step = await check({ url, 'expect-version': NEW, 'initial-delay': '60s', interval: '200ms' })

    expect(step.exitCode).toBe(0)
    expect(Number(step.outputs['elapsed-ms'])).toBeLessThan(5000)
    expect(Date.now() - from).toBeGreaterThan(1500)
    expect(step.outputs['version-observed']).toBe('9f1e2c7')
    expect(step.outputs['reason']).toContain('(within the initial delay)')
  })

  test('the old one to the end is stale, without a rollback', async () => {
    const { url } = await servers.http(json({ commit: OLD.slice(0, 7) }))

    const step = await check({ url, 'expect-version': NEW })

    expect(step.exitCode).toBe(1)
    expect(classOf(step)).toBe('stale')
    expect(step.outputs['should-rollback']).toBe('false')
  })

  test.each([
    ['"unknown"', json({ commit: 'unknown' })],
    ['only in another field', json({ note: NEW })],
    [
      'trap 17: echoed from the query',
      ((request, response) => json({ you: request.url })(request, response)) satisfies RequestListener,
    ],
  ])('%s is no version', async (_name, listener) => {
    const { url } = await servers.http(listener)

    const step = await check({ url: `${url}/health?v=${NEW}`, 'expect-version': NEW })

    expect(classOf(step)).toBe('unverified:version-missing')
    expect(step.outputs).toMatchObject({ verdict: 'inconclusive', 'should-rollback': 'false' })
    expect(step.exitCode).toBe(1)
  })
})

test('on-inconclusive: warn lets pass what cannot be decided, and nothing else', async () => {
  const { url } = await servers.http(json({}))

  const unverified = await check({ url, 'expect-version': NEW, 'on-inconclusive': 'warn' })
  const bad = await check({ url, 'expect-status': '201', 'on-inconclusive': 'pass' })

  expect(unverified.exitCode).toBe(0)
  expect(unverified.outputs['verdict']).toBe('inconclusive')
  expect(bad.exitCode).toBe(1)
})

describe('acceptance 6: documents', () => {
  test('degraded with 200 fails and names the part; with allow-degraded it passes', async () => {
    const { url } = await servers.http(json({ status: 'degraded', components: { redis: { status: 'down' } } }))

    const step = await check({ url })

    expect(classOf(step)).toBe('unhealthy:assertion')
    expect(step.outputs['reason']).toContain('components.redis "down"')
    expect((await check({ url, 'allow-degraded': 'true' })).exitCode).toBe(0)
  })

  test('an application that knows no HEAD passes with the defaults', async () => {
    const { url } = await servers.http((request, response) => {
      response.writeHead(request.method === 'GET' ? 200 : 405).end('{}')
    })

    expect((await check({ url })).exitCode).toBe(0)
    const head = await check({ checks: `- url: ${url}\n  method: HEAD` })
    expect(classOf(head)).toBe('unhealthy:status')
    expect(head.log).toContain('HEAD with 405: leave method out')
  })
})

describe('acceptance 7: edges and blocks', () => {
  const wake = json({}, 503, { 'x-render-routing': 'hibernate-wake-error' })

  test('three times an edge error and then 200 passes', async () => {
    const { url } = await servers.http(inTurn(wake, wake, wake, json({ status: 'ok' })))

    expect((await check({ url, 'max-attempts': '5' })).exitCode).toBe(0)
  })

  test('an edge error for ever is unhealthy, and a rollback may help', async () => {
    const { url } = await servers.http(wake)

    const step = await check({ url })

    expect(classOf(step)).toBe('unhealthy:edge-upstream')
    expect(step.outputs['should-rollback']).toBe('true')
    expect(step.log).toContain('x-render-routing: hibernate-wake-error')
  })

  test('with a dead control the same is not judged', async () => {
    const { url } = await servers.http(wake)

    const step = await check({ url, 'control-url': 'http://127.0.0.1:1/robots.txt' })

    expect(classOf(step)).toBe('unreachable:control-failed')
    expect(step.outputs['should-rollback']).toBe('false')
  })

  test.each([
    ['challenge', json({}, 403, { 'cf-mitigated': 'challenge' })],
    ['rate-limited', json({}, 429)],
  ])('trap 25: %s for ever is blocked', async (failureClass, listener) => {
    const { url } = await servers.http(listener)

    const step = await check({ url })

    expect(classOf(step)).toBe(`blocked:${failureClass}`)
    expect(step.outputs).toMatchObject({ verdict: 'inconclusive', 'should-rollback': 'false' })
  })
})

describe('trap 20: caches', () => {
  test('a constant answer from a cache is void, and a cache-buster shows the truth', async () => {
    const queries: string[] = []
    const { url } = await servers.http((request, response) => {
      const { search } = new URL(request.url ?? '', 'http://h')
      queries.push(search)
      json({ status: 'ok' }, search === '' ? 200 : 500, search === '' ? { age: '30' } : {})(request, response)
    })

    expect(classOf(await check({ url }))).toBe('unverified:cached')
    expect(classOf(await check({ url, 'cache-bust': 'true' }))).toBe('unhealthy:status')
    expect(new Set(queries.slice(2)).size).toBe(2)
  })
})

test('a body that is longer than 1 MiB passes where nothing is asserted of it', async () => {
  const big = Buffer.alloc(5_000_000, 'a')
  const { url } = await servers.http((_request, response) => {
    response.writeHead(200).end(big)
  })

  expect((await check({ url })).exitCode).toBe(0)
  expect((await check({ url, 'expect-body': 'a' })).outputs['reason']).toContain('larger than 1 MiB')
})

test('acceptance 17: one check red in the middle of a streak, and an advisory one red to the end', async () => {
  const b = inTurn(json({}), json({}, 500), json({}))
  const { url } = await servers.http((request, response) => {
    const path = request.url ?? ''
    if (path === '/b') b(request, response)
    else json({}, path === '/docs' ? 500 : 200)(request, response)
  })

  const step = await check({
    'base-url': url,
    checks: '- path: /a\n- path: /b\n- path: /docs\n  severity: advisory',
    'success-threshold': '2',
    'max-attempts': '4',
  })

  expect(step.exitCode).toBe(0)
  expect(b.count()).toBe(4)
  expect(step.annotations.map(({ level }) => level)).toEqual(['warning'])
  expect(JSON.parse(step.outputs['failed-checks'] ?? '')).toMatchObject([
    { name: '/docs', severity: 'advisory', status: 500 },
  ])
  expect(step.summary).toContain('| `/b` | ✓ ✗ ✓ ✓ |')
})

test('trap 24: old and new take turns, the old one answers 500: a failure, and no rollback', async () => {
  const { url } = await servers.http(
    inTurn(json({ commit: OLD }, 500), json({ commit: NEW }), json({ commit: OLD }, 500)),
  )

  const step = await check({
    url,
    'expect-version': NEW,
    'initial-delay-mode': 'fixed',
    'success-threshold': '2',
    'max-attempts': '3',
  })

  expect(step.outputs).toMatchObject({ verdict: 'fail', health: 'unhealthy', 'should-rollback': 'false' })
  expect(step.outputs['rollback-reason']).toContain('every failed answer came from another release (2c87805)')
})

test('acceptance 13: Retry-After of 1 s is waited for', async () => {
  const { url } = await servers.http(inTurn(json({}, 503, { 'retry-after': '1' }), json({})))

  const step = await check({ url })

  expect(step.exitCode).toBe(0)
  expect(Number(step.outputs['elapsed-ms'])).toBeGreaterThanOrEqual(1000)
})

test('it runs on the Node that npm itself runs on, with large integers, paths and YAML', async () => {
  const { url } = await servers.http((_request, response) => {
    response.end('\uFEFF{"id":1,"id":9007199254740993,"commit":"9f1e2c7"}')
  })
  const node = process.env['npm_node_execpath'] ?? process.execPath

  const step = await check(
    {
      'expect-version': NEW,
      'version-from': 'json:$.commit',
      'max-latency': '5s',
      checks: `- url: ${url}\n  expect-json: |\n    $.id == 9007199254740993\n    $.id != 9007199254740992`,
    },
    { node },
  )

  expect(step.log).toContain('healthy: 1 check passed')
  expect(step.exitCode).toBe(0)
})
