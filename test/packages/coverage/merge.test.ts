import {
  createFileCoverage,
  createReport,
  differingTotals,
  type FileCoverage,
  mergeCoverage,
  ReportProblem,
  totalsOf,
} from '@hardgate/coverage'
import { expect, test } from '@jest/globals'
import { seeded } from '../markdown/random.ts'
import { answersOf, branchesByTheRules, mergedOf, randomReport, toldIn } from './model-sample.ts'

const file = (build: (file: FileCoverage) => void): FileCoverage => {
  const coverage = createFileCoverage()
  build(coverage)
  return coverage
}
const merged = (...files: readonly FileCoverage[]): FileCoverage => mergedOf(files)

test('trap 11, acceptance 5: a merge is the same in every order and grouping, for every mixture of branches', () => {
  const random = seeded(11)
  for (let round = 0; round < 500; round++) {
    const reports = [randomReport(random), randomReport(random), randomReport(random)] as const
    const [a, b, c] = reports
    const grouped = (...groups: (typeof reports)[number][][]): unknown =>
      answersOf(mergedOf(groups.map((group) => mergedOf(toldIn(...group)))))

    const one = answersOf(mergedOf(toldIn(a, b, c)))

    for (const [x, y, z] of [
      [a, c, b],
      [b, a, c],
      [b, c, a],
      [c, a, b],
      [c, b, a],
    ] as const) {
      expect(grouped([x, y, z])).toEqual(one)
    }
    for (const groups of [
      [[a, b], [c]],
      [[a], [b, c]],
      [[b, c], [a]],
      [[c, a], [b]],
    ]) {
      expect(grouped(...groups)).toEqual(one)
    }
  }
})

test('trap 11, acceptance 5: merging a report with itself changes no covered line, no total and no lower bound', () => {
  const random = seeded(111)
  for (let round = 0; round < 1500; round++) {
    const once = mergedOf(toldIn(randomReport(random), ...(round % 2 === 0 ? [] : [randomReport(random)])))
    const before = once.totals()

    const { lines, branches, strictLines, statements } = merged(once, once).totals()

    expect(lines).toEqual(before.lines)
    expect(statements).toEqual(before.statements)
    expect([branches.low, branches.total]).toEqual([before.branches.low, before.branches.total])
    expect([strictLines.low, strictLines.total]).toEqual([before.strictLines.low, before.strictLines.total])
  }
})

test('acceptance 5: what is merged step by step is what the rules give for all reports at once', () => {
  const random = seeded(5)
  for (let round = 0; round < 2000; round++) {
    const reports = Array.from({ length: 1 + random.below(4) }, () => randomReport(random))

    const all = mergedOf(toldIn(...reports))

    for (const line of [1, 2, 3, 900, 3_000_000]) {
      expect(all.branchesAt(line)).toEqual(branchesByTheRules(reports, line))
    }
  }
})

test('a merge leaves the file that it takes from as it was', () => {
  const random = seeded(3)
  for (let round = 0; round < 200; round++) {
    const [a, b] = [createFileCoverage(), mergedOf(toldIn(randomReport(random)))]
    const before = answersOf(b)

    a.merge(b)
    a.merge(b)

    expect(answersOf(b)).toEqual(before)
  }
})

test('trap 5: two shards are a union, and a line that only one of them measured is measured', () => {
  const a = file((one) => [1, 2, 3].forEach((line) => one.line(line, line === 1 ? 1 : 0)))
  const b = file((one) => [3, 4].forEach((line) => one.line(line, 1)))

  // lines 1, 3 and 4 of 1 to 4; the mean of 33 % and 100 % would be 67 %, the intersection 100 % of line 3
  expect(merged(a, b).totals().lines).toEqual({ covered: 3, total: 4 })
})

test('trap 8: two blocks on one line with three of four branches taken are three of four', () => {
  const one = file((told) => {
    for (const [key, isTaken] of [
      ['0,0', true],
      ['0,1', false],
      ['1,0', true],
      ['1,1', true],
    ] as const) {
      told.branch(5, 'lcov', key, isTaken)
    }
  })

  expect(one.branchesAt(5)).toEqual({ low: 3, high: 3, total: 4 })
})

