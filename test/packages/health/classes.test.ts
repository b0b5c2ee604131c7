import { classified, judge } from '@hardgate/health'
import type { FailureKind } from '@hardgate/http'
import { describe, expect, test } from '@jest/globals'
import { answer, expectations, failure, type Wanted } from './answers.ts'

type Parts = Parameters<typeof answer>[0]

function classOf(parts: Parts, wanted: Wanted = {}): string {
  const { health, failureClass } = judge(answer(parts), expectations(wanted))
  return classified(health, failureClass)
}

test.each<[FailureKind, string]>([
  ['dns', 'unreachable:dns'],
  ['connect-timeout', 'unreachable:connect-timeout'],
  ['no-route', 'unreachable:no-route'],
  ['proxy', 'unreachable:proxy'],
  ['refused', 'unhealthy:refused'],
  ['tls', 'unhealthy:tls'],
  ['protocol', 'unhealthy:protocol'],
  ['response-timeout', 'unhealthy:response-timeout'],
  ['truncated', 'unhealthy:truncated'],
  ['redirect', 'unhealthy:redirect'],
  ['aborted', 'cancelled'],
])('a failure of kind %s is %s', (kind, expected) => {
  const { health, failureClass, reason } = judge(failure(kind), expectations())

  expect(classified(health, failureClass)).toBe(expected)
  expect(reason).toBe(`it failed: ${kind}`)
})

describe('edge, block and cache', () => {
  const html = { 'content-type': 'text/html; charset=utf-8' }

  test.each<[string, Parts, string]>([
    ['Render, no server', { status: 404, headers: { 'x-render-routing': 'no-server' } }, 'unhealthy:edge-upstream'],
    [
      'Render, waking up',
      { status: 503, headers: { 'x-render-routing': 'hibernate-wake-error' } },
      'unhealthy:edge-upstream',
    ],
    ['Vercel', { status: 500, headers: { 'x-vercel-error': 'FUNCTION_INVOCATION_FAILED' } }, 'unhealthy:edge-upstream'],
    ['Cloudflare 502', { status: 502, headers: { 'cf-ray': '8a' } }, 'unhealthy:edge-upstream'],
    ['Cloudflare 520', { status: 520, headers: { 'cf-ray': '8a' } }, 'unhealthy:edge-upstream'],
    ['Cloudflare 527', { status: 527, headers: { 'cf-ray': '8a' } }, 'unhealthy:edge-upstream'],
    ['Cloudflare 530', { status: 530, headers: { 'cf-ray': '8a' } }, 'unhealthy:edge-upstream'],
    ['Cloudflare 500 is the application', { status: 500, headers: { 'cf-ray': '8a' } }, 'unhealthy:status'],
    ['Cloudflare 528 is the application', { status: 528, headers: { 'cf-ray': '8a' } }, 'unhealthy:status'],
    ['a 502 of nobody', { status: 502 }, 'unhealthy:status'],
    ['a mark on a good answer', { status: 200, headers: { 'x-render-routing': 'x' } }, 'healthy'],
    ['trap 25: a challenge', { status: 403, headers: { 'cf-mitigated': 'challenge' } }, 'blocked:challenge'],
    [
      'a challenge with 503',
      { status: 503, headers: { 'cf-mitigated': 'Challenge', 'cf-ray': '8a' } },
      'blocked:challenge',
    ],
    ["trap 25: an edge's 403 page", { status: 403, headers: { ...html, server: 'cloudflare' } }, 'blocked:challenge'],
    [
      'an edge page without its type',
      { status: 403, headers: { server: 'cloudflare' }, body: '\n<!DOCTYPE html><p>' },
      'blocked:challenge',
    ],
    [
      "trap 25: the app's 403 through the edge",
      { status: 403, headers: { server: 'cloudflare' }, body: { detail: 'no' } },
      'unhealthy:status',
    ],
    ["trap 25: the app's 403 page", { status: 403, headers: html }, 'unhealthy:status'],
    ["trap 25: the app's 401", { status: 401, headers: { ...html, server: 'cloudflare' } }, 'unhealthy:status'],
    ['trap 25: 429', { status: 429 }, 'blocked:rate-limited'],
    [
      '429 behind an edge',
      { status: 429, headers: { 'cf-ray': '8a', 'x-render-routing': 'x' } },
      'blocked:rate-limited',
    ],
  ])('%s', (_name, parts, expected) => {
    expect(classOf(parts)).toBe(expected)
  })

  test.each<[string, Parts]>([
    ['Age', { headers: { age: '12' } }],
    ['cf-cache-status HIT', { headers: { 'cf-cache-status': 'HIT' } }],
    ['cf-cache-status stale', { headers: { 'cf-cache-status': 'stale' } }],
    ['x-vercel-cache', { headers: { 'x-vercel-cache': 'HIT' } }],
    ['x-cache', { headers: { 'x-cache': 'Hit from cloudfront' } }],
    ['trap 20: a cached 500', { status: 500, headers: { age: '3' } }],
    ['a cached 429', { status: 429, headers: { age: '3' } }],
  ])('an answer with %s is void', (_name, parts) => {
    const judgement = judge(answer(parts), expectations())

    expect(judgement).toMatchObject({ health: 'unverified', failureClass: 'cached', isVoid: true })
    expect(judge(answer(parts), expectations({ rest: { allowsCached: true } })).isVoid).toBe(false)
  })

  test.each([
    { age: '0' },
    { age: 'x' },
    { 'cf-cache-status': 'MISS' },
    { 'cf-cache-status': 'DYNAMIC' },
    { 'x-vercel-cache': 'STALE' },
    { 'x-cache': 'Miss' },
  ])('%j is a fresh answer', (headers) => {
    expect(classOf({ headers })).toBe('healthy')
  })
})

