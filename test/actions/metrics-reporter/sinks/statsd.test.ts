import { expect, test } from '@jest/globals'
import type { BuildEvent } from '../../../../actions/metrics-reporter/src/build-event.ts'
import type { Encoding, Endpoint } from '../../../../actions/metrics-reporter/src/sinks/sink.ts'
import { statsd } from '../../../../actions/metrics-reporter/src/sinks/statsd.ts'
import { sampleEvent, sampleRunEvent } from '../sample.ts'
import { randomTexts } from './random-texts.ts'

const endpoint: Endpoint = {
  name: 'statsd',
  kind: 'statsd',
  target: 'udp://127.0.0.1:8125',
  shown: '127.0.0.1:8125',
  options: {},
  headers: {},
}

function linesOf(event: BuildEvent, encoding: Partial<Encoding> = {}, options: Endpoint['options'] = {}): string[] {
  const payloads = statsd.encode(event, { ...endpoint, options }, { labels: {}, isLate: false, ...encoding })
  expect(payloads).toHaveLength(1)
  const body = payloads[0]?.body ?? ''
  expect(body.endsWith('\n')).toBe(true)
  return body.slice(0, -1).split('\n')
}

const nothingMeasured = { gates: [], metrics: [] }

test('a job is counters, timers in milliseconds, and gauges', () => {
  const event = {
    ...sampleEvent,
    time: { ...sampleEvent.time, queued_seconds: 8 },
    soft_failures: { count: 1 },
  }
  const job = 'ci.acme.sms.CI.test_3_12_ubuntu-24_04'

  expect(linesOf(event)).toEqual([
    `${job}.duration:95250|ms`,
    `${job}.queue:8000|ms`,
    `${job}.status.failure:1|c`,
    `${job}.gate.perf-threshold-gate.fail:1|c`,
    `${job}.coverage.lines:0.8529|g`,
    `${job}.coverage.branches:0.7143|g`,
    `${job}.measurement.bundle_size:348160|g`,
    `${job}.measurement.perf-threshold-gate.p95:0.612|g`,
    `${job}.soft_failures:1|g`,
  ])
})

test('a run has a place that no job of the workflow can have', () => {
  expect(linesOf(sampleRunEvent)).toEqual([
    'ci.acme.sms.CI._run.duration:143500|ms',
    'ci.acme.sms.CI._run.queue:8000|ms',
    'ci.acme.sms.CI._run.status.failure:1|c',
  ])
  const named = { ...sampleEvent, ...nothingMeasured, job: { key: '_run', task: '_run' } }
  expect(linesOf(named)[0]).toBe('ci.acme.sms.CI.run.duration:95250|ms')
})

test('trap 7: an absent coverage, duration or queue has no line', () => {
  const { coverage: _coverage, duration_seconds: _duration, ...rest } = sampleEvent

  expect(linesOf({ ...rest, ...nothingMeasured })).toEqual(['ci.acme.sms.CI.test_3_12_ubuntu-24_04.status.failure:1|c'])
})

test.each([
  ['feat/x y', 'feat_x_y'],
  ['Ünï "q" \\ a=b, c', 'n_q_a_b_c'],
  ['a:b|c@d#e', 'a_b_c_d_e'],
  ['two\nlines', 'two_lines'],
  ['日本', '_'],
])('trap 9: the task %j is one segment, %s', (task, segment) => {
  const [line] = linesOf({ ...sampleEvent, ...nothingMeasured, job: { key: 'test', task } })

  expect(line).toBe(`ci.acme.sms.CI.${segment}.duration:95250|ms`)
})

test.each([
  [1e-7, '0.0000001'],
  [1e21, '1000000000000000000000'],
  [-0, '0'],
  [0.1 + 0.2, '0.30000000000000004'],
])('trap 24: %d is written without exponent', (value, text) => {
  const lines = linesOf({ ...sampleEvent, gates: [], metrics: [{ name: 'x', value, unit: '1' }] })

  expect(lines.at(-1)).toBe(`ci.acme.sms.CI.test_3_12_ubuntu-24_04.measurement.x:${text}|g`)
})

