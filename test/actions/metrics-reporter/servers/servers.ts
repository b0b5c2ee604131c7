import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { answers } from './ask.ts'
import { programAt, type RunningServer, startServer } from './program.ts'

export interface HttpServer extends RunningServer {
  /** `http://127.0.0.1:PORT`, without a slash at the end. */
  readonly url: string
}

/** Its groups are in memory alone. */
export async function startPushgateway(): Promise<HttpServer> {
  return withUrl(
    await startServer({
      program: programAt('pushgateway'),
      ports: 1,
      args: ({ port }) => [
        `--web.listen-address=127.0.0.1:${port(0)}`,
        // Debian's keeps groups from one start to the next unless told otherwise
        '--persistence.file=',
        // it can be emptied: PUT /api/v1/admin/wipe
        '--web.enable-admin-api',
      ],
      isReady: ({ port }) => answers(`http://127.0.0.1:${port(0)}/-/ready`),
    }),
  )
}

/** Scrapes `targets` (`host:port`) each second. */
export async function startPrometheus(targets: readonly string[]): Promise<HttpServer> {
  return withUrl(
    await startServer({
      program: programAt('prometheus'),
      ports: 1,
      files: () => ({ 'prometheus.yml': scrapeConfig(targets) }),
      args: ({ folder, port }) => [
        `--config.file=${join(folder, 'prometheus.yml')}`,
        `--storage.tsdb.path=${join(folder, 'data')}`,
        `--web.listen-address=127.0.0.1:${port(0)}`,
      ],
      isReady: ({ port }) => answers(`http://127.0.0.1:${port(0)}/-/ready`),
    }),
  )
}

/** InfluxDB 1.8: databases, and the write path of InfluxDB 2. */
export async function startInflux(): Promise<HttpServer> {
  return withUrl(
    await startServer({
      program: programAt('influxd'),
      ports: 2,
      files: ({ folder, port }) => ({ 'influxdb.conf': influxConfig(folder, port(0), port(1)) }),
      args: ({ folder }) => ['run', '-config', join(folder, 'influxdb.conf')],
      isReady: ({ port }) => answers(`http://127.0.0.1:${port(0)}/ping`, 204),
    }),
  )
}

export async function startVictoriaMetrics(): Promise<HttpServer> {
  return withUrl(
    await startServer({
      program: programAt('victoria-metrics'),
      ports: 1,
      args: ({ folder, port }) => [
        `-storageDataPath=${join(folder, 'data')}`,
        `-httpListenAddr=127.0.0.1:${port(0)}`,
        '-retentionPeriod=100y',
        // what was written can be read at once
        '-search.latencyOffset=0s',
        // without it a value that is sent twice is there twice, under the same time
        '-dedup.minScrapeInterval=1ms',
        '-memory.allowedBytes=268435456',
      ],
      isReady: ({ port }) => answers(`http://127.0.0.1:${port(0)}/health`),
    }),
  )
}

export interface StatsdExporter extends RunningServer {
  readonly udpPort: number
  readonly tcpPort: number
  /** What it understood, as text for Prometheus. */
  readonly metricsUrl: string
}

/** It speaks StatsD and DogStatsD. */
export async function startStatsdExporter(): Promise<StatsdExporter> {
  const server = await startServer({
    program: programAt('statsd_exporter'),
    ports: 3,
    args: ({ port }) => [
      `--web.listen-address=127.0.0.1:${port(0)}`,
      `--statsd.listen-udp=127.0.0.1:${port(1)}`,
      `--statsd.listen-tcp=127.0.0.1:${port(2)}`,
    ],
    isReady: ({ port }) => answers(`http://127.0.0.1:${port(0)}/metrics`),
  })
  const metricsUrl = `http://127.0.0.1:${server.port(0)}/metrics`
  return { ...server, metricsUrl, udpPort: server.port(1), tcpPort: server.port(2) }
}

/** What promtool says about a text of metrics; empty: nothing is wrong with it. */
export function promtoolSays(metrics: string): Promise<string> {
  return new Promise((resolve) => {
    const child = execFile(programAt('promtool'), ['check', 'metrics'], { timeout: 20_000 }, (error, out, trouble) =>
      resolve(`${out}${trouble}${error === null || trouble !== '' ? '' : error.message}`),
    )
    child.stdin?.end(metrics)
  })
}

const withUrl = (server: RunningServer): HttpServer => ({ ...server, url: `http://127.0.0.1:${server.port(0)}` })

function scrapeConfig(targets: readonly string[]): string {
  return [
    'global: { scrape_interval: 1s }',
    'scrape_configs:',
    '  - job_name: pushed',
    '    honor_labels: true',
    `    static_configs: [{ targets: ${JSON.stringify(targets)} }]`,
    '',
  ].join('\n')
}

function influxConfig(folder: string, http: number, rpc: number): string {
  return [
    'reporting-disabled = true',
    `bind-address = "127.0.0.1:${rpc}"`,
    `[meta]\ndir = ${JSON.stringify(join(folder, 'meta'))}`,
    `[data]\ndir = ${JSON.stringify(join(folder, 'data'))}\nwal-dir = ${JSON.stringify(join(folder, 'wal'))}`,
    `[http]\nbind-address = "127.0.0.1:${http}"\nlog-enabled = false`,
    '[monitor]\nstore-enabled = false',
    '',
  ].join('\n')
}
