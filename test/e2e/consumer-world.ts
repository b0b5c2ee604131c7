import {
  type DeployScript,
  type FakeRender,
  type FakeSlack,
  type FakeWebhook,
  fakeRender,
  fakeSlack,
  fakeWebhook,
  type RenderRequest,
  type WebhookAnswer,
} from '@hardgate/fakes'
import { scaledClock, scaledNow, type Warp } from '@hardgate/local-runner'
import { type Production, startProduction } from './consumer-production.ts'

export const SERVICE_ID = 'srv-sms'
export const SECRETS = {
  RENDER_API_KEY: 'rnd_key_of_a_machine_user_4711',
  METRICS_TOKEN: 'signing-secret-of-the-metrics-endpoint',
} as const

export interface ConsumerWorldOptions {
  readonly repository: string
  /** The commit that is live before. */
  readonly before: string
  readonly folder: string
  readonly bin: string
  readonly databaseUrl: string
  readonly redisUrl: string
  readonly warp: Warp
  /** Render says live, and its router keeps to the release that served before. */
  readonly isStuck?: boolean
  /** How the deploy goes on at Render. Default: well. */
  readonly script?: DeployScript
  readonly metricsAnswers?: readonly WebhookAnswer[]
}

export interface ConsumerWorld {
  readonly production: Production
  readonly render: FakeRender
  readonly slack: FakeSlack
  readonly metrics: FakeWebhook
  /** The commits that were deployed since the beginning, oldest first, and how each deploy began. */
  readonly deploys: () => readonly { readonly commit: string | undefined; readonly trigger: string }[]
  readonly close: () => Promise<void>
}

/** The real service on loopback behind a Render, a Slack and a metrics endpoint of ours. */
export async function startConsumerWorld(options: ConsumerWorldOptions): Promise<ConsumerWorld> {
  const { before, warp, isStuck = false, script, metricsAnswers = [] } = options
  const production = await startProduction(options)
  await production.goLive(before)
  const render = await fakeRender({
    clock: scaledClock(warp),
    apiKey: SECRETS.RENDER_API_KEY,
    services: [
      {
        id: SERVICE_ID,
        name: 'sms-platform',
        autoDeployTrigger: 'off',
        serviceDetails: { url: production.url, healthCheckPath: '/api/v1/health' },
        deploys: [{ commit: { id: before, message: 'What serves' } }],
        ...(script === undefined ? {} : { nextDeploy: script }),
      },
    ],
    onRequest: (request, fake) => {
      const commit = commitToStart(request, fake)
      if (commit !== undefined && !isStuck) production.prepare(commit)
    },
    onLive: ({ commit }) => {
      if (commit !== null && !isStuck) void production.goLive(commit.id)
    },
  })
  const slack = await fakeSlack()
  const now = () => new Date(scaledNow(warp.scale, warp.epoch))
  const metrics = await fakeWebhook({ answers: metricsAnswers, secret: SECRETS.METRICS_TOKEN, now })
  return {
    production,
    render,
    slack,
    metrics,
    deploys: () =>
      render
        .deploys(SERVICE_ID)
        .slice(0, -1)
        .toReversed()
        .map(({ commit, trigger }) => ({ commit: commit?.id, trigger })),
    close: async () => {
      await Promise.all([render, slack, metrics, production].map((part) => part.close()))
    },
  }
}

/** The new instance starts while Render's deploy goes on, so that it is there when the deploy goes live. */
function commitToStart({ method, path, body }: RenderRequest, render: FakeRender): string | undefined {
  if (method !== 'POST' || typeof body !== 'object' || body === null) return undefined
  if (path.endsWith('/deploys') && 'commitId' in body && typeof body.commitId === 'string') return body.commitId
  if (!path.endsWith('/rollback') || !('deployId' in body)) return undefined
  return render.deploys(SERVICE_ID).find(({ id }) => id === body.deployId)?.commit?.id
}
