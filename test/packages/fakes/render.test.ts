import { type FakeClock, type FakeRender, type FakeRenderOptions, fakeClock, fakeRender } from '@hardgate/fakes'
import { afterEach, expect, test } from '@jest/globals'

const A = 'a'.repeat(40)
const B = 'b'.repeat(40)

let render: FakeRender
afterEach(async () => render.close())

async function start(options: Partial<FakeRenderOptions> = {}): Promise<FakeClock> {
  const clock = fakeClock()
  const deploys = [
    { id: 'dep-a', commit: A },
    { id: 'dep-b', commit: B },
  ]
  render = await fakeRender({ clock, services: [{ id: 'srv-x', deploys }], ...options })
  return clock
}

interface Reply {
  readonly status: number
  readonly body: unknown
}

async function call(method: string, path: string, body?: unknown, key = 'rnd_test'): Promise<Reply> {
  const response = await fetch(`${render.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${key}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) }
}

test('of the deploys without a status the last is live and the others are deactivated', async () => {
  await start()

  expect(render.deploys('srv-x').map(({ id, status }) => [id, status])).toEqual([
    ['dep-b', 'live'],
    ['dep-a', 'deactivated'],
  ])
})

test('a new deploy builds, goes live and replaces the old one', async () => {
  const clock = await start()

  const { status } = await call('POST', '/services/srv-x/deploys', { commitId: A })
  const seen = [render.deploys('srv-x')[0]?.status]
  for (const ms of [19_999, 1, 10_000]) {
    await clock.sleep(ms)
    seen.push(render.deploys('srv-x')[0]?.status)
  }

  expect(status).toBe(201)
  expect(seen).toEqual(['build_in_progress', 'build_in_progress', 'update_in_progress', 'live'])
  expect(render.deploys('srv-x').map((deploy) => deploy.status)).toEqual(['live', 'deactivated', 'deactivated'])
})

test('a rollback makes a new deploy of the target without a build and leaves auto-deploy on', async () => {
  await start()

  const { status, body } = await call('POST', '/services/srv-x/rollback', { deployId: 'dep-a' })

  expect(status).toBe(201)
  expect(body).toMatchObject({ trigger: 'rollback', status: 'update_in_progress', commit: { id: A }, finishedAt: null })
  expect(render.service('srv-x')).toMatchObject({ autoDeploy: 'yes', autoDeployTrigger: 'commit' })
})

test('a deploy during another is queued, answers 202 without a body and starts after it', async () => {
  const clock = await start()
  await call('POST', '/services/srv-x/deploys', { commitId: A })

  const queued = await call('POST', '/services/srv-x/deploys', { commitId: B })
  const cancel = await call('POST', `/services/srv-x/deploys/${render.deploys('srv-x')[0]?.id}/cancel`)
  const waiting = render.deploys('srv-x')[0]?.status
  await clock.sleep(30_000)

  expect(queued).toEqual({ status: 202, body: undefined })
  expect(cancel.status).toBe(400)
  expect(waiting).toBe('queued')
  expect(
    render
      .deploys('srv-x')
      .map((deploy) => deploy.status)
      .slice(0, 2),
  ).toEqual(['build_in_progress', 'live'])
})

test('a boolean where the API wants a string is refused', async () => {
  await start()

  expect((await call('PATCH', '/services/srv-x', { autoDeploy: false })).status).toBe(400)
  expect((await call('PATCH', '/services/srv-x', { autoDeployTrigger: 'off' })).body).toMatchObject({
    autoDeploy: 'no',
  })
})

test('events are those of the last hour unless a start is given', async () => {
  await start()

  const recent = await call('GET', '/services/srv-x/events?type=deploy_started')
  const all = await call('GET', '/services/srv-x/events?type=deploy_started&startTime=2026-01-01T00:00:00Z')

  expect(recent.body).toHaveLength(1)
  expect(all.body).toHaveLength(2)
})

test('pages are cut by limit and continued by the cursor of the last item', async () => {
  await start({ services: [{ id: 'srv-x', deploys: [{ commit: A }, { commit: B }, { commit: A }] }] })

  const first = await call('GET', '/services/srv-x/deploys?limit=2')
  const cursor = /"cursor":"([^"]+)"\}\]$/.exec(JSON.stringify(first.body))?.[1]
  const second = await call('GET', `/services/srv-x/deploys?limit=2&cursor=${cursor}`)

  expect(first.body).toMatchObject([{ deploy: { id: 'dep-seed3' } }, { deploy: { id: 'dep-seed2' } }])
  expect(second.body).toMatchObject([{ deploy: { id: 'dep-seed1' } }])
})

test('a connection closed after the effect leaves the effect', async () => {
  await start({ faults: [{ route: 'POST /services/*/rollback', close: 'after' }] })

  await expect(call('POST', '/services/srv-x/rollback', { deployId: 'dep-a' })).rejects.toThrow('fetch failed')

  expect(render.deploys('srv-x')).toHaveLength(3)
  expect(render.requests.map(({ method, path, status }) => [method, path, status])).toEqual([
    ['POST', '/services/srv-x/rollback', 0],
  ])
})

test('a fault with a status has no effect and ends after its times', async () => {
  await start({ faults: [{ route: 'POST /services/srv-x/rollback', status: 502, body: '<html>bad</html>' }] })

  const [first, second] = [
    await fetch(`${render.url}/services/srv-x/rollback`, { method: 'POST' }),
    await call('POST', '/services/srv-x/rollback', { deployId: 'dep-a' }),
  ]

  expect([first.status, await first.text()]).toEqual([502, '<html>bad</html>'])
  expect(second.status).toBe(201)
  expect(render.deploys('srv-x')).toHaveLength(3)
})

test('the hook starts a deploy, and its ref switches auto-deploy off', async () => {
  await start()

  const wrong = await fetch(render.hookUrl('srv-x').replace('hook-key', 'other'))
  const right = await fetch(`${render.hookUrl('srv-x')}&ref=${A}`, { method: 'POST' })

  expect(wrong.status).toBe(401)
  expect(await right.json()).toEqual({ deploy: { id: 'dep-new3' } })
  expect(render.service('srv-x')).toMatchObject({ autoDeploy: 'no' })
})

test('a wrong key is 401, and an unknown route is told to the test', async () => {
  await start()

  expect((await call('GET', '/services/srv-x', undefined, 'other')).status).toBe(401)
  expect((await call('GET', '/services/srv-y')).status).toBe(404)
  expect(render.unexpected).toEqual(['GET /services/srv-y'])
})

test('in real time a deploy goes live although nobody asks', async () => {
  const wentLive = new Promise((resolve) => {
    const services = [{ id: 'srv-x', nextDeploy: { stages: [['build_in_progress', 5] as const] } }]
    const onLive: FakeRenderOptions['onLive'] = (deploy, id) => resolve([deploy.commit?.id, id])
    void fakeRender({ services, onLive }).then((started) => {
      render = started
      return render.deploy('srv-x', { commit: B })
    })
  })

  expect(await wentLive).toEqual([B, 'srv-x'])
})
