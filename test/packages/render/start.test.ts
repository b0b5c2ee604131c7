import type { FakeRenderOptions } from '@hardgate/fakes'
import { RenderError, rollBack, startByHook, startDeploy } from '@hardgate/render'
import { afterEach, describe, expect, test } from '@jest/globals'
import { A, B, C, closeWorlds, SERVICE, type World, type WorldOptions, world } from './world.ts'

afterEach(closeWorlds)

const ROLLBACK = `POST /services/${SERVICE}/rollback`
const posts = ({ asked }: World, path: string): number => asked().filter((one) => one === `POST ${path}`).length

describe('trap 8, acceptance 7 and 8: rolling back once', () => {
  async function rollingBack(
    options: WorldOptions,
  ): Promise<{ here: World; started: () => ReturnType<typeof rollBack> }> {
    const here = await world(options)
    const { deploys } = await here.client.listDeploys(SERVICE)
    const target = deploys.find(({ id }) => id === 'dep-a')
    if (target === undefined) throw new Error('no target')
    const knownIds = new Set(deploys.map(({ id }) => id))
    return { here, started: () => rollBack(here, { serviceId: SERVICE, target, knownIds }) }
  }

  test('201 shows the new deploy', async () => {
    const { here, started } = await rollingBack({})

    expect(await started()).toMatchObject({
      deploy: { id: 'dep-new3', trigger: 'rollback', commit: { id: A } },
      wasFound: false,
    })
    expect(here.render.requests.at(-1)?.body).toEqual({ deployId: 'dep-a' })
  })

  test.each([
    ['the socket is closed after it was accepted', { close: 'after' }],
    ['a gateway answers 502 although it was accepted', { status: 502, hasEffect: true }],
    ['201 comes with HTML', { status: 201, hasEffect: true, body: '<html>' }],
  ] as const)('%s: the deploy is adopted, no second POST', async (_, fault) => {
    const { here, started } = await rollingBack({ faults: [{ route: ROLLBACK, ...fault }] })

    const { deploy, wasFound } = await started()

    expect([deploy.id, wasFound]).toEqual(['dep-new3', true])
    expect(posts(here, '/rollback')).toBe(1)
    expect(here.render.requests.at(-1)?.query.get('createdAfter')).toBe('2026-03-01T11:59:30.000Z')
  })

  test('no answer in time: the deploy is adopted', async () => {
    const { here, started } = await rollingBack({ requestTimeoutMs: 80, faults: [{ route: ROLLBACK, hang: 'after' }] })

    expect((await started()).deploy.id).toBe('dep-new3')
    expect(posts(here, '/rollback')).toBe(1)
  })

  test('a 500 is followed by a second POST only when 30 s show no new rollback', async () => {
    const { here, started } = await rollingBack({ faults: [{ route: ROLLBACK, status: 500 }] })

    const { deploy, wasFound } = await started()

    expect([deploy.id, wasFound]).toEqual(['dep-new3', false])
    expect(posts(here, '/rollback')).toBe(2)
    expect(here.clock.monotonic()).toBe(30_000)
    expect(here.asked().slice(1, -1)).toEqual(['POST /rollback', ...Array.from({ length: 11 }, () => 'GET /deploys')])
  })

  test('a rollback that is listed late is adopted too', async () => {
    const onRequest: FakeRenderOptions['onRequest'] = ({ method }, render) => {
      const lists = render.requests.filter((request) => request.path.endsWith('/deploys')).length
      const isLate = method === 'GET' && lists === 5 && render.deploys(SERVICE).length === 2
      if (isLate) render.deploy(SERVICE, { id: 'dep-late', commit: A, trigger: 'rollback' })
    }
    const { here, started } = await rollingBack({ faults: [{ route: ROLLBACK, status: 500 }], onRequest })

    expect((await started()).deploy.id).toBe('dep-late')
    expect(posts(here, '/rollback')).toBe(1)
  })

  test('a third POST never comes', async () => {
    const { here, started } = await rollingBack({ faults: [{ route: ROLLBACK, status: 500, times: 9 }] })

    await expect(started()).rejects.toMatchObject({ kind: 'server', mayHaveHappened: true })
    expect(posts(here, '/rollback')).toBe(2)
  })

  test('the second POST may lose its answer as well', async () => {
    const faults = [
      { route: ROLLBACK, status: 500 },
      { route: ROLLBACK, close: 'after' },
    ] as const
    const { here, started } = await rollingBack({ faults })

    expect((await started()).deploy.id).toBe('dep-new3')
    expect(posts(here, '/rollback')).toBe(2)
  })

  test('a rollback that was there before, or that serves another release, is not adopted', async () => {
    const deploys = [
      { id: 'dep-a', commit: A },
      { id: 'dep-c', commit: C },
      { id: 'dep-old', commit: A, trigger: 'rollback', minutesAgo: 0.1 },
      { id: 'dep-b', commit: B, minutesAgo: 0.05 },
    ]
    const onRequest: FakeRenderOptions['onRequest'] = ({ path }, render) => {
      const isFirst = path.endsWith('/rollback') && render.deploys(SERVICE).length === 4
      if (!isFirst) return
      render.deploy(SERVICE, { id: 'dep-foreign', commit: C, trigger: 'rollback', stages: [] })
      render.deploy(SERVICE, { id: 'dep-api', commit: A, trigger: 'api', stages: [] })
    }
    const { started } = await rollingBack({
      service: { deploys },
      faults: [{ route: ROLLBACK, status: 500 }],
      onRequest,
    })

    expect((await started()).deploy.id).toBe('dep-new7')
  })

  test('where the list cannot be read it is not known, so there is no second POST', async () => {
    const { here, started } = await rollingBack({
      faults: [
        { route: ROLLBACK, close: 'after' },
        { route: `GET /services/${SERVICE}/deploys`, skip: 1, status: 401 },
      ],
    })

    const error = await started().catch((problem: unknown) => problem)

    expect(error).toMatchObject({ kind: 'auth', mayHaveHappened: true })
    expect(posts(here, '/rollback')).toBe(1)
  })

  test.each([400, 401, 403, 404, 409, 410])('%i is thrown at once: nothing happened', async (status) => {
    const { here, started } = await rollingBack({ faults: [{ route: ROLLBACK, status }] })

    await expect(started()).rejects.toMatchObject({ status, mayHaveHappened: false })
    expect(here.clock.waits).toEqual([])
  })
})

