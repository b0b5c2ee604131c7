import { expect, test } from '@jest/globals'
import {
  jobEventId,
  jobSpanId,
  jobStandIn,
  queueSpanId,
  rootSpanId,
  runEventId,
  stepSpanId,
  traceId,
  traceparent,
} from '../../../actions/metrics-reporter/src/ids.ts'

// The vectors of the OpenTelemetry collector's githubreceiver recipes, for one run.
const run = { runId: '17654321098', attempt: 2 }
const job = '50123456789'

test.each([
  ['trace', traceId(run), '359ea866a467621754e557a1133829e1'],
  ['root span', rootSpanId(run), '1e93a88bf26f0567'],
  ['job span', jobSpanId(job), '447b8a1885e989a5'],
  ['queue span', queueSpanId(job), 'edd664434cb6f07b'],
  ['step span', stepSpanId(job, 'Run tests'), '56298bdf4a1b50c0'],
  ['job event', jobEventId(run, job), 'hg1-9edf27d5d3d709997c05657397a64b8d'],
  ['run event', runEventId(run), 'hg1-3b037c052e29868c7262d86b0550fce4'],
])('acceptance 5: the id of the %s is the published one', (_name, id, vector) => {
  expect(id).toBe(vector)
})

test('trap 10: a run id above 2^53 gives other ids than its neighbour', () => {
  const near = { runId: '9007199254740993', attempt: 1 }
  const next = { runId: '9007199254740992', attempt: 1 }

  expect(traceId(near)).not.toBe(traceId(next))
})

test('a job without an id is known by its key and its matrix, in whatever order the matrix comes', () => {
  expect(jobStandIn('test', { python: '3.12', os: 'linux' })).toBe(jobStandIn('test', { os: 'linux', python: '3.12' }))
  expect(jobStandIn('test', { python: '3.12' })).toBe('test/{"python":"3.12"}')
})

test('traceparent is a sampled W3C trace context', () => {
  expect(traceparent(traceId(run), jobSpanId(job))).toBe('00-359ea866a467621754e557a1133829e1-447b8a1885e989a5-01')
})
