import { mkdirSync, readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { fakeClock } from '@hardgate/fakes'
import { afterEach, expect, test } from '@jest/globals'
import { file } from '../../../../actions/metrics-reporter/src/sinks/file.ts'
import type { Endpoint } from '../../../../actions/metrics-reporter/src/sinks/sink.ts'
import { sampleEvent } from '../sample.ts'
import { newTemp, removeTemps } from '../temp.ts'

afterEach(removeTemps)

async function append(target: string, workspace: string) {
  const endpoint: Endpoint = { name: 'file', kind: 'file', target, shown: target, options: {}, headers: {} }
  const clock = fakeClock()
  return file.deliver(
    file.encode(sampleEvent, endpoint, { labels: {}, isLate: false }),
    endpoint,
    sampleEvent.event_id,
    {
      request: () => Promise.reject(new Error('a file needs no request')),
      clock,
      signal: new AbortController().signal,
      workspace,
      timeoutMs: 1000,
      attempts: 5,
      deadline: 20_000,
      random: () => 0,
    },
  )
}

test('each event is one line of JSON, in a folder that is made where it is missing', async () => {
  const workspace = newTemp()

  expect(await append('out/deep/ci.ndjson', workspace)).toEqual({ result: 'delivered', attempts: 1 })
  await append('out/deep/ci.ndjson', workspace)

  const line = `${JSON.stringify(sampleEvent)}\n`
  expect(readFileSync(join(workspace, 'out/deep/ci.ndjson'), 'utf8')).toBe(line + line)
})

test('a folder of that name is a final failure', async () => {
  const workspace = newTemp()
  mkdirSync(join(workspace, 'ci.ndjson'))

  expect(await append('ci.ndjson', workspace)).toEqual({
    result: 'failed',
    attempts: 1,
    reason: 'the path is no regular file',
  })
})

test('a link is not followed: it could lead out of the workspace', async () => {
  const workspace = newTemp()
  symlinkSync('/dev/null', join(workspace, 'ci.ndjson'))

  expect(await append('ci.ndjson', workspace)).toMatchObject({ result: 'failed' })
})

test('a path below a file is a final failure that names the code', async () => {
  const workspace = newTemp()
  await append('ci.ndjson', workspace)

  expect((await append('ci.ndjson/x', workspace)).reason).toMatch(/^it cannot be written \((?:EEXIST|ENOTDIR)\)$/)
})
