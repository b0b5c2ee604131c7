import { expect, test } from '@jest/globals'
import { answered, ask, failed } from './asking.ts'
import { closedPort, serverKit, until } from './servers.ts'

const serve = serverKit()

test('an answer has its status, its body, its phases in order, and the address that gave it', async () => {
  const server = await serve.http((_, answer) => answer.writeHead(503, { 'X-Name': 'v' }).end('down'))

  const answer = answered(await ask(`${server.url}/health`))

  expect(answer).toMatchObject({ status: 503, address: '127.0.0.1', reached: 'tcp', viaProxy: false, isBodyCut: false })
  expect(answer.headers).toMatchObject({ 'x-name': 'v' })
  expect(answer.body.toString()).toBe('down')
  const { lookup = -1, connect = -1, firstByte = -1, lastByte = -1 } = answer.phases
  const times = [0, lookup, connect, firstByte, lastByte]
  expect(times).toEqual(times.toSorted((a, b) => a - b))
})

test('headers of one name are joined, and one called __proto__ is a header like any other', async () => {
  const server = await serve.tcp((socket) =>
    socket.end('HTTP/1.1 200 OK\r\nAge: 1\r\nAge: 2\r\n__proto__: x\r\ncontent-length: 0\r\n\r\n'),
  )

  const { headers } = answered(await ask(server.url))

  expect(Object.entries(headers)).toEqual(
    expect.arrayContaining([
      ['age', '1, 2'],
      ['__proto__', 'x'],
    ]),
  )
})

test('method, body, length and headers arrive; a header of the caller goes before a default of the same name', async () => {
  const server = await serve.http((asked, answer) => {
    let body = ''
    asked.on('data', (chunk) => (body += String(chunk)))
    asked.on('end', () => answer.end(JSON.stringify({ method: asked.method, headers: asked.headers, body })))
  })

  const answer = answered(
    await ask(server.url, {
      method: 'PUT',
      body: 'žena',
      headers: { 'User-Agent': 'mine', 'Content-Length': '99', 'Transfer-Encoding': 'chunked' },
      defaultHeaders: { 'user-agent': 'default', accept: 'a/b' },
    }),
  )

  const seen: unknown = JSON.parse(answer.body.toString())
  expect(seen).toMatchObject({ method: 'PUT', body: 'žena' })
  expect(seen).toHaveProperty('headers', {
    'user-agent': 'mine',
    accept: 'a/b',
    host: `127.0.0.1:${server.port}`,
    'content-length': '5',
    connection: 'close',
  })
})

test('trap 5: the Host header of the caller is sent, and user info becomes Basic authentication', async () => {
  const seen: unknown[] = []
  const server = await serve.http((asked, answer) => {
    seen.push([asked.headers.host, asked.headers.authorization])
    answer.end()
  })

  const answer = answered(
    await ask(`http://us%40er:s3cr%2Ft@127.0.0.1:${server.port}/?token=abc#part`, {
      headers: { Host: 'api.example.com' },
    }),
  )

  expect(seen).toEqual([['api.example.com', `Basic ${Buffer.from('us@er:s3cr/t').toString('base64')}`]])
  expect(answer.url).toBe(`http://127.0.0.1:${server.port}/?token=***`)
})

test('trap 5: an authorization header goes before user info', async () => {
  const server = await serve.http((asked, answer) => answer.end(asked.headers.authorization))

  const answer = answered(await ask(`http://u:p@127.0.0.1:${server.port}/`, { headers: { Authorization: 'Bearer t' } }))

  expect(answer.body.toString()).toBe('Bearer t')
})

test('trap 5: ports that a browser refuses are asked, and the cause of a failure is told, without user info', async () => {
  const exchange = failed(await ask('http://u:s3cr3t@127.0.0.1:1/?key=k3y'))

  expect(exchange).toMatchObject({ kind: 'refused', code: 'ECONNREFUSED', url: 'http://127.0.0.1:1/?key=***' })
  expect(JSON.stringify(exchange)).not.toMatch(/s3cr3t|k3y/)
})

test.each([
  ['ftp://127.0.0.1/', {}],
  ['no url', {}],
  ['http://127.0.0.1/', { headers: { a: 'x\r\ny: z' } }],
  ['http://127.0.0.1/', { headers: { 'a b': 'x' } }],
  ['http://127.0.0.1/', { defaultHeaders: { a: 'x\ny' } }],
  ['http://127.0.0.1/', { method: 'GET /x HTTP/1.1' }],
  ['http://127.0.0.1/', { method: 'CONNECT' }],
])('a plan that cannot be sent is a TypeError before any connection: %s %j', async (url, plan) => {
  await expect(ask(url, plan)).rejects.toThrow(TypeError)
})

