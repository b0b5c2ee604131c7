import net from 'node:net'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { closedPort, serverKit } from '../../../packages/http/servers.ts'
import { check, classOf } from '../built.ts'
import { describeReal, toolKit } from './tools.ts'

const NEW = '9f1e2c7aa0b4c5d6e7f8091a2b3c4d5e6f708192'
const OLD = '2c87805aa0b4c5d6e7f8091a2b3c4d5e6f708192'

const configuration = (port: number, admin: string, a: number, b: number): string => `
global
  stats socket ${admin} level admin
defaults
  mode http
  timeout connect 2s
  timeout client 5s
  timeout server 5s
frontend front
  bind 127.0.0.1:${port}
  default_backend releases
backend releases
  balance roundrobin
  server a 127.0.0.1:${a}
  server b 127.0.0.1:${b}
`

describeReal('haproxy in front of two releases', () => {
  const servers = serverKit()
  const tools = toolKit()
  let asked = 0

  async function balance(): Promise<{ url: string; takeOutOld: () => void }> {
    const release = (commit: string) =>
      servers.http((_request, response) => {
        asked += 1
        response.end(JSON.stringify({ commit }))
      })
    const [a, b] = [await release(OLD), await release(NEW)]
    const port = await closedPort()
    const folder = tools.folder({})
    const admin = join(folder, 'admin.sock')
    const file = join(tools.folder({ 'haproxy.cfg': configuration(port, admin, a.port, b.port) }), 'haproxy.cfg')
    await tools.start('haproxy', ['-f', file, '-db'], port)
    return {
      url: `http://127.0.0.1:${port}/`,
      takeOutOld: () => {
        net.connect({ path: admin }).end('set server releases/a state maint\n')
      },
    }
  }

  test('acceptance 4: a streak of 3 is not reached while the old release is in, and both are counted', async () => {
    const { url } = await balance()

    const step = await check({
      url,
      'expect-version': NEW,
      'success-threshold': '3',
      'max-attempts': '6',
      'initial-delay-mode': 'fixed',
    })

    expect(step.exitCode).toBe(1)
    expect(classOf(step)).toBe('stale')
    expect(step.outputs['should-rollback']).toBe('false')
    const seen: unknown = JSON.parse(step.outputs['versions-seen'] ?? '')
    expect(Object.keys(Object(seen)).toSorted()).toEqual(['2c87805', '9f1e2c7'])
  })

  test('acceptance 4: it is reached once the old release is taken out', async () => {
    asked = 0
    const { url, takeOutOld } = await balance()
    const timer = setInterval(() => {
      if (asked >= 6) takeOutOld()
    }, 20)

    const step = await check({
      url,
      'expect-version': NEW,
      'success-threshold': '3',
      'max-attempts': '40',
      interval: '100ms',
      'initial-delay-mode': 'fixed',
    })
    clearInterval(timer)

    expect(step.exitCode).toBe(0)
    expect(asked).toBeGreaterThan(6)
    expect(step.outputs['versions-seen']).toContain('2c87805')
  })
})
