import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type ConsumerRun, describeConsumer, type Lab, openLab } from './consumer-lab.ts'

const MINUTES = 60_000
/** Beside what act and the real tools take on a busy machine. */
const LIMIT = 4 * MINUTES

describeConsumer('the reusable workflow in a repository of its own', () => {
  let lab: Lab

  beforeAll(async () => {
    lab = await openLab()
  }, 5 * MINUTES)

  afterAll(async () => {
    await lab.close()
  }, MINUTES)

  test(
    'a good commit is tested, deployed and proven, and every job reports it',
    async () => {
      const run = await lab.push('good', {})

      expect(verdictsOf(run)).toEqual({
        green: true,
        test: 'success',
        coverage: 'pass',
        performance: 'success',
        perf: 'pass',
        deploy: 'success',
        health: 'healthy',
        verdict: 'success',
      })
      expect(run.world.deploys()).toEqual([{ commit: run.commit, trigger: 'api' }])
      expect(await run.answers()).toEqual({ status: 'healthy', version: run.commit })
      expect(run.world.slack.requests).toEqual([])
      expect(reported(run)).toEqual({ test: 'success', performance: 'success', deploy: 'success', pipeline: 'success' })
    },
    LIMIT,
  )

  test(
    'coverage that falls is red at its gate, and nothing is deployed',
    async () => {
      const run = await lab.push('coverage', { mutant: 'coverage-falls' })

      expect(verdictsOf(run)).toEqual({
        ...NOTHING,
        green: false,
        test: 'failure',
        coverage: 'fail',
        verdict: 'failure',
      })
      expectNothingDeployed(run)
      expect(run.job('test').errors.join('\n')).toContain('app/purge.py')
      expect(reported(run)).toEqual({ test: 'failure', pipeline: 'failure' })
    },
    LIMIT,
  )

  test(
    'a test that fails is red before any gate, and nothing is deployed',
    async () => {
      const run = await lab.push('tests', { mutant: 'test-fails' })

      expect(verdictsOf(run)).toEqual({ ...NOTHING, green: false, test: 'failure', verdict: 'failure' })
      expectNothingDeployed(run)
      expect(reported(run)).toEqual({ test: 'failure', pipeline: 'failure' })
    },
    LIMIT,
  )

  test(
    'a slow endpoint is red at the performance gate by name, and nothing is deployed',
    async () => {
      const run = await lab.push('slow', { mutant: 'p95-breaks', inputs: { 'load-report': 'load/requests.csv' } })

      expect(verdictsOf(run)).toEqual({
        ...NOTHING,
        green: false,
        test: 'success',
        coverage: 'pass',
        performance: 'failure',
        perf: 'fail',
        verdict: 'failure',
      })
      expectNothingDeployed(run)
      expect(run.job('performance').outputs['perf']?.['reason']).toContain('POST /api/v1/messages')
      expect(reported(run)).toEqual({ test: 'success', performance: 'failure', pipeline: 'failure' })
    },
    LIMIT,
  )

  test(
    'a release that is unhealthy in production alone is rolled back to the one that served, which answers',
    async () => {
      const run = await lab.push('unhealthy', { mutant: 'health-fails-after-deploy' })

      expect(verdictsOf(run)).toEqual({
        ...GATES_PASS,
        green: false,
        deploy: 'failure',
        health: 'unhealthy',
        verdict: 'failure',
      })
      expect(run.job('deploy').outputs['guarded.rollback']).toMatchObject({
        outcome: 'rolled-back',
        'rolled-back': 'true',
      })
      expect(run.world.deploys()).toEqual([
        { commit: run.commit, trigger: 'api' },
        { commit: run.before, trigger: 'rollback' },
      ])
      expect(await run.answers()).toEqual({ status: 'healthy', version: run.before })
      expect(run.world.slack.messages.map(({ text }) => text)).toEqual([expect.stringContaining('rolled back')])
      expect(reported(run)).toMatchObject({ deploy: 'failure', pipeline: 'failure' })
    },
    LIMIT,
  )

  test(
    'a migration that fails on the rows of production is red at the deploy, and what served still does',
    async () => {
      const script = { stages: PRE_DEPLOY, outcome: 'pre_deploy_failed' }
      const run = await lab.push('migration', { mutant: 'migration-breaks', script })

      expect(run.world.production.failures.get(run.commit)).toContain('contains null values')
      expect(verdictsOf(run)).toEqual({ ...GATES_PASS, green: false, deploy: 'failure', verdict: 'failure' })
      expect(run.job('deploy').outputs['guarded.deploy']).toMatchObject({
        verdict: 'fail',
        status: 'pre_deploy_failed',
      })
      expect(run.job('deploy').outputs['guarded.rollback']).toMatchObject({ outcome: 'not-needed' })
      expect(run.world.deploys()).toEqual([{ commit: run.commit, trigger: 'api' }])
      expect(await run.answers()).toEqual({ status: 'healthy', version: run.before })
      expect(run.world.slack.messages).toHaveLength(1)
    },
    LIMIT,
  )

  test(
    'Render says live and the old release still answers: stale, told, and nothing is rolled back',
    async () => {
      const run = await lab.push('stale', { isStuck: true })

      expect(verdictsOf(run)).toEqual({
        ...GATES_PASS,
        green: false,
        deploy: 'failure',
        health: 'stale',
        verdict: 'failure',
      })
      expect(run.job('deploy').outputs['guarded.health']?.['should-rollback']).toBe('false')
      expect(run.world.deploys()).toEqual([{ commit: run.commit, trigger: 'api' }])
      expect(await run.answers()).toEqual({ status: 'healthy', version: run.before })
      expect(run.world.slack.messages).toHaveLength(1)
      expect(reported(run)).toMatchObject({ deploy: 'failure', pipeline: 'failure' })
    },
    LIMIT,
  )

  test(
    'a metrics endpoint that is down reddens nothing: each job warns and keeps its event',
    async () => {
      const run = await lab.push('metrics', { metricsAnswers: [{ status: 503 }] })

      expect(verdictsOf(run)).toEqual({
        ...GATES_PASS,
        green: true,
        deploy: 'success',
        health: 'healthy',
        verdict: 'success',
      })
      expect(await run.answers()).toEqual({ status: 'healthy', version: run.commit })
      expect(run.world.metrics.events).toEqual([])
      for (const id of ['test', 'performance', 'deploy', 'verdict']) {
        const { warnings, text } = run.job(id)
        expect(warnings.join('\n')).toContain('503')
        expect(text).toContain('hardgate-spool-v1')
      }
    },
    LIMIT,
  )

  test(
    'a pull request is tested without any secret, asks Render nothing, and its verdict is green',
    async () => {
      const run = await lab.push('pull', { event: 'pull_request' })

      expect(verdictsOf(run)).toEqual({ ...GATES_PASS, green: true, verdict: 'success' })
      expect(run.world.render.requests).toEqual([])
      expectNothingDeployed(run)
    },
    LIMIT,
  )

  test(
    'the same actions one by one, as a workflow of its own: tested, deployed and proven',
    async () => {
      const run = await lab.push('hand', { workflow: 'by-hand', event: 'workflow_dispatch' })

      const { outputs } = run.job('test')
      expect([outputs['coverage']?.['verdict'], outputs['perf']?.['verdict']]).toEqual(['pass', 'pass'])
      expect(run.job('deploy').outputs['health']).toMatchObject({ verdict: 'pass', health: 'healthy' })
      expect(run.isGreen).toBe(true)
      expect(await run.answers()).toEqual({ status: 'healthy', version: run.commit })
      expect(reported(run)).toEqual({ test: 'success', deploy: 'success' })
    },
    LIMIT,
  )
})

