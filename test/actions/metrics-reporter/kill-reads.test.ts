import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { type Listening, listen } from '@hardgate/fakes'
import { afterEach, expect, test } from '@jest/globals'
import { cleanUp, receiver, spooled, spoolOf } from './receiver.ts'
import { newTemp } from './temp.ts'

// The committed bundle, ended while GitHub's API does not answer: before anything is sent.

const servers: Listening[] = []

afterEach(async () => {
  for (const server of servers.splice(0)) await server.close()
  await cleanUp()
})

const bundle = join(import.meta.dirname, '../../../dist/metrics-reporter/index.js')

async function endedBy(signal: NodeJS.Signals) {
  const temp = newTemp()
  const fake = await receiver()
  const api = await listen(createServer(() => void child.kill(signal)))
  servers.push(api)
  const env = {
    PATH: process.env['PATH'] ?? '',
    RUNNER_TEMP: temp,
    GITHUB_RUN_ID: '17654321098',
    GITHUB_RUN_ATTEMPT: '2',
    GITHUB_REPOSITORY: 'acme/sms',
    GITHUB_API_URL: api.url,
    GITHUB_EVENT_NAME: 'push',
    GITHUB_JOB: 'test',
    GITHUB_SHA: '9fceb02d0ae598e95dc970b74767f19372d61af8',
    'INPUT_REPORT-AT': 'now',
    'INPUT_GITHUB-TOKEN': 'ghs_test',
    INPUT_ENDPOINT: fake.url,
    'INPUT_JOB-STATUS': 'success',
    'INPUT_JOB-ID': '50123456789',
  }
  const child: ChildProcess = spawn(process.execPath, [bundle], { env, stdio: 'ignore' })
  await once(child, 'close')
  return { temp, fake, code: child.exitCode, by: child.signalCode }
}

test.each<[NodeJS.Signals, number | null]>([
  ['SIGKILL', null],
  ['SIGTERM', 0],
])('acceptance 4: after %s while GitHub does not answer the event is kept', async (signal, code) => {
  const ended = await endedBy(signal)

  expect([ended.code, ended.by]).toEqual([code, code === null ? signal : null])
  expect(spooled(spoolOf(ended.temp))).toEqual(['hg1-9edf27d5d3d709997c05657397a64b8d.webhook.json'])
  expect(ended.fake.requests).toEqual([])
})
