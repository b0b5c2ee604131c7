import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fakeClock } from '@hardgate/fakes'
import { checkSchema } from '@hardgate/gate'
import { afterEach, expect, test } from '@jest/globals'
import { buildEventSchema } from '../../../actions/metrics-reporter/src/build-event-schema.ts'
import { newJob } from './job.ts'
import { cleanUp, receiver, spooled, spoolOf } from './receiver.ts'
import { closeServers, tcpServer } from './sinks/statsd-servers.ts'
import { newTemp } from './temp.ts'

// The committed bundle, ended in the middle of a request that hangs.

afterEach(async () => {
  await closeServers()
  await cleanUp()
})

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

/** Starts a server that never answers, calls `onRequest` once it is asked, and gives the line for it. */
type Hanging = (onRequest: () => void) => Promise<string>

const hangingHttp =
  (lineOf: (url: string) => string): Hanging =>
  async (onRequest) =>
    lineOf((await receiver({ answers: [{ hang: true }], onRequest })).url)

const hangingTcp: Hanging = async (onRequest) => {
  const { port } = await tcpServer((socket) => {
    socket.pause()
    onRequest()
  })
  return `statsd+tcp://127.0.0.1:${port}`
}

const webhook = hangingHttp((url) => url)

/** Reports to a receiver that never answers, and does `end` when the request has arrived. */
async function endedBy(
  end: (child: ChildProcess) => void,
  more: Readonly<Record<string, string>> = {},
  hanging: Hanging = webhook,
): Promise<Ended> {
  const temp = newTemp()
  let start = 0
  const line = await hanging(() => {
    if (start !== 0) return
    start = performance.now()
    end(child)
  })
  const [output, summary] = [join(temp, 'output'), join(temp, 'summary')]
  for (const file of [output, summary]) writeFileSync(file, '')
  const child = spawn(process.execPath, [bundle], {
    env: { ...environment(temp, `${line} name=down`), GITHUB_OUTPUT: output, GITHUB_STEP_SUMMARY: summary, ...more },
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
  expect(spooled(spoolOf(temp))).toEqual([`${EVENT_ID}.down.json`])
  const entry: unknown = JSON.parse(readFileSync(join(spoolOf(temp), `${EVENT_ID}.down.json`), 'utf8'))
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
    const event = kept(ended)
    expect(event).toMatchObject({ event_id: EVENT_ID, status: 'success' })
    expect(await replayed(ended)).toEqual([event])
    expect(ended.outputs).toMatch(/result<<(.+)\nspooled\n/)
    expect(ended.summary).toContain('Metrics: delivered to 0 of 1 endpoint')
    expect(ended.log).toContain('hardgate-spool-v1 {')
  },
)

/** Two replays of what was kept, an hour later, when nobody can still be sending it; the events that arrive, all in all. */
async function replayed({ temp }: Ended): Promise<readonly unknown[]> {
  const back = await receiver()
  const given = { mode: 'replay', endpoint: `${back.url} name=down`, spool: spoolOf(temp) }
  const world = { clock: fakeClock(new Date(Date.now() + 3_600_000)) }
  await newJob().step(world).main(given)
  await newJob().step(world).main(given)
  return back.events
}

test('acceptance 4: after kill -9 the event is kept, and a replay delivers it once', async () => {
  const ended = await endedBy((child) => child.kill('SIGKILL'))

  expect(ended.signal).toBe('SIGKILL')
  const event = kept(ended)
  expect(event).toMatchObject({ event_id: EVENT_ID, status: 'success' })
  expect(await replayed(ended)).toEqual([event])
  expect(spooled(spoolOf(ended.temp)).filter((name) => name.endsWith('.json'))).toEqual([])
})

test.each<[string, Hanging]>([
  ['otlp', hangingHttp((url) => `otlp+${url}`)],
  ['pushgateway', hangingHttp((url) => `pushgateway+${url}`)],
  ['influx', hangingHttp((url) => `influx+${url} db=ci`)],
  ['statsd', hangingTcp],
])('acceptance 4: SIGTERM ends a request of %s too, within 2 s, and the event is kept', async (_kind, hanging) => {
  const ended = await endedBy((child) => child.kill('SIGTERM'), {}, hanging)

  expect([ended.code, ended.signal]).toEqual([0, null])
  expect(ended.elapsedMs).toBeLessThan(2500)
  expect(kept(ended)).toMatchObject({ event_id: EVENT_ID })
  expect(ended.outputs).toMatch(/result<<(.+)\nspooled\n/)
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
  const event = kept(ended)
  expect(event).toMatchObject({ event_id: EVENT_ID })
  expect(await replayed(ended)).toEqual([event])
  expect(ended.log).toContain('This is a bug in hardgate metrics-reporter: Error: injected')
})
