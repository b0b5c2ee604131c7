import { readFileSync } from 'node:fs'
import { type FakeRender, type FakeRenderOptions, fakeRender, type ServicePlan } from '@hardgate/fakes'
import { type LocalOptions, type LocalRun, runLocally, scaledClock } from '@hardgate/local-runner'
import { afterEach, describe, expect, test } from '@jest/globals'
import { BEFORE, OTHER, SERVICE, WANTED } from './world.ts'

// The built action as a process of its own, in time that passes 200 times faster: a poll every 25 ms.
const SCALE = 200
const KEY = 'rnd_0123456789abcdef'

let render: FakeRender
afterEach(async () => render.close())

async function start(service: Partial<ServicePlan> = {}, options: Partial<FakeRenderOptions> = {}): Promise<void> {
  const services = [{ id: SERVICE, deploys: [{ id: 'dep-before', commit: BEFORE }], ...service }]
  render = await fakeRender({ clock: scaledClock({ scale: SCALE }), apiKey: KEY, services, ...options })
}

function deploy(given: LocalOptions['with'] = {}, options: LocalOptions = {}): Promise<LocalRun> {
  return runLocally('render-deploy', {
    timeScale: SCALE,
    github: { sha: WANTED },
    with: { 'render-api-key': KEY, 'service-id': SERVICE, 'render-api-url': render.url, ...given },
    ...options,
  })
}

test('a good deploy exits 0, with the outputs, the verdict file and a summary', async () => {
  await start()

  const step = await deploy()

  expect([step.exitCode, step.outcome]).toEqual([0, 'success'])
  expect(step.outputs).toMatchObject({
    verdict: 'pass',
    'deploy-id': 'dep-new2',
    status: 'live',
    commit: WANTED,
    cause: '',
  })
  expect(step.outputs['reason']).toMatch(/^1a2b3c4 is live \(dep-new2\)/)
  expect(JSON.parse(readFileSync(step.outputs['verdict-file'] ?? '', 'utf8'))).toMatchObject({
    gate: 'render-deploy',
    outcome: 'pass',
  })
  expect(step.summary).toContain('### api: ✅ deployed')
  expect(step.annotations).toEqual([])
  expect(render.unexpected).toEqual([])
})

test('a failed build exits 1 with one error that says why', async () => {
  await start({
    nextDeploy: {
      stages: [['build_in_progress', 10_000]],
      outcome: 'build_failed',
      reason: { failure: { evicted: false, nonZeroExit: 1 } },
    },
  })

  const step = await deploy()

  expect(step.exitCode).toBe(1)
  expect(step.outputs).toMatchObject({
    verdict: 'fail',
    'deploy-id': 'dep-new2',
    status: 'build_failed',
    cause: 'build: exit 1',
  })
  expect(step.annotations.map(({ level, message }) => [level, message])).toEqual([
    [
      'error',
      '1a2b3c4 did not go live: dep-new2 ended as build_failed (build: exit 1). What served before still serves',
    ],
  ])
})

test('on-inconclusive: warn lets pass what cannot be known, and nothing else', async () => {
  const route = `GET /services/${SERVICE}/deploys/dep-new2`
  await start(
    { nextDeploy: { stages: [['build_in_progress', 1e9]] } },
    { faults: [{ route, status: 503, skip: 1, times: 999 }] },
  )

  const step = await deploy({ timeout: '3m', 'on-inconclusive': 'warn' })

  expect([step.exitCode, step.outputs['verdict']]).toEqual([0, 'inconclusive'])
  expect(step.annotations.at(-1)).toMatchObject({
    level: 'warning',
    message: expect.stringContaining('whether it is live is not known'),
  })
})

describe('a cancelled run', () => {
  test('says that the deploy goes on, keeps its id, and ends at once', async () => {
    await start({ nextDeploy: { stages: [['build_in_progress', 1e9]] } })

    const step = await deploy({}, { cancelWhen: (line) => line.includes('for 1 min') })

    expect(step.exitCode).toBe(130)
    expect(step.outputs).toMatchObject({ verdict: 'no-data', 'deploy-id': 'dep-new2', status: 'build_in_progress' })
    expect(step.outputs['reason']).toMatch(/the deploy goes on in Render, unwatched$/)
  })

  test('a kill while it waits leaves the id as well', async () => {
    await start({ nextDeploy: { stages: [['build_in_progress', 1e9]] } })

    const step = await deploy({}, { timeoutMs: 2000 })

    expect(step.outputs).toMatchObject({ 'deploy-id': 'dep-new2' })
    expect(step.outcome).not.toBe('success')
  })
})

describe('wrong inputs', () => {
  test('without any input one message names all that is missing, and every output is set', async () => {
    await start()

    const step = await runLocally('render-deploy', { github: { sha: WANTED } })

    expect(step.exitCode).toBe(1)
    expect(step.annotations).toHaveLength(1)
    expect(step.annotations[0]?.message).toMatch(/^render-api-key .*\nservice-id /s)
    expect(Object.keys(step.outputs).toSorted()).toEqual([
      'cause',
      'commit',
      'deploy-id',
      'reason',
      'status',
      'verdict',
      'verdict-file',
    ])
    expect(step.outputs['verdict']).toBe('no-data')
    expect(render.requests).toEqual([])
  })

  test('an unknown name is an error with the nearest one', async () => {
    await start()

    const step = await deploy({ comit: OTHER })

    expect(step.log).toContain('Did you mean commit?')
    expect(render.requests).toEqual([])
  })

  test('an input that arrives empty takes its default', async () => {
    await start()

    const step = await deploy({
      commit: '',
      start: '',
      timeout: '',
      'clear-cache': '',
      'image-url': '',
      'on-inconclusive': '',
    })

    expect(step.outputs).toMatchObject({ verdict: 'pass', commit: WANTED })
  })
})

test('trap 20, acceptance 20: no key in any text, although the server returns it in every form', async () => {
  const hookKey = 'h00k+key/0123456789'
  const body = { message: [KEY, Buffer.from(KEY).toString('base64'), hookKey, encodeURIComponent(hookKey)].join(' | ') }
  await start({ hookKey }, { faults: [{ route: `POST /deploy/${SERVICE}`, status: 400, body }] })

  const step = await deploy({
    start: 'hook',
    'deploy-hook-url': render.hookUrl(SERVICE).replace(hookKey, encodeURIComponent(hookKey)),
  })

  const raw = step.rawOut.replaceAll(/^::add-mask::.*$/gm, '')
  const texts = [
    raw,
    step.summary,
    JSON.stringify(step.outputs),
    readFileSync(step.outputs['verdict-file'] ?? '', 'utf8'),
  ].join('\n')
  for (const secret of [KEY, hookKey]) {
    for (const form of [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64')])
      expect(texts).not.toContain(form)
  }
  expect(step.masks).toEqual(expect.arrayContaining([KEY, hookKey]))
})

test('a commit message with commands in it is text in log and summary', async () => {
  const message = 'x\n::error::owned\n##[error]owned <img src=x> @octo | `'
  await start({ deploys: [] })
  render.deploy(SERVICE, { commit: { id: WANTED, message }, trigger: 'new_commit', stages: [] })

  const step = await deploy({ start: 'none' })

  expect(step.outputs['verdict']).toBe('pass')
  expect(step.annotations).toEqual([])
  expect(step.summary).not.toContain('<img')
})
