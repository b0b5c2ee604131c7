import { createReadStream, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type CoverageReport, type FormatName, ReportProblem, readReport } from '@hardgate/coverage'
import { describe, expect, test } from '@jest/globals'
import { countsOf, read, refusalOf } from './text-documents.ts'

const fixture = (path: string): string => join(import.meta.dirname, '../../fixtures/coverage', path)

interface Cut {
  readonly at: number
  readonly read?: CoverageReport
  /** Of the refusal. */
  readonly code?: string
}

/** What came of a cut after every byte, or after every so many. */
async function cutEverywhere(format: FormatName, bytes: Buffer, step = 1): Promise<Cut[]> {
  const cuts: Cut[] = []
  for (let at = 1; at < bytes.length; at += step) cuts.push({ at, ...(await cutAt(format, bytes, at)) })
  return cuts
}

async function cutAt(format: FormatName, bytes: Buffer, at: number): Promise<Omit<Cut, 'at'>> {
  try {
    return { read: await readReport(inOne(bytes.subarray(0, at)), format, 'report') }
  } catch (error) {
    if (error instanceof ReportProblem) return { code: error.code }
    throw error
  }
}

async function* inOne(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

describe('trap 20, acceptance 7: a report that was cut after any byte is no report', () => {
  const python =
    '{"meta":{"format":3,"timestamp":"2026-03-01T12:34:56","branch_coverage":true},"files":{"a.py":{"executed_lines":[1],' +
    '"missing_lines":[2],"executed_branches":[[1,2]],"missing_branches":[[1,-1]]}},"totals":{"num_statements":2}}'
  const istanbul =
    '{"/a.js":{"path":"/a.js","statementMap":{"0":{"start":{"line":1,"column":0},"end":{"line":1,"column":9}}},"fnMap":{},' +
    '"branchMap":{"0":{"loc":{"start":{"line":1}},"type":"if","locations":[{},{}]}},"s":{"0":1},"f":{},"b":{"0":[1,0]}}}'

  test.each([
    ['coverage.py-json', python],
    ['istanbul', istanbul],
  ] as const)('%s, after every byte', async (format, text) => {
    expect(countsOf(await read(format, text))).toMatch(/branches 1\/2$/)

    const cuts = await cutEverywhere(format, Buffer.from(text))

    expect(cuts.filter(({ code }) => code !== 'truncated-report')).toEqual([])
  })

  test.each([
    ['coverage.py-json', 'coverage-py/reports/first.json'],
    ['istanbul', 'nyc/reports/first.json'],
    ['istanbul', 'c8/reports/first.json'],
  ] as const)('%s: %s', async (format, path) => {
    const whole = readFileSync(fixture(path))
    const end = whole.toString().trimEnd().length

    const cuts = await cutEverywhere(format, whole.subarray(0, end), 41)

    expect(cuts.filter(({ code }) => code !== 'truncated-report')).toEqual([])
  })

  test.each([
    ['gcovr: LH before LF, both at the end', 'gcovr/reports/merge-lines.lcov'],
    ["Node's: branches before lines", 'node-test/reports/first.lcov'],
    ['lcov', 'lcov/reports/first.info'],
    ['llvm-cov', 'llvm-cov/reports/all.lcov'],
    ['Istanbul: lines before branches', 'nyc/reports/first.lcov'],
  ])('LCOV of %s: only a cut between two records cannot be seen', async (_, path) => {
    const whole = readFileSync(fixture(path))
    const boundaries = boundariesOf(whole)

    const cuts = await cutEverywhere('lcov', whole)

    const unseen = cuts.filter((cut) => cut.code !== 'truncated-report').map(({ at }) => at)
    expect(unseen.filter((at) => !boundaries.has(at) && !agreesAt(whole, at))).toEqual([])
  })

  test('LCOV of coverage.py: after LF and LH the lines are whole, and there is no branch data yet to pass by', async () => {
    const whole = readFileSync(fixture('coverage-py/reports/first.lcov'))
    const boundaries = boundariesOf(whole)

    const cuts = await cutEverywhere('lcov', whole)

    const unseen = cuts.filter(({ at, read: report }) => report !== undefined && !boundaries.has(at))
    for (const { at, read: report } of unseen) {
      expect(agreesAt(whole, at)).toBe(true)
      expect(report?.notes.join()).toContain('no end_of_record')
    }
    // where a branch was read, all own totals of the record were
    const withBranches = unseen.filter(({ read: report }) => report?.branches === 'collected')
    expect(withBranches.map(({ at }) => whole.toString('utf8', at, at + 13))).toEqual(Array(3).fill('end_of_record'))
    // and without any only the first file with lines can be taken so
    const without = unseen.filter(({ read: report }) => report?.branches === 'none')
    expect(without.filter(({ at }) => at > whole.indexOf('SF:app/last.py'))).toEqual([])
  })

  test('a Go profile: only a cut between two lines cannot be seen', async () => {
    const whole = readFileSync(fixture('go/reports/coverpkg.out'))

    const cuts = await cutEverywhere('go', whole)

    expect(cuts.filter(({ at, code }) => (code === undefined) !== (whole[at - 1] === 0x0a))).toEqual([])
    expect(new Set(cuts.map(({ code }) => code))).toEqual(new Set([undefined, 'truncated-report']))
  })
})

/** After `end_of_record`, with and without its newline. */
function boundariesOf(whole: Buffer): Set<number> {
  const ends = [...whole.toString('latin1').matchAll(/^end_of_record\r?$/gm)].map(
    ({ index, 0: { length } }) => index + length,
  )
  return new Set(ends.flatMap((end) => [end, end + 1]))
}

/** After own totals, or functions behind them. */
function agreesAt(whole: Buffer, at: number): boolean {
  return /\n(?:LF|LH|BRF|BRH|FN|FNDA|FNF|FNH):[^\n]*\n$/.test(whole.toString('latin1', 0, at))
}

describe('an LCOV record that nothing ends', () => {
  const lines = 'SF:a\nDA:1,1\nDA:2,0\n'

  test('is whole if its own totals agree, and says so', async () => {
    const report = await read('lcov', `${lines}LF:2\nLH:1\n`)

    expect(countsOf(report)).toBe('lines 1/2, branches 0/0')
    expect(report.notes.join()).toContain('no end_of_record')
  })

  test('is whole if they count a line once that stands there twice', async () => {
    const report = await read('lcov', 'SF:a\nDA:2,0\nDA:1,1\nDA:2,4\nLF:2\nLH:2\n')

    expect(countsOf(report)).toBe('lines 2/2, branches 0/0')
  })

  test.each([
    ['no totals', lines],
    ['LF alone', `${lines}LF:2\n`],
    ['LH alone', `${lines}LH:1\n`],
    ['LF of more lines', `${lines}LF:3\nLH:1\n`],
    ['LH of more lines', `${lines}LF:2\nLH:2\n`],
    ['no newline', `${lines}LF:2\nLH:1`],
    ['branches and no totals of them', `${lines}BRDA:1,0,0,1\nLF:2\nLH:1\n`],
    ['BRF of more branches', `${lines}LF:2\nLH:1\nBRDA:1,0,0,1\nBRF:2\nBRH:1\n`],
    ['branches before it and none in it', `SF:b\nBRDA:1,0,0,1\nend_of_record\n${lines}LF:2\nLH:1\n`],
    ['its path alone', 'SF:a\n'],
    ['a test name alone', `${lines}end_of_record\nTN:\n`],
    ['the next record', `${lines}${lines}end_of_record\n`],
    ['a test name within it', `${lines}TN:\nDA:3,1\nend_of_record\nSF:b\nend_of_record\n`],
    ['the next test name', `${lines}TN:\n${lines}end_of_record\n`],
  ])('with %s is truncated', async (_, text) => {
    expect(await refusalOf('lcov', text)).toMatch(/^truncated-report at \d+$/)
  })

  test('an empty file is none, whatever the format', async () => {
    expect(await refusalOf('lcov', '# a comment\n')).toMatch(/^truncated-report/)
    expect(await refusalOf('istanbul', '')).toMatch(/^(?:truncated|unreadable)-report/)
    expect(await refusalOf('go', '')).toMatch(/^(?:truncated|unreadable)-report/)
  })
})

test('the size of the chunks changes nothing', async () => {
  for (const path of ['coverage-py/reports/first.lcov', 'llvm-cov/reports/all.lcov', 'go/reports/coverpkg.out']) {
    const format = path.endsWith('.out') ? 'go' : 'lcov'
    const whole = await readReport(createReadStream(fixture(path)), format, 'report')

    for (const size of [1, 2, 3, 17])
      expect(countsOf(await read(format, readFileSync(fixture(path)), size))).toBe(countsOf(whole))
  }
})
