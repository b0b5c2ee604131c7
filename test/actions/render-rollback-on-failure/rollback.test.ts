import type { DeployPlan } from '@hardgate/fakes'
import { type Requester, request } from '@hardgate/http'
import { afterEach, describe, expect, test } from '@jest/globals'
import { A, B, C, GOOD_THEN_BAD, openStage, type Run, SERVICE, type Stage, type StageOptions } from './stage.ts'

let stage: Stage
afterEach(async () => {
  await stage.close()
})

const open = async (options: StageOptions = {}): Promise<Stage> => {
  stage = await openStage(options)
  return stage
}

const runOn = async (options: StageOptions, given: Readonly<Record<string, string>> = {}): Promise<Run> =>
  (await open(options)).run(given)

const FREEZE = 'PATCH {"autoDeployTrigger":"off"}'
const UNFREEZE = 'PATCH {"autoDeployTrigger":"checksPass"}'
const ROLLBACK_A = 'POST /rollback {"deployId":"dep-a"}'
const writes = (): string[] => stage.writes().map((line) => line.replace('PATCH  ', 'PATCH '))

describe('acceptance 1: a bad release that is live', () => {
  test('is frozen once, rolled back once, verified and told', async () => {
    const { report, outputs, reason } = await runOn({}, { cause: 'p95 812 ms > 500 ms' })

    expect(writes()).toEqual([FREEZE, ROLLBACK_A])
    expect(report.verdict.outcome).toBe('fail')
    expect(outputs).toMatchObject({
      outcome: 'rolled-back',
      'rolled-back': 'true',
      'human-needed': 'false',
      frozen: 'true',
      'failed-deploy-id': 'dep-b',
      'failed-commit': B,
      'target-deploy-id': 'dep-a',
      'target-commit': A,
      'rollback-deploy-id': 'dep-new3',
      method: 'rollback',
      'auto-deploy-before': 'checksPass',
      notified: 'true',
    })
    expect(reason).toMatch(
      /^Rolled back api to aaaaaaa \(dep-a, live .* ago\) in 1 min \d+ s\. bbbbbbb failed: p95 812 ms > 500 ms\. Auto-deploy is off \(was: checksPass\)\.$/,
    )
    expect(stage.render.unexpected).toEqual([])
    expect(stage.slack.problems).toEqual([])
    expect(stage.slack.messages).toHaveLength(1)
  })

  test('passes with fail-on-rollback: false', async () => {
    const { report } = await runOn({}, { 'fail-on-rollback': 'false' })

    expect(report.verdict.outcome).toBe('pass')
  })

  test('takes at most 9 requests to Render', async () => {
    await runOn(
      { service: { nextDeploy: { stages: [['update_in_progress', 12_000]] } } },
      { 'failed-deploy-id': 'dep-b' },
    )

    expect(stage.render.requests.length).toBeLessThanOrEqual(9)
  })

  test('recovery-time runs from the end of the failed deploy to the first good probe', async () => {
    // dep-b ended 3 minutes ago; the rollback is live 10 s after it was accepted, and the first probe is good
    const { outputs } = await runOn({ service: { nextDeploy: { stages: [['update_in_progress', 10_000]] } } })

    expect(outputs['recovery-time']).toBe('190')
  })

  test('an image or a worker without a URL is restored, and says that nothing was probed', async () => {
    const { report, outputs, reason } = await runOn({ service: { serviceDetails: { url: '' } } }, { 'health-url': '' })

    expect(outputs['outcome']).toBe('rolled-back-unverified')
    expect(report.verdict.outcome).toBe('inconclusive')
    expect(reason).toContain('Render says live; nothing was probed')
  })
})

describe('trap 2, acceptance 2: a release that never served', () => {
  const deploys: readonly DeployPlan[] = [
    { id: 'dep-a', commit: A, status: 'live' },
    { id: 'dep-b', commit: B, status: 'build_failed' },
  ]

  test('is left, when what serves is well', async () => {
    const { report, outputs, reason } = await runOn({ deploys })

    expect(writes()).toEqual([])
    expect(outputs).toMatchObject({
      outcome: 'not-needed',
      'human-needed': 'false',
      'rolled-back': 'false',
      frozen: 'false',
    })
    expect(report.verdict.outcome).toBe('fail')
    expect(reason).toBe('No rollback: bbbbbbb never went live (build_failed). aaaaaaa still serves and answers 200.')
  })

  test('is left, when what serves is unwell, and a human is called', async () => {
    const { outputs, reason } = await runOn({ deploys, answer: () => ({ status: 503 }) })

    expect(writes()).toEqual([])
    expect(outputs).toMatchObject({ outcome: 'unhealthy-other-cause', 'human-needed': 'true' })
    expect(reason).toMatch(
      /^HUMAN NEEDED: no rollback\. bbbbbbb never went live \(build_failed\); aaaaaaa serves and answers 503 \(31 of 31 probes\)\./,
    )
  })

  test('is no pass where nothing proved what serves, even with fail-on-rollback: false', async () => {
    const { report, outputs } = await runOn(
      { deploys, service: { serviceDetails: { url: '' } } },
      { 'health-url': '', 'fail-on-rollback': 'false' },
    )

    expect([outputs['outcome'], report.verdict.outcome]).toEqual(['not-needed', 'inconclusive'])
  })

  test('names its cause from the events', async () => {
    const failing: DeployPlan = {
      id: 'dep-b',
      commit: B,
      minutesAgo: 0,
      stages: [['build_in_progress', 5000]],
      outcome: 'build_failed',
      reason: { failure: { nonZeroExit: 1 } },
    }
    const { reason } = await runOn(
      { deploys: [{ id: 'dep-a', commit: A, status: 'live' }, failing] },
      { 'cancel-in-progress': 'false' },
    )

    expect(reason).toContain('bbbbbbb never went live (build_failed, build: exit 1)')
  })
})

