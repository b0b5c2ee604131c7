import { cpus } from 'node:os'

/** What a load test was run on, as far as it decides how fast it was. */
export interface Runner {
  readonly os: string
  readonly arch: string
  readonly cpus: number
  readonly cpuModel: string
}

/** This machine: the load is taken to have come from the job that judges it. */
export function thisRunner(env: Readonly<Record<string, string | undefined>>): Runner {
  const found = cpus()
  return {
    os: env['RUNNER_OS'] ?? process.platform,
    arch: env['RUNNER_ARCH'] ?? process.arch,
    cpus: found.length,
    cpuModel: (found[0]?.model ?? '').trim(),
  }
}
