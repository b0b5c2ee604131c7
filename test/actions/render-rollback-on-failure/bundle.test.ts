import { readFileSync } from 'node:fs'
import {
  type DeployScript,
  type FakeGitHub,
  type FakeRender,
  type FakeRenderOptions,
  type FakeService,
  type FakeSlack,
  type FakeSlackOptions,
  fakeGitHub,
  fakeRender,
  fakeService,
  fakeSlack,
} from '@hardgate/fakes'
import { type LocalOptions, type LocalRun, runLocally, scaledClock } from '@hardgate/local-runner'
import { afterEach, describe, expect, test } from '@jest/globals'
import { contract } from '../../../actions/render-rollback-on-failure/src/contract.ts'
import { A, B, GOOD_THEN_BAD, SERVICE } from './stage.ts'

const MINUTE = 60_000
const SCALE = 60
const KEY = 'rnd_S3cr3tKeyOfTheTest'

interface Servers {
  readonly render: FakeRender
  readonly slack: FakeSlack
  readonly github: FakeGitHub
  readonly service: FakeService
}

let servers: Servers | undefined
afterEach(async () => {
  await Promise.all(Object.values(servers ?? {}).map((server) => server.close()))
  servers = undefined
})

interface Options {
  readonly render?: Partial<FakeRenderOptions>
  readonly script?: DeployScript
  readonly slack?: FakeSlackOptions
  readonly faultyGitHub?: boolean
  /** Default 60; a cancellation takes real time, so its tests take 1. */
  readonly scale?: number
}

async function open({
  render: more,
  script,
  slack = {},
  faultyGitHub = false,
  scale = SCALE,
}: Options = {}): Promise<Servers> {
  const service = await fakeService({ commit: B, health: 'bad' })
  const faults = faultyGitHub
    ? [{ route: 'POST /repos/octo/api/deployments', status: 422, body: { message: `no ${KEY} ghs_S3cr3t` } }]
    : []
  servers = {
    service,
    render: await fakeRender({
      clock: scaledClock({ scale }),
      apiKey: KEY,
      services: [
        {
          id: SERVICE,
          autoDeployTrigger: 'checksPass',
          deploys: GOOD_THEN_BAD,
          nextDeploy: script ?? { stages: [['update_in_progress', 10_000]] },
        },
      ],
      onLive: ({ commit }) => service.switchTo({ commit: commit?.id ?? '', health: commit?.id === B ? 'bad' : 'good' }),
      ...more,
    }),
    slack: await fakeSlack(slack),
    github: await fakeGitHub({ token: 'ghs_S3cr3t', deployments: [{ sha: B, environment: 'production' }], faults }),
  }
  return servers
}

function run(
  { render, slack, github, service }: Servers,
  given: Record<string, string> = {},
  options: Partial<LocalOptions> = {},
): Promise<LocalRun> {
  return runLocally('render-rollback-on-failure', {
    timeScale: SCALE,
    github: { sha: B, repository: 'octo/api', api_url: github.url, run_id: '7' },
    with: {
      'render-api-key': KEY,
      'service-id': SERVICE,
      'render-api-url': render.url,
      'health-url': `${service.url}/api/v1/health`,
      'version-from': 'json:$.commit',
      'slack-webhook-url': slack.url,
      'github-token': 'ghs_S3cr3t',
      'github-environment': 'production',
      ...given,
    },
    ...options,
  })
}

const writesOf = ({ render }: Servers): string[] =>
  render.requests
    .filter(({ method }) => method !== 'GET')
    .map(({ method, path }) => `${method} ${path.replace(`/services/${SERVICE}`, '')}`)

describe('acceptance 1', () => {
  test(
    'a bad release is rolled back; the step is red',
    async () => {
      const at = await open()
      const { exitCode, outputs, summary, annotations } = await run(at)

      expect(exitCode).toBe(1)
      expect(writesOf(at)).toEqual(['PATCH ', 'POST /rollback'])
      expect(outputs).toMatchObject({
        outcome: 'rolled-back',
        verdict: 'fail',
        'target-deploy-id': 'dep-a',
        notified: 'true',
      })
      expect(at.service.serving().commit).toBe(A)
      expect(at.slack.problems).toEqual([])
      expect(at.github.deployments.map(({ statuses }) => statuses)).toEqual([
        ['failure', 'inactive'],
        ['in_progress', 'success'],
      ])
      expect(summary).toContain('**restored**')
      expect(annotations.filter(({ level }) => level === 'error')).toHaveLength(1)
      expect([...at.render.unexpected, ...at.github.unexpected]).toEqual([])
    },
    MINUTE,
  )

  test(
    'the step is green with fail-on-rollback: false',
    async () => {
      const { exitCode, outputs } = await run(await open(), { 'fail-on-rollback': 'false' })

      expect([exitCode, outputs['outcome'], outputs['verdict']]).toEqual([0, 'rolled-back', 'pass'])
    },
    MINUTE,
  )
})