describe('trap 3, acceptance 3: a failed deploy that is under way', () => {
  const underWay = (plan: Partial<DeployPlan>): readonly DeployPlan[] => [
    { id: 'dep-a', commit: A, status: 'live' },
    { id: 'dep-b', commit: B, minutesAgo: 0, stages: [['update_in_progress', 600_000]], ...plan },
  ]

  test('is cancelled, and nothing is rolled back', async () => {
    const { outputs, report } = await runOn({ deploys: underWay({}) })

    expect(writes()).toEqual(['POST /deploys/dep-b/cancel'])
    expect(outputs['outcome']).toBe('not-needed')
    expect(report.verdict.reasons.join('\n')).toContain('the database may be migrated')
  })

  test('is rolled back where it went live in that moment', async () => {
    const { outputs } = await runOn({ deploys: underWay({ onCancel: 'live' }) })

    expect(writes()).toEqual(['POST /deploys/dep-b/cancel', FREEZE, ROLLBACK_A])
    expect(outputs['outcome']).toBe('rolled-back')
  })

  test('is not cancelled while it is queued: it is waited for', async () => {
    const queued = underWay({
      stages: [
        ['queued', 40_000],
        ['build_in_progress', 600_000],
      ],
    })
    const { outputs } = await runOn({ deploys: queued })

    expect(writes()).toEqual(['POST /deploys/dep-b/cancel'])
    expect(stage.render.requests.filter(({ path }) => path.endsWith('/deploys')).length).toBeGreaterThan(8)
    expect(outputs['outcome']).toBe('not-needed')
  })

  test('is waited for where cancelling is not wanted, and rolled back once it serves', async () => {
    const { outputs } = await runOn(
      { deploys: underWay({ stages: [['build_in_progress', 30_000]] }) },
      { 'cancel-in-progress': 'false' },
    )

    expect(writes()).toEqual([FREEZE, ROLLBACK_A])
    expect(outputs['outcome']).toBe('rolled-back')
  })

  test('that never ends is told, and nothing is rolled back', async () => {
    const stuck = underWay({ stages: [['queued', Number.POSITIVE_INFINITY]] })
    const { outputs, reason } = await runOn({ deploys: stuck }, { timeout: '2m' })

    expect(writes()).toEqual([])
    expect(outputs).toMatchObject({ outcome: 'rollback-timeout', 'human-needed': 'true' })
    expect(reason).toContain('dep-b) is queued after 2 min')
  })
})

