import { UserError } from '@hardgate/action'
import type { ServicePlan, Stage } from '@hardgate/fakes'
import { afterEach, describe, expect, test } from '@jest/globals'
import { BEFORE, closeWorlds, deploying, OTHER, SERVICE, type Setting, WANTED } from './world.ts'

afterEach(closeWorlds)

const DEPLOY = `GET /services/${SERVICE}/deploys/dep-new2`
const script = (stages: readonly Stage[], outcome = 'live', reason = {}): Partial<ServicePlan> => ({
  nextDeploy: { stages, outcome, reason },
})

describe('live', () => {
  test('the deploy of the commit passes when it is live, and not before', async () => {
    const { report, asked, frame, render } = await deploying()

    expect(report.verdict).toMatchObject({
      outcome: 'pass',
      reasons: ['1a2b3c4 is live (dep-new2), 30 s after it was begun'],
      checks: [
        { threshold: 'status == live', outcome: 'pass', measured: 'live' },
        { threshold: `commit == ${WANTED}`, outcome: 'pass', measured: '1a2b3c4' },
      ],
      measurements: [{ metric: 'deploy_time', value: 30, unit: 's' }],
    })
    expect(report.outputs).toEqual({ 'deploy-id': 'dep-new2', status: 'live', commit: WANTED, cause: '' })
    expect(asked.slice(0, 3)).toEqual(['GET ', 'POST /deploys', 'GET /deploys/dep-new2'])
    expect(render.requests[1]?.body).toEqual({ commitId: WANTED })
    expect(frame.clock.monotonic()).toBe(30_000)
    expect(render.unexpected).toEqual([])
  })

  test('live with another commit fails and names both', async () => {
    // a cron job takes no commit, so it deploys the head
    const { report, render } = await deploying({ service: { type: 'cron_job', head: OTHER } })

    expect(report.verdict).toMatchObject({
      outcome: 'fail',
      reasons: ['dep-new2 is live, but with 9f8e7d6 instead of 1a2b3c4'],
    })
    expect(report.outputs).toMatchObject({ status: 'live', commit: OTHER })
    expect(render.requests[1]?.body).toEqual({})
  })

  test('live without a commit is never a pass, whatever on-inconclusive says', async () => {
    const body = { id: 'dep-new2', status: 'live', createdAt: '2026-03-01T12:00:00Z', commit: null }
    const { report } = await deploying({
      inputs: { 'on-inconclusive': 'pass' },
      render: { faults: [{ route: DEPLOY, status: 200, body }] },
    })

    expect(report.verdict).toMatchObject({
      outcome: 'no-data',
      reasons: ['dep-new2 is live, but Render does not say with which commit'],
    })
  })

  test('the commit may be given short or in capitals', async () => {
    const { report } = await deploying({
      inputs: { commit: WANTED.slice(0, 8).toUpperCase() },
      service: { knownCommits: [WANTED] },
    })

    expect(report.verdict.outcome).toBe('pass')
  })

  test('an input that arrives empty means the commit of the run', async () => {
    const { report } = await deploying({ inputs: { commit: undefined }, env: { GITHUB_SHA: WANTED } })

    expect(report.outputs).toMatchObject({ commit: WANTED, status: 'live' })
  })

  test('clear-cache builds without the cache', async () => {
    const { render } = await deploying({ inputs: { 'clear-cache': true } })

    expect(render.requests[1]?.body).toEqual({ commitId: WANTED, clearCache: 'clear' })
  })
})

