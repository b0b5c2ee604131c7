import {
  judge,
  parseBodyExpectation,
  parseHeaderExpectation,
  parseJsonExpectation,
  parseStatusSet,
} from '@hardgate/health'
import { describe, expect, test } from '@jest/globals'
import { answer, compile, expectations } from './answers.ts'

/** The reason for which an answer with this JSON fails the line; empty where it holds. */
function reasonOf(line: string, body: unknown): string {
  return judge(answer({ body }), expectations({ json: [line], rest: { readsDocuments: false } })).reason
}

describe('expect-status', () => {
  test.each([
    ['200-299', [200, 204, 299], [199, 300, 401, 500]],
    ['200-299,401,!204', [200, 401], [204, 403]],
    ['2xx', [200, 299], [300]],
    ['301', [301], [200, 302]],
    ['2XX, 503', [200, 503], [500]],
    ['', [200, 404, 500, 101], [301, 302, 308]],
  ])('%j accepts %j and refuses %j', (text, good, bad) => {
    const set = parseStatusSet(text)

    expect(good.filter((status) => !set.has(status))).toEqual([])
    expect(bad.filter((status) => set.has(status))).toEqual([])
  })

  test.each(['2x', '20', '299-200', '6xx', '200;201', 'ok', '200,', '0200', '1e2'])(
    'acceptance 15: %j is refused',
    (text) => {
      expect(() => parseStatusSet(text)).toThrow(/is not a status; write 200, 200-299, 2xx or !204/)
    },
  )

  test('a list of exclusions alone accepts nothing, so it is refused', () => {
    expect(() => parseStatusSet('!204')).toThrow('only excludes')
  })
})

