import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type FakeGitHub, type FakeGitHubOptions, type FakeJob, type FakeWebhook, fakeGitHub } from '@hardgate/fakes'
import { newJob, type Stage, type With } from './job.ts'
import { receiver } from './receiver.ts'

export const RUN_ID = 17_654_321_098
export const RUN_EVENT_ID = 'hg1-3b037c052e29868c7262d86b0550fce4'
export const HEAD = '9fceb02d0ae598e95dc970b74767f19372d61af8'

const open: FakeGitHub[] = []

export async function closeWorlds(): Promise<void> {
  for (const one of open.splice(0)) await one.close()
}

/** The payload's `workflow_run`, as GitHub documents it, of attempt 2 of a push to main. */
export const endedRun = {
  id: RUN_ID,
  name: 'CI',
  path: '.github/workflows/ci.yml',
  event: 'push',
  status: 'completed',
  conclusion: 'failure',
  run_number: 41,
  run_attempt: 2,
  html_url: `https://github.com/acme/sms/actions/runs/${RUN_ID}`,
  head_branch: 'main',
  head_sha: HEAD,
  head_repository: { full_name: 'acme/sms' },
  pull_requests: [] as readonly unknown[],
  actor: { login: 'ada' },
  triggering_actor: { login: 'grace' },
  created_at: '2026-11-21T09:00:00Z',
  run_started_at: '2026-11-22T20:00:00Z',
  updated_at: '2026-11-22T20:11:00Z',
}

export function jobOf(id: number, name: string, more: Partial<FakeJob> = {}): FakeJob {
  return {
    id,
    runId: RUN_ID,
    attempt: 2,
    name,
    createdAt: '2026-11-22T20:00:01Z',
    startedAt: '2026-11-22T20:00:09Z',
    completedAt: '2026-11-22T20:01:44Z',
    ...more,
  }
}

export const REPORTED = [{ name: 'Run tests' }, { name: 'Post Run OWNER/hardgate/actions/metrics-reporter@v1' }]

export interface World {
  readonly jobs?: readonly FakeJob[]
  readonly run?: Readonly<Record<string, unknown>>
  /** Members of the payload beside `workflow_run`. */
  readonly payload?: Readonly<Record<string, unknown>>
  readonly github?: FakeGitHubOptions
  readonly given?: With
  readonly env?: Readonly<Record<string, string>>
  readonly webhook?: FakeWebhook
}

export interface Ran {
  readonly api: FakeGitHub
  readonly fake: FakeWebhook
  readonly stage: Stage
  readonly post: Stage
  readonly temp: string
  /** As the report lists them; jobs go side by side. */
  readonly events: readonly Readonly<Record<string, unknown>>[]
}

/** The reporting workflow, which GitHub starts when the other one has ended. */
export async function runMode(world: World): Promise<Ran> {
  const { jobs = [], run = {}, payload = {}, github = {}, given = {}, env = {} } = world
  const api = await fakeGitHub({
    repository: 'acme/sms',
    jobs,
    attempts: [{ runId: RUN_ID, attempt: 2, startedAt: '2026-11-22T20:00:00Z', jobIds: jobs.map(({ id }) => id) }],
    runs: [{ id: RUN_ID, sha: HEAD }],
    ...github,
  })
  open.push(api)
  const fake = world.webhook ?? (await receiver())
  const own = {
    GITHUB_API_URL: api.url,
    GITHUB_EVENT_NAME: 'workflow_run',
    GITHUB_RUN_ID: '99',
    GITHUB_RUN_ATTEMPT: '1',
  }
  const job = newJob({ ...own, ...env })
  const path = join(job.temp, 'event.json')
  const repository = { full_name: 'acme/sms', default_branch: 'main' }
  const event = {
    action: 'completed',
    workflow_run: { ...endedRun, ...run },
    workflow: { name: 'CI' },
    repository,
    ...payload,
  }
  writeFileSync(path, JSON.stringify(event))
  const step = newJobWithEvent(path)
  const all = { endpoint: fake.url, mode: 'run', 'github-token': 'ghs_test', 'job-id': '70000000001', ...given }
  const stage = await step.main(all)
  const post = await step.post(all)
  return { api, fake, stage, post, temp: job.temp, events: inOrder(fake.events, stage) }

  function newJobWithEvent(eventPath: string) {
    return newJob({ ...own, ...env, RUNNER_TEMP: job.temp, GITHUB_EVENT_PATH: eventPath }).step()
  }
}

function inOrder(events: FakeWebhook['events'], { account }: Stage): FakeWebhook['events'] {
  const report: readonly { readonly event: string }[] = JSON.parse(account.outputs?.['report'] ?? '[]')
  const at = (one: Readonly<Record<string, unknown>>): number =>
    report.findIndex(({ event }) => event === one['event_id'])
  return events.toSorted((a, b) => at(a) - at(b))
}
