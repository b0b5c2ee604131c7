import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type LocalOptions, type LocalRun, runLocally } from '@hardgate/local-runner'
import type { Repo } from './world.ts'

/** The built action as the runner would start it, in that repository. */
export function start(
  place: Pick<Repo, 'folder'>,
  given: LocalOptions['with'] = {},
  options: LocalOptions = {},
): Promise<LocalRun> {
  const root = join(import.meta.dirname, '..', '..', '..')
  if (!existsSync(join(root, 'dist', 'coverage-gate', 'index.js')))
    throw new Error('npm run build -- coverage-gate first')
  return runLocally('coverage-gate', {
    workspace: place.folder,
    with: given,
    ...options,
    github: { repository: 'octo/shop', event_name: 'push', ref: 'refs/heads/main', ...options.github },
  })
}
