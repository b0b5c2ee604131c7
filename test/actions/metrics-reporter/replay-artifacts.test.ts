import {
  type FakeArtifact,
  type FakeClock,
  type FakeGitHub,
  type FakeResults,
  type FakeWebhook,
  fakeClock,
  fakeFrame,
  fakeGitHub,
  fakeResults,
} from '@hardgate/fakes'
import { connectGitHub, readZip, writeZip } from '@hardgate/github'
import { request } from '@hardgate/http'
import { afterEach, describe, expect, test } from '@jest/globals'
import { type ReplayPlan, replay } from '../../../actions/metrics-reporter/src/replay.ts'
import type { Endpoint } from '../../../actions/metrics-reporter/src/sinks/sink.ts'
import { cleanUp, receiver } from './receiver.ts'
import { sampleEvent } from './sample.ts'
import { entryText, jobEvent } from './spool-files.ts'

const open: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of open.splice(0)) await close()
  await cleanUp()
})

const PREFIX = 'hardgate-metrics-spool-'
const RUN = 17_654_321_098
const FORK_RUN = 7
const BRANCH_RUN = 8
const MAIN_RUN = 9

const zip = (...texts: readonly string[]): Buffer =>
  writeZip(texts.map((content, index) => ({ name: `${index}.json`, content })))
const artifact = (archive: Buffer, change: Partial<FakeArtifact> = {}): FakeArtifact => ({
  name: `${PREFIX}1`,
  runId: RUN,
  archive,
  createdAt: '2026-11-22T20:02:00Z',
  ...change,
})

interface World {
  readonly github: FakeGitHub
  readonly results: FakeResults
  readonly clock: FakeClock
  readonly run: (endpoints: readonly Endpoint[], plan?: Partial<ReplayPlan>) => Promise<Done>
}

interface Done {
  readonly result: string | undefined
  readonly reason: string
  readonly said: (kind: string) => string
}

