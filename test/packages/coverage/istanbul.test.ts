import { mergeCoverage } from '@hardgate/coverage'
import { describe, expect, test } from '@jest/globals'
import { countsOf, fileOf, hitsOf, problemOf, read, refusalOf } from './text-documents.ts'

interface Place {
  start: { line?: unknown; column?: unknown }
  end: { line?: unknown; column?: unknown }
}
const at = (line: unknown, column = 0, endColumn: number | null = column + 1): Place => ({
  start: { line, column },
  end: { line, column: endColumn },
})
const NOWHERE = { start: {}, end: {} }

interface BranchParts {
  readonly loc?: Place
  readonly type?: string
  readonly locations: readonly unknown[]
  readonly line?: number
}
interface FileParts {
  readonly statements?: readonly (readonly [place: Place, hits: unknown])[]
  readonly branches?: readonly (readonly [branch: BranchParts, counts: unknown])[]
  readonly more?: Record<string, unknown>
}

const fileWith = ({ statements = [], branches = [], more = {} }: FileParts): Record<string, unknown> => ({
  path: '/ws/a.js',
  statementMap: Object.fromEntries(statements.map(([place], id) => [id, place])),
  fnMap: {},
  branchMap: Object.fromEntries(branches.map(([branch], id) => [id, branch])),
  s: Object.fromEntries(statements.map(([, hits], id) => [id, hits])),
  f: {},
  b: Object.fromEntries(branches.map(([, counts], id) => [id, counts])),
  ...more,
})
const document = (...files: readonly FileParts[]): string =>
  JSON.stringify(
    Object.fromEntries(
      files.map((file, id) => [
        `/ws/${'abc'[id]}.js`,
        fileWith({ ...file, more: { path: `/ws/${'abc'[id]}.js`, ...file.more } }),
      ]),
    ),
  )

const ifAt = (line: number, ...locations: readonly Place[]): BranchParts => ({
  loc: at(line),
  type: 'if',
  locations,
  line,
})

