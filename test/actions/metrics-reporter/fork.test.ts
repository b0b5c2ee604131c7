import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type FakeResults, fakeResults } from '@hardgate/fakes'
import { afterEach, describe, expect, test } from '@jest/globals'
import { newJob, type Stage, type With } from './job.ts'
import { cleanUp, receiver, said } from './receiver.ts'
import { closeWorlds, jobOf, REPORTED, RUN_ID, runMode } from './run-world.ts'
import { newTemp } from './temp.ts'

const open: FakeResults[] = []
afterEach(async () => {
  for (const one of open.splice(0)) await one.close()
  await closeWorlds()
  await cleanUp()
})

const JOB_ID = 50_123_456_789
const HEAD = '9fceb02d0ae598e95dc970b74767f19372d61af8'

/** A job of a pull request from a fork, on GitHub, which gives it no secret. */
async function forkJob(given: With): Promise<{ readonly stage: Stage; readonly results: FakeResults }> {
  const results = await fakeResults({ runId: RUN_ID })
  open.push(results)
  const payload = join(newTemp(), 'event.json')
  const head = { sha: HEAD, ref: 'main', repo: { full_name: 'mallory/sms' } }
  writeFileSync(payload, JSON.stringify({ pull_request: { number: 7, head, base: { ref: 'main' } } }))
  const variables = { ...results.env, GITHUB_EVENT_NAME: 'pull_request', GITHUB_EVENT_PATH: payload }
  const step = newJob(variables).step()
  const all = { 'github-token': '', ...given }
  await step.main(all)
  return { stage: await step.post({ ...all, coverage: '85.29' }), results }
}

const fork = { event: 'pull_request', head_branch: 'main', head_repository: { full_name: 'mallory/sms' } }

describe('acceptance 13: a run from a fork has no secrets', () => {
  test.each([
    ['no endpoint', async () => ({})],
    [
      'an endpoint that refuses it for want of credentials',
      async () => ({ endpoint: (await receiver({ answers: [{ status: 401 }] })).url }),
    ],
  ])('%s: its event becomes an artifact, with one notice and no warning', async (_, given) => {
    const { stage, results } = await forkJob(await given())

    expect(results.uploaded.map(({ name }) => name)).toEqual([`hardgate-metrics-spool-${JOB_ID}`])
    expect(said(stage, 'warning')).toEqual([])
    expect(said(stage, 'notice')).toHaveLength(1)
    expect(said(stage, 'notice')[0]).toContain(`in the artifact "hardgate-metrics-spool-${JOB_ID}"`)
    expect(stage.account).toMatchObject({ outputs: { result: 'spooled' } })
    expect(stage.account.isFailure ?? false).toBe(false)
  })

  test('the reporting run sends it once, with what the job measured and as GitHub knows it, and deletes it', async () => {
    const { results } = await forkJob({})

    const jobs = [jobOf(JOB_ID, 'test', { steps: REPORTED, conclusion: 'failure' })]
    const github = { runs: [{ id: RUN_ID, sha: HEAD, headRepository: 'mallory/sms' }], artifacts: results.artifacts }
    const { events, api } = await runMode({ jobs, run: fork, github })

    const own = events.filter(({ type }) => type === 'ci.job.completed')
    expect(own).toHaveLength(1)
    expect(own[0]).toMatchObject({
      coverage_percent: 85.29,
      status: 'failure', // the job had said success
      duration_seconds: 95,
      vcs: { ref_class: 'pr', fork: true, revision: HEAD },
      reporter: { mode: 'run', trust: 'fork' },
    })
    expect(api.deletedArtifacts).toEqual([1])
  })

  test('a second reporting run of it finds nothing more to send of the job', async () => {
    const { results } = await forkJob({})
    const jobs = [jobOf(JOB_ID, 'test', { steps: REPORTED, conclusion: 'failure' })]
    const github = { runs: [{ id: RUN_ID, sha: HEAD }], artifacts: results.artifacts }
    const first = await runMode({ jobs, run: fork, github })
    const left = results.artifacts.filter((_, index) => !first.api.deletedArtifacts.includes(index + 1))

    const { events } = await runMode({ jobs, run: fork, github: { ...github, artifacts: left } })

    expect(events.map(({ type }) => type)).toEqual(['ci.run.completed'])
  })
})
