import {
  type Coverage,
  type CoverageReport,
  createFileCoverage,
  type FileCoverage,
  mergeCoverage,
  readReport,
  totalsOf,
  unwritableInLcov,
  unwritableInXml,
  writeCobertura,
  writeLcov,
} from '@hardgate/coverage'
import { expect, test } from '@jest/globals'
import { seeded } from '../markdown/random.ts'
import { mergedOf, randomReport, toldIn } from './model-sample.ts'

const TIMESTAMP = { timestampMs: 1_790_000_000_000 }
const coverageOf = (files: Readonly<Record<string, FileCoverage>>): Coverage =>
  mergeCoverage(Object.entries(files).map(([path, coverage]) => ({ path, coverage })))
const file = (build: (file: FileCoverage) => void): FileCoverage => {
  const coverage = createFileCoverage()
  build(coverage)
  return coverage
}
const read = (chunks: Iterable<string>): Promise<CoverageReport> => {
  async function* bytes(): AsyncGenerator<Uint8Array> {
    for (const chunk of chunks) yield Buffer.from(chunk)
  }
  return readReport(bytes(), 'auto', 'merged')
}
const asCoverage = ({ files }: CoverageReport): Coverage => mergeCoverage(files)
/** What both formats can say: of bounds the lower one. */
const said = (coverage: Coverage, isSaid: (of: FileCoverage, line: number) => boolean = () => true): unknown =>
  [...coverage].map(([path, one]) => {
    const lines: unknown[] = []
    one.eachLine((line, hits) => lines.push([line, hits]))
    const branches: unknown[] = []
    const seen = new Set<number>()
    one.eachBranch((line) => {
      const count = one.branchesAt(line)
      if (!seen.has(line) && isSaid(one, line)) branches.push([line, count?.low, count?.total])
      seen.add(line)
    })
    return { path, lines, branches, unnumbered: one.linesWithoutNumber, total: one.totals().lines }
  })
const isMeasured = (of: FileCoverage, line: number): boolean => of.hitsAt(line) !== undefined

test('acceptance 12: LCOV of any model is read back as the same lines, totals and branches taken', async () => {
  const random = seeded(12)
  for (let round = 0; round < 400; round++) {
    const coverage = coverageOf({
      'a.py': mergedOf(toldIn(randomReport(random), randomReport(random))),
      'src/b c,d.py': mergedOf(toldIn(randomReport(random))),
    })

    const again = asCoverage(await read(writeLcov(coverage)))

    expect(said(again)).toEqual(said(coverage))
  }
})

test('acceptance 12: Cobertura of any model is read back as the same lines, totals and branches taken', async () => {
  const random = seeded(112)
  for (let round = 0; round < 400; round++) {
    const coverage = coverageOf({
      'a.py': mergedOf(toldIn(randomReport(random), randomReport(random))),
      'src/b <c> & "d"\n.py': mergedOf(toldIn(randomReport(random))),
    })

    const report = await read(writeCobertura(coverage, TIMESTAMP))
    const again = asCoverage(report)

    expect(said(again)).toEqual(said(coverage, isMeasured))
    const { lines, branches } = totalsOf(again.values())
    const { linesTotal, linesCovered, branchesTotal = 0, branchesCovered = 0 } = report.declared
    expect([linesTotal, linesCovered]).toEqual([lines.total, lines.covered])
    expect([branchesTotal, branchesCovered]).toEqual([branches.total, branches.low])
  }
})

test('branches by LCOV keys keep them, so that a later merge is as exact as before', async () => {
  const keys = ['0,0', '0,1', '0,1\n2', '10,2', '2,jump to line 8, or not']
  const shard = (taken: number) =>
    file((one) => {
      one.line(3, 1)
      for (const [at, key] of keys.entries()) one.branch(3, 'lcov', key, at === taken)
    })

  const again = asCoverage(await read(writeLcov(coverageOf({ 'a.c': shard(2) }))))
  const both = mergeCoverage(
    [...again, ...coverageOf({ 'a.c': shard(4) })].map(([path, coverage]) => ({ path, coverage })),
  )

  expect(both.get('a.c')?.branchesAt(3)).toEqual({ low: 2, high: 2, total: 5 })
})

test("V8's blocks are written so that they are known for blocks again", async () => {
  const coverage = coverageOf({
    'a.js': file((one) => {
      for (const line of [3, 9]) {
        one.line(line, 1)
        one.block(line, '#0', line === 9)
      }
      one.block(9, '#1', false)
    }),
  })

  const text = [...writeLcov(coverage)].join('')
  const again = asCoverage(await read([text])).get('a.js')

  expect(text).toContain('BRDA:3,0,0,0\nBRDA:9,1,0,1\nBRDA:9,2,0,0\n')
  // a run that hits line 3 and does not know the block may have taken it
  again?.merge(file((one) => one.line(3, 1)))
  expect(again?.branchesAt(3)).toEqual({ low: 0, high: 1, total: 1 })
})

