import type { IncomingHttpHeaders } from 'node:http'
import { expect, test } from '@jest/globals'
import { answered, ask, failed } from './asking.ts'
import { serverKit } from './servers.ts'

const serve = serverKit()

interface Seen {
  readonly method: string | undefined
  readonly url: string | undefined
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** Answers `/` + status with that status and the Location in the query; all else with 200. */
async function redirecting(host?: string) {
  const seen: Seen[] = []
  const server = await serve.http((asked, answer) => {
    let body = ''
    asked.on('data', (chunk) => (body += String(chunk)))
    asked.on('end', () => {
      const { method, url = '', headers } = asked
      seen.push({ method, url, headers, body })
      const status = Number(/^\/(3\d\d)/.exec(url)?.[1] ?? 200)
      const to = new URLSearchParams(url.split('?')[1]).get('to')
      answer.writeHead(status, to === null ? {} : { location: to }).end(`body of ${status}`)
    })
  }, host)
  return { server, seen }
}

const to = (location: string): string => `?to=${encodeURIComponent(location)}`

test('trap 10: a redirect that nobody asked to follow is an answer, and says where it leads', async () => {
  const { server, seen } = await redirecting()

  const answer = answered(await ask(`${server.url}/302${to('/login?token=abc')}`))

  expect([answer.status, String(answer.body), seen.length]).toEqual([302, 'body of 302', 1])
  expect(answer.unfollowed).toEqual({ to: `${server.url}/login?token=***`, why: 'not-asked' })
})

test.each([301, 302, 303, 307, 308])(
  'a %i within the origin is followed with the headers of the caller',
  async (status) => {
    const { server, seen } = await redirecting()

    const answer = answered(
      await ask(`${server.url}/${status}${to('there?a=b#part')}`, {
        followRedirects: 'same-host',
        headers: { 'X-Api-Key': 'k' },
      }),
    )

    expect([answer.status, answer.url]).toEqual([200, `${server.url}/there?a=b`])
    expect(answer.redirects).toHaveLength(1)
    expect(answer.droppedHeaders).toEqual([])
    expect(seen.map(({ headers }) => headers['x-api-key'])).toEqual(['k', 'k'])
  },
)

test.each([300, 304, 305])('a %i is a plain answer', async (status) => {
  const { server } = await redirecting()

  const answer = answered(await ask(`${server.url}/${status}${to('/x')}`, { followRedirects: 'all' }))

  expect([answer.status, answer.unfollowed]).toEqual([status, undefined])
})

test('trap 10: another host is not followed by same-host, and gets nothing', async () => {
  const here = await redirecting()
  const there = await redirecting()

  const answer = answered(
    await ask(`${here.server.url}/302${to(`http://localhost:${there.server.port}/x`)}`, {
      followRedirects: 'same-host',
    }),
  )

  expect(answer.unfollowed).toEqual({ to: `http://localhost:${there.server.port}/x`, why: 'other-host' })
  expect(there.seen).toEqual([])
})

test('trap 10: on a change of origin every header of the caller is dropped for good, and named', async () => {
  const here = await redirecting()
  const there = await redirecting()
  const back = `${here.server.url}/back`

  const answer = answered(
    await ask(`http://u:p@127.0.0.1:${here.server.port}/302${to(`${there.server.url}/307${to(back)}`)}`, {
      followRedirects: 'all',
      headers: { Cookie: 'c', 'X-Api-Key': 'k', Host: 'name.test', 'User-Agent': 'mine' },
      defaultHeaders: { 'user-agent': 'ours', accept: 'a/b' },
    }),
  )

  expect(answer.url).toBe(back)
  expect(answer.droppedHeaders.toSorted()).toEqual(['Cookie', 'Host', 'User-Agent', 'X-Api-Key', 'authorization'])
  const port = there.server.port
  expect(there.seen[0]?.headers).toEqual({
    'user-agent': 'ours',
    accept: 'a/b',
    host: `127.0.0.1:${port}`,
    connection: 'close',
  })
  expect(here.seen[1]?.headers).not.toHaveProperty('authorization')
  expect(here.seen[1]?.headers).not.toHaveProperty('x-api-key')
})

test('another port of the same host is followed, without the headers', async () => {
  const here = await redirecting()
  const there = await redirecting()

  const answer = answered(
    await ask(`${here.server.url}/302${to(`${there.server.url}/x`)}`, {
      followRedirects: 'same-host',
      headers: { authorization: 'Bearer t' },
    }),
  )

  expect([answer.url, answer.droppedHeaders]).toEqual([`${there.server.url}/x`, ['authorization']])
  expect(there.seen[0]?.headers).not.toHaveProperty('authorization')
})

