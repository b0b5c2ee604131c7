import https from 'node:https'
import type { RequestPlan } from '@hardgate/http'
import { chooseProxy, request } from '@hardgate/http'
import { beforeAll, expect, test } from '@jest/globals'
import { answered, failed } from './asking.ts'
import { daysFromNow, makeCertificate, type Pair } from './certificates.ts'
import { type ProxyPlan, proxyServer } from './proxy-server.ts'
import { closedPort, serverKit, until } from './servers.ts'

const serve = serverKit()
let pair: Pair

beforeAll(() => {
  pair = makeCertificate({ name: 'x', altNames: 'DNS:api.example.test,IP:127.0.0.1', to: daysFromNow(9) })
}, 60_000)

const ask = (url: string, plan: Partial<RequestPlan>) => request({ url, timeoutMs: 5000, env: {}, ...plan })

async function proxied(plan: ProxyPlan) {
  const { server, seen } = proxyServer(plan)
  return { proxy: await serve.start(server), seen }
}

const secureServer = () =>
  serve.start(
    https.createServer(pair, (asked, answer) => answer.end(`secure ${String(asked.headers['proxy-authorization'])}`)),
  )

test('an http request goes through the proxy of http_proxy with its whole URL and its own Host', async () => {
  const target = await serve.http((asked, answer) => answer.end(`${asked.url} ${asked.headers.host}`))
  const { proxy, seen } = await proxied({ to: target })

  const answer = answered(await ask('http://api.example.test/a?b=c', { env: { http_proxy: proxy.url } }))

  expect(String(answer.body)).toBe('/a?b=c api.example.test')
  expect(answer).toMatchObject({ viaProxy: true, reached: 'tcp', address: '127.0.0.1' })
  expect(seen).toEqual([
    { method: 'GET', target: 'http://api.example.test/a?b=c', authorization: undefined, host: 'api.example.test' },
  ])
})

test('an https request goes through a tunnel of https_proxy, and the password stays with the proxy', async () => {
  const target = await secureServer()
  const { proxy, seen } = await proxied({ to: target, credentials: 'us@er:s3cr3t' })
  const env = { https_proxy: `http://us%40er:s3cr3t@127.0.0.1:${proxy.port}` }

  const answer = answered(await ask('https://api.example.test/', { env, ca: pair.cert, insecure: true }))

  expect(String(answer.body)).toBe('secure undefined')
  expect(answer).toMatchObject({ viaProxy: true, reached: 'tls' })
  expect(seen).toMatchObject([{ method: 'CONNECT', target: 'api.example.test:443' }])
})

test('a proxy that speaks TLS itself is asked over TLS, with ca', async () => {
  const target = await secureServer()
  const { server: plain, seen } = proxyServer({ to: target })
  const server = https.createServer(pair)
  server.on('connect', (...event) => plain.emit('connect', ...event))
  server.on('request', (...event) => plain.emit('request', ...event))
  const proxy = await serve.start(server)
  const plan = { proxy: `https://127.0.0.1:${proxy.port}`, ca: pair.cert }

  const trusted = answered(await ask('https://api.example.test/', plan))
  const untrusted = failed(await ask('https://api.example.test/', { proxy: plan.proxy }))

  expect([trusted.status, seen.length]).toEqual([200, 1])
  expect(untrusted).toMatchObject({ kind: 'proxy', code: 'DEPTH_ZERO_SELF_SIGNED_CERT', reached: 'nothing' })
})

test('trap 12: a dead proxy is proxy, never refused, and the target was not reached', async () => {
  const port = await closedPort()

  for (const url of ['http://api.example.test/', 'https://api.example.test/']) {
    const failure = failed(await ask(url, { proxy: `http://u:s3cr3t@127.0.0.1:${port}`, method: 'POST', body: 'x' }))

    expect(failure).toMatchObject({ kind: 'proxy', code: 'ECONNREFUSED', reached: 'nothing', viaProxy: true })
    expect(failure.mayHaveBeenSent).toBe(false)
    expect(failure.message).toBe(
      `through the proxy 127.0.0.1:${port}: 127.0.0.1:${port} refused the connection (ECONNREFUSED)`,
    )
    expect(JSON.stringify(failure)).not.toContain('s3cr3t')
  }
})

test('trap 12: an unknown proxy is proxy, not dns', async () => {
  const failure = failed(await ask('https://api.example.test/', { proxy: 'http://proxy.invalid:3128' }))

  expect(failure).toMatchObject({ kind: 'proxy', code: expect.stringMatching(/^(ENOTFOUND|EAI_AGAIN)$/) })
})

test('trap 12: a wrong password is proxy, for a tunnel and for a plain request', async () => {
  const target = await serve.http((_, answer) => answer.end())
  const { proxy } = await proxied({ to: target, credentials: 'u:right' })
  const wrong = { proxy: `http://u:wr0ng@127.0.0.1:${proxy.port}` }

  const tunnelled = failed(await ask('https://api.example.test/', wrong))
  const plain = failed(await ask('http://api.example.test/', wrong))

  expect(tunnelled).toMatchObject({ kind: 'proxy', code: 'ERR_PROXY_TUNNEL', status: 407, mayHaveBeenSent: false })
  expect(plain).toMatchObject({ kind: 'proxy', status: 407, mayHaveBeenSent: true })
  expect(tunnelled.message).toBe(
    `the proxy 127.0.0.1:${proxy.port} answered 407: its user name or password is missing or wrong`,
  )
  expect(JSON.stringify([tunnelled, plain])).not.toMatch(/wr0ng|dTp3cjBuZw/)
})