async function worldOf(
  artifacts: readonly FakeArtifact[],
  options: Parameters<typeof fakeGitHub>[0] = {},
): Promise<World> {
  const results = await fakeResults({ runId: RUN })
  const github = await fakeGitHub({
    repository: 'acme/sms',
    runs: [
      { id: RUN, sha: 'a'.repeat(40), branch: 'topic' },
      { id: BRANCH_RUN, sha: 'a'.repeat(40), branch: 'topic' },
      { id: MAIN_RUN, sha: 'a'.repeat(40), branch: 'main' },
      { id: FORK_RUN, sha: 'a'.repeat(40), headRepository: 'mallory/sms' },
    ],
    artifacts,
    ...options,
  })
  open.push(github.close, results.close)
  const clock = fakeClock(new Date('2026-11-23T08:00:00Z'))
  const direct = (plan: Parameters<typeof request>[0]) => request({ ...plan, env: {} })
  const client = connectGitHub({
    token: 'ghs_test',
    apiUrl: github.url,
    repository: 'acme/sms',
    request: direct,
    clock,
  })
  return {
    github,
    results,
    clock,
    run: async (endpoints, plan = {}) => {
      const frame = fakeFrame({
        request: direct,
        clock,
        env: { ...results.env, GITHUB_REF_TYPE: 'branch', GITHUB_REF_NAME: 'main' },
      })
      const account = await replay(
        {
          endpoints,
          from: { github: client, owner: '99' },
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
      return { result: account.outputs?.['result'], reason: account.reason, said }
    },
  }
}

const to = ({ url }: FakeWebhook, name = 'webhook', options: Record<string, string> = {}): Endpoint => ({
  name,
  kind: 'webhook',
  target: url,
  shown: new URL(url).host,
  options,
  headers: {},
})

async function entriesOf(archive: Buffer | undefined): Promise<unknown[]> {
  const found: unknown[] = []
  for (const { read } of readZip(archive ?? Buffer.alloc(0), { maxBytes: 20_000_000 })) {
    const chunks: Buffer[] = []
    for await (const chunk of read()) chunks.push(chunk)
    found.push(JSON.parse(Buffer.concat(chunks).toString()))
  }
  return found
}

describe('replay of artifacts', () => {
  test('those with the prefix are sent, oldest first, and deleted', async () => {
    const fake = await receiver()
    const world = await worldOf([
      artifact(zip(entryText(jobEvent(1)))),
      artifact(zip(entryText(jobEvent(9))), { name: 'coverage' }),
      artifact(zip(entryText(jobEvent(9))), { name: 'hardgate-metrics-rejected-1' }),
      artifact(zip(entryText(jobEvent(2)), entryText(jobEvent(3)))),
    ])

    const { result } = await world.run([to(fake)])

    expect(fake.events.map(({ job }) => job)).toMatchObject([1, 2, 3].map((number) => ({ task: `test (${number})` })))
    expect(world.github.deletedArtifacts).toEqual([1, 4])
    expect(world.github.unexpected).toEqual([])
    expect(result).toBe('delivered')
  })

  test('an event that is in several artifacts is sent once, and all of them go', async () => {
    const fake = await receiver()
    const world = await worldOf([1, 2, 3].map(() => artifact(zip(entryText(jobEvent(1))))))

    await world.run([to(fake)])

    expect(fake.requests).toHaveLength(1)
    expect(world.github.deletedArtifacts).toEqual([1, 2, 3])
  })

  test('250 artifacts on three pages are all found', async () => {
    const fake = await receiver()
    const others = Array.from({ length: 248 }, () => artifact(Buffer.alloc(0), { name: 'coverage' }))
    const world = await worldOf([
      artifact(zip(entryText(jobEvent(1)))),
      ...others,
      artifact(zip(entryText(jobEvent(2)))),
    ])

    await world.run([to(fake)])

    expect(fake.requests).toHaveLength(2)
    expect(world.github.requests.filter(({ path }) => path.endsWith('/artifacts'))).toHaveLength(3)
  })

  test('the listing ends where all are older than any that could still be there', async () => {
    const fake = await receiver()
    const old = Array.from({ length: 250 }, () =>
      artifact(Buffer.alloc(0), { name: 'x', createdAt: '2026-11-14T00:00:00Z' }),
    )
    const world = await worldOf([...old, artifact(zip(entryText(jobEvent(1))))])

    await world.run([to(fake)])

    expect(fake.requests).toHaveLength(1)
    // the first page has the new one, the second is all old
    expect(world.github.requests.filter(({ path }) => path.endsWith('/artifacts'))).toHaveLength(2)
  })

  test('what a fork made is not believed here: its run, status and repository are its own words', async () => {
    const fake = await receiver()
    const archive = zip(entryText(jobEvent(1)))
    const world = await worldOf([artifact(archive, { runId: FORK_RUN }), artifact(archive, { tellsRun: false })])

    const { said } = await world.run([to(fake)])

    expect(fake.requests).toEqual([])
    expect(world.github.storeRequests).toEqual([])
    expect(world.github.deletedArtifacts).toEqual([])
    expect(said('info')).toContain('a run of a fork made it, so only mode "run" sends what it has')
  })

  test('an event that names another repository is refused, and with it all of its artifact, which stays', async () => {
    const fake = await receiver()
    const forged = jobEvent(1, { vcs: { ...sampleEvent.vcs, repository: 'acme/other' } })
    const world = await worldOf([artifact(zip(entryText(forged), entryText(jobEvent(2))))])

    const { said } = await world.run([to(fake)])

    expect(fake.requests).toEqual([])
    expect(said('info')).toContain('it names another repository, so it is refused')
    expect(said('info')).toContain('none of it is sent, and it stays until it expires')
    expect(world.github.deletedArtifacts).toEqual([])
  })

  test('what cannot be read refuses all of its artifact, or the rest of it would be sent again and again', async () => {
    const fake = await receiver()
    const world = await worldOf([artifact(zip(entryText(jobEvent(1)), '{}'))])

    await world.run([to(fake)])

    expect(fake.requests).toEqual([])
    expect(world.github.deletedArtifacts).toEqual([])
  })

  test('an event of another run is believed only where a reporting run or a replay has kept it', async () => {
    const fake = await receiver()
    const archive = (number: number) => zip(entryText(jobEvent(number)))
    const world = await worldOf([
      artifact(archive(1), { runId: BRANCH_RUN }),
      artifact(archive(2), { runId: MAIN_RUN }),
    ])

    const { said } = await world.run([to(fake)])

    expect(fake.events).toMatchObject([{ job: { task: 'test (2)' } }])
    expect(said('info')).toContain(`a run of another branch, ${BRANCH_RUN}, made it, so it is refused`)
    expect(world.github.deletedArtifacts).toEqual([2])
  })

  test('what one of two endpoints did not take goes into a new artifact, then the old one goes', async () => {
    const [good, bad] = [await receiver(), await receiver({ answers: [{ status: 400 }] })]
    const world = await worldOf([artifact(zip(entryText(jobEvent(1), { endpoint: 'all', kind: 'all', attempts: 0 })))])

    await world.run([to(good, 'good'), to(bad, 'bad')])

    expect(world.github.deletedArtifacts).toEqual([1])
    expect(world.results.uploaded.map(({ name }) => name)).toEqual([`${PREFIX}99`])
    expect(await entriesOf(world.results.uploaded[0]?.archive)).toMatchObject([
      { endpoint: 'bad', attempts: 1, first_failed_at: '2026-11-22T20:01:50.000Z' },
    ])
  })

  test('where that cannot be kept anew all of it stays', async () => {
    const [good, bad] = [await receiver(), await receiver({ answers: [{ status: 400 }] })]
    const world = await worldOf([artifact(zip(entryText(jobEvent(1), { endpoint: 'all', kind: 'all' })))])
    await world.results.close()

    const { said } = await world.run([to(good, 'good'), to(bad, 'bad')])

    expect(world.github.deletedArtifacts).toEqual([])
    expect(said('info')).toContain('could not be kept anew, so all of it stays')
  })

  test('nothing is changed where nothing was taken', async () => {
    const bad = await receiver({ answers: [{ status: 503 }] })
    const world = await worldOf([1, 2, 3, 4, 5].map((number) => artifact(zip(entryText(jobEvent(number))))))

    const { result, reason } = await world.run([to(bad)])

    expect(bad.requests).toHaveLength(3)
    expect(result).toBe('spooled')
    expect(reason).toContain('no endpoint takes anything')
    expect(world.github.deletedArtifacts).toEqual([])
    expect(world.results.uploaded).toEqual([])
  })

  test('without "actions: write" it ends after the first, says so, and does not send all of it for nothing', async () => {
    const fake = await receiver()
    const archives = [1, 2, 3].map((number) => artifact(zip(entryText(jobEvent(number)))))
    const world = await worldOf(archives, { mayWrite: false })

    const { said, result } = await world.run([to(fake)])

    expect(fake.requests).toHaveLength(1)
    expect(said('warning')).toContain('"permissions: actions: write"')
    expect(result).toBe('spooled')
  })

  test.each([403, 500])('a listing that is answered with %i replays nothing, and says so', async (status) => {
    const fake = await receiver()
    const faults = [{ route: 'GET /repos/acme/sms/actions/artifacts', status }]
    const world = await worldOf([artifact(zip(entryText(jobEvent(1))))], { faults })

    const { said, result } = await world.run([to(fake)])

    expect(said('warning')).toContain(`GitHub answered ${status}`)
    expect(result).toBe('spooled')
  })

  test('one that another replay has just deleted is no error', async () => {
    const fake = await receiver()
    const faults = [{ route: 'GET /repos/acme/sms/actions/artifacts/1/zip', status: 404 }]
    const world = await worldOf(
      [1, 2].map((number) => artifact(zip(entryText(jobEvent(number))))),
      { faults },
    )

    const { result } = await world.run([to(fake)])

    expect(fake.requests).toHaveLength(1)
    expect(result).toBe('delivered')
  })

  test('a rate limit ends it, and the rest stays', async () => {
    const fake = await receiver()
    const limited = {
      status: 403,
      headers: { 'x-ratelimit-remaining': '0' },
      body: { message: 'API rate limit exceeded' },
    }
    const faults = [{ route: 'GET /repos/acme/sms/actions/artifacts/2/zip', ...limited }]
    const world = await worldOf(
      [1, 2, 3].map((number) => artifact(zip(entryText(jobEvent(number))))),
      { faults },
    )

    const { result, said } = await world.run([to(fake)])

    expect(fake.requests).toHaveLength(1)
    expect(result).toBe('spooled')
    expect(said('warning')).toContain('rate limit')
  })
})

describe('acceptance 9: one id for ever', () => {
  test('three retries and one replay show one id, and fresh timestamps that verify', async () => {
    const secret = 'whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY='
    const world = await worldOf([artifact(zip(entryText(jobEvent(1))))])
    const fake = await receiver({
      secret,
      now: () => world.clock.now(),
      answers: [{ status: 503 }, { status: 503 }, { status: 503 }, { status: 503 }, {}],
      onRequest: () => void world.clock.sleep(1500),
    })
    const endpoint = { ...to(fake), token: secret }

    await world.run([endpoint], { attempts: 4 })
    const again = await worldOf([artifact(zip(entryText(jobEvent(1))))])
    await again.clock.sleep(600_000)
    const later = await receiver({ secret, now: () => again.clock.now() })
    await again.run([{ ...to(later), token: secret }])

    const all = [...fake.requests, ...later.requests]
    expect(all).toHaveLength(5)
    expect(new Set(all.map(({ headers }) => headers['webhook-id']))).toEqual(new Set([jobEvent(1).event_id]))
    const times = all.map(({ headers }) => Number(headers['webhook-timestamp']))
    expect(new Set(times).size).toBe(5)
    expect(times).toEqual(times.toSorted((a, b) => a - b))
    expect(all.flatMap(({ flaws }) => flaws)).toEqual([])
    expect(new Set(all.map(({ body }) => body.toString())).size).toBe(1)
  })
})
