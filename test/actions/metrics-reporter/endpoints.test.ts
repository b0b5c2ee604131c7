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
  ['otlp+https://o.example:4318/base', 'otlp', 'https://o.example:4318/base', 'o.example:4318'],
  ['otlp+http://127.0.0.1:4318', 'otlp', 'http://127.0.0.1:4318', '127.0.0.1:4318'],
  ['pushgateway+http://push.internal:9091', 'pushgateway', 'http://push.internal:9091', 'push.internal:9091'],
  ['pushgateway+https://push.internal/base/', 'pushgateway', 'https://push.internal/base/', 'push.internal'],
  [
    'influx+https://i.example:8086/api/v2/write?bucket=b&org=o',
    'influx',
    'https://i.example:8086/api/v2/write?bucket=b&org=o',
    'i.example:8086',
  ],
  ['statsd://statsd.internal:8125', 'statsd', 'udp://statsd.internal:8125', 'statsd.internal:8125'],
  ['statsd+tcp://[::1]:8125/', 'statsd', 'tcp://[::1]:8125/', '[::1]:8125'],
  ['DogStatsD://127.0.0.1:8125', 'dogstatsd', 'udp://127.0.0.1:8125', '127.0.0.1:8125'],
  ['dogstatsd+tcp://agent:8125', 'dogstatsd', 'tcp://agent:8125', 'agent:8125'],
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
  ['influx+http://i:8086 bucket=ci org=acme', { bucket: 'ci', org: 'acme' }],
  ['influx+http://i:8086 db=ci', { db: 'ci' }],
  ['otlp+https://o.example signals=metrics temporality=delta', { signals: 'metrics', temporality: 'delta' }],
  ['pushgateway+http://p:9091 job=builds', { job: 'builds' }],
  ['statsd://s:8125 prefix=build.eu', { prefix: 'build.eu' }],
  ['dogstatsd://s:8125 prefix=build', { prefix: 'build' }],
])('%s has the options of its kind', (line, options) => {
  expect(parse(line)).toMatchObject([{ options }])
})

const KINDS =
  'Kinds: webhook+https, https, webhook+http, http, otlp+https, otlp+http, pushgateway+https, pushgateway+http, influx+https, influx+http, statsd, statsd+tcp, dogstatsd, dogstatsd+tcp, file.'
const SOCKET = 'is no host and port, and nothing else. Write one such as statsd://127.0.0.1:8125 (line 1).'
const INFLUX = 'needs either bucket=… and org=…, or db=…, or a URL that ends in /write (line 1).'

test.each([
  ['influx+htps://x', `influx+htps is not a kind of endpoint (line 1). ${KINDS}`],
  ['otlp://otlp.example.com', `otlp is not a kind of endpoint (line 1). ${KINDS}`],
  ['statsd+udp://s:8125', `statsd+udp is not a kind of endpoint (line 1). ${KINDS}`],
  ['m.example.com/ci', `m.example.com/ci is not a kind of endpoint (line 1). ${KINDS}`],
  ['constructor://x', `constructor is not a kind of endpoint (line 1). ${KINDS}`],
  ['influx+https://i.example', `influx+https://i.example ${INFLUX}`],
  ['influx+https://i.example bucket=ci', `influx+https://i.example ${INFLUX}`],
  ['influx+https://i.example org=acme', `influx+https://i.example ${INFLUX}`],
  ['influx+https://i.example db=ci org=acme', `influx+https://i.example ${INFLUX}`],
  ['influx+https://i.example db=ci bucket=ci org=acme', `influx+https://i.example ${INFLUX}`],
  ['influx+https://i.example/write db=ci', `influx+https://i.example/write ${INFLUX}`],
  ['influx+https://i.example bucket= org=o', ' is not a value of bucket (line 1). One is: ci.'],
  ['statsd://s', `statsd://s ${SOCKET}`],
  ['statsd://s:0', `statsd://s:0 ${SOCKET}`],
  ['statsd://s:65536', `statsd://s:65536 ${SOCKET}`],
  ['statsd://s:8125/path', `statsd://s:8125/path ${SOCKET}`],
  ['statsd://s:8125?x=y', `statsd://s:8125?x=y ${SOCKET}`],
  ['statsd+tcp://ci:hunter22@s:8125', `statsd+tcp://ci:hunter22@s:8125 ${SOCKET}`],
  ['statsd:s:8125', `statsd:s:8125 ${SOCKET}`],
  ['dogstatsd://', `dogstatsd:// ${SOCKET}`],
  ['statsd://s:8125 prefix=a..b', 'a..b is not a value of prefix (line 1). One is: ci.'],
  ['statsd://s:8125 prefix=a:b', 'a:b is not a value of prefix (line 1). One is: ci.'],
  ['statsd://s:8125 job=ci', 'job is not an option of statsd (line 1). Options: name, prefix.'],
  [
    'otlp+https://o.example signals=logs',
    'logs is not a value of signals (line 1). Values: metrics,traces, metrics, traces, traces,metrics.',
  ],
  ['pushgateway+http://p:9091 job=a/b', 'a/b is not a value of job (line 1). One is: ci.'],
  ['https://a.example token=s3cr3t', 'token is not an option of webhook (line 1). Options: name, sign.'],
  ['https://a.example name=all', 'all stands for every endpoint, so it is no name of one (line 1).'],
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
  expect(problemsOf('https://a.example\notlp+htp://b\nhttps://c.example\nfile:\ninflux+http://i')).toEqual([
    expect.stringContaining('otlp+htp is not a kind of endpoint (line 2)'),
    expect.stringContaining('names no file'),
    expect.stringContaining('needs either bucket=… and org=…'),
    'webhook names two endpoints. Give each its own with name=….',
  ])
})