/** Render's stages where the pre-deploy command comes before the switch. */
const PRE_DEPLOY = [
  ['build_in_progress', 20_000],
  ['pre_deploy_in_progress', 20_000],
] as const

/** What a run without any job would come to. */
const NOTHING = {
  green: true,
  test: undefined,
  coverage: undefined,
  performance: undefined,
  perf: undefined,
  deploy: undefined,
  health: undefined,
  verdict: undefined,
}
const GATES_PASS = { ...NOTHING, test: 'success', coverage: 'pass', performance: 'success', perf: 'pass' }

/** What the jobs and the gates in them came to; undefined for what did not run. */
function verdictsOf({ isGreen, job }: ConsumerRun) {
  const [tests, performance, deploy] = [job('test'), job('performance'), job('deploy')]
  return {
    green: isGreen,
    test: tests.result,
    coverage: tests.outputs['coverage']?.['verdict'],
    performance: performance.result,
    perf: performance.outputs['perf']?.['verdict'],
    deploy: deploy.result,
    health: deploy.outputs['guarded.health']?.['health'],
    verdict: job('verdict').result,
  }
}

function expectNothingDeployed({ world }: ConsumerRun): void {
  expect(world.deploys()).toEqual([])
  expect(world.slack.requests).toEqual([])
}

/** The status that the metrics endpoint has of each task. */
function reported({ world }: ConsumerRun): Record<string, unknown> {
  return Object.fromEntries(world.metrics.events.map(({ job, status }) => [String(taskOf(job)), status]))
}

const taskOf = (job: unknown): unknown =>
  typeof job === 'object' && job !== null && 'task' in job ? job.task : undefined
