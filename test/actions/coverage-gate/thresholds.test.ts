import { InputErrors } from '@hardgate/action'
import { afterEach, describe, expect, test } from '@jest/globals'
import { cobertura, covered, lcov, source, xmlLines } from './reports.ts'
import { gate, removeTemporary, repo } from './world.ts'

afterEach(removeTemporary)

const LINES = { 'min-branches': 'off' }

/** One file of 10 lines, 8 of them covered, with 4 branches on line 2, of which so many are taken. */
function withBranches(taken: number) {
  const place = repo({ 'app/a.py': source(10) })
  place.write({
    'coverage.info': lcov({
      'app/a.py': {
        lines: covered(8, 10),
        branches: [0, 1, 2, 3].map((branch) => [2, 0, branch, branch < taken ? 1 : 0] as const),
      },
    }),
  })
  return place
}

test('trap 4: lines at 80 % do not make up for branches at 0 %', async () => {
  const { end, reasons } = await gate(withBranches(0), { reports: 'coverage.info' })

  expect(end).toBe('fail below-threshold')
  expect(reasons).toEqual([
    'branches 0 % (0 of 4) < 70 %: 3 more taken branches are needed. Most are missing in app/a.py 2.',
  ])
})

test('trap 8: two blocks on one line with 3 of 4 taken are 3 of 4, and two equal BRDA lines are two branches', async () => {
  const place = repo({ 'app/a.py': source(3) })
  place.write({
    'coverage.info': lcov({
      'app/a.py': {
        lines: { 1: 1, 2: 1, 3: 1 },
        branches: [
          [1, 0, 0, 1],
          [1, 0, 1, 1],
          [1, 1, 0, 1],
          [1, 1, 1, 0],
          [3, 0, 0, 1],
          [3, 0, 0, 0],
        ],
      },
    }),
  })

  const { outputs } = await gate(place, { reports: 'coverage.info', 'min-branches': '60' })

  expect(outputs).toMatchObject({ 'branches-covered': '4', 'branches-total': '6' })
})

describe('trap 10: two shards that take opposite branches', () => {
  const shards = (missing: readonly [string, string] | undefined) => {
    const place = repo({ 'app/a.py': source(4), 'app/b.py': source(1) })
    for (const [at, left] of (missing ?? [undefined, undefined]).entries()) {
      const line = { number: 2, hits: 1, condition: '50% (1/2)', ...(left === undefined ? {} : { missing: left }) }
      const other = { ...line, number: 3 }
      place.write({
        [`coverage-${at}.xml`]: cobertura({
          'app/a.py': [line, other],
          ...(at === 0 ? {} : { 'app/b.py': xmlLines(1, 1) }),
        }),
      })
    }
    return place
  }

  test('are 100 % where the report names them', async () => {
    const { end, outputs } = await gate(shards(['4', '3']), { reports: 'coverage-*.xml' })

    expect(end).toBe('pass')
    expect(outputs).toMatchObject({ branches: '100', 'branches-total': '4' })
  })

  test('are inconclusive where it does not, with both bounds and the way out', async () => {
    const { end, reasons, summary } = await gate(shards(undefined), { reports: 'coverage-*.xml' })

    expect(end).toBe('inconclusive bounds')
    expect(reasons).toEqual([
      'branches between 50 % and 100 % (2 to 4 of 4) against 70 %: inconclusive. These two files say how many branches of a line were taken, not which. Combine the raw data before reporting (coverage combine; gcovr --add-tracefile), or give coverage.py JSON or LCOV.',
    ])
    expect(summary).toContain('Branches known by their bounds: 50 % to 100 % (2 to 4 of 4)')
  })

  test('pass where the lower bound does, and fail where the upper one does not', async () => {
    expect((await gate(shards(undefined), { reports: 'coverage-*.xml', 'min-branches': '50' })).end).toBe('pass')
    const place = shards(undefined)
    place.write({ 'coverage-2.xml': cobertura({ 'app/b.py': [{ number: 1, hits: 1, condition: '0% (0/8)' }] }) })
    expect((await gate(place, { reports: 'coverage-*.xml' })).end).toBe('fail below-threshold')
  })
})

