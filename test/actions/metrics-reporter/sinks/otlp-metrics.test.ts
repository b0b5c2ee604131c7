import { describe, expect, test } from '@jest/globals'
import type { MetricPart } from '../../../../actions/metrics-reporter/src/build-event.ts'
import { sampleEvent, sampleRunEvent } from '../sample.ts'
import { metricsOf, payloadsOf, pointsOf, textsOf, told } from './otlp-reading.ts'

// 2026-11-22T20:00:09Z and T20:01:44.250Z
const START = '1795377609000000000'
const END = '1795377704250000000'

const PASS_FAIL = { gate: 'perf-threshold-gate' }

test('a job: every value that is known, as a gauge at the moment of its end', () => {
  const metrics = metricsOf({
    ...sampleEvent,
    soft_failures: { count: 1 },
    time: { ...sampleEvent.time, queued_seconds: 8 },
  })

  expect(told(metrics)).toEqual([
    'ci.job.duration s {} 95.25',
    'ci.job.queue.duration s {} 8',
    'ci.coverage 1 {ci.coverage.kind=lines} 0.8529',
    'ci.coverage 1 {ci.coverage.kind=branches} 0.7143',
    'ci.measurement.bundle_size By {} 348160',
    'ci.measurement.p95 s {ci.gate=perf-threshold-gate} 0.612',
    `ci.gate.outcome 1 {ci.gate=${PASS_FAIL.gate},ci.gate.outcome=pass} 0`,
    `ci.gate.outcome 1 {ci.gate=${PASS_FAIL.gate},ci.gate.outcome=fail} 1`,
    `ci.gate.outcome 1 {ci.gate=${PASS_FAIL.gate},ci.gate.outcome=inconclusive} 0`,
    `ci.gate.outcome 1 {ci.gate=${PASS_FAIL.gate},ci.gate.outcome=no-data} 0`,
    'ci.soft_failures 1 {} 1',
    'ci.job.run_id 1 {} 17654321098',
  ])
  expect(new Set(metrics.flatMap(pointsOf).map(({ timeUnixNano }) => timeUnixNano))).toEqual(new Set([END]))
  expect(metrics.every(({ gauge }) => gauge !== undefined)).toBe(true)
})

test('a run: its duration, and its result in place of the two attributes of a task', () => {
  const metrics = metricsOf(sampleRunEvent)

  expect(told(metrics)).toEqual(['ci.run.duration s {} 143.5'])
  expect(textsOf(metrics.flatMap(pointsOf)[0]?.attributes ?? [])).toEqual({
    'vcs.owner.name': 'acme',
    'vcs.repository.name': 'sms',
    'cicd.pipeline.name': 'CI',
    'cicd.pipeline.result': 'failure',
    'ci.event': 'pull_request',
    'ci.ref.class': 'pr',
  })
})

test('a point has the few labels, and no id of a run or build unless it is asked for', () => {
  const plain = metricsOf(sampleEvent).flatMap(pointsOf)[0]
  const labels = {
    branch: 'feat/x',
    actor: 'grace',
    build_id: '17654321098-2',
    run_id: '17654321098',
    team: 'messaging',
  }
  const labelled = metricsOf(sampleEvent, { labels }).flatMap(pointsOf)

  const few = {
    'vcs.owner.name': 'acme',
    'vcs.repository.name': 'sms',
    'cicd.pipeline.name': 'CI',
    'cicd.pipeline.task.name': 'test (3.12, ubuntu-24.04)',
    'cicd.pipeline.task.run.result': 'failure',
    'ci.event': 'pull_request',
    'ci.ref.class': 'pr',
    'ci.runner.os': 'Linux',
  }
  expect(textsOf(plain?.attributes ?? [])).toEqual(few)
  for (const { attributes } of labelled) {
    expect(textsOf(attributes)).toMatchObject({
      ...few,
      'vcs.ref.head.name': 'feat/x',
      'ci.actor': 'grace',
      'ci.build.id': '17654321098-2',
      'cicd.pipeline.run.id': '17654321098',
      'ci.attribute.team': 'messaging',
    })
  }
})

