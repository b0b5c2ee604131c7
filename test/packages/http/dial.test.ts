import { once } from 'node:events'
import tls from 'node:tls'
import { type Dialled, dial } from '@hardgate/http'
import { beforeAll, expect, test } from '@jest/globals'
import { daysFromNow, makeCertificate, type Pair } from './certificates.ts'
import { fullQueueKit } from './full-queue.ts'
import { proxyServer } from './proxy-server.ts'
import { closedPort, serverKit, until } from './servers.ts'

const serve = serverKit()
const fullQueue = fullQueueKit()
let pair: Pair

beforeAll(() => {
  pair = makeCertificate({ name: 'db.example.test', altNames: 'DNS:db.example.test', to: daysFromNow(9) })
}, 60_000)

async function firstBytes(dialled: Dialled): Promise<string> {
  if (!dialled.ok) throw new Error(dialled.message)
  const [data] = await once(dialled.socket, 'data')
  dialled.socket.destroy()
  return String(data)
}

test('a TCP connection is handed over, with the bytes that came meanwhile', async () => {
  const server = await serve.tcp((socket) => void socket.write('220 hello'))

  const dialled = await dial({ host: '127.0.0.1', port: server.port, timeoutMs: 2000 })
  await until(() => server.open() === 1)

  expect(dialled).toMatchObject({ ok: true, reached: 'tcp', address: '127.0.0.1', viaProxy: false })
  expect(await firstBytes(dialled)).toBe('220 hello')
})

test('the deadline ends with the dialling: the connection lives on', async () => {
  const server = await serve.tcp((socket) => setTimeout(() => socket.write('late'), 250))

  const dialled = await dial({ host: '127.0.0.1', port: server.port, timeoutMs: 100 })

  expect(await firstBytes(dialled)).toBe('late')
})

test('a TLS connection carries its certificate, and resolve keeps the name that is checked', async () => {
  const running = await serve.start(tls.createServer(pair, (socket) => socket.end('secret hello')))
  const plan = {
    host: 'db.example.test',
    port: running.port,
    timeoutMs: 2000,
    resolve: new Map([[`db.example.test:${running.port}`, '127.0.0.1']]),
  }

  const trusted = await dial({ ...plan, tls: { ca: pair.cert } })
  const untrusted = await dial({ ...plan, tls: {} })

  expect(trusted).toMatchObject({ ok: true, reached: 'tls', certificate: { subject: 'db.example.test' } })
  expect(await firstBytes(trusted)).toBe('secret hello')
  expect(untrusted).toMatchObject({ ok: false, kind: 'tls', code: 'DEPTH_ZERO_SELF_SIGNED_CERT', reached: 'tcp' })
})

test('how far it got: nothing without a name, the name without a connection, TCP without a handshake', async () => {
  const silent = await serve.tcp(() => {})
  const full = await fullQueue()
  const timeoutMs = 300

  const dialled = [
    await dial({ host: 'nowhere.invalid', port: 5432, timeoutMs }),
    await dial({ host: '127.0.0.1', port: await closedPort(), timeoutMs }),
    await dial({ host: '127.0.0.1', port: full.port, timeoutMs }),
    await dial({ host: '127.0.0.1', port: silent.port, timeoutMs, tls: {} }),
  ]

  expect(dialled.map((one) => [one.ok || one.kind, one.reached])).toEqual([
    ['dns', 'nothing'],
    ['refused', 'name'],
    ['connect-timeout', 'name'],
    ['response-timeout', 'tcp'],
  ])
})

test('a proxy is used where it is named, and is asked for a tunnel', async () => {
  const target = await serve.tcp((socket) => void socket.write('through'))
  const { server, seen } = proxyServer({ to: target })
  const proxy = await serve.start(server)
  const env = { https_proxy: proxy.url }
  const plan = { host: 'db.example.test', port: 5432, timeoutMs: 2000, env }

  const direct = await dial(plan)
  const tunnelled = await dial({ ...plan, proxy: 'env' })

  expect(direct).toMatchObject({ ok: false, kind: 'dns', viaProxy: false })
  expect(await firstBytes(tunnelled)).toBe('through')
  expect(tunnelled).toMatchObject({ reached: 'tcp', viaProxy: true })
  expect(seen).toMatchObject([{ method: 'CONNECT', target: 'db.example.test:5432' }])
})

test('a signal ends it', async () => {
  const silent = await serve.tcp(() => {})
  const controller = new AbortController()
  setTimeout(() => controller.abort(), 50)

  const dialled = await dial({
    host: '127.0.0.1',
    port: silent.port,
    timeoutMs: 5000,
    tls: {},
    signal: controller.signal,
  })

  expect(dialled).toMatchObject({ ok: false, kind: 'aborted' })
  await until(() => silent.open() === 0)
})

test('a ca that cannot be read is a TypeError', async () => {
  await expect(dial({ host: 'h', port: 1, timeoutMs: 1, tls: { ca: 'x' } })).rejects.toThrow(TypeError)
})