describe('branches that are not there', () => {
  test('trap 42: are not applicable where they were collected', async () => {
    const place = repo({ 'src/main/java/shop/A.java': source(4) })
    place.write({
      'coverage.xml': `<?xml version="1.0"?><report name="shop"><sessioninfo id="x" start="1" dump="${Date.parse('2026-03-01T11:30:00Z')}"/><package name="shop"><sourcefile name="A.java"><line nr="1" mi="0" ci="2" mb="0" cb="0"/><line nr="2" mi="0" ci="1" mb="0" cb="0"/></sourcefile></package></report>`,
    })

    const { end, report } = await gate(place, { reports: 'coverage.xml' })

    expect(end).toBe('pass')
    expect(report.verdict.checks.find(({ metric }) => metric === 'branches')).toMatchObject({
      outcome: 'pass',
      measured: 'not applicable',
      explanation: 'branches not applicable: the measured code has no branch.',
    })
  })

  test('trap 42: a JaCoCo line without ci is neither covered nor missed', async () => {
    const place = repo({ 'shop/A.java': source(4) })
    place.write({
      'coverage.xml':
        '<report name="shop"><package name="shop"><sourcefile name="A.java"><line nr="1"/></sourcefile></package></report>',
    })

    const { report, reasons } = await gate(place, { reports: 'coverage.xml' })

    expect(report.verdict.outcome).toBe('no-data')
    expect(reasons.join(' ')).toContain('--cobertura')
  })

  test('trap 7: of a shard that was run without them are no pass of the other shards', async () => {
    const place = withBranches(4)
    place.write({ 'lib/b.py': source(4) })
    place.commit({})
    place.write({ 'coverage-b.info': lcov({ 'lib/b.py': { lines: covered(4, 4) } }) })
    const reports = 'coverage.info\ncoverage-b.info'

    const whole = await gate(place, { reports })
    const scoped = await gate(place, { reports, 'min-branches': 'off', thresholds: 'app/**: branches >= 70%' })

    expect(whole.end).toBe('inconclusive no-branch-data')
    expect(whole.reasons[0]).toContain('1 of the measured files has no branch data (lib/b.py), because coverage-b.info')
    expect(scoped.report.verdict.outcome).toBe('pass')
  })

  test('that another shard tells of the same file are known', async () => {
    const place = withBranches(4)
    place.write({ 'coverage-b.info': lcov({ 'app/a.py': { lines: covered(4, 10) } }) })

    const { report } = await gate(place, { reports: 'coverage.info\ncoverage-b.info' })

    expect(report.verdict.outcome).toBe('pass')
  })

  test('of a Go profile are told: the number is that of the others, because Go measures none', async () => {
    const place = withBranches(3)
    place.write({ 'go.mod': 'module example.com/shop\n', 'cmd/main.go': source(4) })
    place.commit({})
    place.write({ 'coverage.out': 'mode: set\nexample.com/shop/cmd/main.go:1.1,2.10 2 1\n' })

    const { end, report } = await gate(place, { reports: 'coverage.info\ncoverage.out' })

    expect(end).toBe('pass no-branch-data')
    expect(report.verdict.checks.map(({ explanation }) => explanation)).toContain(
      'coverage.out carries no branch data: the branches are those of the other reports alone. Go measures no branches.',
    )
  })
})

