import { mergeCoverage } from '@hardgate/coverage'
import { describe, expect, test } from '@jest/globals'
import { countsOf, fileOf, hitsOf, problemOf, read, refusalOf } from './text-documents.ts'

const record = (path: string, ...lines: readonly string[]): string =>
  `${[`SF:${path}`, ...lines, 'end_of_record'].join('\n')}\n`

describe('lines', () => {
  test('DA with and without a checksum, in any order, of several files', async () => {
    const report = await read('lcov', `TN:\n${record('a.py', 'DA:2,0,Xq+1/A==', 'DA:1,3')}${record('b.py', 'DA:7,1')}`)

    expect(report.files.map(({ path }) => path)).toEqual(['a.py', 'b.py'])
    expect(hitsOf(fileOf(report, 'a.py'))).toBe('1:3 2:0')
    expect(hitsOf(fileOf(report, 'b.py'))).toBe('7:1')
  })

  test('counters that ran over: below zero nothing was hit, near 2^64 something was', async () => {
    const report = await read(
      'lcov',
      record(
        'a.c',
        'DA:1,-3',
        'DA:2,18446744073709551615',
        'DA:3,1.84467440737096e+19',
        'DA:4,-18446744073709551613,abc',
      ),
    )

    expect(hitsOf(fileOf(report, 'a.c'))).toBe('1:0 2:9007199254740991 3:9007199254740991 4:0')
  })

  test('a line that one record has twice is one line, hit if it was hit once', async () => {
    const report = await read('lcov', record('a.c', 'DA:1,1', 'DA:1,0', 'DA:2,0', 'LF:2', 'LH:1'))

    expect(countsOf(report)).toBe('lines 1/2, branches 0/0')
    expect(report.declared).toEqual({ linesTotal: 2, linesCovered: 1 })
  })

  test('a line 0, which no file has, counts as not covered if it was not hit, and is no line of the file', async () => {
    const report = await read('lcov', record('a.java', 'DA:0,0', 'DA:0,4', 'DA:1,1', 'BRDA:0,0,0,-'))

    expect(countsOf(report)).toBe('lines 1/2, branches 0/0')
    expect(hitsOf(fileOf(report, 'a.java'))).toBe('1:1')
  })
})

