import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Program } from './processes.ts'

export const BUNDLE = join(import.meta.dirname, '../../dist/metrics-reporter')

export const STARTED_AT = '2026-11-22T20:00:09Z'

/** A job's temporary folder, with the verdict that its gate left. */
export function jobFolder(): string {
  const temp = mkdtempSync(join(tmpdir(), 'bench-metrics-'))
  mkdirSync(join(temp, 'hardgate'))
  writeFileSync(join(temp, 'hardgate/perf-threshold-gate.json'), JSON.stringify(VERDICT))
  return temp
}

const VERDICT = {
  schemaVersion: 1,
  gate: 'perf-threshold-gate',
  outcome: 'fail',
  reasons: ['p95 612 ms, limit 500 ms'],
  measurements: [{ metric: 'p95', value: 612, unit: 'ms', low: 600, high: 625, samples: 11_873 }],
}

/** The built action, as the runner starts it. */
export function ours(
  temp: string,
  inputs: Readonly<Record<string, string>>,
  state: Readonly<Record<string, string>> = {},
): Program {
  const given = { 'job-status': 'failure', 'job-id': '50123456789', coverage: '85.29', 'on-error': 'warn', ...inputs }
  const variables = Object.entries(given).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])
  const saved = Object.entries(state).map(([name, value]) => [`STATE_${name}`, value])
  return {
    args: [join(BUNDLE, 'index.js')],
    env: { ...environment(temp), ...Object.fromEntries([...variables, ...saved]) },
  }
}

function environment(temp: string): Record<string, string> {
  for (const name of ['output', 'summary', 'state']) writeFileSync(join(temp, name), '')
  return {
    GITHUB_OUTPUT: join(temp, 'output'),
    GITHUB_STEP_SUMMARY: join(temp, 'summary'),
    GITHUB_STATE: join(temp, 'state'),
    GITHUB_WORKSPACE: temp,
    RUNNER_TEMP: temp,
    RUNNER_OS: 'Linux',
    GITHUB_RUN_ID: '17654321098',
    GITHUB_RUN_ATTEMPT: '2',
    GITHUB_REPOSITORY: 'acme/sms',
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_WORKFLOW: 'CI',
    GITHUB_EVENT_NAME: 'push',
    GITHUB_JOB: 'test',
    GITHUB_REF_NAME: 'main',
    GITHUB_REF_TYPE: 'branch',
    GITHUB_SHA: '9fceb02d0ae598e95dc970b74767f19372d61af8',
  }
}
