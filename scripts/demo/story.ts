import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { styleText } from 'node:util'
import type { Release } from '@hardgate/fakes'
import { type JobRun, runJob, scaledClock } from '@hardgate/local-runner'
import { testUnderLoad } from './load.ts'
import { drawMarkdown } from './terminal-markdown.ts'
import { API_KEY, RELEASES, SERVICE_ID, startWorld, type World } from './world.ts'

/** The waits are the real ones; a minute of them takes three seconds. */
const TIME_SCALE = 20
const BUILD_MS = 20_000
const isColoured = process.stdout.isTTY && process.env['NO_COLOR'] === undefined

type Style = Parameters<typeof styleText>[0]
const paint = (style: Style, text: string): string => (isColoured ? styleText(style, text) : text)
const say = (text = ''): void => console.log(text)

interface Ending {
  readonly name: string
  readonly isAsExpected: boolean
  readonly line: string
}

/** Returns the exit status: 0 when all releases ended as they must. */
export async function tellStory({ isQuiet }: { readonly isQuiet: boolean }): Promise<0 | 1> {
  const startedAt = Date.now()
  const folder = mkdtempSync(join(tmpdir(), 'hardgate-demo-'))
  const world = await startWorld({ clock: scaledClock({ scale: TIME_SCALE }), buildMs: BUILD_MS })
  try {
    introduce(world)
    const good = await ship('1. A good release', RELEASES.good, world, { folder, isQuiet })
    const slow = await ship('2. A slow release', RELEASES.slow, world, { folder, isQuiet })
    const slowEnding = judgeSlow(slow, world)
    const bad = await ship('3. A bad release', RELEASES.bad, world, { folder, isQuiet })
    const endings = [judgeGood(good, world), slowEnding, judgeBad(bad, world)]
    conclude(endings, { world, folder, seconds: (Date.now() - startedAt) / 1000 })
    return endings.every(({ isAsExpected }) => isAsExpected) ? 0 : 1
  } finally {
    await world.close()
  }
}

function introduce({ service, render, slack, metrics }: World): void {
  say(paint('bold', 'hardgate: a deploy that is guarded end to end'))
  say(`
Everything runs on this machine, on loopback:
  the service             ${service.url}   release ${RELEASES.before.commit.slice(0, 7)} serves
  Render's API (a fake)   ${render.url}
  Slack webhook (a fake)  ${slack.url}
  metrics endpoint        ${metrics.url}

The steps are the ones that a workflow gets with "uses: OWNER/hardgate@v1": the same bundles, run as the
runner runs them. Time passes ${TIME_SCALE} times faster in them: a wait of 60 s takes ${60 / TIME_SCALE} s.`)
}

async function ship(
  title: string,
  release: Release,
  world: World,
  { folder, isQuiet }: { readonly folder: string; readonly isQuiet: boolean },
): Promise<JobRun> {
  say(`\n${paint('bold', title)}: commit ${release.commit.slice(0, 7)} is put under load, and deployed if it holds\n`)
  const workspace = mkdtempSync(join(folder, 'workspace-'))
  await testUnderLoad(release, join(workspace, 'load.jtl'))
  const run = await runJob({
    workspace,
    local: { 'OWNER/hardgate': join(import.meta.dirname, '../..') },
    timeScale: TIME_SCALE,
    github: { sha: release.commit, repository: 'acme/api', event_name: 'push', ref: 'refs/heads/main' },
    env: { GITHUB_JOB: 'deploy', GITHUB_WORKFLOW: 'Deploy' },
    onLine: (line) => {
      if (!isQuiet && line.trim() !== '') say(line.replaceAll(/^/gm, `  ${paint('dim', '│')} `))
    },
    steps: [
      { id: 'load', name: 'performance gate', uses: '$/actions/perf-threshold-gate', with: { report: 'load.jtl' } },
      { id: 'deploy', name: 'guarded deploy', uses: '$/', with: settings(world) },
    ],
  })
  const file = join(folder, `summary-${release.commit.slice(0, 7)}.md`)
  writeFileSync(file, run.summary)
  say(`\n${paint('bold', 'The job summary, as it stands on the page of the run')} (${file})\n`)
  say(drawMarkdown(run.summary, isColoured).replaceAll(/^/gm, '  '))
  return run
}

function settings({ service, render, slack, metrics }: World): Record<string, string> {
  return {
    'render-api-key': API_KEY,
    'render-api-url': render.url,
    'service-id': SERVICE_ID,
    'base-url': service.url,
    'slack-webhook-url': slack.url,
    'slack-mention': '<!here>',
    'metrics-url': metrics.url,
  }
}

function judgeGood(run: JobRun, { service }: World): Ending {
  const serving = service.serving().commit
  return {
    name: 'good release',
    isAsExpected: run.conclusion === 'success' && serving === RELEASES.good.commit,
    line: `the job is ${run.conclusion}; ${serving.slice(0, 7)} serves`,
  }
}

function judgeSlow(run: JobRun, { service, render }: World): Ending {
  const serving = service.serving().commit
  const p95 = run.steps['load']?.outputs['p95'] ?? ''
  const deploys = render.deploys(SERVICE_ID).filter(({ commit }) => commit?.id === RELEASES.slow.commit)
  return {
    name: 'slow release',
    isAsExpected:
      run.conclusion === 'failure' &&
      run.steps['load']?.outputs['verdict'] === 'fail' &&
      serving === RELEASES.good.commit &&
      deploys.length === 0,
    line: `the job is ${run.conclusion} (p95 ${p95} ms); nothing was deployed, ${serving.slice(0, 7)} serves`,
  }
}

function judgeBad(run: JobRun, { service, slack, metrics }: World): Ending {
  const serving = service.serving().commit
  const outcome = run.steps['deploy']?.outputs['outcome'] ?? ''
  const told = slack.messages.length
  const reported = metrics.events.length
  return {
    name: 'bad release',
    isAsExpected:
      run.conclusion === 'failure' &&
      serving === RELEASES.good.commit &&
      outcome === 'rolled-back' &&
      told === 1 &&
      reported === 2,
    line: `the job is ${run.conclusion} (${outcome}); ${serving.slice(0, 7)} serves again; Slack was told ${told} time; ${reported} build events were reported`,
  }
}

const slackText = ({ slack }: World): string =>
  slack.messages.map(({ text }) => (typeof text === 'string' ? text : '')).join('\n  ')

interface Conclusion {
  readonly world: World
  readonly folder: string
  readonly seconds: number
}

function conclude(endings: readonly Ending[], { world, folder, seconds }: Conclusion): void {
  say(`\n${paint('bold', 'What happened')}`)
  for (const { name, isAsExpected, line } of endings) {
    say(`  ${isAsExpected ? paint('green', '✓') : paint('red', '✗')} ${name}: ${line}`)
  }
  say(`\n${paint('bold', 'What Slack was told')}\n  ${slackText(world)}`)
  say(`
${paint('bold', 'Where to look next')}
  ${folder.padEnd(49)}  the job summaries as Markdown
  README.md                                          the ten lines that do this for your own service
  actions/perf-threshold-gate/README.md              how sure a p95 is, and from which tool's report
  actions/health-check-with-retry/README.md          why a release is called healthy, stale, blocked …
  actions/render-rollback-on-failure/README.md       which deploy is rolled back to, and when none is

Done in ${seconds.toFixed(0)} s.`)
}