describe('acceptance 4, trap 10: a long history', () => {
  const long = (count: number): readonly DeployPlan[] => [
    ...Array.from({ length: 20 }, (_, at) => ({ id: `dep-old${at}`, commit: C, minutesAgo: 9000 - at })),
    { id: 'dep-a', commit: A, minutesAgo: 8000 },
    ...Array.from({ length: count - 22 }, (_, at) => ({
      id: `dep-f${at}`,
      commit: C,
      status: 'build_failed',
      minutesAgo: 4000 - at,
    })),
    { id: 'dep-b', commit: B, minutesAgo: 5 },
  ]
  const lists = (): number =>
    stage.render.requests.filter(({ method, path }) => method === 'GET' && path.endsWith('/deploys')).length

  test('is read until the target is found, on page 3', async () => {
    const { outputs } = await runOn({ deploys: long(250) }, { 'freeze-auto-deploy': 'false' })

    expect(outputs['target-deploy-id']).toBe('dep-a')
    expect(lists()).toBe(3)
  })

  test('ends where the server repeats its cursor', async () => {
    const { outputs } = await runOn({ deploys: long(250), service: { repeatsCursor: true } })

    expect(outputs['outcome']).toBe('no-candidate')
    expect(lists()).toBeLessThan(4)
  })

  test('is read on for as many candidates as may be tried', async () => {
    const deploys = long(250).map((deploy) =>
      deploy.id === 'dep-f220'
        ? { ...deploy, id: 'dep-a2', commit: A.replace('a', '9'), status: 'deactivated', rollbackAnswer: 404 }
        : deploy,
    )
    const { outputs } = await runOn({ deploys })

    expect(writes().slice(1)).toEqual(['POST /rollback {"deployId":"dep-a2"}', ROLLBACK_A])
    expect(outputs['target-deploy-id']).toBe('dep-a')
  })

  test('of more than 1000 deploys: one that is named is asked for by its id', async () => {
    const [, ...rest] = long(1100)
    const deploys = [{ id: 'dep-b0', commit: 'd'.repeat(40), minutesAgo: 90_000 }, ...rest]
    const { outputs, report } = await runOn({ deploys }, { 'failed-deploy-id': 'dep-b0', 'failed-commit': '' })

    expect(lists()).toBe(10)
    expect(outputs).toMatchObject({ outcome: 'superseded', 'failed-deploy-id': 'dep-b0' })
    expect(report.verdict.reasons.join()).toContain('dep-b0 is older than the 1000 deploys that were read')
  })

  test('trap 4: comes in any order', async () => {
    const { outputs } = await runOn({ service: { reversesPages: true } })

    expect(outputs['target-deploy-id']).toBe('dep-a')
  })
})

describe('trap 5, acceptance 6: a target that Render refuses', () => {
  const three = (answer: number): readonly DeployPlan[] => [
    { id: 'dep-c', commit: C, rollbackAnswer: answer },
    { id: 'dep-a', commit: A, rollbackAnswer: answer },
    { id: 'dep-b', commit: B },
  ]

  test.each([400, 404, 409, 410])('with %d gives way to the next one', async (answer) => {
    const [, ...rest] = three(answer)
    const { outputs, report } = await runOn({ deploys: [{ id: 'dep-c', commit: C }, ...rest] })

    expect(writes()).toEqual([FREEZE, ROLLBACK_A, 'POST /rollback {"deployId":"dep-c"}'])
    expect(outputs).toMatchObject({ outcome: 'rolled-back', 'target-deploy-id': 'dep-c' })
    expect(report.verdict.reasons.join('\n')).toContain('dep-a) could not be restored')
  })

  test('as all others leaves nothing behind', async () => {
    const { outputs } = await runOn({ deploys: three(404) })

    expect(writes()).toEqual([FREEZE, ROLLBACK_A, 'POST /rollback {"deployId":"dep-c"}', UNFREEZE])
    expect(outputs).toMatchObject({ outcome: 'rollback-failed', frozen: 'false', 'human-needed': 'true' })
    expect(stage.render.service(SERVICE)['autoDeployTrigger']).toBe('checksPass')
  })

  test('is tried at most max-candidates times', async () => {
    await runOn({ deploys: three(404) }, { 'max-candidates': '1' })

    expect(writes()).toEqual([FREEZE, ROLLBACK_A, UNFREEZE])
  })

  test('is built afresh with fallback: rebuild', async () => {
    const { outputs } = await runOn({ deploys: three(410) }, { fallback: 'rebuild' })

    expect(writes().at(-1)).toBe(`POST /deploys {"commitId":"${A}"}`)
    expect(outputs).toMatchObject({ outcome: 'rolled-back', method: 'rebuild', 'target-deploy-id': 'dep-a' })
  })

  test('trap 9: is built afresh although Render answers 202 without a body', async () => {
    const service = { nextDeploy: { answer: 202 as const } }
    const { outputs } = await runOn({ deploys: three(410), service }, { fallback: 'rebuild' })

    expect(writes().filter((line) => line.startsWith('POST /deploys'))).toHaveLength(1)
    expect(outputs).toMatchObject({ outcome: 'rolled-back', method: 'rebuild', 'rollback-deploy-id': 'dep-new4' })
  })

  test.each([401, 403, 406, 402])('with %d is no reason to try another', async (status) => {
    const faults = [{ route: `POST /services/${SERVICE}/rollback`, status, times: 99 }]
    const { outputs } = await runOn({ deploys: three(404), render: { faults } })

    expect(writes()).toEqual([FREEZE, ROLLBACK_A, UNFREEZE])
    expect(outputs).toMatchObject({ outcome: 'api-error', 'human-needed': 'true', frozen: 'false' })
  })
})