test('trap 40: class names that collide in gcovr lose no line, and an Istanbul condition is 1 of 4', async () => {
  const place = repo({ 'src/a.b.c': source(2), 'src/a_b.c': source(2), 'src/x.js': source(2) })
  place.write({
    'coverage-1.xml': cobertura({ 'src/a.b.c': xmlLines(2, 2), 'src/a_b.c': xmlLines(2, 2) }).replaceAll(
      /class name="[^"]*"/g,
      'class name="a_b_c"',
    ),
    'coverage-2.xml':
      '<?xml version="1.0"?><coverage generated="1" clover="3.2.0"><project timestamp="1" name="All files"><metrics statements="1" coveredstatements="1" conditionals="4" coveredconditionals="1" methods="0" coveredmethods="0" elements="5" coveredelements="2"/><file name="x.js" path="src/x.js"><metrics statements="1" coveredstatements="1" conditionals="4" coveredconditionals="1" methods="0" coveredmethods="0"/><line num="1" count="1" type="cond" truecount="1" falsecount="3"/></file></project></coverage>',
  })

  const { outputs } = await gate(place, { reports: 'coverage-*.xml', 'min-branches': '25' })

  expect(outputs).toMatchObject({ 'lines-total': '5', 'branches-covered': '1', 'branches-total': '4' })
})

test('trap 41: two c8 shards of one file give bounds that hold the ratio of one joint run', async () => {
  const place = repo({ 'src/a.js': source(6) })
  const shard = (blocks: readonly (readonly [number, number, number | string, number | '-'])[]): string =>
    lcov({ 'src/a.js': { lines: { 1: 1, 2: 1, 3: 1, 4: 1 }, branches: blocks } })
  // each run has blocks only where its counts differ: 2 of 3 and 1 of 2, and one run of both has 3 of 4
  place.write({
    'coverage-1.info': shard([
      [1, 0, 0, 1],
      [2, 1, 0, 1],
      [3, 2, 0, 0],
    ]),
    'coverage-2.info': shard([
      [1, 0, 0, 1],
      [4, 1, 0, 0],
    ]),
  })

  const { report, reasons } = await gate(place, { reports: 'coverage-*.info', 'min-branches': '75' })

  expect(reasons[0]).toContain('V8 tells a block only where its count differs')
  const branches = report.verdict.measurements.find(({ metric }) => metric === 'branches')
  expect(branches?.low ?? 100).toBeLessThanOrEqual(75)
  expect(branches?.high ?? 0).toBeGreaterThanOrEqual(75)
})

describe('metrics', () => {
  test('combined counts lines and branches together, lines.strict a line with an open branch as not covered', async () => {
    const { end, reasons } = await gate(withBranches(3), {
      reports: 'coverage.info',
      thresholds: 'combined >= 78%\nlines.strict >= 71%',
    })

    // (8 + 3) of (10 + 4), and 7 of 10
    expect(end).toBe('fail below-threshold')
    expect(reasons).toEqual([
      expect.stringMatching(/^lines\.strict 70 % \(7 of 10\) < 71 %: 1 more line with all its branches is needed\./),
    ])
  })

  test('statements are those of Go', async () => {
    const place = repo({ 'go.mod': 'module example.com/shop\n', 'cmd/main.go': source(9) })
    place.write({
      'coverage.out':
        'mode: set\nexample.com/shop/cmd/main.go:1.1,3.2 3 1\nexample.com/shop/cmd/main.go:5.1,6.2 2 0\nexample.com/shop/cmd/main.go:1.1,3.2 3 0\n',
    })

    const { reasons, end } = await gate(place, {
      reports: 'coverage.out',
      ...LINES,
      'min-lines': 'off',
      thresholds: 'statements >= 70%',
    })

    expect(end).toBe('fail below-threshold')
    expect(reasons).toEqual(['statements 60 % (3 of 5) < 70 %: 1 more covered statement is needed.'])
  })

  test('trap 36: one that the reports cannot give is an error', async () => {
    await expect(gate(withBranches(4), { reports: 'coverage.info', thresholds: 'statements >= 70%' })).rejects.toThrow(
      'thresholds: "statements >= 70%" cannot be measured: coverage.info counts no statements.',
    )
  })

  test('branches of Go: the message says what to do', async () => {
    const place = repo({ 'go.mod': 'module example.com/shop\n', 'cmd/main.go': source(9) })
    place.write({ 'coverage.out': 'mode: set\nexample.com/shop/cmd/main.go:1.1,3.2 3 1\n' })

    const { reasons, end } = await gate(place, { reports: 'coverage.out' })

    expect(end).toBe('no-data no-branch-data')
    expect(reasons).toEqual([
      'branches >= 70% cannot be measured: coverage.out carries no branch data. Go measures no branches; or set min-branches: off.',
    ])
  })
})