describe('acceptance 22: a signal', () => {
  /** Real milliseconds from the line that cancels to the end. */
  const cancelled = async (
    at: Servers,
    line: string,
    given: Record<string, string> = {},
  ): Promise<LocalRun & { readonly took: number }> => {
    let from = 0
    const cancelWhen = (text: string): boolean => {
      if (!text.includes(line)) return false
      from = performance.now()
      return true
    }
    const end = await run(at, given, { timeScale: 1, cancelWhen })
    return { ...end, took: performance.now() - from }
  }

  test(
    'before the rollback: the freeze is undone, and nothing was rolled back',
    async () => {
      const at = await open({ scale: 1 })
      at.render.deploy(SERVICE, { id: 'dep-q', commit: 'c'.repeat(40), stages: [['queued', Number.POSITIVE_INFINITY]] })
      const { took, exitCode, outputs } = await cancelled(at, 'Auto-deploy: switched off')

      expect(took).toBeLessThan(5000)
      expect(exitCode).toBe(130)
      expect(writesOf(at)).toEqual(['PATCH ', 'PATCH '])
      expect(at.render.service(SERVICE)['autoDeployTrigger']).toBe('checksPass')
      expect(outputs).toMatchObject({
        outcome: 'rollback-interrupted',
        verdict: 'fail',
        frozen: 'false',
        'human-needed': 'true',
        notified: 'true',
      })
      expect(outputs['reason']).toContain('nothing was rolled back. Auto-deploy is checksPass again.')
    },
    MINUTE,
  )

  test(
    'after the rollback: it goes on in Render, unwatched, and each deployment ends in a terminal state',
    async () => {
      const at = await open({ scale: 1, script: { stages: [['update_in_progress', Number.POSITIVE_INFINITY]] } })
      const { took, exitCode, outputs, summary } = await cancelled(
        at,
        'GitHub deployment of the restored release: 2 in_progress',
      )

      expect(took).toBeLessThan(5000)
      expect(exitCode).toBe(130)
      expect(writesOf(at)).toEqual(['PATCH ', 'POST /rollback'])
      expect(outputs).toMatchObject({
        outcome: 'rollback-interrupted',
        frozen: 'true',
        'rollback-deploy-id': 'dep-new3',
        notified: 'true',
      })
      expect(outputs['reason']).toContain('goes on in Render, unwatched. Auto-deploy is off (was: checksPass).')
      expect(summary).toContain('unwatched')
      expect(at.github.deployments.map(({ statuses }) => statuses)).toEqual([['failure'], ['in_progress', 'error']])
    },
    MINUTE,
  )

  test(
    'while Render and Slack hang: the step still ends in time, and says that auto-deploy is off',
    async () => {
      const at = await open({
        scale: 1,
        slack: { answers: [{ hang: true }] },
        render: { faults: [{ route: `PATCH /services/${SERVICE}`, hang: 'before', skip: 1, times: 9 }] },
      })
      at.render.deploy(SERVICE, { id: 'dep-q', commit: 'c'.repeat(40), stages: [['queued', Number.POSITIVE_INFINITY]] })
      const { took, outputs } = await cancelled(at, 'Auto-deploy: switched off', { 'github-environment': '' })

      expect(took).toBeLessThan(5000)
      expect(outputs).toMatchObject({ outcome: 'rollback-interrupted', frozen: 'true', notified: 'unknown' })
    },
    MINUTE,
  )
})

