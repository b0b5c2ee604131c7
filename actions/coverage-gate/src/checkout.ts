import { realpathSync } from 'node:fs'
import { join, relative, resolve, sep } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { type Frame, type GitHubContext, UserError } from '@hardgate/action'
import { mapPaths, type PathMapper, type RepositoryFile } from '@hardgate/coverage'
import { lineCountOf } from './git/line-count.ts'
import { openRepository, type Repository } from './git/repository.ts'
import { diskOf, goModules, walkFiles } from './git/work-tree.ts'
import type { Inputs } from './inputs.ts'
import type { Part } from './measured.ts'
import type { StaleQuestion } from './stale-evidence.ts'

/** The work tree, and git's knowledge of it where there is one. */
export interface Checkout {
  readonly workspace: string
  /** undefined: no git checkout. */
  readonly repository: Repository | undefined
  /** Of the repository, or without git those that lie below the workspace. */
  readonly files: readonly RepositoryFile[]
  readonly isTracked: (path: string) => boolean
}

// without git: enough for any repository, and an end for a folder that is none
const MOST_FILES = 500_000

export const workspaceOf = (env: Frame['env']): string => resolve(env['GITHUB_WORKSPACE'] || '.')

export async function openCheckout(
  workspace: string,
  { env, signal }: Pick<Frame, 'env' | 'signal'>,
): Promise<Checkout> {
  const repository = await openRepository({ workspace, env, signal })
  const files = await (repository === undefined
    ? walkFiles(workspace, { maxFiles: MOST_FILES })
    : repository.trackedFiles())
  if (repository === undefined && files.length >= MOST_FILES)
    throw new UserError(
      `${workspace} is no git checkout and holds more than ${MOST_FILES} files: check out the repository first.`,
    )
  const tracked = new Set(repository === undefined ? [] : files.map(({ path }) => path))
  return { workspace, repository, files, isTracked: (path) => tracked.has(path) }
}

export async function mapperFor(
  { workspace, files }: Checkout,
  { repository: repositoryName }: Pick<GitHubContext, 'repository'>,
  rules: Inputs['path-map'],
): Promise<PathMapper> {
  const real = realpathSync(workspace)
  return mapPaths({
    files,
    workspaces: real === workspace ? [workspace] : [workspace, real],
    repositoryName,
    rules,
    goModules: await goModules(workspace, files),
    disk: diskOf(workspace),
  })
}

/** A report's path as git has it; '' outside of the work tree. */
export function repositoryPath(shown: string, workspace: string): string {
  const path = relative(workspace, resolve(workspace, shown))
  return path.startsWith('..') ? '' : path.replaceAll(sep, '/')
}

// reading them in one go would leave a cancellation unheard
const FILES_AT_ONCE = 256

/** Files with a measured line behind their end. Each is read as far as its last measured line. */
export async function filesTooShort({ files }: Part, workspace: string): Promise<StaleQuestion['tooLong']> {
  const found: { path: string; line: number; fileLines: number }[] = []
  for (const [at, { path, coverage }] of files.entries()) {
    if (at % FILES_AT_ONCE === 0) await setImmediate()
    const { lastLine: line } = coverage
    if (line === 0) continue
    const fileLines = lineCountOf(join(workspace, path), line)
    if (fileLines !== undefined && line > fileLines) found.push({ path, line, fileLines })
  }
  return found
}