describe('trap 11: what is not live', () => {
  test.each([
    ['build_failed', 'build: exit 2'],
    ['pre_deploy_failed', 'pre-deploy command: exit 2'],
    ['update_failed', 'start: exit 2'],
  ])('%s fails with its cause', async (outcome, cause) => {
    const reason = { failure: { evicted: false, nonZeroExit: 2 } }
    const { report } = await deploying({ service: script([['build_in_progress', 40_000]], outcome, reason) })

    expect(report.verdict).toMatchObject({
      outcome: 'fail',
      reasons: [`1a2b3c4 did not go live: dep-new2 ended as ${outcome} (${cause}). What served before still serves`],
    })
    expect(report.outputs).toEqual({ 'deploy-id': 'dep-new2', status: outcome, commit: WANTED, cause })
  })

  test('canceled is not success, and the deploy that came instead is named', async () => {
    const { report } = await deploying({
      service: script([['build_in_progress', 10_000]], 'canceled', { newDeploy: { id: 'dep-z' } }),
    })

    expect(report.verdict.outcome).toBe('fail')
    expect(report.outputs).toMatchObject({ status: 'canceled', cause: 'replaced by dep-z' })
  })

  test('deactivated is not success, although it was live', async () => {
    const { report } = await deploying({ service: script([['build_in_progress', 10_000]], 'deactivated') })

    expect(report.verdict).toMatchObject({
      outcome: 'fail',
      reasons: ['dep-new2 is not live any more: another deploy has replaced it'],
    })
  })

  test('a status that is unknown to the end is a timeout that names it, with one warning', async () => {
    const { report, log } = await deploying({ inputs: { timeout: 120_000 }, service: script([['something_new', 1e9]]) })

    expect(report.verdict).toMatchObject({
      outcome: 'fail',
      reasons: [expect.stringContaining('something_new for the last 2 min')],
    })
    expect(log.filter((line) => line.startsWith('warning:'))).toHaveLength(1)
  })

  test('a status that is missing to the end is no success either', async () => {
    const body = { id: 'dep-new2', createdAt: '2026-03-01T12:00:00Z', commit: { id: WANTED } }
    const { report } = await deploying({
      inputs: { timeout: 60_000 },
      render: { faults: [{ route: DEPLOY, status: 200, body, times: 99 }] },
    })

    expect(report.verdict.outcome).toBe('fail')
    expect(report.outputs).toMatchObject({ status: '' })
  })

  test('a reason with a command in it reaches summary and cause as text', async () => {
    const reason = { failure: { evicted: false, unhealthy: '<script> | ::error::x' } }
    const { report } = await deploying({ service: script([['build_in_progress', 1000]], 'update_failed', reason) })

    expect(report.summary?.join('\n')).not.toContain('<script>')
  })
})

describe('trap 12: the end of the patience', () => {
  const stuck: Setting = {
    inputs: { timeout: 600_000 },
    service: script([
      ['build_in_progress', 120_000],
      ['update_in_progress', 1e9],
    ]),
  }

  test('a timeout names the last status, how long it lasted, and the dashboard', async () => {
    const { report, log, asked } = await deploying(stuck)

    expect(report.verdict).toMatchObject({
      outcome: 'fail',
      reasons: [
        'dep-new2 was not live after 10 min: update_in_progress for the last 8 min. It was left running and may still go live',
      ],
    })
    expect(log.at(-1)).toBe('info: dep-new2 in the dashboard: https://dashboard.render.com/web/srv-x/deploys/dep-new2')
    expect(asked.filter((one) => one.startsWith('POST'))).toEqual(['POST /deploys'])
  })

  test('the reason, which becomes an output, holds no URL', async () => {
    const { report } = await deploying(stuck)

    expect(report.verdict.reasons.join('')).not.toContain('://')
    expect(Object.values(report.outputs ?? {}).join('')).not.toContain('://')
  })

  test('the timeout counts from the start of the step: a queued deploy has less of it', async () => {
    const faults = [{ route: `POST /services/${SERVICE}/deploys`, status: 429, headers: { 'retry-after': '60' } }]
    const { frame } = await deploying({ ...stuck, inputs: { timeout: 100_000 }, render: { faults } })

    expect(frame.clock.monotonic()).toBe(100_000)
  })

  test('Render that falls silent decides nothing', async () => {
    const { report } = await deploying({
      inputs: { timeout: 300_000 },
      render: { faults: [{ route: DEPLOY, status: 503, skip: 3, times: 999 }] },
    })

    expect(report.verdict).toMatchObject({
      outcome: 'inconclusive',
      reasons: [
        expect.stringMatching(
          /^dep-new2 was build_in_progress when Render last answered, 4 min 45 s ago: whether it is live is not known\. /,
        ),
      ],
    })
  })

  test('one unanswered question at the end does not make a stuck deploy tolerable', async () => {
    const { report } = await deploying({
      ...stuck,
      render: { faults: [{ route: DEPLOY, status: 503, skip: 115, times: 999 }] },
    })

    expect(report.verdict.outcome).toBe('fail')
  })

  test('a key that is revoked meanwhile decides nothing', async () => {
    const { report } = await deploying({ render: { faults: [{ route: DEPLOY, status: 401, skip: 2, times: 99 }] } })

    expect(report.verdict).toMatchObject({
      outcome: 'inconclusive',
      reasons: [expect.stringContaining('Render answered 401')],
    })
  })

  test('a progress line comes at each change and at least every 30 s', async () => {
    const { log } = await deploying(stuck)

    expect(log.slice(0, 7)).toEqual([
      'info: Waits at most 10 min until 1a2b3c4 is live on api.',
      'info: dep-new2: build_in_progress',
      'info: dep-new2: build_in_progress for 30 s',
      'info: dep-new2: build_in_progress for 1 min',
      'info: dep-new2: build_in_progress for 1 min 30 s',
      'info: dep-new2: update_in_progress, after 2 min of build_in_progress',
      'info: dep-new2: update_in_progress for 30 s',
    ])
  })
})

