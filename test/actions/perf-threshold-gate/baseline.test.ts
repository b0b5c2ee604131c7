import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { dirname, join } from 'node:path'
import { type FakeGitHub, type FakeGitHubOptions, fakeGitHub, zipOf } from '@hardgate/fakes'
import type { Json, Verdict } from '@hardgate/gate'
import { request } from '@hardgate/http'
import { afterEach, describe, expect, test } from '@jest/globals'
import { evenly, oneToHundred, requestLog } from './reports.ts'
import { gate, type Ran, removeTemporary, type Setting, workspaceOf } from './world.ts'

afterEach(removeTemporary)

/** p95 is 95 ms times the factor. */
const runOf = (factor: number, count = 2400): string =>
  requestLog(evenly(count, 120, (index) => oneToHundred(index) * factor))

const LINE = { thresholds: 'p95 <= baseline + 10%', baseline: 'history/*.json' }

const made = new Map<string, Promise<Ran>>()

/** An earlier verdict of this gate, as it would have written it. */
async function earlier(factor: number, change: (verdict: Verdict) => unknown = (same) => same, day = 27) {
  const now = new Date(`2026-02-${day}T12:00:00Z`)
  const env = { GITHUB_RUN_ID: `${day * 1000 + Math.round(factor * 1000)}` }
  const key = `${factor} ${day}`
  const run = made.get(key) ?? gate({ 'report.csv': runOf(factor, 2400 + day) }, {}, { now, env })
  made.set(key, run)
  return change((await run).report.verdict)
}

const withEvidence = (parts: Readonly<Record<string, Json>>) => (verdict: Verdict) => ({
  ...verdict,
  evidence: { ...verdict.evidence, ...parts },
})

async function against(
  verdicts: readonly unknown[],
  { factor = 1, given = {}, setting = {} }: Against = {},
): Promise<Ran> {
  const folder = workspaceOf({ 'report.csv': runOf(factor, 2399) })
  for (const [index, verdict] of verdicts.entries()) write(join(folder, 'history', `${index}.json`), verdict)
  return gate(folder, { ...LINE, ...given }, setting)
}

interface Against {
  readonly factor?: number
  readonly given?: Readonly<Record<string, string>>
  readonly setting?: Setting
}

function write(path: string, verdict: unknown): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, JSON.stringify(verdict))
}

/** Scattering by about 1 %: ten runs of ten days. */
const tenRuns = (): Promise<unknown[]> =>
  Promise.all(Array.from({ length: 10 }, (_, at) => earlier(1 + ((at % 5) - 2) / 100, (same) => same, 10 + at)))

const onPullRequest: Setting = { event: 'pull_request', env: { GITHUB_REF: 'refs/pull/7/merge' } }

describe('with ten comparable runs', () => {
  test('the same speed passes, and the change is told', async () => {
    const { outcome, outputs, summary } = await against(await tenRuns())

    expect(outcome).toBe('pass')
    expect(Number(outputs['regression'])).toBeCloseTo(0, 1)
    expect(summary).toMatch(/ ms \(10\) \|/)
  })

  test('20 % slower fails', async () => {
    const { outcome, outputs, reasons } = await against(await tenRuns(), { factor: 1.2 })

    expect(outcome).toBe('fail')
    expect(Number(outputs['regression'])).toBeCloseTo(20, 0)
    expect(JSON.parse(outputs['failed-thresholds'] ?? '')).toEqual(['p95 <= baseline + 10%'])
    expect(reasons[0]).toContain('of 10 runs + 10 %')
  })

  test('baseline-runs takes the newest of them', async () => {
    const { summary } = await against(await tenRuns(), { given: { 'baseline-runs': '3' } })

    expect(summary).toMatch(/\(3\) \|/)
  })
})

