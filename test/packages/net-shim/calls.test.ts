import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { HttpClient } from '../../../packages/net-shim/src/index.ts'
import { proxyServer } from '../http/proxy-server.ts'
import { serverKit } from '../http/servers.ts'

const serve = serverKit()
let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'net-shim-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const archive = gzipSync('the tool')

/** GitHub's API, a download that a careless server labels as gzip-encoded, and the issuer of tokens. */
async function target() {
  const seen: string[] = []
  const server = await serve.http((asked, answer) => {
    seen.push(`${asked.method} ${asked.url} ${asked.headers.authorization ?? ''}`.trim())
    if (asked.url === '/tool.tar.gz') {
      const isAsked = String(asked.headers['accept-encoding']).includes('gzip')
      answer.writeHead(200, isAsked ? { 'content-encoding': 'gzip' } : {}).end(archive)
      return
    }
    answer.writeHead(200, { 'content-type': 'application/json' })
    answer.end(JSON.stringify({ full_name: 'o/r', value: 'an.id.token' }))
  })
  return { server, seen }
}

async function run(url: string, env: Readonly<Record<string, string>>): Promise<unknown> {
  const { stdout } = await promisify(execFile)(process.execPath, [join(import.meta.dirname, 'calls.mjs')], {
    env: {
      PATH: process.env['PATH'],
      TARGET: url,
      GITHUB_API_URL: url,
      ACTIONS_ID_TOKEN_REQUEST_URL: `${url}/token?api=2`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'request-token',
      RUNNER_TEMP: folder,
      RUNNER_TOOL_CACHE: folder,
      ...env,
    },
  })
  return JSON.parse(stdout.slice(stdout.lastIndexOf('\n')))
}

const success = { octokit: 'o/r', download: archive.toString('base64'), idToken: 'an.id.token' }

test('Octokit, downloadTool and getIDToken work direct, and the archive stays packed', async () => {
  const { server, seen } = await target()

  const results = await run(server.url, {})

  expect(results).toEqual(success)
  expect(seen).toEqual([
    'GET /repos/o/r token a-token',
    'GET /tool.tar.gz',
    'GET /token?api=2&audience=an-audience Bearer request-token',
  ])
}, 20_000)

test.each(['http_proxy', 'HTTP_PROXY'])(
  'all three go through the proxy of %s',
  async (name) => {
    const { server } = await target()
    const { server: plain, seen } = proxyServer({ to: server })
    const proxy = await serve.start(plain)

    const results = await run('http://api.example.test', { [name]: proxy.url })

    expect(results).toEqual(success)
    expect(new Set(seen.map(({ method, target: to }) => `${method} ${to}`))).toEqual(
      new Set(['CONNECT api.example.test:80']),
    )
  },
  20_000,
)

test('all three go past the proxy with no_proxy', async () => {
  const { server } = await target()
  const { server: plain, seen } = proxyServer({ to: server })
  const proxy = await serve.start(plain)

  const results = await run(server.url, { http_proxy: proxy.url, no_proxy: '127.0.0.1' })

  expect([results, seen]).toEqual([success, []])
}, 20_000)

test('an empty proxy variable counts as unset', async () => {
  const { server } = await target()

  expect(await run(server.url, { http_proxy: '', HTTPS_PROXY: '' })).toEqual(success)
}, 20_000)

test('a Node that cannot honour the proxy is an error that names the remedy, not a way round the proxy', async () => {
  const { server, seen } = await target()
  // a download would be tried three times, half a minute in all
  const env = { http_proxy: 'http://127.0.0.1:1', WITHOUT_PROXY_SUPPORT: '1', CALLS: 'octokit,idToken,octokit,idToken' }

  const results = await run(server.url, env)

  const remedy = expect.stringContaining("NODE_USE_ENV_PROXY=1 in the job's env")
  expect(results).toEqual({ octokit: remedy, idToken: remedy })
  expect(seen).toEqual([])
}, 20_000)

test('getJson gives null for 404, and an error with the status above 299 that names the host alone', async () => {
  const server = await serve.http((asked, answer) => answer.writeHead(Number(asked.url?.slice(1, 4))).end('{"no":1}'))
  const client = new HttpClient('test')

  expect(await client.getJson(`${server.url}/404`)).toMatchObject({ statusCode: 404, result: null })
  expect(await client.getJson(`${server.url}/200`)).toMatchObject({ statusCode: 200, result: { no: 1 } })
  await expect(client.getJson(`${server.url}/500?token=abc`)).rejects.toMatchObject({
    statusCode: 500,
    message: `HTTP 500 from 127.0.0.1:${server.port}`,
  })
})

test('an answer without a body reads as empty', async () => {
  const server = await serve.http((_, answer) => answer.writeHead(204).end())

  const { message, readBody } = await new HttpClient().get(server.url)

  expect([message.statusCode, await readBody()]).toEqual([204, ''])
})
