import { decodeText, LineScanner, pushAll, ScanError, textOf, XmlScanner } from '@hardgate/scan'
import { describe, expect, test } from '@jest/globals'

async function* inChunks(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function decoded(bytes: Uint8Array, size = Math.max(1, bytes.length)): Promise<Buffer> {
  const parts: Uint8Array[] = []
  for await (const part of decodeText(inChunks(bytes, size))) parts.push(Uint8Array.from(part))
  return Buffer.concat(parts)
}

const utf16be = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16()
const xml = (encoding: string, rest: string): string => `<?xml version="1.0" encoding="${encoding}"?>\n<a>${rest}</a>`
const TEXT = xml('utf-8', '\u00e9\u20ac\u{1f600}')

describe('trap 18', () => {
  test.each([
    ['UTF-8', Buffer.from(TEXT), TEXT],
    ['UTF-8 with a byte order mark', Buffer.from(`\ufeff${TEXT}`), TEXT],
    ['UTF-16LE with a byte order mark', Buffer.from(`\ufeff${TEXT}`, 'utf16le'), TEXT],
    ['UTF-16BE with a byte order mark', utf16be(`\ufeff${TEXT}`), TEXT],
    ['UTF-16LE without one', Buffer.from('<a>\u00e9</a>', 'utf16le'), '<a>\u00e9</a>'],
    ['UTF-16BE without one', utf16be('<a>\u00e9</a>'), '<a>\u00e9</a>'],
    ['JSON in UTF-16LE', Buffer.from('{"\u00e9":1}', 'utf16le'), '{"\u00e9":1}'],
    ['JSON in UTF-16BE', utf16be('{"\u00e9":1}'), '{"\u00e9":1}'],
    ['LCOV in UTF-16LE', Buffer.from('\ufeffTN:\r\nSF:\u00e9\r\n', 'utf16le'), 'TN:\r\nSF:\u00e9\r\n'],
    [
      'declared latin-1',
      Buffer.from(xml('ISO-8859-1', '\u00e9\u00ff\u0080'), 'latin1'),
      xml('ISO-8859-1', '\u00e9\u00ff\u0080'),
    ],
    ['declared us-ascii', Buffer.from(xml('us-ascii', 'e')), xml('us-ascii', 'e')],
    ['nothing', Buffer.from(''), ''],
    ['one byte', Buffer.from('1'), '1'],
    ['two bytes', Buffer.from('{}'), '{}'],
  ])('trap 18: %s becomes UTF-8, in chunks of any size', async (_, bytes, text) => {
    for (const size of [bytes.length, 1, 2, 3, 7]) {
      expect((await decoded(bytes, Math.max(1, size))).toString()).toBe(text)
    }
  })

  test('trap 18: declared windows-1252 has its own signs between 0x80 and 0x9f', async () => {
    const bytes = Buffer.concat([Buffer.from(xml('windows-1252', '')), Uint8Array.of(0x80, 0x92, 0x9f, 0x81, 0xe9)])

    const text = (await decoded(bytes)).toString()

    expect(text.slice(text.indexOf('</a>') + 4)).toBe('\u20ac\u2019\u0178\u0081\u00e9')
  })

  test('trap 18: what a redirect of PowerShell makes of a report is read like the report', async () => {
    const names: string[] = []
    const report = Buffer.from(`\ufeff${xml('utf-8', '<line number="1"/>')}\r\n`, 'utf16le')
    const scanner = new XmlScanner({ open: (tag) => names.push(tag.name), close: () => {} })

    await pushAll(decodeText(inChunks(report, 5)), scanner)

    expect(names).toEqual(['a', 'line'])
  })
})

test('a declaration in single quotes and over two lines names its encoding too', async () => {
  const bytes = Buffer.from("<?xml version='1.0'\n encoding = 'Latin1' ?><a>\u00e9</a>", 'latin1')

  expect((await decoded(bytes)).toString('utf8')).toContain('<a>\u00e9</a>')
})

test('an encoding that only looks declared is none', async () => {
  const text = '<?xml version="1.0"?><a b=\' encoding="utf-7"\'/>'

  expect((await decoded(Buffer.from(text))).toString()).toBe(text)
})

test('bytes that were read one by one are no UTF-16, whatever their declaration says', async () => {
  expect((await decoded(Buffer.from(xml('utf-16', '\u00e9')))).toString()).toBe(xml('utf-16', '\u00e9'))
})

test.each(['shift_jis', 'utf-7', 'ISO-8859-15', 'constructor'])(
  'the encoding %s is refused by its name',
  async (name) => {
    await expect(decoded(Buffer.from(xml(name, '')))).rejects.toThrow(
      new ScanError(`the encoding "${name}" is not read: UTF-8, UTF-16, ISO-8859-1 and windows-1252 are`, 0),
    )
  },
)

test('UTF-32 is refused by its name', async () => {
  await expect(decoded(Uint8Array.of(0xff, 0xfe, 0, 0, 0x3c, 0, 0, 0))).rejects.toThrow(
    'the encoding UTF-32 is not read',
  )
  await expect(decoded(Uint8Array.of(0, 0, 0xfe, 0xff, 0, 0, 0, 0x3c))).rejects.toThrow(
    'the encoding UTF-32 is not read',
  )
})

test('trap 20: UTF-16 that is cut within a character is truncated', async () => {
  const bytes = Buffer.from('\ufeff<a/>', 'utf16le')

  await expect(decoded(bytes.subarray(0, -1))).rejects.toMatchObject({ isTruncated: true })
})

test('invalid UTF-8 is passed untouched', async () => {
  const bytes = Uint8Array.of(0x53, 0x46, 0x3a, 0xff, 0xc3, 0x28, 0x0a)

  expect([...(await decoded(bytes, 2))]).toEqual([...bytes])
})

test('pushAll gives a scanner every chunk and the end', async () => {
  const lines: string[] = []
  const scanner = new LineScanner(({ bytes, start, end }) => lines.push(textOf(bytes, start, end)))

  await pushAll(inChunks(Buffer.from('a\nbc\nd'), 2), scanner)

  expect(lines).toEqual(['a', 'bc', 'd'])
  expect(scanner.lastLineIsOpen).toBe(true)
})
