import { describe, expect, test } from '@jest/globals'
import type { BuildEvent, Status } from '../../../../actions/metrics-reporter/src/build-event.ts'
import { eventText } from '../../../../actions/metrics-reporter/src/event-text.ts'
import { dogstatsd } from '../../../../actions/metrics-reporter/src/sinks/dogstatsd.ts'
import type { Encoding, Endpoint } from '../../../../actions/metrics-reporter/src/sinks/sink.ts'
import { sampleEvent, sampleRunEvent } from '../sample.ts'
import { parseDatagram, type Read } from './dogstatsd-parser.ts'
import { randomTexts } from './random-texts.ts'

const endpoint: Endpoint = {
  name: 'dogstatsd',
  kind: 'dogstatsd',
  target: 'udp://127.0.0.1:8125',
  shown: '127.0.0.1:8125',
  options: {},
  headers: {},
}

function linesOf(event: BuildEvent, encoding: Partial<Encoding> = {}, options: Endpoint['options'] = {}): string[] {
  const [payload] = dogstatsd.encode(event, { ...endpoint, options }, { labels: {}, isLate: false, ...encoding })
  return (payload?.body ?? '').split('\n').filter((line) => line !== '')
}

const readOf = (event: BuildEvent, encoding: Partial<Encoding> = {}): readonly Read[] =>
  parseDatagram(Buffer.from(linesOf(event, encoding).join('\n')))

const one = (read: readonly Read[], is: string): Read | undefined => read.find((line) => line['is'] === is)

const tags =
  'repository:acme/sms,workflow:CI,task:test (3.12_ ubuntu-24.04),event:pull_request,ref_class:pr,status:failure,runner_os:Linux'
const url = 'https://github.com/acme/sms/actions/runs/17654321098/job/50123456789'

test('a job is distributions in seconds, a counter, gauges, one event and one service check', () => {
  const event = { ...sampleEvent, time: { ...sampleEvent.time, queued_seconds: 8 }, soft_failures: { count: 1 } }

  expect(linesOf(event)).toEqual([
    `ci.job.duration:95.25|d|#${tags}`,
    `ci.job.queue.duration:8|d|#${tags}`,
    `ci.job.completed:1|c|#${tags}`,
    `_e{48,89}:acme/sms CI / test (3.12, ubuntu-24.04): failure|build 17654321098-2\\n${url}|d:1795377704|k:hg1-9edf27d5d3d709997c05657397a64b8d|t:error|#${tags}`,
    `ci.coverage:0.8529|g|#${tags},kind:lines`,
    `ci.coverage:0.7143|g|#${tags},kind:branches`,
    `ci.measurement.bundle_size:348160|g|#${tags},unit:By`,
    `ci.measurement.p95:0.612|g|#${tags},gate:perf-threshold-gate,unit:s`,
    `ci.gate.outcome:0|g|#${tags},gate:perf-threshold-gate,outcome:pass`,
    `ci.gate.outcome:1|g|#${tags},gate:perf-threshold-gate,outcome:fail`,
    `ci.gate.outcome:0|g|#${tags},gate:perf-threshold-gate,outcome:inconclusive`,
    `ci.gate.outcome:0|g|#${tags},gate:perf-threshold-gate,outcome:no-data`,
    `ci.soft_failures:1|g|#${tags}`,
    `_sc|ci.job|2|d:1795377704|#${tags}|m:failure`,
  ])
})

test('a run has no task', () => {
  const read = readOf(sampleRunEvent)

  expect(read.map(({ is, name }) => [is, name])).toEqual([
    ['d', 'ci.run.duration'],
    ['d', 'ci.run.queue.duration'],
    ['c', 'ci.run.completed'],
    ['event', undefined],
    ['check', 'ci.run'],
  ])
  expect(read[0]?.tags).toEqual({
    repository: 'acme/sms',
    workflow: 'CI',
    event: 'pull_request',
    ref_class: 'pr',
    status: 'failure',
  })
  expect(one(read, 'event')).toMatchObject({
    title: 'acme/sms CI: failure',
    text: 'build 17654321098-2\nhttps://github.com/acme/sms/actions/runs/17654321098',
  })
})

test.each<[Status, string, number]>([
  ['success', 'success', 0],
  ['failure', 'error', 2],
  ['error', 'error', 2],
  ['timeout', 'error', 2],
  ['cancellation', 'warning', 1],
  ['skip', 'info', 3],
])('%s is an event of the type %s and a service check of %d', (status, t, check) => {
  const read = readOf({ ...sampleEvent, status })

  expect(one(read, 'event')).toMatchObject({ t, k: sampleEvent.event_id, d: '1795377704' })
  expect(one(read, 'check')).toMatchObject({ status: check, message: status, d: '1795377704' })
})

