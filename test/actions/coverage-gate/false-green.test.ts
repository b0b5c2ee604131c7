// What passes elsewhere and must not pass here: one row for each way that a coverage gate was seen to be fooled.
import { afterEach, describe, expect, test } from '@jest/globals'
import { cobertura, covered, lcov, source, xmlLines } from './reports.ts'
import { gate, removeTemporary, repo } from './world.ts'

afterEach(removeTemporary)

const LINES = { 'min-branches': 'off' }

describe('acceptance 1: each is green in the tool that is named, and red here', () => {
  test('trap 1: coverage.py --fail-under=70 rounds 69.5 % to whole numbers', async () => {
    const place = repo({ 'app/a.py': source(200) })
    place.write({ 'coverage.xml': cobertura({ 'app/a.py': xmlLines(139, 200) }) })

    const { end, reasons } = await gate(place, { reports: 'coverage.xml', ...LINES })

    expect(end).toBe('fail below-threshold')
    expect(reasons[0]).toMatch(/^lines 69\.50 % \(139 of 200\) < 70 %: 1 more covered line is needed\./)
  })

  test('trap 1: gcovr --fail-under-line 70 rounds 69.96 % to one decimal', async () => {
    const place = repo({ 'src/a.cpp': source(2500) })
    place.write({ 'coverage.xml': cobertura({ 'src/a.cpp': xmlLines(1749, 2500) }) })

    const { end, reasons } = await gate(place, { reports: 'coverage.xml', ...LINES })

    expect(end).toBe('fail below-threshold')
    expect(reasons[0]).toMatch(/^lines 69\.96 % \(1749 of 2500\) < 70 %: 1 more/)
  })

  test('traps 1, 2: an action that reads line-rate sees 0.7 for 69996 of 100000', async () => {
    const place = repo({ 'app/a.py': source(100_000) })
    place.write({
      'coverage.info': lcov({ 'app/a.py': { lines: covered(69_996, 100_000) } }),
      'coverage.xml': cobertura({ 'app/a.py': xmlLines(69_996, 100_000) }).replace(
        'line-rate="0.5"',
        'line-rate="0.7"',
      ),
    })

    for (const reports of ['coverage.xml', 'coverage.info']) {
      const { end, reasons } = await gate(place, { reports, ...LINES })
      expect(end).toBe('fail below-threshold')
      expect(reasons[0]).toMatch(/^lines 69\.99 % \(69996 of 100000\) < 70 %: 4 more/)
    }
  })

  test('trap 5: two shards of 100 % and 50 % average 75 %, and their union is 60 %', async () => {
    const place = repo({ 'app/a.py': source(20), 'app/b.py': source(80) })
    place.write({
      'coverage-1.xml': cobertura({ 'app/a.py': xmlLines(20, 20) }),
      'coverage-2.xml': cobertura({ 'app/b.py': xmlLines(40, 80) }),
    })

    const { end, reasons } = await gate(place, { reports: 'coverage-*.xml', ...LINES })

    expect(end).toBe('fail below-threshold')
    expect(reasons[0]).toMatch(/^lines 60 % \(60 of 100\) < 70 %/)
  })

  test('trap 5: diff-cover calls 2 of 6 changed lines 100 % when one shard never loaded the file', async () => {
    const place = repo({ 'app/a.py': source(4), 'app/b.py': source(4) })
    const before = place.git('rev-parse', 'HEAD')
    place.commit({ 'app/a.py': `${source(4)}${'y = 2\n'.repeat(2)}`, 'app/b.py': `${source(4)}${'y = 2\n'.repeat(4)}` })
    place.write({
      'coverage-1.xml': cobertura({ 'app/a.py': xmlLines(6, 6) }),
      'coverage-2.xml': cobertura({ 'app/b.py': xmlLines(4, 8) }),
    })

    const { end, reasons, outputs } = await gate(
      place,
      { reports: 'coverage-*.xml', ...LINES, 'min-patch-lines': '80' },
      { payload: { before } },
    )

    expect(end).toBe('fail below-threshold')
    expect(reasons[0]).toBe(
      'patch.lines 33.33 % (2 of 6 changed lines) < 80 %: 3 more covered lines are needed. Not covered: app/b.py 5-8.',
    )
    expect(outputs['patch-lines']).toBe('33.33')
  })

  test('trap 6: an empty glob is 100 % of nothing', async () => {
    const place = repo({ 'app/a.py': source(4) })

    const { end, reasons } = await gate(place, { reports: 'reports/**/*.xml', ...LINES })

    expect(end).toBe('no-data no-report')
    expect(reasons[0]).toMatch(/^No report file matches reports\/\*\*\/\*\.xml\./)
  })

  test('trap 6: a status that succeeds when no report exists', async () => {
    const place = repo({ 'app/a.py': source(4) })

    const { end, outputs } = await gate(place, { reports: 'coverage.xml', thresholds: 'lines >= 0.01%', ...LINES })

    expect(end).toBe('no-data no-report')
    expect(outputs).toEqual({ 'baseline-dir': '', 'merged-lcov': '', 'merged-cobertura': '' })
  })

  test('trap 36: a threshold on a folder is applied, although the total passes', async () => {
    const place = repo({ 'src/billing/a.js': source(85), 'src/b.js': source(100) })
    place.write({
      'coverage.info': lcov({
        'src/billing/a.js': { lines: covered(75, 85) },
        'src/b.js': { lines: covered(100, 100) },
      }),
    })

    const { end, reasons } = await gate(place, {
      reports: 'coverage.info',
      ...LINES,
      thresholds: 'src/billing/**: lines >= 90%',
    })

    expect(end).toBe('fail below-threshold')
    expect(reasons).toEqual([
      'src/billing/**: lines 88.23 % (75 of 85) < 90 %: 2 more covered lines are needed. Largest gaps: src/billing/a.js 76-85.',
    ])
  })

  test('trap 7: branch-rate="1" beside no branch at all', async () => {
    const place = repo({ 'app/a.py': source(4) })
    place.write({
      'coverage.xml': cobertura(
        { 'app/a.py': xmlLines(4, 4) },
        { root: 'branches-valid="0" branches-covered="0"' },
      ).replace('branch-rate="0.5"', 'branch-rate="1"'),
    })

    const { end, reasons } = await gate(place, { reports: 'coverage.xml' })

    expect(end).toBe('no-data no-branch-data')
    expect(reasons[0]).toMatch(
      /^branches >= 70% cannot be measured: coverage\.xml carries no branch data\. coverage\.py: add --cov-branch \(or branch = true under \[run\]\)/,
    )
    expect(reasons[0]).toMatch(/or set min-branches: off\.$/)
  })

  test('trap 16: the report of another project is not "no changed lines"', async () => {
    const place = repo({ 'app/a.py': source(4) })
    place.write({ 'coverage.xml': cobertura({ 'other/z.py': xmlLines(4, 4) }) })

    const { end } = await gate(place, { reports: 'coverage.xml', ...LINES })

    expect(end).toBe('no-data unmapped')
  })
})