describe('trap 8: a rollback whose answer got lost', () => {
  const route = `POST /services/${SERVICE}/rollback`

  test('acceptance 7: is adopted, and not sent again', async () => {
    const { outputs } = await runOn({ render: { faults: [{ route, close: 'after' }] } })

    expect(writes()).toEqual([FREEZE, ROLLBACK_A])
    expect(outputs).toMatchObject({ outcome: 'rolled-back', 'rollback-deploy-id': 'dep-new3' })
  })

  test('acceptance 8: is sent a second time where 30 s show none, and no third time', async () => {
    const { outputs, reason } = await runOn({ render: { faults: [{ route, status: 500, times: 9 }] } })

    expect(writes()).toEqual([FREEZE, ROLLBACK_A, ROLLBACK_A])
    expect(outputs).toMatchObject({ outcome: 'api-error', frozen: 'true' })
    expect(reason).toContain('Whether Render began a rollback is not known. Auto-deploy is off (was: checksPass).')
  })

  test('acceptance 8: a 429 waits as long as it asks', async () => {
    const faults = [{ route, status: 429, headers: { 'retry-after': '2' } }]
    const { outputs } = await runOn({ render: { faults } })

    expect(outputs['outcome']).toBe('rolled-back')
    expect(stage.clock.waits).toContain(2000)
  })
})

describe('trap 11: 201 is not done', () => {
  const rollingThrough = (...words: string[]): StageOptions => ({
    service: { nextDeploy: { stages: words.map((word) => [word, 20_000] as const) } },
  })

  test('acceptance 10: an unknown word is waited through, with one warning', async () => {
    const { outputs, frame } = await runOn(rollingThrough('created', 'update_in_progress', 'something_new'))

    expect(outputs['outcome']).toBe('rolled-back')
    expect(frame.lines.filter(({ kind, text }) => kind === 'warning' && text.includes('something_new'))).toHaveLength(1)
  })

  test.each([
    ['canceled', 'rollback-canceled'],
    ['update_failed', 'rollback-failed'],
    ['pre_deploy_failed', 'rollback-failed'],
  ])('acceptance 10, trap 13: one that ends as %s is %s, and stays frozen', async (outcome, expected) => {
    const { outputs, reason } = await runOn({ service: { nextDeploy: { outcome } } })

    expect(outputs).toMatchObject({ outcome: expected, frozen: 'true', 'human-needed': 'true', 'rolled-back': 'false' })
    expect(reason).toContain('Auto-deploy is off (was: checksPass).')
    expect(writes()).toEqual([FREEZE, ROLLBACK_A])
  })

  test('acceptance 10, trap 12: one that never ends tells its last status, for how long, and where to look', async () => {
    const stages = [['update_in_progress', Number.POSITIVE_INFINITY]] as const
    const { outputs, reason, frame } = await runOn({ service: { nextDeploy: { stages } } }, { timeout: '10m' })

    expect(outputs).toMatchObject({ outcome: 'rollback-timeout', frozen: 'true' })
    expect(reason).toContain('is not live after 10 min: update_in_progress for 10 min')
    expect(frame.lines.some(({ text }) => text.includes('Open https://dashboard.render.com/web/'))).toBe(true)
  })

  test('one that was replaced at once did not last', async () => {
    const { outputs } = await runOn({ service: { nextDeploy: { outcome: 'deactivated' } } })

    expect(outputs['outcome']).toBe('superseded')
  })
})

/** The probe does not get through; everything else does. */
function blackHole(kind: 'dns' | 'connect-timeout' | 'no-route'): Requester {
  return async (plan) => {
    if (!plan.url.startsWith(stage.service.url)) return request(plan)
    const { url } = plan
    const journey = { phases: {}, viaProxy: false, url, redirects: [], droppedHeaders: [] }
    return { ok: false, kind, message: `${kind} it is`, mayHaveBeenSent: false, reached: 'nothing', ...journey }
  }
}