describe('trap 9: starting a deploy', () => {
  test('201 shows the deploy, and the commit was asked for', async () => {
    const here = await world()

    const { deploy, wasFound } = await startDeploy(here, SERVICE, { commitId: C })

    expect([deploy.commit?.id, deploy.trigger, wasFound]).toEqual([C, 'api', false])
    expect(here.render.requests.map(({ body }) => body)).toEqual([{ commitId: C }])
  })

  test('202 without a body: the queued deploy is found by its commit, whatever its status', async () => {
    const here = await world()
    here.render.deploy(SERVICE, { commit: A })

    const { deploy, wasFound } = await startDeploy(here, SERVICE, { commitId: C.slice(0, 8), clearCache: true })

    expect([deploy.commit?.id, deploy.status, wasFound]).toEqual([C.slice(0, 8), 'queued', true])
    expect(here.render.requests.map(({ method, body, query }) => [method, body, query.get('createdAfter')])).toEqual([
      ['POST', { commitId: C.slice(0, 8), clearCache: 'clear' }, null],
      ['GET', undefined, '2026-03-01T11:59:50.000Z'],
    ])
  })

  test('202 for a deploy that has gone live already', async () => {
    const here = await world({ service: { nextDeploy: { answer: 202, stages: [] } } })

    expect((await startDeploy(here, SERVICE, { commitId: C })).deploy.status).toBe('live')
  })

  test('an older deploy of the same commit is not taken for the new one', async () => {
    const deploys = [{ id: 'dep-old', commit: C, minutesAgo: 0.5 }]
    const here = await world({ service: { deploys, nextDeploy: { answer: 202 } } })

    expect((await startDeploy(here, SERVICE, { commitId: C })).deploy.id).toBe('dep-new2')
  })

  test('an older one is not taken where the server does not filter by time', async () => {
    const old = { id: 'dep-old', status: 'live', createdAt: '2026-03-01T11:59:49Z', commit: { id: C } }
    const body = [{ deploy: old, cursor: 'x' }]
    const faults = [{ route: `GET /services/${SERVICE}/deploys`, status: 200, body }]
    const here = await world({ service: { nextDeploy: { answer: 202 } }, faults })

    expect((await startDeploy(here, SERVICE, { commitId: C })).deploy.id).toBe('dep-new3')
  })

  test('202 and no deploy in 30 s is an error that says what may hide it', async () => {
    const here = await world({ faults: [{ route: `POST /services/${SERVICE}/deploys`, status: 202, body: '' }] })

    const error = await startDeploy(here, SERVICE, { commitId: C }).catch((problem: unknown) => problem)

    expect(error).toBeInstanceOf(RenderError)
    expect(error).toMatchObject({ mayHaveHappened: true, message: expect.stringContaining('A wrong clock') })
    expect(here.clock.monotonic()).toBe(30_000)
  })

  test('a lost answer is looked up and never sent again', async () => {
    const here = await world({ faults: [{ route: `POST /services/${SERVICE}/deploys`, close: 'after' }] })

    expect((await startDeploy(here, SERVICE, { commitId: C })).deploy.id).toBe('dep-new3')
    expect(posts(here, '/deploys')).toBe(1)
  })

  test('a lost answer to a deploy that never came is the error of the POST', async () => {
    const here = await world({ faults: [{ route: `POST /services/${SERVICE}/deploys`, close: 'before' }] })

    await expect(startDeploy(here, SERVICE, { commitId: C })).rejects.toMatchObject({
      kind: 'unreachable',
      mayHaveHappened: true,
    })
    expect(posts(here, '/deploys')).toBe(1)
  })

  test('an image is found by its digest', async () => {
    const digest = `sha256:${'0d'.repeat(32)}`
    const imageUrl = `docker.io/octo/api@${digest}`
    const here = await world({
      service: { imagePath: 'docker.io/octo/api:latest', deploys: [], nextDeploy: { answer: 202 } },
    })

    const { deploy } = await startDeploy(here, SERVICE, { imageUrl })

    expect(deploy.image?.sha).toBe(digest)
  })
})

describe('starting by the hook', () => {
  const hookOf = ({ render }: World): Parameters<typeof startByHook>[2] => ({
    url: render.hookUrl(SERVICE),
    path: `/deploy/${SERVICE}`,
  })

  test('200 gives the id, and the deploy is read', async () => {
    const here = await world()

    const { deploy } = await startByHook(here, SERVICE, hookOf(here))

    expect(deploy).toMatchObject({ id: 'dep-new3', trigger: 'deploy_hook' })
  })

  test('202 gives none: the queued deploy is found by its trigger', async () => {
    const here = await world()
    here.render.deploy(SERVICE, { commit: A, trigger: 'api' })

    const { deploy, wasFound } = await startByHook(here, SERVICE, hookOf(here))

    expect([deploy.trigger, deploy.status, wasFound]).toEqual(['deploy_hook', 'queued', true])
  })

  test('409 of a suspended service is thrown', async () => {
    const here = await world({ service: { suspended: 'suspended' } })

    await expect(startByHook(here, SERVICE, hookOf(here))).rejects.toMatchObject({ kind: 'refused', status: 409 })
  })
})
