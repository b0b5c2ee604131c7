import { spawnSync } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Program } from './processes.ts'

const ROOT = join(import.meta.dirname, '../..')

/** The OpenTelemetry SDK of last year, which many have, and the newest. */
export const SDKS = [
  { name: 'SDK 2.12', sdk: '2.12.0', exporter: '0.223.0' },
  { name: 'SDK 3.1', sdk: '3.1.1', exporter: '0.301.0' },
] as const

/**
 * A fresh folder with `dist/index.js`: a reporter of the same job over the OpenTelemetry SDK, bundled by ncc like ours.
 * undefined: no registry.
 */
export function peerFolder({ sdk, exporter }: { readonly sdk: string; readonly exporter: string }): string | undefined {
  const packages = [`@opentelemetry/sdk-metrics@${sdk}`, `@opentelemetry/exporter-metrics-otlp-http@${exporter}`]
  const folder = mkdtempSync(join(tmpdir(), 'bench-otel-'))
  writeFileSync(join(folder, 'package.json'), '{ "type": "module", "private": true }')
  const install = spawnSync('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', ...packages], {
    cwd: folder,
    stdio: 'ignore',
    timeout: 120_000,
  })
  if (install.status !== 0) return undefined
  writeFileSync(join(folder, 'reporter.js'), SCRIPT)
  const ncc = join(ROOT, 'node_modules/@vercel/ncc/dist/ncc/cli.js')
  const bundle = spawnSync(process.execPath, [
    ncc,
    'build',
    join(folder, 'reporter.js'),
    '-o',
    join(folder, 'dist'),
    '-q',
  ])
  if (bundle.status !== 0) throw new Error(`ncc did not bundle the peer: ${bundle.stderr.toString()}`)
  return folder
}

/** The bundled peer, as a step would start it. */
export const theirs = (folder: string, url: string): Program => ({
  args: [join(folder, 'dist/index.js')],
  env: {
    METRICS_URL: url,
    JOB_STATUS: 'failure',
    DURATION: '95.25',
    RUN_ID: '17654321098',
    COVERAGE: '0.8529',
    P95: '0.612',
  },
})

// The same values as ours sends of that job, written as the SDK's documentation has it: what went wrong is told.
const SCRIPT = `import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics'

const { METRICS_URL, JOB_STATUS, DURATION, RUN_ID, COVERAGE, P95 } = process.env
const exporter = new OTLPMetricExporter({ url: METRICS_URL + '/v1/metrics' })
const provider = new MeterProvider({
  resource: resourceFromAttributes({ 'service.name': 'ci', 'vcs.repository.name': 'sms', 'vcs.owner.name': 'acme' }),
  readers: [new PeriodicExportingMetricReader({ exporter })],
})
const meter = provider.getMeter('ci')
const labels = {
  'vcs.repository.name': 'sms',
  'cicd.pipeline.name': 'CI',
  'cicd.pipeline.task.name': 'test',
  'cicd.pipeline.task.run.result': JOB_STATUS,
}
const gauge = (name, unit, value, more) => meter.createGauge(name, { unit }).record(Number(value), { ...labels, ...more })
gauge('ci.job.duration', 's', DURATION)
gauge('ci.coverage', '1', COVERAGE, { 'ci.coverage.kind': 'lines' })
gauge('ci.measurement.p95', 's', P95, { 'ci.gate': 'perf-threshold-gate' })
for (const outcome of ['pass', 'fail', 'inconclusive', 'no-data'])
  gauge('ci.gate.outcome', '1', outcome === 'fail' ? 1 : 0, { 'ci.gate': 'perf-threshold-gate', 'ci.gate.outcome': outcome })
gauge('ci.soft_failures', '1', 0)
gauge('ci.job.run_id', '1', RUN_ID)
try {
  await provider.forceFlush()
  await provider.shutdown()
  console.log('reported')
} catch (error) {
  console.log('not reported: ' + error.message)
  process.exitCode = 1
}
`