describe('acceptance 20, trap 20: no secret leaves', () => {
  const secrets = ({ slack }: Servers): string[] => {
    const path = new URL(slack.url).pathname
    return [KEY, slack.url, path, path.slice(1), 'ghs_S3cr3t'].flatMap((secret) => [
      secret,
      encodeURIComponent(secret),
      Buffer.from(secret).toString('base64'),
    ])
  }

  test(
    'when each server returns it in an error',
    async () => {
      const at = await open({ slack: { answers: [] }, faultyGitHub: true })
      const hook = new URL(at.slack.url).pathname
      at.render.fail({
        route: `POST /services/${SERVICE}/rollback`,
        status: 404,
        body: { message: `bad key ${KEY} ${Buffer.from(KEY).toString('base64')} ${hook}` },
      })
      const run1 = await run(at)
      const said = run1.rawOut.split('\n').filter((line) => !line.startsWith('::add-mask::'))
      const files = run1.verdictFiles.map((file) => readFileSync(file, 'utf8'))
      const everything = [...said, JSON.stringify(run1.outputs), run1.summary, ...files].join('\n')
      const sent = JSON.stringify([...at.slack.requests, ...at.github.requests].map(({ body }) => body))

      expect(run1.outputs['outcome']).toBe('rollback-failed')
      expect(secrets(at).filter((secret) => everything.includes(secret))).toEqual([])
      expect(files).toHaveLength(1)
      expect(sent).not.toContain(KEY)
    },
    MINUTE,
  )

  test(
    'when Slack returns it',
    async () => {
      const at = await open({ slack: { answers: [] } })
      const { pathname } = new URL(at.slack.url)
      await at.slack.close()
      const again = { ...at, slack: await fakeSlack({ answers: [{ status: 404, body: `no ${pathname}` }] }) }
      servers = again
      const { rawOut, outputs } = await run(again)
      const said = rawOut.split('\n').filter((line) => !line.startsWith('::add-mask::'))

      expect(outputs['notified']).toBe('false')
      expect(secrets(again).filter((secret) => said.join('\n').includes(secret))).toEqual([])
    },
    MINUTE,
  )
})

describe('trap 23: each end writes all outputs', () => {
  const names = contract.outputs.filter((name) => !/^(serving|captured)-/.test(name))

  test(
    'an API error',
    async () => {
      const { exitCode, outputs } = await run(await open(), { 'render-api-key': 'rnd_wrong' })

      expect(exitCode).toBe(1)
      expect(names.filter((name) => outputs[name] === undefined)).toEqual([])
      expect(outputs).toMatchObject({
        verdict: 'no-data',
        outcome: 'api-error',
        'human-needed': 'true',
        notified: 'true',
      })
    },
    MINUTE,
  )

  test(
    'an input error: nothing is sent',
    async () => {
      const at = await open()
      const { exitCode, outputs, annotations } = await run(at, {
        timeout: 'soon',
        'max-rollbacks': '0',
        'service-idd': 'x',
      })

      expect(exitCode).toBe(1)
      expect(contract.outputs.filter((name) => outputs[name] === undefined)).toEqual([])
      expect(outputs).toMatchObject({ verdict: 'no-data', outcome: '', 'human-needed': 'true', notified: '' })
      expect(annotations.map(({ message }) => message).join('\n')).toContain('service-idd is not an input')
      expect([at.render.requests, at.slack.requests, at.github.requests]).toEqual([[], [], []])
    },
    MINUTE,
  )
})

test(
  'trap 22: hostile text is text in the log and the summary',
  async () => {
    const message = '<!channel> & <https://x|y>\n::error::from a commit'
    const at = await open({
      render: {
        services: [
          {
            id: SERVICE,
            name: '##[error]name',
            deploys: [
              { id: 'dep-a', commit: { id: A, message } },
              { id: 'dep-b', commit: { id: B, message } },
            ],
            nextDeploy: { stages: [['update_in_progress', 10_000]] },
          },
        ],
      },
    })
    const { rawOut, summary, annotations } = await run(at, {
      cause: 'x\n::error::from a cause | y ##[warning]z',
      'github-environment': '',
    })

    expect(annotations.map(({ level }) => level)).toEqual(['error'])
    expect(rawOut).not.toMatch(/^\s*::error::from/m)
    expect(rawOut).not.toMatch(/##\[/)
    expect(summary).not.toContain('<!channel>')
    expect(at.slack.problems).toEqual([])
    expect(JSON.stringify(at.slack.messages)).not.toContain('<!channel>')
  },
  MINUTE,
)

test(
  'acceptance 19: a webhook that hangs is given up after 10 s, and the outcome stands',
  async () => {
    const at = await open({ slack: { answers: [{ hang: true }] } })
    const { outputs } = await run(at)

    expect(outputs).toMatchObject({ outcome: 'rolled-back', notified: 'unknown' })
    expect(at.slack.requests).toHaveLength(1)
  },
  MINUTE,
)

test(
  'trap 21: notify passes where nobody listens',
  async () => {
    const at = await open()
    await at.slack.close()
    const { exitCode, outputs } = await run(at, { mode: 'notify', 'render-api-key': '', 'service-id': '', cause: 'x' })
    servers = { ...at, slack: await fakeSlack() }

    expect([exitCode, outputs['notified']]).toEqual([0, 'false'])
    expect(at.render.requests).toEqual([])
  },
  MINUTE,
)
