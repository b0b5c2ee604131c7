import { dirname } from 'node:path'
import { redactText } from '@hardgate/http'
import { chosenEnvironment, type ProcessEnd, runProcess } from '@hardgate/process'

/** What `openRepository` needs of the frame. */
export interface GitWorld {
  /** The work tree: `GITHUB_WORKSPACE`, or the current folder. */
  readonly workspace: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly signal: AbortSignal
}

/** git could not answer. The message ends with git's own last words, which may hold text from outside. */
export class GitProblem extends Error {
  override readonly name = 'GitProblem'
}

export interface GitCall {
  readonly input?: string
  readonly onStdout?: (chunk: Buffer) => void
  readonly isOverNetwork?: boolean
}

/** Runs one command. An exit code is an answer; a missing git, a deadline and an abort are thrown. */
export type Git = (args: readonly string[], call?: GitCall) => Promise<ProcessEnd>

const LOCAL_MS = 120_000
const NETWORK_MS = 300_000
// The names of a million files take about 100 MB. A diff is streamed.
const MOST_BYTES = 2 ** 29
const MOST_STREAMED_BYTES = 2 ** 33

// What a configuration, of the user or of the repository, could change in an answer or run beside it. The tests of the
// job have run in this checkout before us: whatever could start a program of theirs is off.
const SETTINGS = [
  'core.fsmonitor=false',
  'core.hooksPath=/dev/null',
  'core.attributesFile=/dev/null',
  'core.bigFileThreshold=512m', // larger files count as binary
  'core.quotePath=false',
  'color.ui=false',
  'gc.auto=0',
  'maintenance.auto=false',
].flatMap((setting) => ['-c', setting])

// For a remote behind a proxy, with a certificate of its own, or by SSH.
const NETWORK_NAMES = [
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'ALL_PROXY',
  'NO_PROXY',
  'GIT_SSL_CAINFO',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'SSH_AUTH_SOCK',
  'GIT_CONFIG_GLOBAL',
  'GIT_CONFIG_SYSTEM',
] as const

export function gitIn({ workspace, env, signal }: GitWorld): Git {
  const childEnv = {
    ...chosenEnvironment(env, [...NETWORK_NAMES, ...settingNames(env)]),
    LC_ALL: 'C', // its messages are read
    GIT_TERMINAL_PROMPT: '0',
    GIT_ASKPASS: '', // asks no program, whatever core.askPass says
    GIT_ATTR_NOSYSTEM: '1',
    GIT_CEILING_DIRECTORIES: dirname(workspace), // a repository around the workspace is another one
  }
  return async (args, { input, onStdout, isOverNetwork = false } = {}) => {
    const deadlineMs = isOverNetwork ? NETWORK_MS : LOCAL_MS
    const end = await runProcess({
      command: 'git',
      args: ['--no-pager', '--no-optional-locks', '--no-replace-objects', '--literal-pathspecs', ...SETTINGS, ...args],
      cwd: workspace,
      env: childEnv,
      deadlineMs,
      maxOutputBytes: onStdout === undefined ? MOST_BYTES : MOST_STREAMED_BYTES,
      signal,
      ...(input === undefined ? {} : { input }),
      ...(onStdout === undefined ? {} : { onStdout }),
    })
    if (end.aborted) throw new GitProblem('the step was cancelled while git ran')
    if (end.timedOut) throw new GitProblem(`git ${args[0]} took longer than ${deadlineMs / 1000} s`)
    return end
  }
}

/** Settings handed over in the environment, as jobs in containers do for `safe.directory`. Ours go before them. */
function settingNames(env: GitWorld['env']): string[] {
  return Object.keys(env).filter((name) => /^GIT_CONFIG_(?:COUNT|(?:KEY|VALUE)_\d+)$/.test(name))
}

/** The answer as bytes; anything but exit 0 is a problem. */
export async function answerOf(git: Git, args: readonly string[], call?: GitCall): Promise<Buffer> {
  const end = await git(args, call)
  if (end.exitCode !== 0) throw new GitProblem(`git ${args[0]}: ${lastWords(end)}`)
  return end.stdout
}

/** The answer as one line; undefined where git says no. */
export async function lineOf(git: Git, args: readonly string[]): Promise<string | undefined> {
  const { exitCode, stdout } = await git(args)
  const line = stdout.toString('utf8').trimEnd()
  return exitCode === 0 && line !== '' ? line : undefined
}

/** Why git gave up, in one line without credentials: the first `fatal:` or `error:`, else its last line. */
export function lastWords({ stderr, exitCode, signal }: ProcessEnd): string {
  const lines = stderr.split('\n').filter((line) => line.trim() !== '')
  const words = lines.find((line) => /^(?:fatal|error|ERROR): /.test(line)) ?? lines.at(-1)
  return words === undefined ? `ended with ${signal ?? exitCode}` : redactText(words.trim())
}
