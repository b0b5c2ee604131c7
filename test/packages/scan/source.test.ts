import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { openSource, type Source, type SourceOptions } from '@hardgate/scan'
import { afterAll, describe, expect, test } from '@jest/globals'

const folder = mkdtempSync(join(tmpdir(), 'source-'))
afterAll(() => rmSync(folder, { recursive: true }))

let files = 0
function fileOf(bytes: Uint8Array): string {
  files += 1
  const path = join(folder, String(files))
  writeFileSync(path, bytes)
  return path
}

async function readAll(
  bytes: Uint8Array,
  options?: SourceOptions,
): Promise<{ readonly source: Source; readonly text: Buffer }> {
  const source = openSource(fileOf(bytes), options)
  const parts: Buffer[] = []
  // a chunk is valid until the next is asked for
  for await (const chunk of source.chunks()) parts.push(Buffer.from(chunk))
  return { source, text: Buffer.concat(parts) }
}

/** 2 MiB that do not repeat, so several chunks of a file and many pieces of a gzip file. */
const text = Buffer.from(Array.from({ length: 200_000 }, (_, i) => `${(i * 7919) % 100_003},x\n`).join(''))
const gz = gzipSync(text)
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

describe('a plain file', () => {
  test('is given as it is, with its size and hash', async () => {
    const { source, text: read } = await readAll(text)

    expect(read.equals(text)).toBe(true)
    expect(source.facts()).toEqual({ bytes: text.length, sha256: sha256(text) })
    expect([source.isGzip, source.isCut]).toEqual([false, false])
  })

  test('of no bytes has no chunk', async () => {
    const { source, text: read } = await readAll(Buffer.alloc(0))

    expect(read).toHaveLength(0)
    expect(source.facts()).toEqual({ bytes: 0, sha256: sha256(Buffer.alloc(0)) })
  })

  test('is closed when nobody wants the rest', async () => {
    const source = openSource(fileOf(text))

    for await (const chunk of source.chunks()) {
      expect(chunk.length).toBe(262_144)
      break
    }

    expect(source.facts().bytes).toBe(262_144)
  })

  test('as text loses its byte order mark and is UTF-8', async () => {
    const source = openSource(fileOf(Buffer.from('\ufeffgrün', 'utf16le')))
    const parts: Uint8Array[] = []
    for await (const part of source.text()) parts.push(Buffer.from(part))

    expect(Buffer.concat(parts).toString()).toBe('grün')
  })

  test('that is a directory or is not there rejects with the code of the system', async () => {
    await expect(openSource(folder).chunks().next()).rejects.toMatchObject({ code: 'EISDIR' })
    await expect(openSource(join(folder, 'none')).chunks().next()).rejects.toMatchObject({ code: 'ENOENT' })
  })

  test('lets a signal or a timer have its turn every few MiB', async () => {
    const source = openSource(fileOf(Buffer.alloc(20 * 262_144)))
    const seen = new Set<number>()
    let isOver = false
    const turn = (): void => {
      seen.add(source.facts().bytes)
      if (!isOver) setImmediate(turn)
    }
    turn()

    for await (const chunk of source.chunks()) expect(chunk.length).toBe(262_144)
    isOver = true

    expect([...seen].some((bytes) => bytes > 0 && bytes < 20 * 262_144)).toBe(true)
  })

  test('is read no further once the signal is there, and its reading is told of', async () => {
    const controller = new AbortController()
    let told = 0
    const source = openSource(fileOf(text), { signal: controller.signal, onRead: (bytes) => (told += bytes) })
    const chunks = source.chunks()
    await chunks.next()
    controller.abort(new Error('stop'))

    await expect(chunks.next()).rejects.toThrow('stop')
    expect(told).toBe(262_144)
  })
})

describe('a gzip file', () => {
  test('is unpacked, and its size and hash are of the packed bytes', async () => {
    const { source, text: read } = await readAll(gz)

    expect(read.equals(text)).toBe(true)
    expect(source.facts()).toEqual({ bytes: gz.length, sha256: sha256(gz) })
    expect([source.isGzip, source.isCut]).toEqual([true, false])
  })

  test('of several members is one text', async () => {
    const { text: read } = await readAll(Buffer.concat([gz, gz, gzipSync('end')]))

    expect(read.equals(Buffer.concat([text, text, Buffer.from('end')]))).toBe(true)
  })

  test.each([1, 4, 8, 9, 1000, gz.length - 20, gz.length - 2])(
    'without its last %p bytes gives a beginning and is cut',
    async (missing) => {
      const { source, text: read } = await readAll(gz.subarray(0, gz.length - missing))

      expect(text.subarray(0, read.length).equals(read)).toBe(true)
      expect(source.isCut).toBe(true)
    },
  )

  test('that lacks only a thousand bytes gives nearly all', async () => {
    const { text: read } = await readAll(gz.subarray(0, gz.length - 1000))

    expect(read.length).toBeGreaterThan(text.length - 100_000)
  })

  test('with a wrong byte is damaged, not cut', async () => {
    const damaged = Buffer.from(gz)
    damaged[gz.length - 6] = (damaged[gz.length - 6] ?? 0) ^ 0xff

    await expect(readAll(damaged)).rejects.toMatchObject({
      name: 'ScanError',
      message: 'the gzip data is damaged (Z_DATA_ERROR)',
    })
  })

  test('of 300 MB of zeros takes little memory', async () => {
    const bomb = gzipSync(Buffer.alloc(300_000_000))
    const before = process.memoryUsage().rss
    let bytes = 0
    let most = 0
    for await (const chunk of openSource(fileOf(bomb)).chunks()) {
      bytes += chunk.length
      most = Math.max(most, process.memoryUsage().rss)
    }

    expect(bytes).toBe(300_000_000)
    expect(most - before).toBeLessThan(150_000_000)
  })
})

test('a packed file that is asked for as it is stays packed: a reader that knows no gzip refuses it', async () => {
  const { source, text: read } = await readAll(gz, { isRaw: true })

  expect(read.equals(gz)).toBe(true)
  expect(source.isGzip).toBe(false)
})
