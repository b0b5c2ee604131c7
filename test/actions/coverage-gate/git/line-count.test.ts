import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { lineCountOf } from '../../../../actions/coverage-gate/src/git/line-count.ts'
import { scratch } from './scratch.ts'

describe('trap 17: the lines of a file', () => {
  test.each<[string, string, number]>([
    ['nothing is one line', '', 1],
    ['a line without an end', 'a', 1],
    ['what follows the last end is a line too', 'a\n', 2],
    ['LF', 'a\nb\nc', 3],
    ['CRLF ends one line', 'a\r\nb\r\n', 3],
    ['a lone CR ends one', 'a\rb\r\rc', 4],
    ['CR, CRLF, LF', 'a\r\r\n\nb', 4],
    ['the line separators of JavaScript', 'a\u2028b\u2029c', 3],
    ['letters that share their bytes', 'âèé€𝄨', 1],
  ])('are counted as no tool counts more: %s', (_name, text, lines) => {
    const here = scratch()
    here.write('a', text)

    expect(lineCountOf(join(here.path, 'a'))).toBe(lines)
  })

  test('are counted over any number of chunks', () => {
    const here = scratch()
    here.write('a', 'x\r\n'.repeat(500_000))

    expect(lineCountOf(join(here.path, 'a'))).toBe(500_001)
  })

  test.each(['gone', '', 'x'.repeat(5000), 'a\0b'])('%j is no file', (name) => {
    expect(lineCountOf(join(scratch().path, name))).toBeUndefined()
  })

  // 65 536 bytes are looked at together
  test.each<[string, string, number]>([
    ['between CR and LF', `${'x'.repeat(65_535)}\r\nb`, 2],
    ['after a CR', `${'x'.repeat(65_535)}\rb`, 2],
    ['within U+2028', `${'x'.repeat(65_535)}\u2028b`, 2],
    ['before the last byte of U+2029', `${'x'.repeat(65_534)}\u2029b`, 2],
    ['before a last byte that is another character', `${'x'.repeat(65_534)}\u2038b`, 1],
  ])('are counted where a part ends %s', (_name, text, lines) => {
    const here = scratch()
    here.write('a', text)

    expect(lineCountOf(join(here.path, 'a'))).toBe(lines)
  })

  test('are counted until there are enough, and exactly where there are not', () => {
    const here = scratch()
    here.write('a', 'x\n'.repeat(100_000))

    expect([1, 2, 100_001, 100_002].map((enough) => lineCountOf(join(here.path, 'a'), enough))).toEqual([
      1, 2, 100_001, 100_001,
    ])
  })
})