test('trap 8: the second of two equal keys of one record is a branch of its own', () => {
  const one = file((told) => {
    told.branch(5, 'lcov', '0,0', true)
    told.branch(5, 'lcov', '0,0\n2', false)
  })

  expect(one.branchesAt(5)).toEqual({ low: 1, high: 1, total: 2 })
})

test('trap 10: shards that take opposite branches are 100 % by their names, and bounds by their counts', () => {
  const named = (missing: string) => file((one) => one.missingBranches(4, 2, [missing]))
  const counted = () => file((one) => one.countedBranches(4, 1, 2))

  expect(merged(named('8'), named('6')).branchesAt(4)).toEqual({ low: 2, high: 2, total: 2 })
  expect(merged(counted(), counted()).branchesAt(4)).toEqual({ low: 1, high: 2, total: 2 })
})

test('an exit that both shards miss once of twice stays missed once', () => {
  const a = file((one) => one.missingBranches(2, 2, ['exit', 'exit']))
  const b = file((one) => one.missingBranches(2, 2, ['exit']))

  expect(merged(a, b).branchesAt(2)).toEqual({ low: 1, high: 1, total: 2 })
})

test('names and counts of one line give bounds: the larger taken, and at most the sum', () => {
  const named = file((one) => one.missingBranches(2, 4, ['7', '9', '11']))
  const counted = file((one) => one.countedBranches(2, 2, 4))

  expect(merged(named, counted).branchesAt(2)).toEqual({ low: 2, high: 3, total: 4 })
})

test('branches that a report does not count as taken or not may all be taken', () => {
  const unknown = file((one) => one.unknownBranches(2, 4))

  expect(unknown.branchesAt(2)).toEqual({ low: 0, high: 4, total: 4 })
  expect(
    merged(
      unknown,
      file((one) => one.countedBranches(2, 1, 4)),
    ).branchesAt(2),
  ).toEqual({ low: 1, high: 4, total: 4 })
})

test('trap 41: a block that only one run knows may be taken where the other run hit its line', () => {
  // `if (x) a(); else b()` on one line: the run that takes `a` has a block for `b`, and the other one for `a`
  const a = file((one) => {
    one.line(3, 1)
    one.block(3, 'else', false)
  })
  const b = file((one) => {
    one.line(3, 1)
    one.block(3, 'then', false)
  })
  const notReached = file((one) => one.line(3, 0))

  // one run that does both takes both
  expect(merged(a, b).branchesAt(3)).toEqual({ low: 0, high: 2, total: 2 })
  expect(merged(a, notReached).branchesAt(3)).toEqual({ low: 0, high: 0, total: 1 })
  expect(merged(a, a).branchesAt(3)).toEqual({ low: 0, high: 0, total: 1 })
})

test('trap 41: a block known by its place alone may be another one in each run that hits the line', () => {
  const run = (hits: number) =>
    file((one) => {
      one.line(3, hits)
      one.block(3, '#0', false)
    })

  expect(merged(run(1), run(1)).branchesAt(3)).toEqual({ low: 0, high: 1, total: 1 })
  expect(merged(run(1), run(0)).branchesAt(3)).toEqual({ low: 0, high: 0, total: 1 })
})

test('trap 41: a report without any block still counts as one that hit the line', () => {
  const a = file((one) => {
    one.block(3, 'else', false)
    one.line(3, 1)
  })
  const allTaken = file((one) => one.line(3, 5))

  for (const files of [
    [a, allTaken],
    [allTaken, a],
    [allTaken, allTaken, a],
  ]) {
    expect(merged(...files).branchesAt(3)).toEqual({ low: 0, high: 1, total: 1 })
  }
})

test('trap 41: two shards by Istanbul are exact, because its keys hold across runs', () => {
  const shard = (taken: string) =>
    file((one) => ['then', 'else'].forEach((key) => one.branch(3, 'istanbul', key, key === taken)))

  expect(merged(shard('then'), shard('else')).branchesAt(3)).toEqual({ low: 2, high: 2, total: 2 })
})

