import type { Report } from '@hardgate/action'
import {
  type FakeFrame,
  type FakeRender,
  type FakeRenderOptions,
  fakeClock,
  fakeFrame,
  fakeRender,
  type ServicePlan,
} from '@hardgate/fakes'
import { request } from '@hardgate/http'
import type { Inputs } from '../../../actions/render-deploy/src/inputs.ts'
import { run } from '../../../actions/render-deploy/src/render-deploy.ts'

/** What served before. */
export const BEFORE = 'a1'.repeat(20)
/** What is to be deployed. */
export const WANTED = '1a2b3c4d5e6f708192a3b4c5d6e7f80912a3b4c5'
export const OTHER = '9f8e7d6c5b4a39281706f5e4d3c2b1a09f8e7d6c'
export const SERVICE = 'srv-x'

export interface World {
  readonly render: FakeRender
  readonly frame: FakeFrame
  readonly report: Report
  /** `METHOD path` of each request, the service's path left out. */
  readonly asked: readonly string[]
  /** `kind: text` of each line of the log. */
  readonly log: readonly string[]
}

export interface Setting {
  readonly inputs?: Partial<Inputs>
  readonly service?: Partial<ServicePlan>
  readonly render?: Omit<FakeRenderOptions, 'services' | 'clock'>
  /** Before the action starts. */
  readonly before?: (render: FakeRender, frame: FakeFrame) => void
  readonly env?: Readonly<Record<string, string>>
}

const running = new Set<FakeRender>()

/** Runs the action against Render with one service, by a clock whose waits take no time. */
export async function deploying({
  inputs = {},
  service = {},
  render: options = {},
  before,
  env = {},
}: Setting = {}): Promise<World> {
  const clock = fakeClock()
  const services = [{ id: SERVICE, deploys: [{ id: 'dep-before', commit: BEFORE }], ...service }]
  const render = await fakeRender({ clock, services, ...options })
  running.add(render)
  const frame = fakeFrame({ clock, request, env })
  before?.(render, frame)
  const report = await run({ ...defaults(render), ...inputs }, frame)
  const asked = render.requests.map(({ method, path }) => `${method} ${path.replace(`/services/${SERVICE}`, '')}`)
  return { render, frame, report, asked, log: frame.lines.map(({ kind, text }) => `${kind}: ${text}`) }
}

export async function closeWorlds(): Promise<void> {
  await Promise.all([...running].map((render) => render.close()))
  running.clear()
}

/** As action.yml has them. */
function defaults(render: FakeRender): Inputs {
  return {
    'render-api-key': 'rnd_test',
    'service-id': SERVICE,
    start: 'api',
    commit: WANTED,
    'image-url': undefined,
    'deploy-hook-url': undefined,
    'clear-cache': false,
    timeout: 1_800_000,
    'on-inconclusive': 'fail',
    'render-api-url': render.url,
    summary: true,
  }
}