describe('a proxy on the way', () => {
  const viaProxy = { viaProxy: true }

  test.each([407, 502, 503, 504])('trap 12: its %d for an http target is the proxy', (status) => {
    expect(classOf({ status, rest: viaProxy })).toBe('unreachable:proxy')
  })

  test.each([
    [401, 'tinyproxy/1.11.1'],
    [403, 'squid/5.7'],
  ])('trap 12: %d under the name of %s is the proxy', (status, server) => {
    expect(classOf({ status, headers: { server }, rest: viaProxy })).toBe('unreachable:proxy')
    expect(classOf({ status, headers: { server } })).toBe('unhealthy:status')
  })

  test('trap 12: with the mark of an edge the answer comes from behind it', () => {
    expect(classOf({ status: 503, headers: { 'x-render-routing': 'no-server' }, rest: viaProxy })).toBe(
      'unhealthy:edge-upstream',
    )
  })

  test.each([500, 404])('a %d comes from the application', (status) => {
    expect(classOf({ status, rest: viaProxy })).toBe('unhealthy:status')
  })

  test('through a tunnel every answer is the target’s', () => {
    expect(classOf({ status: 502, rest: { ...viaProxy, url: 'https://api.example.com/' } })).toBe('unhealthy:status')
  })

  test('a status that was listed is accepted from whomever it comes', () => {
    expect(classOf({ status: 503, rest: viaProxy }, { status: '503' })).toBe('healthy')
  })
})

describe('status', () => {
  test.each<[string, Parts, string, string]>([
    [
      'a redirect that is not followed',
      { status: 302, rest: { unfollowed: { to: 'http://h/login', why: 'not-asked' } } },
      'unhealthy:redirect',
      '302 redirects, and redirects are not followed here, to http://h/login',
    ],
    [
      'a redirect to another host',
      { status: 301, rest: { unfollowed: { to: 'https://login.example.com/', why: 'other-host' } } },
      'unhealthy:redirect',
      '301 redirects to another host, https://login.example.com/',
    ],
    ['304', { status: 304 }, 'unhealthy:status', 'got 304, expected 200-299'],
    ['101', { status: 101 }, 'unhealthy:status', 'got 101, expected 200-299'],
  ])('trap 10: %s is never a pass', (_name, parts, expected, reason) => {
    expect(classOf(parts)).toBe(expected)
    expect(judge(answer(parts), expectations()).reason).toBe(reason)
  })

  test('a redirect that is listed is accepted', () => {
    expect(
      classOf({ status: 302, rest: { unfollowed: { to: 'http://h/', why: 'not-asked' } } }, { status: '302' }),
    ).toBe('healthy')
  })

  test('trap 9: 101 is a status like any other', () => {
    expect(classOf({ status: 101 })).toBe('unhealthy:status')
  })
})

test('only where all expectations hold is another release stale', () => {
  const version = '9f1e2c7aa0'

  expect(classOf({ body: { commit: '2c87805' } }, { version })).toBe('stale')
  expect(classOf({ body: { commit: '2c87805', status: 'fail' } }, { version })).toBe('unhealthy:assertion')
  expect(classOf({ status: 500, body: { commit: '2c87805' } }, { version })).toBe('unhealthy:status')
})

test('a refused status still tells the release', () => {
  const judgement = judge(
    answer({ status: 500, body: { commit: '2c87805' } }),
    expectations({ version: '9f1e2c7aa0', json: ['$.a == 1'] }),
  )

  expect(judgement).toMatchObject({ release: 'other', version: '2c87805' })
  expect(judgement.results.map(({ expectation, outcome }) => [expectation, outcome])).toEqual([
    ['status 200-299', 'fail'],
    ['$.a == 1', 'not-judged'],
    ['release == 9f1e2c7', 'fail'],
  ])
})

test('every expectation has its result', () => {
  const { results } = judge(
    answer({ body: { status: 'ok', commit: '9f1e2c7' }, headers: { 'x-a': 'b' } }),
    expectations({ json: ['$.status == "ok"'], body: ['ok'], headers: ['X-A: b'], version: '9f1e2c7aa0' }),
  )

  expect(results.map(({ expectation, outcome, measured }) => [expectation, outcome, measured])).toEqual([
    ['status 200-299', 'pass', '200'],
    ['header X-A: b', 'pass', '"b"'],
    ['$.status == "ok"', 'pass', '"ok"'],
    ['body ok', 'pass', undefined],
    ['health document', 'pass', '"ok"'],
    ['release == 9f1e2c7', 'pass', '9f1e2c7'],
  ])
})