describe('traps 17 and 18, acceptance 11: the proof', () => {
  /** Milliseconds since the rollback went live; undefined before. */
  const sinceLive = ({ clock, render }: Stage): number | undefined => {
    const live = render.deploys(SERVICE).find(({ status, trigger }) => status === 'live' && trigger === 'rollback')
    return live === undefined ? undefined : clock.now().getTime() - Date.parse(live.updatedAt)
  }

  test('is not before 60 s, and not while the bad release still answers', async () => {
    const answer = (at: Stage): { status: number; commit: string } => ({
      status: 200,
      commit: (sinceLive(at) ?? 0) < 40_000 ? B : A,
    })
    const { outputs, report } = await runOn({ answer }, { 'version-from': 'json:$.commit' })

    expect(outputs['outcome']).toBe('rolled-back')
    const { proof } = report.verdict.evidence
    expect(proof).toMatchObject({ health: 'healthy', good: 3, probes: 7 })
  })

  test('is as long without a version: 200 from the start counts only once a minute is over', async () => {
    const { report } = await runOn({ answer: () => ({ status: 200 }) })

    expect(report.verdict.evidence['proof']).toMatchObject({ probes: 7 })
  })

  test('fails where another release than the restored one answers to the end', async () => {
    const { outputs, reason } = await runOn(
      { answer: () => ({ status: 200, commit: B }) },
      { 'version-from': 'json:$.commit' },
    )

    expect(outputs).toMatchObject({ outcome: 'verify-failed', 'human-needed': 'true' })
    expect(reason).toContain('Another release than the restored one answers')
  })

  test('fails on 503 to the end: frozen, and a human is needed', async () => {
    const { outputs, reason } = await runOn({ answer: () => ({ status: 503 }) })

    expect(outputs).toMatchObject({
      outcome: 'verify-failed',
      frozen: 'true',
      'human-needed': 'true',
      'rolled-back': 'true',
    })
    expect(reason).toMatch(
      /^HUMAN NEEDED: rolled back to aaaaaaa, but it answers 503 \(31 of 31 probes\)\. It is not the release; look at the database/,
    )
    expect(JSON.stringify(stage.slack.messages)).toContain('HUMAN NEEDED')
  })

  test('of a refused connection fails', async () => {
    const { outputs } = await runOn({}, { 'health-url': 'http://127.0.0.1:1/', 'verify-timeout': '70s' })

    expect(outputs['outcome']).toBe('verify-failed')
  })

  test.each(['dns', 'connect-timeout', 'no-route'] as const)('that cannot be had (%s) is uncertain', async (kind) => {
    await open()
    const { outputs, report } = await stage.run({ 'verify-timeout': '70s' }, { request: blackHole(kind) })

    expect(outputs).toMatchObject({ outcome: 'rolled-back-unverified', 'human-needed': 'false' })
    expect(report.verdict.outcome).toBe('inconclusive')
  })

  test('that comes too early for the minute proves nothing', async () => {
    const { outputs, frame } = await runOn({}, { 'verify-timeout': '30s' })

    expect(outputs['outcome']).toBe('rolled-back-unverified')
    expect(
      frame.lines.some(({ kind, text }) => kind === 'warning' && text.includes('verify-timeout is below 60 s')),
    ).toBe(true)
  })

  test('is void where somebody shipped something meanwhile', async () => {
    let isShipped = false
    const { outputs } = await runOn({
      answer: (at) => {
        if (!isShipped && (sinceLive(at) ?? 0) > 20_000)
          at.render.deploy(SERVICE, { id: 'dep-x', commit: C, stages: [] })
        isShipped ||= (sinceLive(at) ?? 0) > 20_000
        return { status: 200 }
      },
    })

    expect(outputs['outcome']).toBe('superseded')
  })
})

describe('trap 7, acceptance 14: no longer our business', () => {
  test('a newer live deploy is left alone', async () => {
    const { outputs, report, reason } = await runOn({ deploys: [...GOOD_THEN_BAD, { id: 'dep-c', commit: C }] })

    expect(writes()).toEqual([])
    expect([outputs['outcome'], report.verdict.outcome]).toEqual(['superseded', 'inconclusive'])
    expect(reason).toContain('ccccccc (dep-c) replaced bbbbbbb (dep-b)')
  })

  test('a second run writes nothing', async () => {
    await open()
    await stage.run()
    const before = writes().length
    const { outputs, report } = await stage.run()

    expect(writes().slice(before)).toEqual([])
    expect([outputs['outcome'], report.verdict.outcome, outputs['human-needed']]).toEqual([
      'already-rolled-back',
      'fail',
      'false',
    ])
  })

  test('a second run that finds the restored release unwell calls a human', async () => {
    await open({ answer: () => ({ status: 503 }) })
    await stage.run()
    const { outputs } = await stage.run()

    expect(outputs).toMatchObject({ outcome: 'unhealthy-other-cause', 'human-needed': 'true' })
  })

  test('a rollback of somebody else that is under way is waited for', async () => {
    await open({
      render: {
        onRequest: ({ method, path }, render) => {
          if (method !== 'GET' || !path.endsWith(SERVICE)) return
          if (render.deploys(SERVICE).length === 2)
            render.deploy(SERVICE, {
              id: 'dep-r',
              commit: A,
              trigger: 'rollback',
              stages: [['update_in_progress', 30_000]],
            })
        },
      },
    })
    const { outputs } = await stage.run()

    expect(writes()).toEqual([])
    expect(outputs['outcome']).toBe('already-rolled-back')
  })
})