test('runs that scatter widely decide nothing about 10 %', async () => {
  const factors = [0.7, 0.85, 1, 1.15, 1.3]
  const scattered = await Promise.all(factors.map((factor, at) => earlier(factor, (same) => same, 10 + at)))

  const { outcome, reasons } = await against(scattered, { factor: 1.15 })

  expect(outcome).toBe('inconclusive')
  expect(reasons[0]).toMatch(
    /these runs scatter by \d+ %; one run cannot show 10 %, the smallest change it could show is \d+ %/,
  )
})

describe('without any', () => {
  test('a pull request is inconclusive', async () => {
    const { outcome, reasons } = await against([], { setting: onPullRequest, given: { baseline: 'history/*.json' } })

    expect(outcome).toBe('inconclusive')
    expect(reasons[0]).toContain('there is no baseline yet')
  })

  test.each(['push', 'schedule', 'workflow_dispatch'])(
    'a %s on the default branch passes with a note',
    async (event) => {
      const { outcome, reasons } = await against([], { setting: { event } })

      expect(outcome).toBe('pass')
      expect(reasons[1]).toBe('No baseline yet: this run becomes the first once its verdict file is kept')
    },
  )

  test.each<[string, Setting]>([
    ['another branch', { env: { GITHUB_REF: 'refs/heads/feature' } }],
    // its ref is that of the base branch
    ['a pull request with the rights of its base', { event: 'pull_request_target' }],
    ['what another run has started', { event: 'workflow_run' }],
  ])('%s is no default branch', async (_, setting) => {
    expect((await against([], { setting })).outcome).toBe('inconclusive')
  })

  test('a line that only warns lets the pull request pass', async () => {
    const { outcome } = await against([], { setting: onPullRequest, given: { thresholds: `${LINE.thresholds} warn` } })

    expect(outcome).toBe('pass')
  })
})

describe('trap 24: an earlier verdict is left out, with its reason, where', () => {
  const runner = { os: 'Linux', arch: 'X64', cpus: cpus().length, cpuModel: cpus()[0]?.model.trim() ?? '' }

  test.each<[string, (verdict: Verdict) => unknown, string]>([
    ['it failed', (one) => ({ ...one, outcome: 'fail' }), 'it ended as fail'],
    ['it decided nothing', (one) => ({ ...one, outcome: 'inconclusive' }), 'it ended as inconclusive'],
    ['its report was cut', withEvidence({ partial: 'cut' }), 'its report was cut off'],
    ['another gate wrote it', (one) => ({ ...one, gate: 'coverage-gate' }), 'it is the verdict of another gate'],
    ['another tool made it', withEvidence({ tool: 'k6' }), 'it was made by k6'],
    ['it had other users', withEvidence({ users: 100 }), 'it had 100 users'],
    ['it was shorter', withEvidence({ duration: 90 }), 'it took 90 s'],
    ['it was longer', withEvidence({ duration: 150 }), 'it took 150 s'],
    ['another system ran it', withEvidence({ runner: { ...runner, os: 'Windows' } }), 'its runner was Windows X64'],
    ['another architecture did', withEvidence({ runner: { ...runner, arch: 'ARM64' } }), 'its runner was Linux ARM64'],
    ['it had other CPUs', withEvidence({ runner: { ...runner, cpus: 64 } }), 'with 64 CPUs'],
    [
      'its percentiles are others',
      withEvidence({ definition: 'as wrk prints it' }),
      'its percentiles are as wrk prints it',
    ],
    ['it counted failures', withEvidence({ failures: 'include' }), 'its latencies include failed requests'],
    ['it had too few requests', withEvidence({ requests: 58 }), 'it has 58 requests, and 59 are needed'],
    ['it is older than 90 days', withEvidence({ measuredAt: '2025-11-30T11:00:00Z' }), 'it is older than 90 days'],
    ['it is dated in the future', withEvidence({ measuredAt: '2026-03-03T12:00:00Z' }), 'it is dated in the future'],
    ['it has no date', withEvidence({ measuredAt: 'soon' }), 'it does not say when it was measured'],
    ['it has no conditions', (one) => ({ ...one, evidence: {} }), 'it does not say under which conditions'],
    ['it is none', () => ({ hello: 1 }), 'it is no verdict file'],
  ])('%s', async (_, change, why) => {
    const { outcome, summary } = await against([await earlier(1, change)], { setting: onPullRequest })

    expect(outcome).toBe('inconclusive')
    expect(summary).toContain('1 earlier run is no baseline')
    expect(summary.replaceAll('\\', '')).toContain(why)
  })

  test('it is exactly 90 days old and just below 20 % longer it counts', async () => {
    const change = withEvidence({ measuredAt: '2025-12-01T12:00:00Z', duration: 143.9 })

    expect((await against([await earlier(1, change)], { setting: onPullRequest })).outcome).toBe('pass')
  })

  test('it is of the same run as another, by the run or by the bytes that were measured', async () => {
    const one = await earlier(1)
    const sameRun = await earlier(1.2, (verdict) => {
      const run = { id: '28000', attempt: '2', repository: 'octo/shop' }
      return { ...verdict, evidence: { ...verdict.evidence, run } }
    })
    const sameBytes = withEvidence({ run: { id: '1', attempt: '1', repository: 'octo/shop' } })

    const { summary } = await against([one, sameRun, await earlier(1, sameBytes)])

    expect(summary).toContain('2 earlier runs are no baseline')
    expect(summary).toMatch(/\(1\) \|/)
  })

  test('it is this very run', async () => {
    const folder = workspaceOf({ 'report.csv': runOf(1) })
    const { report } = await gate(folder, {}, { env: { GITHUB_RUN_ID: '1' } })
    write(join(folder, 'history', 'a.json'), report.verdict)

    const { outcome, summary } = await gate(folder, LINE, onPullRequest)

    expect(outcome).toBe('inconclusive')
    expect(summary).toContain('it is of this very run')
  })
})