describe('file.lines', () => {
  const three = () => {
    const place = repo({ 'app/a.py': source(4), 'app/b.py': source(4), 'app/c.py': source(4), 'app/empty.py': '' })
    place.write({
      'coverage.info': lcov({
        'app/a.py': { lines: covered(1, 4) },
        'app/b.py': { lines: covered(2, 4) },
        'app/c.py': { lines: covered(4, 4) },
        'app/empty.py': { lines: {} },
      }),
    })
    return place
  }

  test('names every file below; trap 39: a file of 0 lines is left out', async () => {
    const { end, reasons, report } = await gate(three(), {
      reports: 'coverage.info',
      'min-lines': '50',
      thresholds: 'file.lines >= 60%',
      ...LINES,
    })

    expect(end).toBe('fail below-threshold')
    expect(reasons).toEqual([
      'file.lines 25 % (1 of 4) < 60 %: 2 more covered lines are needed. 2 files lie below: app/a.py 25 % (1 of 4), app/b.py 50 % (2 of 4).',
    ])
    expect(report.summary?.join('\n')).toContain('**Below file.lines &gt;= 60%**')
  })

  test('with warn it is said and decides nothing', async () => {
    const { end, report } = await gate(three(), {
      reports: 'coverage.info',
      'min-lines': '50',
      thresholds: 'file.lines >= 60% warn',
      ...LINES,
    })

    expect([report.verdict.outcome, end]).toEqual(['pass', 'pass below-threshold'])
  })
})

describe('a scope', () => {
  const two = () => {
    const place = repo({ 'src/billing/a.js': source(10), 'src/b.js': source(10) })
    place.write({
      'coverage.info': lcov({ 'src/billing/a.js': { lines: covered(9, 10) }, 'src/b.js': { lines: covered(5, 10) } }),
    })
    return place
  }

  test('is judged by its own files and never by another scope that it covers', async () => {
    const { end, report } = await gate(two(), {
      reports: 'coverage.info',
      ...LINES,
      'min-lines': '60',
      thresholds: 'src/**: lines >= 70%\nsrc/billing/**: lines >= 90%',
    })

    expect(end).toBe('pass')
    expect(
      report.verdict.checks.filter(({ scope }) => scope !== undefined).map(({ scope, measured }) => [scope, measured]),
    ).toEqual([
      ['src/**', '70 % (14 of 20)'],
      ['src/billing/**', '90 % (9 of 10)'],
    ])
  })

  test('trap 36: that matches no measured file is an input error, all of them together', async () => {
    const error = await gate(two(), {
      reports: 'coverage.info',
      ...LINES,
      thresholds: 'src/billing: lines >= 90%\nlib/**: lines >= 1%',
    }).then(
      () => undefined,
      (problem: unknown) => problem,
    )

    expect(error instanceof InputErrors ? error.problems : error).toEqual([
      'thresholds: no measured file is in the scope "src/billing". Write src/billing/**.',
      'thresholds: no measured file is in the scope "lib/**". Measured are src/b.js, src/billing/a.js.',
    ])
  })
})

