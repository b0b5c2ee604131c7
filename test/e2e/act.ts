import { execFile, execFileSync } from 'node:child_process'
import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'

/** nektos/act, a witness that we did not write: the same workflows by another implementation of the runner. */
export const act: string | undefined = process.env['HARDGATE_ACT'] === '' ? undefined : process.env['HARDGATE_ACT']

const root = join(import.meta.dirname, '../..')

export interface ActOptions {
  /** The export of this tree, which stands for `OWNER/hardgate@v1`. */
  readonly toolkit: string
  /** Where act keeps what it has copied of it. */
  readonly cache: string
  readonly repository: string
  readonly workflow: string
  /** Default `push`. */
  readonly event?: string
  /** Further arguments. */
  readonly more?: readonly string[]
  /** On top of this process's own. */
  readonly env?: Readonly<Record<string, string>>
}

export interface ActRun {
  readonly isGreen: boolean
  readonly log: string
}

/** Runs a workflow in host mode, with this Node. Nothing is asked of the network but what the workflow itself asks. */
export function runAct({ toolkit, cache, repository, workflow, event = 'push', more = [], env }: ActOptions) {
  const where = ['-C', repository, '-W', workflow, '-P', 'ubuntu-24.04=-self-hosted', '--rm', '--no-cache-server']
  const ours = ['--action-cache-path', cache, '--local-repository', `OWNER/hardgate@v1=${toolkit}`]
  const path = `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`
  const options = { env: { ...process.env, PATH: path, HARDGATE_ACT: '', ...env }, maxBuffer: 100_000_000 }
  return promisify(execFile)(act ?? '', [event, ...where, ...ours, ...more], options).then(
    ({ stdout, stderr }): ActRun => ({ isGreen: true, log: stdout + stderr }),
    (error: { stdout: string; stderr: string }): ActRun => ({ isGreen: false, log: error.stdout + error.stderr }),
  )
}

/**
 * What is committed or new here, without node_modules, with `$/` written as act knows it. act copies all of it for
 * every action of every job: `isNeeded` leaves out what no workflow reads.
 */
export function exportTree(target: string, isNeeded: (file: string) => boolean = () => true): void {
  const files = filesOf(root).filter(isNeeded)
  for (const file of files) cpSync(join(root, file), join(target, file))
  for (const file of files.filter((name) => name.endsWith('.yml'))) {
    const path = join(target, file)
    writeFileSync(path, readFileSync(path, 'utf8').replaceAll(/(uses: *['"]?)\$\/([^\s'",}]*)/g, remoteForm))
  }
  commitAll(target)
}

/** The files below a folder that git knows or would add, relative to it. */
export function filesOf(folder: string): string[] {
  const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard']
  const list = execFileSync('git', args, { cwd: folder, encoding: 'utf8' })
  return list.split('\0').filter((file) => file !== '' && existsSync(join(folder, file)))
}

/** Commits everything in a folder, which becomes a repository if it is none, and returns the commit. */
export function commitAll(folder: string, message = 'as it is'): string {
  const git = (...args: string[]) => execFileSync('git', args, { cwd: folder, stdio: 'pipe', encoding: 'utf8' }).trim()
  git('init', '-q', '-b', 'main')
  git('add', '-A', '-f')
  git('-c', 'user.name=test', '-c', 'user.email=test@example.com', 'commit', '-q', '-m', message)
  return git('rev-parse', 'HEAD')
}

const remoteForm = (_all: string, uses: string, path: string): string =>
  `${uses}OWNER/hardgate${path === '' ? '' : `/${path}`}@v1`