describe('what a record may look like', () => {
  test('trap 9: commas in a branch, a checksum, a Windows path, CRLF and a missing last end_of_record are read right', async () => {
    const text = [
      'TN:',
      'SF:C:\\ws\\a.py',
      'DA:1,1,Zm9v',
      'BRDA:1,0,f(a, b, "x"),1',
      'BRDA:1,0,f(a, c, "x"),0',
      'LF:1',
      'LH:1',
      'BRF:2',
      'BRH:1',
      'end_of_record',
      'SF:b.py',
      'DA:9,0',
      'BRDA:9,0,exit the module,-',
      'LH:0',
      'LF:1',
      'BRH:0',
      'BRF:1',
      '',
    ].join('\r\n')

    const report = await read('lcov', text)

    expect(report.files.map(({ path }) => path)).toEqual(['C:\\ws\\a.py', 'b.py'])
    expect(hitsOf(fileOf(report, 'C:\\ws\\a.py'))).toBe('1:1')
    expect(fileOf(report, 'C:\\ws\\a.py').branchesAt(1)).toEqual({ low: 1, high: 1, total: 2 })
    expect(hitsOf(fileOf(report, 'b.py'))).toBe('9:0')
    expect(fileOf(report, 'b.py').branchesAt(9)).toEqual({ low: 0, high: 0, total: 1 })
  })

  test('every keyword of lcov 2.5 and of Bazel, comments and blank lines', async () => {
    const lines = [
      'VER:1',
      '# between',
      '',
      'FN:1,3,f',
      'FNDA:2,f',
      'FNF:1',
      'FNH:1',
      'FNL:0,1,3',
      'FNA:0,2,f',
      'MCDC:1,2,t,1,0,a',
      'MCF:2',
      'MCH:1',
      'BA:1,2',
      'BA:1,1',
      'DA:1,2',
      ' ',
    ]

    const report = await read('lcov', `# made by hand\n\n${record('a.c', ...lines).replace('SF:', 'KF:')}`)

    expect(countsOf(report)).toBe('lines 1/1, branches 1/2')
  })

  test('an end_of_record without its newline ends the last record', async () => {
    expect(countsOf(await read('lcov', record('a.rs', 'DA:1,1').trimEnd()))).toBe('lines 1/1, branches 0/0')
    expect(countsOf(await read('lcov', `${record('a.rs', 'DA:1,1').trimEnd()}\r`))).toBe('lines 1/1, branches 0/0')
  })

  test('trap 18: a byte order mark and UTF-16, as PowerShell redirects it, are read', async () => {
    const text = `\uFEFF${record('é.py', 'DA:1,1')}`

    expect(fileOf(await read('lcov', text), 'é.py').hitsAt(1)).toBe(1)
    expect(fileOf(await read('lcov', Buffer.from(text, 'utf16le')), 'é.py').hitsAt(1)).toBe(1)
  })

  test('two records of one file are a union', async () => {
    const report = await read(
      'lcov',
      record('a.c', 'DA:1,1', 'DA:2,0', 'BRDA:1,0,0,1', 'BRDA:1,0,1,-', 'LF:2', 'LH:1') +
        record('a.c', 'DA:2,5', 'DA:3,0', 'BRDA:1,0,0,0', 'BRDA:1,0,1,2', 'LF:2', 'LH:1'),
    )

    expect(report.files).toHaveLength(1)
    expect(countsOf(report)).toBe('lines 2/3, branches 2/2')
    // 4 and 2 would be the sums: of a union they say nothing
    expect(report.declared).toEqual({})
  })
})

describe('branches', () => {
  test('trap 8: two blocks on one line with 3 of 4 taken are 3 of 4', async () => {
    const report = await read(
      'lcov',
      record('a.c', 'DA:1,2', 'BRDA:1,0,0,1', 'BRDA:1,0,1,0', 'BRDA:1,1,0,2', 'BRDA:1,1,1,1'),
    )

    expect(countsOf(report)).toBe('lines 1/1, branches 3/4')
    expect(report.branches).toBe('collected')
  })

  test('trap 8: two identical BRDA lines of one record are two branches, in two records they are one', async () => {
    const one = record('a.c', 'DA:1,1', 'BRDA:1,0,1,1', 'BRDA:1,0,1,0')

    expect(countsOf(await read('lcov', one))).toBe('lines 1/1, branches 1/2')
    expect(countsOf(await read('lcov', one + one))).toBe('lines 1/1, branches 1/2')
  })

  test('equal ones are told apart also where lines do not ascend and where one line has many', async () => {
    const scattered = record('a.c', 'BRDA:5,0,1,1', 'BRDA:3,0,1,0', 'BRDA:5,0,1,0', 'BRDA:3,0,1,0', 'BRDA:5,0,1,0')
    const many = record('b.c', ...Array.from({ length: 200 }, (_, at) => `BRDA:4,${at % 100},1,${at < 30 ? 1 : 0}`))

    expect(countsOf(await read('lcov', scattered))).toBe('lines 0/0, branches 1/5')
    expect(countsOf(await read('lcov', many))).toBe('lines 0/0, branches 30/200')
    expect(countsOf(await read('lcov', many + many))).toBe('lines 0/0, branches 30/200')
  })

  test('lcov 2.5 marks exceptions and fallthroughs, and unreachable branches, which do not count', async () => {
    const lines = ['BRDA:1,e0,1,1', 'BRDA:1,f0,2,0', 'BRDA:1,U0,3,0', 'BRDA:1,eU0,4,0', 'BRDA:1,Unit,5,0']
    const report = await read('lcov', record('a.c', 'DA:1,1', ...lines, 'BRF:3', 'BRH:1'))

    expect(countsOf(report)).toBe('lines 1/1, branches 1/3')
    expect(report.declared).toEqual({ branchesTotal: 3, branchesCovered: 1 })
  })

  test('a flag is no part of the identity: reports of two versions of lcov give one branch', async () => {
    const report = await read('lcov', record('a.c', 'BRDA:1,e0,1,0') + record('a.c', 'BRDA:1,0,1,1'))

    expect(countsOf(report)).toBe('lines 0/0, branches 1/1')
  })

  test('branches that gcovr could not number, and texts, are keys as they stand', async () => {
    const report = await read('lcov', record('a.c', 'BRDA:1242,None,1,-', 'BRDA:4,0,jump to line 8,0', 'BRDA:4,0,é,1'))

    expect(countsOf(report)).toBe('lines 0/0, branches 1/3')
  })

  test('trap 7: BRF:0 and no BRDA is no branch data, whatever else it says', async () => {
    const none = await read('lcov', record('a.rs', 'BRF:0', 'BRH:0', 'DA:1,1', 'LF:1', 'LH:1'))
    const unreachable = await read('lcov', record('a.rs', 'BRDA:1,U0,0,-', 'DA:1,1'))

    expect(none.branches).toBe('none')
    // they were collected, and there is none that counts
    expect(unreachable.branches).toBe('collected')
    expect(countsOf(unreachable)).toBe('lines 1/1, branches 0/0')
  })

  test('branches without BRF are branches', async () => {
    const report = await read('lcov', record('a.js', 'DA:1,1', 'BRDA:1,0,0,1', 'BRDA:1,0,1,0', 'LF:1', 'LH:1'))

    expect(countsOf(report)).toBe('lines 1/1, branches 1/2')
    expect(report.declared).toEqual({ linesTotal: 1, linesCovered: 1 })
  })
})

