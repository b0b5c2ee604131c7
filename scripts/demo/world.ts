import {
  type DeployScript,
  type FakeRender,
  type FakeService,
  type FakeSlack,
  type FakeWebhook,
  fakeRender,
  fakeService,
  fakeSlack,
  fakeWebhook,
  type Release,
} from '@hardgate/fakes'
import { type Clock, systemClock } from '@hardgate/http'

export const SERVICE_ID = 'srv-demo'
export const API_KEY = 'rnd_demo_key_of_a_machine_user'

/** What was shipped before, what is shipped well, and what is shipped broken. */
export const RELEASES = {
  before: { commit: '1a2b3c4d5e6f708192a3b4c5d6e7f80912a3b4c5', health: 'good' },
  good: { commit: '5c0ffee5a11ce5b0b5eed5c0de5facade5deba5e', health: 'good', messagesTakeMs: 40 },
  bad: { commit: '9f8e7d6c5b4a39281706f5e4d3c2b1a09f8e7d6c', health: 'bad', messagesTakeMs: 40 },
  /** Well by every health check, and too slow for anybody. */
  slow: { commit: '51043e1ea5e0f0ddba11c0ffee5eed5ca1ab1e00', health: 'good', messagesTakeMs: 620 },
  /** Well, but it does not say which release it is. */
  anonymous: { commit: '0dd0dd0dd0dd0dd0dd0dd0dd0dd0dd0dd0dd0dd0', health: 'good', says: 'unknown' },
} as const satisfies Record<string, Release>

export interface World {
  readonly service: FakeService
  readonly render: FakeRender
  readonly slack: FakeSlack
  readonly metrics: FakeWebhook
  readonly close: () => Promise<void>
}

export interface WorldOptions {
  /** Default: real time. */
  readonly clock?: Clock
  readonly buildMs: number
  /** How the first deploy goes. Default: well. */
  readonly script?: DeployScript
  readonly slackAnswers?: readonly { readonly status: number; readonly body: string }[]
}

const goesWell = (buildMs: number): DeployScript => ({
  stages: [
    ['build_in_progress', buildMs],
    ['update_in_progress', buildMs / 2],
  ],
})

/** A small service, Render, Slack and a metrics endpoint, all on loopback, with the release `before` live. */
export async function startWorld({ clock = systemClock, buildMs, script, slackAnswers }: WorldOptions): Promise<World> {
  const service = await fakeService(RELEASES.before)
  const render = await fakeRender({
    clock,
    apiKey: API_KEY,
    services: [
      {
        id: SERVICE_ID,
        name: 'api',
        serviceDetails: { url: service.url, healthCheckPath: '/api/v1/health' },
        deploys: [{ commit: { id: RELEASES.before.commit, message: 'Send receipts in the language of the customer' } }],
        nextDeploy: [script ?? goesWell(buildMs), goesWell(buildMs)],
      },
    ],
    onLive: (deploy) => service.switchTo(releaseOf(deploy.commit?.id)),
  })
  const slack = await fakeSlack(slackAnswers === undefined ? {} : { answers: slackAnswers })
  const metrics = await fakeWebhook()
  const parts = [service, render, slack, metrics]
  return {
    service,
    render,
    slack,
    metrics,
    close: async () => {
      await Promise.all(parts.map((part) => part.close()))
    },
  }
}

function releaseOf(commit: string | undefined): Release {
  const release = Object.values(RELEASES).find((one) => one.commit === commit)
  if (release === undefined) throw new Error(`no release of commit ${commit ?? '(none)'}`)
  return release
}
