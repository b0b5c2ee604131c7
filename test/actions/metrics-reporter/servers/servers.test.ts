import dgram from 'node:dgram'
import { existsSync } from 'node:fs'
import { afterEach, expect, test } from '@jest/globals'
import { answers, ask, askJson } from './ask.ts'
import { describeServers, type RunningServer, SERVER_START_MS, until } from './program.ts'
import {
  promtoolSays,
  startInflux,
  startPrometheus,
  startPushgateway,
  startStatsdExporter,
  startVictoriaMetrics,
} from './servers.ts'

const running: RunningServer[] = []
afterEach(async () => {
  await Promise.all(running.splice(0).map(({ stop }) => stop()))
})

async function start<T extends RunningServer>(starting: Promise<T>): Promise<T> {
  const server = await starting
  running.push(server)
  return server
}

function datagram(port: number, text: string): Promise<void> {
  const socket = dgram.createSocket('udp4')
  return new Promise((resolve) => socket.send(text, port, '127.0.0.1', () => socket.close(() => resolve())))
}

describeServers('the real servers of these tests', () => {
  test(
    'Prometheus shows what was pushed, and a stopped server leaves nothing behind',
    async () => {
      const gateway = await start(startPushgateway())
      await ask(`${gateway.url}/metrics/job/ci`, { method: 'PUT', body: 'one 1\n' })
      const prometheus = await start(startPrometheus([`127.0.0.1:${gateway.port(0)}`]))

      const seen = await until(
        async () => JSON.stringify(await askJson(`${prometheus.url}/api/v1/query?query=one`)).includes('"job":"ci"'),
        10_000,
      )
      await prometheus.stop()

      expect(seen).toBe(true)
      expect(await answers(`${prometheus.url}/-/ready`)).toBe(false)
      expect(existsSync(prometheus.folder)).toBe(false)
    },
    2 * SERVER_START_MS,
  )

  test(
    'InfluxDB takes a line by both of its write paths',
    async () => {
      const { url } = await start(startInflux())
      await ask(`${url}/query?q=CREATE+DATABASE+ci`, { method: 'POST' })

      const one = await ask(`${url}/write?db=ci`, { method: 'POST', body: 'a value=1 1' })
      const two = await ask(`${url}/api/v2/write?bucket=ci&org=x`, { method: 'POST', body: 'a value=2 2' })

      expect([one.status, two.status]).toEqual([204, 204])
      expect(JSON.stringify(await askJson(`${url}/query?db=ci&q=SELECT+count(value)+FROM+a`))).toContain('Z",2]')
    },
    SERVER_START_MS,
  )

  test(
    'VictoriaMetrics takes a line',
    async () => {
      const { url } = await start(startVictoriaMetrics())

      const written = await ask(`${url}/api/v2/write`, { method: 'POST', body: `a value=1 ${Date.now()}000000` })

      expect(written.status).toBe(204)
      expect(
        await until(async () => {
          await ask(`${url}/internal/force_flush`)
          return (await ask(`${url}/api/v1/export?match[]=a_value`)).text.includes('"values":[1]')
        }, 5000),
      ).toBe(true)
    },
    SERVER_START_MS,
  )

  test(
    'statsd_exporter takes a datagram',
    async () => {
      const { udpPort, metricsUrl } = await start(startStatsdExporter())

      await datagram(udpPort, 'a.b:3|g|#x:y')

      expect(await until(async () => (await ask(metricsUrl)).text.includes('a_b{x="y"} 3'), 5000)).toBe(true)
    },
    SERVER_START_MS,
  )

  test('promtool tells a good text from a bad one', async () => {
    expect(await promtoolSays('# HELP one_info One.\n# TYPE one_info gauge\none_info 1\n')).toBe('')
    expect(await promtoolSays('one{ 1\n')).toContain('error')
  })
})