describe('what is counted', () => {
  test('a line is one where a statement starts, with the largest count of those', async () => {
    const report = await read(
      'istanbul',
      document({
        statements: [
          [at(3), 1],
          [at(5, 2), 0],
          [at(5, 9), 4],
          [at(7), 0],
        ],
      }),
    )

    expect(hitsOf(fileOf(report, '/ws/a.js'))).toBe('3:1 5:4 7:0')
    expect(fileOf(report, '/ws/a.js').totals().statements).toEqual({ covered: 2, total: 4 })
  })

  test('every count of a branch is a branch, on the line where its place starts', async () => {
    const report = await read(
      'istanbul',
      document({
        branches: [
          [ifAt(3, at(3, 4), NOWHERE), [1, 0]],
          [ifAt(4, at(4), at(6)), [0, 0]],
        ],
      }),
    )

    expect(fileOf(report, '/ws/a.js').branchesAt(3)).toEqual({ low: 1, high: 1, total: 2 })
    expect(fileOf(report, '/ws/a.js').branchesAt(4)).toEqual({ low: 0, high: 0, total: 2 })
    expect(report.branches).toBe('collected')
  })

  test('an implicit else is not the one of another if: neither place nor location alone is a key', async () => {
    // two ifs of one line; the second pair has the same location of its first branch as the first pair
    const inner: BranchParts = { loc: at(3, 8), type: 'if', locations: [at(3, 4), NOWHERE] }
    const logical: BranchParts = { loc: at(3), type: 'binary-expr', locations: [at(3, 4), NOWHERE] }
    const report = await read(
      'istanbul',
      document({
        branches: [
          [ifAt(3, at(3, 4), NOWHERE), [1, 0]],
          [inner, [0, 1]],
          [logical, [1, 1]],
        ],
      }),
    )

    expect(countsOf(report)).toBe('lines 0/0, branches 4/6')
  })

  test('what stands twice in one file, as code that a source map sends to one place, is two', async () => {
    const twice = document({
      statements: [
        [at(1), 1],
        [at(1), 0],
      ],
      branches: [
        [ifAt(1, at(1)), [1]],
        [ifAt(1, at(1)), [0]],
      ],
    })
    const report = await read('istanbul', twice)

    expect(fileOf(report, '/ws/a.js').totals().statements).toEqual({ covered: 1, total: 2 })
    expect(countsOf(report)).toBe('lines 1/1, branches 1/2')
  })

  test('counts may come before maps', async () => {
    const { s, b, statementMap, branchMap } = fileWith({ statements: [[at(2), 1]], branches: [[ifAt(2, at(2)), [0]]] })
    const text = JSON.stringify({ a: { s, b, branchMap, statementMap } })

    expect(countsOf(await read('istanbul', text))).toBe('lines 1/1, branches 0/1')
  })

  test('old Istanbul has no loc but a line; a branch of neither starts where its first location does', async () => {
    const old: BranchParts = { line: 4, type: 'if', locations: [at(5), at(6)] }
    const bare: BranchParts = { type: 'if', locations: [at(7), at(8)] }
    const report = await read(
      'istanbul',
      document({
        branches: [
          [old, [1, 0]],
          [bare, [1, 1]],
        ],
      }),
    )

    expect(fileOf(report, '/ws/a.js').branchesAt(4)).toEqual({ low: 1, high: 1, total: 2 })
    expect(fileOf(report, '/ws/a.js').branchesAt(7)).toEqual({ low: 2, high: 2, total: 2 })
  })

  test('a switch of a thousand cases has a thousand branches, and two such switches are not one', async () => {
    const cases = Array.from({ length: 1000 }, (_, line) => at(line + 2))
    const counts = cases.map((_, index) => (index < 10 ? 1 : 0))
    const one: BranchParts = { loc: at(1), type: 'switch', locations: cases }
    const other: BranchParts = { loc: at(1), type: 'switch', locations: cases.toReversed() }
    const report = await read(
      'istanbul',
      document({
        branches: [
          [one, counts],
          [other, counts],
        ],
      }),
      65_536,
    )

    expect(countsOf(report)).toBe('lines 0/0, branches 20/2000')
  })

  test('source maps, functions and hashes count for nothing', async () => {
    const deep = { statementMap: { 0: at(90) }, s: { 0: 1 }, b: [[['x']]], start: { line: 'x' } }
    const more = {
      inputSourceMap: deep,
      hash: 'x',
      _coverageSchema: 'y',
      bT: { 0: [1] },
      all: true,
      meta: deep,
      f: { 0: 'x' },
    }

    expect(countsOf(await read('istanbul', document({ statements: [[at(1), 1]], more })))).toBe(
      'lines 1/1, branches 0/0',
    )
  })

  test('a column without an end is one', async () => {
    const place = at(2, 4, null)

    expect(countsOf(await read('istanbul', document({ statements: [[place, 2]] })))).toBe('lines 1/1, branches 0/0')
  })

  test('trap 7: no branchMap has an entry: that is no branch data', async () => {
    expect((await read('istanbul', document({ statements: [[at(1), 1]] }))).branches).toBe('none')
    expect((await read('istanbul', '{}')).files).toEqual([])
  })
})

describe('trap 5, trap 41: shards', () => {
  const shard = (first: number, second: number): string =>
    document({
      statements: [
        [at(1), 1],
        [at(2), first],
        [at(3), second],
      ],
      branches: [[ifAt(1, at(2), at(3)), [first, second]]],
    })

  test('trap 41: two Istanbul shards are exact: their union is the joint run', async () => {
    const [a, b, joint] = await Promise.all(
      [shard(1, 0), shard(0, 1), shard(1, 1)].map((text) => read('istanbul', text)),
    )
    if (a === undefined || b === undefined || joint === undefined) throw new Error('three were read')

    const files = mergeCoverage([...a.files, ...b.files])

    const merged = countsOf({ files: [...files.values()].map((coverage) => ({ coverage })) })
    expect(merged).toBe('lines 3/3, branches 2/2')
    expect(merged).toBe(countsOf(joint))
  })
})

