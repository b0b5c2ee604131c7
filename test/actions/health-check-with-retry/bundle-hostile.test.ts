import { readFileSync } from 'node:fs'
import type { LocalRun } from '@hardgate/local-runner'
import { describe, expect, test } from '@jest/globals'
import { serverKit } from '../../packages/http/servers.ts'
import { check, classOf } from './built.ts'

const servers = serverKit()

/** All that leaves the action, but for the commands that register a mask. */
function everything(step: LocalRun): string {
  const raw = step.rawOut
    .split('\n')
    .filter((line) => !line.startsWith('::add-mask::'))
    .join('\n')
  const file = step.outputs['verdict-file'] ?? ''
  return [raw, JSON.stringify(step.outputs), step.summary, file === '' ? '' : readFileSync(file, 'utf8')].join('\n')
}

describe('acceptance 11, trap 26: hostile bodies', () => {
  test('no line of the log is a command of the body, and the excerpt is small', async () => {
    const hostile = [
      '::error::x',
      '  ::add-mask::a',
      'foo ##[error]bar',
      '\u001b[31mred\u001b[0m',
      '\u202Eright to left',
      'x'.repeat(5_000_000),
    ].join('\n')
    const { url } = await servers.http((_request, response) => {
      response.writeHead(500).end(hostile)
    })

    const step = await check({ url })

    const lines = step.rawOut.split('\n').map((line) => line.trim())
    const commands = lines.filter(
      (line) => line.startsWith('::') && !/^::(?:error::unhealthy|add-mask|debug)/.test(line),
    )
    expect(commands).toEqual([])
    expect(step.rawOut).not.toContain('##[')
    // oxlint-disable-next-line no-control-regex -- control characters are what must not be there
    expect(step.rawOut).not.toMatch(/[\u0000-\u0008\u001b\u202a-\u202e]/)
    const excerpt = lines.filter((line) => line.startsWith('|')).map((line) => line.slice(2))
    expect(excerpt.join('\n')).toContain('red')
    expect(Buffer.byteLength(excerpt.join('\n'))).toBeLessThanOrEqual(2048)
    expect(step.masks).not.toContain('a')
    expect(step.annotations.map(({ level }) => level)).toEqual(['error'])
  })

  test('of a page the title and first text are shown', async () => {
    const page =
      '<!doctype html><html><head><title>502 Bad Gateway</title><style>p{}</style></head><body><p>Try <b>later</b></p></body>'
    const { url } = await servers.http((_request, response) => {
      response.writeHead(502, { 'content-type': 'text/html' }).end(page)
    })

    const { log, summary } = await check({ url })

    expect(log).toContain('| 502 Bad Gateway\n| Try later')
    expect(log).not.toContain('<p>')
    expect(summary).toContain('Try later')
  })

  test('log-body: never shows nothing of it', async () => {
    const { url } = await servers.http((_request, response) => {
      response.writeHead(500).end('body of the answer')
    })

    const step = await check({ url, 'log-body': 'never' })

    expect(everything(step)).not.toContain('body of the answer')
  })

  test('hostile values in what was asserted are inert in log and summary', async () => {
    const { url } = await servers.http((_request, response) => {
      response.end(JSON.stringify({ status: '\n::error::x | <b>@everyone</b> ##[error]y' }))
    })

    const step = await check({ url, 'expect-json': '$.status == "ok"' })

    expect(step.annotations).toHaveLength(1)
    expect(step.rawOut).not.toContain('##[')
    // the excerpt below stands in a fence
    expect(step.summary.split('<details>')[0]).not.toContain('<b>')
  })
})

