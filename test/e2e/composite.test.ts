import type { DeployScript, Release } from '@hardgate/fakes'
import { type JobRun, runJob, scaledClock } from '@hardgate/local-runner'
import { afterEach, describe, expect, test } from '@jest/globals'
import { API_KEY, RELEASES, SERVICE_ID, startWorld, type World } from '../../scripts/demo/world.ts'

const TIME_SCALE = 20
const MINUTE = 60_000
const worlds: World[] = []

afterEach(async () => {
  await Promise.all(worlds.splice(0).map((world) => world.close()))
})

interface Play {
  readonly release?: Release
  readonly with?: Record<string, string>
  readonly script?: DeployScript
  readonly slackAnswers?: readonly { readonly status: number; readonly body: string }[]
  readonly cancelWhen?: (line: string) => boolean
}

async function play({ release = RELEASES.bad, with: more = {}, script, slackAnswers, cancelWhen }: Play): Promise<{
  job: JobRun
  world: World
  /** The inner steps that ran, in order, with a cross behind one that failed. */
  ran: string[]
}> {
  const world = await startWorld({
    clock: scaledClock({ scale: TIME_SCALE }),
    buildMs: 4000,
    ...(script === undefined ? {} : { script }),
    ...(slackAnswers === undefined ? {} : { slackAnswers }),
  })
  worlds.push(world)
  const job = await runJob({
    timeScale: TIME_SCALE,
    github: { sha: release.commit, repository: 'acme/api', event_name: 'push', ref: 'refs/heads/main' },
    env: { GITHUB_JOB: 'deploy', GITHUB_WORKFLOW: 'Deploy' },
    ...(cancelWhen === undefined ? {} : { cancelWhen }),
    steps: [{ id: 'guarded', uses: '$/', with: { ...settings(world), ...more } }],
  })
  const inner = Object.entries(job.runs[0]?.steps ?? {}).filter(([, { outcome }]) => outcome !== 'skipped')
  return { job, world, ran: inner.map(([id, { outcome }]) => (outcome === 'success' ? id : `${id} ${outcome}`)) }
}

function settings({ render, service, slack, metrics }: World): Record<string, string> {
  return {
    'render-api-key': API_KEY,
    'render-api-url': render.url,
    'service-id': SERVICE_ID,
    'base-url': service.url,
    'initial-delay': '10s',
    'max-attempts': '2',
    'slack-webhook-url': slack.url,
    'metrics-url': metrics.url,
  }
}

const reported = ({ metrics }: World): unknown[] => metrics.events.map((event) => event['status'])
const writes = ({ render }: World): string[] =>
  render.requests.filter(({ method }) => method !== 'GET').map(({ method, path }) => `${method} ${path}`)

