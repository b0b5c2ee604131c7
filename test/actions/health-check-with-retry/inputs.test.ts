import { describe, expect, test } from '@jest/globals'
import { secretsOfInputs } from '../../../actions/health-check-with-retry/src/plan.ts'
import { checksFor, problemsOf, read } from './read.ts'

const url = 'http://api.example.com/health'

test('url alone is enough, and the defaults are those of the contract', async () => {
  const inputs = await read({ url })

  expect(inputs).toMatchObject({
    'initial-delay': 60_000,
    'max-attempts': 5,
    interval: 10_000,
    timeout: 10_000,
    'success-threshold': 1,
    'min-cert-days': 14,
    'max-retry-after': 60_000,
    'follow-redirects': 'same-host',
    'expect-version': undefined,
    deadline: undefined,
  })
})

test('acceptance 15: all that is wrong is told in one report', async () => {
  const problems = await problemsOf({
    interval: 'abc',
    'expect-status': '2x',
    'max-attempts': '0',
    'expect-json': '$.a[ == 1',
    checks: [
      '- path: http://api.example.com/a',
      '  method: HEAD',
      '  expect-json: $.a == 1',
      '- url: http://api.example.com/b',
      '  expect-statsu: 200',
      '- url: http://api.example.com/c',
      '  expect-status: ""',
      '  health-format: none',
      '  expect-json: ""',
    ].join('\n'),
  })

  const text = problems.join('\n')
  expect(text).toContain('interval: "abc" is not a duration.')
  expect(text).toContain('expect-status: "2x" is not a status')
  expect(text).toContain('max-attempts: 0 goes on until deadline, which is then required.')
  expect(text).toContain('checks, entry 1: HEAD has no body, so expect-json cannot hold.')
  expect(text).toMatch(/^expect-json: "\$\.a\[" is not a JSONPath: .* at position 5\.$/m)
  expect(text).toContain('checks, entry 2: "expect-statsu" is not a key of a check. Did you mean expect-status?')
  expect(text).toContain('checks, entry 3: expects nothing')
})

describe('trap 2: durations', () => {
  test.each([
    ['20s', 20_000],
    ['20', 20_000],
    ['500ms', 500],
    ['1m30s', 90_000],
  ])('%s is %d ms', async (text, ms) => {
    expect((await read({ url, interval: text })).interval).toBe(ms)
  })

  test.each(['abc', '10 parsecs', '-1s', '1e3', '10sec', '0x10'])('%s is an input error', async (text) => {
    expect(await problemsOf({ url, timeout: text, interval: text })).toHaveLength(2)
  })

  test('an emptied timeout in an entry is an input error, one of an input takes the default', async () => {
    expect(await problemsOf({ checks: `- url: ${url}\n  timeout: ""` })).toEqual([
      'checks, entry 1, timeout: is empty. Leave it out to take the input of that name.',
    ])
    expect((await read({ url, timeout: '' })).timeout).toBe(10_000)
  })
})

describe('url', () => {
  test('lines have names of their own, or are called by their path', async () => {
    const checks = await checksFor({
      'base-url': 'http://api.example.com/v1/',
      url: ['/health', 'db=/diagnostics?name=a', 'http://api.example.com/live?x=y=z'].join('\n'),
    })

    expect(checks.map(({ subject, target }) => [subject.name, target.plan.url])).toEqual([
      ['/v1/health', 'http://api.example.com/v1/health'],
      ['db', 'http://api.example.com/v1/diagnostics?name=a'],
      ['/live', 'http://api.example.com/live?x=y=z'],
    ])
  })

  test('where hosts differ the name holds the host, and equal names get a number', async () => {
    const checks = await checksFor({ url: 'http://a/h\nhttp://b:81/h\nhttp://a/h?x=1' })

    expect(checks.map(({ subject }) => subject.name)).toEqual(['a/h', 'b:81/h', 'a/h (2)'])
  })

  test.each([
    [{}, 'url is required, or checks.'],
    [{ url: '/health' }, 'base-url is required: url, /health is a path.'],
    [{ url: 'example.com/health' }, 'url: "example.com/health" is neither a URL nor a path.'],
    [{ url: 'ftp://h/' }, 'url: "ftp://h/" is neither a URL nor a path.'],
    [{ url: '//h/health' }, 'url: "//h/health" starts with two slashes.'],
    [{ url: 'a=http://h/\na=http://h/b' }, 'Two checks have the name "a".'],
    [{ url: '/a', 'base-url': 'http://h/?x=1' }, 'base-url has a query or a fragment.'],
  ])('%j is refused', async (given, problem) => {
    expect((await problemsOf(given)).join('\n')).toContain(problem)
  })

  test('a wrong URL is shown without its password', async () => {
    const problems = await problemsOf({ url: 'ftp://user:s3cr3t@h/\nhttp://user:s3cr3t@h/a b' })

    expect(problems).toHaveLength(2)
    expect(problems.join('\n')).not.toContain('s3cr3t')
  })
})

