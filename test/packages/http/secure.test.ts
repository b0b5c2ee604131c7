import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import https from 'node:https'
import net from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import tls from 'node:tls'
import { promisify } from 'node:util'
import { beforeAll, expect, test } from '@jest/globals'
import { answered, ask, failed } from './asking.ts'
import { daysFromNow, makeCertificate, type Pair } from './certificates.ts'
import { serverKit, until } from './servers.ts'

const serve = serverKit()
const run = promisify(execFile)
const HOST = 'api.example.test'

let root: Pair
let intermediate: Pair
let good: Pair
let selfSigned: Pair
let expired: Pair
let early: Pair

beforeAll(() => {
  root = makeCertificate({ name: 'Test Root', isAuthority: true, to: daysFromNow(3000) })
  intermediate = makeCertificate({ name: 'Test Sub', isAuthority: true, issuer: root, to: daysFromNow(3.5) })
  good = makeCertificate({ name: HOST, altNames: `DNS:${HOST}`, issuer: intermediate, to: daysFromNow(90) })
  selfSigned = makeCertificate({ name: HOST, altNames: `DNS:${HOST},IP:127.0.0.1`, to: daysFromNow(3.5) })
  expired = makeCertificate({ name: HOST, altNames: `DNS:${HOST}`, issuer: root, to: daysFromNow(-2) })
  early = makeCertificate({
    name: HOST,
    altNames: `DNS:${HOST}`,
    issuer: root,
    from: daysFromNow(2),
    to: daysFromNow(9),
  })
}, 60_000)

/** An https server for `HOST`, which only `resolve` can find. */
async function secureServer(options: tls.TlsOptions, handler = (name: string) => name) {
  const names: (string | false | null)[] = []
  const server = https.createServer(options, (asked, answer) => {
    answer.end(handler(String(asked.headers.host)))
  })
  server.on('secureConnection', (socket) => names.push(socket.servername ?? null))
  const running = await serve.start(server)
  const resolve = new Map([[`${HOST}:${running.port}`, '127.0.0.1']])
  return { running, names, resolve, url: `https://${HOST}:${running.port}/` }
}

const chained = (): tls.TlsOptions => ({ key: good.key, cert: good.cert + intermediate.cert })

test('resolve keeps Host, SNI and the certificate check of the URL', async () => {
  const { url, resolve, names, running } = await secureServer(chained())

  const answer = answered(await ask(url, { resolve, ca: root.cert }))

  expect([String(answer.body), answer.address, answer.reached]).toEqual([`${HOST}:${running.port}`, '127.0.0.1', 'tls'])
  expect(names).toEqual([HOST])
  expect(answer.phases.tls).toBeGreaterThan(answer.phases.connect ?? Number.POSITIVE_INFINITY)
})

test('the Host header of the caller changes neither SNI nor the check', async () => {
  const { url, resolve, names } = await secureServer(chained())

  const answer = answered(await ask(url, { resolve, ca: root.cert, headers: { host: 'other.test' } }))

  expect([String(answer.body), names]).toEqual(['other.test', [HOST]])
})

test('the certificate that ends first in the chain counts, also at the second request', async () => {
  const { url, resolve } = await secureServer(chained())

  for (let i = 0; i < 2; i += 1) {
    const { certificate } = answered(await ask(url, { resolve, ca: root.cert }))
    expect(certificate).toMatchObject({ subject: HOST, issuer: 'Test Sub' })
    expect(certificate).not.toHaveProperty('error')
    // the intermediate one ends after 3.5 days, its leaf after 90
    expect(Math.floor(((certificate?.validTo.getTime() ?? 0) - Date.now()) / 86_400_000)).toBe(3)
  }
})

test('trap 11: the chain of a certificate that issued itself ends', async () => {
  const { url, resolve } = await secureServer({ key: selfSigned.key, cert: selfSigned.cert })

  const { certificate } = answered(await ask(url, { resolve, ca: selfSigned.cert }))

  expect(certificate).toMatchObject({ subject: HOST, issuer: HOST })
})

test('a self-signed certificate fails with its code before a byte of the request is sent', async () => {
  const { url, resolve, running } = await secureServer({ key: selfSigned.key, cert: selfSigned.cert })

  const failure = failed(await ask(url, { resolve, method: 'POST', body: 'secret' }))

  expect(failure).toMatchObject({
    kind: 'tls',
    code: 'DEPTH_ZERO_SELF_SIGNED_CERT',
    reached: 'tcp',
    mayHaveBeenSent: false,
    certificate: { subject: HOST, error: 'DEPTH_ZERO_SELF_SIGNED_CERT' },
  })
  expect(failure.message).toBe(
    `the certificate of ${HOST} does not hold (DEPTH_ZERO_SELF_SIGNED_CERT): it is self-signed`,
  )
  await until(() => running.open() === 0)
})