describe('own totals', () => {
  const both = record('a', 'DA:1,1', 'LH:1', 'LF:1') + record('b', 'LF:2', 'DA:1,1', 'DA:2,0', 'LH:1')

  test('are summed over the records, before or after what they count', async () => {
    expect((await read('lcov', both)).declared).toEqual({ linesTotal: 3, linesCovered: 2 })
  })

  test('are none where a record with lines has none, or where a 0 stands beside counted lines', async () => {
    expect((await read('lcov', both + record('c', 'DA:1,1'))).declared).toEqual({})
    expect((await read('lcov', both + record('c', 'DA:1,1', 'LF:0', 'LH:0'))).declared).toEqual({})
    expect((await read('lcov', both + record('c'))).declared).toEqual({ linesTotal: 3, linesCovered: 2 })
  })

  const generic = ['FN:3,f::<u8>', 'FN:3,f::<u16>', 'DA:3,1', 'DA:4,1', 'BRDA:3,0,0,1', 'BRDA:3,1,0,1']

  test('trap 43: LH, BRF and BRH below the counted ones are explained in a record with two functions on a line', async () => {
    const report = await read('lcov', record('a.rs', ...generic, 'BRF:1', 'BRH:1', 'LF:2', 'LH:1'))

    expect(countsOf(report)).toBe('lines 2/2, branches 2/2')
    expect(report.declared).toEqual({ linesTotal: 2, linesCovered: 1, branchesTotal: 1, branchesCovered: 1 })
    expect(report.explainedMismatch).toContain('best instantiation')
  })

  test('trap 43: aliases of one function of lcov 2.2 explain it too', async () => {
    const aliases = ['FNL:0,3', 'FNA:0,1,f<int>', 'FNA:0,0,f<char>', 'DA:3,1', 'DA:4,1', 'LF:2', 'LH:1']

    expect((await read('lcov', record('a.cpp', ...aliases))).explainedMismatch).toContain('best instantiation')
  })

  test.each([
    ['no two functions on a line', record('a.rs', 'FN:3,f', 'FN:4,g', 'DA:3,1', 'DA:4,1', 'LF:2', 'LH:1')],
    ['LH above the counted', record('a.rs', ...generic, 'LF:2', 'LH:3')],
    ['LF below the counted', record('a.rs', ...generic, 'LF:1', 'LH:1')],
    [
      'another record that nothing explains',
      record('a.rs', ...generic, 'LF:2', 'LH:1') + record('b.rs', 'DA:1,1', 'LF:1', 'LH:0'),
    ],
  ])('trap 43: %s is not explained', async (_, text) => {
    expect((await read('lcov', text)).explainedMismatch).toBeUndefined()
  })
})

