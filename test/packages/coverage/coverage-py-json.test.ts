import { mergeCoverage } from '@hardgate/coverage'
import { describe, expect, test } from '@jest/globals'
import { countsOf, fileOf, hitsOf, problemOf, read, refusalOf } from './text-documents.ts'

const FORMAT = 'coverage.py-json'
const meta = { format: 3, version: '7.17.3', timestamp: '2026-03-01T12:34:56.789012', branch_coverage: true }

interface FileParts {
  executed_lines?: unknown
  missing_lines?: unknown
  executed_branches?: unknown
  missing_branches?: unknown
  [more: string]: unknown
}

const fileWith = (parts: FileParts): FileParts => ({
  executed_lines: [],
  summary: { covered_lines: 99, percent_covered: 99.5 },
  missing_lines: [],
  excluded_lines: [],
  executed_branches: [],
  missing_branches: [],
  ...parts,
})
const document = (files: Record<string, unknown>, more: Record<string, unknown> = {}): string =>
  JSON.stringify({ meta, files, totals: {}, ...more })

// the sample of a small program: 5 branches taken of 7
const sample = fileWith({
  executed_lines: [2, 3, 4, 10, 15],
  missing_lines: [8],
  executed_branches: [
    [2, 3],
    [2, 4],
    [15, -15],
    [15, -1],
  ],
  missing_branches: [
    [4, 8],
    [10, -1],
  ],
})

describe('what is counted', () => {
  test('lines, and branches by their two ends', async () => {
    const report = await read(FORMAT, document({ 'app/a.py': sample }))

    expect(hitsOf(fileOf(report, 'app/a.py'))).toBe('2:1 3:1 4:1 8:0 10:1 15:1')
    expect(countsOf(report)).toBe('lines 5/6, branches 4/6')
    expect(fileOf(report, 'app/a.py').branchesAt(15)).toEqual({ low: 2, high: 2, total: 2 })
    expect(report.branches).toBe('collected')
  })

  test('trap 2: percents, summaries, functions, classes and contexts count for nothing', async () => {
    const nested = { '': { executed_lines: [90], missing_lines: [91], executed_branches: [[90, 91]] } }
    const file = { ...sample, functions: nested, classes: nested, contexts: { 2: ['test_a'] } }
    const report = await read(FORMAT, document({ 'a.py': file }, { totals: { percent_covered: 'Unknown' } }))

    expect(countsOf(report)).toBe('lines 5/6, branches 4/6')
  })

  test('what comes after the files is no part of the last one', async () => {
    const text = document({ 'a.py': sample }, { totals: { later: [[1.5, ['x']]] }, extra: [[[null]]] })

    expect(countsOf(await read(FORMAT, text))).toBe('lines 5/6, branches 4/6')
  })

  test('keys in any order', async () => {
    const text = JSON.stringify({ totals: {}, files: { 'a.py': sample }, meta })

    expect(countsOf(await read(FORMAT, text))).toBe('lines 5/6, branches 4/6')
  })

  test('a program without a branch, measured for branches, has them collected', async () => {
    const report = await read(FORMAT, document({ 'a.py': fileWith({ executed_lines: [1] }) }))

    expect(report.branches).toBe('collected')
  })

  test('trap 7: without branch_coverage there is no branch data', async () => {
    const file = { executed_lines: [1], missing_lines: [], excluded_lines: [] }
    const text = document({ 'a.py': file }, { meta: { ...meta, branch_coverage: false } })

    expect((await read(FORMAT, text)).branches).toBe('none')
  })

  test('an old coverage.py counts branches without listing them: no line has them', async () => {
    const file = { executed_lines: [1], missing_lines: [] }
    const totals = { num_statements: 1, covered_lines: 1, num_branches: 4, covered_branches: 1 }
    const report = await read(FORMAT, document({ 'a.py': file }, { meta: { ...meta, format: 1 }, totals }))

    expect(report.branches).toBe('totals-only')
    expect(report.declared).toEqual({ linesTotal: 1, linesCovered: 1, branchesTotal: 4, branchesCovered: 1 })
  })

  test('trap 5: shards are a union', async () => {
    const first = await read(FORMAT, document({ 'a.py': sample }))
    const second = await read(
      FORMAT,
      document({ 'a.py': fileWith({ executed_lines: [8], missing_lines: [2], executed_branches: [[4, 8]] }) }),
    )

    const files = mergeCoverage([...first.files, ...second.files])

    expect(countsOf({ files: [...files.values()].map((coverage) => ({ coverage })) })).toBe('lines 6/6, branches 5/6')
  })
})

