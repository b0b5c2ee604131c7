import { fakeFrame } from '@hardgate/fakes'
import { expect, test } from '@jest/globals'
import type { Sent } from '../../../actions/metrics-reporter/src/deliver.ts'
import type { Endpoint } from '../../../actions/metrics-reporter/src/sinks/sink.ts'
import { summaryOf } from '../../../actions/metrics-reporter/src/summary.ts'
import { tell } from '../../../actions/metrics-reporter/src/telling.ts'
import { sampleEvent } from './sample.ts'

const endpoint = (name: string): Endpoint => ({
  name,
  kind: 'otlp',
  target: `https://${name}.example`,
  shown: `${name}.example`,
  options: {},
  headers: {},
})

const sentBy = (name: string, more: Partial<Sent>): Sent => ({
  endpoint: endpoint(name),
  result: 'delivered',
  attempts: 1,
  elapsedMs: 41,
  ...more,
})

const SPOOLED =
  'The event is kept in the artifact "hardgate-metrics-spool-5" for 7 days and is sent by the next reporting run.'
const REJECTED = 'The event is kept in the artifact "hardgate-metrics-rejected-5" for 7 days.'
const kept = { spooled: { isKept: true, told: SPOOLED }, rejected: { isKept: true, told: REJECTED } }

function told(sent: readonly Sent[], { notices = [] as string[], isStrict = false } = {}) {
  const frame = fakeFrame()
  tell({ outcomes: [{ event: sampleEvent, json: '{}', sent }], kept }, notices, isStrict, frame)
  return frame.lines.map(({ kind, text }) => `${kind}: ${text}`)
}

const DOWN = { result: 'spooled', reason: 'connection refused, 5 requests in 6.9 s' } as const
const PARTLY = {
  result: 'partial',
  accepted: 5,
  rejected: 2,
  reason: 'took 5 of 7 data points and rejected 2',
  answer: 'out of bounds',
} as const

test('an outage is one warning with the reason, and where the event is', () => {
  expect(told([sentBy('otel', DOWN)])).toEqual([
    `warning: metrics-reporter: otel (otel.example) did not take the event: connection refused, 5 requests in 6.9 s. The build is not affected. ${SPOOLED}`,
  ])
})

test('what was taken in part is told by its counts, and that it is not sent again', () => {
  expect(told([sentBy('otel', PARTLY)])).toEqual([
    `warning: metrics-reporter: otel (otel.example) took 5 of 7 data points and rejected 2: "out of bounds". The build is not affected. What was rejected is not sent again by itself. ${REJECTED}`,
  ])
})

test('both are in one warning, each place once', () => {
  expect(told([sentBy('a', DOWN), sentBy('b', DOWN), sentBy('c', PARTLY)])).toEqual([
    [
      'warning: metrics-reporter: a (a.example) did not take the event: connection refused, 5 requests in 6.9 s.',
      'b (b.example) did not take the event: connection refused, 5 requests in 6.9 s.',
      `c (c.example) took 5 of 7 data points and rejected 2: "out of bounds". The build is not affected. ${SPOOLED} What was rejected is not sent again by itself. ${REJECTED}`,
    ].join('\n'),
  ])
})

test('a strict step says nothing of a build that is not affected', () => {
  expect(told([sentBy('otel', DOWN)], { isStrict: true })[0]).not.toContain('The build')
})

test('of two signals one of which was taken in part the reason is told as it is', () => {
  const reason = 'metrics: took 1 of 2 data points and rejected 1; traces: took 0 of 1 spans and rejected 1'

  expect(told([sentBy('otel', { ...PARTLY, reason })])[0]).toContain(
    `otel (otel.example) took a part of the event: ${reason}: "out of bounds". The build`,
  )
})

test('an answer that confirms nothing is a notice with its reason; a datagram, which nobody answers, is none', () => {
  const odd = sentBy('otel', { result: 'unconfirmed', reason: 'status 200, an answer that is not OTLP’s' })

  expect(told([odd, sentBy('statsd', { result: 'unconfirmed' })])).toEqual([
    'notice: metrics-reporter: otel (otel.example) did not confirm the event: status 200, an answer that is not OTLP’s.',
  ])
})

test('what a receiver says of a delivery is in the log', () => {
  expect(told([sentBy('otel', { remark: 'use the other port' })])).toEqual([
    'info: metrics-reporter: otel says "use the other port"',
  ])
})

test('a refusal that is expected is a notice among the others, and says where the event is', () => {
  const refused = sentBy('hook', { result: 'spooled', reason: 'no-credentials' })

  expect(told([refused], { notices: ['the token cannot read this job (403).'] })).toEqual([
    `notice: metrics-reporter: the token cannot read this job (403).\nhook (hook.example) wants credentials, and this run, from a fork or by dependabot, has none.\n${SPOOLED}`,
  ])
})

test('the same of many events is one line, and of many lines ten are shown', () => {
  const many = Array.from({ length: 12 }, (_, at) => sentBy(`e${at}`, DOWN))
  const [twice = ''] = told([sentBy('a', DOWN), sentBy('a', DOWN)])
  const [long = ''] = told(many)

  expect(twice).toContain('5 requests in 6.9 s. (2 events) The build')
  expect(long.split('\n')).toHaveLength(11)
  expect(long).toContain('… and 2 more, in the summary.')
})

test('the summary has what was queued, accepted and rejected, and what the receiver said', () => {
  const event = { ...sampleEvent, time: { ...sampleEvent.time, queued_seconds: 8 } }
  const sent = [
    sentBy('otel', { ...PARTLY, statusCode: 200, spoolPath: '/tmp/x.json' }),
    sentBy('b', { statusCode: 204 }),
  ]

  const text = summaryOf({ event, json: '{}', result: 'partial', reason: 'r', sent }).join('\n')

  expect(text).toContain('Metrics: delivered to 1 of 2 endpoints')
  expect(text).toContain('| build | status | duration | queued | coverage | gates |')
  expect(text).toContain('| 95.25 s | 8 s | 85.29 % |')
  expect(text).toContain('| endpoint | result | attempts | last answer | accepted | rejected | kept in |')
  expect(text).toContain(
    '| otel (otel.example) | partial | 1 | took 5 of 7 data points and rejected 2: out of bounds | 5 | 2 | `/tmp/x.json` |',
  )
  expect(text).toContain('| b (b.example) | delivered | 1 | 204 |')
})
