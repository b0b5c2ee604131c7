import {
  type FakeClock,
  type FakeRender,
  type FakeRenderOptions,
  fakeClock,
  fakeRender,
  type ServicePlan,
} from '@hardgate/fakes'
import { request } from '@hardgate/http'
import { type RenderClient, renderClient, type Watching } from '@hardgate/render'

export const A = 'a1'.repeat(20)
export const B = 'b2'.repeat(20)
export const C = 'c3'.repeat(20)
export const SERVICE = 'srv-x'

export interface World extends Watching {
  readonly clock: FakeClock
  readonly client: RenderClient
  readonly render: FakeRender
  /** `METHOD path` of each request, the service's path left out. */
  readonly asked: () => string[]
}

export interface WorldOptions extends Omit<FakeRenderOptions, 'services' | 'clock'> {
  readonly service?: Partial<ServicePlan>
  /** Real milliseconds of one request, for a server that does not answer. */
  readonly requestTimeoutMs?: number
}

const running = new Set<FakeRender>()

/** Render with one service that has A deactivated and B live, a client of it, and a clock that both go by. */
export async function world({ service = {}, requestTimeoutMs = 5000, ...options }: WorldOptions = {}): Promise<World> {
  const clock = fakeClock()
  const deploys = [
    { id: 'dep-a', commit: A },
    { id: 'dep-b', commit: B },
  ]
  const render = await fakeRender({ clock, services: [{ id: SERVICE, deploys, ...service }], ...options })
  running.add(render)
  const client = renderClient({
    request: (plan) => request({ ...plan, timeoutMs: requestTimeoutMs }),
    clock,
    apiKey: 'rnd_test',
    baseUrl: render.url,
  })
  const asked = (): string[] =>
    render.requests.map(({ method, path }) => `${method} ${path.replace(`/services/${SERVICE}`, '')}`)
  return { clock, client, render, asked }
}

export async function closeWorlds(): Promise<void> {
  await Promise.all([...running].map((render) => render.close()))
  running.clear()
}
