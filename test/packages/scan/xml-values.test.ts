import { XmlScanner } from '@hardgate/scan'
import { expect, test } from '@jest/globals'

function valuesOf(written: readonly string[]): string[] {
  const values: string[] = []
  const scanner = new XmlScanner({ open: (tag) => values.push(tag.text('v') ?? 'none'), close: () => undefined })
  scanner.push(Buffer.from(`<r v="">${written.map((value) => `<a v="${value}"/>`).join('')}</r>`))
  scanner.end()
  return values.slice(1)
}

test('a value that was met before is the same text', () => {
  const written = ['50% (1/2)', 'a&amp;b', 'a\tb\r\nc', '€', '', '&#9;', 'x'.repeat(32), 'x'.repeat(33)]
  const read = ['50% (1/2)', 'a&b', 'a b c', '€', '', '\t', 'x'.repeat(32), 'x'.repeat(33)]

  expect(valuesOf([...written, ...written])).toEqual([...read, ...read])
})

test('more different values than are kept stay what they are', () => {
  const written = Array.from({ length: 20_000 }, (_, at) => `value ${(at * 7919) % 6000}`)

  expect(valuesOf(written)).toEqual(written)
})
