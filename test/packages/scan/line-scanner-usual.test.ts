import { LineScanner } from '@hardgate/scan'
import { expect, test } from '@jest/globals'

const TEXT = Buffer.from('ab\nacc\nb1\nad\n\nb2\r\na3\r\naaaa\nab')
const LF = 10

/** What is handed over, with its place: `usual` lines begin with "a" and end in LF alone. */
function linesOf(size: number): string[] {
  const all: string[] = []
  const usual = (bytes: Uint8Array, at: number, offset: number): number => {
    const end = bytes.indexOf(LF, at)
    const text = end < 0 ? '' : Buffer.from(bytes.subarray(at, end)).toString()
    if (!/^a\w*$/.test(text)) return -1
    all.push(`usual ${offset} ${text}`)
    return end + 1
  }
  const scanner = new LineScanner(
    ({ bytes, start, end, offset }) => all.push(`line ${offset} ${Buffer.from(bytes.subarray(start, end)).toString()}`),
    {},
    usual,
  )
  for (let at = 0; at < TEXT.length; at += size) scanner.push(TEXT.subarray(at, at + size))
  scanner.end()
  return all
}

test('lines that are read as usual ones are not handed over, and the others are', () => {
  expect(linesOf(TEXT.length)).toEqual([
    'usual 0 ab',
    'usual 3 acc',
    'line 7 b1',
    'usual 10 ad',
    'line 13 ',
    'line 14 b2',
    'line 18 a3',
    'usual 22 aaaa',
    'line 27 ab',
  ])
})

test.each([1, 2, 3, 5, 8, 13])('in chunks of %d each line is read once, in order, at its place', (size) => {
  const withoutWay = (lines: string[]): string[] => lines.map((line) => line.replace(/^\w+ /, ''))

  expect(withoutWay(linesOf(size))).toEqual(withoutWay(linesOf(TEXT.length)))
})
