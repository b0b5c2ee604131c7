import { describe, expect, test } from '@jest/globals'
import { answer, failure } from '../../packages/health/answers.ts'
import { play, type World } from './play.ts'

const url = 'http://api.example.com/health'
const NEW = '9f1e2c7aa0b4c5d6e7f8091a2b3c4d5e6f708192'
const OLD = '2c87805aa0b4c5d6e7f8091a2b3c4d5e6f708192'
const good = answer({ body: { status: 'ok', commit: '9f1e2c7' } })
const old = answer({ body: { status: 'ok', commit: OLD } })
const dead = answer({ status: 503 })
const refused = failure('refused', { message: 'api.example.com:80 refused the connection', reached: 'name' })
const away = failure('connect-timeout', {
  message: 'api.example.com:80 accepted no connection within 10 s',
  reached: 'name',
})

const always =
  (exchange: ReturnType<typeof answer>): World =>
  () =>
    exchange

test('acceptance 2: with the defaults the requests start at 60, 70, 80, 90 and 100 s, and none before', async () => {
  const { asked, outputs } = await play({ url }, always(dead))

  expect(asked.map(({ at }) => at)).toEqual([60, 70, 80, 90, 100])
  expect(outputs).toMatchObject({
    health: 'unhealthy',
    'failure-class': 'status',
    'should-rollback': 'true',
    attempts: '5',
    'status-code': '503',
    'elapsed-ms': '100000',
  })
})

test('acceptance 1: four times 503 and then 200 is a pass after five requests', async () => {
  const { asked, report, outputs } = await play({ url }, ({ count }) => (count < 4 ? dead : good))

  expect(asked).toHaveLength(5)
  expect(report.verdict.outcome).toBe('pass')
  expect(outputs).toMatchObject({ health: 'healthy', 'failure-class': '', 'should-rollback': 'false', attempts: '5' })
})

describe('acceptance 3: the release', () => {
  const given = { url, 'expect-version': NEW }

  test('the new one passes as soon as it answers, before the delay is over', async () => {
    const { reason, outputs, asked } = await play({ ...given, interval: '1s' }, ({ at }) => (at < 3 ? old : good))

    expect(asked.map(({ at }) => at)).toEqual([0, 1, 2, 3])
    expect(reason).toBe(
      'healthy: 1 check passed, 3 s after the start (within the initial delay); release 9f1e2c7 answers (/health 0 ms).',
    )
    expect(outputs).toMatchObject({
      'version-observed': '9f1e2c7',
      'versions-seen': '{"2c87805":3,"9f1e2c7":1}',
      attempts: '0',
    })
  })

  test('the old one to the end is stale, and no rollback would help', async () => {
    const { report, reason, outputs } = await play({ ...given, url: `api-health=${url}` }, always(old))

    expect(report.verdict.outcome).toBe('fail')
    expect(outputs).toMatchObject({
      health: 'stale',
      'failure-class': '',
      'should-rollback': 'false',
      'version-observed': OLD,
    })
    expect(reason).toBe(
      "stale: api-health is fine but is release 2c87805, expected 9f1e2c7 (5 of 5 attempts). The new release does not serve, so a rollback would change nothing. Look at the deploy's own log.",
    )
  })

  test('trap 18: "unknown" is inconclusive', async () => {
    const { report, outputs, reason } = await play(given, always(answer({ body: { commit: 'unknown' } })))

    expect(report.verdict.outcome).toBe('inconclusive')
    expect(outputs).toMatchObject({
      health: 'unverified',
      'failure-class': 'version-missing',
      'should-rollback': 'false',
    })
    expect(reason).toBe(
      'unverified: /health answers, but names no release, expected 9f1e2c7 (5 of 5 attempts). The release was not judged.',
    )
  })
})

