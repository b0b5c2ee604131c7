import { request } from '@hardgate/http'
import { type RenderClient, RenderError, renderClient } from '@hardgate/render'
import { afterEach, describe, expect, test } from '@jest/globals'
import { A, closeWorlds, SERVICE, type World, world } from './world.ts'

afterEach(closeWorlds)

async function failure(action: Promise<unknown>): Promise<RenderError> {
  const error = await action.then(
    () => undefined,
    (problem: unknown) => problem,
  )
  if (error instanceof RenderError) return error
  throw new Error('expected a RenderError')
}

describe('reading', () => {
  test('a service is read with its own word for auto-deploy', async () => {
    const { client } = await world({
      service: { autoDeployTrigger: 'checksPass', suspended: 'suspended', suspenders: ['billing'] },
    })

    expect(await client.getService(SERVICE)).toMatchObject({
      name: 'api',
      autoDeploy: 'checksPass',
      isSuspended: true,
      suspenders: ['billing'],
      isInMaintenance: false,
      url: 'https://api.onrender.com',
      healthCheckPath: '/healthz',
    })
  })

  test('an older service without a trigger shows yes or no', async () => {
    const { client } = await world({ service: { hasNoTrigger: true } })

    expect((await client.getService(SERVICE)).autoDeploy).toBe('yes')
  })

  test('trap 4: deploys are sorted by creation although the server lists them otherwise', async () => {
    const { client } = await world({ service: { reversesPages: true } })

    const { deploys, isWhole } = await client.listDeploys(SERVICE)

    expect(deploys.map(({ id }) => id)).toEqual(['dep-b', 'dep-a'])
    expect(isWhole).toBe(true)
  })

  test('an image has no commit, and that is no error', async () => {
    const image = { ref: 'docker.io/octo/api:latest', sha: 'sha256:0a1b' }
    const { client } = await world({
      service: { imagePath: image.ref, deploys: [{ id: 'dep-i', commit: null, image }] },
    })

    const deploy = await client.getDeploy(SERVICE, 'dep-i')

    expect(deploy).not.toHaveProperty('commit')
    expect(deploy.image).toEqual(image)
  })

  test.each([
    ['no list', { message: 'ok' }],
    ['a deploy without an id', [{ deploy: { status: 'live', createdAt: '2026-03-01T12:00:00Z' }, cursor: 'x' }]],
    ['a deploy without a time', [{ deploy: { id: 'dep-a', status: 'live', createdAt: 'soon' }, cursor: 'x' }]],
  ])('%s is an error, not an empty history', async (_, body) => {
    const { client } = await world({ faults: [{ route: `GET /services/${SERVICE}/deploys`, status: 200, body }] })

    expect((await failure(client.listDeploys(SERVICE))).kind).toBe('unreadable')
  })

  test('a status that is missing reads as no status', async () => {
    const body = { id: 'dep-b', createdAt: '2026-03-01T12:00:00Z', commit: null }
    const { client } = await world({ faults: [{ route: `GET /services/${SERVICE}/deploys/dep-b`, status: 200, body }] })

    expect((await client.getDeploy(SERVICE, 'dep-b')).status).toBe('')
  })
})

describe('trap 10, acceptance 4: pages', () => {
  const many = (count: number) => Array.from({ length: count }, (_, index) => ({ id: `dep-${index + 1}`, commit: A }))

  test('250 deploys are three pages, read until the one that is wanted', async () => {
    const { client, asked } = await world({ service: { deploys: many(250) } })

    const { deploys } = await client.listDeploys(SERVICE, { until: (read) => read.some(({ id }) => id === 'dep-20') })

    expect(deploys).toHaveLength(250)
    expect(asked()).toEqual(['GET /deploys', 'GET /deploys', 'GET /deploys'])
  })

  test('reading ends with the page that has what is wanted', async () => {
    const { client, asked } = await world({ service: { deploys: many(250) } })

    const { deploys, isWhole } = await client.listDeploys(SERVICE, {
      until: (read) => read.some(({ id }) => id === 'dep-240'),
    })

    expect([deploys.length, isWhole, asked().length]).toEqual([100, false, 1])
  })

  test('a server that repeats its cursor ends, and no deploy counts twice', async () => {
    const { client, asked } = await world({ service: { deploys: many(150), repeatsCursor: true } })

    const { deploys } = await client.listDeploys(SERVICE)

    expect([deploys.length, asked().length]).toEqual([100, 2])
  })

  test('ten pages are the most', async () => {
    const { client, asked } = await world({ service: { deploys: many(1100) } })

    const { deploys, isWhole } = await client.listDeploys(SERVICE)

    expect([deploys.length, isWhole, asked().length]).toEqual([1000, false, 10])
  })
})

