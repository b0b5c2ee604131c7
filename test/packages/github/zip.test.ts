import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deflateRawSync } from 'node:zlib'
import { type ZipLies, type ZipPart, zip64Field, zipOf } from '@hardgate/fakes'
import { readZip, unzipInto, ZipError, type ZipLimits } from '@hardgate/github'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'

const LIMITS: ZipLimits = { maxBytes: 1_000_000 }
const FIXTURES = join(import.meta.dirname, '../../fixtures/zip')

let folder: string
let uses = 0
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hardgate-zip-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

async function refusalOf(parts: readonly ZipPart[], lies: ZipLies = {}, limits = LIMITS): Promise<string> {
  return refusalOfBytes(zipOf(parts, lies), limits)
}

async function refusalOfBytes(archive: Buffer, limits = LIMITS): Promise<string> {
  try {
    await unzipInto(archive, join(folder, `out${uses++}`), limits)
  } catch (error) {
    if (error instanceof ZipError) return error.message
    throw error
  }
  return 'not refused'
}

describe('archives of real writers', () => {
  test.each(['upload-artifact', 'info-zip', 'info-zip-streamed', 'jar', 'python-zip64', 'python-stored'])(
    '%s is read whole',
    async (name) => {
      const files = await unzipInto(readFileSync(join(FIXTURES, `${name}.zip`)), join(folder, 'out'), LIMITS)

      expect(files.toSorted((a, b) => (a.path < b.path ? -1 : 1))).toEqual([
        { path: 'coverage-gate.json', size: 20 },
        { path: 'deep/er/merged.lcov', size: 70_000 },
        { path: 'deep/ünï cödé.txt', size: 8 },
        { path: 'empty.txt', size: 0 },
      ])
      expect(readFileSync(join(folder, 'out/coverage-gate.json'), 'utf8')).toBe('{"schemaVersion":1}\n')
      expect(readFileSync(join(folder, 'out/deep/er/merged.lcov'), 'utf8')).toBe('DA:1,1\n'.repeat(10_000))
      expect(readFileSync(join(folder, 'out/deep/ünï cödé.txt'), 'utf8')).toBe('grüße\n')
    },
  )

  test('one cut after any byte is refused', async () => {
    const archive = readFileSync(join(FIXTURES, 'upload-artifact.zip'))

    for (let end = 0; end < archive.length; end += 1)
      expect(() => readZip(archive.subarray(0, end), LIMITS)).toThrow(ZipError)
  })

  test('one with any single byte spoilt is read right or refused', async () => {
    const archive = readFileSync(join(FIXTURES, 'python-stored.zip'))

    const wrong: number[] = []
    for (let at = 0; at < archive.length; at += 1) {
      const spoilt = Buffer.from(archive)
      spoilt.writeUInt8(spoilt.readUInt8(at) ^ 0x55, at)
      const contents = await contentsOf(spoilt)
      // a name may become another name; what stands under it is what was written
      if (contents !== undefined && contents.toSorted().join('|') !== '|DA|grüße\n|{"schemaVersion":1}\n')
        wrong.push(at)
    }
    expect(wrong).toEqual([])
  })

  async function contentsOf(archive: Buffer): Promise<string[] | undefined> {
    try {
      const texts: string[] = []
      for (const { read } of readZip(archive, LIMITS)) {
        const chunks: Buffer[] = []
        for await (const chunk of read()) chunks.push(chunk)
        const text = Buffer.concat(chunks).toString('utf8')
        texts.push(text === 'DA:1,1\n'.repeat(10_000) ? 'DA' : text)
      }
      return texts
    } catch (error) {
      if (error instanceof ZipError) return undefined
      throw error
    }
  }

  test('a comment at its end, and the end record again in it, change nothing', async () => {
    const parts = [{ name: 'a.txt', content: 'a' }]

    expect(await refusalOf(parts, { comment: 'made by hand' })).toBe('not refused')
    expect(await refusalOf([{ name: 'b.txt', content: 'b' }], { comment: 'PK\u0005\u0006' })).toBe('not refused')
  })
})

