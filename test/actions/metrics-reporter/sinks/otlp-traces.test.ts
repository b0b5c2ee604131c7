import { describe, expect, test } from '@jest/globals'
import type { Status } from '../../../../actions/metrics-reporter/src/build-event.ts'
import { sampleEvent, sampleRunEvent } from '../sample.ts'
import { payloadsOf, spansOf, textsOf } from './otlp-reading.ts'

test('acceptance 5: a job is a span of the run, with the ids of the collector', () => {
  const [span, ...more] = spansOf(sampleEvent)

  expect(more).toEqual([])
  expect(span).toMatchObject({
    traceId: '359ea866a467621754e557a1133829e1',
    spanId: '447b8a1885e989a5',
    parentSpanId: '1e93a88bf26f0567',
    name: 'test (3.12, ubuntu-24.04)',
    kind: 1,
    startTimeUnixNano: '1795377609000000000',
    endTimeUnixNano: '1795377704250000000',
    status: { code: 2 },
  })
  expect(span?.links).toBeUndefined()
  expect(textsOf(span?.attributes ?? [])).toEqual({
    'cicd.pipeline.name': 'CI',
    'cicd.pipeline.run.id': '17654321098',
    'cicd.pipeline.task.name': 'test (3.12, ubuntu-24.04)',
    'cicd.pipeline.task.run.id': '50123456789',
    'cicd.pipeline.task.run.url.full': 'https://github.com/acme/sms/actions/runs/17654321098/job/50123456789',
    'cicd.pipeline.task.run.result': 'failure',
    'vcs.ref.head.name': 'feat/x',
    'vcs.ref.head.type': 'branch',
    'vcs.ref.head.revision': '9fceb02d0ae598e95dc970b74767f19372d61af8',
    'vcs.change.id': '7',
    'cicd.worker.name': 'runner-1',
    'ci.build.id': '17654321098-2',
    'ci.conclusion': 'failure',
    'ci.event.id': 'hg1-9edf27d5d3d709997c05657397a64b8d',
    'ci.attribute.team': 'messaging',
    'error.type': 'failure',
  })
})

test('a run is the root span, and links to the trace of the attempt before', () => {
  const [span] = spansOf(sampleRunEvent)

  expect(span).toMatchObject({
    traceId: '359ea866a467621754e557a1133829e1',
    spanId: '1e93a88bf26f0567',
    name: 'RUN CI',
    kind: 2,
    startTimeUnixNano: '1795377601000000000',
    endTimeUnixNano: '1795377744500000000',
    // printf 176543210981t | sha256sum, the first 32 digits; printf 176543210981s | sha256sum, digits 17 to 32
    links: [{ traceId: 'a0ef2330367e68646262a3b9f7ddc226', spanId: 'b3abad3382e8657c' }],
  })
  expect(span?.parentSpanId).toBeUndefined()
  expect(textsOf(span?.attributes ?? [])).toMatchObject({
    'cicd.pipeline.name': 'CI',
    'cicd.pipeline.run.url.full': 'https://github.com/acme/sms/actions/runs/17654321098',
    'cicd.pipeline.result': 'failure',
  })
})

test('a first attempt has none before it', () => {
  const first = { ...sampleRunEvent, run: { ...sampleRunEvent.run, attempt: 1 } }

  expect(spansOf(first)[0]?.links).toBeUndefined()
})

describe('the status of a span', () => {
  test.each<[Status, number | undefined]>([
    ['failure', 2],
    ['error', 2],
    ['timeout', 2],
    ['cancellation', undefined],
    ['skip', undefined],
    ['success', undefined],
  ])('of %s is %s', (status, code) => {
    const [span] = spansOf({ ...sampleEvent, status })

    expect(span?.status?.code).toBe(code)
    expect(textsOf(span?.attributes ?? [])['error.type']).toBe(code === undefined ? undefined : status)
  })
})

describe('when it began', () => {
  const { started_at: _started, ...noStart } = sampleEvent.time

  test('is the end less the duration, where that is known', () => {
    const [span] = spansOf({ ...sampleEvent, time: noStart })

    expect(span?.startTimeUnixNano).toBe('1795377609000000000')
  })

  test('where nobody knows, there is no span: one of no length would be a wrong one', () => {
    const { duration_seconds: _, ...event } = sampleEvent

    expect(payloadsOf({ ...event, time: noStart }).map(({ name }) => name)).toEqual(['metrics'])
  })

  test('is unknown where it would be after the end', () => {
    const time = { ...sampleEvent.time, started_at: '2026-11-22T20:01:44.251Z' }

    expect(payloadsOf({ ...sampleEvent, time }).map(({ name }) => name)).toEqual(['metrics'])
  })
})

test('a commit that nobody knows is absent', () => {
  const vcs = { ...sampleEvent.vcs, revision: '0'.repeat(40) }

  expect(textsOf(spansOf({ ...sampleEvent, vcs })[0]?.attributes ?? [])).not.toHaveProperty(['vcs.ref.head.revision'])
})

test('trap 9: a task with quotes, a backslash and letters of many scripts arrives as it is; half a letter is replaced', () => {
  const task = 'Ünï "q" \\ a=b, c 😀'
  const [span] = spansOf({ ...sampleEvent, job: { ...sampleEvent.job, task }, build_id: 'half \ud83d' })

  expect(textsOf(span?.attributes ?? [])).toMatchObject({
    'cicd.pipeline.task.name': task,
    'ci.build.id': 'half \ufffd',
  })
})