test('the password in a URL is a secret, and no message shows it', () => {
  const parser = endpoints()

  expect(parser.secretsIn?.('webhook+https://ci:hunter22@a.example/x name=a')).toContain('hunter22')
  expect(parser.show?.('webhook+https://ci:hunter22@a.example/x?token=abcdef name=a')).not.toMatch(/hunter22|abcdef/)
})

test.each(['influx+https', 'otlp+http', 'pushgateway+https', 'statsd', 'dogstatsd+tcp'])(
  'the password in a URL of %s is a secret, and no message shows it',
  (scheme) => {
    const parser = endpoints()
    const line = `${scheme}://ci:hunter22@a.example:1/x`

    expect(parser.secretsIn?.(line)).toContain('hunter22')
    expect(parser.show?.(line)).not.toContain('hunter22')
  },
)

test('the password that InfluxDB 1 takes in the query is a secret, and no message shows it', () => {
  const parser = endpoints()
  const line = 'influx+https://i.example/write?db=ci&u=ci&p=hunter%2022'

  expect(parser.secretsIn?.(line)).toContain('hunter 22')
  expect(parser.show?.(line)).toBe('influx+https://i.example/write?…')
  expect(assign(parse(line), 'abcd', '').problems).toEqual([
    '"influx" has credentials in the input token and in its URL, and a request carries one of them. Leave the rest out.',
  ])
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

describe('tokens of kinds that send them', () => {
  const otlp = parse('otlp+https://o.example')

  test('one that starts with its scheme would have it twice', () => {
    expect(assign(otlp, 'Bearer abcd', '').problems).toEqual([
      'token, line 1 starts with the word Bearer, which this action writes itself: leave it out.',
    ])
    expect(assign(parse('influx+http://i db=ci'), 'token abcd', '').problems).toHaveLength(1)
    // a signing secret is no header
    expect(assign(one, 'Bearer abcd', '').problems).toEqual([])
  })

  test.each(['ab\tc\u0007', 'sn☃w', 'a\rb'])('%j is nothing that a header may hold', (text) => {
    expect(assign(otlp, text, '').problems).toEqual(['token, line 1 has a character that no header may hold.'])
  })

  test.each(['statsd://s:8125', 'dogstatsd+tcp://s:8125'])('%s takes neither a token nor a header', (line) => {
    const { name } = parse(line)[0] ?? { name: '' }

    expect(assign(parse(line), 's3cr3t', 'X-Key: 1234').problems).toEqual([
      `token, line 1 is for "${name}", and an endpoint of the kind ${name} takes none.`,
      `headers, line 1 is for "${name}", and an endpoint of the kind ${name} takes none.`,
    ])
  })

  test('trap 14: a token for an endpoint that is gone does not go to the one that is left', () => {
    const { endpoints: assigned, problems } = assign(otlp, 'influx/s3cr3t', '')

    expect(problems).toEqual(['token, line 1 is for "influx", and no endpoint has that name.'])
    expect(assigned[0]?.token).toBeUndefined()
  })
})

describe('a request has one header Authorization, so two credentials are an input error', () => {
  const clash = (line: string, tokenText: string, headersText: string) =>
    assign(parse(line), tokenText, headersText).problems
  const told = (name: string, places: string) =>
    `"${name}" has credentials in ${places}, and a request carries one of them. Leave the rest out.`

  test('the token and a header', () => {
    expect(clash('otlp+https://o.example', 'abcd', 'authorization: Basic abc==')).toEqual([
      told('otlp', 'the input token and in a header Authorization'),
    ])
  })

  test('the token and the URL', () => {
    expect(clash('influx+https://ci:pw@i.example db=ci', 'abcd', '')).toEqual([
      told('influx', 'the input token and in its URL'),
    ])
  })

  test('a header and the URL, of a webhook too', () => {
    expect(clash('https://ci:pw@a.example', '', 'Authorization: Basic abc==')).toEqual([
      told('webhook', 'a header Authorization and in its URL'),
    ])
  })

  test('the secret that signs is no credential of a request', () => {
    expect(clash('https://a.example', 'abcd', 'Authorization: Basic abc==')).toEqual([])
    expect(clash('https://ci:pw@a.example', 'abcd', '')).toEqual([])
  })

  test('each of two endpoints may have its own', () => {
    const lines = 'otlp+https://o.example\npushgateway+https://ci:pw@p.example'

    expect(clash(lines, 'otlp/abcd', 'pushgateway/X-Team: sms')).toEqual([])
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

  test('a header that is there twice is an error: one of the two would be left out without a word', () => {
    expect(problem('X-Key: 1234\nx-key: 5678')).toEqual(['headers, line 2 sets x-key a second time for "a".'])
    expect(problem('x-key=1234,X-Key=5678')).toEqual(['headers, line 1 sets x-key a second time for "a".'])
    expect(assign(two, '', 'a/X-Key: 1234\nb/X-Key: 5678').problems).toEqual([])
  })

  test('a header whose secret is not set is left out', () => {
    expect(given('Authorization: Bearer ')).toEqual({})
    expect(given('X-Key:')).toEqual({})
  })

  test('a value is masked, and so are the credentials behind its scheme', () => {
    expect(headers().secretsIn?.('a/Authorization: Basic Y2k6eA==\nX: ab')).toEqual(['Basic Y2k6eA==', 'Y2k6eA=='])
  })
})