describe('acceptance 17: several checks', () => {
  const checks = [
    '- url: http://api.example.com/a',
    '- url: http://api.example.com/b',
    '- url: http://api.example.com/docs',
    '  severity: advisory',
  ].join('\n')

  test('one that is red once in a streak lets it begin anew', async () => {
    const { asked, reason } = await play({ checks, 'success-threshold': '2' }, ({ path, count }) =>
      path === '/b' && count === 1 ? dead : good,
    )

    expect(asked.filter(({ plan }) => plan.url.endsWith('/b')).map(({ at }) => at)).toEqual([60, 70, 80, 90])
    expect(reason).toBe('healthy: 2 checks passed twice in a row, 90 s after the start (/a 0 ms).')
  })

  test('an advisory one that is red is a pass, with a warning and an entry', async () => {
    const { report, outputs } = await play({ checks }, ({ path }) => (path === '/docs' ? dead : good))

    expect(report.verdict.outcome).toBe('pass')
    expect(JSON.parse(outputs['failed-checks'] ?? '')).toEqual([
      {
        name: '/docs',
        severity: 'advisory',
        health: 'unhealthy',
        class: 'status',
        reason: 'got 503, expected 200-299',
        status: 503,
      },
    ])
    expect(
      report.verdict.checks.filter(({ severity, outcome }) => severity === 'warn' && outcome !== 'pass'),
    ).toHaveLength(1)
    expect(report.verdict.reasons).toContain('advisory unhealthy:status: /docs: got 503, expected 200-299')
  })

  test('trap 24: the old release on one, 500 without a version on the other: no rollback', async () => {
    const { report, outputs } = await play({ checks, 'expect-version': NEW }, ({ path }) =>
      path === '/b' ? answer({ status: 500 }) : old,
    )

    expect(report.verdict.outcome).toBe('fail')
    expect(outputs).toMatchObject({ health: 'unhealthy', 'failure-class': 'status', 'should-rollback': 'false' })
    expect(outputs['rollback-reason']).toBe(
      'release 2c87805 still answers, and 9f1e2c7 never did: a rollback would change nothing',
    )
  })

  test('trap 21: the message is about the first failing one, and no other hides it', async () => {
    const { reason, report } = await play({ checks }, ({ path }) => (path === '/a' ? dead : answer({ status: 500 })))

    expect(reason).toBe('unhealthy: /a: got 503, expected 200-299 (0 ms, attempt 5 of 5, 203.0.113.7).')
    expect(report.verdict.reasons).toContain('also unhealthy:status: /b: got 500, expected 200-299')
  })
})

describe('messages', () => {
  test('an expectation that failed, with the answer it is about and the failing part', async () => {
    const degraded = answer({ body: { status: 'degraded', components: { redis: { status: 'down' } } } })

    const { reason } = await play({ url: `diagnostics=${url}`, 'expect-json': '$.status == "ok"' }, () => ({
      takesMs: 83,
      exchange: degraded,
    }))

    expect(reason).toBe(
      'unhealthy: diagnostics: expected $.status == "ok", got "degraded" (HTTP 200, 83 ms, attempt 5 of 5, 203.0.113.7); failing part: components.redis "down".',
    )
  })

  test('unreachable names what was tried and what was not judged', async () => {
    const { reason, report, outputs } = await play({ url }, always(away))

    expect(reason).toBe(
      'unreachable: api.example.com:80 accepted no connection within 10 s in 5 of 5 attempts (connect-timeout). The release was not judged. Check the allow list and the DNS entry.',
    )
    expect(report.verdict.outcome).toBe('inconclusive')
    expect(outputs['should-rollback']).toBe('false')
  })

  test('blocked names the edge', async () => {
    const page = answer({
      status: 403,
      headers: { server: 'cloudflare', 'content-type': 'text/html', 'cf-ray': '8a1' },
    })

    const { reason } = await play({ url: `api-health=${url}` }, always(page))

    expect(reason).toBe(
      'blocked: api-health got 403 from the edge (cf-ray: 8a1) (5 of 5 attempts): the edge refuses this runner. Probe the origin with "resolve", or let the runner\'s address pass.',
    )
  })

  test('flapping tells how often it was good, and its last failure', async () => {
    const { reason, outputs } = await play({ url: 'a=http://h/a\nb=http://h/b' }, ({ path, count }) =>
      (path === '/a') === (count % 2 === 1) ? dead : good,
    )

    // the last of five rounds is good for a and bad for b, so b is bad and a took turns
    expect(outputs).toMatchObject({ health: 'unhealthy', 'failure-class': 'flapping', 'should-rollback': 'true' })
    expect(reason).toBe(
      'unhealthy: a: good and bad in turns, good in 3 of 5 answers; the last failure: got 503, expected 200-299 (0 ms, attempt 4 of 5, 203.0.113.7).',
    )
  })

  test('too few rounds before the deadline are no fault of the release', async () => {
    const { reason, outputs } = await play(
      { url, 'success-threshold': '5', 'initial-delay': '0', deadline: '20s' },
      always(good),
    )

    expect(outputs).toMatchObject({
      health: 'unverified',
      'failure-class': 'too-few-rounds',
      'should-rollback': 'false',
    })
    expect(reason).toBe(
      'unverified: 3 rounds passed and none failed, but the deadline (20 s) came before 5 in a row. Give it a later deadline.',
    )
  })

  test('answers from a cache are told as such', async () => {
    const { reason, report } = await play({ url }, always(answer({ headers: { age: '12' } })))

    expect(reason).toBe(
      'unverified: /health: the answer came from a cache (age: 12), 5 of 5 attempts. Such an answer says nothing of the release.',
    )
    expect(report.verdict.reasons).toContain('Set cache-bust: true, or probe the origin with resolve.')
  })

  test('the log has one line a sample', async () => {
    const { log } = await play(
      { url: 'api-health=http://h/a\ndiagnostics=http://h/b', 'expect-version': NEW, 'initial-delay-mode': 'fixed' },
      ({ path, count }) => {
        const edge = answer({ status: 503, headers: { 'x-render-routing': 'no-server' } })
        return { takesMs: 1000, exchange: count > 0 ? good : path === '/a' ? edge : old }
      },
    )

    expect(log).toContain(
      'attempt 1/5     +1m01s  api-health   503   1000 ms  203.0.113.7  edge-upstream: got 503, expected 200-299 (x-render-routing: no-server)',
    )
    expect(log).toContain('diagnostics  200   1000 ms  203.0.113.7  stale: release 2c87805 answers, expected 9f1e2c7')
    expect(log).toContain('healthy, release 9f1e2c7')
  })
})

