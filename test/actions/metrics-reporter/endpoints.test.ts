import { InputProblem } from '@hardgate/action'
import { describe, expect, test } from '@jest/globals'
import { assign, headers, token } from '../../../actions/metrics-reporter/src/credentials.ts'
import { type EndpointLine, endpoints } from '../../../actions/metrics-reporter/src/endpoints.ts'

const parse = (text: string): readonly EndpointLine[] => endpoints().parse(text, {})

function problemsOf(text: string): string[] {
  try {
    parse(text)
  } catch (error) {
    const all: unknown[] = error instanceof AggregateError ? error.errors : []
    return all.map((one) => (one instanceof InputProblem ? `${one.part} ${one.message}` : String(one)))
  }
  return []
}

test.each([
  ['https://m.example.com/ci', 'webhook', 'https://m.example.com/ci', 'm.example.com'],
  ['webhook+https://m.example.com:8443/ci?a=b', 'webhook', 'https://m.example.com:8443/ci?a=b', 'm.example.com:8443'],
  ['webhook+http://127.0.0.1:9/', 'webhook', 'http://127.0.0.1:9/', '127.0.0.1:9'],
  ['HTTPS://m.example.com', 'webhook', 'https://m.example.com', 'm.example.com'],
  ['file:out/ci.ndjson', 'file', 'out/ci.ndjson', 'out/ci.ndjson'],
  ['file:///tmp/ci.ndjson', 'file', '/tmp/ci.ndjson', '/tmp/ci.ndjson'],
])('%s is an endpoint of the kind %s', (line, kind, target, shown) => {
  expect(parse(line)).toEqual([{ name: kind, kind, target, shown, options: {} }])
})

test('a line has a name and options, and several lines are several endpoints', () => {
  expect(parse('https://a.example/x  name=a sign=github\n\nfile:ci.ndjson')).toMatchObject([
    { name: 'a', options: { sign: 'github' } },
    { name: 'file' },
  ])
})

test.each([
  [
    'otlp+https://otlp.example.com',
    'otlp+https is not a kind of endpoint (line 1). Kinds: webhook+https, https, webhook+http, http, file.',
  ],
  [
    'influx+htps://x',
    'influx+htps is not a kind of endpoint (line 1). Kinds: webhook+https, https, webhook+http, http, file.',
  ],
  [
    'm.example.com/ci',
    'm.example.com/ci is not a kind of endpoint (line 1). Kinds: webhook+https, https, webhook+http, http, file.',
  ],
  ['https://', 'https:// is not a URL. Write one such as https://host/path (line 1).'],
  ['https:///path', 'https:///path is not a URL. Write one such as https://host/path (line 1).'],
  ['file:', 'file: names no file. Write file:PATH (line 1).'],
  ['file://host/x', 'file://host/x names a host. Write file:PATH (line 1).'],
  ['https://a.example signs=both', 'signs is not an option of webhook (line 1). Options: name, sign.'],
  ['https://a.example sign=md5', 'md5 is not a value of sign (line 1). Values: both, standard, github, none.'],
  ['https://a.example name=A/b', 'A/b is not a name (line 1). Write up to 32 of a-z, 0-9 and "-".'],
  ['https://a.example name=a name=b', 'name is there twice (line 1).'],
  ['file:x sign=both', 'sign is not an option of file (line 1). Options: name.'],
])('%s is refused with what would be right', (line, problem) => {
  expect(problemsOf(line)).toEqual([problem])
})

test('acceptance 16: all lines that are wrong are named together', () => {
  expect(problemsOf('https://a.example\notlp+http://b\nhttps://c.example\nfile:')).toEqual([
    expect.stringContaining('otlp+http is not a kind of endpoint (line 2)'),
    expect.stringContaining('names no file'),
    'webhook names two endpoints. Give each its own with name=….',
  ])
})

test('the password in a URL is a secret, and no message shows it', () => {
  const parser = endpoints()

  expect(parser.secretsIn?.('webhook+https://ci:hunter22@a.example/x name=a')).toContain('hunter22')
  expect(parser.show?.('webhook+https://ci:hunter22@a.example/x?token=abcdef name=a')).not.toMatch(/hunter22|abcdef/)
})

const two = parse('https://a.example/x name=a\nhttps://b.example/x name=b')
const one = parse('https://a.example/x name=a')

