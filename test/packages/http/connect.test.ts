import { lookup } from 'node:dns/promises'
import { expect, test } from '@jest/globals'
import { connectTrouble } from '../../../packages/http/src/failure.ts'
import { answered, ask, failed } from './asking.ts'
import { fullQueueKit } from './full-queue.ts'
import { serverKit } from './servers.ts'

const serve = serverKit()
const fullQueue = fullQueueKit()

/** The two addresses of `localhost`, in the order in which they are tried. */
async function localhost(): Promise<[string, string]> {
  const { family } = await lookup('localhost')
  return family === 4 ? ['127.0.0.1', '::1'] : ['::1', '127.0.0.1']
}

test('an unknown name is dns, and nothing was sent', async () => {
  const failure = failed(await ask('http://nowhere.invalid/', { method: 'POST', body: 'x' }))

  expect(failure).toMatchObject({ kind: 'dns', reached: 'nothing', mayHaveBeenSent: false })
  expect(failure.message).toMatch(/^the name nowhere\.invalid does not resolve \((ENOTFOUND|EAI_AGAIN)\)$/)
})

test('a host whose queue is full accepts no connection: connect-timeout, nothing sent', async () => {
  const { port } = await fullQueue()

  const failure = failed(await ask(`http://127.0.0.1:${port}/`, { timeoutMs: 400 }))

  expect(failure).toMatchObject({ kind: 'connect-timeout', reached: 'name', mayHaveBeenSent: false })
  expect(failure.message).toBe(`127.0.0.1:${port} accepted no connection within 400 ms`)
})

test('an address that cannot be reached from here is no-route', async () => {
  // a multicast address: TCP has no way there
  const failure = failed(await ask('http://224.0.0.1/'))

  expect(failure).toMatchObject({ kind: 'no-route', code: 'ENETUNREACH', reached: 'name', mayHaveBeenSent: false })
  expect(failure.message).toBe('this machine has no route to 224.0.0.1:80 (ENETUNREACH)')
})

test.each(['127.0.0.1', '::1'])('trap 7: a server on %s only is reached as localhost', async (host) => {
  const server = await serve.http((_, answer) => answer.end(), host)

  const answer = answered(await ask(`http://localhost:${server.port}/`))

  expect(answer.address).toBe(host)
})

test('trap 7: a silent first address leaves the second its turn, even with a short timeout', async () => {
  const [first, second] = await localhost()
  const server = await serve.http((_, answer) => answer.end('second'), second)
  await fullQueue(first, server.port)

  const answer = answered(await ask(`http://localhost:${server.port}/`, { timeoutMs: 1000 }))

  expect([String(answer.body), answer.address]).toEqual(['second', second])
})

test('trap 7: a slow first address is not given up while the second is tried and refuses', async () => {
  const [first] = await localhost()
  // the queue drains after 900 ms, and the next SYN of the kernel comes at 1 s or 3 s
  const { port } = await fullQueue(first, 0, 900)

  const answer = answered(await ask(`http://localhost:${port}/`, { timeoutMs: 4500 }))

  expect([answer.status, answer.address]).toEqual([204, first])
})

test('of several addresses the one that got furthest decides', async () => {
  const [first, second] = await localhost()
  const { port } = await fullQueue(first)

  const failure = failed(await ask(`http://localhost:${port}/`, { timeoutMs: 800 }))

  expect(failure).toMatchObject({ kind: 'refused', code: 'ECONNREFUSED', address: second, mayHaveBeenSent: false })
})

const coded = (code: string): Error => Object.assign(new Error('raw text'), { code })

test.each([
  [['EHOSTUNREACH', 'ETIMEDOUT', 'ECONNREFUSED'], 'refused', 'ECONNREFUSED'],
  [['ENETUNREACH', 'ETIMEDOUT'], 'connect-timeout', 'ETIMEDOUT'],
  [['EINVAL', 'ENETDOWN'], 'no-route', 'ENETDOWN'],
  [['EADDRNOTAVAIL'], 'no-route', 'EADDRNOTAVAIL'],
  [['EMFILE'], 'no-route', 'EMFILE'],
])('%j is %s by %s', (codes, kind, code) => {
  const trouble = connectTrouble('h:1', codes.map(coded))

  expect(trouble).toMatchObject({ kind, code })
  expect(trouble.message).not.toContain('raw text')
})

test('a family is kept: 6 asked of a server on IPv4 only is refused at ::1', async () => {
  const server = await serve.http((_, answer) => answer.end())

  const six = failed(await ask(`http://localhost:${server.port}/`, { family: 6 }))
  const four = answered(await ask(`http://localhost:${server.port}/`, { family: 4 }))

  expect(six).toMatchObject({ kind: 'refused', address: '::1' })
  expect(six.message).toContain(`localhost:${server.port} (::1)`)
  expect(four.address).toBe('127.0.0.1')
})

test('a family that the address is not of is told by name', async () => {
  const failure = failed(await ask('http://127.0.0.1:80/', { family: 6 }))

  expect(failure).toMatchObject({
    kind: 'no-route',
    message: '127.0.0.1 is not an IPv6 address, and only those were asked for',
  })
})

test('resolve connects elsewhere and keeps the name', async () => {
  const server = await serve.http((asked, answer) => answer.end(asked.headers.host))
  const host = `api.example.test:${server.port}`

  const answer = answered(await ask(`http://${host}/`, { resolve: new Map([[host, '127.0.0.1']]) }))

  expect([String(answer.body), answer.address, answer.url]).toEqual([host, '127.0.0.1', `http://${host}/`])
})

test('resolve counts for its own port alone', async () => {
  const resolve = new Map([['nowhere.invalid:81', '127.0.0.1']])

  expect(failed(await ask('http://nowhere.invalid:80/', { resolve })).kind).toBe('dns')
})

test('a default port is part of the key of resolve', async () => {
  const resolve = new Map([['nowhere.invalid:80', '127.0.0.1']])

  // whoever listens at port 80 of this machine, if anybody
  expect((await ask('http://nowhere.invalid/', { resolve, timeoutMs: 1000 })).address).toBe('127.0.0.1')
})