test('a gauge below zero is set to zero first, because a sign means "change by"', () => {
  const lines = linesOf({ ...sampleEvent, gates: [], metrics: [{ name: 'x', value: -3, unit: '1' }] })

  expect(lines.slice(-2)).toEqual([
    'ci.acme.sms.CI.test_3_12_ubuntu-24_04.measurement.x:0|g',
    'ci.acme.sms.CI.test_3_12_ubuntu-24_04.measurement.x:-3|g',
  ])
})

test('what is sent late has no gauges: they would be taken for the present', () => {
  expect(linesOf(sampleEvent, { isLate: true })).toEqual([
    'ci.acme.sms.CI.test_3_12_ubuntu-24_04.duration:95250|ms',
    'ci.acme.sms.CI.test_3_12_ubuntu-24_04.status.failure:1|c',
    'ci.acme.sms.CI.test_3_12_ubuntu-24_04.gate.perf-threshold-gate.fail:1|c',
  ])
})

test('two measurements never share a name: the second has its unit behind it, or a number', () => {
  const metrics = [
    { name: 'size', value: 1, unit: 'By' },
    { name: 'size', value: 2, unit: 's' },
    { name: 'size', value: 3, unit: '1', scope: 'a/b' },
    { name: 'size', value: 4, unit: '1', scope: 'a b' },
    { name: 'size', value: 5, unit: '1', scope: 'a+b' },
  ]

  const lines = linesOf({ ...sampleEvent, gates: [], metrics }).slice(-5)

  expect(lines.map((line) => line.replace('ci.acme.sms.CI.test_3_12_ubuntu-24_04.measurement.', ''))).toEqual([
    'size:1|g',
    'size.s:2|g',
    'size.a_b:3|g',
    'size.a_b.1:4|g',
    'size.a_b.2:5|g',
  ])
})

test('the option prefix takes the place of ci', () => {
  expect(linesOf(sampleEvent, {}, { prefix: 'build.eu' })[0]).toMatch(/^build\.eu\.acme\.sms\.CI\.test_/)
})

test('names that are too long for a datagram are cut, and no others', () => {
  const long = { key: 'test', task: 't'.repeat(200) }
  const [usual] = linesOf({ ...sampleEvent, ...nothingMeasured, job: long })
  expect(usual).toBe(`ci.acme.sms.CI.${long.task}.duration:95250|ms`)

  const metric = { name: 'n'.repeat(100), gate: 'g'.repeat(200), scope: 's'.repeat(200), value: -5e-324, unit: '1' }
  const event: BuildEvent = {
    ...sampleEvent,
    gates: [],
    metrics: [metric],
    job: long,
    run: { ...sampleEvent.run, workflow: 'w'.repeat(200) },
    vcs: { ...sampleEvent.vcs, repository: `${'o'.repeat(99)}/${'r'.repeat(100)}` },
  }
  const lines = linesOf(event).slice(-2)

  expect(lines[1]).toMatch(/^ci\.o{60}\.r{60}\.w{60}\.t{60}\.measurement\.g{60}\.n{60}\.s{60}:-0\.0+5\|g$/)
  expect(Buffer.byteLength(lines.join('\n'))).toBeLessThanOrEqual(1432)
})

test('trap 9: a thousand random texts are one segment each, and every line can be read', () => {
  for (const text of randomTexts(1000, 8)) {
    const metrics = [{ name: 'p95', value: -1, unit: 's', gate: text, scope: text }]
    const event: BuildEvent = { ...sampleEvent, gates: [], metrics, job: { key: 'x', task: text } }

    const lines = linesOf(event)

    // prefix, owner, repository, workflow, task, and what it is of
    const segments = lines.map((line) => /^([\w.-]+):-?\d+(?:\.\d+)?\|(?:ms|c|g)$/.exec(line)?.[1]?.split('.').length)
    expect(segments).toEqual([6, 7, 7, 7, 9, 9])
  }
})