describe('newer deploys under way', () => {
  const during = (plan: DeployPlan): StageOptions => ({
    deploys: [...GOOD_THEN_BAD, { minutesAgo: 0, stages: [['build_in_progress', 600_000]], ...plan }],
  })

  test('are cancelled behind the freeze, and named', async () => {
    const { outputs } = await runOn(during({ id: 'dep-c', commit: C }))

    expect(writes()).toEqual([FREEZE, 'POST /deploys/dep-c/cancel', ROLLBACK_A])
    expect(outputs['outcome']).toBe('rolled-back')
    expect(JSON.stringify(stage.slack.messages)).toContain('ccccccc')
  })

  test('that went live in that moment supersede, and the freeze is undone', async () => {
    const { outputs } = await runOn(during({ id: 'dep-c', commit: C, onCancel: 'live' }))

    expect(writes()).toEqual([FREEZE, 'POST /deploys/dep-c/cancel', UNFREEZE])
    expect(outputs).toMatchObject({ outcome: 'superseded', frozen: 'false' })
  })

  test('supersede where nothing may be cancelled', async () => {
    const { outputs } = await runOn(during({ id: 'dep-c', commit: C }), { 'cancel-in-progress': 'false' })

    expect(writes()).toEqual([])
    expect(outputs['outcome']).toBe('superseded')
  })

  test('the one that our own PATCH starts is ours: it is cancelled', async () => {
    const { outputs } = await runOn({ service: { deploysOnPatch: true } })

    expect(writes()).toEqual([FREEZE, 'POST /deploys/dep-new3/cancel', ROLLBACK_A])
    expect(outputs).toMatchObject({ outcome: 'rolled-back', 'failed-deploy-id': 'dep-b' })
  })

  test('the one that our own PATCH starts is the failed release once it is live, and the failed one is no target', async () => {
    const { outputs } = await runOn({ service: { deploysOnPatch: true, nextDeploy: [{ stages: [] }, {}] } })

    expect(writes()).toEqual([FREEZE, ROLLBACK_A])
    expect(outputs).toMatchObject({
      outcome: 'rolled-back',
      'failed-deploy-id': 'dep-new3',
      'target-deploy-id': 'dep-a',
    })
  })
})

describe('trap 13: auto-deploy', () => {
  test('that is off already is not written', async () => {
    const { outputs, reason } = await runOn({ service: { autoDeployTrigger: 'off' } })

    expect(writes()).toEqual([ROLLBACK_A])
    expect(outputs).toMatchObject({ outcome: 'rolled-back', frozen: 'false', 'auto-deploy-before': 'off' })
    expect(reason).toContain('Auto-deploy was off before and is off.')
  })

  test('of an older service is a yes or no, in strings', async () => {
    const { outputs } = await runOn({ service: { hasNoTrigger: true } })

    expect(writes()).toEqual([FREEZE, 'PATCH {"autoDeploy":"no"}', ROLLBACK_A])
    expect(outputs).toMatchObject({ 'auto-deploy-before': 'yes', frozen: 'true' })
  })

  test('that cannot be switched off is told, and the rollback goes on', async () => {
    const faults = [{ route: `PATCH /services/${SERVICE}`, status: 402, times: 9 }]
    const { outputs, reason, report } = await runOn({ render: { faults } }, { 'fail-on-rollback': 'false' })

    expect(outputs).toMatchObject({ outcome: 'rolled-back', frozen: 'false' })
    expect(reason).toContain('Auto-deploy is STILL ON')
    // not green: the next push ships the bad release again
    expect(report.verdict.outcome).toBe('fail')
  })

  test('whose answer got lost is read back', async () => {
    const faults = [{ route: `PATCH /services/${SERVICE}`, close: 'after' as const, times: 9 }]
    const { outputs } = await runOn({ render: { faults } })

    expect(outputs).toMatchObject({ outcome: 'rolled-back', frozen: 'true' })
  })

  test('whose answer still shows the old value is read again', async () => {
    const body = { id: SERVICE, name: 'api', autoDeploy: 'yes', autoDeployTrigger: 'checksPass' }
    const faults = [{ route: `PATCH /services/${SERVICE}`, status: 200, hasEffect: true, body }]
    const { outputs } = await runOn({ render: { faults } })

    expect(outputs).toMatchObject({ outcome: 'rolled-back', frozen: 'true' })
  })

  test('that Render takes and does not switch off is told', async () => {
    const body = { id: SERVICE, name: 'api', autoDeploy: 'yes', autoDeployTrigger: 'checksPass' }
    const faults = [{ route: `PATCH /services/${SERVICE}`, status: 200, body }]
    const { reason } = await runOn({ render: { faults } })

    expect(reason).toContain('Auto-deploy is STILL ON')
  })

  test('is left alone with freeze-auto-deploy: false', async () => {
    const { outputs } = await runOn({}, { 'freeze-auto-deploy': 'false' })

    expect(writes()).toEqual([ROLLBACK_A])
    expect(outputs['frozen']).toBe('false')
  })
})