test('a certificate for another name fails, by name and by address', async () => {
  const { running } = await secureServer(chained())
  const resolve = new Map([[`other.test:${running.port}`, '127.0.0.1']])

  const byName = failed(await ask(`https://other.test:${running.port}/`, { resolve, ca: root.cert }))
  const byAddress = failed(await ask(`https://127.0.0.1:${running.port}/`, { ca: root.cert }))

  expect([byName.code, byAddress.code]).toEqual(['ERR_TLS_CERT_ALTNAME_INVALID', 'ERR_TLS_CERT_ALTNAME_INVALID'])
  expect(byName.message).toContain('it is for another name')
})

test('a certificate for an address holds for that address, without SNI', async () => {
  const { running, names } = await secureServer({ key: selfSigned.key, cert: selfSigned.cert })

  const answer = answered(await ask(`https://127.0.0.1:${running.port}/`, { ca: selfSigned.cert }))

  expect([answer.status, names]).toEqual([200, [false]])
})

test('an expired certificate tells its day', async () => {
  const { url, resolve } = await secureServer({ key: expired.key, cert: expired.cert })

  const failure = failed(await ask(url, { resolve, ca: root.cert }))

  expect(failure.code).toBe('CERT_HAS_EXPIRED')
  expect(failure.message).toContain(`it ended on ${daysFromNow(-2).toISOString().slice(0, 10)}`)
})

test('trap 11: an expired certificate is reported where insecure lets it pass', async () => {
  const { url, resolve } = await secureServer({ key: expired.key, cert: expired.cert })

  const answer = answered(await ask(url, { resolve, ca: root.cert, insecure: true }))

  expect(answer).toMatchObject({ status: 200, reached: 'tls', certificate: { error: 'CERT_HAS_EXPIRED' } })
  expect(answer.certificate?.validTo.getTime()).toBeLessThan(Date.now())
})