describe('what it says of itself', () => {
  test('the time is that of the machine, unless it has a zone', async () => {
    const at = async (timestamp: string): Promise<number | undefined> =>
      (await read(FORMAT, document({}, { meta: { ...meta, timestamp } }))).writtenAtMs

    expect(await at('2026-03-01T12:34:56.789012')).toBe(new Date(2026, 2, 1, 12, 34, 56, 789).getTime())
    expect(await at('2026-03-01T12:34:56')).toBe(new Date(2026, 2, 1, 12, 34, 56).getTime())
    expect(await at('2026-03-01T12:34:56.789012+00:00')).toBe(Date.UTC(2026, 2, 1, 12, 34, 56, 789))
  })

  test('1970, year 1, a date without a time and a word are no time', async () => {
    for (const timestamp of ['1970-01-01T01:00:00', '0001-01-01T00:00:00', '2026-03-01', 'yesterday', '']) {
      expect((await read(FORMAT, document({}, { meta: { ...meta, timestamp } }))).writtenAtMs).toBeUndefined()
    }
  })

  test('a format that is not known yet is read by its keys, and told', async () => {
    const report = await read(FORMAT, document({ 'a.py': sample }, { meta: { ...meta, format: 4 } }))

    expect(countsOf(report)).toBe('lines 5/6, branches 4/6')
    expect(report.notes.join()).toContain('format 4')
  })
})

describe('what is refused', () => {
  test.each([
    ['no meta', JSON.stringify({ files: { 'a.py': sample }, totals: {} })],
    ['no files', JSON.stringify({ meta, totals: {} })],
    ['files that are a list', document({}, { files: [] })],
    ['a file that is a list', document({ 'a.py': [1] })],
    ['a file that is nothing', document({ 'a.py': null })],
    ['a file that is a number', document({ 'a.py': 3 })],
    ['a file without executed_lines', document({ 'a.py': { missing_lines: [] } })],
    ['a file without missing_lines', document({ 'a.py': { executed_lines: [] } })],
    ['lines that are an object', document({ 'a.py': fileWith({ executed_lines: {} }) })],
    ['lines that are nothing', document({ 'a.py': fileWith({ executed_lines: null }) })],
    ['lines within lines', document({ 'a.py': fileWith({ missing_lines: [[1]] }) })],
    ['line 0', document({ 'a.py': fileWith({ missing_lines: [0] }) })],
    ['trap 24: a line below zero', document({ 'a.py': fileWith({ missing_lines: [-1] }) })],
    ['trap 24: a line that is a text', document({ 'a.py': fileWith({ executed_lines: ['1'] }) })],
    ['trap 24: a line with a fraction', document({ 'a.py': fileWith({ executed_lines: [1.5] }) })],
    ['trap 24: NaN', document({ 'a.py': sample }).replace('[8]', '[NaN]')],
    ['trap 24: Infinity', document({ 'a.py': sample }).replace('[8]', '[Infinity]')],
    ['trap 22: a line above 10 million', document({ 'a.py': fileWith({ missing_lines: [10_000_001] }) })],
    ['trap 22: a branch of such a line', document({ 'a.py': fileWith({ missing_branches: [[2147483647, 1]] }) })],
    ['a branch of one end', document({ 'a.py': fileWith({ executed_branches: [[1]] }) })],
    ['a branch of three', document({ 'a.py': fileWith({ executed_branches: [[1, 2, 3]] }) })],
    ['a branch from outside', document({ 'a.py': fileWith({ executed_branches: [[-1, 2]] }) })],
    ['a branch that is a line', document({ 'a.py': fileWith({ executed_branches: [1] }) })],
    ['only one of the lists of branches', document({ 'a.py': fileWith({ missing_branches: undefined }) })],
    [
      'lists of branches in some files only',
      document({ 'a.py': sample, 'b.py': { executed_lines: [1], missing_lines: [] } }),
    ],
    ['trap 24: own totals that are a text', document({}, { totals: { covered_lines: 'Unknown' } })],
    ['trap 24: own totals below zero', document({}, { totals: { num_branches: -1 } })],
    ['a list', '[]'],
  ])('%s', async (_, text) => {
    expect(await refusalOf(FORMAT, text)).toMatch(/^unreadable-report at \d+$/)
  })

  test('the message says where, what was found and what was expected', async () => {
    const text = document({ 'app/a.py': fileWith({ missing_lines: ['8'] }) })
    const { message, offset } = await problemOf(FORMAT, text)

    expect(offset).toBe(text.indexOf('"8"'))
    expect(message).toContain('files > app/a.py > missing_lines holds "8"')
    expect(message).toContain('line numbers from 1 to 10000000')
  })
})
