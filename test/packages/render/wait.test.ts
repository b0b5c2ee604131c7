import type { Stage } from '@hardgate/fakes'
import { dashboardOf, spanOf, type Waited, waitForDeploy } from '@hardgate/render'
import { afterEach, describe, expect, test } from '@jest/globals'
import { C, closeWorlds, SERVICE, type World, type WorldOptions, world } from './world.ts'

afterEach(closeWorlds)

interface Waiting {
  readonly here: World
  readonly waited: Waited
  readonly progress: string[]
  readonly warnings: string[]
}

const TEN_S = 10_000

async function waiting(
  stages: readonly Stage[],
  {
    outcome = 'live',
    timeoutMs = 600_000,
    signal,
    ...options
  }: WorldOptions & { outcome?: string; timeoutMs?: number; signal?: AbortSignal } = {},
): Promise<Waiting> {
  const here = await world({ service: { deploys: [], nextDeploy: { stages, outcome } }, ...options })
  const progress: string[] = []
  const warnings: string[] = []
  const { id } = here.render.deploy(SERVICE, { id: 'dep-n', commit: C, trigger: 'api' })
  const waited = await waitForDeploy({
    ...here,
    serviceId: SERVICE,
    deploy: await here.client.getDeploy(SERVICE, id),
    timeoutMs,
    ...(signal === undefined ? {} : { signal }),
    onProgress: (line) => progress.push(line),
    onWarning: (line) => warnings.push(line),
  })
  return { here, waited, progress, warnings }
}

describe('trap 11, acceptance 10: the end of a deploy', () => {
  test('live ends the wait, and each change is told with how long the last one took', async () => {
    const { waited, progress, warnings, here } = await waiting([
      ['build_in_progress', 40_000],
      ['update_in_progress', TEN_S],
    ])

    expect([waited.end, waited.deploy.status, waited.waitedMs]).toEqual(['done', 'live', 50_000])
    expect(progress).toEqual([
      'dep-n: build_in_progress',
      'dep-n: build_in_progress for 30 s',
      'dep-n: update_in_progress, after 40 s of build_in_progress',
      'dep-n: live, after 10 s of update_in_progress',
    ])
    expect(warnings).toEqual([])
    expect(new Set(here.clock.waits)).toEqual(new Set([5000]))
  })

  test.each(['build_failed', 'pre_deploy_failed', 'update_failed', 'canceled', 'deactivated'])(
    '%s ends the wait',
    async (outcome) => {
      const { waited } = await waiting([['build_in_progress', TEN_S]], { outcome })

      expect([waited.end, waited.deploy.status]).toEqual(['done', outcome])
    },
  )

  test('queued, then update, then an unknown word, then live: success with one warning that names the word', async () => {
    const { waited, warnings } = await waiting([
      ['queued', TEN_S],
      ['update_in_progress', TEN_S],
      ['something_new', TEN_S],
      ['update_in_progress', TEN_S],
      ['something_new', TEN_S],
    ])

    expect([waited.end, waited.deploy.status]).toEqual(['done', 'live'])
    expect(warnings).toEqual([
      'dep-n is "something_new", a status that this version does not know: neither success nor the end, so the wait goes on',
    ])
    expect(waited.steps.map(({ status }) => status)).toEqual([
      'queued',
      'update_in_progress',
      'something_new',
      'update_in_progress',
      'something_new',
      'live',
    ])
  })

  test('a status that is missing is neither success nor the end', async () => {
    const body = { id: 'dep-n', createdAt: '2026-03-01T12:00:00Z' }
    const { waited, warnings } = await waiting([['build_in_progress', 15_000]], {
      faults: [{ route: `GET /services/${SERVICE}/deploys/dep-n`, skip: 1, status: 200, body, times: 2 }],
    })

    expect([waited.end, waited.deploy.status]).toEqual(['done', 'live'])
    expect(warnings).toEqual([
      'Render gave no status for dep-n: that is neither success nor the end, so the wait goes on',
    ])
  })
})

describe('trap 12: the end of the patience', () => {
  test('a timeout names the last status and how long it was in it', async () => {
    const { waited } = await waiting(
      [
        ['build_in_progress', 20_000],
        ['update_in_progress', 1e9],
      ],
      { timeoutMs: 63_000 },
    )

    expect([waited.end, waited.deploy.status, waited.inStatusMs, waited.waitedMs]).toEqual([
      'timeout',
      'update_in_progress',
      43_000,
      63_000,
    ])
  })

  test('a deploy that goes live in the last moment is seen', async () => {
    const { waited } = await waiting([['build_in_progress', 12_000]], { timeoutMs: 12_000 })

    expect([waited.end, waited.deploy.status]).toEqual(['done', 'live'])
  })

  test('an interruption ends the wait', async () => {
    const { waited } = await waiting([['build_in_progress', 1e9]], { signal: AbortSignal.abort('SIGINT') })

    expect([waited.end, waited.deploy.status]).toEqual(['aborted', 'build_in_progress'])
  })

  test('the dashboard is known, where Render tells it', () => {
    expect(dashboardOf({ dashboardUrl: 'https://dashboard.render.com/web/srv-x' }, 'dep-n')).toBe(
      'https://dashboard.render.com/web/srv-x/deploys/dep-n',
    )
    expect(dashboardOf({}, 'dep-n')).toBeUndefined()
  })
})

describe('an API that stutters', () => {
  const route = `GET /services/${SERVICE}/deploys/dep-n`

  test('errors in between do not end the wait, and are told once', async () => {
    const { waited, warnings } = await waiting([['build_in_progress', 60_000]], {
      faults: [{ route, skip: 1, status: 502, times: 4 }],
    })

    expect(waited).toMatchObject({ end: 'done', deploy: { status: 'live' } })
    expect(waited).not.toHaveProperty('error')
    expect(warnings).toEqual(['Reading dep-n: Render answered 502: "injected fault". Asking again every 5 s'])
  })

  test('429 is waited out as long as Render asks', async () => {
    const { here } = await waiting([['build_in_progress', 60_000]], {
      faults: [{ route, skip: 1, status: 429, headers: { 'retry-after': '40' } }],
    })

    expect(here.clock.waits.slice(0, 3)).toEqual([5000, 40_000, 5000])
  })

  test('one 404 right after the start is not the end', async () => {
    const { waited } = await waiting([['build_in_progress', 30_000]], {
      faults: [{ route, skip: 1, status: 404, times: 2 }],
    })

    expect(waited.end).toBe('done')
  })

  test.each([401, 404, 410])('three times %i in a row is', async (status) => {
    const { waited } = await waiting([['build_in_progress', 1e9]], { faults: [{ route, skip: 1, status, times: 99 }] })

    expect(waited).toMatchObject({
      end: 'lost',
      deploy: { status: 'build_in_progress' },
      error: { status },
      waitedMs: 15_000,
    })
  })

  test('an API that stays silent to the end is a timeout with the error', async () => {
    const { waited } = await waiting([['build_in_progress', 5000]], {
      timeoutMs: 60_000,
      faults: [{ route, skip: 1, status: 503, times: 99 }],
    })

    expect(waited).toMatchObject({ end: 'timeout', deploy: { status: 'build_in_progress' }, error: { status: 503 } })
  })
})

test.each([
  [0, '0 s'],
  [41_400, '41 s'],
  [59_600, '1 min'],
  [161_000, '2 min 41 s'],
  [3_599_700, '1 h'],
  [3_720_000, '1 h 2 min'],
])('%i ms reads %s', (ms, text) => {
  expect(spanOf(ms)).toBe(text)
})