test('counts in LCOV are never taken for the branches of another report', async () => {
  const counted = coverageOf({ 'a.c': file((one) => one.countedBranches(3, 1, 2)) })
  const named = file((one) => {
    one.branch(3, 'lcov', '0,0', false)
    one.branch(3, 'lcov', '0,1', true)
  })

  const again = asCoverage(await read(writeLcov(counted))).get('a.c')
  again?.merge(named)

  // by number it would be both of two, although both may have taken the same one
  expect(again?.branchesAt(3)).toEqual({ low: 2, high: 2, total: 4 })
})

test('LCOV has its records in the order of paths and its totals beside them', () => {
  const coverage = coverageOf({
    'b.py': file((one) => one.line(1, 0)),
    'a.py': file((one) => {
      one.line(2, 0)
      one.line(1, 4)
      one.missingBranches(1, 2, ['3'])
      one.branch(2, 'arc', '2,-1', true)
    }),
  })

  expect([...writeLcov(coverage)].join('')).toBe(
    `TN:
SF:a.py
BRDA:1,0,counted 0,1
BRDA:1,0,counted 1,0
BRDA:2,0,arc 2 -1,1
BRF:3
BRH:2
DA:1,4
DA:2,0
LF:2
LH:1
end_of_record
TN:
SF:b.py
DA:1,0
LF:1
LH:0
end_of_record
`,
  )
})

test('Cobertura floors its rates, and 1 and 100 % are all of all', () => {
  const coverage = coverageOf({
    'src/a.py': file((one) => {
      for (const line of [1, 2, 3]) one.line(line, line === 3 ? 0 : 1)
      one.countedBranches(1, 999, 1000)
      one.countedBranches(2, 2, 2)
    }),
  })

  expect([...writeCobertura(coverage, TIMESTAMP)].join('')).toBe(
    `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE coverage SYSTEM "http://cobertura.sourceforge.net/xml/coverage-04.dtd">
<coverage line-rate="0.666666" branch-rate="0.999001" complexity="0" lines-covered="2" lines-valid="3" branches-covered="1001" branches-valid="1002" version="hardgate" timestamp="1790000000000">
<sources>
<source>.</source>
</sources>
<packages>
<package name="src" line-rate="0.666666" branch-rate="0.999001" complexity="0">
<classes>
<class name="a.py" filename="src/a.py" line-rate="0.666666" branch-rate="0.999001" complexity="0">
<methods/>
<lines>
<line number="1" hits="1" branch="true" condition-coverage="99% (999/1000)"/>
<line number="2" hits="1" branch="true" condition-coverage="100% (2/2)"/>
<line number="3" hits="0"/>
</lines>
</class>
</classes>
</package>
</packages>
</coverage>
`,
  )
})

test('trap 37: a name with a line break writes no record of its own: LCOV leaves the file out, XML holds it', async () => {
  const hostile = 'a.py\nDA:1,1\nend_of_record\nSF:b.py'
  const coverage = coverageOf({ [hostile]: file((one) => one.line(7, 0)), 'c.py': file((one) => one.line(1, 1)) })

  expect([...asCoverage(await read(writeLcov(coverage))).keys()]).toEqual(['c.py'])
  expect([...asCoverage(await read(writeCobertura(coverage, TIMESTAMP))).keys()]).toEqual([hostile, 'c.py'])
})

test.each([
  ['src/a b,c;d.py', false, false],
  ['Ünï/日本/😀.py', false, false],
  ['a"<>&\'.py', false, false],
  ['a\tb.py', true, false],
  ['a\r.py', true, false],
  ['a\u2028b.py', true, false],
  ['a\u0085b.py', true, false],
  ['a\u0001b.py', true, true],
  ['a\ufffeb.py', false, true],
  ['a\ud800b.py', true, true],
])('%j is left out of LCOV: %p, of XML: %p', async (path, inLcov, inXml) => {
  const coverage = coverageOf({ [path]: file((one) => one.line(1, 1)), 'z.py': file((one) => one.line(1, 1)) })

  expect([unwritableInLcov(path), unwritableInXml(path)]).toEqual([inLcov, inXml])
  expect([...asCoverage(await read(writeLcov(coverage))).keys()].includes(path)).toBe(!inLcov)
  expect([...asCoverage(await read(writeCobertura(coverage, TIMESTAMP))).keys()].includes(path)).toBe(!inXml)
})