test('hits are added, and stay at the largest whole number that is exact', () => {
  const hits = (count: number) => file((one) => one.line(1, count))

  expect(merged(hits(3), hits(0), hits(70_000)).hitsAt(1)).toBe(70_003)
  expect(merged(hits(Number.MAX_SAFE_INTEGER), hits(1)).hitsAt(1)).toBe(Number.MAX_SAFE_INTEGER)
  expect(merged(hits(2 ** 52), hits(2 ** 52 - 1)).hitsAt(1)).toBe(Number.MAX_SAFE_INTEGER)
  expect(merged(hits(2 ** 52), hits(2 ** 52)).hitsAt(1)).toBe(Number.MAX_SAFE_INTEGER)
})

test('a line told twice in one report has the larger number of hits', () => {
  const one = file((told) => [3, 7, 5].forEach((hits) => told.line(2, hits)))

  expect(one.hitsAt(2)).toBe(7)
})

test('a file whose totals its lines do not tell is refused in a merge, and the message says what to do', () => {
  const declared = file((one) => {
    one.line(3, 1)
    one.declare({ linesTotal: 3, linesCovered: 2 })
  })
  const other = file((one) => one.line(3, 1))
  const parts = (...files: readonly FileCoverage[]) => files.map((coverage) => ({ path: 'src/Bill.php', coverage }))

  for (const files of [
    [declared, other],
    [other, declared],
    [declared, declared],
  ]) {
    expect(() => mergeCoverage(parts(...files))).toThrow(/^src\/Bill\.php: .*--coverage-cobertura/)
    expect(() => mergeCoverage(parts(...files))).toThrow(ReportProblem)
  }
  expect(totalsOf(mergeCoverage(parts(declared)).values()).lines).toEqual({ covered: 2, total: 3 })
})

test('lines without a number are not covered, belong to no part, and the larger count stands', () => {
  const one = file((told) => {
    told.line(1, 1)
    told.missedWithoutNumber(2)
  })
  const other = file((told) => told.missedWithoutNumber(3))

  expect(merged(one, other).totals().lines).toEqual({ covered: 1, total: 4 })
  expect(merged(one, other).totals(() => true).lines).toEqual({ covered: 1, total: 1 })
})

test('a statement counts by its weight, once for its key, and is hit if any report hits it', () => {
  const a = file((one) => {
    one.statement('1.1,3.2', 4, 0)
    one.statement('5.1,6.2', 2, 1)
  })
  const b = file((one) => {
    one.statement('1.1,3.2', 4, 7)
    one.statement('8.1,9.2', 0, 0)
  })

  expect(a.totals().statements).toEqual({ covered: 2, total: 6 })
  expect(merged(a, b).totals().statements).toEqual({ covered: 6, total: 6 })
  expect(file((one) => one.line(1, 1)).totals().statements).toBeUndefined()
})

test('lines on whose branches reports disagree are told, up to a limit', () => {
  const counted = (total: number) => file((one) => [2, 9].forEach((line) => one.countedBranches(line, 1, total)))
  const named = file((one) => one.missingBranches(2, 2, ['8']))
  const told = (...files: readonly FileCoverage[]) =>
    differingTotals(mergeCoverage(files.map((coverage) => ({ path: 'a.c', coverage }))), 1)

  expect(told(counted(2), counted(2), named)).toEqual([])
  expect(told(counted(2), counted(4))).toEqual([{ path: 'a.c', lines: [2] }])
  expect(told(counted(4), named)).toEqual([{ path: 'a.c', lines: [2] }])
  expect(differingTotals(mergeCoverage([]), 5)).toEqual([])
})

test('blocks of V8 differ from run to run, which is no disagreement', () => {
  const block = (key: string) => file((one) => one.block(2, key, true))

  expect(merged(block('a'), block('b')).linesWithDifferentTotals(9)).toEqual([])
})