describe('writing', () => {
  test('auto-deploy is set by a string, and the answer shows it', async () => {
    const { client, render } = await world()

    const { autoDeploy } = await client.patchAutoDeploy(SERVICE, { autoDeployTrigger: 'off' })

    expect(autoDeploy).toBe('off')
    expect(render.requests[0]?.body).toEqual({ autoDeployTrigger: 'off' })
  })

  test('events name their start, so that those before the last hour are found', async () => {
    const events = [{ type: 'auto_deploy_disabled', minutesAgo: 600, details: { fromTrigger: 'checksPass' } }]
    const { client, clock } = await world({ service: { events } })

    const since = new Date(clock.now().getTime() - 86_400_000)
    const found = await client.listEvents(SERVICE, { types: ['auto_deploy_disabled'], since })

    expect(found.map(({ details }) => details)).toEqual([{ fromTrigger: 'checksPass' }])
  })

  test('a deploy is cancelled by its id', async () => {
    const stages = [['build_in_progress', 60_000]] as const
    const { client } = await world({ service: { deploys: [{ id: 'dep-n', commit: A, stages }] } })

    expect((await client.cancelDeploy(SERVICE, 'dep-n')).status).toBe('canceled')
    expect(await failure(client.cancelDeploy(SERVICE, 'dep-n'))).toMatchObject({ kind: 'refused', status: 400 })
  })
})

describe('acceptance 8: waits and repeats', () => {
  const route = `GET /services/${SERVICE}`
  const epoch = String(Date.parse('2026-03-01T12:00:02Z') / 1000)

  test.each([
    ['Retry-After: 2', { 'retry-after': '2' }],
    ['RateLimit-Reset: 2', { 'ratelimit-reset': '2' }],
    ['a reset in seconds of the epoch', { 'ratelimit-reset': epoch }],
    ['Retry-After before RateLimit-Reset', { 'retry-after': '2', 'ratelimit-reset': '50' }],
  ])('429 with %s waits 2 s', async (_, headers) => {
    const { client, clock } = await world({ faults: [{ route, status: 429, headers }] })

    await client.getService(SERVICE)

    expect(clock.waits).toEqual([2000])
  })

  test('a POST that was refused with 429 goes again', async () => {
    const { client, clock, render } = await world({
      faults: [{ route: `POST /services/${SERVICE}/rollback`, status: 429, headers: { 'retry-after': '7' } }],
    })

    await client.postRollback(SERVICE, 'dep-a')

    expect(clock.waits).toEqual([7000])
    expect(render.deploys(SERVICE)).toHaveLength(3)
  })

  test.each([500, 502, 503])('a GET that is answered with %i goes again', async (status) => {
    const { client, clock } = await world({ faults: [{ route, status, times: 2 }] })

    expect((await client.getService(SERVICE)).id).toBe(SERVICE)
    expect(clock.waits).toEqual([1000, 2000])
  })

  test('a GET whose connection was closed goes again', async () => {
    const { client, asked } = await world({ faults: [{ route, close: 'before' }] })

    await client.getService(SERVICE)

    expect(asked()).toHaveLength(2)
  })

  test.each([{ status: 500 }, { close: 'before' }, { close: 'after' }] as const)(
    'a POST after %j does not go again',
    async (fault) => {
      const { client, asked } = await world({
        faults: [{ route: `POST /services/${SERVICE}/deploys`, ...fault, times: 9 }],
      })

      const error = await failure(client.postDeploy(SERVICE, { commitId: A }))

      expect(error.mayHaveHappened).toBe(true)
      expect(asked()).toEqual(['POST /deploys'])
    },
  )

  test('a POST to a port where nobody listens was not sent, so it goes again', async () => {
    const { client, clock, render } = await world()
    await render.close()

    const error = await failure(client.postRollback(SERVICE, 'dep-a'))

    expect(error).toMatchObject({ kind: 'unreachable', mayHaveHappened: false, code: 'ECONNREFUSED' })
    expect(clock.waits).toEqual([1000, 2000, 4000, 8000, 16_000])
  })

  test('a longer wait than two minutes is not begun, and the error says what Render asked for', async () => {
    const { client, clock } = await world({ faults: [{ route, status: 429, headers: { 'retry-after': '600' } }] })

    expect(await failure(client.getService(SERVICE))).toMatchObject({
      kind: 'busy',
      status: 429,
      retryAfterMs: 600_000,
    })
    expect(clock.waits).toEqual([])
  })

  test('a refusal is not repeated', async () => {
    const { client, asked } = await world()

    expect(await failure(client.postRollback(SERVICE, 'dep-none'))).toMatchObject({
      kind: 'refused',
      status: 404,
      mayHaveHappened: false,
    })
    expect(asked()).toEqual(['POST /rollback'])
  })
})

