import type { DeployPlan } from '@hardgate/fakes'
import { afterEach, describe, expect, test } from '@jest/globals'
import { A, B, C, GOOD_THEN_BAD, openStage, type Run, SERVICE, type Stage, type StageOptions } from './stage.ts'

let stage: Stage
afterEach(async () => {
  await stage.close()
})

const runOn = async (options: StageOptions, given: Readonly<Record<string, string>>): Promise<Run> => {
  stage = await openStage(options)
  return stage.run(given)
}

describe('capture, acceptance 17', () => {
  test('outputs what serves now, in one request', async () => {
    const { outputs, report } = await runOn({}, { mode: 'capture' })

    expect(outputs).toMatchObject({
      outcome: 'captured',
      'serving-deploy-id': 'dep-b',
      'serving-commit': B,
      'captured-at': '2026-03-01T12:00:00.000Z',
      'human-needed': 'false',
    })
    expect(report.verdict.outcome).toBe('pass')
    expect(stage.render.requests).toHaveLength(1)
    expect(stage.slack.requests).toEqual([])
  })

  test('of a service that never served is empty, and no failure', async () => {
    const { outputs, report } = await runOn({ deploys: [] }, { mode: 'capture' })

    expect(outputs).toMatchObject({ 'serving-deploy-id': '', 'serving-commit': '' })
    expect(report.verdict.outcome).toBe('pass')
  })

  test('passes over deploys that failed or are under way', async () => {
    const deploys: readonly DeployPlan[] = [
      { id: 'dep-a', commit: A, status: 'live' },
      { id: 'dep-b', commit: B, status: 'build_failed' },
      { id: 'dep-c', commit: C, minutesAgo: 0, stages: [['build_in_progress', 60_000]] },
    ]

    expect((await runOn({ deploys }, { mode: 'capture' })).outputs['serving-deploy-id']).toBe('dep-a')
  })

  test('fails where Render cannot be read', async () => {
    const { outputs, report } = await runOn({}, { mode: 'capture', 'render-api-key': 'rnd_wrong' })

    expect(report.verdict.outcome).toBe('no-data')
    expect(outputs).toMatchObject({ outcome: 'api-error', 'human-needed': 'true' })
  })

  test('hands its deploy to a rollback, which restores it', async () => {
    stage = await openStage({ deploys: [{ id: 'dep-a', commit: A }] })
    const captured = await stage.run({ mode: 'capture' })
    stage.render.deploy(SERVICE, { id: 'dep-b', commit: B, stages: [] })

    const { outputs } = await stage.run({
      'failed-deploy-id': 'dep-b',
      'target-deploy-id': captured.outputs['serving-deploy-id'] ?? '',
    })

    expect(outputs).toMatchObject({ outcome: 'rolled-back', 'target-deploy-id': 'dep-a' })
  })
})

describe('plan', () => {
  test('shows target, candidates and writes, and writes nothing', async () => {
    const deploys = [{ id: 'dep-c', commit: C }, ...GOOD_THEN_BAD]
    const { outputs, report, reason } = await runOn({ deploys }, { mode: 'plan' })

    expect(report.verdict.outcome).toBe('pass')
    expect(outputs).toMatchObject({ outcome: 'planned', 'target-deploy-id': 'dep-a', 'rolled-back': 'false' })
    expect(reason).toBe(
      'bbbbbbb (dep-b) would be rolled back to aaaaaaa (dep-a). If Render refuses it: ccccccc (dep-c).',
    )
    const summary = report.summary?.join('\n') ?? ''
    expect(summary).toContain('rollback')
    expect(summary).toContain('`dep-c`')
    expect(stage.writes()).toEqual([])
    expect(stage.slack.requests).toEqual([])
  })

  test('without a matching failed deploy it plans for the live one', async () => {
    const { outputs } = await runOn({}, { mode: 'plan', 'failed-commit': C })

    expect(outputs).toMatchObject({ outcome: 'planned', 'failed-deploy-id': 'dep-b', 'target-deploy-id': 'dep-a' })
  })

  test.each([
    ['no way back', { deploys: [{ id: 'dep-b', commit: B }] }, {}, 'no-candidate'],
    ['a suspended service', { service: { suspended: 'suspended' } as const }, {}, 'blocked-by-suspension'],
    ['a comparison that cannot be made', {}, { 'migrations-path': 'db/**' }, 'blocked-by-migration'],
    [
      'a rollback that serves',
      { deploys: [...GOOD_THEN_BAD, { commit: A, trigger: 'rollback' }] },
      { 'failed-commit': A },
      'blocked-by-loop-guard',
    ],
    ['an image whose digest is unknown', images(), { 'failed-deploy-id': 'dep-b' }, 'rollback-failed'],
  ])('is red for %s', async (_, options, given, outcome) => {
    const { outputs, report } = await runOn(options, { mode: 'plan', ...given })

    expect([outputs['outcome'], report.verdict.outcome]).toEqual([outcome, 'fail'])
    expect(stage.writes()).toEqual([])
  })

  test('says what must end first', async () => {
    const deploys = [
      { id: 'dep-a', commit: A, status: 'live' },
      { id: 'dep-b', commit: B, stages: [['build_in_progress', 9e6]] as const },
    ]
    const { reason } = await runOn({ deploys }, { mode: 'plan' })

    expect(reason).toBe('A rollback would first cancel bbbbbbb (dep-b): bbbbbbb (dep-b) is build_in_progress.')
  })
})

