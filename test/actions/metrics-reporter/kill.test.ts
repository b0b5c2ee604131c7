import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { checkSchema } from '@hardgate/gate'
import { afterEach, expect, test } from '@jest/globals'
import { buildEventSchema } from '../../../actions/metrics-reporter/src/build-event-schema.ts'
import { cleanUp, receiver, spooled, spoolOf } from './receiver.ts'
import { newTemp } from './temp.ts'

// The committed bundle, ended in the middle of a request that hangs.

afterEach(cleanUp)

const bundle = join(import.meta.dirname, '../../../dist/metrics-reporter/index.js')
const EVENT_ID = 'hg1-9edf27d5d3d709997c05657397a64b8d'

interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly log: string
  readonly temp: string
  readonly outputs: string
  readonly summary: string
  /** From what ended it. */
  readonly elapsedMs: number
}

/** Reports to a receiver that never answers, and does `end` when the request has arrived. */
async function endedBy(
  end: (child: ChildProcess) => void,
  more: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  const temp = newTemp()
  let start = 0
  const fake = await receiver({
    answers: [{ hang: true }],
    onRequest: () => {
      start = performance.now()
      end(child)
    },
  })
  const [output, summary] = [join(temp, 'output'), join(temp, 'summary')]
  for (const file of [output, summary]) writeFileSync(file, '')
  const child = spawn(process.execPath, [bundle], {
    env: { ...environment(temp, fake.url), GITHUB_OUTPUT: output, GITHUB_STEP_SUMMARY: summary, ...more },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let log = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes: Buffer) => (log += bytes.toString()))
  await once(child, 'close')
  return {
    code: child.exitCode,
    signal: child.signalCode,
    log,
    temp,
    outputs: readFileSync(output, 'utf8'),
    summary: readFileSync(summary, 'utf8'),
    elapsedMs: performance.now() - start,
  }
}

const environment = (temp: string, url: string): Record<string, string> => ({
  PATH: process.env['PATH'] ?? '',
  RUNNER_TEMP: temp,
  GITHUB_RUN_ID: '17654321098',
  GITHUB_RUN_ATTEMPT: '2',
  GITHUB_REPOSITORY: 'acme/sms',
  GITHUB_EVENT_NAME: 'push',
  GITHUB_JOB: 'test',
  GITHUB_SHA: '9fceb02d0ae598e95dc970b74767f19372d61af8',
  'INPUT_REPORT-AT': 'now',
  INPUT_ENDPOINT: url,
  INPUT_TIMEOUT: '60s',
  INPUT_DEADLINE: '60s',
  'INPUT_JOB-STATUS': 'success',
  'INPUT_JOB-ID': '50123456789',
})

/** The kept event, which is valid. */
function kept({ temp }: Ended): unknown {
  expect(spooled(spoolOf(temp))).toEqual([`${EVENT_ID}.webhook.json`])
  const entry: unknown = JSON.parse(readFileSync(join(spoolOf(temp), `${EVENT_ID}.webhook.json`), 'utf8'))
  const event = typeof entry === 'object' && entry !== null && 'event' in entry ? entry.event : undefined
  expect(checkSchema(buildEventSchema, event)).toEqual([])
  return event
}

test.each(['SIGTERM', 'SIGINT'] as const)(
  'acceptance 4: after %s the event is kept, outputs and summary are written, exit 0 within 2 s',
  async (signal) => {
    const ended = await endedBy((child) => child.kill(signal))

    expect([ended.code, ended.signal]).toEqual([0, null])
    expect(ended.elapsedMs).toBeLessThan(2500)
    expect(kept(ended)).toMatchObject({ event_id: EVENT_ID, status: 'success' })
    expect(ended.outputs).toMatch(/result<<(.+)\nspooled\n/)
    expect(ended.summary).toContain('Metrics: delivered to 0 of 1 endpoint')
    expect(ended.log).toContain('hardgate-spool-v1 {')
  },
)

test('acceptance 4: after kill -9 the event is kept', async () => {
  const ended = await endedBy((child) => child.kill('SIGKILL'))

  expect(ended.signal).toBe('SIGKILL')
  expect(kept(ended)).toMatchObject({ event_id: EVENT_ID })
})

test.each([
  ['an injected throw', 'throw new Error("injected")'],
  ['an unhandled rejection', 'Promise.reject(new Error("injected"))'],
])('acceptance 4: after %s the event is kept, the bug is told, and exit is 0', async (_name, code) => {
  // by a signal that the action does not know, so that it happens while the request hangs
  const bomb = join(newTemp(), 'bomb.mjs')
  writeFileSync(bomb, `process.once('SIGUSR2', () => { ${code} })`)

  const ended = await endedBy((child) => child.kill('SIGUSR2'), { NODE_OPTIONS: `--import=${bomb}` })

  expect([ended.code, ended.signal]).toEqual([0, null])
  expect(kept(ended)).toMatchObject({ event_id: EVENT_ID })
  expect(ended.log).toContain('This is a bug in hardgate metrics-reporter: Error: injected')
})