describe('names', () => {
  test.each([
    ['../out.txt'],
    ['a/../../out.txt'],
    ['/etc/passwd'],
    ['C:/out.txt'],
    ['C:out.txt'],
    ['..\\out.txt'],
    ['a\\b.txt'],
    ['a//b.txt'],
    ['./a.txt'],
    ['a/./b.txt'],
    [''],
    ['a.txt\u0000.json'],
    ['a\nb'],
    ['..'],
    ['../'],
  ])('%j is refused, and nothing at all is written', async (name) => {
    const refusal = await refusalOf([
      { name: 'good.txt', content: 'g' },
      { name, content: name.endsWith('/') ? '' : 'x' },
    ])

    expect(refusal).toMatch(/leads out of the folder/)
    expect(readdirSync(folder)).toEqual([])
  })

  test('two of one name are refused, also in other case, in other Unicode form, and as a folder', async () => {
    const pair = (a: string, b: string): Promise<string> => refusalOf([{ name: a }, { name: b }])

    expect(await pair('a.txt', 'a.txt')).toBe('it holds a.txt twice')
    expect(await pair('a.txt', 'A.TXT')).toBe('it holds A.TXT twice (as a.txt)')
    expect(await pair('\u00e9', 'e\u0301')).toMatch(/twice/)
    expect(await pair('a', 'a/b.txt')).toBe('a folder of a/b.txt is a file as well')
    expect(await pair('a/b.txt', 'a')).toBe('a folder of a/b.txt is a file as well')
  })

  test('a name that differs in the two places, is too long, or no UTF-8 is refused', async () => {
    expect(await refusalOf([{ name: 'a.txt', localName: 'b.txt' }])).toBe('a.txt has two names')
    expect(await refusalOf([{ name: 'a'.repeat(1025) }])).toBe('it holds a name of 1025 bytes')
    expect(await refusalOf([{ name: Buffer.from([0x66, 0xfc, 0x72]) }])).toBe('it holds a name that is not UTF-8')
  })

  test('a link and a device are refused, a folder and a plain file of Unix are not', async () => {
    expect(await refusalOf([{ name: 'l', content: '/etc/passwd', mode: 0o120777 }])).toBe('l is no regular file')
    expect(await refusalOf([{ name: 'd', mode: 0o060600 }])).toBe('d is no regular file')
    expect(
      await refusalOf([
        { name: 'f/', mode: 0o040755 },
        { name: 'f/a', mode: 0o100644 },
      ]),
    ).toBe('not refused')
  })

  test('no file that is there already is replaced', async () => {
    writeFileSync(join(folder, 'a.txt'), 'mine')

    await expect(unzipInto(zipOf([{ name: 'a.txt', content: 'theirs' }]), folder, LIMITS)).rejects.toThrow(ZipError)

    expect(readFileSync(join(folder, 'a.txt'), 'utf8')).toBe('mine')
  })
})