test.each([403, 502, 503])('trap 12: a tunnel that is refused with %i is proxy', async (status) => {
  const { proxy } = await proxied({ to: { host: '127.0.0.1', port: 1 }, status })

  const failure = failed(await ask('https://api.example.test/', { proxy: proxy.url }))

  expect(failure).toMatchObject({ kind: 'proxy', status, mayHaveBeenSent: false, reached: 'nothing' })
  expect(failure.message).toContain(`answered ${status}: it refused the way to api.example.test:443`)
  await until(() => proxy.open() === 0)
})

test('trap 12: a 502 to a plain request is an answer that says it came through a proxy', async () => {
  const { proxy } = await proxied({ to: { host: '127.0.0.1', port: 1 }, status: 502 })

  const answer = answered(await ask('http://api.example.test/', { proxy: proxy.url }))

  expect(answer).toMatchObject({ status: 502, viaProxy: true })
})

test.each([
  ['closes', (socket: { end: () => void }) => socket.end(), 'ECONNRESET'],
  ['says nothing', () => {}, undefined],
  [
    'speaks no HTTP',
    (socket: { write: (text: string) => void }) => socket.write('SSH-2.0-x\r\n'),
    'HPE_INVALID_CONSTANT',
  ],
])('trap 12: a proxy that %s is proxy for both kinds of request', async (_, behave, code) => {
  const proxy = await serve.tcp((socket) => void socket.once('data', () => behave(socket)))

  const failures = [
    failed(await ask('http://api.example.test/', { proxy: proxy.url, timeoutMs: 300 })),
    failed(await ask('https://api.example.test/', { proxy: proxy.url, timeoutMs: 300 })),
  ]

  expect(failures.map(({ kind }) => kind)).toEqual(['proxy', 'proxy'])
  expect(failures.map((failure) => failure.code)).toEqual([code, code])
})

test('trap 12: a tunnel that breaks before the target was heard is proxy, one that breaks later is not', async () => {
  const dropping = await serve.tcp((socket) => socket.end())
  const silent = await serve.start(https.createServer(pair, (_, answer) => answer.destroy()))
  const before = await proxied({ to: dropping })
  const after = await proxied({ to: silent })

  const failures = [
    failed(await ask('https://api.example.test/', { proxy: before.proxy.url })),
    failed(await ask('https://api.example.test/', { proxy: after.proxy.url, insecure: true })),
  ]

  expect(failures.map(({ kind }) => kind)).toEqual(['proxy', 'refused'])
  expect(failures.map(({ reached }) => reached)).toEqual(['tcp', 'tls'])
})

test('a body that is cut behind a proxy is truncated, for the target had begun', async () => {
  const target = await serve.tcp((socket) => void socket.end('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\npart'))
  const proxy = await serve.tcp((socket) => {
    socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\npart'))
  })

  expect(target.port).not.toBe(proxy.port)
  expect(failed(await ask('http://api.example.test/', { proxy: proxy.url }))).toMatchObject({
    kind: 'truncated',
    status: 200,
  })
})

test('a certificate that does not hold is tls through a tunnel too', async () => {
  const { proxy } = await proxied({ to: await secureServer() })

  expect(failed(await ask('https://api.example.test/', { proxy: proxy.url })).kind).toBe('tls')
})

test('resolve is honoured through a tunnel, for http as well', async () => {
  const target = await serve.http((asked, answer) => answer.end(asked.headers.host))
  const { proxy, seen } = await proxied({ to: target })
  const resolve = new Map([['api.example.test:80', '192.0.2.7']])

  const answer = answered(await ask('http://api.example.test/', { proxy: proxy.url, resolve }))

  expect(String(answer.body)).toBe('api.example.test')
  expect(seen).toMatchObject([{ method: 'CONNECT', target: '192.0.2.7:80' }])
})

test('the signal and the deadline end a tunnel that does not come about', async () => {
  const proxy = await serve.tcp(() => {})
  const controller = new AbortController()
  setTimeout(() => controller.abort(), 50)

  const failures = [
    failed(await ask('https://api.example.test/', { proxy: proxy.url, signal: controller.signal })),
    failed(await ask('https://api.example.test/', { proxy: proxy.url, timeoutMs: 100 })),
  ]

  expect(failures.map(({ kind }) => kind)).toEqual(['aborted', 'proxy'])
  expect(failures[1]?.message).toBe(
    `the proxy 127.0.0.1:${proxy.port} opened no tunnel to api.example.test:443 within 100 ms`,
  )
  await until(() => proxy.open() === 0)
})