describe('trap 5: shards', () => {
  test('two reports are a union of their lines and branches', async () => {
    const first = await read('lcov', record('a.py', 'DA:1,1', 'DA:2,0', 'BRDA:1,0,x,1', 'BRDA:1,0,y,0'))
    const second = await read('lcov', record('a.py', 'DA:2,2', 'DA:3,0', 'BRDA:1,0,x,0', 'BRDA:1,0,y,4'))

    const files = mergeCoverage([...first.files, ...second.files])

    expect(countsOf({ files: [...files.values()].map((coverage) => ({ coverage })) })).toBe('lines 2/3, branches 2/2')
  })
})

describe('what is no LCOV', () => {
  test.each([
    ['a line number that is none', record('a', 'DA:x,1'), 5],
    ['no line number', record('a', 'DA:,1'), 5],
    ['a negative line number', record('a', 'DA:-1,1'), 5],
    ['no count', record('a', 'DA:1,'), 5],
    ['no comma', record('a', 'DA:1'), 5],
    ['trap 24: a count that is a word', record('a', 'DA:1,Unknown'), 5],
    ['trap 24: NaN', record('a', 'DA:1,NaN'), 5],
    ['trap 24: a fraction', record('a', 'DA:1,0.75'), 5],
    ['trap 24: own totals that are no number', record('a', 'LF:NaN'), 5],
    ['trap 24: own totals below zero', record('a', 'DA:1,1', 'LH:-1'), 12],
    ['trap 22: a line number above 10 million', record('a', 'DA:10000001,1'), 5],
    ['trap 22: a line number near 2^31', record('a', 'DA:2147483647,1'), 5],
    ['trap 22: a branch of such a line', record('a', 'BRDA:2147483647,0,0,1'), 5],
    ['a branch without taken', record('a', 'BRDA:1,0,1'), 5],
    ['a branch that is taken a word times', record('a', 'BRDA:1,0,0,yes'), 5],
    ['a branch of no line', record('a', 'BRDA:,0,0,1'), 5],
    ['an unknown keyword', record('a', 'DA:1,1', 'LINES:3'), 12],
    ['a line of another file', record('a', 'some text'), 5],
    ['a line outside of a record', `DA:1,1\n${record('a')}`, 0],
    ['own totals after the record', `${record('a', 'DA:1,1')}LF:1\n`, 26],
    ['an end_of_record without its record', `${record('a')}end_of_record\n`, 19],
    ['a record without a path', record(''), 0],
  ])('%s is refused with its place', async (_, text, offset) => {
    expect(await refusalOf('lcov', text)).toBe(`unreadable-report at ${offset}`)
  })

  test('the message quotes what was found and says what was expected', async () => {
    const { message } = await problemOf('lcov', record('a', 'BRDA:1,0,yes'))

    expect(message).toContain('at byte 5')
    expect(message).toContain('BRDA is "1,0,yes": expected line,block,branch,taken')
  })

  test('trap 22: lines up to 10 million are read, and make no room for those below', async () => {
    const report = await read('lcov', record('a', 'DA:10000000,1'))

    expect(hitsOf(fileOf(report, 'a'))).toBe('10000000:1')
  })
})
