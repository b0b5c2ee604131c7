// ci.yml and its neighbours: what would quietly stop to guard this repository.
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { parse } from 'yaml'

interface Job {
  readonly needs?: string[]
  readonly if?: string
  readonly 'continue-on-error'?: unknown
  readonly steps: { uses?: string; run?: string; with?: Record<string, string>; env?: Record<string, string> }[]
}

const root = join(import.meta.dirname, '../..')
const read = (file: string): string => readFileSync(join(root, file), 'utf8')
const jobs: Record<string, Job> = parse(read('.github/workflows/ci.yml')).jobs
const last = jobs['all']

test('every job begins with our own report, so that it knows how the job ended', () => {
  const first = Object.values(jobs).map(({ steps }) => steps[0]?.uses)
  expect(new Set(first)).toEqual(new Set(['$/actions/metrics-reporter']))
})

test('the last job waits for every other, runs in any case, and reports them', () => {
  const others = Object.keys(jobs).filter((name) => name !== 'all')
  expect(last?.needs?.toSorted()).toEqual(others.toSorted())
  expect(last?.if).toBe('always()')
  expect(last?.steps[0]?.with?.['needs']).toBe('${{ toJSON(needs) }}')
})

test('the last job is red where one of them failed, was cancelled or was skipped', () => {
  const { env, run } = last?.steps[1] ?? {}
  expect(run).toBe('test "$FAILED" = false')
  for (const result of ['failure', 'cancelled', 'skipped']) {
    expect(env?.['FAILED']).toContain(`contains(needs.*.result, '${result}')`)
  }
})

test('zizmor and actionlint are of one version each, and lint every folder of workflows', () => {
  const script = read('test/real-tools/lint-workflows.sh')
  expect(jobs['workflows']?.steps.map(({ run }) => run)).toContain(
    'sh test/real-tools/lint-workflows.sh "$RUNNER_TEMP/lint"',
  )
  expect(script).toContain('zizmor==1.32.0')
  expect(script).toContain('actionlint@v1.7.12')
  expect(script).toContain('--persona=pedantic --strict-collection')
  const folders = globSync('{,examples/*/}.github/workflows', { cwd: root }).map((one) =>
    one.replace(/^examples\/[^/]+/, 'E'),
  )
  expect(new Set(folders)).toEqual(new Set(['.github/workflows', 'E/.github/workflows']))
})

test('Dependabot knows every folder with dependencies of its own', () => {
  const { updates } = parse(read('.github/dependabot.yml'))
  const of = (ecosystem: string): string[] =>
    updates
      .filter((one: { 'package-ecosystem': string }) => one['package-ecosystem'] === ecosystem)
      .flatMap((one: { directory?: string; directories?: string[] }) => one.directories ?? [one.directory])
  const parents = (pattern: string): string[] =>
    globSync(pattern, { cwd: root }).map((file) => `/${file.split('/').slice(0, -1).join('/')}`)

  expect(of('npm')).toEqual(['/']) // the one lock file holds all workspaces
  expect(of('pip').toSorted()).toEqual(
    [...new Set(parents('examples/*/{requirements*.txt,pyproject.toml}'))].toSorted(),
  )
  const workflows = globSync('{,examples/*/}.github/workflows', { cwd: root })
  expect(of('github-actions').toSorted()).toEqual(
    workflows.map((one) => `/${one.replace(/\/?\.github.*/, '')}`).toSorted(),
  )
})

test('each npm script that a workflow runs is one of ours', () => {
  const scripts = Object.keys(JSON.parse(read('package.json')).scripts)
  const files = globSync('.github/workflows/*.yml', { cwd: root })
  const used = files.flatMap((file) =>
    [...read(file).matchAll(/npm run (?:--silent )?([a-z-]+)/g)].map(([, name]) => name),
  )

  expect(used).toContain('release')
  expect(used.filter((name) => name === undefined || !scripts.includes(name))).toEqual([])
})