test('a path with one part takes it over, and the paths are sorted', () => {
  const [a, b, c] = [1, 2, 3].map((line) => file((one) => one.line(line, 1)))
  if (a === undefined || b === undefined || c === undefined) throw new Error('three files')

  const coverage = mergeCoverage([
    { path: 'b', coverage: a },
    { path: 'a', coverage: b },
    { path: 'b', coverage: c },
  ])

  expect([...coverage.keys()]).toEqual(['a', 'b'])
  expect(coverage.get('a')).toBe(b)
  expect(a.totals().lines.total).toBe(1)
  expect(coverage.get('b')?.totals().lines.total).toBe(2)
})

test.each([0, -1, 1.5, Number.NaN, 10_000_001, Number.POSITIVE_INFINITY])('trap 22: line %p is refused', (line) => {
  const one = createFileCoverage()

  expect(() => one.line(line, 1)).toThrow(ReportProblem)
  expect(() => one.countedBranches(line, 1, 2)).toThrow(ReportProblem)
})

test('trap 22: more than 65 535 branches on one line are refused, told at once or one by one', () => {
  const one = createFileCoverage()
  for (let key = 0; key < 65_535; key++) one.branch(1, 'lcov', `0,${key}`, key % 2 === 0)

  expect(one.branchesAt(1)).toEqual({ low: 32_768, high: 32_768, total: 65_535 })
  expect(() => one.branch(1, 'lcov', '1,0', true)).toThrow(ReportProblem)
  expect(() => one.countedBranches(2, 1, 65_536)).toThrow(ReportProblem)
  expect(() => one.countedBranches(2, 3, 2)).toThrow(ReportProblem)
  expect(() => one.missingBranches(2, 1, ['4', '5'])).toThrow(ReportProblem)
})

test('trap 22: a line number makes no room for the lines below it', () => {
  const before = process.memoryUsage().arrayBuffers
  const files = Array.from({ length: 2000 }, () =>
    file((one) => [10_000_000, 999_999, 5000].forEach((line) => one.line(line, 1))),
  )
  const added = process.memoryUsage().arrayBuffers - before

  // 20 GB if the number sized it; 2 GB if only lines above one million did not
  expect(added).toBeLessThan(20_000_000)
  expect(files[0]?.hitsAt(999_999)).toBe(1)
  expect(files[0]?.lastLine).toBe(10_000_000)
})

test('lines far apart, in any order, are all kept and come in order', () => {
  const random = seeded(22)
  const lines = new Map<number, number>()
  const one = createFileCoverage()
  for (let round = 0; round < 20_000; round++) {
    const line = 1 + random.below(random.pick([300, 30_000, 10_000_000]))
    const hits = random.pick([0, 1, 254, 255, 65_535, 2 ** 32, Number.MAX_SAFE_INTEGER])
    lines.set(line, Math.max(hits, lines.get(line) ?? 0))
    one.line(line, hits)
  }

  const seen: [number, number][] = []
  one.eachLine((line, hits) => seen.push([line, hits]))

  expect(seen).toEqual([...lines].sort(([a], [b]) => a - b))
})

test('the same path and module are one file of a report, and another module is another', () => {
  const sink = createReport('jacoco')
  sink.file('a/B.java', 'core').line(1, 1)
  sink.file('a/B.java', 'web').line(2, 1)
  sink.file('a/B.java', 'core').line(3, 1)
  sink.file('a/B.java').line(4, 1)
  sink.note('twice')
  sink.note('twice')
  sink.writtenAt(200)
  sink.writtenAt(100)
  sink.branches('collected')
  sink.branches('totals-only')

  const { files, notes, writtenAtMs, branches } = sink.finish()

  expect(files.map(({ path, module, coverage }) => [path, module, coverage.totals().lines.total])).toEqual([
    ['a/B.java', 'core', 2],
    ['a/B.java', 'web', 1],
    ['a/B.java', undefined, 1],
  ])
  expect({ notes, writtenAtMs, branches }).toEqual({ notes: ['twice'], writtenAtMs: 200, branches: 'collected' })
})
