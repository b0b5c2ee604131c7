import { type FakeArtifact, type FakeGitHub, fakeClock, fakeFrame, fakeGitHub, zipOf } from '@hardgate/fakes'
import { connectGitHub, writeZip } from '@hardgate/github'
import { request } from '@hardgate/http'
import { afterEach, describe, expect, test } from '@jest/globals'
import { type SpoolWanted, spooledOf, withValuesOf } from '../../../actions/metrics-reporter/src/run-spool.ts'
import type { Endpoint } from '../../../actions/metrics-reporter/src/sinks/sink.ts'
import { sampleEvent, sampleRunEvent } from './sample.ts'
import { entryText, jobEvent } from './spool-files.ts'

const open: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of open.splice(0)) await close()
})

const RUN = 17_654_321_098
const NAME = 'hardgate-metrics-spool-50123456001'
const endpoint = (name: string, kind = 'webhook'): Endpoint => ({
  name,
  kind,
  target: 'https://a.example',
  shown: 'a.example',
  options: {},
  headers: {},
})

const idOf = (number: number): string => jobEvent(number).job.id ?? ''
const zip = (...texts: readonly string[]): Buffer =>
  writeZip(texts.map((content, index) => ({ name: `${index}.json`, content })))

async function spoolOf(
  archives: readonly (Buffer | FakeArtifact)[],
  change: Partial<SpoolWanted> = {},
  options: Parameters<typeof fakeGitHub>[0] = {},
) {
  const artifacts = archives.map(
    (one): FakeArtifact => (Buffer.isBuffer(one) ? { name: NAME, runId: RUN, archive: one } : one),
  )
  const fake: FakeGitHub = await fakeGitHub({
    repository: 'acme/sms',
    runs: [{ id: RUN, sha: 'a'.repeat(40), headRepository: 'mallory/sms' }],
    artifacts,
    ...options,
  })
  open.push(fake.close)
  const github = connectGitHub({
    token: 'ghs_test',
    apiUrl: fake.url,
    repository: 'acme/sms',
    request: (plan) => request({ ...plan, env: {} }),
    clock: fakeClock(),
  })
  const wanted = {
    github,
    runId: String(RUN),
    attempt: 2,
    jobIds: new Set([1, 2, 3].map(idOf)),
    endpoints: [endpoint('webhook'), endpoint('otel', 'otlp')],
    ...change,
  }
  return { spool: await spooledOf(wanted, fakeFrame()), fake }
}

