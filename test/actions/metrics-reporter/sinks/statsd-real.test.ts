import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from '@jest/globals'
import type { BuildEvent } from '../../../../actions/metrics-reporter/src/build-event.ts'
import type { Endpoint } from '../../../../actions/metrics-reporter/src/sinks/sink.ts'
import { statsd } from '../../../../actions/metrics-reporter/src/sinks/statsd.ts'
import { sampleEvent } from '../sample.ts'
import { newTemp, removeTemps } from '../temp.ts'
import { closedUdpPort, freeTcpPort, plainTransport } from './statsd-servers.ts'

// The server of StatsD's own project, asked through its admin port.

const children: ChildProcess[] = []
afterEach(async () => {
  for (const child of children.splice(0)) {
    child.kill('SIGKILL')
    await once(child, 'close')
  }
  removeTemps()
})

interface Ports {
  readonly udp: number
  readonly tcp: number
  readonly admin: number
}

async function startStatsd(): Promise<Ports> {
  const [udp, tcp, admin] = [await closedUdpPort(), await freeTcpPort(), await freeTcpPort()]
  const address = '127.0.0.1'
  const config = {
    servers: [
      { server: './servers/udp', port: udp, address },
      { server: './servers/tcp', port: tcp, address },
    ],
    mgmt_port: admin,
    mgmt_address: address,
    backends: [],
    flushInterval: 3_600_000, // a flush empties timers and counters
    automaticConfigReload: false,
  }
  const folder = newTemp()
  const file = join(folder, 'config.js')
  writeFileSync(file, JSON.stringify(config))
  // Node 23 took away what it logs with
  const shim = join(folder, 'log.cjs')
  writeFileSync(shim, "require('node:util').log = console.log")
  const script = join(import.meta.dirname, '../../../../node_modules/statsd/stats.js')
  const child = spawn(process.execPath, [`--require=${shim}`, script, file], { stdio: ['ignore', 'pipe', 'inherit'] })
  children.push(child)
  let log = ''
  for await (const bytes of child.stdout) {
    log += String(bytes)
    if (log.includes('server is up')) break
  }
  // it says so before all of its ports are open
  const counters = await askUntil(admin, 'counters', 'bad_lines_seen')
  if (counters.includes('bad_lines_seen')) return { udp, tcp, admin }
  throw new Error(`statsd did not start: ${log}`)
}

/** What the admin port says of `counters`, `timers`, `gauges` or `stats`. */
async function ask(port: number, command: string): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  socket.write(`${command}\n`)
  let answer = ''
  for await (const bytes of socket) {
    answer += String(bytes)
    if (answer.includes('END\n')) break
  }
  return answer
}

/** Asks until the text is there: a datagram is read some time after it was sent. */
async function askUntil(port: number, command: string, wanted: string): Promise<string> {
  const end = performance.now() + 5000
  for (;;) {
    const answer = await ask(port, command).catch(() => '')
    if (answer.includes(wanted) || performance.now() > end) return answer
  }
}

const event: BuildEvent = {
  ...sampleEvent,
  job: { key: 'test', task: 'Ünï "q" \\ a=b, c:|@#' },
  soft_failures: { count: 2 },
  metrics: [
    { name: 'size', value: 5, unit: '1' },
    ...Array.from({ length: 60 }, (_, index) => ({ name: `m${index}`, value: index / 8, unit: '1' })),
    { name: 'change', value: -3.25, unit: '1' },
    { name: 'tiny', value: 1e-7, unit: '1' },
  ],
}
const stem = 'ci.acme.sms.CI.n_q_a_b_c'

function deliver(target: string, one: BuildEvent) {
  const endpoint: Endpoint = { name: 'statsd', kind: 'statsd', target, shown: 'here', options: {}, headers: {} }
  const payloads = statsd.encode(one, endpoint, { labels: {}, isLate: false })
  return statsd.deliver(payloads, endpoint, one.event_id, plainTransport())
}

describe('acceptance 8: the real statsd', () => {
  test.each(['udp', 'tcp'] as const)(
    'trap 9, 24: over %s counts, times and sets what was sent, twice where it came twice, and refuses no line',
    async (protocol) => {
      const ports = await startStatsd()
      const target = `${protocol}://127.0.0.1:${ports[protocol]}`

      // a gauge that is there already, so that a sign would change it
      await deliver(target, { ...event, metrics: [{ name: 'change', value: 7, unit: '1' }] })
      await askUntil(ports.admin, 'gauges', `'${stem}.measurement.change': 7`)
      expect(await deliver(target, event)).toEqual({ result: 'unconfirmed', attempts: 1 })

      const gauges = await askUntil(ports.admin, 'gauges', `'${stem}.soft_failures': 2`)
      const counters = await askUntil(ports.admin, 'counters', `'${stem}.status.failure': 2`)
      const timers = await ask(ports.admin, 'timers')
      expect(gauges).toContain(`'${stem}.measurement.change': -3.25`)
      expect(gauges).toContain(`'${stem}.measurement.tiny': 1e-7`)
      expect(gauges).toContain(`'${stem}.measurement.m59': 7.375`)
      expect(gauges).toContain(`'${stem}.coverage.lines': 0.8529`)
      expect(counters).toContain(`'${stem}.status.failure': 2`)
      expect(counters).toContain(`'${stem}.gate.perf-threshold-gate.fail': 2`)
      expect(counters).toContain(`'statsd.bad_lines_seen': 0`)
      expect(timers).toContain(`'${stem}.duration': [ 95250, 95250 ]`)
      // every name begins as it should: no text of the task has become a name of its own
      const names = [...`${gauges}${timers}`.matchAll(/^ {2}'?([^':\n]+)'?:/gm)].map(([, name = '']) => name)
      expect(names.length).toBeGreaterThan(60)
      expect(names.filter((name) => !name.startsWith(`${stem}.`) && !name.startsWith('statsd.'))).toEqual([])
    },
  )
})
