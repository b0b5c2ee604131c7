import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type JobRun, runJob } from '@hardgate/local-runner'
import { afterEach, describe, expect, test } from '@jest/globals'
import { cleanUp, only, receiver, spooled } from './receiver.ts'
import { closeServers, freeTcpPort, tcpServer } from './sinks/statsd-servers.ts'
import { newTemp } from './temp.ts'

// The committed bundle in one outage of every kind, in real time; outage-matrix.test.ts has all the others.

afterEach(async () => {
  await closeServers()
  await cleanUp()
})

const uses = '$/actions/metrics-reporter'
const job = { job: { check_run_id: 50_123_456_789 }, github: { run_id: '17654321098', run_attempt: '2' } }
const EVENT_ID = 'hg1-9edf27d5d3d709997c05657397a64b8d'
const DEADLINE_MS = 2000

const OUTAGES: readonly (readonly [string, string, () => Promise<string>])[] = [
  [
    'webhook',
    'accepts and never answers',
    async () => `webhook+${(await receiver({ answers: [{ hang: true }] })).url}`,
  ],
  ['otlp', '503 for ever', async () => `otlp+${(await receiver({ answers: [{ status: 503 }] })).url}`],
  ['pushgateway', 'a TLS error', async () => `pushgateway+${(await receiver()).url.replace('http:', 'https:')}`],
  ['influx', 'a reset in mid-body', async () => `influx+${(await receiver({ answers: [{ cut: true }] })).url} db=ci`],
  ['statsd', 'an unknown host', () => Promise.resolve('statsd://no-such-host.invalid:8125')],
  [
    'statsd',
    'accepts and never closes',
    async () => `statsd+tcp://127.0.0.1:${(await tcpServer((socket) => socket.pause())).port}`,
  ],
  ['dogstatsd', 'refused', async () => `dogstatsd+tcp://127.0.0.1:${await freeTcpPort()}`],
  ['file', 'a path below a file', () => Promise.resolve('file:taken/ci.ndjson')],
]

async function report(down: string, more: Readonly<Record<string, string>>) {
  const up = await receiver()
  const [folder, workspace] = [newTemp(), newTemp()]
  writeFileSync(join(workspace, 'taken'), '')
  const given = {
    endpoint: `${down} name=down\n${up.url} name=up`,
    spool: folder,
    timeout: '1s',
    deadline: `${DEADLINE_MS}ms`,
    ...more,
  }
  const start = performance.now()
  const run = await runJob({ ...job, workspace, steps: [{ uses, with: given }] })
  return { up, folder, run, elapsedMs: performance.now() - start }
}

const endsOf = ({ conclusion, runs, annotations }: JobRun) => ({
  conclusion,
  exitCodes: runs.map(({ exitCode }) => exitCode),
  levels: annotations.map(({ level }) => level),
})

describe('acceptance 2: in real time', () => {
  test.each(OUTAGES)('%s: %s', async (kind, _name, lineOf) => {
    const { up, folder, run, elapsedMs } = await report(await lineOf(), {})

    expect(endsOf(run)).toEqual({ conclusion: 'success', exitCodes: [0, 0], levels: ['warning'] })
    // both stages, with the start of two processes
    expect(elapsedMs).toBeLessThan(DEADLINE_MS + 2000)
    expect(only(up)).toMatchObject({ event_id: EVENT_ID })
    expect(spooled(folder)).toEqual([`${EVENT_ID}.down.json`])
    const kept = readFileSync(join(folder, `${EVENT_ID}.down.json`), 'utf8')
    expect(kept).toContain(`"event":${up.requests[0]?.body.toString()},"endpoint":"down"`)
    expect(JSON.parse(kept)).toMatchObject({ kind })
  })

  test.each(OUTAGES)('%s: %s, with on-error fail', async (_kind, _name, lineOf) => {
    const { up, run } = await report(await lineOf(), { 'on-error': 'fail' })

    expect(endsOf(run)).toEqual({ conclusion: 'failure', exitCodes: [0, 1], levels: ['warning'] })
    only(up)
  })
})

test('acceptance 8: StatsD by UDP to a port that nobody listens to is no outage that could be seen', async () => {
  const { up, folder, run } = await report(`statsd://127.0.0.1:${await freeTcpPort()}`, {})

  expect(endsOf(run)).toEqual({ conclusion: 'success', exitCodes: [0, 0], levels: [] })
  only(up)
  expect(spooled(folder)).toEqual([])
  expect(run.log).toMatch(/ -> down unconfirmed \(\d+ ms\), up delivered /)
})