describe('the spool of a run', () => {
  test('each event once, with the endpoints that lack it and the payloads that they have', async () => {
    const { spool } = await spoolOf([
      zip(entryText(jobEvent(1)), entryText(jobEvent(1), { endpoint: 'otel', kind: 'otlp', taken: ['metrics'] })),
      zip(entryText(jobEvent(2), { endpoint: 'all', kind: 'all' })),
    ])

    expect(spool.notes).toEqual([])
    expect(spool.events.map(({ jobId, endpoints }) => ({ jobId, endpoints }))).toEqual([
      { jobId: idOf(1), endpoints: ['webhook', 'otel'] },
      { jobId: idOf(2), endpoints: ['webhook', 'otel'] },
    ])
    expect(spool.events[0]?.taken.get('otel')).toEqual(['metrics'])
    expect(spool.events[0]?.event).toEqual(JSON.parse(JSON.stringify(jobEvent(1))))
  })

  test('an artifact goes when all of its events are confirmed, not before', async () => {
    const { spool, fake } = await spoolOf([zip(entryText(jobEvent(1)), entryText(jobEvent(2)))])

    expect(await spool.confirm(jobEvent(1).event_id)).toBeUndefined()
    expect(fake.deletedArtifacts).toEqual([])
    expect(await spool.confirm(jobEvent(2).event_id)).toBeUndefined()

    expect(fake.deletedArtifacts).toEqual([1])
  })

  test('a token that may not delete is said once', async () => {
    const archives = [zip(entryText(jobEvent(1))), zip(entryText(jobEvent(2)))]
    const { spool } = await spoolOf(archives, {}, { mayWrite: false })

    expect(await spool.confirm(jobEvent(1).event_id)).toContain('permissions: actions: write')
    expect(await spool.confirm(jobEvent(2).event_id)).toBeUndefined()
  })

  test('what another attempt left stays for the report of that attempt', async () => {
    const { spool, fake } = await spoolOf([zip(entryText(jobEvent(1)))], { attempt: 3 })

    expect(spool.events).toEqual([])
    expect(spool.notes).toEqual([expect.stringContaining('it is of attempt 2, so it stays')])
    await spool.confirm(jobEvent(1).event_id)
    expect(fake.deletedArtifacts).toEqual([])
  })

  test('an event for an endpoint that is not among ours stays', async () => {
    const { spool, fake } = await spoolOf([zip(entryText(jobEvent(1)), entryText(jobEvent(1), { endpoint: 'other' }))])

    await spool.confirm(jobEvent(1).event_id)

    expect(spool.notes).toEqual([expect.stringContaining('no endpoint is called other here')])
    expect(fake.deletedArtifacts).toEqual([])
  })

  test('the event of the whole run is told apart', async () => {
    const { spool } = await spoolOf([zip(entryText(sampleRunEvent))])

    expect(spool.events).toMatchObject([{ jobId: undefined, event: { type: 'ci.run.completed' } }])
  })

  test.each([401, 403, 404, 500])('a listing that is answered with %i is a note and no failure', async (status) => {
    const faults = [{ route: `GET /repos/acme/sms/actions/runs/${RUN}/artifacts`, status }]

    const { spool } = await spoolOf([zip(entryText(jobEvent(1)))], {}, { faults })

    expect(spool.events).toEqual([])
    expect(spool.notes).toEqual([expect.stringContaining(`GitHub answered ${status}`)])
  })

  test('other artifacts of the run are not touched', async () => {
    const archive = zip(entryText(jobEvent(1)))
    const { spool, fake } = await spoolOf([
      { name: 'coverage', runId: RUN, archive },
      { name: 'hardgate-metrics-rejected-1', runId: RUN, archive },
      { name: NAME, runId: RUN, archive, expired: true },
    ])

    expect(spool.events).toEqual([])
    expect(fake.storeRequests).toEqual([])
  })
})

