import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Account } from '@hardgate/action'
import { type FakeFrame, type FakeWorld, fakeClock, fakeFrame } from '@hardgate/fakes'
import { request } from '@hardgate/http'
import { afterEach, describe, expect, test } from '@jest/globals'
import { type ReplayPlan, replay } from '../../../actions/metrics-reporter/src/replay.ts'
import type { Endpoint } from '../../../actions/metrics-reporter/src/sinks/sink.ts'
import { cleanUp, receiver } from './receiver.ts'
import { sampleRunEvent } from './sample.ts'
import { entryText, jobEvent, writeSpooled } from './spool-files.ts'
import { newTemp } from './temp.ts'

afterEach(cleanUp)

const NOW = new Date('2026-11-23T08:00:00Z')

const webhookAt = (url: string, name = 'webhook'): Endpoint => ({
  name,
  kind: 'webhook',
  target: url,
  shown: new URL(url).host,
  options: {},
  headers: {},
})

interface Replayed {
  readonly account: Account
  readonly frame: FakeFrame
  readonly said: (kind: string) => string
}

async function replayed(
  folder: string,
  endpoints: readonly Endpoint[],
  plan: Partial<ReplayPlan> = {},
  world: FakeWorld = {},
): Promise<Replayed> {
  const frame = fakeFrame({ request: (one) => request({ ...one, env: {} }), clock: fakeClock(NOW), ...world })
  const account = await replay(
    {
      endpoints,
      from: { folder },
      timeoutMs: 5000,
      deadlineMs: 120_000,
      attempts: 1,
      labelsFor: () => ({}),
      isDryRun: false,
      isStrict: false,
      ...plan,
    },
    frame,
  )
  const said = (kind: string): string =>
    frame.lines
      .filter((line) => line.kind === kind)
      .map(({ text }) => text)
      .join('\n')
  return { account, frame, said }
}

const resultOf = ({ account }: Replayed): string | undefined => account.outputs?.['result']
const filesIn = (folder: string): string[] => readdirSync(folder).toSorted()

