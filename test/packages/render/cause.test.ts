import type { Json } from '@hardgate/gate'
import { causeOf, type Deploy, failureCause, type ServiceEvent } from '@hardgate/render'
import { afterEach, describe, expect, test } from '@jest/globals'
import { C, closeWorlds, SERVICE, world } from './world.ts'

afterEach(closeWorlds)

const failed = (status: string): Deploy => ({
  id: 'dep-n',
  status,
  trigger: 'api',
  createdAt: '2026-03-01T12:00:00Z',
  finishedAt: '2026-03-01T12:05:00Z',
})

function event(type: string, details: ServiceEvent['details'], timestamp = '2026-03-01T12:04:00Z'): ServiceEvent {
  return { id: `evt-${type}`, type, timestamp, details }
}

const ended = (reason: Json, deployId = 'dep-n'): ServiceEvent =>
  event('deploy_ended', { deployId, deployStatus: 'failed', reason })

test.each<[string, Json, string]>([
  ['an exit code', { evicted: false, nonZeroExit: 3 }, 'start: exit 3'],
  ['memory', { evicted: false, oomKilled: { memoryLimit: '512Mi' } }, 'start: out of memory (limit 512Mi)'],
  [
    'time',
    { evicted: false, timedOutSeconds: 900, timedOutReason: 'port scan' },
    'start: timed out after 900 s: port scan',
  ],
  ['health', { evicted: false, unhealthy: 'HTTP health check failed' }, 'start: unhealthy: HTTP health check failed'],
  ['an early exit', { evicted: false, earlyExit: true }, 'start: the process ended early'],
  ['eviction', { evicted: true, evictionReason: 'node drained' }, 'start: evicted: node drained'],
])('%s is told in a few words', (_, failure, cause) => {
  expect(causeOf(failed('update_failed'), [ended({ failure })])).toBe(cause)
})

describe('where the reason lies elsewhere', () => {
  test('a failed build tells it in its own event', () => {
    const events = [
      ended({ buildFailed: { id: 'bld-1' } }),
      event('build_ended', { buildId: 'bld-0', reason: { failure: { nonZeroExit: 9 } } }),
      event('build_ended', { buildId: 'bld-1', reason: { failure: { evicted: false, nonZeroExit: 2 } } }),
    ]

    expect(causeOf(failed('build_failed'), events)).toBe('build: exit 2')
  })

  test('a failed pre-deploy command tells it in its own event', () => {
    const events = [
      ended({}),
      event('pre_deploy_ended', { deployId: 'dep-n', reason: { failure: { nonZeroExit: 1 } } }),
    ]

    expect(causeOf(failed('pre_deploy_failed'), events)).toBe('pre-deploy command: exit 1')
  })

  test('a deploy that made way names the one that came', () => {
    expect(causeOf(failed('canceled'), [ended({ newDeploy: { id: 'dep-z' } })])).toBe('replaced by dep-z')
  })

  test('an image that could not be pulled is told, if it was in the time of this deploy', () => {
    const before = event('image_pull_failed', { message: 'yesterday' }, '2026-02-28T12:00:00Z')
    const now = event('image_pull_failed', { message: 'manifest\nunknown' })

    expect(causeOf(failed('update_failed'), [before])).toBeUndefined()
    expect(causeOf(failed('update_failed'), [before, now])).toBe('image pull failed: manifest unknown')
  })

  test('the reason of another deploy is not taken', () => {
    expect(causeOf(failed('update_failed'), [ended({ failure: { nonZeroExit: 1 } }, 'dep-other')])).toBeUndefined()
  })
})

test('the events are read from just before the deploy', async () => {
  const reason = { failure: { evicted: false, nonZeroExit: 1 } }
  const deploys = [
    {
      id: 'dep-n',
      commit: C,
      minutesAgo: 180,
      stages: [['build_in_progress', 1000]] as const,
      outcome: 'build_failed',
      reason,
    },
  ]
  const { client, clock, render } = await world({ service: { deploys } })
  await clock.sleep(1000)

  const deploy = await client.getDeploy(SERVICE, 'dep-n')

  expect(await failureCause(client, SERVICE, deploy)).toBe('build: exit 1')
  expect(render.requests.at(-1)?.query.get('startTime')).toBe('2026-03-01T08:59:00.000Z')
})

test('events that cannot be read change nothing', async () => {
  const { client } = await world({ faults: [{ route: `GET /services/${SERVICE}/events`, status: 500, times: 9 }] })

  expect(await failureCause(client, SERVICE, failed('build_failed'))).toBeUndefined()
})
