import { type CoverageReport, type FileCoverage, mergeCoverage } from '@hardgate/coverage'
import { describe, expect, test } from '@jest/globals'
import { countsOf, fileOf, read } from './text-documents.ts'

const FILE = 'a.js'
const mergedFile = (...reports: readonly CoverageReport[]): FileCoverage => {
  const file = mergeCoverage(reports.flatMap(({ files }) => files)).get(FILE)
  if (file === undefined) throw new Error(`${FILE} was not merged`)
  return file
}
const ratios = (file: FileCoverage): { low: number; high: number } => {
  const { low, high, total } = file.totals().branches
  return { low: low / total, high: high / total }
}

/** Blocks as V8 counts them through a record: `[line, count]`. */
const lcov = (hits: readonly number[], blocks: readonly (readonly [line: number, count: number])[]): string =>
  [
    `SF:${FILE}`,
    ...hits.map((count, at) => `DA:${at + 1},${count}`),
    ...blocks.map(([line, count], at) => `BRDA:${line},${at},0,${count}`),
    'end_of_record\n',
  ].join('\n')

describe('which branches are blocks', () => {
  test('LCOV: branch 0 alone, and blocks counted through the record', async () => {
    const report = await read(
      'lcov',
      lcov(
        [1, 1],
        [
          [1, 1],
          [2, 0],
        ],
      ),
    )

    expect(countsOf(report)).toBe('lines 2/2, branches 1/2')
    expect(report.branches).toBe('collected')
    expect(report.notes.join()).toContain('V8 blocks in 1 file')
  })

  test.each([
    ['a second branch of a block', 'BRDA:1,0,0,1\nBRDA:1,0,1,0'],
    ['a block that begins anew on every line', 'BRDA:1,0,0,1\nBRDA:2,0,0,0'],
    ['a text', 'BRDA:1,0,jump to line 2,1'],
    ['blocks that do not begin at 0', 'BRDA:1,4,0,1'],
  ])('LCOV: %s is not V8', async (_, branches) => {
    const report = await read('lcov', `SF:${FILE}\nDA:1,1\n${branches}\nend_of_record\n`)

    expect(report.notes).toEqual([])
  })

  test('LCOV: each record for itself', async () => {
    const other = 'SF:b.js\nDA:1,1\nBRDA:1,0,0,1\nBRDA:1,0,1,0\nend_of_record\n'
    const report = await read('lcov', lcov([1], [[1, 1]]) + other)

    expect(countsOf(report)).toBe('lines 2/2, branches 2/3')
    expect(report.notes.join()).toContain('V8 blocks in 1 file')
  })

  test('LCOV: a file that c8 --all never loaded is named in a note', async () => {
    const text = `SF:${FILE}\nFN:1,(empty-report)\nFNDA:0,(empty-report)\nDA:1,0\nBRDA:1,0,0,0\nend_of_record\n`
    const report = await read('lcov', text)

    expect(countsOf(report)).toBe('lines 0/1, branches 0/1')
    expect(report.notes.join()).toContain('1 file never loaded ("(empty-report)")')
  })

  test('Istanbul: the type "branch" with one location', async () => {
    const place = { start: { line: 1, column: 0 }, end: { line: 2, column: 1 } }
    const entry = (type: string, ...locations: readonly unknown[]): unknown => ({
      type,
      loc: place,
      locations,
      line: 1,
    })
    const text = (...entries: readonly unknown[]): string => {
      const branchMap = Object.fromEntries(entries.entries())
      const b = Object.fromEntries(entries.map((_, id) => [id, [0]]))
      return JSON.stringify({ [FILE]: { path: FILE, statementMap: {}, s: {}, branchMap, b } })
    }

    expect((await read('istanbul', text(entry('branch', place)))).notes.join()).toContain('V8 blocks in 1 file')
    expect((await read('istanbul', text(entry('branch', place, place), entry('if', place)))).notes).toEqual([])
  })
})

describe('trap 41: bounds of merged shards hold the branch ratio of one joint run', () => {
  // 1 function f(a) {
  // 2   return a ? one() : two()
  // 3 }
  test('LCOV: the two sides of a ternary share the place of the one side that a shard has', async () => {
    const [taken, other, joint] = await Promise.all([
      read(
        'lcov',
        lcov(
          [1, 1, 1],
          [
            [1, 1],
            [2, 0],
          ],
        ),
      ), // f(true): two() did not run
      read(
        'lcov',
        lcov(
          [1, 1, 1],
          [
            [1, 1],
            [2, 0],
          ],
        ),
      ), // f(false): one() did not run
      read(
        'lcov',
        lcov(
          [2, 2, 2],
          [
            [1, 2],
            [2, 1],
            [2, 1],
          ],
        ),
      ),
    ])

    const { low, high } = ratios(mergedFile(taken, other))

    expect(countsOf(joint)).toBe('lines 3/3, branches 3/3')
    expect({ low, high }).toEqual({ low: 0.5, high: 1 })
  })

  test('LCOV: where a block that only one shard has may be taken, no branch of the file is surely not', async () => {
    const [first, second] = await Promise.all([
      read(
        'lcov',
        lcov(
          [1, 1, 0],
          [
            [1, 1],
            [2, 0],
            [3, 0],
          ],
        ),
      ),
      read('lcov', lcov([1, 1, 0], [[1, 1]])),
    ])

    // 2 is not taken and absent where its line was hit: a joint run may have several taken ones in its place
    expect(mergedFile(first, second).totals().branches).toEqual({ low: 1, high: 3, total: 3 })
  })

  test('LCOV: a block is taken if any shard took it, and numbers that shift are no difference', async () => {
    const [first, second] = await Promise.all([
      read(
        'lcov',
        lcov(
          [1, 1, 1],
          [
            [1, 1],
            [2, 0],
            [3, 0],
          ],
        ),
      ),
      read(
        'lcov',
        lcov(
          [1, 1, 1],
          [
            [1, 1],
            [3, 1],
          ],
        ),
      ),
    ])

    expect(mergedFile(first, second).totals().branches).toEqual({ low: 2, high: 3, total: 3 })
  })

  test('one report alone has no bounds, and merged with itself no line, total or low changes', async () => {
    const text = lcov(
      [1, 1, 0],
      [
        [1, 1],
        [2, 0],
        [3, 0],
      ],
    )
    const [one, again] = await Promise.all([read('lcov', text), read('lcov', text)])
    const alone = fileOf(one, FILE).totals()

    const twice = mergedFile(one, again).totals()

    expect(alone.branches).toEqual({ low: 1, high: 1, total: 3 })
    expect(twice.lines).toEqual(alone.lines)
    expect(twice.branches).toMatchObject({ low: 1, total: 3 })
  })
})