describe('tokens', () => {
  test('a single endpoint takes a bare token, with its name in front or not', () => {
    expect(assign(one, 's3cr3t/with/slash', '').endpoints[0]?.token).toBe('s3cr3t/with/slash')
    expect(assign(one, 'a/s3cr3t', '').endpoints[0]?.token).toBe('s3cr3t')
  })

  test('trap 14: with two endpoints a bare token is an input error that does not show it', () => {
    const { problems } = assign(two, 's3cr3t', '')

    expect(problems).toEqual([
      'token, line 1 does not say whose it is. With several endpoints write NAME/token, with one of the names a, b.',
    ])
  })

  test('trap 14: each token goes to the endpoint that it names, and to no other', () => {
    const { endpoints: assigned, problems } = assign(two, 'b/for-b', '')

    expect(problems).toEqual([])
    expect(assigned.map((endpoint) => endpoint.token)).toEqual([undefined, 'for-b'])
  })

  test('a secret that is not set in this run is no token', () => {
    expect(assign(two, 'a/\nb/for-b', '').endpoints.map((endpoint) => endpoint.token)).toEqual([undefined, 'for-b'])
  })

  test('a second token for one endpoint, one for a file, and a broken signing secret are errors', () => {
    const lines = parse('https://a.example name=a\nfile:x')

    expect(assign(lines, 'a/one\na/two\nfile/x', '').problems).toEqual([
      'token, line 2 is a second one for "a".',
      'token, line 3 is for "file", and an endpoint of the kind file takes none.',
    ])
    expect(assign(one, 'whsec_no base64', '').problems).toEqual([
      'token, line 1 starts with whsec_, but what follows is no base64.',
    ])
  })

  test('without an endpoint credentials are left alone: in a fork the endpoint may be a secret too', () => {
    expect(assign([], 's3cr3t', 'X-Team: sms')).toEqual({ endpoints: [], problems: [] })
  })

  test('the secret is masked without the name in front of it as well', () => {
    expect(token().secretsIn?.('a/s3cr3t\nb/t0k3n')).toEqual(['s3cr3t', 't0k3n'])
  })
})

describe('headers', () => {
  const given = (text: string) => assign(one, '', text).endpoints[0]?.headers
  const problem = (text: string) => assign(one, '', text).problems

  test('trap 13: a value keeps both of its "="', () => {
    expect(given('Authorization=Basic abc==')).toEqual({ Authorization: 'Basic abc==' })
    expect(given('Authorization: Basic abc==')).toEqual({ Authorization: 'Basic abc==' })
  })

  test('trap 13: percent-encoding is decoded in the form of OpenTelemetry only', () => {
    expect(given('api-key=a%20b,x-team=sms')).toEqual({ 'api-key': 'a b', 'x-team': 'sms' })
    expect(given('Api-Key: a%20b,c')).toEqual({ 'Api-Key': 'a%20b,c' })
  })

  test.each(['x=a%0d%0aEvil: 1', 'x=a%0A', 'X: a\rEvil: 1', 'X: \u0000', 'X: ünïcöde ☃'])(
    'trap 13: %j holds what no header may hold, and is an input error',
    (text) => {
      expect(problem(text)[0]).toMatch(/^headers, line 1 has a line end, or another character/)
      expect(problem(text)[0]).not.toContain('Evil')
    },
  )

  test.each([
    ['just text', 'headers, line 1 is neither "Name: value" nor "name=value,name2=value2".'],
    ['x=%zz', 'headers, line 1 has a value of x that is not percent-encoded as a URL is.'],
    ['Content-Length: 3', 'headers, line 1 sets Content-Length, which this action sets itself.'],
    ['Webhook-Id: 3', 'headers, line 1 sets Webhook-Id, which this action sets itself.'],
    ['na(me: 3', 'headers, line 1 does not start with the name of a header.'],
  ])('%j is refused', (text, expected) => {
    expect(problem(text)).toEqual([expected])
  })

  test('trap 14: with two endpoints each line names its own', () => {
    expect(assign(two, '', 'b/X-Key: 1234').endpoints.map((endpoint) => endpoint.headers)).toEqual([
      {},
      { 'X-Key': '1234' },
    ])
    expect(assign(two, '', 'X-Key: 1234').problems).toHaveLength(1)
  })

  test('a header whose secret is not set is left out', () => {
    expect(given('Authorization: Bearer ')).toEqual({})
    expect(given('X-Key:')).toEqual({})
  })

  test('a value is masked, and so are the credentials behind its scheme', () => {
    expect(headers().secretsIn?.('a/Authorization: Basic Y2k6eA==\nX: ab')).toEqual(['Basic Y2k6eA==', 'Y2k6eA=='])
  })
})
