import {
  type FakeFrame,
  type FakeResults,
  type FakeResultsOptions,
  fakeClock,
  fakeFrame,
  fakeResults,
} from '@hardgate/fakes'
import { readZip } from '@hardgate/github'
import { request } from '@hardgate/http'
import { afterEach, describe, expect, test } from '@jest/globals'
import { keepingOf } from '../../../actions/metrics-reporter/src/keeping.ts'
import { type KeptAll, keepForGood, type Leftover } from '../../../actions/metrics-reporter/src/spool-artifact.ts'
import { jobEvent } from './spool-files.ts'

const open: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of open.splice(0)) await close()
})

const JOB = '50123456789'
const CREATE = 'POST /twirp/github.actions.results.api.v1.ArtifactService/CreateArtifact'

function leftover(number: number, change: Partial<Leftover> = {}): Leftover {
  const event = jobEvent(number)
  const entry = {
    endpoint: 'webhook',
    kind: 'webhook',
    reason: 'connection refused',
    attempts: 5,
    first_failed_at: '2026-11-22T20:01:50.000Z',
  }
  return { event, json: JSON.stringify(event), entry, isRejected: false, ...change }
}

interface Done {
  readonly kept: KeptAll
  readonly fake: FakeResults
  readonly frame: FakeFrame
  readonly lines: string
}

async function keepIn(
  spool: string,
  left: readonly Leftover[],
  { env = {}, ...options }: FakeResultsOptions & { readonly env?: Readonly<Record<string, string>> } = {},
  signal?: AbortSignal,
): Promise<Done> {
  const fake = await fakeResults(options)
  open.push(fake.close)
  const frame = fakeFrame({
    // the clock of this test stands still, so that a service which hangs would do so in real time
    request: (plan) => request({ ...plan, env: {}, timeoutMs: Math.min(plan.timeoutMs, 300) }),
    clock: fakeClock(new Date('2026-11-22T20:02:00Z')),
    env: { RUNNER_TEMP: '/tmp/none', ...fake.env, ...env },
    ...(signal === undefined ? {} : { signal }),
  })
  const kept = await keepForGood(left, { keeping: keepingOf(spool, frame.env), owner: JOB }, frame)
  return { kept, fake, frame, lines: frame.lines.map(({ text }) => text).join('\n') }
}

async function filesOf(archive: Buffer | undefined): Promise<Record<string, unknown>> {
  const found: Record<string, unknown> = {}
  for (const { path, read } of readZip(archive ?? Buffer.alloc(0), { maxBytes: 20_000_000 })) {
    const chunks: Buffer[] = []
    for await (const chunk of read()) chunks.push(chunk)
    found[path] = JSON.parse(Buffer.concat(chunks).toString())
  }
  return found
}