describe('acceptance 16, trap 20: what an error says', () => {
  const withKey = ({ render, clock }: World, apiKey: string, secrets: string[] = []): RenderClient =>
    renderClient({ request, clock, apiKey, baseUrl: render.url, secrets })

  test('401 says that it is the key, and asks once', async () => {
    const here = await world()

    const error = await failure(withKey(here, 'rnd_wrong').getService(SERVICE))

    expect(error).toMatchObject({ kind: 'auth', status: 401 })
    expect(error.message).toBe(
      'Reading the service: Render answered 401: "Unauthorized". The API key is wrong, was revoked, or its user may not do this',
    )
    expect(here.asked()).toHaveLength(1)
  })

  test('a 502 that is HTML is told without its tags', async () => {
    const body = '<html><body><h1>502</h1>\n<p>Bad\u001b[31m gateway</p></body></html>'
    const { client } = await world({ faults: [{ route: `POST /services/${SERVICE}/rollback`, status: 502, body }] })

    const error = await failure(client.postRollback(SERVICE, 'dep-a'))

    expect(error).toMatchObject({ kind: 'server', status: 502, mayHaveHappened: true })
    expect(error.message).toBe('Rolling back to dep-a: Render answered 502: "502 Bad gateway"')
  })

  test('200 that is HTML is no answer', async () => {
    const { client } = await world({
      faults: [{ route: `GET /services/${SERVICE}`, status: 200, body: '<html>login</html>' }],
    })

    expect((await failure(client.getService(SERVICE))).kind).toBe('unreadable')
  })

  test('a long message is cut at 300 characters, and its code is kept', async () => {
    const body = { message: 'x'.repeat(5000), code: 'too_long' }
    const { client } = await world({ faults: [{ route: `GET /services/${SERVICE}`, status: 400, body }] })

    const error = await failure(client.getService(SERVICE))

    expect(error.code).toBe('too_long')
    expect(error.message).toBe(`Reading the service: Render answered 400: "${'x'.repeat(299)}…"`)
  })

  test('a workflow command in an answer is none in the error', async () => {
    const body = 'a\n::error::b ##[error]c'
    const { client } = await world({ faults: [{ route: `GET /services/${SERVICE}`, status: 400, body }] })

    const { message } = await failure(client.getService(SERVICE))

    expect(message).not.toMatch(/\n|##\[/)
  })

  test.each([
    ['as it is', 'rnd_s3cr3t+/key'],
    ['URL-encoded', encodeURIComponent('rnd_s3cr3t+/key')],
    ['in base64', Buffer.from('rnd_s3cr3t+/key').toString('base64')],
  ])('a key that comes back %s is hidden', async (_, echoed) => {
    const here = await world({
      apiKey: 'rnd_s3cr3t+/key',
      faults: [{ route: `GET /services/${SERVICE}`, status: 400, body: { message: `bad header: ${echoed}!` } }],
    })

    const { message } = await failure(withKey(here, 'rnd_s3cr3t+/key').getService(SERVICE))

    expect(message).toBe('Reading the service: Render answered 400: "bad header: ***!"')
  })

  test('the key of a hook that comes back is hidden, and the evidence has no query', async () => {
    const here = await world({
      service: { hookKey: 'h00kKey' },
      faults: [{ route: `POST /deploy/${SERVICE}`, status: 400, body: 'no h00kKey' }],
    })
    const client = withKey(here, 'rnd_test', ['h00kKey'])

    const { message } = await failure(
      client.postHook({ url: here.render.hookUrl(SERVICE), path: `/deploy/${SERVICE}` }),
    )

    expect(message).toBe('Calling the deploy hook: Render answered 400: "no ***"')
    expect(client.requests).toEqual([{ method: 'POST', path: `/deploy/${SERVICE}`, status: 400, ms: 0 }])
  })

  test('the API key is not sent to a hook', async () => {
    const { client, render } = await world()

    await client.postHook({ url: render.hookUrl(SERVICE), path: `/deploy/${SERVICE}` })

    expect(render.requests[0]?.headers).not.toHaveProperty('authorization')
  })

  test('an interrupted request says so', async () => {
    const { render, clock } = await world({ faults: [{ route: `GET /services/${SERVICE}`, hang: 'before' }] })
    const client = renderClient({
      request,
      clock,
      apiKey: 'rnd_test',
      baseUrl: render.url,
      signal: AbortSignal.timeout(30),
    })

    expect((await failure(client.getService(SERVICE))).kind).toBe('aborted')
  })

  test('every request is recorded, also one without an answer', async () => {
    const { client } = await world({ faults: [{ route: `GET /services/${SERVICE}`, close: 'before' }] })

    await client.getService(SERVICE)
    await client.getDeploy(SERVICE, 'dep-b')

    expect(client.requests.map(({ method, path, status }) => `${method} ${path} ${status}`)).toEqual([
      `GET /services/${SERVICE} 0`,
      `GET /services/${SERVICE} 200`,
      `GET /services/${SERVICE}/deploys/dep-b 200`,
    ])
  })
})