function images(): StageOptions {
  const imagePath = 'ghcr.io/octo/api:latest'
  const image = (sha: string): object => ({ commit: null, image: { ref: imagePath, sha } })
  return {
    deploys: [
      { id: 'dep-a', ...image('') },
      { id: 'dep-b', ...image('sha256:2') },
    ],
    service: { imagePath },
  }
}

describe('unfreeze, acceptance 12', () => {
  const frozen = (fromTrigger?: string): StageOptions => ({
    service: {
      autoDeployTrigger: 'off',
      events: [
        { type: 'auto_deploy_disabled', minutesAgo: 9000, details: { reason: 'user', fromTrigger: 'commit' } },
        ...(fromTrigger === undefined
          ? []
          : [{ type: 'auto_deploy_disabled', minutesAgo: 100, details: { reason: 'user', fromTrigger } }]),
      ],
    },
  })

  test('auto restores what the newest event tells, checksPass as checksPass', async () => {
    const { outputs, report } = await runOn(frozen('checksPass'), { mode: 'unfreeze' })

    expect(stage.writes()).toEqual(['PATCH  {"autoDeployTrigger":"checksPass"}'])
    expect(stage.render.service(SERVICE)['autoDeployTrigger']).toBe('checksPass')
    expect([outputs['outcome'], report.verdict.outcome]).toEqual(['unfrozen', 'pass'])
  })

  test('undoes what a rollback froze', async () => {
    stage = await openStage()
    await stage.run()
    await stage.run({ mode: 'unfreeze' })

    expect(stage.render.service(SERVICE)['autoDeployTrigger']).toBe('checksPass')
  })

  test.each([[undefined], [{ reason: 'user' }]])(
    'auto without an event that tells is an input error that names the input: %j',
    async (details) => {
      const events = details === undefined ? [] : [{ type: 'auto_deploy_disabled', minutesAgo: 5, details }]
      stage = await openStage({ service: { autoDeployTrigger: 'off', events } })

      await expect(stage.run({ mode: 'unfreeze' })).rejects.toThrow(/^restore-auto-deploy: "auto" does not work here/)
      expect(stage.writes()).toEqual([])
    },
  )

  test('a named value needs no event', async () => {
    await runOn({ service: { autoDeployTrigger: 'off' } }, { mode: 'unfreeze', 'restore-auto-deploy': 'commit' })

    expect(stage.render.service(SERVICE)['autoDeployTrigger']).toBe('commit')
  })

  test('an older service is switched on with yes, and cannot have checksPass', async () => {
    const older = { service: { hasNoTrigger: true, autoDeployTrigger: 'off' as const } }
    const { report } = await runOn(older, { mode: 'unfreeze', 'restore-auto-deploy': 'commit' })
    expect([report.verdict.outcome, stage.render.service(SERVICE)['autoDeploy']]).toEqual(['pass', 'yes'])
    await stage.close()

    const refused = await runOn(older, { mode: 'unfreeze', 'restore-auto-deploy': 'checksPass' })
    expect([refused.report.verdict.outcome, stage.render.service(SERVICE)['autoDeploy']]).toEqual(['no-data', 'no'])
  })

  test('what is on already is left', async () => {
    const { outputs } = await runOn({}, { mode: 'unfreeze' })

    expect([stage.writes(), outputs['outcome']]).toEqual([[], 'unfrozen'])
  })

  test('a change that Render takes and does not show is no success', async () => {
    const off = { id: SERVICE, name: 'api', autoDeploy: 'no', autoDeployTrigger: 'off' }
    const faults = [{ route: `PATCH /services/${SERVICE}`, status: 200, body: off }]
    const { report, reason } = await runOn({ ...frozen('commit'), render: { faults } }, { mode: 'unfreeze' })

    expect(report.verdict.outcome).toBe('no-data')
    expect(reason).toContain('Render took the change, but shows off')
  })
})

describe('notify', () => {
  const given = {
    mode: 'notify',
    'render-api-key': '',
    'service-id': '',
    cause: 'unreachable: no route from this runner',
  }

  test('sends one message, asks Render nothing and needs no key', async () => {
    const { outputs, report } = await runOn({}, given)

    expect(stage.render.requests).toEqual([])
    expect(JSON.stringify(stage.slack.messages)).toContain('no route from this runner')
    expect(stage.slack.problems).toEqual([])
    expect(outputs).toMatchObject({ outcome: 'notified', notified: 'true' })
    expect(report.verdict.outcome).toBe('pass')
  })

  test('trap 21: passes where Slack refuses, with a warning', async () => {
    const { outputs, report, frame } = await runOn(
      { slack: { answers: [{ status: 404, body: 'channel_not_found' }] } },
      given,
    )

    expect([outputs['notified'], report.verdict.outcome]).toEqual(['false', 'pass'])
    expect(frame.lines.filter(({ kind }) => kind === 'warning').map(({ text }) => text)).toEqual([
      'Slack: the webhook answered 404 channel_not_found. The outcome is not changed by it.',
    ])
  })

  test('mentions nobody', async () => {
    await runOn({}, { ...given, 'slack-mention': '<!here>' })

    expect(JSON.stringify(stage.slack.messages)).not.toContain('<!here>')
  })
})