test('trap 3: the deadline covers the body: an endless event stream ends at the timeout', async () => {
  const server = await serve.http((_, answer) => {
    answer.writeHead(200, { 'content-type': 'text/event-stream' })
    const timer = setInterval(() => answer.write('data: x\n\n'), 20)
    answer.once('close', () => clearInterval(timer))
  })
  const start = performance.now()

  const failure = failed(await ask(server.url, { timeoutMs: 300 }))

  expect(failure).toMatchObject({ kind: 'response-timeout', status: 200, mayHaveBeenSent: true })
  expect(failure.message).toBe(`127.0.0.1:${server.port} answered 200, but its body did not end within 300 ms`)
  expect(performance.now() - start).toBeLessThan(500)
  await until(() => server.open() === 0)
})

test('trap 3: headers that come byte by byte do not outlive the deadline', async () => {
  const server = await serve.tcp((socket) => {
    socket.write('HTTP/1.1 200 OK\r\n')
    const timer = setInterval(() => socket.write('x-a: b\r\n'), 20)
    socket.once('close', () => clearInterval(timer))
  })

  const failure = failed(await ask(server.url, { timeoutMs: 300 }))

  expect(failure).toMatchObject({ kind: 'response-timeout', mayHaveBeenSent: true })
  expect(failure.status).toBeUndefined()
  expect(failure.message).toContain('began an answer and did not end its headers')
})

test('trap 4: a server that accepts and never answers has one connection, which is gone after the timeout', async () => {
  const server = await serve.tcp(() => {})

  for (let i = 0; i < 2; i += 1) {
    const failure = failed(await ask(server.url, { timeoutMs: 150 }))
    expect(failure.message).toBe(`127.0.0.1:${server.port} did not answer within 150 ms`)
    await until(() => server.open() === 0)
  }

  expect([server.accepted(), server.mostOpen()]).toEqual([2, 1])
})

test('trap 6: every request has a connection of its own, and says so', async () => {
  const server = await serve.http((asked, answer) => answer.end(asked.headers.connection))

  const bodies = [answered(await ask(server.url)), answered(await ask(server.url))].map(({ body }) => String(body))

  expect(bodies).toEqual(['close', 'close'])
  expect(server.accepted()).toBe(2)
})

