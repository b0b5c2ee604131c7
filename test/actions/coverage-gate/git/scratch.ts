import { execFileSync } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { addedRanges, type DiffFile } from '@hardgate/coverage'
import { afterAll } from '@jest/globals'
import type { Patch } from '../../../../actions/coverage-gate/src/git/find-patch.ts'
import { openRepository, type Repository } from '../../../../actions/coverage-gate/src/git/repository.ts'

const made: string[] = []
afterAll(() => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true })
})

export function scratchFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'coverage-gate-')))
  made.push(folder)
  return folder
}

/** A repository of its own, with a home of its own, that no setting of this machine reaches. */
export interface Scratch {
  readonly path: string
  readonly home: string
  readonly url: string
  readonly env: Record<string, string>
  git(...args: string[]): string
  write(path: string, content: string | Uint8Array): void
  /** Writes the files, commits all that there is, and gives the hash. `null` removes a file. */
  commit(files: Readonly<Record<string, string | Uint8Array | null>>): string
  /** The user's own configuration. */
  configure(settings: Readonly<Record<string, string>>): void
  open(env?: Readonly<Record<string, string | undefined>>): Promise<Repository>
}

export function scratch(): Scratch {
  const home = scratchFolder()
  const path = join(scratchFolder(), 'work')
  mkdirSync(path)
  const here = scratchAt(path, home)
  here.git('init', '--quiet', '--initial-branch=main')
  return here
}

/** Another one with the same content. */
export function copyOf(original: Scratch): Scratch {
  const path = join(scratchFolder(), 'work')
  cpSync(original.path, path, { recursive: true })
  return scratchAt(path, scratchFolder())
}

function scratchAt(path: string, home: string): Scratch {
  let seconds = 1_750_000_000
  const env = { PATH: process.env['PATH'] ?? '', HOME: home, GIT_CONFIG_NOSYSTEM: '1' }
  const git = (...args: string[]): string => {
    seconds += 60
    const identity = ['-c', 'user.name=t', '-c', 'user.email=t@example.com', '-c', 'commit.gpgSign=false']
    const date = `${seconds} +0000`
    return execFileSync('git', [...identity, '-c', 'core.autocrlf=false', ...args], {
      cwd: path,
      env: { ...env, GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    })
  }
  const write = (file: string, content: string | Uint8Array): void => {
    mkdirSync(dirname(join(path, file)), { recursive: true })
    writeFileSync(join(path, file), content)
  }
  return {
    path,
    home,
    url: `file://${path}`,
    env,
    git,
    write,
    commit: (files) => {
      for (const [file, content] of Object.entries(files)) {
        if (content === null) rmSync(join(path, file))
        else write(file, content)
      }
      git('add', '--all')
      git('commit', '--quiet', '--allow-empty', '--message', 'change')
      return git('rev-parse', 'HEAD').trim()
    },
    configure: (settings) => {
      for (const [name, value] of Object.entries(settings)) git('config', '--global', name, value)
    },
    open: async (more = {}) => {
      const repository = await openRepository({
        workspace: path,
        env: { ...env, ...more },
        signal: new AbortController().signal,
      })
      if (repository === undefined) throw new Error(`${path} was taken for no checkout`)
      return repository
    },
  }
}

/** What actions/checkout makes: one commit, its ancestors `depth` deep (0: all of them and all branches), HEAD detached. */
export function checkout(origin: Scratch, revision: string, depth = 1): Scratch {
  const here = scratch()
  const sha = origin.git('rev-parse', revision).trim()
  here.git('remote', 'add', 'origin', origin.url)
  // actions/checkout asks for a hash, which GitHub allows
  origin.git('config', 'uploadpack.allowAnySHA1InWant', 'true')
  const [how, all] = depth === 0 ? [[], ['+refs/heads/*:refs/remotes/origin/*']] : [[`--depth=${depth}`], []]
  here.git('fetch', '--quiet', '--no-tags', ...how, 'origin', ...all, `+${sha}:refs/remotes/pull/1/merge`)
  here.git('checkout', '--quiet', '--detach', sha)
  return here
}

/** `10 lines` of a file: "line 1" to "line 10", some of them replaced. */
export function numbered(count: number, changes: Readonly<Record<number, string>> = {}, end = '\n'): string {
  return Array.from({ length: count }, (_, at) => `${changes[at + 1] ?? `line ${at + 1}`}${end}`).join('')
}

export type Lines = Readonly<Record<string, readonly number[]>>

/** The lines that a patch says were written. */
export function linesOf(patch: Patch): Lines {
  if (patch.kind !== 'patch') throw new Error(`no patch: ${patch.why}`)
  return linesOfFiles(patch.files)
}

export function linesOfFiles(files: readonly DiffFile[]): Lines {
  const entries = files.map((file): [string, number[]] => [
    file.newPath ?? '',
    addedRanges(file).flatMap(({ first, last }) => Array.from({ length: last - first + 1 }, (_, at) => first + at)),
  ])
  return Object.fromEntries(entries.filter(([, lines]) => lines.length > 0))
}

/** The lines of HEAD that git blames on the commits of a range. */
export function blamed(here: Scratch, range: string): Lines {
  const git = (...args: string[]): string => here.git(...args)
  const commits = new Set(git('rev-list', range).split('\n'))
  const files = git('ls-tree', '-r', '-z', 'HEAD')
    .split('\0')
    .filter((entry) => /^100/.test(entry))
  const entries = files.map((entry): [string, number[]] => {
    const path = entry.slice(entry.indexOf('\t') + 1)
    const lines = git('blame', '--line-porcelain', 'HEAD', '--', path).matchAll(/^([0-9a-f]{40}) \d+ (\d+)(?: \d+)?$/gm)
    return [path, [...lines].filter(([, sha = '']) => commits.has(sha)).map(([, , line]) => Number(line))]
  })
  return Object.fromEntries(entries.filter(([, lines]) => lines.length > 0))
}

/** A program that runs in place of git (`REAL_GIT` in the script), from a folder to be put first on the PATH. */
export function gitInFront({ env }: Scratch, script: string): string {
  const folder = scratchFolder()
  const real = execFileSync('sh', ['-c', 'command -v git'], { env, encoding: 'utf8' }).trim()
  writeFileSync(join(folder, 'git'), `#!/bin/sh\n${script.replaceAll('REAL_GIT', real)}\n`)
  chmodSync(join(folder, 'git'), 0o755)
  return `${folder}:${env['PATH']}`
}
