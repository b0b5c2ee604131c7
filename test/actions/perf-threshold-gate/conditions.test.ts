import { describe, expect, test } from '@jest/globals'
import { type Conditions, difference } from '../../../actions/perf-threshold-gate/src/conditions.ts'

const NOW: Conditions = {
  tool: 'locust',
  users: 100,
  durationMs: 120_000,
  requests: 5000,
  runner: { os: 'Linux', arch: 'X64', cpus: 4, cpuModel: 'A' },
  definition: 'nearest rank',
  failures: 'exclude',
}

describe('trap 24: two runs can be compared', () => {
  test.each<[Partial<Conditions>, string | undefined]>([
    [{}, undefined],
    [{ users: 95 }, undefined],
    [{ users: 105 }, undefined],
    [{ users: 94 }, 'it had 94 users'],
    [{ users: 106 }, 'it had 106 users'],
    [{ users: undefined }, 'it had an unknown number of users'],
    [{ durationMs: 96_000 }, undefined],
    [{ durationMs: 144_000 }, undefined],
    [{ durationMs: 95_999 }, 'it took 96 s'],
    [{ durationMs: 144_001 }, 'it took 144 s'],
    [{ durationMs: undefined }, 'it took an unknown time'],
    // which model it is decides among those that can be compared
    [{ runner: { ...NOW.runner, cpuModel: 'B' } }, undefined],
    [{ runner: { ...NOW.runner, cpus: 2 } }, 'its runner was Linux X64 with 2 CPUs'],
    [{ failures: 'include' }, 'its latencies include failed requests'],
  ])('with %j: %s', (parts, why) => {
    expect(difference(NOW, { ...NOW, ...parts })).toBe(why)
  })

  test('where neither record knows the users', () => {
    const unknown = { ...NOW, users: undefined }

    expect(difference(unknown, unknown)).toBeUndefined()
    expect(difference(unknown, NOW)).toBe('it had 100 users')
  })
})
