import { createServer } from 'node:http'
import { type Report, readInputs } from '@hardgate/action'
import {
  type DeployPlan,
  type FakeClock,
  type FakeFrame,
  type FakeGitHub,
  type FakeGitHubOptions,
  type FakeRender,
  type FakeRenderOptions,
  type FakeSlack,
  type FakeSlackOptions,
  fakeClock,
  fakeFrame,
  fakeGitHub,
  fakeRender,
  fakeSlack,
  type Listening,
  listen,
  type ServicePlan,
} from '@hardgate/fakes'
import { type Requester, request } from '@hardgate/http'
import { inputs } from '../../../actions/render-rollback-on-failure/src/inputs.ts'
import { run } from '../../../actions/render-rollback-on-failure/src/render-rollback-on-failure.ts'

export const SERVICE = 'srv-api'
export const A = 'a'.repeat(40)
export const B = 'b'.repeat(40)
export const C = 'c'.repeat(40)

/** The usual case: `dep-a` served, `dep-b` is live and bad. */
export const GOOD_THEN_BAD: readonly DeployPlan[] = [
  { id: 'dep-a', commit: A },
  { id: 'dep-b', commit: B },
]

export interface StageOptions {
  readonly deploys?: readonly DeployPlan[]
  readonly service?: Partial<ServicePlan>
  readonly render?: Partial<FakeRenderOptions>
  readonly slack?: FakeSlackOptions
  readonly github?: FakeGitHubOptions
  /** What the service answers; default: 503 while a deploy of commit B is live, 200 otherwise. */
  readonly answer?: (stage: Stage) => { readonly status: number; readonly commit?: string }
}

export interface Stage {
  readonly clock: FakeClock
  readonly render: FakeRender
  readonly slack: FakeSlack
  readonly github: FakeGitHub
  readonly service: Listening
  readonly liveCommit: () => string | undefined
  /** `METHOD path` of what was written to Render, below the service. */
  readonly writes: () => string[]
  readonly run: (given?: Readonly<Record<string, string>>, world?: { readonly request?: Requester }) => Promise<Run>
  /** The inputs of the usual case, with the servers' addresses. */
  readonly inputs: (given?: Readonly<Record<string, string>>) => Record<string, string>
  readonly close: () => Promise<void>
}

export interface Run {
  readonly report: Report
  readonly frame: FakeFrame
  /** What the runner would have: written early, then the report's. */
  readonly outputs: Readonly<Record<string, string>>
  readonly reason: string
}

/** Render, the service, Slack and GitHub on loopback, all by one fake clock. */
export async function openStage(options: StageOptions = {}): Promise<Stage> {
  const clock = fakeClock()
  const render = await fakeRender({
    clock,
    services: [
      { id: SERVICE, autoDeployTrigger: 'checksPass', deploys: options.deploys ?? GOOD_THEN_BAD, ...options.service },
    ],
    ...options.render,
  })
  const slack = await fakeSlack(options.slack)
  const github = await fakeGitHub(options.github)
  const liveCommit = (): string | undefined =>
    render.deploys(SERVICE).find(({ status }) => status === 'live')?.commit?.id
  const usual = (): { status: number; commit?: string } => {
    const commit = liveCommit()
    return { status: commit === B ? 503 : 200, ...(commit !== undefined && { commit }) }
  }
  const service = await listen(
    createServer((_, response) => {
      const { status, commit } = options.answer?.(stage) ?? usual()
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ commit }))
    }),
  )
  const stage: Stage = {
    clock,
    render,
    slack,
    github,
    service,
    liveCommit,
    writes: () =>
      render.requests
        .filter(({ method }) => method !== 'GET')
        .map(({ method, path, body }) =>
          `${method} ${path.replace(`/services/${SERVICE}`, '')} ${JSON.stringify(body) ?? ''}`.trim(),
        ),
    inputs: (given = {}) => ({
      'render-api-key': 'rnd_test',
      'service-id': SERVICE,
      'failed-commit': B,
      'health-url': `${service.url}/healthz`,
      'slack-webhook-url': slack.url,
      'github-token': 'ghs_test',
      'render-api-url': render.url,
      ...given,
    }),
    run: async (given, world = {}) => {
      const raw = Object.entries(stage.inputs(given)).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])
      const env = {
        GITHUB_API_URL: github.url,
        GITHUB_REPOSITORY: 'octo/api',
        GITHUB_RUN_ID: '7',
        GITHUB_SERVER_URL: 'https://github.com',
        ...Object.fromEntries(raw),
      }
      const frame = fakeFrame({ clock, env, request, ...world })
      const report = await run(await readInputs(inputs, env), frame)
      if (!('verdict' in report)) throw new Error('no verdict')
      return {
        report,
        frame,
        outputs: { ...frame.outputs, ...report.outputs },
        reason: report.verdict.reasons[0] ?? '',
      }
    },
    close: async () => {
      await Promise.all([render.close(), slack.close(), github.close(), service.close()])
    },
  }
  return stage
}