describe('control-url', () => {
  const control = 'http://control.example.com/robots.txt'
  const given = { url, 'control-url': control }
  const isControl = (path: string): boolean => path === '/robots.txt'

  test.each([
    ['refused', refused],
    ['edge', answer({ status: 503, headers: { 'x-render-routing': 'no-server' } })],
    ['never reached', away],
  ])('correction 4: %s with a dead control is not judged', async (_name, exchange) => {
    const { outputs, asked, report } = await play(given, ({ path }) =>
      isControl(path) ? failure('connect-timeout') : exchange,
    )

    expect(outputs).toMatchObject({
      health: 'unreachable',
      'failure-class': 'control-failed',
      'should-rollback': 'false',
    })
    expect(report.verdict.outcome).toBe('inconclusive')
    expect(asked.filter(({ plan }) => plan.url === control).map(({ at }) => at)).toEqual([100, 101])
  })

  test('any status below 500 shows that there is a network', async () => {
    const { outputs, asked } = await play(given, ({ path }) => (isControl(path) ? answer({ status: 404 }) : refused))

    expect(outputs).toMatchObject({ health: 'unhealthy', 'failure-class': 'refused', 'should-rollback': 'true' })
    expect(outputs['rollback-reason']).toContain('and the control answered')
    expect(asked.filter(({ plan }) => plan.url === control)).toHaveLength(1)
  })

  test('a proxy that asks for a password shows none', async () => {
    const { outputs } = await play(given, ({ path }) =>
      isControl(path) ? answer({ status: 407, rest: { viaProxy: true } }) : refused,
    )

    expect(outputs['failure-class']).toBe('control-failed')
  })

  test('the second try counts', async () => {
    const { outputs } = await play(given, ({ path, count }) =>
      isControl(path) && count === 1 ? good : isControl(path) ? dead : refused,
    )

    expect(outputs['failure-class']).toBe('refused')
  })

  test('it is not asked where the application itself answered badly, nor on success', async () => {
    const bad = await play(given, always(dead))
    const fine = await play(given, always(good))

    expect([...bad.asked, ...fine.asked].filter(({ plan }) => plan.url === control)).toEqual([])
  })

  test('it gets no header and no token of the checks', async () => {
    const { asked } = await play({ ...given, 'bearer-token': 'abc-token', headers: 'X-Api-Key: k' }, ({ path }) =>
      isControl(path) ? good : refused,
    )

    expect(asked.at(-1)?.plan).not.toHaveProperty('headers')
    expect(asked.at(-1)?.plan).not.toHaveProperty('body')
  })
})

