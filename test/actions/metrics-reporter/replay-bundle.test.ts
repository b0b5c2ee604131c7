import { type FakeArtifact, type FakeGitHub, type FakeResults, fakeGitHub, fakeResults } from '@hardgate/fakes'
import { runLocally } from '@hardgate/local-runner'
import { afterEach, expect, test } from '@jest/globals'
import { cleanUp, receiver } from './receiver.ts'

// The committed bundle, from an outage in a job to the replay in a scheduled workflow.

const open: (FakeResults | FakeGitHub)[] = []

afterEach(async () => {
  for (const one of open.splice(0)) await one.close()
  await cleanUp()
})

const RUN_ID = 17_654_321_098
const TOKEN = 'whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY='

async function service(runId: number): Promise<FakeResults> {
  const results = await fakeResults({ runId })
  open.push(results)
  return results
}

/** A job whose endpoint is down. */
async function failingJob(results: FakeResults) {
  const down = await receiver({ answers: [{ status: 503 }] })
  const given = { endpoint: down.url, token: TOKEN, attempts: '1', 'github-token': '' }
  const github = { repository: 'acme/sms', run_id: String(RUN_ID), run_attempt: '2', ref: 'refs/heads/topic' }
  return runLocally('metrics-reporter', { with: given, github, env: results.env, job: { check_run_id: '50123456789' } })
}

async function replayJob(
  artifacts: readonly FakeArtifact[],
  endpoint: string,
  more: { readonly mayWrite?: boolean } = {},
) {
  const runs = [{ id: RUN_ID, sha: 'a'.repeat(40), branch: 'topic' }]
  const api = await fakeGitHub({ repository: 'acme/sms', token: 'ghs_replay', runs, artifacts, ...more })
  open.push(api)
  const results = await service(99)
  const given = { mode: 'replay', endpoint, token: TOKEN, 'github-token': 'ghs_replay' }
  const github = { repository: 'acme/sms', event_name: 'schedule', api_url: api.url }
  return { api, step: await runLocally('metrics-reporter', { with: given, github, env: results.env }) }
}

test('what an outage left in an artifact arrives with the replay, signed, once, and is deleted', async () => {
  const results = await service(RUN_ID)
  const failing = await failingJob(results)
  const up = await receiver({ secret: TOKEN })

  const { api, step } = await replayJob(results.artifacts, up.url)

  expect(results.uploaded.map(({ name }) => name)).toEqual(['hardgate-metrics-spool-50123456789'])
  expect(failing.posts[0]?.log).toContain('in the artifact "hardgate-metrics-spool-50123456789" for 7 days')
  expect(step.exitCode).toBe(0)
  expect(step.outputs).toMatchObject({ result: 'delivered' })
  expect(up.events).toMatchObject([{ type: 'ci.job.completed', job: { id: '50123456789' }, status: 'success' }])
  expect(up.requests.flatMap(({ flaws }) => flaws)).toEqual([])
  expect(api.deletedArtifacts).toEqual([1])
  expect(api.unexpected).toEqual([])
})

test('acceptance 15: neither token nor signed address of the artifact is in a log, a summary or the artifact', async () => {
  const results = await service(RUN_ID)
  const { log, summary, posts } = await failingJob(results)

  const texts = [log, summary, ...posts.flatMap((post) => [post.log, post.summary])]
  const [uploaded] = results.uploaded
  for (const secret of [results.signature, results.env['ACTIONS_RUNTIME_TOKEN'] ?? '', TOKEN, TOKEN.slice(6)]) {
    for (const text of texts) expect(text).not.toContain(secret)
    expect(uploaded?.archive.toString('latin1')).not.toContain(secret)
  }
  expect(results.requests.map(({ path }) => path.split('/').at(-1))).toEqual(['CreateArtifact', 'FinalizeArtifact'])
  expect(results.storeRequests).toHaveLength(1)
})

test('a replay without "actions: write" says so, and the job stays green', async () => {
  const results = await service(RUN_ID)
  await failingJob(results)
  const up = await receiver()

  const { step } = await replayJob(results.artifacts, up.url, { mayWrite: false })

  expect(step.exitCode).toBe(0)
  expect(step.annotations.map(({ level }) => level)).toEqual(['warning'])
  expect(step.annotations[0]?.message).toContain('"permissions: actions: write"')
})
