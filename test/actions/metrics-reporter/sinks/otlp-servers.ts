import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe } from '@jest/globals'

const servers = process.env['HARDGATE_METRICS_SERVERS'] ?? ''
const WHY = 'skipped: HARDGATE_METRICS_SERVERS is not set. Run test/real-tools/metrics-servers.sh FOLDER first.'

/** Tests with the real servers. */
export const describeReal: (name: string, tests: () => void) => void = servers === '' ? skipped : describe

function skipped(name: string, tests: () => void): void {
  process.stderr.write(`${name}: ${WHY}\n`)
  // oxlint-disable-next-line jest/no-disabled-tests, jest/valid-title, jest/valid-describe-callback -- the reason is said
  describe.skip(`${name} (${WHY})`, tests)
}

const stops: (() => Promise<void>)[] = []

export async function stopServers(): Promise<void> {
  await Promise.all(stops.splice(0).map((stop) => stop()))
}

/** Takes OTLP at `url`, and hands on to `next` what it has understood, before it answers. */
export async function collector(next: string): Promise<string> {
  const port = await freePort()
  const config = `
receivers:
  otlp: { protocols: { http: { endpoint: "127.0.0.1:${port}" } } }
exporters:
  otlp_http:
    endpoint: ${next}
    encoding: json
    compression: none
    retry_on_failure: { enabled: false }
    sending_queue: { enabled: false }
service:
  telemetry: { metrics: { level: none } }
  pipelines:
    metrics: { receivers: [otlp], exporters: [otlp_http] }
    traces: { receivers: [otlp], exporters: [otlp_http] }
`
  const folder = folderWith('config.yaml', config)
  await start('otelcol', ['--config', join(folder, 'config.yaml')], folder, `http://127.0.0.1:${port}/`)
  return `http://127.0.0.1:${port}`
}

/** A Prometheus that takes OTLP below `/api/v1/otlp`. */
export async function prometheus(): Promise<string> {
  const port = await freePort()
  const folder = folderWith('prometheus.yml', 'global: {}')
  const args = [
    `--config.file=${join(folder, 'prometheus.yml')}`,
    `--storage.tsdb.path=${join(folder, 'data')}`,
    `--web.listen-address=127.0.0.1:${port}`,
    '--web.enable-otlp-receiver',
  ]
  await start('prometheus-otlp', args, folder, `http://127.0.0.1:${port}/-/ready`)
  return `http://127.0.0.1:${port}`
}

function folderWith(name: string, text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'otlp-server-'))
  writeFileSync(join(folder, name), text)
  return folder
}

async function start(program: string, args: readonly string[], folder: string, url: string): Promise<void> {
  const child = spawn(join(servers, program), args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => {
    said = `${said}${chunk.toString()}`.slice(-4000)
  })
  stops.push(() => endOf(child, folder))
  await once(child, 'spawn')
  if (!(await isUp(url, child))) throw new Error(`${program} did not start:\n${said}`)
}

/** Any answer but "not yet" will do: the collector has no page of its own. */
async function isUp(url: string, child: ChildProcess): Promise<boolean> {
  for (let tries = 0; tries < 200 && child.exitCode === null; tries += 1) {
    const status = await fetch(url).then(
      (answer) => answer.status,
      () => 503,
    )
    if (status !== 503) return true
    await sleep(100)
  }
  return false
}

async function endOf(child: ChildProcess, folder: string): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const closed = once(child, 'close')
    child.kill('SIGKILL')
    await closed
  }
  rmSync(folder, { recursive: true, force: true })
}

async function freePort(): Promise<number> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}