describe('acceptance 8: an independent parser reads it', () => {
  test.each(['feat/x y', 'Ünï "q" \\ a=b, c', 'a|b#c,d:e', '🚀 ☃ 日本', '::error::x'])(
    'trap 9: with the task %j, in the title as it is and in a tag without its marks',
    (task) => {
      const read = readOf({ ...sampleEvent, job: { key: 'test', task } })

      expect(one(read, 'event')).toMatchObject({ title: `acme/sms CI / ${task}: failure` })
      const tag = task === 'a|b#c,d:e' ? 'a_b_c_d:e' : task.replaceAll(',', '_')
      expect(read.map((line) => line.tags['task'])).toEqual(read.map(() => tag))
    },
  )

  test('the lengths are bytes: 🚀 is four, ☃ and each of 日本 are three', () => {
    const run = { ...sampleEvent.run, workflow: '🚀' }
    const [line = ''] = linesOf({ ...sampleEvent, run, job: { key: 'x', task: '日本' }, build_id: '☃' }).filter(
      (text) => text.startsWith('_e'),
    )

    // "acme/sms " 9, "🚀" 4, " / " 3, "日本" 6, ": failure" 9; "build " 6, "☃" 3, "\n" 2, the run's URL 52
    expect(line).toMatch(/^_e\{31,63\}:/)
    expect(parseDatagram(Buffer.from(line))[0]).toMatchObject({
      text: 'build ☃\nhttps://github.com/acme/sms/actions/runs/17654321098',
    })
  })
})

test('the input labels are tags, and none takes the place of our own', () => {
  const read = readOf(sampleEvent, { labels: { branch: 'feat/x,y', status: 'success', empty: '' } })

  for (const { tags: found } of read) {
    expect(found).toMatchObject({ branch: 'feat/x_y', status: 'failure' })
    expect(found).not.toHaveProperty('empty')
  }
})

test('what is sent late has no gauges and no service check, which would be taken for the present', () => {
  expect(readOf(sampleEvent, { isLate: true }).map(({ is }) => is)).toEqual(['d', 'c', 'event'])
})

test('a gauge below zero is set to zero first, for servers to which a sign means "change by"', () => {
  const metrics = [{ name: 'x', value: -3, unit: '1' }]

  const lines = linesOf({ ...sampleEvent, metrics }).filter((line) => line.startsWith('ci.measurement'))

  expect(lines).toEqual([`ci.measurement.x:0|g|#${tags},unit:1`, `ci.measurement.x:-3|g|#${tags},unit:1`])
})

test('trap 7: an absent coverage or duration has no line', () => {
  const { coverage: _coverage, duration_seconds: _duration, ...rest } = sampleEvent

  expect(linesOf(rest).filter((line) => /^ci\.(?:coverage|job\.duration)/.test(line))).toEqual([])
})

test('no line is too long for a datagram: labels go first, then the texts are cut', () => {
  const long = '☃'.repeat(200)
  const event: BuildEvent = {
    ...sampleEvent,
    build_id: long,
    run: { ...sampleEvent.run, workflow: long },
    job: { key: 'x', task: long },
    metrics: [{ name: 'n'.repeat(100), value: -5e-324, unit: 'u'.repeat(32), gate: long, scope: long }],
  }
  const labels = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`label_${index}`, long]))

  const lines = linesOf(event, { labels })

  expect(Math.max(...lines.map((line) => Buffer.byteLength(line)))).toBeLessThanOrEqual(1432)
  for (const { tags: found } of parseDatagram(Buffer.from(lines.join('\n')))) {
    expect(found).toMatchObject({ repository: 'acme/sms', task: expect.stringMatching(/^☃{20,200}$/) })
    expect(Object.keys(found).filter((name) => name.startsWith('label'))).toEqual([])
  }
  // where it fits, all is there
  expect(linesOf(sampleEvent, { labels: { a: 'x'.repeat(200) } })[0]).toContain(`|#a:${'x'.repeat(200)},`)
})

test('the option prefix takes the place of ci', () => {
  const lines = linesOf(sampleEvent, {}, { prefix: 'build' })

  expect(lines.map((line) => line.slice(0, 12)).filter((line) => line.includes('ci.'))).toEqual([])
  expect(lines[0]).toMatch(/^build\.job\.duration:/)
  expect(lines.at(-1)).toMatch(/^_sc\|build\.job\|/)
})

test('trap 9: a thousand random texts stay in their places, and every line can be read', () => {
  for (const text of randomTexts(1000, 8)) {
    // as the event holds it
    const plain = eventText(text) || 'x'
    const event: BuildEvent = {
      ...sampleEvent,
      job: { key: 'x', task: plain },
      metrics: [{ name: 'p95', value: 1, unit: 's', gate: plain, scope: plain }],
    }

    const read = readOf(event, { labels: { branch: plain } })

    expect(read.map(({ is }) => is).join(' ')).toBe('d c event g g g g g g g check')
    expect(one(read, 'event')).toMatchObject({ k: sampleEvent.event_id, d: '1795377704', t: 'error' })
    const known = ['branch', 'event', 'gate', 'kind', 'outcome', 'ref_class', 'repository', 'runner_os', 'scope']
    const allowed = new Set([...known, 'status', 'task', 'unit', 'workflow'])
    expect(read.flatMap(({ tags: found }) => Object.keys(found)).filter((name) => !allowed.has(name))).toEqual([])
  }
})
