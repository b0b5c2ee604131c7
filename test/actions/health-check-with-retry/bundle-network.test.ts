import { createServer as createTlsServer } from 'node:https'
import { describe, expect, test } from '@jest/globals'
import { daysFromNow, makeCertificate, type Pair } from '../../packages/http/certificates.ts'
import { fullQueueKit } from '../../packages/http/full-queue.ts'
import { proxyServer } from '../../packages/http/proxy-server.ts'
import { closedPort, serverKit } from '../../packages/http/servers.ts'
import { check, classOf } from './built.ts'

const servers = serverKit()
const fullQueue = fullQueueKit()

describe('acceptance 5: servers that hang', () => {
  test('trap 4: one that never answers has one connection open at most, and each attempt ends at the timeout', async () => {
    const server = await servers.tcp(() => {})

    const step = await check({ url: server.url, timeout: '400ms', 'max-attempts': '3' })

    expect(classOf(step)).toBe('unhealthy:response-timeout')
    expect(server.mostOpen()).toBe(1)
    expect(server.accepted()).toBe(3)
    const elapsed = Number(step.outputs['elapsed-ms'])
    expect(elapsed).toBeGreaterThanOrEqual(3 * 400)
    expect(elapsed).toBeLessThan(3 * 600 + 100)
  })

  test('trap 3: the deadline covers the body, an endless stream of events too', async () => {
    const server = await servers.http((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      const timer = setInterval(() => response.write('data: x\n\n'), 50)
      response.on('close', () => clearInterval(timer))
    })

    const step = await check({ url: server.url, timeout: '400ms' })

    expect(classOf(step)).toBe('unhealthy:response-timeout')
    expect(server.mostOpen()).toBe(1)
  })
})