describe('replay of a folder', () => {
  test('the oldest event goes first, and what was confirmed is deleted', async () => {
    const [folder, fake] = [newTemp(), await receiver()]
    for (const number of [3, 1, 2]) writeSpooled(folder, jobEvent(number))

    const done = await replayed(folder, [webhookAt(fake.url)])

    expect(fake.events.map(({ job }) => job)).toMatchObject([1, 2, 3].map((number) => ({ task: `test (${number})` })))
    expect(filesIn(folder)).toEqual([])
    expect(resultOf(done)).toBe('delivered')
    expect(done.account.reason).toContain('replay of 3 events')
  })

  test('an event goes to an endpoint once, however many copies of it there are', async () => {
    const [folder, fake] = [newTemp(), await receiver()]
    writeSpooled(folder, jobEvent(1))
    writeSpooled(folder, jobEvent(1), {}, '-2')
    writeSpooled(folder, jobEvent(1), { endpoint: 'all', kind: 'all' })

    await replayed(folder, [webhookAt(fake.url)])

    expect(fake.requests).toHaveLength(1)
    expect(filesIn(folder)).toEqual([])
  })

  test('an entry for all goes to each endpoint, and what one did not take is kept for it alone', async () => {
    const [folder, good, bad] = [newTemp(), await receiver(), await receiver({ answers: [{ status: 500 }] })]
    writeSpooled(folder, jobEvent(1), { endpoint: 'all', kind: 'all', attempts: 0 })
    const endpoints = [webhookAt(good.url, 'good'), webhookAt(bad.url, 'bad')]

    const done = await replayed(folder, endpoints)

    expect(filesIn(folder)).toEqual([`${jobEvent(1).event_id}.bad.json`])
    const kept: unknown = JSON.parse(readFileSync(join(folder, filesIn(folder)[0] ?? ''), 'utf8'))
    expect(kept).toMatchObject({ schema: 'hardgate.spool/v1', endpoint: 'bad', kind: 'webhook', attempts: 1 })
    expect(kept).toMatchObject({ event: { event_id: jobEvent(1).event_id } })
    expect(resultOf(done)).toBe('spooled')

    await replayed(folder, endpoints)
    expect(good.requests).toHaveLength(1)
    expect(bad.requests).toHaveLength(2)
  })

  test('what is not taken stays, with its first failure and the number of requests', async () => {
    const [folder, fake] = [newTemp(), await receiver({ answers: [{ status: 500 }] })]
    const path = writeSpooled(folder, jobEvent(1))

    const done = await replayed(folder, [webhookAt(fake.url)], { attempts: 2, isStrict: true })

    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({
      attempts: 7,
      first_failed_at: '2026-11-22T20:01:50.000Z',
      reason: expect.stringContaining('status 500'),
    })
    expect(done.said('warning')).toContain('did not take 1 of 1 kept events')
    expect(done.said('info')).toContain(`left: ${jobEvent(1).event_id} to webhook`)
    expect(done.account.isFailure).toBe(true)
  })

  test('an endpoint that is out is not asked for each event, and another one gets all of them', async () => {
    const [folder, good, bad] = [newTemp(), await receiver(), await receiver({ answers: [{ status: 503 }] })]
    for (let number = 1; number <= 6; number += 1) {
      writeSpooled(folder, jobEvent(number), { endpoint: 'good' })
      writeSpooled(folder, jobEvent(number), { endpoint: 'bad' })
    }

    await replayed(folder, [webhookAt(good.url, 'good'), webhookAt(bad.url, 'bad')])

    expect(good.requests).toHaveLength(6)
    expect(bad.requests).toHaveLength(3)
    expect(filesIn(folder)).toHaveLength(6)
  })

  test('events that are refused for themselves keep none behind them from being sent', async () => {
    const answers = [{ status: 400 }, { status: 400 }, { status: 400 }, { status: 400 }, {}]
    const [folder, fake] = [newTemp(), await receiver({ answers })]
    for (let number = 1; number <= 6; number += 1) writeSpooled(folder, jobEvent(number))

    await replayed(folder, [webhookAt(fake.url)])

    expect(fake.requests).toHaveLength(6)
    expect(filesIn(folder)).toHaveLength(4)
  })

  test('an endpoint that is not among ours gets nothing, and its event stays', async () => {
    const [folder, fake] = [newTemp(), await receiver()]
    const path = writeSpooled(folder, jobEvent(1), { endpoint: 'other' })
    const before = readFileSync(path, 'utf8')

    const done = await replayed(folder, [webhookAt(fake.url)])

    expect(fake.requests).toEqual([])
    expect(readFileSync(path, 'utf8')).toBe(before)
    expect(done.said('info')).toContain('no endpoint is called other here')
  })

  test('an event that another reporter is sending at this moment is left to it', async () => {
    const [folder, fake] = [newTemp(), await receiver()]
    const until = (time: string) => ({ reason: `not yet delivered, being sent until ${time}`, attempts: 0 })
    writeSpooled(folder, jobEvent(1), until('2026-11-23T08:00:01.000Z'))
    // that time is over, so who wrote it was killed
    writeSpooled(folder, jobEvent(2), until('2026-11-23T07:59:59.000Z'))

    const done = await replayed(folder, [webhookAt(fake.url)])

    expect(fake.events).toMatchObject([{ job: { task: 'test (2)' } }])
    expect(filesIn(folder)).toEqual([`${jobEvent(1).event_id}.webhook.json`])
    expect(done.said('info')).toContain('it is being sent by another reporter')
  })

  test('at the deadline the rest stays, and that is said', async () => {
    const folder = newTemp()
    const clock = fakeClock(NOW)
    const fake = await receiver({ onRequest: () => void clock.sleep(70_000) })
    for (const number of [1, 2, 3, 4]) writeSpooled(folder, jobEvent(number))

    const done = await replayed(folder, [webhookAt(fake.url)], {}, { clock })

    expect(fake.requests).toHaveLength(2)
    expect(filesIn(folder)).toHaveLength(2)
    expect(done.account.reason).toContain('the deadline was reached')
    expect(done.said('info')).toContain('metrics: replay: 1 of 4')
    expect(resultOf(done)).toBe('spooled')
  })

  test('an interruption ends it, and what is left stays', async () => {
    const folder = newTemp()
    const controller = new AbortController()
    const fake = await receiver({ onRequest: () => controller.abort() })
    for (const number of [1, 2, 3]) writeSpooled(folder, jobEvent(number))

    const done = await replayed(folder, [webhookAt(fake.url)], {}, { signal: controller.signal })

    expect(fake.requests).toHaveLength(1)
    expect(filesIn(folder).length).toBeGreaterThanOrEqual(2)
    expect(done.account.reason).toContain('interrupted')
  })

  test('dry-run sends nothing and keeps everything', async () => {
    const [folder, fake] = [newTemp(), await receiver()]
    const path = writeSpooled(folder, jobEvent(1))

    const done = await replayed(folder, [webhookAt(fake.url)], { isDryRun: true })

    expect(fake.requests).toEqual([])
    expect(existsSync(path)).toBe(true)
    expect(done.said('info')).toContain(`would send ${jobEvent(1).event_id} to webhook`)
  })

  test('a folder that is not there is empty; a file in its place is told', async () => {
    const [folder, fake] = [newTemp(), await receiver()]
    writeFileSync(join(folder, 'file'), '')

    expect(resultOf(await replayed(join(folder, 'none'), [webhookAt(fake.url)]))).toBe('delivered')
    const done = await replayed(join(folder, 'file'), [webhookAt(fake.url)])

    expect(done.said('warning')).toContain('cannot be read and written')
    expect(resultOf(done)).toBe('spooled')
  })

  test('an event of a run is sent too', async () => {
    const [folder, fake] = [newTemp(), await receiver()]
    writeSpooled(folder, sampleRunEvent)

    await replayed(folder, [webhookAt(fake.url)])

    expect(fake.events).toMatchObject([{ type: 'ci.run.completed' }])
  })
})