describe('branches of two reports are the same only if all is the same', () => {
  const cases = Array.from({ length: 50 }, (_, line) => at(line + 2))
  const base: BranchParts = { loc: at(1), type: 'if', locations: [at(2), NOWHERE] }
  const long: BranchParts = { loc: at(1), type: 'switch', locations: cases }

  test.each([
    ['nothing', base, base, 2],
    ['the place', base, { ...base, loc: at(1, 0, 9) }, 4],
    ['the type', base, { ...base, type: 'cond-expr' }, 4],
    ['the first location', base, { ...base, locations: [at(3), NOWHERE] }, 4],
    ['the last location', base, { ...base, locations: [at(2), at(3)] }, 4],
    ['nothing of a long list', long, long, 2],
    ['the order of a long list', long, { ...long, locations: cases.toReversed() }, 4],
  ] as const)('%s differs', async (_, one, other, total) => {
    const reports = await Promise.all(
      [one, other].map((branch) => read('istanbul', document({ branches: [[branch, [1, 0]]] }))),
    )

    const merged = mergeCoverage(reports.flatMap(({ files }) => files)).get('/ws/a.js')

    expect(merged?.totals().branches.total).toBe(total)
  })
})

describe('what is refused', () => {
  const counted = (hits: unknown): string => document({ statements: [[at(1), hits]] })
  const taken = (counts: unknown): string => document({ branches: [[ifAt(1, at(1)), counts]] })

  test.each([
    ['a list', '[]'],
    ['a file that is nothing', '{"/ws/a.js": null}'],
    ['a file that is a text', '{"/ws/a.js": "x"}'],
    ['a file that is a list', '{"/ws/a.js": []}'],
    ['a summary', '{"total": {"lines": {"total": 1, "pct": "Unknown"}}}'],
    ['no counts of statements', document({ more: { s: undefined } })],
    ['counts that are a list', document({ more: { s: [1] } })],
    ['no counts of branches', document({ more: { b: null } })],
    ['no map of branches', document({ more: { branchMap: undefined } })],
    ['a map that is a number', document({ more: { statementMap: 3 } })],
    ['an entry of a map that is a text', document({ more: { statementMap: { 0: 'x' } } })],
    ['a statement without its count', document({ statements: [[at(1), undefined]] })],
    ['a count without its statement', document({ more: { s: { 0: 1 } } })],
    ['a branch without its counts', document({ branches: [[ifAt(1, at(1)), undefined]] })],
    ['counts without their branch', document({ more: { b: { 0: [1] } } })],
    ['counts of a branch that are a number', taken(1)],
    ['counts of a branch that are an object', taken({ 0: 1 })],
    ['counts within counts', taken([[1]])],
    ['trap 24: a count that is a text', counted('Unknown')],
    ['trap 24: a count that is nothing', counted(null)],
    ['trap 24: a count below zero', counted(-1)],
    ['trap 24: a fraction', counted(0.75)],
    ['trap 24: NaN', counted(7).replace('{"0":7}', '{"0":NaN}')],
    ['trap 24: a branch taken nothing times', taken([null])],
    ['trap 24: a branch taken a text times', taken(['1'])],
    ['trap 22: a line above 10 million', document({ statements: [[at(10_000_001), 1]] })],
    ['line 0', document({ statements: [[at(0), 1]] })],
    ['a line that is a text', document({ statements: [[at('1'), 1]] })],
    ['a statement without a place', document({ statements: [[NOWHERE, 1]] })],
    ['a branch without a place', document({ branches: [[{ type: 'if', locations: [NOWHERE] }, [1]]] })],
  ])('%s', async (_, text) => {
    expect(await refusalOf('istanbul', text)).toMatch(/^unreadable-report at \d+$/)
  })

  test('the message says where, what was found and what was expected', async () => {
    const { message, offset } = await problemOf('istanbul', counted('x'))

    expect(offset).toBe(counted('x').indexOf('"x"'))
    expect(message).toContain('/ws/a.js > s > 0 is "x": expected a whole number')
  })
})