describe('checks', () => {
  test('an entry takes from the inputs what it leaves out, and nothing that it empties', async () => {
    const [first, second, third] = await checksFor({
      'base-url': 'https://api.example.com',
      'expect-status': '200',
      'expect-json': '$.status == "ok"',
      'bearer-token': 'top-token',
      timeout: '3s',
      'expect-version': '12e4567890',
      checks: [
        '- name: one',
        '  path: /a',
        '- path: /b',
        '  severity: advisory',
        '  method: post',
        '  body: "{}"',
        '  headers: |',
        '    X-A: b',
        '    Host: other.example.com',
        '  bearer-token: ""',
        '  expect-status: 401',
        '  expect-json: ""',
        '  expect-version: none',
        '  timeout: 1s',
        '- path: /c',
        '  basic-auth: user:pw',
        '  expect-version: 12e4567',
        '  expect-header: |',
        '    X-A: b',
      ].join('\n'),
    })

    expect(first?.subject).toEqual({ name: 'one', isGating: true, origin: 'https://api.example.com' })
    expect(first?.target.plan).toMatchObject({
      method: 'GET',
      timeoutMs: 3000,
      headers: { authorization: 'Bearer top-token' },
    })
    expect(first?.expectations).toMatchObject({ expectedVersion: '12e4567890', status: { text: '200' } })
    expect(first?.expectations.json).toHaveLength(1)
    expect(second?.subject).toMatchObject({ name: '/b', isGating: false })
    expect(second?.target.plan).toMatchObject({
      method: 'POST',
      body: '{}',
      timeoutMs: 1000,
      headers: { 'X-A': 'b', Host: 'other.example.com' },
    })
    expect(second?.target.plan.headers).not.toHaveProperty('authorization')
    expect(second?.expectations).toMatchObject({ status: { text: '401' }, json: [] })
    expect(second?.expectations).not.toHaveProperty('expectedVersion')
    expect(third?.target.plan.headers).toEqual({ authorization: `Basic ${Buffer.from('user:pw').toString('base64')}` })
    // YAML's own reading of it would be a number: Infinity
    expect(third?.expectations.expectedVersion).toBe('12e4567')
    expect(third?.expectations.headers).toHaveLength(1)
  })

  test.each([
    ['a: [', 'is not YAML: line'],
    ['just text', 'is not a list. Start each check with "- ".'],
    ['[]', 'is an empty list'],
    ['- a', 'entry 1 has no keys'],
    ['- name: a', 'checks, entry 1 (a): has neither url nor path.'],
    ['- url: http://h/\n  path: /a', 'has both url and path.'],
    ['- url: http://h/\n  severity: hard', 'checks, entry 1, severity: "hard" is not one of gate or advisory.'],
    ['- url: http://h/\n  method: TRACE', 'is not a method to check with.'],
    [
      '- url: http://h/\n  headers: [a]',
      'checks, entry 1, headers: is not a text. Write several lines behind "headers: |".',
    ],
    ['- url: http://h/\n  url: http://i/', 'is not YAML: line 2: Map keys must be unique.'],
    ['- url: http://h/\n  severity: advisory', 'every entry is advisory'],
    ['- url: http://h/\n  bearer-token: a\n  basic-auth: b:c', 'has bearer-token and basic-auth.'],
    ['- url: http://h/\n  basic-auth: nocolon', 'checks, entry 1, basic-auth: the value has no colon.'],
    [
      '- url: http://h/\n  bearer-token: env:NOT_THERE',
      'checks, entry 1, bearer-token: the value is not set, or empty.',
    ],
    ['- url: http://h/\n  headers: "Cookie: a\\rb"', 'is not a header'],
    ['- url: http://h/\n  headers: "Content-Length: 3"', 'is set by the request itself'],
    [`- &a {url: 'http://h/'}\n${'- *a\n'.repeat(50)}`, 'has 51 entries. The most is 50.'],
    [`- url: http://h/\n  body: ${'x'.repeat(66_000)}`, 'checks is larger than 64 KiB.'],
  ])('what is wrong with a list is told (%#)', async (checks, problem) => {
    expect((await problemsOf({ checks })).join('\n')).toContain(problem)
  })

  test('the value of a secret is in no message', async () => {
    const problems = await problemsOf({
      headers: 'X-Api-Key s3cr3t',
      checks: '- url: http://h/\n  basic-auth: s3cr3t\n  headers: "Authorization : : s3cr3t\\u0001"',
      'basic-auth': 's3cr3t',
    })

    expect(problems.length).toBeGreaterThanOrEqual(3)
    expect(problems.join('\n')).not.toContain('s3cr3t')
  })

  test('HEAD with an expectation of the inputs is refused as well', async () => {
    expect(await problemsOf({ 'expect-body': 'ok', checks: `- url: ${url}\n  method: HEAD` })).toEqual([
      'checks, entry 1: HEAD has no body, so expect-body cannot hold. Write method: GET, or empty expect-body.',
    ])
  })
})

