import { mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from '@jest/globals'
import { cobertura, covered, lcov, source, xmlLines } from './reports.ts'
import { COMMITTED, gate, removeTemporary, repo, temporary } from './world.ts'

afterEach(removeTemporary)

const LINES = { 'min-branches': 'off' }
const shard = (file: string, count: number): string => lcov({ [file]: { lines: covered(count, 10) } })

describe('acceptance 9: the number of reports', () => {
  const three = () => {
    const place = repo({ 'app/a.py': source(10), 'app/b.py': source(10), 'app/c.py': source(10) })
    place.write({
      'shards/1/lcov.info': shard('app/a.py', 10),
      'shards/3/lcov.info': shard('app/c.py', 10),
    })
    return place
  }

  test('two of three are a guess, however good', async () => {
    const { end, reasons } = await gate(three(), { reports: 'shards/**/lcov.info', 'expected-reports': '3', ...LINES })

    expect(end).toBe('no-data missing-report')
    expect(reasons).toEqual([
      '2 of 3 expected reports found (shards/**/lcov.info): shards/1/lcov.info, shards/3/lcov.info. Without the third every number here is a guess.',
    ])
  })

  test('four of three are one too many', async () => {
    const place = three()
    place.write({ 'shards/2/lcov.info': shard('app/b.py', 10), 'shards/4/lcov.info': shard('app/b.py', 9) })

    const { end, reasons } = await gate(place, { reports: 'shards/**/lcov.info', 'expected-reports': '3', ...LINES })

    expect(end).toBe('no-data missing-report')
    expect(reasons[0]).toMatch(/^4 reports found \(shards\/\*\*\/lcov\.info\), 3 expected: /)
  })

  test('three of three are judged', async () => {
    const place = three()
    place.write({ 'shards/2/lcov.info': shard('app/b.py', 1) })

    const { end, reasons } = await gate(place, { reports: 'shards/**/lcov.info', 'expected-reports': '3', ...LINES })

    expect(end).toBe('pass')
    expect(reasons).toEqual(['lines 70 % (21 of 30): the one check holds.'])
  })

  test('a line of reports that nothing matches is a missing report', async () => {
    const { end, reasons } = await gate(three(), { reports: 'shards/**/lcov.info\nunit/coverage.xml', ...LINES })

    expect(end).toBe('no-data missing-report')
    expect(reasons[0]).toMatch(/^No file matches unit\/coverage\.xml: a report is missing/)
  })

  test('the same bytes under two names are merged once, and named', async () => {
    const place = three()
    place.write({ 'shards/2/lcov.info': shard('app/a.py', 10) })

    const { end, report, outputs } = await gate(place, {
      reports: 'shards/**/lcov.info',
      'expected-reports': '3',
      ...LINES,
    })

    expect(end).toBe('pass')
    expect(outputs['lines-total']).toBe('20')
    expect(report.verdict.checks.map(({ explanation }) => explanation)).toContain(
      'shards/2/lcov.info holds the same bytes as shards/1/lcov.info, so it was merged once. Two shards that upload one file under two names look like this.',
    )
  })
})

describe('acceptance 9: a report that says nothing', () => {
  test.each([
    ['an empty file', '', 'no-data unreadable-report'],
    ['no measured line', lcov({ 'app/a.py': { lines: {} } }), 'no-data no-lines'],
    ['no class in the XML', cobertura({}), 'no-data no-lines'],
    ['another format', '{"hello": 1}', 'no-data unknown-format'],
    ['a cut file', cobertura({ 'app/a.py': xmlLines(9, 10) }).slice(0, -40), 'no-data truncated-report'],
    [
      'a summary without lines',
      '{"total": {"lines": {"total": 1, "covered": 1, "skipped": 0, "pct": 100}}}',
      'no-data unknown-format',
    ],
  ])('trap 6: %s', async (_, text, end) => {
    const place = repo({ 'app/a.py': source(10) })
    place.write({ 'coverage.xml': text })

    expect((await gate(place, { reports: 'coverage.xml', ...LINES })).end).toBe(end)
  })

  test('trap 6: excludes that leave nothing', async () => {
    const place = repo({ 'app/a.py': source(10) })
    place.write({ 'coverage.info': shard('app/a.py', 10) })

    const { end, reasons, summary } = await gate(place, { reports: 'coverage.info', exclude: 'app/**', ...LINES })

    expect(end).toBe('no-data no-lines')
    expect(reasons[0]).toBe('The one file of the reports is left out: 1 excluded. Nothing was judged.')
    expect(summary).toContain('1 file left out (10 lines)')
  })

  test('one file that cannot be read spoils the whole, and all of them are named', async () => {
    const place = repo({ 'app/a.py': source(10) })
    place.write({
      'coverage-1.xml': cobertura({ 'app/a.py': xmlLines(9, 10) }).slice(0, -40),
      'coverage-2.info': shard('app/a.py', 10),
      'coverage-3.xml': 'hello',
    })

    const { end, reasons } = await gate(place, { reports: 'coverage-*', ...LINES })

    expect(end).toMatch(/^no-data (truncated-report unknown-format|unknown-format truncated-report)$/)
    expect(reasons.map((line) => line.split(':')[0])).toEqual(['coverage-1.xml', 'coverage-3.xml'])
  })

  test.each(['NaN', '1e3x', 'Infinity'])('trap 24: hits="%s" is no number and no pass', async (hits) => {
    const place = repo({ 'app/a.py': source(2) })
    place.write({ 'coverage.xml': cobertura({ 'app/a.py': xmlLines(2, 2) }).replace('hits="1"', `hits="${hits}"`) })

    expect((await gate(place, { reports: 'coverage.xml', ...LINES })).report.verdict.outcome).toBe('no-data')
  })
})

describe('trap 17: a stale report', () => {
  const place = (xml = cobertura({ 'app/a.py': xmlLines(10, 10) })) => {
    const one = repo({ 'app/a.py': source(10) })
    one.write({ 'coverage.xml': xml })
    return one
  }
  const at = (iso: string): string =>
    cobertura({ 'app/a.py': xmlLines(10, 10) }, { root: `timestamp="${Date.parse(iso)}"` })

  test('measures a line behind the end of its file', async () => {
    const { end, reasons } = await gate(place(cobertura({ 'app/a.py': xmlLines(12, 12) })), {
      reports: 'coverage.xml',
      ...LINES,
    })

    expect(end).toBe('no-data stale-report')
    expect(reasons[0]).toMatch(
      /^coverage\.xml measures lines behind the end of a file: app\/a\.py line 12, the file has 11\./,
    )
  })

  test('was written more than ten minutes before its commit', async () => {
    expect((await gate(place(at('2026-03-01T10:50:00Z')), { reports: 'coverage.xml', ...LINES })).end).toBe('pass')
    const { end, reasons } = await gate(place(at('2026-03-01T10:49:59Z')), { reports: 'coverage.xml', ...LINES })

    expect(end).toBe('no-data stale-report')
    expect(reasons[0]).toContain(`before its commit (${COMMITTED})`)
  })

  test('is older than max-report-age by the time of its file', async () => {
    const one = place()
    const day = new Date('2026-02-28T11:59:00Z')
    utimesSync(join(one.folder, 'coverage.xml'), day, day)

    expect((await gate(one, { reports: 'coverage.xml', ...LINES })).end).toBe('no-data stale-report')
    expect((await gate(one, { reports: 'coverage.xml', 'max-report-age': '0', ...LINES })).end).toBe('pass')
    expect((await gate(one, { reports: 'coverage.xml', 'max-report-age': '25h', ...LINES })).end).toBe('pass')
  })

  test('is tracked by git', async () => {
    const one = repo({ 'app/a.py': source(10), 'reports/cov.lcov': shard('app/a.py', 10) })

    const { end, reasons } = await gate(one, { reports: 'reports/cov.lcov', ...LINES })

    expect(end).toBe('no-data stale-report')
    expect(reasons[0]).toMatch(/^reports\/cov\.lcov is tracked by git/)
  })

  test('with stale: warn it is judged, and said', async () => {
    const { end, frame } = await gate(place(cobertura({ 'app/a.py': xmlLines(12, 12) })), {
      reports: 'coverage.xml',
      stale: 'warn',
      ...LINES,
    })

    expect(end).toBe('pass stale-report')
    expect(frame.lines.some(({ kind }) => kind === 'error')).toBe(false)
  })
})

describe('paths', () => {
  test('trap 12: one file under five names is one file', async () => {
    const place = repo({ 'a.py': source(2), 'pkg/b.py': source(1) })
    const names = ['a.py', './a.py', join(place.folder, 'a.py'), String.raw`pkg\..\a.py`, `C:\\ws\\a.py`]
    place.write(
      Object.fromEntries(
        names.map((name, at) => [`coverage-${at}.info`, lcov({ [name]: { lines: { 1: at % 2, 2: 1 } } })]),
      ),
    )

    const { outputs, end } = await gate(place, { reports: 'coverage-*.info', ...LINES })

    expect(end).toBe('pass')
    expect(outputs).toMatchObject({ files: '1', 'lines-total': '2', 'lines-covered': '2' })
  })

  test('trap 13: a suffix that fits two files is an error with both', async () => {
    const place = repo({ 'one/src/a.py': source(2), 'two/src/a.py': source(2) })
    place.write({ 'coverage.info': lcov({ 'src/a.py': { lines: { 1: 1, 2: 1 } } }) })

    const { end, reasons } = await gate(place, { reports: 'coverage.info', ...LINES })

    expect(end).toBe('no-data ambiguous-path')
    expect(reasons[0]).toContain('src/a.py (coverage.info) may be one/src/a.py or two/src/a.py')
  })

  test('some paths that are no files fail, or only warn', async () => {
    const place = repo({ 'app/a.py': source(10) })
    place.write({
      'coverage.info': lcov({ 'app/a.py': { lines: covered(10, 10) }, 'gen/z.py': { lines: covered(1, 5) } }),
    })

    const { end, reasons } = await gate(place, { reports: 'coverage.info', ...LINES })
    const warned = await gate(place, { reports: 'coverage.info', unmapped: 'warn', ...LINES })

    expect(end).toBe('fail unmapped')
    expect(reasons[0]).toMatch(
      /^1 path \(5 lines\) of coverage\.info is no file of this repository and is not counted: gen\/z\.py\./,
    )
    expect(warned.end).toBe('pass unmapped')
    expect(warned.outputs['lines-total']).toBe('10')
  })

  test('path-map and exclude mend what does not map', async () => {
    const place = repo({ 'app/a.py': source(10) })
    place.write({
      'coverage.info': lcov({
        '/build/x/a.py': { lines: covered(8, 10) },
        '/usr/include/z.h': { lines: covered(1, 5) },
      }),
    })

    const { end, outputs } = await gate(place, {
      reports: 'coverage.info',
      'path-map': '/build/x => app',
      exclude: '/usr/**',
      ...LINES,
    })

    expect(end).toBe('pass')
    expect(outputs).toMatchObject({ lines: '80', 'lines-total': '10' })
  })

  test('linguist-generated files do not count, and are listed', async () => {
    const place = repo({
      '.gitattributes': 'app/gen.py linguist-generated',
      'app/gen.py': source(90),
      'app/a.py': source(10),
    })
    place.write({
      'coverage.info': lcov({ 'app/gen.py': { lines: covered(90, 90) }, 'app/a.py': { lines: covered(6, 10) } }),
    })

    const { end, summary } = await gate(place, { reports: 'coverage.info', ...LINES })

    expect(end).toBe('fail below-threshold')
    expect(summary).toMatch(/\| `app\/gen\.py` \| generated \| 90 \|/)
  })
})

describe('a link among the reports', () => {
  test('that leads out of the workspace is not read', async () => {
    const place = repo({ 'app/a.py': source(10) })
    const elsewhere = repo({ 'x.info': shard('app/a.py', 10) })
    symlinkSync(join(elsewhere.folder, 'x.info'), join(place.folder, 'coverage.info'))

    const { end, reasons } = await gate(place, { reports: 'coverage.info', ...LINES })

    expect(end).toBe('no-data unreadable-report')
    expect(reasons[0]).toBe('coverage.info is a link that leads out of the workspace: it was not read.')
  })

  test('to a folder is not followed: it may lead in a circle', async () => {
    const place = repo({ 'app/a.py': source(10) })
    place.write({ 'shards/coverage.info': shard('app/a.py', 10) })
    symlinkSync('.', join(place.folder, 'shards', 'again'))

    const { end, report } = await gate(place, { reports: 'shards/**/*.info', ...LINES })

    expect(end).toBe('pass')
    expect(report.verdict.evidence['reports']).toHaveLength(1)
  })
})

test('outside of a git checkout an existing file is enough', async () => {
  const place = { folder: temporary() }
  mkdirSync(join(place.folder, 'app'))
  writeFileSync(join(place.folder, 'app', 'a.py'), source(10))
  writeFileSync(join(place.folder, 'coverage.info'), shard('app/a.py', 9))

  const { end, outputs } = await gate(place, { reports: 'coverage.info', ...LINES })

  expect([end, outputs['lines']]).toEqual(['pass', '90'])
})

describe('own totals', () => {
  const record = (found: number, hit: number): string =>
    lcov({ 'app/a.py': { lines: covered(8, 10) } }).replace('end_of_record', `LF:${found}\nLH:${hit}\nend_of_record`)

  test('that are other than the counted lines are told, and decide nothing where both agree on the outcome', async () => {
    const place = repo({ 'app/a.py': source(10) })
    place.write({
      'coverage.xml': cobertura({ 'app/a.py': xmlLines(8, 10) }, { root: 'lines-valid="11" lines-covered="8"' }),
    })

    const { end, report } = await gate(place, { reports: 'coverage.xml', ...LINES })

    expect(end).toBe('pass totals-mismatch')
    expect(report.verdict.checks.map(({ explanation }) => explanation)).toContain(
      'coverage.xml says 8 of 11 lines where 8 of 10 were counted. The counted ones are judged.',
    )
  })

  test('with which the outcome would be another make it inconclusive', async () => {
    const place = repo({ 'app/a.py': source(10) })
    place.write({
      'coverage.xml': cobertura({ 'app/a.py': xmlLines(8, 10) }, { root: 'lines-valid="20" lines-covered="8"' }),
    })

    const { end, reasons } = await gate(place, { reports: 'coverage.xml', ...LINES })

    expect(end).toBe('inconclusive totals-mismatch')
    expect(reasons[0]).toBe(
      'lines 80 % (8 of 10) >= 70 %. But coverage.xml itself says 40 % (8 of 20), with which lines >= 70% would fail. One of the two is wrong, so neither decides: write the report again, or in another format. gcovr counts a template once for each instance, unless it gets --merge-lines. Istanbul has default parameters in its totals and on no line: give its json reporter (coverage-final.json).',
    )
  })

  test('a declared 0 beside counted lines is no declaration', async () => {
    const place = repo({ 'app/a.py': source(10) })
    place.write({
      'coverage.xml': cobertura({ 'app/a.py': xmlLines(8, 10) }, { root: 'lines-valid="0" lines-covered="0"' }),
    })

    expect((await gate(place, { reports: 'coverage.xml', ...LINES })).end).toBe('pass')
  })

  test('trap 43: an LH of llvm-cov that is lower, with two FN on one line, is explained', async () => {
    const place = repo({ 'src/a.rs': source(10) })
    const text = lcov({ 'src/a.rs': { lines: covered(8, 10) } })
      .replace('SF:src/a.rs\n', 'SF:src/a.rs\nFN:1,f\nFN:1,g\nFNDA:1,f\nFNDA:0,g\n')
      .replace('end_of_record', 'LF:10\nLH:4\nend_of_record')
    place.write({ 'coverage.info': text })

    const { end } = await gate(place, { reports: 'coverage.info', ...LINES })

    expect(end).toBe('pass totals-mismatch')
  })

  test('LF and LH that agree say nothing', async () => {
    const place = repo({ 'app/a.py': source(10) })
    place.write({ 'coverage.info': record(10, 8) })

    expect((await gate(place, { reports: 'coverage.info', ...LINES })).end).toBe('pass')
  })
})

describe('branch totals that no line has (PHPUnit)', () => {
  const place = () => {
    const one = repo({ 'src/A.php': source(10), 'src/B.php': source(10) })
    one.write({
      'coverage.xml': cobertura(
        { 'src/A.php': xmlLines(9, 10), 'src/B.php': xmlLines(9, 10) },
        { root: 'branches-valid="7" branches-covered="5"' },
      ),
    })
    return one
  }

  test('serve one whole report', async () => {
    const { end, outputs } = await gate(place(), { reports: 'coverage.xml' })

    expect(end).toBe('pass')
    expect(outputs).toMatchObject({ branches: '71.42', 'branches-total': '7' })
  })

  test.each([
    ['a part of it', { exclude: 'src/B.php' }],
    ['a scope', { thresholds: 'src/A.php: branches >= 1%' }],
  ])('do not serve %s', async (_, given) => {
    const { codes } = await gate(place(), { reports: 'coverage.xml', ...given })

    expect(codes).toContain('no-branch-data')
  })

  test('do not serve a merge', async () => {
    const one = place()
    one.write({ 'coverage-2.xml': cobertura({ 'src/A.php': xmlLines(10, 10) }) })

    expect((await gate(one, { reports: 'coverage*.xml' })).end).toBe('no-data no-branch-data')
  })
})

test('format: forces one reader, whatever the content looks like', async () => {
  const place = repo({ 'app/a.py': source(10) })
  place.write({ 'coverage.info': shard('app/a.py', 9) })

  expect((await gate(place, { reports: 'coverage.info', format: 'lcov', ...LINES })).end).toBe('pass')
  const other = await gate(place, { reports: 'coverage.info', format: 'cobertura', ...LINES })
  expect(other.report.verdict.outcome).toBe('no-data')
})