test.each([
  ['the length that was announced', 'HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n{"ok":1'],
  ['the last chunk', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n'],
])('trap 8: a body that ends before %s fails, whatever its status', async (_, bytes) => {
  const server = await serve.tcp((socket) => socket.end(bytes))

  const failure = failed(await ask(server.url))

  expect(failure).toMatchObject({ kind: 'truncated', status: 200, mayHaveBeenSent: true })
  expect(failure.message).toContain('before the body was complete')
})

test('trap 8: a body without a length ends with its connection, and a reset cuts it', async () => {
  const whole = await serve.tcp((socket) => socket.end('HTTP/1.1 200 OK\r\n\r\nall'))
  const reset = await serve.tcp((socket) => {
    socket.write('HTTP/1.1 200 OK\r\n\r\npart')
    setTimeout(() => socket.resetAndDestroy(), 50)
  })

  const exchanges = [await ask(whole.url), await ask(reset.url)]

  expect(exchanges).toMatchObject([{ ok: true }, { kind: 'truncated', code: 'ECONNRESET', status: 200 }])
})

test.each([
  ['with an Upgrade header', 'HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\nraw'],
  ['without one', 'HTTP/1.1 101 Switching Protocols\r\n\r\n'],
])('trap 9: a 101 %s is an answer with that status and does not hang', async (_, bytes) => {
  const server = await serve.tcp((socket) => socket.write(bytes))

  const answer = answered(await ask(server.url, { timeoutMs: 2000 }))

  expect(answer).toMatchObject({ status: 101, reached: 'tcp' })
  await until(() => server.open() === 0)
})

test('trap 9: a 200 that offers an upgrade is a plain answer', async () => {
  const server = await serve.tcp((socket) =>
    socket.end('HTTP/1.1 200 OK\r\nConnection: Upgrade\r\nUpgrade: h2,h2c\r\nContent-Length: 2\r\n\r\nok'),
  )

  const answer = answered(await ask(server.url))

  expect([answer.status, String(answer.body)]).toEqual([200, 'ok'])
})

test('informational answers come before the real one', async () => {
  const server = await serve.tcp((socket) =>
    socket.end('HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n'),
  )

  expect(answered(await ask(server.url)).status).toBe(204)
})

test.each([
  ['a 204', 'GET', 'HTTP/1.1 204 No Content\r\ncontent-encoding: gzip\r\n\r\n'],
  ['a 304', 'GET', 'HTTP/1.1 304 Not Modified\r\ncontent-length: 40\r\n\r\n'],
  ['HEAD', 'HEAD', 'HTTP/1.1 200 OK\r\ncontent-length: 40\r\ncontent-encoding: br\r\n\r\n'],
  ['an empty gzip', 'GET', 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\ncontent-encoding: gzip\r\n\r\n'],
])('trap 14: %s has an empty body and is waited for no longer', async (_, method, bytes) => {
  const server = await serve.tcp((socket) => socket.write(bytes))

  const answer = answered(await ask(server.url, { method, timeoutMs: 2000 }))

  expect(answer.body).toHaveLength(0)
  expect(answer.isBodyCut).toBe(false)
})

test.each([
  ['closes at once', (socket: { destroy: () => void }) => socket.destroy()],
  ['ends at once', (socket: { end: () => void }) => socket.end()],
  ['resets', (socket: { resetAndDestroy: () => void }) => socket.resetAndDestroy()],
])('a server that %s without a byte of an answer is refused, and the request may have been sent', async (_, close) => {
  const server = await serve.tcp((socket) => void socket.once('data', () => close(socket)))

  const failure = failed(await ask(server.url, { method: 'POST', body: 'x' }))

  expect(failure).toMatchObject({ kind: 'refused', code: 'ECONNRESET', reached: 'tcp', mayHaveBeenSent: true })
  expect(failure.message).toBe(
    `127.0.0.1:${server.port} closed the connection without one byte of an answer (ECONNRESET)`,
  )
})

test('a connection that ends in the middle of the headers is truncated', async () => {
  const server = await serve.tcp((socket) => socket.end('HTTP/1.1 200 OK\r\nx-a: '))

  const failure = failed(await ask(server.url))

  expect(failure.kind).toBe('truncated')
  expect(failure.message).toContain('in the middle of the headers')
})

test.each([
  ['SSH', 'SSH-2.0-OpenSSH_9.7\r\n', 'HPE_INVALID_CONSTANT'],
  ['a broken chunk', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n', 'HPE_INVALID_CHUNK_SIZE'],
  ['16 KiB of header and more', `HTTP/1.1 200 OK\r\nx: ${'x'.repeat(20_000)}\r\n\r\n`, 'HPE_HEADER_OVERFLOW'],
])('what is not HTTP (%s) is told by its code', async (_, bytes, code) => {
  const server = await serve.tcp((socket) => void socket.write(bytes))

  const failure = failed(await ask(server.url))

  expect(failure).toMatchObject({ kind: 'protocol', code, mayHaveBeenSent: true })
  expect(failure.message).toBe(`the answer of 127.0.0.1:${server.port} is not HTTP (${code})`)
})

test('nothing was sent where the connection was refused', async () => {
  const port = await closedPort()

  const failure = failed(await ask(`http://127.0.0.1:${port}/`, { method: 'POST', body: 'once' }))

  expect(failure).toMatchObject({ kind: 'refused', reached: 'name', address: '127.0.0.1', mayHaveBeenSent: false })
  expect(failure.message).toBe(`127.0.0.1:${port} refused the connection (ECONNREFUSED)`)
})

test('a signal ends a request in its body at once; one that was aborted before sends nothing', async () => {
  const server = await serve.http((_, answer) => void answer.writeHead(200).write('part'))
  const controller = new AbortController()
  const start = performance.now()
  setTimeout(() => controller.abort('SIGINT'), 100)

  const during = failed(await ask(server.url, { signal: controller.signal }))
  const after = failed(await ask(server.url, { signal: controller.signal }))

  expect(during).toMatchObject({ kind: 'aborted', mayHaveBeenSent: true })
  expect(after).toMatchObject({ kind: 'aborted', mayHaveBeenSent: false })
  expect(performance.now() - start).toBeLessThan(1000)
  expect(server.accepted()).toBe(1)
})