describe('acceptance 7: classes of the network', () => {
  test('refused to the end asks for a rollback', async () => {
    const step = await check({ url: `http://127.0.0.1:${await closedPort()}/`, 'max-attempts': '5' })

    expect(classOf(step)).toBe('unhealthy:refused')
    expect(step.outputs).toMatchObject({ 'should-rollback': 'true', attempts: '5', 'status-code': '' })
    expect(step.log).toContain('$PORT')
  })

  test('a closed connection without one byte is refused', async () => {
    const { url } = await servers.tcp((socket) => socket.once('data', () => socket.destroy()))

    expect(classOf(await check({ url }))).toBe('unhealthy:refused')
  })

  test('an unknown name is unreachable, without a rollback', async () => {
    const step = await check({ url: 'http://no-such-host.invalid/', timeout: '5s' })

    expect(classOf(step)).toBe('unreachable:dns')
    expect(step.outputs).toMatchObject({ verdict: 'inconclusive', 'should-rollback': 'false' })
  })

  test('a full queue is unreachable', async () => {
    const { port } = await fullQueue()

    const step = await check({ url: `http://127.0.0.1:${port}/`, timeout: '300ms' })

    expect(classOf(step)).toBe('unreachable:connect-timeout')
    expect(step.outputs['should-rollback']).toBe('false')
  })

  test('good once, and then a full queue is lost', async () => {
    const server = await servers.http((_request, response) => {
      response.writeHead(200, { connection: 'close' }).end('{}')
      response.once('close', () => void server.stop().then(() => fullQueue('127.0.0.1', server.port)))
    })

    const step = await check({
      url: server.url,
      timeout: '300ms',
      interval: '1s',
      'success-threshold': '2',
      'max-attempts': '3',
    })

    expect(classOf(step)).toBe('unhealthy:lost')
    expect(step.outputs['should-rollback']).toBe('true')
  })

  test('trap 8: a body that is cut short fails, even with status 200', async () => {
    const { url } = await servers.tcp((socket) => {
      socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"status":"ok"}'))
    })

    expect(classOf(await check({ url }))).toBe('unhealthy:truncated')
  })

  test('what is not HTTP is protocol', async () => {
    const { url } = await servers.tcp((socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n'))

    expect(classOf(await check({ url }))).toBe('unhealthy:protocol')
  })

  test('trap 9: 101 ends as a status', async () => {
    const { url } = await servers.tcp((socket) => {
      socket.once('data', () =>
        socket.write('HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n'),
      )
    })

    const step = await check({ url })

    expect(classOf(step)).toBe('unhealthy:status')
    expect(step.outputs['status-code']).toBe('101')
  })
})

describe('acceptance 8, trap 10: redirects', () => {
  test('the same host is followed, another one is not and gets nothing of ours', async () => {
    const seen: string[] = []
    const other = await servers.http((request, response) => {
      seen.push(JSON.stringify(request.headers))
      response.end('{}')
    }, '127.0.0.2')
    const { url } = await servers.http((request, response) => {
      if (request.url === '/same') response.writeHead(302, { location: '/end' }).end()
      else if (request.url === '/other') response.writeHead(302, { location: other.url }).end()
      else if (request.url === '/loop') response.writeHead(302, { location: '/loop' }).end()
      else response.end('{}')
    })
    const headers = 'Authorization: Bearer abc\nCookie: a=b\nX-Api-Key: k'

    expect((await check({ url: `${url}/same` })).exitCode).toBe(0)
    const away = await check({ url: `${url}/other`, headers })
    expect(classOf(away)).toBe('unhealthy:redirect')
    expect(seen).toEqual([])
    expect((await check({ url: `${url}/other`, headers, 'follow-redirects': 'all' })).exitCode).toBe(0)
    expect(seen.join()).not.toMatch(/authorization|cookie|x-api-key/i)
    const loop = await check({ url: `${url}/loop` })
    expect(classOf(loop)).toBe('unhealthy:redirect')
    expect(loop.outputs['reason']).toContain('circle')
    expect(classOf(await check({ url: `${url}/same`, 'follow-redirects': 'none' }))).toBe('unhealthy:redirect')
  })

  test('a 401 behind a redirect that dropped headers says so', async () => {
    const other = await servers.http((_request, response) => response.writeHead(401).end(), '127.0.0.2')
    const { url } = await servers.http((_request, response) => response.writeHead(302, { location: other.url }).end())

    const step = await check({ url, headers: 'X-Api-Key: k', 'follow-redirects': 'all' })

    expect(step.log).toMatch(/A redirect to another origin dropped x-api-key: use the final URL/i)
  })
})

describe('acceptance 9: TLS', () => {
  const authority = makeCertificate({ name: 'test authority', isAuthority: true, to: daysFromNow(100) })
  const soon = makeCertificate({
    name: 'localhost',
    altNames: 'DNS:localhost,IP:127.0.0.1',
    issuer: authority,
    to: daysFromNow(3),
  })
  const wrong = makeCertificate({
    name: 'other',
    altNames: 'DNS:other.example',
    issuer: authority,
    to: daysFromNow(50),
  })
  const own = makeCertificate({ name: 'localhost', altNames: 'IP:127.0.0.1', to: daysFromNow(50) })

  async function https(pair: Pair, status = 200): Promise<string> {
    const server = createTlsServer(pair, (_request, response) => response.writeHead(status).end('{}'))
    const { port } = await servers.start(server)
    return `https://127.0.0.1:${port}/`
  }

  test('a certificate signed by itself fails with its code, and passes with ca', async () => {
    const url = await https(own)

    const step = await check({ url })

    expect(classOf(step)).toBe('unhealthy:tls')
    expect(step.outputs['should-rollback']).toBe('false')
    expect(step.outputs['reason']).toContain('DEPTH_ZERO_SELF_SIGNED_CERT')
    expect((await check({ url, ca: own.cert })).exitCode).toBe(0)
  })

  test('one that ends in 3 days is a warning, on attempt 2 as well', async () => {
    const first = await check({ url: await https(soon), ca: authority.cert })
    const second = await check({ url: await https(soon, 500), ca: authority.cert })

    expect(first.exitCode).toBe(0)
    expect(first.annotations.map(({ level }) => level)).toEqual(['warning'])
    expect(['2', '3']).toContain(first.outputs['cert-days-left'])
    expect(second.outputs['attempts']).toBe('2')
    expect(['2', '3']).toContain(second.outputs['cert-days-left'])
  })

  test('trap 11: the end is told with tls-insecure too', async () => {
    const step = await check({ url: await https(own), 'tls-insecure': 'true' })

    expect(step.exitCode).toBe(0)
    expect(['49', '50']).toContain(step.outputs['cert-days-left'])
    expect(step.annotations[0]?.message).toContain('tls-insecure')
  })

  test('a wrong name and a plain port have their own words, and neither asks for a rollback', async () => {
    const { url: plain } = await servers.http((_request, response) => response.end('{}'))

    const name = await check({ url: await https(wrong), ca: authority.cert })
    const port = await check({ url: plain.replace('http:', 'https:') })

    expect(name.outputs['reason']).toContain('ERR_TLS_CERT_ALTNAME_INVALID')
    expect(classOf(port)).toBe('unhealthy:tls')
    expect(port.log).toContain('The port answers in plain http: write http://')
    expect([name.outputs['should-rollback'], port.outputs['should-rollback']]).toEqual(['false', 'false'])
  })
})

describe('acceptance 10: proxies', () => {
  async function proxied(credentials?: string, status?: number) {
    const origin = await servers.http((_request, response) => response.end('{}'))
    const to = { host: '127.0.0.1', port: origin.port }
    const { server, seen } = proxyServer({
      to,
      ...(credentials === undefined ? {} : { credentials }),
      ...(status === undefined ? {} : { status }),
    })
    const { port } = await servers.start(server)
    return { port, seen, origin }
  }

  test('trap 13: the variables of the environment are followed, loopback and NO_PROXY excepted', async () => {
    const { port, seen, origin } = await proxied()
    const env = { HTTP_PROXY: `http://127.0.0.1:${port}`, NO_PROXY: 'example.test' }
    const resolve = `a.example.test:${origin.port}:127.0.0.1`

    expect((await check({ url: 'http://api.example.com/' }, { env })).exitCode).toBe(0)
    expect(seen).toHaveLength(1)
    expect((await check({ url: origin.url }, { env })).exitCode).toBe(0)
    expect((await check({ url: `http://a.example.test:${origin.port}/`, resolve }, { env })).exitCode).toBe(0)
    expect(seen).toHaveLength(1)
  })

  test('trap 12: a wrong password, a dead proxy and its own 502 are the proxy, never refused', async () => {
    const { port } = await proxied('user:right-pw')
    const broken = await proxied(undefined, 502)
    const dead = await closedPort()
    const through = (proxy: string, url = 'http://api.example.com/') => check({ url, proxy })

    const steps = await Promise.all([
      through(`http://user:wrong-pw@127.0.0.1:${port}`),
      through(`http://user:wrong-pw@127.0.0.1:${port}`, 'https://api.example.com/'),
      through(`http://127.0.0.1:${dead}`),
      through(`http://127.0.0.1:${broken.port}`),
    ])

    expect(steps.map(classOf)).toEqual(Array.from({ length: 4 }, () => 'unreachable:proxy'))
    expect(steps.map(({ outputs }) => outputs['should-rollback'])).toEqual(['false', 'false', 'false', 'false'])
    expect(steps.map(({ log }) => log).join()).not.toContain('wrong-pw')
    expect((await through(`http://user:right-pw@127.0.0.1:${port}`)).exitCode).toBe(0)
  })
})

describe('acceptance 16: addresses', () => {
  test('trap 7: a server on one family alone passes as localhost', async () => {
    const six = await servers.http((_request, response) => response.end('{}'), '::1')
    const four = await servers.http((_request, response) => response.end('{}'), '127.0.0.1')

    expect((await check({ url: `http://localhost:${six.port}/` })).exitCode).toBe(0)
    expect((await check({ url: `http://localhost:${four.port}/` })).exitCode).toBe(0)
  })

  test('ip-family: 6 on a server of the other family fails by name', async () => {
    const four = await servers.http((_request, response) => response.end('{}'), '127.0.0.1')

    const step = await check({ url: `http://localhost:${four.port}/`, 'ip-family': '6' })

    expect(step.exitCode).toBe(1)
    expect(step.outputs['reason']).toContain('localhost')
  })

  test('trap 5: a port that browsers refuse works, and Host may be set', async () => {
    const hosts: (string | undefined)[] = []
    const server = (await import('node:http')).createServer((request, response) => {
      hosts.push(request.headers.host)
      response.end('{}')
    })
    await servers.start(server, '127.0.0.3', 6000)

    expect((await check({ url: 'http://127.0.0.3:6000/', headers: 'Host: api.example.com' })).exitCode).toBe(0)
    expect(hosts).toEqual(['api.example.com'])
  })

  test('trap 6: every attempt has a connection of its own', async () => {
    const server = await servers.http((_request, response) => response.writeHead(500).end())

    await check({ url: server.url, 'max-attempts': '3' })

    expect(server.accepted()).toBe(3)
    expect(server.mostOpen()).toBe(1)
  })
})
