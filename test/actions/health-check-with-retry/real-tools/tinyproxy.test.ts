import { createServer } from 'node:https'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { daysFromNow, makeCertificate } from '../../../packages/http/certificates.ts'
import { closedPort, serverKit } from '../../../packages/http/servers.ts'
import { check, classOf } from '../built.ts'
import { describeReal, type Tool, toolKit } from './tools.ts'

const PASSWORD = 'proxy-s3cr3t'

const configuration = (port: number): string => `
Port ${port}
Listen 127.0.0.1
Allow 127.0.0.1
Timeout 10
BasicAuth user ${PASSWORD}
`

describeReal('tinyproxy with a password', () => {
  const servers = serverKit()
  const tools = toolKit()

  async function start(): Promise<{ port: number; tool: Tool }> {
    const port = await closedPort()
    const file = join(tools.folder({ 'tinyproxy.conf': configuration(port) }), 'tinyproxy.conf')
    return { port, tool: await tools.start('tinyproxy', ['-d', '-c', file], port) }
  }

  /** An https and an http target that only `resolve` can find. */
  async function targets() {
    const pair = makeCertificate({ name: 'a.example.test', altNames: 'DNS:a.example.test', to: daysFromNow(50) })
    const secure = await servers.start(createServer(pair, (_request, response) => response.end('{}')))
    const plain = await servers.http((_request, response) => response.end('{}'))
    return {
      url: `https://a.example.test:${secure.port}/`,
      plainUrl: `http://a.example.test:${plain.port}/`,
      given: {
        ca: pair.cert,
        'min-cert-days': '0',
        resolve: `a.example.test:${secure.port}:127.0.0.1\na.example.test:${plain.port}:127.0.0.1`,
      },
    }
  }

  const variables = (port: number, password: string) => {
    const proxy = `http://user:${password}@127.0.0.1:${port}`
    return { HTTPS_PROXY: proxy, HTTP_PROXY: proxy }
  }

  test('acceptance 10: CONNECT works, and the password is nowhere in the log', async () => {
    const { port } = await start()
    const { url, plainUrl, given } = await targets()
    const env = variables(port, PASSWORD)

    const steps = [await check({ url, ...given }, { env }), await check({ url: plainUrl, ...given }, { env })]

    expect(steps.map(({ exitCode }) => exitCode)).toEqual([0, 0])
    for (const step of steps) {
      const printed = step.rawOut.split('\n').filter((line) => !line.startsWith('::add-mask::'))
      expect(printed.join('\n')).not.toContain(PASSWORD)
    }
  })

  test('acceptance 10: a wrong password and a stopped proxy are the proxy', async () => {
    const { port, tool } = await start()
    const { url, given } = await targets()

    const wrong = await check({ url, ...given }, { env: variables(port, 'wrong-pw') })
    const plain = await check({ url: 'http://api.example.test/' }, { env: variables(port, 'wrong-pw') })
    await tool.stop()
    const stopped = await check({ url, ...given }, { env: variables(port, PASSWORD) })

    expect([wrong, plain, stopped].map(classOf)).toEqual(Array.from({ length: 3 }, () => 'unreachable:proxy'))
    expect(wrong.outputs['reason']).toMatch(/the proxy 127\.0\.0\.1:\d+ answered 40[17]/)
    expect([wrong.log, plain.log, stopped.log].join()).not.toMatch(/wrong-pw|proxy-s3cr3t/)
  })

  test('acceptance 10: NO_PROXY and loopback go past a proxy that is not there', async () => {
    const port = await closedPort()
    const { url, given } = await targets()
    const own = await servers.http((_request, response) => response.end('{}'))

    const past = await check({ url, ...given }, { env: { ...variables(port, PASSWORD), NO_PROXY: 'example.test' } })
    const loopback = await check({ url: own.url }, { env: variables(port, PASSWORD) })

    expect([past.exitCode, loopback.exitCode]).toEqual([0, 0])
  })
})