describe('thresholds', () => {
  /** The first answer takes 9 s, every other one as long as `slow` says. */
  const latencies =
    (...slow: readonly number[]): World =>
    ({ count }) => ({ takesMs: count === 0 ? 9000 : (slow[count - 1] ?? 100), exchange: good })

  test('trap 22: one slow first answer is no latency failure', async () => {
    const { outputs, report, asked } = await play({ url, 'max-latency': '800ms' }, latencies(100, 200, 300, 400, 500))

    expect(asked).toHaveLength(6)
    expect(report.verdict.outcome).toBe('pass')
    expect(outputs['latency-ms']).toBe('300')
    expect(report.verdict.measurements).toContainEqual({ metric: 'max', value: 500, unit: 'ms', samples: 5 })
  })

  test('warm samples above the limit fail, and a rollback must be asked for by name', async () => {
    const { outputs, report, reason } = await play(
      { url, thresholds: 'p95 < 400ms' },
      latencies(100, 200, 300, 400, 500),
    )

    expect(report.verdict.outcome).toBe('fail')
    expect(outputs).toMatchObject({ health: 'unhealthy', 'failure-class': 'threshold', 'should-rollback': 'false' })
    expect(reason).toMatch(/^unhealthy: every check passed, but p95 .*500 ms.* \(max of 5\)\.$/)
    const asked = await play(
      { url, thresholds: 'p95 < 400ms', 'rollback-on': 'unhealthy:threshold' },
      latencies(100, 200, 300, 400, 500),
    )
    expect(asked.outputs['should-rollback']).toBe('true')
  })

  test('a line with warn is reported and decides nothing', async () => {
    const { report } = await play({ url, thresholds: 'p95 < 400ms warn' }, latencies(100, 200, 300, 400, 500))

    expect(report.verdict.outcome).toBe('pass')
    expect(report.verdict.checks.filter(({ outcome }) => outcome === 'fail')).toHaveLength(1)
  })

  test('a line of one check takes warm samples of that one alone', async () => {
    const { asked } = await play({ url: 'a=http://h/a\nb=http://h/b', thresholds: 'b: max < 10s' }, latencies())

    expect(asked.filter(({ plan }) => plan.url === 'http://h/a')).toHaveLength(1)
    expect(asked.filter(({ plan }) => plan.url === 'http://h/b')).toHaveLength(6)
  })

  test('without a line on latency there are no warm samples', async () => {
    const { asked } = await play({ url, thresholds: 'time_to_healthy < 90s' }, latencies())

    expect(asked).toHaveLength(1)
  })

  test('time_to_healthy ends with the streak, not with the warm samples', async () => {
    const { report } = await play({ url, thresholds: 'time_to_healthy < 70s\nmax < 10s' }, latencies())

    expect(report.verdict.measurements).toContainEqual({ metric: 'time_to_healthy', value: 69_000, unit: 'ms' })
    expect(report.verdict.outcome).toBe('pass')
  })

  test('a warm sample that fails begins the streak anew, within the attempts left', async () => {
    const { outputs, asked } = await play({ url, 'max-latency': '10s' }, ({ count }) => (count === 2 ? dead : good))

    expect(outputs).toMatchObject({ health: 'healthy', attempts: '2' })
    expect(asked).toHaveLength(3 + 6)
  })

  test('a warm sample that fails behind the last attempt is flapping', async () => {
    const { outputs } = await play({ url, 'max-latency': '10s', 'max-attempts': '1' }, ({ count }) =>
      count === 2 ? dead : good,
    )

    expect(outputs).toMatchObject({ health: 'unhealthy', 'failure-class': 'flapping', 'should-rollback': 'true' })
  })

  test('an advisory check that is not healthy answers no line about it: that is a failure, not a pass', async () => {
    const checks = '- url: http://h/a\n- url: http://h/docs\n  severity: advisory'

    const { outputs, report } = await play({ checks, thresholds: '/docs: max < 1s' }, ({ path }) =>
      path === '/docs' ? dead : good,
    )

    expect(outputs['failure-class']).toBe('threshold')
    expect(report.verdict.outcome).toBe('fail')
  })

  test('the whole is the gating checks together', async () => {
    const checks = '- url: http://h/a\n- url: http://h/docs\n  severity: advisory'

    const { report } = await play({ checks, 'max-latency': '1s' }, ({ path, count }) => ({
      takesMs: path === '/docs' ? 5000 : count === 0 ? 2000 : 50,
      exchange: good,
    }))

    expect(report.verdict.outcome).toBe('pass')
  })
})

