import { execFile } from 'node:child_process'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompressSync, createGzip, deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
import { expect, test } from '@jest/globals'
import { answered, ask, failed } from './asking.ts'
import { serverKit } from './servers.ts'

const serve = serverKit()
const text = '{"status":"ok"}'

function sending(encoding: string, bytes: Buffer) {
  return serve.http((_, answer) => answer.writeHead(200, { 'content-encoding': encoding }).end(bytes))
}

test.each([
  ['gzip', gzipSync(text)],
  ['X-GZip', gzipSync(text)],
  ['br', brotliCompressSync(text)],
  ['deflate', deflateSync(text)],
  ['identity', Buffer.from(text)],
  ['gzip, br', brotliCompressSync(gzipSync(text))],
])('a body in %s is decoded', async (encoding, bytes) => {
  const server = await sending(encoding, bytes)

  expect(String(answered(await ask(server.url)).body)).toBe(text)
})

test('a deflate body without the zlib wrapper is decoded too', async () => {
  const server = await sending('deflate', deflateRawSync(text))

  expect(String(answered(await ask(server.url)).body)).toBe(text)
})

test('a packed body that comes byte by byte is decoded', async () => {
  const bytes = gzipSync(text)
  const server = await serve.http(async (_, answer) => {
    answer.writeHead(200, { 'content-encoding': 'gzip' })
    for (const byte of bytes) {
      answer.write(Buffer.from([byte]))
      await new Promise((resolve) => setImmediate(resolve))
    }
    answer.end()
  })

  expect(String(answered(await ask(server.url)).body)).toBe(text)
})

test('an encoding that nobody knows leaves the bytes as they are', async () => {
  const server = await sending('zzz', Buffer.from(text))

  expect(String(answered(await ask(server.url)).body)).toBe(text)
})

test.each([
  ['gzip', gzipSync(text.repeat(500))],
  ['br', brotliCompressSync(text.repeat(500))],
  ['deflate', deflateSync(text.repeat(500))],
])('trap 8: a %s body that ends too early is truncated although HTTP saw all of it', async (encoding, bytes) => {
  const server = await sending(encoding, bytes.subarray(0, bytes.length - 12))

  const failure = failed(await ask(server.url))

  expect(failure).toMatchObject({ kind: 'truncated', status: 200 })
  expect(failure.message).toBe(`the packed body of 127.0.0.1:${server.port} ends too early`)
})

test('a body that is not in the encoding it names is a protocol failure', async () => {
  const server = await sending('gzip', Buffer.from('plain text that is no gzip'))

  const failure = failed(await ask(server.url))

  expect(failure).toMatchObject({ kind: 'protocol', status: 200 })
  expect(failure.message).toBe(`the body of 127.0.0.1:${server.port} is not in its content-encoding`)
})

test('a body of exactly the limit is whole, one more byte is cut', async () => {
  const server = await serve.http((_, answer) => answer.end('12345678'))

  const bodies = [
    answered(await ask(server.url, { maxBodyBytes: 8 })),
    answered(await ask(server.url, { maxBodyBytes: 7 })),
    answered(await ask(server.url, { maxBodyBytes: 0 })),
  ].map(({ body, isBodyCut }) => [String(body), isBodyCut])

  expect(bodies).toEqual([
    ['12345678', false],
    ['1234567', true],
    ['', true],
  ])
})

test('an endless body ends at the limit and closes the connection', async () => {
  const server = await serve.http((_, answer) => {
    const more = (): void => {
      while (!answer.destroyed && answer.write(Buffer.alloc(65_536, 'x')));
    }
    answer.on('drain', more)
    more()
  })

  const answer = answered(await ask(server.url))

  expect([answer.body.length, answer.isBodyCut]).toEqual([1_048_576, true])
})

/** Asks in a process of its own, so that its peak memory is that of the request alone. */
const PEAK = `
const { request } = await import(process.argv[1])
const { peakMegabytes } = await import(process.argv[3])
const { body, isBodyCut } = await request({ url: process.argv[2], timeoutMs: 60000, env: {} })
console.log(JSON.stringify({ bytes: body.length, isBodyCut, peakMegabytes: peakMegabytes() }))
`

test('a gzip body of 200 MB unpacked takes no more memory than one of its limit does', async () => {
  const large = await peakOf(200)
  const small = await peakOf(1)

  expect([large.bytes, large.isBodyCut]).toEqual([1_048_576, true])
  expect(small.bytes).toBe(1_048_576)
  expect(large.peakMegabytes - small.peakMegabytes).toBeLessThan(50)
}, 30_000)

async function peakOf(megabytes: number): Promise<{ bytes: number; isBodyCut: boolean; peakMegabytes: number }> {
  const server = await serve.start(
    createServer((_, answer) => {
      answer.writeHead(200, { 'content-encoding': 'gzip' })
      const gzip = createGzip()
      gzip.pipe(answer)
      const zeros = Buffer.alloc(1_048_576)
      let left = megabytes
      const more = (): void => {
        while (left > 0 && !gzip.destroyed) {
          left -= 1
          if (!gzip.write(zeros)) return void gzip.once('drain', more)
        }
        gzip.end()
      }
      more()
    }),
  )
  const entry = join(import.meta.dirname, '../../../packages/http/src/index.ts')
  const peak = join(import.meta.dirname, '../../peak-memory.ts')
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--input-type=module',
    '-e',
    PEAK,
    entry,
    server.url,
    peak,
  ])
  return JSON.parse(stdout)
}