describe('acceptance 9, trap 14: images', () => {
  const X = `sha256:${'1'.repeat(64)}`
  const Y = `sha256:${'2'.repeat(64)}`
  const imagePath = 'ghcr.io/octo/api:latest'
  const deploys = (first: Partial<DeployPlan> = {}): readonly DeployPlan[] => [
    { id: 'dep-a', commit: null, image: { ref: imagePath, sha: X }, ...first },
    { id: 'dep-b', commit: null, image: { ref: imagePath, sha: Y } },
  ]
  const given = { 'failed-deploy-id': 'dep-b' }

  test('with a tag are restored by their digest', async () => {
    const { outputs } = await runOn({ deploys: deploys(), service: { imagePath } }, given)

    expect(writes()).toEqual([FREEZE, `POST /deploys {"imageUrl":"ghcr.io/octo/api@${X}"}`])
    expect(outputs).toMatchObject({
      outcome: 'rolled-back',
      method: 'digest',
      'failed-commit': '',
      'target-commit': '',
    })
  })

  test('a second run after it writes nothing', async () => {
    await open({ deploys: deploys(), service: { imagePath } })
    await stage.run(given)
    const before = writes().length
    const { outputs } = await stage.run(given)

    expect([writes().length, outputs['outcome']]).toEqual([before, 'already-rolled-back'])
  })

  test('that are pinned are rolled back as any other', async () => {
    const pinned = deploys({ image: { ref: `ghcr.io/octo/api@${X}`, sha: X } })
    const { outputs } = await runOn({ deploys: pinned, service: { imagePath } }, given)

    expect(writes()).toEqual([FREEZE, ROLLBACK_A])
    expect(outputs['method']).toBe('rollback')
  })

  test.each([
    ['another image than the configured one', { image: { ref: 'ghcr.io/octo/other:latest', sha: X } }],
    ['an image whose digest is unknown', { image: { ref: imagePath, sha: '' } }],
  ])('%s is not restored at all', async (_, first) => {
    const { outputs } = await runOn({ deploys: deploys(first), service: { imagePath } }, given)

    expect(writes()).toEqual([FREEZE, UNFREEZE])
    expect(outputs['outcome']).toBe('rollback-failed')
  })

  test('a service of images without failed-deploy-id says what it needs', async () => {
    const { outputs, reason } = await runOn({ deploys: deploys(), service: { imagePath } })

    expect(writes()).toEqual([])
    expect(outputs['outcome']).toBe('failed-deploy-not-found')
    expect(reason).toContain('Pass failed-deploy-id: a service that runs an image has no commits.')
  })
})

describe('acceptance 13: the database', () => {
  const compare = (comparison: object): StageOptions => ({ github: { comparisons: { [`${A}...${B}`]: comparison } } })
  const given = { 'migrations-path': 'alembic/versions/**' }
  const many = Array.from({ length: 300 }, (_, at) => `src/${at}.py`)

  test.each([
    [
      'a changed migration',
      compare({ files: ['README.md', 'alembic/versions/x.py'] }),
      'alembic/versions/x.py changed between aaaaaaa and bbbbbbb',
    ],
    [
      'a renamed one',
      compare({ files: [{ filename: 'old/x.py', previous_filename: 'alembic/versions/x.py' }] }),
      'alembic/versions/x.py changed',
    ],
    ['300 files', compare({ files: many }), 'GitHub lists 300 files at most'],
    ['commits that diverged', compare({ status: 'diverged' }), 'the commits are diverged'],
    ['a comparison that is not found', {}, 'GitHub answered 404'],
  ])('%s blocks, and nothing is written', async (_, options, told) => {
    const { outputs, reason, report } = await runOn(options, given)

    expect(writes()).toEqual([])
    expect([outputs['outcome'], report.verdict.outcome]).toEqual(['blocked-by-migration', 'fail'])
    expect(reason).toMatch(/^HUMAN NEEDED: no rollback\./)
    expect(reason).toContain(told)
    expect(stage.slack.messages).toHaveLength(1)
  })

  test('that did not change lets the rollback go on', async () => {
    const { outputs } = await runOn(compare({ files: ['src/a.py'] }), given)

    expect(outputs['outcome']).toBe('rolled-back')
    expect(stage.github.unexpected).toEqual([])
  })

  test('that changed is told with on-migration: warn', async () => {
    const { outputs, report } = await runOn(compare({ files: ['alembic/versions/x.py'] }), {
      ...given,
      'on-migration': 'warn',
    })

    expect(outputs['outcome']).toBe('rolled-back')
    expect(report.verdict.reasons.join('\n')).toContain('the old code faces the new schema')
  })

  test('is not asked with on-migration: ignore', async () => {
    await runOn({}, { ...given, 'on-migration': 'ignore' })

    expect(stage.github.requests).toEqual([])
  })

  test('is asked again for the next candidate, and what was begun is undone', async () => {
    const { outputs } = await runOn(
      {
        deploys: [
          { id: 'dep-c', commit: C },
          { id: 'dep-a', commit: A, rollbackAnswer: 404 },
          { id: 'dep-b', commit: B },
        ],
        github: { comparisons: { [`${A}...${B}`]: {}, [`${C}...${B}`]: { files: ['alembic/versions/x.py'] } } },
      },
      given,
    )

    expect(writes()).toEqual([FREEZE, ROLLBACK_A, UNFREEZE])
    expect(outputs['outcome']).toBe('blocked-by-migration')
  })
})