test('a redirect past the proxy goes past the proxy', async () => {
  const target = await serve.http((_, answer) => answer.end('direct'))
  const { proxy, seen } = await proxied({
    to: await serve.http((_, answer) => answer.writeHead(302, { location: target.url }).end()),
  })

  const answer = answered(
    await ask('http://api.example.test/', { env: { http_proxy: proxy.url }, followRedirects: 'all' }),
  )

  expect([String(answer.body), answer.viaProxy, seen.length]).toEqual(['direct', false, 1])
})

test.each([
  ['socks5://h:1', 'the proxy that was given'],
  ['http://', 'the proxy that was given'],
])('a proxy that is none (%s) is a failure without its text', async (proxy, name) => {
  const failure = failed(await ask('http://api.example.test/', { proxy }))

  expect(failure).toMatchObject({ kind: 'proxy', message: `${name} is not the URL of an http or https proxy` })
})

const BOTH = { http_proxy: 'http://one:1', https_proxy: 'http://two:2' }

test.each([
  ['http://a.test/', BOTH, 'one:1'],
  ['https://a.test/', BOTH, 'two:2'],
  ['https://a.test/', { http_proxy: 'http://one:1' }, 'direct'],
  ['https://a.test/', { HTTPS_PROXY: 'http://upper:3' }, 'upper:3'],
  ['https://a.test/', { https_proxy: '', HTTPS_PROXY: 'http://upper:3' }, 'upper:3'],
  ['https://a.test/', { https_proxy: 'http://lower:4', HTTPS_PROXY: 'http://upper:3' }, 'lower:4'],
  ['https://a.test/', { https_proxy: 'bare:5' }, 'bare:5'],
  ['https://a.test/', { https_proxy: 'http://[::1]:6' }, '::1:6'],
  ['https://a.test/', { https_proxy: 'http://default' }, 'default:80'],
  ['https://a.test/', {}, 'direct'],
])('%s with %j goes %s', (url, env, way) => {
  const choice = chooseProxy(url, 'env', env)

  expect(choice.use === 'proxy' ? `${choice.host}:${choice.port}` : choice.use).toBe(way)
})

test.each([
  'http://localhost/',
  'http://a.localhost:8080/',
  'http://127.0.0.1/',
  'http://127.8.9.1:1/',
  'http://[::1]/',
  'http://[::ffff:127.0.0.1]/',
  'http://0.0.0.0/',
])('trap 13: loopback is never proxied: %s', (url) => {
  expect(chooseProxy(url, 'env', BOTH)).toEqual({ use: 'direct' })
  expect(chooseProxy(url, 'http://given:1', {})).toEqual({ use: 'direct' })
})

test.each([
  ['example.com', 'a.example.com', true],
  ['example.com', 'example.com', true],
  ['.example.com', 'a.b.example.com', true],
  ['.example.com', 'example.com', true],
  ['*.example.com', 'a.example.com', true],
  ['EXAMPLE.com', 'a.Example.COM', true],
  ['example.com.', 'example.com.', true],
  ['example.com', 'badexample.com', false],
  ['example.com', 'example.com.evil.test', false],
  ['a.example.com', 'example.com', false],
  ['other.test, example.com', 'example.com', true],
  ['other.test example.com', 'example.com', true],
  ['*', 'anything.test', true],
  ['example.com:80', 'example.com', true],
  ['example.com:8080', 'example.com', false],
  ['example.com:8080', 'example.com:8080', true],
  ['10.1.2.3', '10.1.2.3', true],
  ['10.0.0.0/8', '10.1.2.3', true],
  ['10.0.0.0/8', '11.1.2.3', false],
  ['10.0.0.0/40', '10.1.2.3', false],
  ['2001:db8::/32', '[2001:db8::5]', true],
  ['2001:db8::5', '[2001:db8::5]', true],
  ['[2001:db8::5]:80', '[2001:db8::5]', true],
  ['2.3', '10.1.2.3', false],
  ['', 'example.com', false],
  [',,', 'example.com', false],
  ['.', 'example.com', false],
])('trap 13: no_proxy %j and http://%s: bypassed %s', (list, host, isBypassed) => {
  const way = isBypassed ? 'direct' : 'proxy'

  expect(chooseProxy(`http://${host}/`, 'env', { ...BOTH, no_proxy: list }).use).toBe(way)
  expect(chooseProxy(`http://${host}/`, 'env', { ...BOTH, NO_PROXY: list }).use).toBe(way)
})

test('a proxy that is given goes before the environment and its no_proxy; none goes past all', () => {
  const env = { ...BOTH, no_proxy: '*' }

  expect(chooseProxy('http://a.test/', 'http://given:7', env)).toMatchObject({ host: 'given', port: 7 })
  expect(chooseProxy('http://a.test/', 'none', BOTH)).toEqual({ use: 'direct' })
})

test('the user info of a proxy is decoded into its authorization', () => {
  const choice = chooseProxy('http://a.test/', 'http://u%40x:p%3A%25zz@h:1', {})

  expect(choice).toMatchObject({ authorization: `Basic ${Buffer.from('u@x:p:%zz').toString('base64')}` })
})