describe('acceptance 13: a hostile spool', () => {
  const good = (): string => entryText(jobEvent(1))

  test.each<[string, () => Buffer, RegExp]>([
    ['a name that leads out', () => zipOf([{ name: '../../x', content: good() }]), /leads out of the folder/],
    ['50 MB', () => zipOf([{ name: 'a.json', content: 'a'.repeat(50_000_000) }]), /50000000 bytes unpacked/],
    [
      '10 000 entries',
      () => zipOf(Array.from({ length: 10_000 }, (_, at) => ({ name: `${at}` }))),
      /holds 10000 entries/,
    ],
    ['65 entries', () => zipOf(Array.from({ length: 65 }, (_, at) => ({ name: `${at}` }))), /holds 65 entries/],
    ['an entry of 256 KiB and a byte', () => zip(' '.repeat(262_145)), /262145 bytes/],
    [
      'a bomb that declares little',
      () => zipOf([{ name: 'a', content: ' '.repeat(1e6), size: 10 }]),
      /larger than the 10 bytes/,
    ],
    ['no zip', () => Buffer.from('::error::boo'), /no zip archive/],
    ['a link', () => zipOf([{ name: 'a', content: '/etc/passwd', mode: 0o120777 }]), /no regular file/],
    ['no JSON', () => zip('{'), /no JSON object/],
    ['deep nesting', () => zip('['.repeat(200_000)), /no JSON object/],
    ['another schema', () => zip(good().replace('spool/v1', 'spool/v2')), /must be "hardgate.spool\/v1"/],
    [
      'an endpoint that is an address',
      () => zip(entryText(jobEvent(1), { endpoint: 'https://evil.example/' })),
      /endpoint: must match/,
    ],
    [
      'an id of another event',
      () => zip(entryText({ ...jobEvent(1), event_id: jobEvent(2).event_id })),
      /id of another one/,
    ],
    ['a number that is none', () => zip(good().replace('95.25', '1e999')), /does not fit the schema/],
    [
      'not UTF-8',
      () => writeZip([{ name: 'a', content: Buffer.from(good().replace('grace', 'gr\u00e2ce'), 'latin1') }]),
      /no JSON object/,
    ],
  ])('%s is refused by name', async (_, archive, why) => {
    const { spool, fake } = await spoolOf([archive()])

    expect(spool.events).toEqual([])
    expect(spool.notes).toHaveLength(1)
    expect(spool.notes[0]).toMatch(why)
    expect(spool.notes[0]).toContain('artifact 1')
    expect(fake.deletedArtifacts).toEqual([])
  })

  test('an event of a job that is not of this run is refused by name, and the others are sent', async () => {
    const { spool } = await spoolOf([zip(entryText(jobEvent(7)), entryText(jobEvent(1)))])

    expect(spool.events).toHaveLength(1)
    expect(spool.notes).toEqual([`${jobEvent(7).event_id} in artifact 1: its job is not of this run, so it is refused`])
  })

  test('an event of another run is refused, whatever its job says', async () => {
    const run = { ...sampleEvent.run, id: '99' }
    const { jobEventId } = await import('../../../actions/metrics-reporter/src/ids.ts')
    const forged = jobEvent(1, { run, event_id: jobEventId({ runId: '99', attempt: 2 }, idOf(1)) })

    const { spool } = await spoolOf([zip(entryText(forged))])

    expect(spool.events).toEqual([])
    expect(spool.notes).toEqual([expect.stringContaining('is refused')])
  })

  test('names that write commands or colours are told on one line and cut', async () => {
    const name = `a${'x'.repeat(500)}.json`
    const { spool } = await spoolOf([
      { name: `${NAME}\n::error::boo\u001b[31m`, runId: RUN, archive: writeZip([{ name, content: '{' }]) },
    ])

    expect(spool.notes).toHaveLength(1)
    // oxlint-disable-next-line no-control-regex -- they are what must not be there
    expect(spool.notes[0]).not.toMatch(/[\u0000-\u001f]|\n::/)
    expect(spool.notes[0]?.length).toBeLessThan(400)
  })

  test('unknown fields are removed and noted', async () => {
    const text = entryText(jobEvent(1)).replace('"build_id":', '"url":"https://evil.example","build_id":')

    const { spool } = await spoolOf([zip(text)])

    expect(JSON.stringify(spool.events.map(({ event }) => event))).not.toContain('evil')
    expect(spool.notes).toEqual([expect.stringContaining('event.url')])
  })
})

describe('withValuesOf', () => {
  const facts = jobEvent(1, {
    runner: { name: 'runner-1' },
    status: 'success',
    conclusion: 'success',
    duration_seconds: 12,
    reporter: { version: '1.0.0', mode: 'run', trust: 'fork' },
    notes: ['job-id-unknown'],
  })

  test("acceptance 13: the facts are GitHub's, and the measurements are the job's", () => {
    const forged = jobEvent(1, {
      status: 'failure',
      conclusion: 'failure',
      duration_seconds: 1,
      build_id: 'mine',
      run: { ...sampleEvent.run, id: '1', attempt: 9, workflow: 'Deploy' },
      vcs: { ...sampleEvent.vcs, repository: 'evil/evil', ref_class: 'default', revision: 'f'.repeat(40), fork: false },
      runner: { os: 'Windows', name: 'evil' },
      job: { id: '1', key: 'k', task: 'k (1)', matrix: { a: '1' }, name: 'evil', url: 'https://evil.example/' },
      trace: { trace_id: '0'.repeat(32), span_id: '0'.repeat(16) },
    })

    const merged = withValuesOf(forged, facts)

    const { job, build_id, coverage, notes, runner, ...rest } = merged
    const { job: factsJob, build_id: _id, coverage: _none, notes: _notes, runner: _runner, ...expected } = facts
    expect(rest).toEqual(expected)
    expect(runner).toEqual({ os: 'Windows', name: 'runner-1' })
    expect(job).toEqual({ ...factsJob, key: 'k', task: 'k (1)', matrix: { a: '1' } })
    expect({ build_id, coverage, notes }).toEqual({
      build_id: 'mine',
      coverage: sampleEvent.coverage,
      notes: ['job-id-unknown', 'matrix-unreadable'],
    })
  })
})