describe('certificates', () => {
  const now = Date.parse('2026-03-01T12:00:00Z')
  const withCert = (days: number) =>
    answer({
      rest: {
        url: 'https://h/',
        certificate: { subject: 'h', issuer: 'ca', validTo: new Date(now + days * 86_400_000 + 3_600_000) },
      },
    })

  test('one that ends soon is a warning', async () => {
    const { report, outputs } = await play({ url: 'https://h/', 'initial-delay': '0' }, always(withCert(3)))

    expect(report.verdict.outcome).toBe('pass')
    expect(outputs['cert-days-left']).toBe('3')
    expect(report.verdict.checks.find(({ outcome }) => outcome === 'fail')).toMatchObject({
      threshold: 'cert_days >= 14 warn',
      severity: 'warn',
    })
  })

  test('the line is made for https alone', async () => {
    const { report } = await play({ url }, always(good))

    expect(report.verdict.checks.some(({ threshold }) => threshold.includes('cert_days'))).toBe(false)
  })

  test('of several the soonest counts for the whole, and is named', async () => {
    const { report } = await play({ url: 'a=https://h/a\nb=https://h/b' }, ({ path }) =>
      withCert(path === '/b' ? 3 : 90),
    )

    expect(report.verdict.checks.find(({ outcome }) => outcome === 'fail')?.explanation).toMatch(/ \(b\)$/)
  })
})

describe('warnings', () => {
  const warnings = (played: Awaited<ReturnType<typeof play>>): string[] =>
    played.frame.lines.filter(({ kind }) => kind === 'warning').map(({ text }) => text)

  test('tls-insecure warns on every run', async () => {
    expect(warnings(await play({ url, 'tls-insecure': 'true' }, always(good)))).toEqual([
      'tls-insecure: any certificate is accepted, so anybody on the way may have answered.',
    ])
  })

  test('grace without a version warns', async () => {
    expect(warnings(await play({ url, 'initial-delay-mode': 'grace' }, always(good)))[0]).toContain(
      'can pass on the old release',
    )
  })

  test('trap 19: the merge commit of a pull request warns', async () => {
    const env = { GITHUB_EVENT_NAME: 'pull_request', GITHUB_SHA: NEW }

    expect(warnings(await play({ url, 'expect-version': NEW }, always(good), { env }))[0]).toContain('merge commit')
    expect(warnings(await play({ url, 'expect-version': OLD }, always(old), { env }))).toEqual([])
    expect(
      warnings(
        await play({ url, 'expect-version': NEW }, always(good), { env: { ...env, GITHUB_EVENT_NAME: 'push' } }),
      ),
    ).toEqual([])
  })

  test('trap 19: no version is guessed', async () => {
    const { outputs, report } = await play({ url }, always(old), { env: { GITHUB_SHA: NEW } })

    expect(report.verdict.outcome).toBe('pass')
    expect(outputs['version-observed']).toBe(OLD)
  })
})

describe('trap 29: cancellation', () => {
  test('during a request it is cancelled, and no rollback follows', async () => {
    const { report, outputs, summary } = await play({ url }, always(failure('aborted')), {
      onRequest: (frame) => frame.abort('SIGTERM'),
    })

    expect(report.verdict.outcome).toBe('inconclusive')
    expect(outputs).toMatchObject({ health: 'cancelled', 'should-rollback': 'false', attempts: '0' })
    expect(report.verdict.reasons[0]).toMatch(
      /^cancelled: SIGTERM ended the check after 60 s and 0 attempts. Nothing was judged./,
    )
    expect(summary).toContain('cancelled')
  })

  test('while the control is asked as well', async () => {
    const { outputs } = await play({ url, 'control-url': 'http://c/robots.txt' }, always(refused), {
      onRequest: (frame) => {
        if (frame.clock.monotonic() >= 100_500) frame.abort('SIGINT')
      },
    })

    expect(outputs).toMatchObject({ health: 'cancelled', 'should-rollback': 'false' })
  })
})