test('user info in a Location is not sent', async () => {
  const { server, seen } = await redirecting()

  const answer = answered(
    await ask(`${server.url}/302${to(`http://a:b@127.0.0.1:${server.port}/x`)}`, { followRedirects: 'all' }),
  )

  expect(answer.url).toBe(`${server.url}/x`)
  expect(seen[1]?.headers).not.toHaveProperty('authorization')
})

test('trap 10: a circle of redirects fails at once, and says so', async () => {
  const server = await serve.http((asked, answer) =>
    answer.writeHead(302, { location: asked.url === '/a' ? '/b' : '/a' }).end(),
  )

  const failure = failed(await ask(`${server.url}/a`, { followRedirects: 'same-host' }))

  expect(failure).toMatchObject({ kind: 'redirect', status: 302, mayHaveBeenSent: true, url: `${server.url}/b` })
  expect(failure.message).toBe(`the redirects go in a circle, back to ${server.url}/a`)
  expect(server.accepted()).toBe(2)
})

test('trap 10: five redirects are followed, the sixth is a failure', async () => {
  const server = await serve.http((asked, answer) => {
    const left = Number(asked.url?.slice(1))
    answer.writeHead(left === 0 ? 200 : 302, { location: `/${left - 1}` }).end()
  })

  const five = answered(await ask(`${server.url}/5`, { followRedirects: 'same-host' }))
  const six = failed(await ask(`${server.url}/6`, { followRedirects: 'same-host' }))

  expect(five.redirects).toHaveLength(5)
  expect(six).toMatchObject({ kind: 'redirect', status: 302 })
  expect(six.message).toBe(`more than 5 redirects; the next would be ${server.url}/0`)
})

test('one deadline covers all redirects', async () => {
  const server = await serve.http((asked, answer) => {
    const next = Number(asked.url?.slice(1)) + 1
    setTimeout(() => answer.writeHead(302, { location: `/${next}` }).end(), 150)
  })

  const failure = failed(await ask(`${server.url}/0`, { followRedirects: 'same-host', timeoutMs: 400 }))

  expect(failure.kind).toBe('response-timeout')
  expect(failure.redirects).toHaveLength(2)
})

test('the endless body of a redirect is not waited for', async () => {
  const server = await serve.http((asked, answer) => {
    if (asked.url === '/x') answer.end('there')
    else answer.writeHead(302, { location: '/x' }).write('part')
  })

  const answer = answered(await ask(server.url, { followRedirects: 'same-host', timeoutMs: 2000 }))

  expect(String(answer.body)).toBe('there')
})

test.each([
  ['no Location', undefined, 'no-location', ''],
  ['a Location that is no URL', 'http://[', 'no-location', ''],
  ['another scheme', 'ftp://h/x', 'not-http', 'ftp://h/x'],
])('a redirect with %s is an answer', async (_, location, why, shown) => {
  const server = await serve.http((_asked, answer) =>
    answer.writeHead(302, location === undefined ? {} : { location }).end(),
  )

  const answer = answered(await ask(server.url, { followRedirects: 'all' }))

  expect(answer.unfollowed).toEqual({ to: shown, why })
})

test.each([
  [301, 'POST', 'GET', ''],
  [302, 'POST', 'GET', ''],
  [303, 'PUT', 'GET', ''],
  [303, 'HEAD', 'HEAD', ''],
  [302, 'PUT', 'PUT', 'data'],
  [307, 'POST', 'POST', 'data'],
  [308, 'POST', 'POST', 'data'],
])('after a %i a %s becomes a %s with the body %j', async (status, method, next, body) => {
  const { server, seen } = await redirecting()

  await ask(`${server.url}/${status}${to('/x')}`, {
    method,
    followRedirects: 'same-host',
    ...(method === 'HEAD' ? {} : { body: 'data' }),
    headers: { 'content-type': 'text/plain' },
  })

  expect(seen[1]).toMatchObject({ method: next, body })
  expect(seen[1]?.headers['content-type']).toBe(next === method ? 'text/plain' : undefined)
})

test('a body is not handed to another origin', async () => {
  const here = await redirecting()
  const there = await redirecting()

  const answer = answered(
    await ask(`${here.server.url}/307${to(`${there.server.url}/x`)}`, {
      method: 'POST',
      body: 'secret',
      followRedirects: 'all',
    }),
  )

  expect(answer.unfollowed?.why).toBe('body-to-other-origin')
  expect(there.seen).toEqual([])
})

test('a Location in UTF-8 leads where its bytes say', async () => {
  const server = await serve.tcp((socket) =>
    socket.once('data', (data) =>
      socket.end(
        String(data).startsWith('GET /%C3%BC')
          ? 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'
          : Buffer.from('HTTP/1.1 302 Found\r\nlocation: /ü\r\ncontent-length: 0\r\n\r\n'),
      ),
    ),
  )

  expect(String(answered(await ask(server.url, { followRedirects: 'same-host' })).body)).toBe('ok')
})