test('a certificate that is not valid yet, and one without its intermediate, fail with their codes', async () => {
  const soon = await secureServer({ key: early.key, cert: early.cert })
  const leafOnly = await secureServer({ key: good.key, cert: good.cert })

  const codes = [
    failed(await ask(soon.url, { resolve: soon.resolve, ca: root.cert })).code,
    failed(await ask(leafOnly.url, { resolve: leafOnly.resolve, ca: root.cert })).code,
  ]

  expect(codes).toEqual(['CERT_NOT_YET_VALID', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'])
})

test('a root that is sent but not trusted is named so', async () => {
  const { url, resolve } = await secureServer({ key: good.key, cert: good.cert + intermediate.cert + root.cert })

  const failure = failed(await ask(url, { resolve }))

  expect(failure.code).toBe('SELF_SIGNED_CERT_IN_CHAIN')
})

test('a context that was kept for one ca does not serve another', async () => {
  const { url, resolve } = await secureServer(chained())

  const wrong = failed(await ask(url, { resolve, ca: selfSigned.cert }))
  const right = answered(await ask(url, { resolve, ca: selfSigned.cert + root.cert }))

  expect([wrong.kind, right.status]).toEqual(['tls', 200])
})

const WITH_EXTRA_ROOT = `
const [, entry, url, address, ca] = process.argv
const { request } = await import(entry)
const plan = { url, timeoutMs: 5000, env: {}, resolve: new Map([[new URL(url).host, address]]), ca }
const exchange = await request(plan)
console.log(exchange.ok ? exchange.status : exchange.code)
`

test('ca adds to the roots that Node trusts and does not replace them', async () => {
  const { url } = await secureServer(chained())
  const folder = mkdtempSync(join(tmpdir(), 'roots-'))
  const extra = join(folder, 'root.pem')
  writeFileSync(extra, root.cert)
  const entry = join(import.meta.dirname, '../../../packages/http/src/index.ts')
  const args = ['--input-type=module', '-e', WITH_EXTRA_ROOT, entry, url, '127.0.0.1', selfSigned.cert]
  try {
    const trusting = await run(process.execPath, args, { env: { NODE_EXTRA_CA_CERTS: extra } })
    const other = await run(process.execPath, args, { env: {} })

    expect([trusting.stdout.trim(), other.stdout.trim()]).toEqual(['200', 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY'])
  } finally {
    rmSync(folder, { recursive: true })
  }
}, 20_000)

test.each([
  ['no certificate', 'ca holds no certificate in PEM form'],
  ['-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----', 'certificate 1 of 1 in ca cannot be read'],
])('a ca that cannot be read is a TypeError before any connection: %j', async (ca, problem) => {
  const { url, resolve, running } = await secureServer(chained())

  await expect(ask(url, { resolve, ca })).rejects.toThrow(new TypeError(problem))
  expect(running.accepted()).toBe(0)
})

test('NODE_TLS_REJECT_UNAUTHORIZED does not let a bad certificate pass', async () => {
  const { url, resolve } = await secureServer({ key: selfSigned.key, cert: selfSigned.cert })
  process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0'
  try {
    expect(failed(await ask(url, { resolve })).kind).toBe('tls')
  } finally {
    delete process.env['NODE_TLS_REJECT_UNAUTHORIZED']
  }
})

test('https to a plain http port says so', async () => {
  const server = await serve.http((_, answer) => answer.end())

  const failure = failed(await ask(`https://127.0.0.1:${server.port}/`))

  expect(failure).toMatchObject({ kind: 'tls', reached: 'tcp', mayHaveBeenSent: false })
  expect(failure.message).toContain('this is probably a plain http port')
})

test('http to a TLS port is an answer that is not HTTP, or none', async () => {
  const { running } = await secureServer(chained())

  const exchange = await ask(`http://127.0.0.1:${running.port}/`)

  expect(exchange.ok ? exchange.status : exchange.kind).toMatch(/^(protocol|refused)$/)
})

test('a server that knows no common version fails as tls', async () => {
  const server = tls.createServer({ key: good.key, cert: good.cert, maxVersion: 'TLSv1.1', minVersion: 'TLSv1' })
  const running = await serve.start(server)

  const failure = failed(await ask(`https://127.0.0.1:${running.port}/`))

  expect(failure.kind).toBe('tls')
  expect(failure.code).toMatch(/^ERR_SSL_/)
})

test('a client certificate that is asked for and missing fails as tls', async () => {
  const { url, resolve } = await secureServer({
    ...chained(),
    requestCert: true,
    rejectUnauthorized: true,
    ca: root.cert,
  })

  const failure = failed(await ask(url, { resolve, ca: root.cert }))

  expect(failure.kind).toMatch(/^(tls|refused)$/)
})

test('a handshake that never ends is a response-timeout with TCP reached', async () => {
  const running = await serve.start(net.createServer((socket) => socket.on('error', () => {}).resume()))

  const failure = failed(await ask(`https://127.0.0.1:${running.port}/`, { timeoutMs: 200 }))

  expect(failure).toMatchObject({ kind: 'response-timeout', reached: 'tcp', mayHaveBeenSent: false })
  expect(failure.message).toBe('127.0.0.1 did not finish the TLS handshake within 200 ms')
  await until(() => running.open() === 0)
})

test('a connection that closes during the handshake is refused', async () => {
  const running = await serve.start(
    net.createServer((socket) => socket.on('error', () => {}).once('data', () => socket.end())),
  )

  const failure = failed(await ask(`https://127.0.0.1:${running.port}/`))

  expect(failure).toMatchObject({ kind: 'refused', code: 'ECONNRESET', mayHaveBeenSent: false })
  expect(failure.message).toBe('127.0.0.1 closed the connection during the TLS handshake (ECONNRESET)')
})

test('http to https of the same host is followed without the headers, the way back is not', async () => {
  const secured = await secureServer(chained(), () => 'secure')
  const plain = await serve.http((_, answer) => answer.writeHead(301, { location: secured.url }).end())
  const resolve = new Map([...secured.resolve, [`${HOST}:${plain.port}`, '127.0.0.1']])
  const up = answered(
    await ask(`http://${HOST}:${plain.port}/`, {
      resolve,
      ca: root.cert,
      followRedirects: 'same-host',
      headers: { authorization: 'Bearer t' },
    }),
  )

  expect([String(up.body), up.droppedHeaders]).toEqual(['secure', ['authorization']])
})

test('https to http of the same host is followed by all, not by same-host', async () => {
  const plain = await serve.http((_, answer) => answer.end('plain'))
  const running = await serve.start(
    https.createServer(chained(), (_, answer) =>
      answer.writeHead(302, { location: `http://${HOST}:${plain.port}/` }).end(),
    ),
  )
  const resolve = new Map([running, plain].map(({ port }) => [`${HOST}:${port}`, '127.0.0.1']))
  const url = `https://${HOST}:${running.port}/`

  const same = answered(await ask(url, { resolve, ca: root.cert, followRedirects: 'same-host' }))
  const all = answered(await ask(url, { resolve, ca: root.cert, followRedirects: 'all' }))

  expect(same.unfollowed?.why).toBe('to-plain-http')
  expect(String(all.body)).toBe('plain')
})
