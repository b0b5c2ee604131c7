import type { Exchange, RequestPlan } from '@hardgate/http'
import { observeHttp } from '@hardgate/probe'
import { expect, test } from '@jest/globals'

const failure: Exchange = {
  ok: false,
  kind: 'refused',
  message: 'refused',
  mayHaveBeenSent: false,
  phases: {},
  reached: 'name',
  url: '',
  redirects: [],
  droppedHeaders: [],
  viaProxy: false,
}

async function asked(plan: RequestPlan, isCacheBusted = false): Promise<RequestPlan> {
  let seen: RequestPlan | undefined
  await observeHttp(
    { plan, isCacheBusted },
    {
      request: async (given) => {
        seen = given
        return failure
      },
      signal: new AbortController().signal,
      userAgent: 'hardgate-test/1',
    },
  )
  if (seen === undefined) throw new Error('nothing was asked')
  return seen
}

test('a probe says who it is and asks for a fresh answer, below what the user says', async () => {
  const { headers, defaultHeaders } = await asked({
    url: 'http://h/',
    timeoutMs: 1000,
    headers: { accept: 'text/html' },
  })

  expect(defaultHeaders).toEqual({
    'user-agent': 'hardgate-test/1',
    accept: 'application/json, */*;q=0.8',
    'cache-control': 'no-cache',
    pragma: 'no-cache',
  })
  expect(headers).toEqual({ accept: 'text/html' })
})

test.each([
  ['http://h/a', /^http:\/\/h\/a\?_hc=[a-z0-9]+$/],
  ['http://h/a?b=%20c+d', /^http:\/\/h\/a\?b=%20c\+d&_hc=[a-z0-9]+$/],
])('trap 20: the cache buster of %s is a query member that changes with every request', async (url, expected) => {
  const one = await asked({ url, timeoutMs: 1000 }, true)
  const other = await asked({ url, timeoutMs: 1000 }, true)

  expect(one.url).toMatch(expected)
  expect(other.url).not.toBe(one.url)
})

test('without a cache buster the URL stays as it is', async () => {
  expect((await asked({ url: 'http://h/a?b=1', timeoutMs: 1000 })).url).toBe('http://h/a?b=1')
})