describe('expect-json', () => {
  const checks = { checks: [{ ok: true }, { ok: false }] }

  test.each<[string, unknown]>([
    ['$.status == "ok"', { status: 'ok' }],
    ['$.status=="ok"', { status: 'ok' }],
    ['$.n == 1', { n: 1 }],
    ['$.n != "1"', { n: 1 }],
    ['$.n == null', { n: null }],
    ['$.a == {"b": [1, 2], "c": 3}', { a: { c: 3, b: [1, 2] } }],
    ['$.n < 5', { n: 4.5 }],
    ['$.n <= 5', { n: 5 }],
    ['$.n > 4', { n: 5 }],
    ['$.n >= 5', { n: 5 }],
    ['$.day < "2026-02-01"', { day: '2026-01-31' }],
    ['$.v ~ /^v2/', { v: 'v2.1' }],
    ['$.v ~ /^V2/i', { v: 'v2.1' }],
    ['$.v !~ /beta/', { v: 'v2.1' }],
    ['$.s in ["ok", "warn"]', { s: 'warn' }],
    ['$.s in["ok"]', { s: 'ok' }],
    ['$.s exists', { s: null }],
    ['$.error not exists', { s: 1 }],
    ['$.checks[*].ok any == true', checks],
    ['$.checks[*].n all >= 1', { checks: [{ n: 1 }, { n: 2 }] }],
    ['$.list[0] == 1', { list: [1, 2] }],
    ['$.checks[?@.name == "db"].ok == true', { checks: [{ name: 'db', ok: true }] }],
    ["$['a b'] == 1", { 'a b': 1 }],
    ['$["x = 1"] == 2', { 'x = 1': 2 }],
    ['$ == []', []],
    ['$..id any == 7', { a: [{ id: 7 }] }],
  ])('%s holds', (line, body) => {
    expect(reasonOf(line, body)).toBe('')
  })

  test.each<[string, unknown, string]>([
    ['$.status == "ok"', { status: 'degraded' }, 'expected $.status == "ok", got "degraded"'],
    ['$.n == 1', { n: '1' }, 'expected $.n == 1, got the string "1"'],
    ['$.n == "1"', { n: 1 }, 'expected $.n == "1", got the number 1'],
    ['$.n == 1', { n: null }, 'expected $.n == 1, got null'],
    ['$.n == 1', { n: [1] }, 'expected $.n == 1, got the array [1]'],
    ['$.n < 5', { n: '4' }, 'expected $.n < 5, got the string "4"'],
    ['$.v ~ /2/', { v: 2 }, 'expected $.v ~ /2/, got the number 2'],
    ['$.v !~ /3/', { v: 2 }, 'expected $.v !~ /3/, got the number 2'],
    ['$.s in ["ok"]', { s: 'down' }, 'expected $.s in ["ok"], got "down"'],
    ['$.gone == 1', {}, 'expected $.gone == 1, but $.gone is not there'],
    ['$.gone != 1', {}, 'expected $.gone != 1, but $.gone is not there'],
    ['$.gone !~ /x/', {}, 'expected $.gone !~ /x/, but $.gone is not there'],
    ['$.gone exists', {}, 'expected $.gone exists, but $.gone is not there'],
    ['$.error not exists', { error: 'boom' }, 'expected $.error not exists, got "boom"'],
    [
      '$.checks[*].ok == true',
      checks,
      'expected $.checks[*].ok == true, but the path selects 2 values; write "all" or "any" before the operator',
    ],
    ['$.checks[*].ok all == true', checks, 'expected $.checks[*].ok all == true, got false (1 of 2 values fail)'],
    ['$.checks[*].ok any == 1', checks, 'expected $.checks[*].ok any == 1, got [true,false]'],
  ])('%s fails and says why', (line, body, reason) => {
    expect(reasonOf(line, body)).toBe(reason)
  })

  test.each(['$.checks[*].ok all == true', '$.checks[*].ok any == true', '$.checks[*].ok all != true'])(
    'trap 16: %s over nothing fails',
    (line) => {
      expect(reasonOf(line, { checks: [] })).toContain('is not there')
    },
  )

  test('trap 15: a byte order mark before the JSON is skipped', () => {
    expect(reasonOf('$.a == 1', Buffer.from('\uFEFF{"a":1}'))).toBe('')
  })

  test('trap 15: of two equal keys the last wins', () => {
    expect(reasonOf('$.a == 2', '{"a":1,"a":2}')).toBe('')
  })

  test.each([
    ['9007199254740993', '9007199254740993', true],
    ['9007199254740993', '9007199254740992', false],
    ['-9007199254740993', '-9007199254740992', false],
    ['12345678901234567890', '12345678901234567891', false],
  ])('trap 15: %s against %s compares as text', (wanted, got, isEqual) => {
    expect(reasonOf(`$.id == ${wanted}`, `{"id":${got}}`) === '').toBe(isEqual)
  })

  test('trap 15: large integers keep their order, and digits in texts stay texts', () => {
    const body = '{"id":9007199254740993,"text":"9007199254740993, \\"9007199254740993","f":1.12345678901234567}'

    expect(reasonOf('$.id > 9007199254740992', body)).toBe('')
    expect(reasonOf('$.text == "9007199254740993, \\"9007199254740993"', body)).toBe('')
    expect(reasonOf('$.f < 2', body)).toBe('')
  })

  test('trap 15: what is no JSON is not mended by reading large integers exactly', () => {
    expect(reasonOf('$.a exists', '{9007199254740993:1,"a":1}')).toContain('the body is not JSON')
  })

  test('a document nested too deep to search fails instead of crashing', () => {
    expect(reasonOf('$..x exists', `${'['.repeat(5000)}${']'.repeat(5000)}`)).toMatch(/too deep|not JSON/)
  })

  test('a document nested too deep to show fails with a message', () => {
    expect(reasonOf('$.a == 1', `{"a":${'['.repeat(50_000)}${']'.repeat(50_000)}}`)).not.toBe('')
  })

  test('a body that is not JSON is shown by its start', () => {
    expect(reasonOf('$.a == 1', '<html><body>Hello')).toBe(
      'expected $.a == 1, but the body is not JSON, it starts with "<html><body>Hello"',
    )
  })

  test('the value of a member with a secret name is not shown', () => {
    expect(reasonOf('$.settings["api_key"] == "x"', { settings: { api_key: 'k1' } })).toBe(
      'expected $.settings["api_key"] == "x", got ***',
    )
    expect(reasonOf('$.settings == 1', { settings: { api_key: 'k1' } })).not.toContain('k1')
  })

  test.each([
    ['$.status == ok', 'has a value that is not JSON; a text needs double quotes: "ok"'],
    ["$.status == 'ok'", 'has a value that is not JSON; a text needs double quotes: "ok"'],
    ['$.status', 'lacks an operator after its path'],
    ['$.status is "ok"', 'lacks an operator after its path'],
    ['$.status all exists', 'lacks an operator after its path'],
    ['status == "ok"', 'a path starts with "$"'],
    ['$.status ==', 'ends where its value should stand'],
    ['$.n < true', 'compares by order with true; only numbers and texts have one'],
    ['$.s in "ok"', 'needs a list'],
    ['$.s in []', 'needs a list'],
    ['$.v ~ v2', 'needs a pattern'],
    ['$.v ~ /(/', 'is not a regular expression'],
    ['$.v ~ /a/g', 'its flags may only be i, m, s, u, v'],
  ])('%s is refused', (line, problem) => {
    expect(() => parseJsonExpectation(line, compile)).toThrow(problem)
  })

  test('acceptance 15: a malformed path is refused with the position', () => {
    expect(() => parseJsonExpectation('$.checks[* == 1', compile)).toThrow(/is not a JSONPath: .* at position \d+$/)
    expect(() => parseJsonExpectation('$.a.. == 1', compile)).toThrow(
      '"$.a.." is not a JSONPath: bald descendant segment at position 6',
    )
  })
})