describe('evidence', () => {
  test('every expectation is a check, and the rounds are kept with versions and phases', async () => {
    const { report } = await play(
      { url: `api=${url}`, 'expect-version': NEW, 'expect-json': '$.status == "ok"', 'initial-delay-mode': 'fixed' },
      ({ count }) => (count === 0 ? old : good),
    )

    expect(report.verdict.checks.map(({ threshold, outcome, measured }) => [threshold, outcome, measured])).toEqual([
      ['api: status 200-299', 'pass', '200'],
      ['api: $.status == "ok"', 'pass', '"ok"'],
      ['api: health document', 'pass', '"ok"'],
      ['api: release == 9f1e2c7', 'pass', '9f1e2c7'],
    ])
    expect(report.verdict.evidence).toMatchObject({
      health: 'healthy',
      timeToHealthyMs: 70_000,
      rounds: [
        {
          kind: 'attempt',
          number: 1,
          colour: 'red',
          samples: [{ check: 'api', health: 'stale', version: OLD, phases: { firstByte: 80, lastByte: 0 } }],
        },
        { kind: 'attempt', number: 2, colour: 'green' },
      ],
    })
  })

  test('what was not judged behind a refused status is inconclusive, and the status fails', async () => {
    const { report } = await play({ url: `api=${url}`, 'expect-json': '$.a == 1' }, always(dead))

    expect(report.verdict.checks.map(({ threshold, outcome }) => [threshold, outcome])).toEqual([
      ['api: status 200-299', 'fail'],
      ['api: $.a == 1', 'inconclusive'],
    ])
  })

  test('where the edge blocked, no expectation has failed', async () => {
    const { report } = await play({ url }, always(answer({ status: 429 })))

    expect(report.verdict.outcome).toBe('inconclusive')
    expect(report.verdict.checks.some(({ outcome }) => outcome === 'fail')).toBe(false)
  })

  test('thousands of rounds are not all kept', async () => {
    const { report } = await play({ url, 'initial-delay': '0', 'max-attempts': '1200', interval: '1s' }, always(dead))

    expect(report.verdict.evidence).toMatchObject({ roundsLeftOut: 200 })
  })

  test('of many checks fewer rounds are kept, the first and the last of them', async () => {
    const checks = Array.from({ length: 50 }, (_, index) => `- url: http://h/${index}`).join('\n')

    const { report } = await play({ checks, 'initial-delay': '0', 'max-attempts': '100', interval: '1s' }, always(dead))

    const { rounds } = report.verdict.evidence
    expect(Array.isArray(rounds) ? rounds.length : 0).toBe(20)
    expect(rounds).toMatchObject({ 0: { number: 1 }, 4: { number: 5 }, 5: { number: 86 }, 19: { number: 100 } })
  })
})

describe('trap 30 and acceptance 13: Retry-After', () => {
  test.each([
    ['2', 10],
    ['20', 20],
    ['Sun, 01 Mar 2026 12:01:22 GMT', 22],
    ['Sun, 01 Mar 2026 11:00:00 GMT', 10],
    ['99999', 60],
    ['soon', 10],
  ])('%s waits %d s', async (value, waitS) => {
    const { asked } = await play({ url }, ({ count }) =>
      count === 0 ? answer({ status: 503, headers: { 'retry-after': value } }) : good,
    )

    expect((asked[1]?.at ?? 0) - (asked[0]?.at ?? 0)).toBe(waitS)
  })

  test('only 429 and 503 may ask, and no advisory check', async () => {
    const headers = { 'retry-after': '50' }
    const other = await play({ url }, ({ count }) => (count === 0 ? answer({ status: 500, headers }) : good))
    const advisory = await play(
      { checks: '- url: http://h/a\n- url: http://h/b\n  severity: advisory' },
      ({ path, count }) =>
        path === '/b' || count === 0 ? answer({ status: 503, ...(path === '/b' ? { headers } : {}) }) : good,
    )

    expect(other.asked[1]?.at).toBe(70)
    expect(advisory.asked[2]?.at).toBe(70)
  })
})

test('ca reads a file, and refuses one that is not there or not PEM', async () => {
  await expect(play({ url, ca: 'gone.pem' }, always(good))).rejects.toThrow('ca: there is no file "gone.pem"')
  await expect(play({ url, ca: 'a.pem' }, always(good), { files: { 'a.pem': 'nothing' } })).rejects.toThrow(/^ca: /)
})

test('the requests say who asks, and carry what was asked for', async () => {
  const { asked } = await play(
    {
      url,
      headers: 'X-A: b\nHost: other.example.com',
      'bearer-token': 'abc-token',
      'ip-family': '6',
      proxy: 'none',
      resolve: 'api.example.com:80:127.0.0.1',
      'follow-redirects': 'all',
    },
    always(good),
  )

  expect(asked[0]?.plan).toMatchObject({
    method: 'GET',
    headers: { 'X-A': 'b', Host: 'other.example.com', authorization: 'Bearer abc-token' },
    family: 6,
    proxy: 'none',
    followRedirects: 'all',
    timeoutMs: 10_000,
  })
  expect(asked[0]?.plan.defaultHeaders?.['user-agent']).toBe('hardgate-health-check/1')
})