describe('the case table of the root composite, run by the local runner', () => {
  test(
    'all green: no rollback, nobody is told, success is reported',
    async () => {
      const { job, world, ran } = await play({ release: RELEASES.good })

      expect(job.conclusion).toBe('success')
      expect(ran).toEqual(['capture', 'deploy', 'health', 'report'])
      expect(job.steps['guarded']?.outputs).toMatchObject({
        verdict: 'pass',
        health: 'healthy',
        'should-rollback': 'false',
        outcome: '',
      })
      expect(world.slack.messages).toEqual([])
      expect(reported(world)).toEqual(['success'])
    },
    MINUTE,
  )

  test(
    'unhealthy: rolled back to what served before, told once, failure is reported',
    async () => {
      const { job, world, ran } = await play({})

      expect(job.conclusion).toBe('failure')
      expect(ran).toEqual(['capture', 'deploy', 'health failure', 'rollback failure', 'report'])
      expect(job.steps['guarded']?.outputs).toMatchObject({
        outcome: 'rolled-back',
        'rolled-back': 'true',
        'human-needed': 'false',
      })
      expect(world.service.serving().commit).toBe(RELEASES.before.commit)
      expect(world.slack.messages).toHaveLength(1)
      expect(reported(world)).toEqual(['failure'])
    },
    MINUTE,
  )

  test(
    'inconclusive: no write but the deploy, and notify tells it',
    async () => {
      const { job, world, ran } = await play({ release: RELEASES.anonymous })

      expect(job.conclusion).toBe('failure')
      expect(ran).toEqual(['capture', 'deploy', 'health failure', 'notify', 'report'])
      expect(job.steps['guarded']?.outputs).toMatchObject({
        verdict: 'inconclusive',
        health: 'unverified',
        'should-rollback': 'false',
      })
      expect(writes(world)).toEqual([`POST /services/${SERVICE_ID}/deploys`])
      expect(world.slack.messages).toHaveLength(1)
    },
    MINUTE,
  )

  test(
    'the deploy failed: the rollback step looks, and finds nothing to roll back',
    async () => {
      const { job, world, ran } = await play({
        script: { stages: [['build_in_progress', 4000]], outcome: 'build_failed' },
      })

      expect(job.conclusion).toBe('failure')
      expect(ran).toEqual(['capture', 'deploy failure', 'rollback failure', 'report'])
      expect(job.steps['guarded']?.outputs['outcome']).toBe('not-needed')
      expect(writes(world)).toEqual([`POST /services/${SERVICE_ID}/deploys`])
    },
    MINUTE,
  )

  test(
    'the deploy timed out: it is cancelled, so that it cannot go live unchecked',
    async () => {
      const { world, ran } = await play({
        with: { 'deploy-timeout': '20s' },
        script: { stages: [['build_in_progress', 10 * MINUTE]] },
      })

      expect(ran).toEqual(['capture', 'deploy failure', 'rollback failure', 'report'])
      expect(writes(world).at(-1)).toMatch(/\/cancel$/)
      expect(world.service.serving().commit).toBe(RELEASES.before.commit)
    },
    MINUTE,
  )

  test(
    'capture failed: nothing is deployed',
    async () => {
      const { job, world, ran } = await play({ with: { 'render-api-key': 'rnd_of_somebody_else' } })

      expect(job.conclusion).toBe('failure')
      expect(ran).toEqual(['capture failure', 'notify', 'report'])
      expect(writes(world)).toEqual([])
      expect(world.slack.messages).toHaveLength(1)
    },
    MINUTE,
  )

  test(
    'cancelled during the health check: no rollback, told, the post stage reports the cancellation',
    async () => {
      const { job, world, ran } = await play({
        with: { 'initial-delay': '5m' },
        cancelWhen: (line) => /api\/v1\/health\s+503/.test(line),
      })

      expect(job.conclusion).toBe('cancelled')
      expect(ran).toEqual(['capture', 'deploy', 'health cancelled', 'notify', 'report'])
      expect(job.steps['guarded']?.outputs['should-rollback']).toBe('false')
      expect(world.service.serving().commit).toBe(RELEASES.bad.commit)
      expect(reported(world)).toEqual(['cancellation'])
    },
    MINUTE,
  )

  test(
    'a wrong value that only the rollback reads is found before anything is deployed',
    async () => {
      const { job, world, ran } = await play({ with: { 'on-migration': 'perhaps' } })

      expect(job.conclusion).toBe('failure')
      expect(ran).toEqual(['capture failure', 'notify', 'report'])
      expect(writes(world)).toEqual([])
      expect(world.slack.messages).toHaveLength(1)
    },
    MINUTE,
  )

  test(
    'the rollback told and Slack is down: no second message',
    async () => {
      const { ran, world } = await play({ slackAnswers: [{ status: 500, body: 'rollup_error' }] })

      expect(ran).toEqual(['capture', 'deploy', 'health failure', 'rollback failure', 'report'])
      expect(world.slack.requests).toHaveLength(1)
    },
    MINUTE,
  )

  test(
    'the metrics endpoint is down: the build stays green',
    async () => {
      const { job } = await play({ release: RELEASES.good, with: { 'metrics-url': 'http://127.0.0.1:9/' } })

      expect(job.conclusion).toBe('success')
    },
    MINUTE,
  )
})
