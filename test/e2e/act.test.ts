import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { scaledClock, timeWarp } from '@hardgate/local-runner'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { API_KEY, RELEASES, SERVICE_ID, startWorld, type World } from '../../scripts/demo/world.ts'
import { act, commitAll, exportTree, runAct } from './act.ts'

const MINUTES = 60_000
/** The actions wait a minute for the replaced release to be gone. */
const TIME_SCALE = 10

const describeWithAct = act === undefined ? describe.skip : describe
if (describeWithAct === describe.skip) console.info('HARDGATE_ACT names no act binary: the tests under act are skipped')

describeWithAct('under nektos/act', () => {
  const temp = mkdtempSync(join(tmpdir(), 'act-'))
  const toolkit = join(temp, 'toolkit')
  const cache = join(temp, 'cache')
  let world: World

  beforeAll(async () => {
    exportTree(toolkit)
    world = await startWorld({ clock: scaledClock({ scale: TIME_SCALE }), buildMs: 10_000 })
  }, MINUTES)

  afterAll(async () => {
    await world.close()
    rmSync(temp, { recursive: true, force: true })
  })

  test(
    'a good release is green, and post reports the final status',
    async () => {
      const { isGreen, log } = await runConsumer('good', RELEASES.good.commit)

      expect(log).toContain('verdict=pass health=healthy rolled-back=')
      expect(isGreen).toBe(true)
      expect(world.service.serving().commit).toBe(RELEASES.good.commit)
      expect(lastEvent(world)).toMatchObject({ status: 'success', job: { key: 'deploy' } })
    },
    3 * MINUTES,
  )

  test(
    'a bad release is rolled back, told and reported, and the job is red',
    async () => {
      const { isGreen, log } = await runConsumer('bad', RELEASES.bad.commit)

      expect(log).toContain('verdict=fail health=unhealthy rolled-back=true')
      expect(isGreen).toBe(false)
      expect(world.service.serving().commit).not.toBe(RELEASES.bad.commit)
      expect(world.slack.messages.at(-1)?.['text']).toContain('rolled back')
      expect(lastEvent(world)).toMatchObject({ status: 'failure' })
    },
    4 * MINUTES,
  )

  test(
    'ci.yml deploys with our own composite',
    async () => {
      const { isGreen, log } = await runCi('guarded-deploy')

      expect({ isGreen, log: isGreen ? '' : log }).toEqual({ isGreen: true, log: '' })
    },
    3 * MINUTES,
  )

  test(
    'ci.yml runs the demo',
    async () => {
      const { isGreen, log } = await runCi('demo')

      expect({ isGreen, log: isGreen ? '' : log }).toEqual({ isGreen: true, log: '' })
    },
    3 * MINUTES,
  )

  async function runConsumer(name: string, commit: string): Promise<{ isGreen: boolean; log: string }> {
    const consumer = join(temp, name)
    mkdirSync(join(consumer, '.github/workflows'), { recursive: true })
    writeFileSync(join(consumer, '.github/workflows/deploy.yml'), consumerWorkflow(world, commit))
    commitAll(consumer)
    return runAct({ toolkit, cache, repository: consumer, workflow: '.github/workflows/deploy.yml' })
  }

  const runCi = (job: string) =>
    runAct({ toolkit, cache, repository: toolkit, workflow: '.github/workflows/ci.yml', more: ['-j', job] })
})

function consumerWorkflow({ render, service, slack, metrics }: World, commit: string): string {
  return `
name: Deploy
on: push
permissions: {}
env: { NODE_OPTIONS: ${JSON.stringify(`--import ${timeWarp({ scale: TIME_SCALE })}`)} }
jobs:
  deploy:
    runs-on: ubuntu-24.04
    steps:
      - id: guarded
        uses: OWNER/hardgate@v1
        with:
          render-api-key: ${API_KEY}
          render-api-url: ${render.url}
          service-id: ${SERVICE_ID}
          base-url: ${service.url}
          commit: ${commit}
          expect-version: ${commit}
          slack-webhook-url: ${slack.url}
          metrics-url: ${metrics.url}
      - if: always()
        env:
          VERDICT: \${{ steps.guarded.outputs.verdict }}
          HEALTH: \${{ steps.guarded.outputs.health }}
          ROLLED_BACK: \${{ steps.guarded.outputs.rolled-back }}
        run: echo "verdict=$VERDICT health=$HEALTH rolled-back=$ROLLED_BACK"
`
}

const lastEvent = ({ metrics }: World): unknown => metrics.events.at(-1)
