import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from '@jest/globals'
import { covered, lcov, source } from './reports.ts'
import { gate, type Repo, type Run, removeTemporary, repo, temporary } from './world.ts'

afterEach(removeTemporary)

const LINES = { reports: 'coverage.info', 'min-branches': 'off', 'min-lines': 'off' }

/** What an earlier run of the gate over this repository left in `baseline-dir`. */
async function baselineOf(place: Repo, files: Parameters<typeof lcov>[0]): Promise<{ folder: string; run: Run }> {
  place.write({ 'coverage.info': lcov(files) })
  const run = await gate(place, { ...LINES, 'min-lines': '1' })
  const folder = join(temporary(), 'baseline')
  cpSync(run.outputs['baseline-dir'] ?? '', folder, { recursive: true })
  return { folder, run }
}

test('the folder for the baseline holds the verdict and the merged LCOV that it names', async () => {
  const place = repo({ 'app/a.py': source(10) })

  const { folder, run } = await baselineOf(place, { 'app/a.py': { lines: covered(8, 10) } })

  const kept: unknown = JSON.parse(readFileSync(join(folder, 'coverage-gate.json'), 'utf8'))
  expect(kept).toEqual(run.report.verdict)
  expect(kept).toMatchObject({
    evidence: { commit: place.git('rev-parse', 'HEAD'), mergedReport: { path: 'merged.info' } },
  })
  expect(readFileSync(join(folder, 'merged.info'), 'utf8')).toContain('SF:app/a.py')
})

describe('ratchet: total', () => {
  test('a drop fails, with both numbers, and a tolerance is percentage points', async () => {
    const place = repo({ 'app/a.py': source(2000) })
    const { folder } = await baselineOf(place, { 'app/a.py': { lines: covered(1627, 2000) } })
    place.commit({ 'README.md': 'x' })
    place.write({ 'coverage.info': lcov({ 'app/a.py': { lines: covered(1618, 2000) } }) })
    const inputs = { ...LINES, ratchet: 'total', baseline: folder }

    const { end, reasons, outputs } = await gate(place, inputs)

    expect(end).toBe('fail below-threshold')
    expect(reasons[0]).toMatch(
      /^lines 80\.90 % \(1618 of 2000\) < baseline 81\.35 % \(1627 of 2000, .*\): 9 more covered lines are needed\./,
    )
    expect(outputs).toMatchObject({ 'delta-lines': '-0.45', 'lines-needed': '9' })
    expect((await gate(place, { ...inputs, tolerance: '0.45' })).end).toBe('pass')
    expect((await gate(place, { ...inputs, tolerance: '0.44' })).end).toBe('fail below-threshold')
  })

  test('trap 33: deleting covered code alone does not fail it', async () => {
    const place = repo({ 'app/a.py': source(50), 'app/b.py': source(50) })
    const { folder } = await baselineOf(place, {
      'app/a.py': { lines: covered(50, 50) },
      'app/b.py': { lines: covered(30, 50) },
    })
    place.git('rm', '--quiet', 'app/a.py')
    place.commit({})
    place.write({ 'coverage.info': lcov({ 'app/b.py': { lines: covered(30, 50) } }) })

    const { end, summary } = await gate(place, { ...LINES, ratchet: 'total', baseline: folder })

    expect(end).toBe('pass')
    expect(summary).toContain(
      'the baseline is 80 % (80 of 100), without the lines that this change removed 60 % (30 of 50)',
    )
  })

  test('trap 33: not covering what is new does fail newly_uncovered, and covering it does not', async () => {
    const place = repo({ 'app/a.py': source(10) })
    const { folder } = await baselineOf(place, { 'app/a.py': { lines: covered(8, 10) } })
    // two lines in front: 9 and 10, which were not covered, are 11 and 12 now
    place.commit({ 'app/a.py': `new = 1\nnew = 2\n${source(10)}` })
    const inputs = { ...LINES, ratchet: 'lines', baseline: folder }
    const old = { 11: 0, 12: 0, ...Object.fromEntries(Array.from({ length: 8 }, (_, at) => [at + 3, 1])) }

    place.write({ 'coverage.info': lcov({ 'app/a.py': { lines: { 1: 1, 2: 0, ...old } } }) })
    const bad = await gate(place, inputs)
    place.write({ 'coverage.info': lcov({ 'app/a.py': { lines: { 1: 1, 2: 1, ...old } } }) })
    const good = await gate(place, inputs)

    expect(bad.end).toBe('fail below-threshold')
    expect(bad.report.verdict.measurements).toContainEqual({ metric: 'newly_uncovered', value: 1, unit: '1' })
    expect(bad.summary).toMatch(/\| `app\/a\.py` \| 1 \| 2 \|/)
    expect(good.end).toBe('pass')
  })

  test('a file marked binary lowers no bar: its lines count as they were', async () => {
    const place = repo({ 'app/a.py': source(50), 'app/b.py': source(50) })
    const { folder } = await baselineOf(place, {
      'app/a.py': { lines: covered(50, 50) },
      'app/b.py': { lines: covered(30, 50) },
    })
    place.commit({ '.gitattributes': 'app/a.py -diff', 'app/a.py': `${source(49)}y = 2\n` })
    place.write({
      'coverage.info': lcov({ 'app/a.py': { lines: covered(31, 50) }, 'app/b.py': { lines: covered(30, 50) } }),
    })

    expect((await gate(place, { ...LINES, ratchet: 'total', baseline: folder })).end).toBe('fail below-threshold')
  })

  test('a language without branches needs no branch data for it where min-branches is off', async () => {
    const place = repo({ 'app/a.py': source(10) })
    const { folder } = await baselineOf(place, { 'app/a.py': { lines: covered(8, 10) } })
    const withBranches = await baselineOf(place, {
      'app/a.py': { lines: covered(8, 10), branches: [[1, 0, 0, 1]] },
    })
    place.write({ 'coverage.info': lcov({ 'app/a.py': { lines: covered(8, 10) } }) })

    expect((await gate(place, { ...LINES, ratchet: 'total', baseline: folder })).end).toBe('pass')
    const dropped = await gate(place, { ...LINES, ratchet: 'total', baseline: withBranches.folder })
    expect(dropped.end).toBe('no-data no-branch-data')
  })
})