describe('trap 9: a deploy that Render only queued', () => {
  test('202 without a body is found by its commit and waited for', async () => {
    const { report } = await deploying({
      before: (render) => render.deploy(SERVICE, { id: 'dep-first', commit: OTHER }),
    })

    expect(report.outputs).toEqual({ 'deploy-id': 'dep-new3', status: 'live', commit: WANTED, cause: '' })
  })

  test('one that is skipped for a newer one is no success', async () => {
    const { report } = await deploying({
      before: (render) =>
        render.deploy(SERVICE, { id: 'dep-first', commit: OTHER, stages: [['build_in_progress', 60_000]] }),
      render: {
        onRequest: ({ path }, render) => {
          if (path.endsWith('/dep-new3') && render.deploys(SERVICE).length === 3) render.push(SERVICE, BEFORE)
        },
      },
    })

    expect(report.outputs).toMatchObject({ 'deploy-id': 'dep-new3', status: 'canceled' })
    expect(report.verdict.outcome).toBe('fail')
  })
})

describe('the id is not lost', () => {
  test('deploy-id is set before the wait begins', async () => {
    let seen: string | undefined
    await deploying({
      before: (_, frame) => {
        const { info } = frame.log
        Object.assign(frame.log, {
          info: (line: string) => {
            if (line.startsWith('dep-new2: build')) seen ??= frame.outputs['deploy-id']
            info(line)
          },
        })
      },
    })

    expect(seen).toBe('dep-new2')
  })

  test('an interruption says that the deploy goes on, and ends the waiting', async () => {
    const { report, frame } = await deploying({
      service: script([['build_in_progress', 1e9]]),
      before: (_, { log, abort }) => {
        const { info } = log
        Object.assign(log, {
          info: (line: string) => {
            info(line)
            if (line.includes('for 1 min')) abort()
          },
        })
      },
    })

    expect(report.verdict).toMatchObject({
      outcome: 'no-data',
      reasons: ['Interrupted while dep-new2 was build_in_progress: the deploy goes on in Render, unwatched'],
    })
    expect(report.outputs).toMatchObject({ 'deploy-id': 'dep-new2', status: 'build_in_progress' })
    expect(frame.clock.monotonic()).toBe(60_000)
  })
})

describe('nothing was deployed', () => {
  test('401 is no-data, and nothing is written', async () => {
    const { report, asked } = await deploying({ inputs: { 'render-api-key': 'rnd_wrong' } })

    expect(report.verdict).toMatchObject({
      outcome: 'no-data',
      reasons: [expect.stringMatching(/^Nothing was deployed\. .*401/)],
    })
    expect(report.outputs).toEqual({})
    expect(asked).toEqual(['GET '])
  })

  test('a suspended service is told before anything is started', async () => {
    const { report, asked } = await deploying({ service: { suspended: 'suspended', suspenders: ['billing'] } })

    expect(report.verdict).toMatchObject({
      outcome: 'fail',
      reasons: ['Nothing was deployed: the service is suspended (by billing). Resume it first'],
    })
    expect(asked).toEqual(['GET '])
  })

  test('a commit that Render does not know fails', async () => {
    const { report } = await deploying({ service: { knownCommits: [OTHER] } })

    expect(report.verdict).toMatchObject({
      outcome: 'fail',
      reasons: [expect.stringContaining('Render answered 404: "commit')],
    })
    expect(report.outputs).toEqual({})
  })

  test('a POST whose answer got lost and that shows no deploy is not sent again, and is inconclusive', async () => {
    const { report, asked } = await deploying({
      render: { faults: [{ route: `POST /services/${SERVICE}/deploys`, status: 502 }] },
    })

    expect(report.verdict).toMatchObject({
      outcome: 'inconclusive',
      reasons: [expect.stringMatching(/^It is not known whether Render started/)],
    })
    expect(asked.filter((one) => one.startsWith('POST'))).toHaveLength(1)
  })
})

