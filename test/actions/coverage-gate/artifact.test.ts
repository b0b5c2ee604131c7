import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  type FakeArtifact,
  type FakeGitHub,
  type FakeGitHubOptions,
  type FakeRun,
  fakeGitHub,
  zipOf,
} from '@hardgate/fakes'
import { request } from '@hardgate/http'
import { afterEach, describe, expect, test } from '@jest/globals'
import { covered, lcov, source } from './reports.ts'
import { gate, type Repo, type Run, removeTemporary, repo, type Setting } from './world.ts'

let github: FakeGitHub | undefined
afterEach(async () => {
  removeTemporary()
  await github?.close()
  github = undefined
})

const INPUTS = {
  reports: 'coverage.info',
  'min-branches': 'off',
  'min-lines': 'off',
  ratchet: 'total',
  baseline: 'artifact:baseline-coverage',
  'github-token': 'ghs_test',
}

/** A repository whose first commit was measured on main at 8 of 10, and a second one at 7 of 10. */
async function measuredBefore(): Promise<{ place: Repo; before: string; archive: Buffer }> {
  const place = repo({ 'app/a.py': source(10) })
  place.write({ 'coverage.info': lcov({ 'app/a.py': { lines: covered(8, 10) } }) })
  const first = await gate(place, { reports: 'coverage.info', 'min-branches': 'off' })
  const folder = first.outputs['baseline-dir'] ?? ''
  const archive = zipOf(
    ['coverage-gate.json', 'merged.info'].map((name) => ({ name, content: readFileSync(join(folder, name)) })),
  )
  const before = place.git('rev-parse', 'HEAD')
  place.commit({ 'README.md': 'x' })
  place.write({ 'coverage.info': lcov({ 'app/a.py': { lines: covered(7, 10) } }) })
  return { place, before, archive }
}

async function withArtifacts(
  place: Repo,
  options: FakeGitHubOptions,
  given: Readonly<Record<string, string>> = {},
  setting: Setting = {},
): Promise<Run> {
  github = await fakeGitHub({ repository: 'octo/shop', ...options })
  return gate(
    place,
    { ...INPUTS, ...given },
    {
      payload: { repository: { default_branch: 'main' }, before: place.git('rev-parse', 'HEAD~1') },
      request,
      ...setting,
      env: { GITHUB_API_URL: github.url, ...setting.env },
    },
  )
}

const NAME = 'baseline-coverage'

function one(
  sha: string,
  archive: Buffer,
  run: Partial<FakeRun> = {},
  artifact: Partial<FakeArtifact> = {},
): FakeGitHubOptions {
  return { runs: [{ id: 1, sha, ...run }], artifacts: [{ name: NAME, runId: 1, archive, ...artifact }] }
}

test('acceptance 10: a successful run of the base branch is the baseline, with its commit and distance', async () => {
  const { place, before, archive } = await measuredBefore()

  const { end, reasons, outputs } = await withArtifacts(place, one(before, archive))

  expect(end).toBe('fail below-threshold')
  expect(reasons[0]).toBe(
    `lines 70 % (7 of 10) < baseline 80 % (8 of 10, main ${before.slice(0, 7)}, 1 commit back): 1 more covered line is needed. Largest gaps: app/a.py 8-10.`,
  )
  expect(outputs['delta-lines']).toBe('-10')
  expect(github?.unexpected).toEqual([])
})

describe('trap 32: what others may upload is refused', () => {
  test.each([
    ["a fork's run", { headRepository: 'mallory/shop' }],
    ['a run of a pull request', { event: 'pull_request' }],
    ['a run of another branch', { branch: 'feature' }],
    ['a run that failed', { conclusion: 'failure' }],
  ])('%s', async (_, run) => {
    const { place, before, archive } = await measuredBefore()

    const { end, summary } = await withArtifacts(place, one(before, archive, run))

    // a push to the default branch: read completely, and nothing that may be trusted
    expect(end).toBe('pass')
    expect(summary).toContain('Runs that are no baseline')
  })

  test('the artifact of the same commit', async () => {
    const { place, archive } = await measuredBefore()

    const { end } = await withArtifacts(place, one(place.git('rev-parse', 'HEAD'), archive))

    expect(end).toBe('pass')
  })

  test('the verdict of another commit than that of its run', async () => {
    const { place, before, archive } = await measuredBefore()
    const middle = place.git('rev-parse', 'HEAD')
    place.commit({ 'README.md': 'y' })
    expect(middle).not.toBe(before)

    const { end, reasons } = await withArtifacts(place, one(middle, archive))

    expect(end).toBe('inconclusive no-baseline')
    expect(reasons[0]).toContain('is for another commit')
  })
})