describe('what is left when the job ends', () => {
  test('becomes an artifact of the run, named after the job, for seven days', async () => {
    const { kept, fake, lines } = await keepIn('auto', [leftover(1)])

    expect(fake.uploaded).toMatchObject([
      { name: `hardgate-metrics-spool-${JOB}`, expiresAt: '2026-11-29T20:02:00.000Z' },
    ])
    expect(await filesOf(fake.uploaded[0]?.archive)).toEqual({
      [`${jobEvent(1).event_id}.webhook.json`]: {
        schema: 'hardgate.spool/v1',
        event: JSON.parse(JSON.stringify(jobEvent(1))),
        endpoint: 'webhook',
        kind: 'webhook',
        reason: 'connection refused',
        attempts: 5,
        first_failed_at: '2026-11-22T20:01:50.000Z',
      },
    })
    expect(kept.spooled).toEqual({
      isKept: true,
      told: `The event is kept in the artifact "hardgate-metrics-spool-${JOB}" for 7 days and is sent by the next reporting run.`,
    })
    expect(lines).toBe('')
  })

  test('takes the next name where another reporter of the job has the first', async () => {
    const names = [`hardgate-metrics-spool-${JOB}`, `hardgate-metrics-spool-${JOB}-2`]

    const { kept, fake } = await keepIn('auto', [leftover(1)], { names })

    expect(fake.uploaded.map(({ name }) => name)).toEqual([`hardgate-metrics-spool-${JOB}-3`])
    expect(kept.spooled.told).toContain(`${JOB}-3"`)
  })

  test('what was taken in part lies in an artifact that nothing sends again', async () => {
    const { kept, fake } = await keepIn('auto', [leftover(1), leftover(2, { isRejected: true })])

    expect(fake.uploaded.map(({ name }) => name)).toEqual([
      `hardgate-metrics-spool-${JOB}`,
      `hardgate-metrics-rejected-${JOB}`,
    ])
    expect(kept.rejected.told).toBe(`The event is kept in the artifact "hardgate-metrics-rejected-${JOB}" for 7 days.`)
  })

  test('no artifact has more entries than a reader takes', async () => {
    const left = Array.from({ length: 130 }, (_, index) => leftover(index))

    const { kept, fake } = await keepIn('auto', left)

    const counts = await Promise.all(
      fake.uploaded.map(async ({ archive }) => Object.keys(await filesOf(archive)).length),
    )
    expect(counts).toEqual([64, 64, 2])
    expect(kept.spooled.told).toMatch(
      /^The events are kept in the artifacts ".*-50123456789", ".*-2", ".*-3" for 7 days/,
    )
  })

  test.each([
    [
      'on GitHub Enterprise Server',
      { env: { GITHUB_SERVER_URL: 'https://ghe.example.com' } },
      'GitHub Enterprise Server takes no such',
    ],
    ['where the upload fails', { faults: [{ route: CREATE, status: 403 }] }, 'answered 403'],
    ['where the service hangs', { faults: [{ route: CREATE, hang: true }] }, 'no answer in time'],
    ['where the runner gives no token', { env: { ACTIONS_RUNTIME_TOKEN: '' } }, 'names no service'],
  ] as const)('is a line of the log %s', async (_, options, why) => {
    const hangs = { ...options, faults: 'faults' in options ? options.faults : [] }
    const { kept, lines, frame } = await keepIn('auto', [leftover(1), leftover(1, { path: '/tmp/x' })], hangs)

    expect(frame.lines).toHaveLength(1)
    expect(lines).toBe(`hardgate-spool-v1 ${JSON.stringify(jobEvent(1))}`)
    expect(kept.spooled).toMatchObject({ isKept: true, isLogOnly: true })
    expect(kept.spooled.told).toContain(why)
    expect(kept.spooled.told).toContain('in this log, in the line that begins with "hardgate-spool-v1"')
  })

  test('takes 10 s of a service that hangs, for both sorts together', async () => {
    const fake = await fakeResults({ faults: [{ route: CREATE, hang: true }] })
    open.push(fake.close)
    const clock = fakeClock()
    const frame = fakeFrame({
      // a wait of this clock takes no time
      request: async (plan) => {
        const exchange = await request({ ...plan, env: {}, timeoutMs: 30 })
        await clock.sleep(plan.timeoutMs)
        return exchange
      },
      clock,
      env: fake.env,
    })

    const keeping = keepingOf('auto', frame.env)
    await keepForGood([leftover(1), leftover(2, { isRejected: true })], { keeping, owner: JOB }, frame)

    expect(fake.requests.length).toBeGreaterThan(1)
    expect(clock.monotonic()).toBeGreaterThan(5000)
    expect(clock.monotonic()).toBeLessThanOrEqual(10_001)
  })

  test('is lost without an artifact where the log is not wanted, and that is said', async () => {
    const { kept, lines } = await keepIn('artifact', [leftover(1)], { faults: [{ route: CREATE, status: 403 }] })

    expect(kept.spooled.isKept).toBe(false)
    expect(kept.spooled.told).toMatch(/^The event is lost: uploading the artifact .* answered 403/)
    expect(lines).toBe('')
  })

  test('after a signal there is no time for an artifact, so it is in the log', async () => {
    const { kept, fake, lines } = await keepIn('auto', [leftover(1)], {}, AbortSignal.abort('SIGTERM'))

    expect(fake.requests).toEqual([])
    expect(lines).toContain('hardgate-spool-v1 {')
    expect(kept.spooled.told).toContain('the step was interrupted')
  })

  test('a directory keeps it, and no artifact is made', async () => {
    const { kept, fake } = await keepIn('/var/spool/ci', [leftover(1, { path: '/var/spool/ci/x.json' })])

    expect(kept.spooled).toEqual({ isKept: true, told: 'The event is kept in /var/spool/ci.' })
    expect(fake.requests).toEqual([])
  })

  test.each([
    ['none', 'The event is lost: the input spool is "none".'],
    ['/var/spool/ci', 'The event is lost: /var/spool/ci cannot be written.'],
  ])('spool %s without a file has lost it', async (spool, told) => {
    const { kept } = await keepIn(spool, [leftover(1)])

    expect(kept.spooled).toEqual({ isKept: false, told })
  })

  test('neither the token nor the signed address is in a sentence or a line', async () => {
    const { kept, fake, lines, frame } = await keepIn('auto', [leftover(1)], {
      faults: [{ route: 'PUT /blobs/*', status: 500 }],
    })

    for (const text of [JSON.stringify(kept), lines]) {
      expect(text).not.toContain(fake.signature)
      expect(text).not.toContain(fake.env['ACTIONS_RUNTIME_TOKEN'])
    }
    expect(frame.masks).toContain(fake.env['ACTIONS_RUNTIME_TOKEN'])
  })
})