describe('images', () => {
  const digest = `sha256:${'0d'.repeat(32)}`
  const imagePath = 'docker.io/octo/api:latest'
  const service = {
    imagePath,
    deploys: [{ commit: null, image: { ref: imagePath, sha: `sha256:${'0e'.repeat(32)}` } }],
  }

  test('an image by digest is deployed and must be the one that is live', async () => {
    const { report, render } = await deploying({ inputs: { 'image-url': `docker.io/octo/api@${digest}` }, service })

    expect(report.verdict).toMatchObject({
      outcome: 'pass',
      checks: [{}, { threshold: `image == docker.io/octo/api@${digest}` }],
    })
    expect(render.requests[1]?.body).toEqual({ imageUrl: `docker.io/octo/api@${digest}` })
    expect(report.outputs).toMatchObject({ commit: '', status: 'live' })
  })

  test('live with another image fails', async () => {
    const image = { ref: imagePath, sha: `sha256:${'0e'.repeat(32)}` }
    const body = { id: 'dep-new2', status: 'live', createdAt: '2026-03-01T12:00:00Z', commit: null, image }
    const inputs = { 'image-url': `docker.io/octo/api@${digest}` }
    const { report } = await deploying({ inputs, service, render: { faults: [{ route: DEPLOY, status: 200, body }] } })

    expect(report.verdict).toMatchObject({ outcome: 'fail', reasons: [expect.stringContaining('is live, but with')] })
  })

  test('a service of an image without image-url is refused before anything is started', async () => {
    await expect(deploying({ service })).rejects.toThrow(UserError)
    await expect(deploying({ service })).rejects.toThrow('image-url is empty, and this service runs an image')
  })

  test('image-url for a service that builds is refused', async () => {
    await expect(deploying({ inputs: { 'image-url': 'octo/api:1' } })).rejects.toThrow(
      'this service builds from a repository',
    )
  })
})

describe('start: hook', () => {
  const hooked = (setting: Setting = {}): Promise<Awaited<ReturnType<typeof deploying>>> => {
    const inputs: NonNullable<Setting['inputs']> = { start: 'hook' }
    return deploying({
      ...setting,
      inputs,
      before: (render) => Object.assign(inputs, { 'deploy-hook-url': render.hookUrl(SERVICE) }),
    })
  }

  test('the head of the branch is deployed, without a ref that would switch auto-deploy off', async () => {
    const { report, render } = await hooked({ service: { head: WANTED } })

    expect(report.verdict.outcome).toBe('pass')
    expect(render.service(SERVICE)).toMatchObject({ autoDeploy: 'yes' })
    expect(render.requests[1]?.query.has('ref')).toBe(false)
  })

  test('a head that is another commit by now fails', async () => {
    const { report } = await hooked({ service: { head: OTHER } })

    expect(report.verdict).toMatchObject({
      outcome: 'fail',
      reasons: ['dep-new2 is live, but with 9f8e7d6 instead of 1a2b3c4'],
    })
  })

  test('trap 20: the key of the hook is in no text, also when the server returns it', async () => {
    const faults = [{ route: `POST /deploy/${SERVICE}`, status: 401, body: { message: 'no such key: hook-key' } }]
    const { report, log } = await hooked({ render: { faults } })

    expect(report.verdict.outcome).toBe('no-data')
    expect(JSON.stringify([report, log])).not.toContain('hook-key')
  })
})