describe('sizes', () => {
  const zeros = (bytes: number): Buffer => Buffer.alloc(bytes)

  test('acceptance 10: 10 GB of zeros are refused by what they declare, before a byte is unpacked', async () => {
    const tenGiB = 10n * 1024n ** 3n
    const packed = deflateRawSync(zeros(1000))
    const part = { name: 'zeros', packed, extra: zip64Field(tenGiB, BigInt(packed.length)) }

    expect(await refusalOf([part])).toBe('zeros has 10737418240 bytes unpacked, and 1000000 are read at most')
    expect(readdirSync(folder)).toEqual([])
  })

  test('acceptance 10: zeros that declare less end at what they declare', async () => {
    const packed = deflateRawSync(zeros(200_000_000))
    const [file] = readZip(zipOf([{ name: 'zeros', packed, size: 1000 }]), LIMITS)
    let given = 0
    const reading = (async () => {
      for await (const chunk of file?.read() ?? []) given += chunk.length
    })()

    await expect(reading).rejects.toThrow('zeros is larger than the 1000 bytes that it declares')
    expect(given).toBe(0)
  })

  test('many files that are too large together are refused, and so is one above its own limit', async () => {
    const two = [
      { name: 'a', content: zeros(600_000) },
      { name: 'b', content: zeros(600_000) },
    ]

    expect(await refusalOf(two)).toBe('it has 1200000 bytes unpacked, and 1000000 are read at most')
    expect(await refusalOf([{ name: 'a', content: 'abc' }], {}, { maxBytes: 100, maxFileBytes: 2 })).toBe(
      'a has 3 bytes unpacked, and 2 are read at most',
    )
  })

  test('files that share their bytes are refused', async () => {
    const parts = [
      { name: 'a', content: zeros(1000) },
      { name: 'a', content: zeros(1000), sharesWith: 0 },
    ]
    expect(await refusalOf(parts)).toBe('it holds a twice')
    // the same bytes under another name, which the local header then cannot have
    expect(await refusalOf([parts[0] ?? { name: '' }, { name: 'b', content: zeros(1000), sharesWith: 0 }])).toBe(
      'b has two names',
    )
    // one that lies within another: a whole archive as the stored content of a file
    const inner = zipOf([{ name: 'b', content: 'b', method: 0 }])
    const outer = zipOf([
      { name: 'a', content: inner, method: 0 },
      { name: 'b', content: 'b', method: 0, sharesWith: 0 },
    ])
    outer.writeUInt32LE(31, outer.length - 22 - 5) // the place of "b": right behind the header and the name of "a"
    expect(await refusalOfBytes(outer)).toBe('two of its files share their bytes')
  })

  test('more entries than are read, or than there is room for, are refused', async () => {
    const many = Array.from({ length: 11 }, (_, at) => ({ name: `${at}` }))

    expect(await refusalOf(many, {}, { maxBytes: 10, maxEntries: 10 })).toBe(
      'it holds 11 entries, and 10 are read at most',
    )
    expect(await refusalOf([{ name: 'a' }], { count: 9000 })).toBe('its directory is damaged')
    expect(await refusalOf([{ name: 'a' }, { name: 'b' }], { count: 1 })).toBe('its directory is damaged')
  })

  test('a size beyond all numbers is refused', async () => {
    const part = { name: 'a', extra: zip64Field(2n ** 60n, 1n) }

    expect(await refusalOf([part])).toBe('it has a size beyond all limits')
  })
})

describe('contents', () => {
  test('encrypted files and other methods are refused by name', async () => {
    expect(await refusalOf([{ name: 'a', content: 'a', flags: 1 }])).toBe('a is encrypted')
    expect(await refusalOf([{ name: 'a', content: 'a', flags: 0x41 }])).toBe('a is encrypted')
    expect(await refusalOf([{ name: 'a', content: 'a', method: 12 }])).toBe(
      'a is packed by method 12, which is not read',
    )
  })

  test('a wrong checksum, a wrong size and rubbish behind the end are refused', async () => {
    expect(await refusalOf([{ name: 'a', content: 'abc', crc: 1 }])).toBe('a is damaged: its checksum is another')
    expect(await refusalOf([{ name: 'a', content: 'abc', size: 4 }])).toBe('a ends after 3 of 4 bytes')
    expect(await refusalOf([{ name: 'a', content: 'abc', method: 0, size: 4 }])).toBe('a has two sizes')
    const behind = Buffer.concat([deflateRawSync('abc'), Buffer.from('more')])
    expect(await refusalOf([{ name: 'a', content: 'abc', packed: behind }])).toBe(
      'a is damaged: there is more behind its end',
    )
    expect(await refusalOf([{ name: 'a', content: 'abc', packed: Buffer.from('\u00ff\u00ffno') }])).toBe(
      'a is damaged: it cannot be unpacked',
    )
  })

  test('a gap in front of the end record, in which a second directory could stand, is refused', async () => {
    expect(await refusalOf([{ name: 'a' }], { gap: 1 })).toBe('its directory is damaged')
  })

  test('what is no archive is refused', async () => {
    expect(await refusalOfBytes(Buffer.from('<html>'))).toBe('it is no zip archive, or ends early')
    expect(await refusalOfBytes(Buffer.alloc(0))).toBe('it is no zip archive, or ends early')
  })
})