describe('trap 7: what is unknown is absent, and no 0', () => {
  test('coverage, durations, gates, soft failures', () => {
    const { coverage: _1, coverage_percent: _2, duration_seconds: _3, gates: _4, metrics: _5, ...bare } = sampleEvent

    expect(told(metricsOf(bare))).toEqual(['ci.job.run_id 1 {} 17654321098'])
  })

  test('a run of which nothing is known has no payload of metrics', () => {
    const { duration_seconds: _, ...bare } = sampleRunEvent

    expect(payloadsOf(bare).map(({ name }) => name)).toEqual(['traces'])
  })
})

describe('trap 10: numbers are exact', () => {
  test.each(['9007199254740993', '9223372036854775807'])('the run id %s, above 2^53, is unchanged', (id) => {
    expect(told(metricsOf({ ...sampleEvent, run: { ...sampleEvent.run, id } }))).toContain(`ci.job.run_id 1 {} ${id}`)
  })

  test('one above 2^63 fits no integer of OTLP: the other points still go', () => {
    const metrics = metricsOf({ ...sampleEvent, run: { ...sampleEvent.run, id: '9999999999999999999' } })

    expect(metrics.map(({ name }) => name)).not.toContain('ci.job.run_id')
    expect(metrics.map(({ name }) => name)).toContain('ci.job.duration')
  })

  test('nanoseconds hold the last millisecond', () => {
    const [first] = metricsOf({
      ...sampleEvent,
      time: { ...sampleEvent.time, completed_at: '2026-11-22T20:01:44.001Z' },
    })

    expect(first === undefined ? [] : pointsOf(first).map((point) => point.timeUnixNano)).toEqual([
      '1795377704001000000',
    ])
  })

  test('trap 24: a double is written in its shortest form, whatever its size', () => {
    const metrics = [5e-324, 0.1 + 0.2, 1e21, -0, -3.5].map((value, index) => ({ name: `m${index}`, value, unit: '1' }))

    const body = payloadsOf({ ...sampleEvent, metrics })[0]?.body ?? ''

    expect([...body.matchAll(/"asDouble":([^,}]+)/g)].map(([, text]) => text).slice(3)).toEqual([
      '5e-324',
      '0.30000000000000004',
      '1e+21',
      '0',
      '-3.5',
    ])
  })
})

describe('measurements', () => {
  const measured = (metrics: readonly MetricPart[]) =>
    told(metricsOf({ ...sampleEvent, metrics })).filter((line) => line.startsWith('ci.measurement'))

  test('the same name with another unit is another metric', () => {
    expect(
      measured([
        { name: 'size', value: 1, unit: 'By' },
        { name: 'size', value: 2, unit: '{file}/s' },
        { name: 'size', value: 3, unit: 'By', gate: 'g' },
      ]),
    ).toEqual([
      'ci.measurement.size By {} 1',
      'ci.measurement.size By {ci.gate=g} 3',
      'ci.measurement.size._file__s {file}/s {} 2',
    ])
  })

  test('and gets a name that nobody else has', () => {
    expect(
      measured([
        { name: 'size.s', value: 1, unit: 'By' },
        { name: 'size', value: 2, unit: 'By' },
        { name: 'size', value: 3, unit: 's' },
      ]),
    ).toEqual(['ci.measurement.size.s By {} 1', 'ci.measurement.size By {} 2', 'ci.measurement.size.s.s s {} 3'])
  })

  test('of two values that no receiver can tell apart the last is sent', () => {
    expect(
      measured([
        { name: 'p95', value: 1, unit: 's', gate: 'g', scope: 'a' },
        { name: 'p95', value: 2, unit: 's', gate: 'g', scope: 'b' },
        { name: 'p95', value: 3, unit: 's', gate: 'g', scope: 'a' },
      ]),
    ).toEqual(['ci.measurement.p95 s {ci.gate=g,ci.scope=a} 3', 'ci.measurement.p95 s {ci.gate=g,ci.scope=b} 2'])
  })
})