describe('acceptance 15 and 16: what stops before any write', () => {
  test('a commit that the service does not know', async () => {
    const { outputs, report, reason } = await runOn({}, { 'failed-commit': C })

    expect(writes()).toEqual([])
    expect([outputs['outcome'], report.verdict.outcome, outputs['human-needed']]).toEqual([
      'failed-deploy-not-found',
      'no-data',
      'true',
    ])
    expect(reason).toBe(
      'Nothing done: no deploy of ccccccc in the last 2 of srv-api. Pass failed-deploy-id, or check that this service deploys this repository.',
    )
  })

  test('a suspended service, and one in maintenance', async () => {
    const suspended = await runOn({ service: { suspended: 'suspended', suspenders: ['billing'] } })
    expect([writes(), suspended.outputs['outcome']]).toEqual([[], 'blocked-by-suspension'])
    expect(suspended.reason).toContain('suspended (by billing)')
    await stage.close()

    const maintained = await runOn({ service: { serviceDetails: { maintenanceMode: { enabled: true, uri: '' } } } })
    expect([writes(), maintained.outputs['outcome']]).toEqual([[], 'blocked-by-maintenance'])
  })

  test('a key that Render refuses', async () => {
    const { outputs, report, reason } = await runOn({}, { 'render-api-key': 'rnd_wrong' })

    expect(writes()).toEqual([])
    expect([outputs['outcome'], report.verdict.outcome]).toEqual(['api-error', 'no-data'])
    expect(reason).toContain('Render answered 401')
  })

  test('a gateway that answers in HTML', async () => {
    const faults = [{ route: `GET /services/${SERVICE}`, status: 502, body: '<h1>Bad gateway</h1>', times: 99 }]
    const { outputs, reason } = await runOn({ render: { faults } })

    expect(writes()).toEqual([])
    expect(outputs['outcome']).toBe('api-error')
    expect(reason).toContain('502')
    expect(reason).not.toContain('<h1>')
  })

  test('trap 6: a third rollback within the hour', async () => {
    const deploys: readonly DeployPlan[] = [
      { id: 'dep-a', commit: A, minutesAgo: 500 },
      { id: 'dep-c', commit: C, minutesAgo: 60 },
      { id: 'dep-r1', commit: A, trigger: 'rollback', minutesAgo: 50 },
      { id: 'dep-c2', commit: C, minutesAgo: 40 },
      { id: 'dep-r2', commit: A, trigger: 'rollback', minutesAgo: 30 },
      { id: 'dep-b', commit: B, minutesAgo: 5 },
    ]
    const { outputs, reason } = await runOn({ deploys })

    expect([writes(), outputs['outcome']]).toEqual([[], 'blocked-by-loop-guard'])
    expect(reason).toContain('2 rollbacks in the last 60 min')
  })

  test('a first release has no way back', async () => {
    const { outputs } = await runOn({ deploys: [{ id: 'dep-b', commit: B }] })

    expect([writes(), outputs['outcome']]).toEqual([[], 'no-candidate'])
  })
})

test('trap 15: a change of the configuration in between is told', async () => {
  const deploys: readonly DeployPlan[] = [
    { id: 'dep-a', commit: A },
    { id: 'dep-s', commit: A, trigger: 'service_updated', status: 'update_failed' },
    { id: 'dep-b', commit: B },
  ]
  const { report } = await runOn({ deploys })

  expect(report.verdict.reasons.join('\n')).toContain('a secret that was rotated since has its old value again')
})

test('trap 16: a cron job is neither cancelled nor deployed by commit', async () => {
  const { outputs } = await runOn(
    {
      deploys: [
        { id: 'dep-a', commit: A, rollbackAnswer: 404 },
        { id: 'dep-b', commit: B },
      ],
      service: { type: 'cron_job', serviceDetails: { url: '' } },
    },
    { 'health-url': '', fallback: 'rebuild' },
  )

  expect(writes()).toEqual([FREEZE, ROLLBACK_A, UNFREEZE])
  expect(outputs['outcome']).toBe('rollback-failed')
})

test('acceptance 17: another release in between decides, and both are named', async () => {
  const deploys: readonly DeployPlan[] = [{ id: 'dep-c', commit: C }, ...GOOD_THEN_BAD]
  const { outputs, report } = await runOn({ deploys }, { 'target-deploy-id': 'dep-c' })

  expect(outputs['target-deploy-id']).toBe('dep-a')
  expect(report.verdict.reasons.join('\n')).toMatch(/ccccccc \(dep-c\).*aaaaaaa \(dep-a\)/)
})
