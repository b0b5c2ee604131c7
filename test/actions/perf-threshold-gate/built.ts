import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type LocalOptions, type LocalRun, runLocally } from '@hardgate/local-runner'

/** The built action as the runner would start it, in that workspace. */
export function start(
  workspace: string,
  given: LocalOptions['with'] = {},
  options: LocalOptions = {},
): Promise<LocalRun> {
  const root = join(import.meta.dirname, '..', '..', '..')
  if (!existsSync(join(root, 'dist', 'perf-threshold-gate', 'index.js')))
    throw new Error('npm run build -- perf-threshold-gate first')
  return runLocally('perf-threshold-gate', {
    workspace,
    with: given,
    ...options,
    github: { repository: 'octo/shop', event_name: 'push', ref: 'refs/heads/main', ...options.github },
  })
}