describe('the CPU model', () => {
  const other = { os: 'Linux', arch: 'X64', cpus: cpus().length, cpuModel: 'Other CPU' }
  const days = [10, 11, 12]

  test('of three runs is the same: the others are left out', async () => {
    const same = await Promise.all(days.map((day) => earlier(1, (one) => one, day)))
    const odd = await earlier(2, withEvidence({ runner: other }), 20)

    const { summary, outputs } = await against([...same, odd])

    // three equal runs, so the odd one is seen in the mean
    expect(Number(outputs['regression'])).toBeCloseTo(0, 6)
    expect(summary).toContain('its CPU was Other CPU')
  })

  test('of fewer runs is the same: all are used, and that is said', async () => {
    const same = await Promise.all(days.slice(1).map((day) => earlier(1, (one) => one, day)))
    const odd = await earlier(1, withEvidence({ runner: other }), 20)

    const { summary } = await against([...same, odd])

    expect(summary).toMatch(/\(3\) \|/)
    expect(summary).toContain('2 of the 3 earlier runs had this CPU model')
  })
})

describe('artifact:NAME', () => {
  let github: FakeGitHub | undefined
  afterEach(async () => {
    await github?.close()
    github = undefined
  })

  const sha = (n: number): string => n.toString(16).padStart(40, '0')

  async function withGitHub(options: FakeGitHubOptions, setting: Setting = {}): Promise<Ran> {
    github = await fakeGitHub({
      repository: 'octo/shop',
      token: 'ghs_x',
      comparisons: Object.fromEntries([1, 2, 3].map((n) => [`${sha(n)}...${'f'.repeat(40)}`, { aheadBy: n }])),
      ...options,
    })
    return gate(
      { 'report.csv': runOf(1, 2399) },
      { ...LINE, baseline: 'artifact:perf-verdict', 'github-token': 'ghs_x' },
      { ...setting, request, env: { GITHUB_API_URL: github.url, ...setting.env } },
    )
  }

  const archiveOf = (...verdicts: readonly unknown[]): Buffer =>
    zipOf(verdicts.map((verdict, at) => ({ name: `perf-${at}.json`, content: JSON.stringify(verdict) })))

  /** Its commit is the one of the run that it is of. */
  const verdictOf = (n: number, factor = 1): Promise<unknown> =>
    earlier(factor, withEvidence({ commit: sha(n) }), 10 + n)

  test('takes the newest runs of the base branch', async () => {
    const archives = [archiveOf(await verdictOf(1)), archiveOf(await verdictOf(2, 1.01))]

    const { outcome, summary, log } = await withGitHub({
      runs: [1, 2].map((id) => ({ id, sha: sha(id) })),
      artifacts: archives.map((archive, at) => ({ name: 'perf-verdict', runId: at + 1, archive })),
    })

    expect(outcome).toBe('pass')
    expect(summary).toMatch(/\(2\) \|/)
    expect(log.join('\n')).toContain('Baseline: 2 earlier runs, 0 left out.')
    expect(github?.unexpected).toEqual([])
  })

  test.each([
    ['of a fork', { headRepository: 'mallory/shop' }, 'it is of a fork'],
    ['of a pull request', { event: 'pull_request' }, 'its event is pull'],
    ['of another branch', { branch: 'feature' }, 'it is of another branch'],
    ['that was red', { conclusion: 'failure' }, 'it ended as failure'],
  ])('trap 24: a run %s is not trusted', async (_, run, why) => {
    const archive = archiveOf(await verdictOf(1))

    const { outcome, summary } = await withGitHub(
      { runs: [{ id: 1, sha: sha(1), ...run }], artifacts: [{ name: 'perf-verdict', runId: 1, archive }] },
      // the base branch is that of the pull request
      {
        event: 'pull_request',
        payload: { pull_request: { number: 1, base: { ref: 'main' } } },
        env: { GITHUB_REF: 'refs/pull/1/merge' },
      },
    )

    expect(outcome).toBe('inconclusive')
    expect(summary.replaceAll('\\', '')).toContain(why)
  })

  test.each([
    ['an expired artifact', { expired: true }, 'expired'],
    ['an archive that is none', { archive: Buffer.from('PK') }, 'cannot be read'],
  ])('trap 24: %s is left out, and the one before it is used', async (_, artifact, why) => {
    const { outcome, summary } = await withGitHub({
      runs: [1, 2].map((id) => ({ id, sha: sha(id) })),
      artifacts: [
        { name: 'perf-verdict', runId: 1, archive: archiveOf(await verdictOf(1)) },
        { name: 'perf-verdict', runId: 2, archive: archiveOf(await verdictOf(2)), ...artifact },
      ],
    })

    expect(outcome).toBe('pass')
    expect(summary).toMatch(/\(1\) \|/)
    expect(summary).toContain(why)
  })

  test('trap 24: one with two verdicts that could be meant, or of another commit, is left out', async () => {
    const { summary } = await withGitHub({
      runs: [1, 2].map((id) => ({ id, sha: sha(id) })),
      artifacts: [
        { name: 'perf-verdict', runId: 1, archive: archiveOf(await verdictOf(1), await verdictOf(1, 1.1)) },
        { name: 'perf-verdict', runId: 2, archive: archiveOf(await verdictOf(3)) },
      ],
    })

    expect(summary).toContain('it holds 2 comparable verdict files')
    expect(summary).toContain('its verdict is for another commit')
  })

  test('a listing that failed is not "none yet", also on the default branch', async () => {
    const { outcome, reasons, outputs } = await withGitHub({
      faults: [{ route: 'GET /repos/octo/shop/actions/artifacts', status: 500 }],
    })

    expect(outcome).toBe('inconclusive')
    expect(reasons[0]).toContain('whether there is a baseline is not known')
    expect(reasons[0]).toContain('500')
    expect(outputs['regression']).toBe('')
  })

  test('without one the first run of the default branch passes', async () => {
    expect((await withGitHub({})).outcome).toBe('pass')
  })
})
