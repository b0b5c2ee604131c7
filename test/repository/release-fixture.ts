// A small repository with the layout of this one, whose build takes no time, its bare remote, and a key that signs.
import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { Refusal } from '../../scripts/release/refusal.ts'
import type { World } from '../../scripts/release/world.ts'

const script = join(import.meta.dirname, '../../scripts/release.ts')

export interface Releasing {
  readonly root: string
  readonly bare: string
  readonly env: Record<string, string>
  /** Standard output of git in the repository, without its last line's end. */
  git(...args: string[]): string
  /** Writes files; undefined as content removes one. */
  write(files: Readonly<Record<string, string | undefined>>): void
  /** Writes, commits and pushes to main. The commit. */
  land(files: Readonly<Record<string, string | undefined>>): string
  /** Each ref of the remote and what it points at; of an annotated tag also its commit, as `<ref>^{}`. */
  remote(): Record<string, string>
  /** For a step called by itself; waiting takes no time. */
  readonly world: World
  /** All that steps logged. */
  readonly log: string[]
  /** `npm run release -- …` as a user would. */
  release(...args: string[]): Ran
  remove(): void
}

export interface Ran {
  readonly exitCode: number | null
  /** Both streams. */
  readonly text: string
}

const BUILD = `import { cpSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
rmSync('dist', { recursive: true, force: true })
for (const name of readdirSync('actions')) cpSync(\`actions/\${name}/src\`, \`dist/\${name}\`, { recursive: true })
`
const node = (name: string, using = 'node24'): string =>
  `name: ${name}\ndescription: one\nruns: { using: ${using}, main: ../../dist/${name}/index.js }\n`

const FILES: Readonly<Record<string, string>> = {
  'package.json': JSON.stringify({
    name: 'small',
    version: '0.0.0',
    private: true,
    scripts: { build: 'node build.mjs' },
  }),
  'package-lock.json': JSON.stringify({
    ...{ name: 'small', version: '0.0.0', lockfileVersion: 3, requires: true },
    packages: { '': { name: 'small', version: '0.0.0' } },
  }),
  'build.mjs': BUILD,
  'action.yml': 'name: all\ndescription: all\nruns: { using: composite, steps: [] }\n',
  'actions/one/action.yml': node('one'),
  'actions/one/src/index.js': 'console.log(1)\n',
  'actions/two/action.yml': node('two'),
  'actions/two/src/index.js': 'console.log(2)\n',
  'dist/one/index.js': 'console.log(1)\n',
  'dist/two/index.js': 'console.log(2)\n',
  'CHANGELOG.md': '# Changelog\n\n## Unreleased\n\n## 1.0.0 - 2026-11-25\n### Added\n- The first.\n',
  '.gitattributes': '* text=auto eol=lf\ndist/** -text\n',
  '.gitignore': 'node_modules/\n',
}

let template: string | undefined

/** The template is made once for all tests of a file, and copied. */
export function releasing(): Releasing {
  template ??= makeTemplate()
  const folder = mkdtempSync(join(tmpdir(), 'release of '))
  cpSync(template, folder, { recursive: true })
  const root = join(folder, 'work')
  const bare = join(folder, 'remote.git')
  const env = environment(folder)
  const git = (...args: string[]): string => gitIn(root, env, args)
  const write: Releasing['write'] = (files) => writeFiles(root, files)
  const log: string[] = []
  const world: World = { root, env, log: (line) => log.push(line), sleep: () => Promise.resolve() }
  return {
    ...{ root, bare, env, git, write, log, world },
    land(files) {
      write(files)
      git('add', '--all')
      git('commit', '-q', '-m', 'change')
      git('push', '-q', 'origin', 'main')
      return git('rev-parse', 'HEAD')
    },
    remote: () =>
      Object.fromEntries(
        git('ls-remote', 'origin')
          .split('\n')
          .map((line) => line.split('\t').reverse()),
      ),
    release(...args) {
      const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], {
        cwd: root,
        env,
        encoding: 'utf8',
      })
      return { exitCode: status, text: `${stdout}${stderr}` }
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** The message of a refusal; empty where there was none. Anything else that is thrown is a bug, and thrown on. */
export function refusalOf(step: () => void): string {
  try {
    step()
    return ''
  } catch (error) {
    if (error instanceof Refusal) return error.message
    throw error
  }
}

export function removeTemplate(): void {
  if (template !== undefined) rmSync(template, { recursive: true, force: true })
  template = undefined
}

export const actionFile = node

function makeTemplate(): string {
  const folder = mkdtempSync(join(tmpdir(), 'release-template-'))
  const root = join(folder, 'work')
  const env = environment(folder)
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'throw-away', '-f', join(folder, 'key')])
  mkdirSync(root)
  gitIn(folder, env, ['init', '-q', '--bare', '-b', 'main', 'remote.git'])
  gitIn(root, env, ['init', '-q', '-b', 'main'])
  for (const [key, value] of Object.entries({
    'user.name': 'Maintainer',
    'user.email': 'maintainer@example.com',
    'gpg.format': 'ssh',
    // relative, so that a copy needs no change
    'user.signingkey': '../key.pub',
    'remote.origin.url': '../remote.git',
    'commit.gpgsign': 'false',
  })) {
    gitIn(root, env, ['config', key, value])
  }
  writeFiles(root, FILES)
  gitIn(root, env, ['add', '--all'])
  gitIn(root, env, ['commit', '-q', '-m', 'first'])
  gitIn(root, env, ['push', '-q', 'origin', 'main'])
  return folder
}

/** Nothing of the machine's own git and npm settings. */
function environment(home: string): Record<string, string> {
  return {
    PATH: process.env['PATH'] ?? '',
    HOME: home,
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
    npm_config_cache: join(home, 'npm-cache'),
    npm_config_update_notifier: 'false',
  }
}

function gitIn(cwd: string, env: Record<string, string>, args: readonly string[]): string {
  return execFileSync('git', args, { cwd, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trimEnd()
}

function writeFiles(root: string, files: Readonly<Record<string, string | undefined>>): void {
  for (const [path, content] of Object.entries(files)) {
    const file = join(root, path)
    if (content === undefined) {
      rmSync(file)
      continue
    }
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, content)
  }
}