describe('a waiver', () => {
  const waived = (now: string) =>
    gate(
      withBranches(0),
      { reports: 'coverage.info', 'warn-until': '2026-03-10', 'warn-reason': 'the new importer' },
      { now: new Date(now) },
    )

  test('acceptance 11: covers a missed threshold one day before and to the end of its last day', async () => {
    for (const now of ['2026-03-01T12:00:00Z', '2026-03-10T23:59:59Z']) {
      const { end, reasons, report } = await waived(now)
      expect(end).toBe('pass waived below-threshold')
      expect(reasons).toContain('Waived until 2026-03-10 (the new importer): branches >= 70%')
      expect(report.verdict.checks.find(({ metric }) => metric === 'branches')).toMatchObject({
        severity: 'warn',
        outcome: 'fail',
      })
    }
  })

  test('trap 35: the day after, it fails again', async () => {
    const { end, reasons } = await waived('2026-03-11T00:00:00Z')

    expect(end).toBe('fail below-threshold')
    expect(reasons).toEqual([
      'branches 0 % (0 of 4) < 70 %: 3 more taken branches are needed. Most are missing in app/a.py 2. The waiver ended on 2026-03-10.',
    ])
  })

  test('trap 35: never covers a missing shard or missing data', async () => {
    const waiver = { 'warn-until': '2026-03-10', 'warn-reason': 'x' }

    expect((await gate(withBranches(4), { reports: 'coverage.info', 'expected-reports': '2', ...waiver })).end).toBe(
      'no-data missing-report',
    )
    const place = repo({ 'app/a.py': source(4) })
    place.write({ 'coverage.xml': cobertura({ 'app/a.py': xmlLines(1, 4) }) })
    expect((await gate(place, { reports: 'coverage.xml', ...waiver })).end).toBe('no-data no-branch-data')
  })
})

test('trap 3: what is shown stands on the side of the limit that the verdict says', async () => {
  const place = repo({ 'app/a.py': source(30_000) })
  place.write({ 'coverage.info': lcov({ 'app/a.py': { lines: covered(29_999, 30_000) } }) })

  const { outputs, summary, end } = await gate(place, { reports: 'coverage.info', 'min-lines': '99.9966', ...LINES })

  // 29999 of 30000 is 99.99666…
  expect([end, outputs['lines']]).toEqual(['pass', '99.99666'])
  expect(summary).not.toContain('100 %')
})

test('outputs are percents without the sign, counts, and what is needed for the highest limit', async () => {
  const { outputs, temp } = await gate(withBranches(2), {
    reports: 'coverage.info',
    thresholds: 'lines >= 85%\nlines >= 95% warn',
  })

  expect(outputs).toEqual({
    lines: '80',
    branches: '50',
    combined: '71.42',
    'patch-lines': '',
    'patch-branches': '',
    'lines-covered': '8',
    'lines-total': '10',
    'branches-covered': '2',
    'branches-total': '4',
    'lines-needed': '1',
    'branches-needed': '1',
    'delta-lines': '',
    'delta-branches': '',
    files: '1',
    'baseline-dir': `${temp}/hardgate/coverage-gate`,
    'merged-lcov': `${temp}/hardgate/coverage-gate/merged.info`,
    'merged-cobertura': '',
  })
})

test('gaps of one file stand together, and lines with open branches are named for branches', async () => {
  const place = repo({ 'app/a.py': source(20), 'app/b.py': source(20) })
  const hits = (...missed: readonly number[]) =>
    Object.fromEntries(Array.from({ length: 20 }, (_, at) => [at + 1, missed.includes(at + 1) ? 0 : 1]))
  place.write({
    'coverage.info': lcov({
      'app/a.py': {
        lines: hits(2, 3, 4, 10, 11),
        branches: [
          [5, 0, 0, 1],
          [5, 0, 1, 0],
          [7, 0, 0, 1],
          [7, 0, 1, 0],
        ],
      },
      'app/b.py': {
        lines: hits(6, 7, 8, 9),
        branches: [
          [1, 0, 0, 1],
          [1, 0, 1, 0],
        ],
      },
    }),
  })

  const { reasons, summary } = await gate(place, { reports: 'coverage.info', 'min-lines': '90' })

  expect(reasons).toEqual([
    'lines 77.50 % (31 of 40) < 90 %: 5 more covered lines are needed. Largest gaps: app/b.py 6-9; app/a.py 2-4, 10-11.',
    'branches 50 % (3 of 6) < 70 %: 2 more taken branches are needed. Most are missing in app/a.py 5, 7; app/b.py 1.',
  ])
  expect(summary).toContain('- `lines >= 90%`: 5 more covered lines needed: `app/b.py` 6-9; `app/a.py` 2-4, 10-11')
})