describe('start: none', () => {
  const waiting = (setting: Setting = {}): ReturnType<typeof deploying> =>
    deploying({ ...setting, inputs: { start: 'none', ...setting.inputs } })

  test('the deploy that Render starts by itself is waited for, and nothing is written', async () => {
    const { report, asked } = await waiting({
      render: {
        onRequest: (_, render) => {
          if (render.requests.length === 5) render.push(SERVICE, WANTED)
        },
      },
    })

    expect(report.verdict.outcome).toBe('pass')
    expect(report.outputs).toMatchObject({ 'deploy-id': 'dep-new2', commit: WANTED })
    expect(asked.every((one) => one.startsWith('GET'))).toBe(true)
  })

  test('a deploy of this commit that has failed by now fails', async () => {
    const { report } = await waiting({
      service: { deploys: [{ commit: BEFORE }, { commit: WANTED, status: 'build_failed' }] },
    })

    expect(report.verdict.outcome).toBe('fail')
    expect(report.outputs).toMatchObject({ 'deploy-id': 'dep-seed2', status: 'build_failed' })
  })

  test('auto-deploy that is off is told after a minute', async () => {
    const { report, frame } = await waiting({ service: { autoDeployTrigger: 'off' } })

    expect(report.verdict).toMatchObject({
      outcome: 'fail',
      reasons: [expect.stringMatching(/^Nothing was deployed: auto-deploy is off/)],
    })
    expect(frame.clock.monotonic()).toBe(60_000)
  })

  test('a commit that Render ignored is told', async () => {
    const events = [{ type: 'commit_ignored', minutesAgo: 90, details: { id: WANTED, url: '' } }]
    const { report, frame } = await waiting({ service: { events } })

    expect(report.verdict).toMatchObject({
      outcome: 'fail',
      reasons: [expect.stringMatching(/^Nothing was deployed: Render ignored 1a2b3c4/)],
    })
    expect(frame.clock.monotonic()).toBe(30_000)
  })

  test('auto-deploy after the checks may wait for this very job, and that is said at the start', async () => {
    const { log } = await waiting({ inputs: { timeout: 20_000 }, service: { autoDeployTrigger: 'checksPass' } })

    expect(log.filter((line) => line.startsWith('warning: Auto-deploy of this service waits'))).toHaveLength(1)
  })

  test('none within the timeout fails', async () => {
    const { report, frame } = await waiting({ inputs: { timeout: 300_000 } })

    expect(report.verdict).toMatchObject({
      outcome: 'fail',
      reasons: ['No deploy of 1a2b3c4 appeared within 5 min: Render started none'],
    })
    expect(frame.clock.monotonic()).toBe(300_000)
  })
})

describe('what people read', () => {
  test('the summary of a good deploy', async () => {
    const { report } = await deploying()

    expect(report.summary?.join('\n\n')).toBe(
      [
        '### api: ✅ deployed',
        '1a2b3c4 is live (dep-new2), 30 s after it was begun',
        [
          '|  |  |',
          '| --- | --- |',
          '| Deploy | [`dep-new2`](https://dashboard.render.com/web/srv-x/deploys/dep-new2) |',
          '| Status | `live` |',
          `| Commit | \`${WANTED}\` Change 1a2b3c4 |`,
          '| Started by | `api` |',
        ].join('\n'),
        [
          '| seen at (UTC) | status | for |',
          '| :-- | :-- | --: |',
          '| 12:00:00 | `build_in_progress` | 20 s |',
          '| 12:00:20 | `update_in_progress` | 10 s |',
          '| 12:00:30 | `live` |  |',
        ].join('\n'),
      ].join('\n\n'),
    )
  })

  test('a stuck deploy comes with what usually holds it up', async () => {
    const { report } = await deploying({ inputs: { timeout: 60_000 }, service: script([['update_in_progress', 1e9]]) })

    expect(report.summary?.[1]).toContain('check the health check path')
  })

  test('the evidence has each request, without a query', async () => {
    const { report } = await deploying()

    expect(report.verdict.evidence['requests']).toContainEqual({
      method: 'POST',
      path: `/services/${SERVICE}/deploys`,
      status: 201,
      ms: 0,
    })
    expect(report.verdict.evidence['steps']).toHaveLength(3)
  })
})
