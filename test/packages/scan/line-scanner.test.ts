import { LineScanner, ScanError, textOf } from '@hardgate/scan'
import { expect, test } from '@jest/globals'
import { pushInChunks } from './xml-events.ts'

interface Read {
  readonly lines: readonly (readonly [text: string, offset: number, isOpen: boolean])[]
  readonly lastLineIsOpen: boolean
}

function read(text: string | Uint8Array, chunk?: number, limits = {}): Read {
  const lines: [string, number, boolean][] = []
  const scanner: LineScanner = new LineScanner(({ bytes, start, end, offset }) => {
    lines.push([textOf(bytes, start, end), offset, scanner.lastLineIsOpen])
  }, limits)
  pushInChunks(scanner, Buffer.from(text), chunk)
  return { lines, lastLineIsOpen: scanner.lastLineIsOpen }
}

test('LF and CRLF end a line, CR alone does not, and every line knows its offset', () => {
  expect(read('TN:\nSF:a\r\n\r\n\nx\ry\n')).toEqual({
    lines: [
      ['TN:', 0, false],
      ['SF:a', 4, false],
      ['', 10, false],
      ['', 12, false],
      ['x\ry', 13, false],
    ],
    lastLineIsOpen: false,
  })
})

test('trap 20: a last line without an end is handed on and known to be open, also while it is handed on', () => {
  expect(read('a\nb')).toEqual({
    lines: [
      ['a', 0, false],
      ['b', 2, true],
    ],
    lastLineIsOpen: true,
  })
  expect(read('a\r')).toEqual({ lines: [['a\r', 0, true]], lastLineIsOpen: true })
})

test('no bytes are no line, and nothing is open', () => {
  expect(read('')).toEqual({ lines: [], lastLineIsOpen: false })
})

test('every size of chunk gives the same lines', () => {
  const text = `TN:\r\nSF:C:\\\u20ac\\a.c\n\n${'DA:1,2\r\n'.repeat(20)}${'x'.repeat(300)}\nend_of_record`
  const whole = read(text)

  expect(whole.lines).toHaveLength(25)
  for (let chunk = 1; chunk <= Buffer.byteLength(text); chunk += 1) {
    expect([chunk, read(text, chunk)]).toEqual([chunk, whole])
  }
})

test('trap 22: a line that is one byte too long is an error, in chunks of any size', () => {
  const limits = { maxLineBytes: 4 }

  for (const chunk of [undefined, 1, 3]) {
    expect(read('abcd\nabcd', chunk, limits).lines).toHaveLength(2)
    expect(() => read('abcd\nabcde\n', chunk, limits)).toThrow(new ScanError('a line longer than 4 bytes', 5))
    expect(() => read('abcde', chunk, limits)).toThrow('a line longer than 4 bytes')
  }
})

test('after an error of its handler a scanner refuses to go on', () => {
  const scanner = new LineScanner(() => {
    throw new Error('not a line of LCOV')
  })

  expect(() => scanner.push(Buffer.from('a\nb'))).toThrow('not a line of LCOV')
  expect(() => scanner.end()).toThrow('nothing can be read after an error')
})