test('trap 20: a file that the baseline measured and no report mentions any more is told', async () => {
  const place = repo({ 'app/a.py': source(10), 'app/b.py': source(10), 'app/c.py': source(10) })
  const { folder } = await baselineOf(place, {
    'app/a.py': { lines: covered(8, 10) },
    'app/b.py': { lines: covered(0, 10) },
    'app/c.py': { lines: covered(0, 10) },
  })
  place.git('rm', '--quiet', 'app/c.py')
  place.commit({})
  // cut exactly between two records
  place.write({ 'coverage.info': lcov({ 'app/a.py': { lines: covered(8, 10) } }) })

  const { end, reasons } = await gate(place, { ...LINES, ratchet: 'total', baseline: folder })

  expect(end).toBe('fail unreported-file')
  expect(reasons[0]).toMatch(/^No report mentions app\/b\.py any more: the baseline measured it, and it still exists\./)
})

test('a scope that the baseline was not asked for is measured in its merged report', async () => {
  const place = repo({ 'app/a.py': source(10), 'lib/b.py': source(10) })
  const files = { 'app/a.py': { lines: covered(8, 10) }, 'lib/b.py': { lines: covered(5, 10) } }
  const { folder } = await baselineOf(place, files)
  place.write({ 'coverage.info': lcov({ ...files, 'lib/b.py': { lines: covered(4, 10) } }) })

  const { end, reasons } = await gate(place, { ...LINES, thresholds: 'lib/**: lines >= baseline', baseline: folder })

  expect(end).toBe('fail below-threshold')
  expect(reasons[0]).toMatch(/^lib\/\*\*: lines 40 % \(4 of 10\) < baseline 50 % \(5 of 10, /)
})

describe('a number that the baseline does not have', () => {
  const prepared = async () => {
    const place = repo({ 'app/a.py': source(10) })
    const { folder } = await baselineOf(place, { 'app/a.py': { lines: covered(8, 10) } })
    place.write({ 'coverage.info': lcov({ 'app/a.py': { lines: covered(8, 10), branches: [[1, 0, 0, 1]] } }) })
    return { place, inputs: { ...LINES, thresholds: 'branches >= baseline', baseline: folder } }
  }

  test('is inconclusive on a pull request', async () => {
    const { place, inputs } = await prepared()

    const { end, reasons } = await gate(place, inputs, { event: 'pull_request' })

    expect(end).toBe('inconclusive no-baseline')
    expect(reasons).toEqual([
      'branches 100 % (1 of 1) cannot be compared: the baseline has no such measurement yet, so there is nothing to compare with.',
    ])
  })

  test('becomes the first on the default branch: else the ratchet could never start', async () => {
    const { place, inputs } = await prepared()

    const { end } = await gate(place, inputs, { payload: { repository: { default_branch: 'main' } } })

    expect(end).toBe('pass')
  })
})

describe('a baseline that cannot be used is never none', () => {
  const prepared = async () => {
    const place = repo({ 'app/a.py': source(10) })
    const { folder } = await baselineOf(place, { 'app/a.py': { lines: covered(8, 10) } })
    return { place, folder, inputs: { ...LINES, ratchet: 'total', baseline: folder } }
  }

  test('no such file is inconclusive', async () => {
    const { place } = await prepared()

    const { end, reasons } = await gate(place, { ...LINES, ratchet: 'total', baseline: 'gone/coverage-gate.json' })

    expect(end).toBe('inconclusive no-baseline')
    expect(reasons[0]).toMatch(
      /^lines 80 % \(8 of 10\) cannot be compared: there is no baseline: .*gone\/coverage-gate\.json does not exist\.$/,
    )
  })

  test('a merged report that was changed is not believed', async () => {
    const { place, folder, inputs } = await prepared()
    writeFileSync(join(folder, 'merged.info'), lcov({ 'app/a.py': { lines: covered(1, 10) } }))

    const { end, reasons } = await gate(place, { ...inputs, ratchet: 'lines' })

    expect(end).toBe('inconclusive no-baseline')
    expect(reasons[0]).toContain('is not the one that its verdict names (SHA-256)')
  })

  test.each([
    ['that is no JSON', '{'],
    [
      'of another gate',
      JSON.stringify({
        schemaVersion: 1,
        gate: 'render-deploy',
        outcome: 'pass',
        checks: [],
        measurements: [],
        reasons: ['x'],
        evidence: {},
      }),
    ],
  ])('a verdict file %s', async (_, text) => {
    const { place, folder, inputs } = await prepared()
    writeFileSync(join(folder, 'coverage-gate.json'), text)

    expect((await gate(place, inputs)).end).toBe('inconclusive no-baseline')
  })

  test('one that failed would lower the bar', async () => {
    const { place, folder, inputs } = await prepared()
    const path = join(folder, 'coverage-gate.json')
    writeFileSync(path, readFileSync(path, 'utf8').replace('"outcome": "pass"', '"outcome": "fail"'))

    expect((await gate(place, inputs)).end).toBe('inconclusive no-baseline')
  })

  test('a merged report outside of its folder is not looked at', async () => {
    const { place, folder, inputs } = await prepared()
    const path = join(folder, 'coverage-gate.json')
    writeFileSync(path, readFileSync(path, 'utf8').replace('"path": "merged.info"', '"path": "../merged.info"'))

    const { end, reasons } = await gate(place, { ...inputs, ratchet: 'lines' })

    expect([end, reasons[0]?.includes('outside of its folder')]).toEqual(['inconclusive no-baseline', true])
  })
})
