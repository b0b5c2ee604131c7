import { existsSync, readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { type FakeGitHub, fakeClock, fakeFrame, fakeGitHub, WORKFLOW_BOT } from '@hardgate/fakes'
import { request } from '@hardgate/http'
import { afterEach, describe, expect, test } from '@jest/globals'
import { readReports } from '../../../actions/perf-threshold-gate/src/reading.ts'
import { parseXychart } from '../../packages/markdown/xychart-grammar.ts'
import { evenly, oneToHundred, requestLog } from './reports.ts'
import { type Files, gate, removeTemporary, temporary, workspaceOf } from './world.ts'

afterEach(removeTemporary)

const FAST: Files = { 'report.csv': requestLog(evenly(2400, 120, oneToHundred)) }

/** Two endpoints: one in ten requests goes to the slow one. */
const SLOW: Files = {
  'report.csv': requestLog([
    ...evenly(2160, 120, oneToHundred),
    ...evenly(240, 120, (index) => 1200 + oneToHundred(index) / 10, { name: '/messages', method: 'POST' }),
  ]),
}

const blocksOf = (summary: string): string[] => summary.match(/```mermaid\n[^]*?\n```/g) ?? []

describe('the verdict in one line', () => {
  test('of a pass names what was measured, the load and the record', async () => {
    expect((await gate(FAST)).reasons).toEqual([
      'p95 95 ms (95 to 96) is under 500 ms; errors 0 % (0 of 2 400); 19.9 requests/s, 2m00s; Locust request log',
    ])
  })

  test('of a fail says by how much, and what is slowest', async () => {
    const { reasons, outputs } = await gate(SLOW)

    // 240 of 2 400 take 1 200.1 to 1 210 ms: rank 2 280 of 2 400 is the 120th of them
    expect(outputs['p95']).toBe('1205')
    expect(reasons[0]).toMatch(
      /^p95 1 205 ms \(.*\) is not under 500 ms: 705 ms too slow\. Slowest: POST \/messages p95 1 209 ms \(10 % of the requests\)$/,
    )
  })

  test('of a scope names the label', async () => {
    const { reasons } = await gate(SLOW, { 'p95-under': 'off', thresholds: 'POST /*: p95 < 1s\nGET /orders: p95 < 1s' })

    expect(reasons).toHaveLength(1)
    expect(reasons[0]).toMatch(/^POST \/messages p95 1\.2 s \(.*\) is not under 1 s: 0\.2 s too slow$/)
  })
})

describe('the summary', () => {
  test('is in this order: verdict, checks, charts, endpoints, errors, notes, provenance', async () => {
    const failing = { at: 60.5, ms: 90, failure: 'HTTP 502' }
    const { summary } = await gate({ 'report.csv': requestLog([...evenly(2400, 120, oneToHundred), failing]) })

    const places = [
      'perf-threshold-gate: pass',
      '| outcome |',
      '```mermaid',
      '**Endpoints**',
      '**Errors**',
      '**Notes**',
      '**Where the numbers come from**',
    ].map((text) => summary.indexOf(text))
    expect(places).not.toContain(-1)
    expect(places).toEqual(places.toSorted((a, b) => a - b))
  })

  test('has p95 beside its limit, and the load, window by window', async () => {
    const [latency, load] = blocksOf((await gate(FAST)).summary).map(parseXychart)

    expect(latency).toMatchObject({
      title: 'p95 of each 30s: p95 (blue), limit 500 ms (orange)',
      points: ['0s', '30s', '1m00s', '1m30s'],
      unit: 'ms',
    })
    expect(latency?.lines[1]).toEqual([500, 500, 500, 500])
    expect(load).toMatchObject({ title: 'Load of each 30s: requests/s (blue)', lines: [[20, 20, 20, 20]] })
  })

  test('joins windows to 20 points at most, and of each the highest p95', async () => {
    // one second of 120 is slow
    const requests = evenly(12_000, 120, (index) => (index >= 6000 && index < 6100 ? 400 : 50))
    const { summary } = await gate({ 'report.csv': requestLog(requests) }, { window: '1s' })

    const [latency] = blocksOf(summary).map(parseXychart)
    expect(latency?.points).toHaveLength(20)
    expect(latency?.title).toContain('Highest p95 of each 6 windows of 1s')
    expect(latency?.lines[0]?.filter((p95) => p95 > 390)).toHaveLength(1)
  })

  test('says of a limit that only warns that it does', async () => {
    const { outcome, summary } = await gate(FAST, { thresholds: 'p50 < 10ms warn' })

    expect(outcome).toBe('pass')
    expect(summary).toContain('❌ fail (warn)')
  })

  test('has what the record does not hold as a dash, and never as 0', async () => {
    const { summary } = await gate(FAST, { thresholds: 'users >= 1 warn' })

    expect(summary).toMatch(/no-data \(warn\) \| `users >= 1 warn` \| – \| – \| – \|/)
  })
})

describe('the verdict file', () => {
  test('carries the evidence: tool, runner, sources, a timeline of at most 200 points', async () => {
    const { report } = await gate({ 'report.csv': requestLog(evenly(9000, 3600, oneToHundred)) })

    const { evidence, measurements } = report.verdict
    expect(evidence).toMatchObject({
      tool: 'locust',
      format: 'locust-requests',
      definition: 'nearest rank',
      failures: 'exclude',
      requests: 9000,
      runner: { os: 'Linux', arch: 'X64' },
      commit: 'f'.repeat(40),
      run: { id: '900', attempt: '1', repository: 'octo/shop' },
      measuredAt: '2026-03-01T12:00:00.000Z',
      startedAt: '2026-03-01T11:00:00.000Z',
      sources: [
        {
          path: 'report.csv',
          format: 'locust-requests',
          use: 'measured',
          sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
        },
      ],
    })
    const points = Reflect.get(Object(evidence['timeline']), 'points')
    expect(points.length).toBeGreaterThan(100)
    expect(points.length).toBeLessThanOrEqual(200)
    expect(points.reduce((sum: number, one: { requests: number }) => sum + one.requests, 0)).toBe(9000)
    expect(measurements.filter(({ metric, scope }) => metric === 'p95' && scope === 'GET /orders')).toHaveLength(1)
  })
})

describe('html-report', () => {
  test('is one page with the same content: no script, no address', async () => {
    const { folder, outputs } = await gate(SLOW, { 'html-report': 'results/report.html' })

    expect(outputs['html-report']).toBe(join(folder, 'results/report.html'))
    const page = readFileSync(join(folder, 'results/report.html'), 'utf8')
    expect(page).toMatch(/^<!doctype html>/)
    expect(page).toContain('POST /messages')
    expect(page).toContain('Where the numbers come from')
    expect(page.match(/<svg /g)).toHaveLength(2)
    expect(page).not.toMatch(/<script|https?:\/\/|\bsrc=|\bhref=|@import|url\(/)
  })

  test('is written for a report that says nothing too', async () => {
    const { folder } = await gate({ 'report.csv': '' }, { 'html-report': 'out.html' })

    expect(readFileSync(join(folder, 'out.html'), 'utf8')).toContain('report.csv is empty')
  })

  test('of an earlier start is no report', async () => {
    const folder = workspaceOf({ 'results/run.csv': FAST['report.csv'] ?? '', 'results/report.html': '<p>old</p>' })

    const { outcome } = await gate(folder, { report: 'results/**', 'html-report': 'results/report.html' })

    expect(outcome).toBe('pass')
    expect((await gate(folder, { report: 'results/*.html', 'html-report': 'results/report.html' })).outcome).toBe(
      'no-data',
    )
  })

  test.each(['a file', 'a folder'])('is not written through %s that is a link out of the workspace', async (what) => {
    const outside = temporary()
    const folder = workspaceOf(FAST)
    if (what === 'a folder') symlinkSync(outside, join(folder, 'results'))
    else symlinkSync(join(outside, 'report.html'), join(folder, 'results'))

    const path = what === 'a folder' ? 'results/new/report.html' : 'results'
    const { outcome, outputs, log } = await gate(folder, { 'html-report': path })
    // the verdict stays what it is
    expect([outcome, outputs['html-report']]).toEqual(['pass', ''])
    expect(log.filter((line) => line.startsWith('warning: '))).toEqual([
      expect.stringContaining('is a link that leads out of the workspace'),
    ])
    expect(existsSync(join(outside, 'report.html'))).toBe(false)
    expect(existsSync(join(outside, 'new'))).toBe(false)
  })
})

describe('the comment', () => {
  let github: FakeGitHub | undefined
  afterEach(async () => {
    await github?.close()
    github = undefined
  })

  async function commented(files: Files, comment: string, before: readonly string[] = []) {
    const head = 'a'.repeat(40)
    github = await fakeGitHub({
      repository: 'octo/shop',
      pulls: [{ number: 7, sha: head, branch: 'feature' }],
      comments: before.map((body, at) => ({ id: at + 1, pull: 7, body, user: WORKFLOW_BOT })),
    })
    return gate(
      files,
      { comment, 'github-token': 'ghs_test' },
      {
        event: 'pull_request',
        payload: { pull_request: { number: 7, head: { sha: head }, base: { ref: 'main' } } },
        env: { GITHUB_API_URL: github.url },
        request,
      },
    )
  }
  const firstLines = () => github?.comments.map(({ body }) => body.split('\n').slice(0, 2))

  test('always: has the verdict, the endpoints and no chart', async () => {
    await commented(FAST, 'always')

    expect(firstLines()).toEqual([['<!-- hardgate:perf-threshold-gate -->', '### ✅ perf-threshold-gate: pass']])
    expect(github?.comments[0]?.body).toContain('**Endpoints**')
    expect(github?.comments[0]?.body).not.toContain('mermaid')
  })

  test('on-failure: is written where the gate fails, and not where it passes', async () => {
    await commented(SLOW, 'on-failure')
    expect(firstLines()).toEqual([['<!-- hardgate:perf-threshold-gate -->', '### ❌ perf-threshold-gate: fail']])
    await github?.close()

    await commented(FAST, 'on-failure')
    expect(firstLines()).toEqual([])
  })

  test('on-failure: one that says "fail" is brought up to date once that is no longer true', async () => {
    await commented(FAST, 'on-failure', ['<!-- hardgate:perf-threshold-gate -->\n### ❌ perf-threshold-gate: fail'])

    expect(firstLines()).toEqual([['<!-- hardgate:perf-threshold-gate -->', '### ✅ perf-threshold-gate: pass']])
  })

  test('off: nobody is asked', async () => {
    await commented(SLOW, 'off')

    expect(github?.requests).toEqual([])
  })
})

test('a long read tells every five seconds how far it is', async () => {
  const content = requestLog(evenly(20_000, 600, oneToHundred))
  const folder = workspaceOf({ 'report.csv': content })
  const lines: string[] = []
  let now = 0

  await readReports({
    globs: ['report.csv'],
    workspace: folder,
    ownPage: undefined,
    plan: {},
    signal: new AbortController().signal,
    clock: { ...fakeClock(), monotonic: () => (now += 2000) },
    log: fakeFrame({ log: { info: (line) => lines.push(line), notice() {}, warning() {}, error() {} } }).log,
  })

  const [first, ...later] = lines
  expect(first).toBe('Reading report.csv.')
  expect(later.length).toBeGreaterThan(0)
  expect(later.every((line) => /^Reading report\.csv: \d of 1 MB after \d+ s\.$/.test(line))).toBe(true)
})