describe('what inputs say together', () => {
  test.each([
    [{ 'success-threshold': '6' }, 'success-threshold: 6 is above max-attempts: 5'],
    [{ deadline: '30s' }, 'deadline: 30s is before the end of initial-delay: 1m'],
    [{ thresholds: 'api: p95 < 1s' }, 'thresholds: "api: p95 < 1s" names no check. There are /health.'],
    [{ thresholds: 'cert_days > 3' }, 'asks for a certificate, and none of its checks is https.'],
    [{ thresholds: '/health: time_to_healthy < 1s' }, 'has a scope'],
    [{ thresholds: 'p95 < baseline' }, 'has a baseline, and this action has none.'],
    [{ thresholds: 'p99 < 1s' }, 'is not a metric of this gate.'],
    [{ 'rollback-on': 'unhealty' }, 'rollback-on: "unhealty" is no result to roll back on'],
    [{ 'bearer-token': 'a', 'basic-auth': 'b:c' }, 'bearer-token and basic-auth are both given.'],
    [{ resolve: 'h:443' }, 'resolve: "h:443" is not host:port:address.'],
    [{ resolve: 'h:443:name' }, 'resolve: "h:443:name" ends in no IP address.'],
    [{ proxy: 'proxy:3128' }, 'proxy: "proxy:3128" is no proxy.'],
    [{ 'expect-status': '!204' }, 'only excludes'],
    [{ 'version-from': 'commit' }, 'names no place'],
    [{ 'max-attempts': '5x' }, 'is not a whole number'],
  ])('%j is refused', async (given, problem) => {
    expect((await problemsOf({ url, ...given })).join('\n')).toContain(problem)
  })

  test('max-latency is a line of the threshold language', async () => {
    const { thresholds } = await read({ url, 'max-latency': '800ms' })

    expect(thresholds.map(({ line }) => line)).toEqual(['max < 800ms'])
  })

  test('resolve takes addresses of both families', async () => {
    const { resolve } = await read({
      url,
      resolve: 'a.example.com:443:203.0.113.7\nB.example.com:80:[2001:db8::1]\nc:81:::1',
    })

    expect([...resolve]).toEqual([
      ['a.example.com:443', '203.0.113.7'],
      ['b.example.com:80', '2001:db8::1'],
      ['c:81', '::1'],
    ])
  })

  test('expect-version none asks for no release', async () => {
    expect((await read({ url, 'expect-version': 'none' }))['expect-version']).toBeUndefined()
  })
})

describe('trap 28: secrets', () => {
  test('every secret of inputs and checks is known, with what it is part of', async () => {
    const inputs = await read(
      {
        url: 'http://u:url-pw@h/?token=query-token&page=1',
        headers: 'Authorization: Bearer header-token\nX-From-Env: env:FROM_ENV\nAccept: text/html',
        checks: [
          '- url: http://h/a',
          '  basic-auth: user:env:BASIC_PW',
          '- url: http://h/b',
          '  basic-auth: "TOKEN:"',
          '- url: http://h/c',
          '  bearer-token: env:BEARER',
        ].join('\n'),
      },
      { FROM_ENV: 'env-value', BASIC_PW: 'basic-pw', BEARER: 'bearer-value' },
    )

    const secrets = secretsOfInputs(inputs)

    expect(secrets).toEqual(
      expect.arrayContaining([
        'url-pw',
        'u:url-pw',
        'query-token',
        'header-token',
        'Bearer header-token',
        'env-value',
        'basic-pw',
        'user:basic-pw',
        // the base64 of it is not that of TOKEN alone
        'TOKEN:',
        'bearer-value',
      ]),
    )
    expect(secrets).not.toContain('text/html')
    expect(secrets).not.toContain('1')
  })
})
