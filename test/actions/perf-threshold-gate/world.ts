import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type Report, readInputs } from '@hardgate/action'
import { type FakeFrame, fakeClock, fakeFrame } from '@hardgate/fakes'
import { parseVerdict } from '@hardgate/gate'
import type { Requester } from '@hardgate/http'
import { inputs } from '../../../actions/perf-threshold-gate/src/inputs.ts'
import { run } from '../../../actions/perf-threshold-gate/src/perf-threshold-gate.ts'

/** An hour after the runs of these tests began. */
export const NOW = new Date('2026-03-01T12:00:00Z')

const made: string[] = []

export function temporary(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'perf-gate-')))
  made.push(folder)
  return folder
}

export function removeTemporary(): void {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true })
}

export type Files = Readonly<Record<string, string | Uint8Array>>

/** A workspace with these files. */
export function workspaceOf(files: Files): string {
  const folder = temporary()
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), content)
  }
  return folder
}

export interface Ran {
  readonly report: Report
  readonly frame: FakeFrame
  readonly folder: string
  readonly outcome: string
  readonly reasons: readonly string[]
  readonly outputs: Readonly<Record<string, string>>
  readonly sections: readonly string[]
  readonly summary: string
  readonly log: readonly string[]
}

export interface Setting {
  readonly event?: string
  readonly payload?: Readonly<Record<string, unknown>>
  readonly env?: Readonly<Record<string, string>>
  readonly now?: Date
  readonly request?: Requester
}

/** The gate over these files, or over a folder that is there, with inputs as a workflow writes them. */
export async function gate(
  place: Files | string,
  given: Readonly<Record<string, string>> = {},
  { event = 'push', payload, env = {}, now = NOW, request }: Setting = {},
): Promise<Ran> {
  const folder = typeof place === 'string' ? place : workspaceOf(place)
  const clock = fakeClock(now)
  const temp = temporary()
  const eventPath = join(temp, 'event.json')
  writeFileSync(eventPath, JSON.stringify({ repository: { default_branch: 'main' }, ...payload }))
  const texts = { report: 'report*', ...given }
  const variables = Object.entries(texts).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])
  const values = await readInputs(inputs, { GITHUB_WORKSPACE: folder, ...Object.fromEntries(variables) })
  const frame = fakeFrame({
    clock,
    env: {
      GITHUB_WORKSPACE: folder,
      GITHUB_REPOSITORY: 'octo/shop',
      GITHUB_REF: 'refs/heads/main',
      GITHUB_SHA: 'f'.repeat(40),
      GITHUB_RUN_ID: '900',
      GITHUB_RUN_ATTEMPT: '1',
      GITHUB_EVENT_NAME: event,
      GITHUB_EVENT_PATH: eventPath,
      RUNNER_TEMP: temp,
      RUNNER_OS: 'Linux',
      RUNNER_ARCH: 'X64',
      ...env,
    },
    ...(request === undefined ? {} : { request }),
  })
  const report = await run(values, frame)
  const { verdict } = report
  const parsed = parseVerdict(JSON.stringify(verdict))
  if ('problems' in parsed) throw new Error(`no verdict: ${parsed.problems.join('; ')}`)
  return {
    report,
    frame,
    folder,
    outcome: verdict.outcome,
    reasons: verdict.reasons,
    outputs: report.outputs ?? {},
    sections: report.summary ?? [],
    summary: (report.summary ?? []).join('\n\n'),
    log: frame.lines.map(({ kind, text }) => `${kind}: ${text}`),
  }
}