describe('the option temporality', () => {
  test.each([
    ['delta', 1],
    ['cumulative', 2],
  ])('%s adds a count of jobs', (temporality, code) => {
    const metrics = metricsOf(sampleEvent, { options: { temporality } })

    expect(metrics.slice(0, -1)).toEqual(metricsOf(sampleEvent))
    expect(metrics.at(-1)).toMatchObject({
      name: 'ci.job.completed',
      unit: '{job}',
      sum: {
        aggregationTemporality: code,
        isMonotonic: true,
        dataPoints: [{ startTimeUnixNano: START, timeUnixNano: END, asInt: '1' }],
      },
    })
  })

  test('a histogram of one for each part of a run', () => {
    const histogram = metricsOf(sampleRunEvent, { options: { temporality: 'delta' } }).at(-1)

    expect(histogram).toMatchObject({ name: 'cicd.pipeline.run.duration', unit: 's' })
    expect(histogram?.histogram?.aggregationTemporality).toBe(1)
    const [pending, executing, ...more] = histogram?.histogram?.dataPoints ?? []
    expect(more).toEqual([])
    // bounds 1 5 10 30 60 120 300 …: 8 s is in the third bucket, 143.5 - 8 s in the seventh
    expect(pending).toEqual({
      attributes: [
        { key: 'vcs.owner.name', value: { stringValue: 'acme' } },
        { key: 'vcs.repository.name', value: { stringValue: 'sms' } },
        { key: 'cicd.pipeline.name', value: { stringValue: 'CI' } },
        { key: 'cicd.pipeline.run.state', value: { stringValue: 'pending' } },
      ],
      startTimeUnixNano: '1795377601000000000',
      timeUnixNano: '1795377744500000000',
      count: '1',
      sum: 8,
      min: 8,
      max: 8,
      explicitBounds: [1, 5, 10, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 21_600],
      bucketCounts: ['0', '0', '1', '0', '0', '0', '0', '0', '0', '0', '0', '0', '0', '0'],
    })
    expect(executing).toMatchObject({
      count: '1',
      sum: 135.5,
      min: 135.5,
      max: 135.5,
      bucketCounts: ['0', '0', '0', '0', '0', '0', '1', '0', '0', '0', '0', '0', '0', '0'],
    })
    expect(textsOf(executing?.attributes ?? [])).toEqual({
      'vcs.owner.name': 'acme',
      'vcs.repository.name': 'sms',
      'cicd.pipeline.name': 'CI',
      'cicd.pipeline.run.state': 'executing',
      'cicd.pipeline.result': 'failure',
      'error.type': 'failure',
    })
  })

  test.each([
    [1, 0],
    [1.001, 1],
    [21_600, 12],
    [21_600.001, 13],
  ])('%d s are in bucket %d: a bound belongs to the bucket below it', (seconds, bucket) => {
    const time = { ...sampleRunEvent.time, queued_seconds: seconds }
    const metrics = metricsOf({ ...sampleRunEvent, time }, { options: { temporality: 'cumulative' } })

    expect(metrics.at(-1)?.histogram?.dataPoints[0]?.bucketCounts?.indexOf('1')).toBe(bucket)
  })

  test('where the first job began is unknown, so are the lengths of both parts', () => {
    const { queued_seconds: _, ...time } = sampleRunEvent.time

    const metrics = metricsOf({ ...sampleRunEvent, time }, { options: { temporality: 'delta' } })

    expect(metrics.map(({ name }) => name)).toEqual(['ci.run.duration'])
  })

  test('a run that did not fail has no error.type', () => {
    const event = { ...sampleRunEvent, status: 'cancellation', conclusion: 'cancelled' } as const

    const executing = metricsOf(event, { options: { temporality: 'delta' } }).at(-1)?.histogram?.dataPoints[1]

    expect(textsOf(executing?.attributes ?? [])).not.toHaveProperty(['error.type'])
  })
})
