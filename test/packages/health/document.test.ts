import { judge } from '@hardgate/health'
import { expect, test } from '@jest/globals'
import { answer, expectations } from './answers.ts'

test.each(['pass', 'ok', 'up', 'healthy', 'alive', 'true', 'UP', 'Ok', true])(
  'a document with status %j is good',
  (status) => {
    expect(judge(answer({ body: { status } }), expectations()).health).toBe('healthy')
  },
)

test.each(['fail', 'error', 'down', 'unhealthy', 'out_of_service', 'DOWN', false])(
  'a document with status %j is bad',
  (status) => {
    const { failureClass, reason } = judge(answer({ body: { status } }), expectations())

    expect(failureClass).toBe('assertion')
    expect(reason).toBe(`the health document says "${String(status)}"`)
  },
)

test.each(['warn', 'degraded', 'DEGRADED'])('a document with status %j passes only where that is allowed', (status) => {
  const degraded = answer({ body: { status } })

  expect(judge(degraded, expectations()).failureClass).toBe('assertion')
  expect(judge(degraded, expectations({ rest: { allowsDegraded: true } })).health).toBe('healthy')
})

test.each<[unknown]>([
  [{ status: 'serving' }],
  [{ status: 7 }],
  [{ status: null }],
  [{ data: { status: 'fail' } }],
  [[{ status: 'fail' }]],
  ['nothing'],
])('%j is no known document, and says nothing', (body) => {
  expect(judge(answer({ body }), expectations()).health).toBe('healthy')
})

test.each([
  ['Healthy', 'healthy'],
  ['Healthy\n', 'healthy'],
  ['Degraded', 'unhealthy'],
  ['Unhealthy', 'unhealthy'],
  ['unhealthy', 'healthy'],
  ['The service is Unhealthy', 'healthy'],
])('the plain text %j makes %s', (body, health) => {
  expect(judge(answer({ body }), expectations()).health).toBe(health)
})

test.each([
  [{ status: 'DOWN', components: { db: { status: 'UP' }, redis: { status: 'down' } } }, ['components.redis "down"']],
  [{ status: 'fail', checks: { 'db:time': [{ status: 'pass' }, { status: 'warn' }] } }, ['checks.db:time "warn"']],
  [{ status: 'fail', checks: { db: { status: 'fail' }, mail: { status: 'pass' } } }, ['checks.db "fail"']],
  [{ status: 'fail', checks: [{ status: 'fail' }] }, []],
])('the failing parts of %j are named', (body, parts) => {
  expect(judge(answer({ body }), expectations()).failingParts).toEqual(parts)
})

test('a refused status is read for its failing part as well', () => {
  const { failureClass, reason, failingParts } = judge(
    answer({ status: 503, body: { status: 'fail', components: { redis: { status: 'down' } } } }),
    expectations(),
  )

  expect(failureClass).toBe('status')
  expect(reason).toBe('got 503, expected 200-299; the health document says "fail"')
  expect(failingParts).toEqual(['components.redis "down"'])
})

test('a status that was listed on purpose speaks for itself', () => {
  expect(judge(answer({ status: 503, body: { status: 'fail' } }), expectations({ status: '503' })).health).toBe(
    'healthy',
  )
})

test('health-format none reads no document', () => {
  const { health, failingParts } = judge(
    answer({ body: { status: 'fail', checks: { a: { status: 'fail' } } } }),
    expectations({ rest: { readsDocuments: false } }),
  )

  expect(health).toBe('healthy')
  expect(failingParts).toEqual([])
})

test('an own expectation is told before what the document says', () => {
  expect(judge(answer({ body: { status: 'degraded' } }), expectations({ json: ['$.status == "ok"'] })).reason).toBe(
    'expected $.status == "ok", got "degraded"',
  )
})
