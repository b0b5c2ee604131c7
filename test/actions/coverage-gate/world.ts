import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type Report, readInputs } from '@hardgate/action'
import { type FakeFrame, fakeClock, fakeFrame } from '@hardgate/fakes'
import type { Requester } from '@hardgate/http'
import { run } from '../../../actions/coverage-gate/src/coverage-gate.ts'
import { inputsBy } from '../../../actions/coverage-gate/src/inputs.ts'

/** When the commits of these tests were made; the gate runs an hour later. */
export const COMMITTED = '2026-03-01T11:00:00Z'
export const NOW = new Date('2026-03-01T12:00:00Z')

export interface Repo {
  readonly folder: string
  readonly git: (...args: readonly string[]) => string
  readonly write: (files: Readonly<Record<string, string>>) => void
  /** Writes, adds and commits all; gives the commit. */
  readonly commit: (files: Readonly<Record<string, string>>, at?: string) => string
}

const made: string[] = []

export function temporary(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'coverage-gate-')))
  made.push(folder)
  return folder
}

export function removeTemporary(): void {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true })
}

/** A fresh repository with one commit of these files. Reports are kept out of git. */
export function repo(files: Readonly<Record<string, string>>): Repo {
  const folder = temporary()
  const env = {
    PATH: process.env['PATH'],
    HOME: folder,
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_SYSTEM: '/dev/null',
    GIT_AUTHOR_NAME: 'A',
    GIT_AUTHOR_EMAIL: 'a@example.com',
    GIT_COMMITTER_NAME: 'A',
    GIT_COMMITTER_EMAIL: 'a@example.com',
  }
  const gitAt = (at: string, args: readonly string[]): string =>
    execFileSync('git', args, {
      cwd: folder,
      encoding: 'utf8',
      env: { ...env, GIT_AUTHOR_DATE: at, GIT_COMMITTER_DATE: at },
      stdio: ['ignore', 'pipe', 'pipe'],
    }).trim()
  const write: Repo['write'] = (texts) => {
    for (const [path, text] of Object.entries(texts)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      writeFileSync(join(folder, path), text)
    }
  }
  const one: Repo = {
    folder,
    git: (...args) => gitAt(COMMITTED, args),
    write,
    commit: (texts, at = COMMITTED) => {
      write(texts)
      gitAt(at, ['add', '--all'])
      gitAt(at, ['commit', '--quiet', '--allow-empty', '--message', 'change'])
      return gitAt(at, ['rev-parse', 'HEAD'])
    },
  }
  one.git('init', '--quiet', '--initial-branch=main')
  one.commit({ '.gitignore': 'coverage*\n*.info\nshards/\n', ...files })
  return one
}

export interface Run {
  readonly report: Report
  readonly frame: FakeFrame
  readonly temp: string
  /** `outcome: codes` */
  readonly end: string
  readonly codes: readonly string[]
  readonly outputs: Readonly<Record<string, string>>
  readonly summary: string
  readonly reasons: readonly string[]
  readonly log: readonly string[]
}

export interface Setting {
  readonly event?: string
  readonly payload?: Readonly<Record<string, unknown>>
  readonly env?: Readonly<Record<string, string>>
  readonly now?: Date
  readonly request?: Requester
}

/** The gate over that repository, with inputs as a workflow writes them. */
export async function gate(
  { folder }: Pick<Repo, 'folder'>,
  given: Readonly<Record<string, string>>,
  { event = 'push', payload, env = {}, now = NOW, request }: Setting = {},
): Promise<Run> {
  const clock = fakeClock(now)
  const temp = temporary()
  const eventPath = join(temp, 'event.json')
  if (payload !== undefined) writeFileSync(eventPath, JSON.stringify(payload))
  const variables = Object.entries(given).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])
  const values = await readInputs(inputsBy(clock), Object.fromEntries(variables))
  const frame = fakeFrame({
    clock,
    env: {
      PATH: process.env['PATH'],
      HOME: temp,
      GITHUB_WORKSPACE: folder,
      GITHUB_REPOSITORY: 'octo/shop',
      GITHUB_REF: 'refs/heads/main',
      GITHUB_EVENT_NAME: event,
      ...(payload === undefined ? {} : { GITHUB_EVENT_PATH: eventPath }),
      RUNNER_TEMP: temp,
      ...env,
    },
    ...(request === undefined ? {} : { request }),
  })
  const report = await run(values, frame)
  const { verdict } = report
  const codes = stringsIn(verdict.evidence['reasonCodes'])
  return {
    report,
    frame,
    temp,
    codes,
    end: [verdict.outcome, ...codes].join(' '),
    outputs: report.outputs ?? {},
    summary: (report.summary ?? []).join('\n\n'),
    reasons: verdict.reasons,
    log: frame.lines.map(({ kind, text }) => `${kind}: ${text}`),
  }
}

const stringsIn = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : [])
