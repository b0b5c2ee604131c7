import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { get } from 'node:http'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from '@jest/globals'
import type { BuildEvent } from '../../../../actions/metrics-reporter/src/build-event.ts'
import { dogstatsd } from '../../../../actions/metrics-reporter/src/sinks/dogstatsd.ts'
import type { Endpoint } from '../../../../actions/metrics-reporter/src/sinks/sink.ts'
import { sampleEvent } from '../sample.ts'
import { closedUdpPort, freeTcpPort, plainTransport } from './statsd-servers.ts'

// statsd_exporter of Prometheus, which reads the tags of DogStatsD. It knows neither events nor service checks.

const folder = process.env['HARDGATE_METRICS_SERVERS'] ?? ''
const describeReal = folder === '' ? describe.skip : describe
if (folder === '') console.info('HARDGATE_METRICS_SERVERS names no folder: the tests with statsd_exporter are skipped')

const children: ChildProcess[] = []
afterEach(async () => {
  for (const child of children.splice(0)) {
    child.kill('SIGKILL')
    await once(child, 'close')
  }
})

interface Ports {
  readonly udp: number
  readonly tcp: number
  readonly web: number
}

async function startExporter(): Promise<Ports> {
  const ports = { udp: await closedUdpPort(), tcp: await freeTcpPort(), web: await freeTcpPort() }
  const flags = [
    `--statsd.listen-udp=127.0.0.1:${ports.udp}`,
    `--statsd.listen-tcp=127.0.0.1:${ports.tcp}`,
    `--web.listen-address=127.0.0.1:${ports.web}`,
  ]
  children.push(spawn(join(folder, 'statsd_exporter'), flags, { stdio: 'ignore' }))
  const start = await scrapeUntil(ports.web, 'statsd_exporter_build_info')
  expect(start).toContain('statsd_exporter_build_info')
  return ports
}

async function scrapeUntil(port: number, wanted: string): Promise<string> {
  const end = performance.now() + 10_000
  for (;;) {
    const text = await scrape(port).catch(() => '')
    if (text.includes(wanted) || performance.now() > end) return text
    await new Promise((resolve) => setImmediate(resolve))
  }
}

async function scrape(port: number): Promise<string> {
  const asked = get({ host: '127.0.0.1', port, path: '/metrics' })
  const [response] = await once(asked, 'response')
  let text = ''
  for await (const bytes of response) text += String(bytes)
  return text
}

const event: BuildEvent = {
  ...sampleEvent,
  job: { key: 'test', task: 'Ünï "q" \\ a=b, c|#:🚀' },
  metrics: [
    { name: 'p95', value: 0.612, unit: 's', gate: 'perf-threshold-gate', scope: 'POST /api/v1' },
    { name: 'change', value: -3.5, unit: '1' },
    { name: 'tiny', value: 1e-7, unit: '1' },
  ],
}
const labels = String.raw`{branch="feat/x_y",event="pull_request",ref_class="pr",repository="acme/sms",runner_os="Linux",status="failure",task="Ünï \"q\" \\ a=b_ c_:🚀",workflow="CI"}`
const withLabels = (own: Readonly<Record<string, string>>): string => {
  const all = labels.slice(1, -1).split(/,(?=[a-z_]+=")/)
  for (const [name, value] of Object.entries(own)) all.push(`${name}="${value}"`)
  return `{${all.toSorted().join(',')}}`
}

describeReal('acceptance 8: a real server of DogStatsD', () => {
  test.each(['udp', 'tcp'] as const)(
    'trap 9: over %s every value arrives, with a readable task, and nothing else',
    async (protocol) => {
      const ports = await startExporter()
      const target = `${protocol}://127.0.0.1:${ports[protocol]}`
      const endpoint: Endpoint = { name: 'dog', kind: 'dogstatsd', target, shown: 'here', options: {}, headers: {} }
      const encoding = { labels: { branch: 'feat/x,y' }, isLate: false }
      const last = withLabels({ gate: 'perf-threshold-gate', outcome: 'no-data' })

      const send = (one: BuildEvent) =>
        dogstatsd.deliver(dogstatsd.encode(one, endpoint, encoding), endpoint, one.event_id, plainTransport())
      await send({ ...event, metrics: [{ name: 'change', value: 7, unit: '1' }] })
      await scrapeUntil(ports.web, `ci_measurement_change${withLabels({ unit: '1' })} 7`)
      expect(await send(event)).toEqual({ result: 'unconfirmed', attempts: 1 })

      // the last line that the second job changes
      const text = await scrapeUntil(ports.web, `ci_measurement_tiny${withLabels({ unit: '1' })}`)
      const lines = text.split('\n').filter((line) => line.startsWith('ci_'))
      expect(lines).toEqual(
        expect.arrayContaining([
          `ci_job_completed${labels} 2`,
          `ci_job_duration_sum${labels} 190.5`,
          `ci_job_duration_count${labels} 2`,
          `ci_coverage${withLabels({ kind: 'lines' })} 0.8529`,
          `ci_coverage${withLabels({ kind: 'branches' })} 0.7143`,
          `ci_measurement_p95${withLabels({ gate: 'perf-threshold-gate', scope: 'POST /api/v1', unit: 's' })} 0.612`,
          `ci_measurement_change${withLabels({ unit: '1' })} -3.5`,
          `ci_measurement_tiny${withLabels({ unit: '1' })} 1e-07`,
          `ci_gate_outcome${withLabels({ gate: 'perf-threshold-gate', outcome: 'fail' })} 1`,
          `ci_gate_outcome${last} 0`,
        ]),
      )
      const others = text
        .split('\n')
        .filter((line) => /^\w/.test(line) && !/^(?:ci|go|process|promhttp|statsd)_/.test(line))
      expect(others).toEqual([])
    },
    30_000,
  )
})