describe('acceptance 12, traps 27 and 28: secrets', () => {
  test('none leaves, in none of its forms', async () => {
    const secrets = {
      password: 's3cr3t-pw',
      query: 'query-t0ken',
      bearer: 'bearer-t0ken-value',
      basic: 'basic-pw',
      environment: 'from-the-environment',
    }
    const { url } = await servers.http((request, response) => {
      response.writeHead(500).end(`${request.url} ${JSON.stringify(request.headers)}`)
    })
    const withUser = url.replace('//', `//u:${secrets.password}@`)

    const step = await check(
      {
        'base-url': url,
        checks: [
          `- url: ${withUser}/?token=${secrets.query}`,
          '- path: /bearer',
          `  bearer-token: ${secrets.bearer}`,
          '- path: /basic',
          `  basic-auth: user:${secrets.basic}`,
          '- path: /env',
          '  headers: "X-From-Env: env:HC_SECRET"',
        ].join('\n'),
      },
      { env: { HC_SECRET: secrets.environment } },
    )

    const text = everything(step)
    for (const secret of [...Object.values(secrets), `u:${secrets.password}`, `user:${secrets.basic}`]) {
      expect(text).not.toContain(secret)
      expect(text).not.toContain(Buffer.from(secret).toString('base64'))
    }
  })

  test('the base64 of a token with its colon is registered too', async () => {
    const { url } = await servers.http((request, response) => {
      response.writeHead(500).end(`Authorization was ${request.headers.authorization}`)
    })

    const step = await check({ url, 'basic-auth': 'TOKEN-abc:' })

    expect(step.masks).toContain(Buffer.from('TOKEN-abc:').toString('base64'))
    expect(everything(step)).not.toContain(Buffer.from('TOKEN-abc:').toString('base64'))
  })

  test('a secret is registered before the first line about a target', async () => {
    const { url } = await servers.http((_request, response) => response.end('{}'))

    const { rawOut } = await check({ url, 'bearer-token': 'bearer-t0ken-value' })

    expect(rawOut.indexOf('::add-mask::bearer-t0ken-value')).toBeGreaterThanOrEqual(0)
    expect(rawOut.indexOf('::add-mask::bearer-t0ken-value')).toBeLessThan(rawOut.indexOf('Budget:'))
  })

  test('acceptance 19: what diagnostics print of their configuration is not shown', async () => {
    const { url } = await servers.http((_request, response) => {
      response.writeHead(500).end('{"database_url":"postgres://a:pw-of-db@h/d","api_key":"k1-value","public":"seen"}')
    })

    const step = await check({ url, 'expect-json': '$.public == "x"' })

    expect(step.log).toContain('seen')
    expect(everything(step)).not.toMatch(/pw-of-db|k1-value/)
  })
})

describe('acceptance 14, trap 29: cancellation', () => {
  test('during the delay it ends in less than a second, with outputs and a summary', async () => {
    const { url } = await servers.http((_request, response) => response.end('{}'))
    let cancelledAt = 0

    const step = await check(
      { url, 'initial-delay': '60s' },
      {
        cancelWhen: (line) => {
          if (line.startsWith('Budget:')) cancelledAt = Date.now()
          return line.startsWith('Budget:')
        },
      },
    )

    expect(Date.now() - cancelledAt).toBeLessThan(1000)
    expect(step.exitCode).toBe(130)
    expect(classOf(step)).toBe('cancelled')
    expect(step.outputs).toMatchObject({ verdict: 'inconclusive', 'should-rollback': 'false' })
    expect(step.summary).toContain('cancelled')
  })

  test('during a request as well', async () => {
    const controller = new AbortController()
    let cancelledAt = 0
    const { url } = await servers.tcp((socket) => {
      socket.once('data', () => {
        cancelledAt = Date.now()
        controller.abort()
      })
    })

    const step = await check({ url, timeout: '30s' }, { signal: controller.signal })

    expect(Date.now() - cancelledAt).toBeLessThan(1000)
    expect(step.exitCode).toBe(130)
    expect(step.outputs).toMatchObject({ health: 'cancelled', 'should-rollback': 'false', attempts: '0' })
  })
})

describe('acceptance 15: input errors', () => {
  test('all in one annotation, no request, and should-rollback is false', async () => {
    const server = await servers.http((_request, response) => response.end('{}'))

    const step = await check({
      url: server.url,
      interval: 'abc',
      'expect-status': '2x',
      'max-attempts': '0',
      'expect-json': '$.a[ == 1',
      checks: `- url: ${server.url}\n  methd: HEAD`,
    })

    expect(step.exitCode).toBe(1)
    expect(step.annotations).toHaveLength(1)
    const text = step.annotations[0]?.message ?? ''
    for (const part of ['interval', 'expect-status', 'max-attempts: 0', 'position 5', 'Did you mean method?']) {
      expect(text).toContain(part)
    }
    expect(step.outputs).toMatchObject({ verdict: 'no-data', 'should-rollback': 'false' })
    expect(server.accepted()).toBe(0)
  })

  test('without any input it says what is required', async () => {
    const step = await check({})

    expect(step.exitCode).toBe(1)
    expect(step.log).toContain('url is required, or checks.')
  })
})
