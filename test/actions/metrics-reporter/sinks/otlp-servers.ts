import { join } from 'node:path'
import { answers } from '../servers/ask.ts'
import { programAt, type RunningServer, startServer } from '../servers/program.ts'

const running: RunningServer[] = []

export async function stopServers(): Promise<void> {
  await Promise.all(running.splice(0).map(({ stop }) => stop()))
}

/** Takes OTLP at the URL that it gives, and hands on to `next` what it has understood, before it answers. */
export async function collector(next: string): Promise<string> {
  const server = await startServer({
    program: programAt('otelcol'),
    ports: 1,
    files: ({ port }) => ({ 'config.yaml': collectorConfig(port(0), next) }),
    args: ({ folder }) => ['--config', join(folder, 'config.yaml')],
    // it has no page of its own
    isReady: ({ port }) => answers(`http://127.0.0.1:${port(0)}/`, 404),
  })
  running.push(server)
  return `http://127.0.0.1:${server.port(0)}`
}

const collectorConfig = (port: number, next: string): string => `
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

/** A Prometheus that takes OTLP below `/api/v1/otlp`. */
export async function prometheus(): Promise<string> {
  const server = await startServer({
    program: programAt('prometheus-otlp'),
    ports: 1,
    files: () => ({ 'prometheus.yml': 'global: {}' }),
    args: ({ folder, port }) => [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port(0)}`,
      '--web.enable-otlp-receiver',
    ],
    isReady: ({ port }) => answers(`http://127.0.0.1:${port(0)}/-/ready`),
  })
  running.push(server)
  return `http://127.0.0.1:${server.port(0)}`
}
