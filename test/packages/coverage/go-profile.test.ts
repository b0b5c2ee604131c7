import { describe, expect, test } from '@jest/globals'
import { fileOf, hitsOf, problemOf, read, refusalOf } from './text-documents.ts'

const profile = (...blocks: readonly string[]): string => `${['mode: count', ...blocks].join('\n')}\n`

const statementsOf = async (text: string): Promise<string> => {
  const report = await read('go', text)
  const counts = report.files.map(({ coverage }) => coverage.totals().statements ?? { covered: 0, total: 0 })
  const total = counts.reduce((sum, count) => sum + count.total, 0)
  return `${counts.reduce((sum, count) => sum + count.covered, 0)}/${total}`
}

describe('statements and lines', () => {
  test('statements are counted by their number, lines by where blocks begin and end', async () => {
    const text = profile('x.io/m/a.go:3.14,5.10 2 7', 'x.io/m/a.go:5.10,7.3 1 0')
    const report = await read('go', text)

    expect(await statementsOf(text)).toBe('2/3')
    // line 5 is in both blocks, and one of them ran
    expect(hitsOf(fileOf(report, 'x.io/m/a.go'))).toBe('3:7 4:7 5:7 6:0 7:0')
    expect(report.branches).toBe('none')
    expect(report.declared).toEqual({})
  })

  test('a last line that holds a closing brace alone is none of its lines', async () => {
    const report = await read(
      'go',
      profile('a.go:3.14,5.2 2 1', 'b.go:3.14,5.1 2 1', 'c.go:3.14,5.3 2 1', 'd.go:3.1,3.2 1 1'),
    )

    expect(report.files.map(({ coverage }) => hitsOf(coverage))).toEqual(['3:1 4:1', '3:1 4:1', '3:1 4:1 5:1', '3:1'])
  })

  test('a block without statements is neither a statement nor a line; its file is there', async () => {
    const report = await read('go', profile('a.go:3.14,5.2 0 0'))

    expect(report.files.map(({ path }) => path)).toEqual(['a.go'])
    expect(report.files[0]?.coverage.totals().lines).toEqual({ covered: 0, total: 0 })
  })

  test('blocks repeated by -coverpkg are merged before anything is counted', async () => {
    const text = profile('a.go:1.1,2.5 3 0', 'b.go:1.1,2.5 1 0', 'a.go:1.1,2.5 3 2', 'a.go:1.1,2.5 3 0')

    expect(await statementsOf(text)).toBe('3/4')
    expect(hitsOf(fileOf(await read('go', text), 'a.go'))).toBe('1:2 2:2')
  })

  test('paths stay as they are written: import paths, absolute ones, drives, blanks', async () => {
    const paths = ['x.io/m/a.go', '/home/me/b.go', 'C:\\ws\\c.go', './d e:f.go']
    const report = await read('go', profile(...paths.map((path) => `${path}:1.1,1.5 1 1`)))

    expect(report.files.map(({ path }) => path)).toEqual(paths)
  })

  test('CRLF, blank lines and profiles one after the other are read', async () => {
    expect(
      await statementsOf(`mode: set\r\na.go:1.1,1.5 1 1\r\n\r\n${profile('a.go:1.1,1.5 1 0', 'a.go:2.1,2.5 1 0')}`),
    ).toBe('1/2')
  })

  test('a profile of nothing has no files', async () => {
    expect((await read('go', 'mode: set\n')).files).toEqual([])
  })

  test('a count beyond 2^53 stays there', async () => {
    const report = await read('go', profile('a.go:1.1,1.5 1 18446744073709551615'))

    expect(hitsOf(fileOf(report, 'a.go'))).toBe('1:9007199254740991')
  })
})

describe('what is no profile', () => {
  test.each([
    ['no mode', 'a.go:1.1,1.5 1 1\n', 0],
    ['another mode', 'mode: sets\na.go:1.1,1.5 1 1\n', 0],
    ['a block without a count', profile('a.go:1.1,1.5 1'), 12],
    ['a block without a path', profile(':1.1,1.5 1 1'), 12],
    ['a block without columns', profile('a.go:1,1 1 1'), 12],
    ['a block that ends before it begins', profile('a.go:5.1,4.1 1 1'), 12],
    ['line 0', profile('a.go:0.1,4.1 1 1'), 12],
    ['trap 24: a count below zero', profile('a.go:1.1,1.5 1 -1'), 12],
    ['trap 24: a count that is no number', profile('a.go:1.1,1.5 1 NaN'), 12],
    ['trap 24: statements that are no number', profile('a.go:1.1,1.5 1,5 1'), 12],
    ['trap 22: a line above 10 million', profile('a.go:1.1,10000001.5 1 1'), 12],
    ['trap 22: blocks of far more lines than code has', profile('a.go:1.1,1000258.5 1 1'), 12],
    ['trap 22: more statements than a file has', profile('a.go:1.1,1.5 99999999999 1'), 12],
    ['text', profile('FAIL x.io/m [build failed]'), 12],
  ])('%s is refused with its place', async (_, text, offset) => {
    expect(await refusalOf('go', text)).toBe(`unreadable-report at ${offset}`)
  })

  test('a block with two numbers of statements is of two versions of its file', async () => {
    const { message } = await problemOf('go', profile('a.go:1.1,2.5 3 0', 'a.go:1.1,2.5 2 1'))

    expect(message).toContain('two versions of the file')
  })

  test('trap 20: a last line without its newline was cut', async () => {
    expect(await refusalOf('go', profile('a.go:1.1,1.5 1 10').slice(0, -1))).toBe('truncated-report at 12')
    expect(await refusalOf('go', profile('a.go:1.1,1.5 1 10').slice(0, -2))).toBe('truncated-report at 12')
    expect(await refusalOf('go', 'mode: se')).toBe('truncated-report at 0')
  })
})