describe('what lies in a folder is hostile', () => {
  test('what is no spool file is not read, and what is a bad one is named and stays', async () => {
    const [folder, fake] = [newTemp(), await receiver()]
    const forged = jobEvent(9)
    const bad: Record<string, string> = {
      [`${jobEvent(1).event_id}.webhook.json`]: '{"schema":"hardgate.spool/v1"',
      [`${jobEvent(2).event_id}.webhook.json`]: entryText({ ...jobEvent(2), event_id: forged.event_id }),
      [`${jobEvent(3).event_id}.webhook.json`]: entryText(jobEvent(3)).replace('spool/v1', 'spool/v9'),
      [`${jobEvent(4).event_id}.webhook.json`]: entryText({ ...jobEvent(4), duration_seconds: -1 }),
      [`${jobEvent(5).event_id}.webhook.json`]: ' '.repeat(300_000),
      [`${jobEvent(6).event_id}.webhook.json`]: entryText(jobEvent(6)).replace('"webhook"', '"https://evil.example"'),
      'notes.json': entryText(jobEvent(7)),
    }
    for (const [name, text] of Object.entries(bad)) writeFileSync(join(folder, name), text)
    mkdirSync(join(folder, 'rejected'))
    writeSpooled(join(folder, 'rejected'), jobEvent(8))
    writeSpooled(newTemp(), jobEvent(10))
    symlinkSync(writeSpooled(newTemp(), jobEvent(10)), join(folder, `${jobEvent(10).event_id}.webhook.json`))
    const before = filesIn(folder)

    const done = await replayed(folder, [webhookAt(fake.url)])

    expect(fake.requests).toEqual([])
    expect(filesIn(folder)).toEqual(before)
    for (const number of [1, 2, 3, 4, 5, 6, 10])
      expect(done.said('info')).toContain(`${jobEvent(number).event_id}.webhook.json:`)
    expect(done.said('info')).toContain('its event has the id of another one')
  })

  test('a field that the schema does not know is left out, with a note', async () => {
    const [folder, fake] = [newTemp(), await receiver()]
    const text = entryText(jobEvent(1))
      .replace('"build_id":', '"later":{"a":1},"build_id":')
      .replace('"kind":', '"url":"https://x","kind":')
    writeFileSync(join(folder, `${jobEvent(1).event_id}.webhook.json`), text)

    const done = await replayed(folder, [webhookAt(fake.url)])

    expect(fake.events).toEqual([JSON.parse(JSON.stringify(jobEvent(1)))])
    expect(done.said('info')).toContain('unknown fields are left out: url, event.later')
  })
})

describe('two replays of one folder', () => {
  test('at once they send each event once', async () => {
    const [folder, fake] = [newTemp(), await receiver()]
    for (let number = 1; number <= 5; number += 1) writeSpooled(folder, jobEvent(number))
    const endpoints = [webhookAt(fake.url)]

    const both = await Promise.all([replayed(folder, endpoints), replayed(folder, endpoints)])

    expect(fake.requests).toHaveLength(5)
    expect(filesIn(folder)).toEqual([])
    expect(
      both.map(({ said }) => said('warning')).filter((text) => text.includes('another replay is at work')),
    ).toHaveLength(1)
  })

  test('a lock of one that was killed holds until its deadline and a minute, no longer', async () => {
    const [folder, fake] = [newTemp(), await receiver()]
    writeSpooled(folder, jobEvent(1))
    const lock = join(folder, 'replay.lock')

    writeFileSync(lock, JSON.stringify({ id: 'x', until: '2026-11-23T08:00:01.000Z' }))
    await replayed(folder, [webhookAt(fake.url)])
    expect(fake.requests).toHaveLength(0)
    writeFileSync(lock, JSON.stringify({ id: 'x', until: '2026-11-23T07:59:59.000Z' }))
    await replayed(folder, [webhookAt(fake.url)])

    expect(fake.requests).toHaveLength(1)
    expect(filesIn(folder)).toEqual([])
  })
})