describe('expect-body', () => {
  const reason = (line: string, body: string): string => judge(answer({ body }), expectations({ body: [line] })).reason

  test.each([
    ['hello', 'say hello to all'],
    ['/he.lo/', 'hello'],
    ['/HELLO/i', 'hello'],
    ['! maintenance', 'all fine'],
    ['! /main.*ance/', 'all fine'],
    ['/docs', 'see /docs for more'],
    ['!important', 'a{b:c !important}'],
  ])('%s holds for %j', (line, body) => {
    expect(reason(line, body)).toBe('')
  })

  test.each([
    ['hello', 'bye', 'the body does not hold "hello"'],
    ['/^h/', 'bye', 'the body does not hold /^h/'],
    ['! maintenance', 'in maintenance', 'the body holds "maintenance", which it must not'],
  ])('%s fails for %j', (line, body, expected) => {
    expect(reason(line, body)).toBe(expected)
  })

  test('a text between slashes that is no regular expression shows how it is written as one', () => {
    expect(() => parseBodyExpectation('/api/docs')).toThrow('for a text between slashes write "/\\/api\\/docs/"')
  })
})

describe('expect-header', () => {
  const headers = { 'content-type': 'application/json; charset=utf-8', 'x-a': 'b' }
  const reason = (line: string): string => judge(answer({ headers }), expectations({ headers: [line] })).reason

  test.each(['X-A: b', 'x-a:b', 'Content-Type ~ /json/', 'content-type ~/^APPLICATION/i'])('%s holds', (line) => {
    expect(reason(line)).toBe('')
  })

  test.each([
    ['X-A: c', 'expected the header X-A: c, got "b"'],
    ['X-B: c', 'expected the header X-B: c, but there is no x-b'],
    ['constructor: c', 'expected the header constructor: c, but there is no constructor'],
    ['Content-Type ~ /html/', 'expected the header Content-Type ~ /html/, got "application/json; charset=utf-8"'],
  ])('%s fails', (line, expected) => {
    expect(reason(line)).toBe(expected)
  })

  test.each(['X A: b', 'x-a', 'x-a:', 'x-a ~ json'])('%j is refused', (line) => {
    expect(() => parseHeaderExpectation(line)).toThrow(/write Name: value|needs a pattern/)
  })
})

describe('bodies', () => {
  test.each([
    [204, ''],
    [304, ''],
    [200, ''],
  ])('trap 14: an expectation on the body of a %d without one fails with "no body"', (status, body) => {
    const wanted = expectations({ status: '200-399', json: ['$.a == 1'], body: ['x'] })

    const { failureClass, reason, results } = judge(answer({ status, body }), wanted)

    expect(failureClass).toBe('assertion')
    expect(reason).toBe('expected $.a == 1, but there is no body')
    expect(results.filter(({ outcome }) => outcome === 'fail')).toHaveLength(2)
  })

  test('a body that was cut fails what is asserted of it', () => {
    const cut = answer({ body: '{"a":1}', rest: { isBodyCut: true } })

    expect(judge(cut, expectations({ json: ['$.a == 1'] })).reason).toBe(
      'expected $.a == 1, but the body is larger than 1 MiB',
    )
    expect(judge(cut, expectations({ body: ['a'] })).failureClass).toBe('assertion')
  })

  test('a body that was cut passes where nothing is asserted of it', () => {
    expect(judge(answer({ body: '{"status":"fail"', rest: { isBodyCut: true } }), expectations()).health).toBe(
      'healthy',
    )
  })
})