describe('no baseline yet', () => {
  const none: FakeGitHubOptions = { runs: [], artifacts: [] }

  test('acceptance 10: on a push to the default branch this run becomes the first', async () => {
    const { place } = await measuredBefore()

    const { end, report } = await withArtifacts(place, none)

    expect(end).toBe('pass')
    expect(report.verdict.checks[0]?.explanation).toBe(
      'lines 70 % (7 of 10): first baseline recorded, there was nothing to compare with.',
    )
  })

  test('and newly_uncovered is not applicable then', async () => {
    const { place } = await measuredBefore()

    const { end } = await withArtifacts(place, none, { ratchet: 'lines' })

    expect(end).toBe('pass')
  })

  test.each([
    ['on another branch', { env: { GITHUB_REF: 'refs/heads/feature' } }],
    ['on a schedule', { event: 'schedule' }],
  ])('%s it is inconclusive', async (_, setting) => {
    const { place } = await measuredBefore()

    const { end, reasons } = await withArtifacts(place, none, {}, setting)

    expect(end).toBe('inconclusive no-baseline')
    expect(reasons[0]).toMatch(/has kept the artifact baseline-coverage yet\.$/)
  })

  test('an expired artifact is none, and named', async () => {
    const { place, before, archive } = await measuredBefore()

    const { summary } = await withArtifacts(place, one(before, archive, {}, { expired: true }))

    expect(summary).toContain('expired')
  })
})

test('trap 34, acceptance 10: a listing that failed is not "none yet"', async () => {
  const { place } = await measuredBefore()

  const { end, reasons } = await withArtifacts(place, {
    faults: [{ route: 'GET /repos/octo/shop/actions/artifacts', status: 500 }],
  })

  expect(end).toBe('inconclusive no-baseline')
  expect(reasons[0]).toContain('500')
})

test('trap 38: without a token only the baseline is not known', async () => {
  const { place, before, archive } = await measuredBefore()

  const { end, reasons } = await withArtifacts(place, one(before, archive), { 'github-token': '', 'min-lines': '60' })

  expect(end).toBe('inconclusive no-baseline')
  expect(reasons[0]).toContain('github-token is empty')
})

describe('comment: sticky', () => {
  const payload = (place: Repo) => ({
    pull_request: { number: 7, head: { sha: place.git('rev-parse', 'HEAD') }, base: { sha: 'x', ref: 'main' } },
  })
  const commented = (place: Repo, options: FakeGitHubOptions) =>
    withArtifacts(
      place,
      { pulls: [{ number: 7, sha: place.git('rev-parse', 'HEAD'), branch: 'feature' }], ...options },
      { ratchet: 'off', baseline: '', 'min-lines': '60', comment: 'sticky' },
      { event: 'pull_request', payload: payload(place), env: {} },
    )

  test('keeps one comment with the verdict and the numbers', async () => {
    const { place } = await measuredBefore()

    const { end, log } = await commented(place, {})

    expect(end).toBe('pass')
    expect(github?.comments.map(({ body }) => body.split('\n').slice(0, 2))).toEqual([
      ['<!-- hardgate:coverage-gate -->', '### ✅ coverage-gate: pass'],
    ])
    expect(log.join('\n')).toContain('Comment created')
  })

  test('on a fork a notice says why there is none, and the verdict stays', async () => {
    const { place } = await measuredBefore()

    const { end, frame } = await commented(place, { mayWrite: false })

    expect(end).toBe('pass')
    expect(frame.lines.filter(({ kind }) => kind === 'notice').map(({ text }) => text)).toEqual([
      expect.stringContaining('verdict-comment posts it from a workflow_run'),
    ])
  })

  test('outside of a pull request there is nothing to comment on', async () => {
    const { place } = await measuredBefore()

    const { end } = await withArtifacts(
      place,
      {},
      { ratchet: 'off', baseline: '', 'min-lines': '60', comment: 'sticky' },
    )

    expect(end).toBe('pass')
    expect(github?.requests).toEqual([])
  })
})

test('trap 34: one 502 while the runs are listed is asked again, and decides nothing', async () => {
  const { place, before, archive } = await measuredBefore()

  const { report } = await withArtifacts(place, {
    ...one(before, archive),
    faults: [{ route: 'GET /repos/octo/shop/actions/artifacts', status: 502, times: 1 }],
  })

  // 7 of 10 against the 8 of 10 that the second answer leads to
  expect(report.verdict.outcome).toBe('fail')
})
