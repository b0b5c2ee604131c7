import { execFile, execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { scaledClock, timeWarp } from '@hardgate/local-runner'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { API_KEY, RELEASES, SERVICE_ID, startWorld, type World } from '../../scripts/demo/world.ts'

// nektos/act is a witness that we did not write: the same composite, by another implementation of the runner.
const act = process.env['HARDGATE_ACT']
const root = join(import.meta.dirname, '../..')
const MINUTES = 60_000
/** The actions wait a minute for the replaced release to be gone. */
const TIME_SCALE = 10

const describeWithAct = act === undefined || act === '' ? describe.skip : describe
if (describeWithAct === describe.skip) console.info('HARDGATE_ACT names no act binary: the tests under act are skipped')

describeWithAct('under nektos/act', () => {
  const temp = mkdtempSync(join(tmpdir(), 'act-'))
  const toolkit = join(temp, 'toolkit')
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
      const { isGreen, log } = await runAct(toolkit, '.github/workflows/ci.yml', ['-j', 'guarded-deploy'])

      expect({ isGreen, log: isGreen ? '' : log }).toEqual({ isGreen: true, log: '' })
    },
    3 * MINUTES,
  )

  test(
    'ci.yml runs the demo',
    async () => {
      const { isGreen, log } = await runAct(toolkit, '.github/workflows/ci.yml', ['-j', 'demo'])

      expect({ isGreen, log: isGreen ? '' : log }).toEqual({ isGreen: true, log: '' })
    },
    3 * MINUTES,
  )

  async function runConsumer(name: string, commit: string): Promise<{ isGreen: boolean; log: string }> {
    const consumer = join(temp, name)
    mkdirSync(join(consumer, '.github/workflows'), { recursive: true })
    writeFileSync(join(consumer, '.github/workflows/deploy.yml'), consumerWorkflow(world, commit))
    commitAll(consumer)
    return runAct(consumer, '.github/workflows/deploy.yml', [])
  }

  async function runAct(repository: string, workflow: string, more: readonly string[]) {
    const args = [
      'push',
      '-C',
      repository,
      '-W',
      workflow,
      '-P',
      'ubuntu-24.04=-self-hosted',
      '--rm',
      '--no-cache-server',
    ]
    const caches = ['--action-cache-path', join(temp, 'cache'), '--local-repository', `OWNER/hardgate@v1=${toolkit}`]
    const env = { ...process.env, PATH: `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`, HARDGATE_ACT: '' }
    return promisify(execFile)(act ?? '', [...args, ...caches, ...more], { env, maxBuffer: 100_000_000 }).then(
      ({ stdout, stderr }) => ({ isGreen: true, log: stdout + stderr }),
      (error: { stdout: string; stderr: string }) => ({ isGreen: false, log: error.stdout + error.stderr }),
    )
  }
})

/** What is committed or new here, without node_modules, with `$/` written as act knows it. */
function exportTree(target: string): void {
  const list = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  })
  const files = list.split('\0').filter((file) => file !== '' && existsSync(join(root, file)))
  for (const file of files) cpSync(join(root, file), join(target, file))
  for (const file of files.filter((name) => name.endsWith('.yml'))) {
    const path = join(target, file)
    writeFileSync(path, readFileSync(path, 'utf8').replaceAll(/(uses: *['"]?)\$\/([^\s'",}]*)/g, remoteForm))
  }
  commitAll(target)
}

const remoteForm = (_all: string, uses: string, path: string): string =>
  `${uses}OWNER/hardgate${path === '' ? '' : `/${path}`}@v1`

function commitAll(folder: string): void {
  const git = (...args: string[]) => execFileSync('git', args, { cwd: folder, stdio: 'pipe' })
  git('init', '-q', '-b', 'main')
  git('add', '-A', '-f')
  git('-c', 'user.name=test', '-c', 'user.email=test@example.com', 'commit', '-q', '-m', 'as it is')
}

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
