import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type Clock, systemClock } from '@hardgate/http'
import { listen } from './listen.ts'
import { answerApi, answerHook, problem, type RenderAnswer, type RenderCall } from './render-api.ts'
import type { DeployPlan, RenderFault, ServicePlan } from './render-plan.ts'
import { advance, newService, type RenderDeployJson, type ServiceState, startDeploy } from './render-world.ts'

export interface RenderRequest extends RenderCall {
  readonly headers: IncomingMessage['headers']
  /** 0 until it is answered, and for good where the connection was closed or left hanging. */
  status: number
}

export interface FakeRenderOptions {
  readonly services: readonly ServicePlan[]
  /** Default `rnd_test`. */
  readonly apiKey?: string
  /** By a fake clock deploys go on from request to request, by any other also between them. Default: real time. */
  readonly clock?: Clock
  readonly faults?: readonly RenderFault[]
  /** Real milliseconds before each answer. */
  readonly latencyMs?: number
  /** A deploy has gone live: the moment to let a service answer with that release. */
  readonly onLive?: (deploy: RenderDeployJson, serviceId: string) => void
  /** Before a request is handled: the moment for a race. */
  readonly onRequest?: (request: RenderRequest, render: FakeRender) => void
}

export interface FakeRender {
  /** The base URL of the API, with `/v1`. */
  readonly url: string
  readonly hookUrl: (serviceId: string) => string
  readonly requests: readonly RenderRequest[]
  /** `METHOD path` of each request to a route or service that does not exist. */
  readonly unexpected: readonly string[]
  readonly service: (id: string) => Readonly<Record<string, unknown>>
  /** Newest first. */
  readonly deploys: (serviceId: string) => readonly RenderDeployJson[]
  /** Starts a deploy as something outside would, whatever auto-deploy says. */
  readonly deploy: (serviceId: string, plan: DeployPlan) => RenderDeployJson
  /** A commit on the branch: deployed unless auto-deploy is off. */
  readonly push: (serviceId: string, commit: string) => RenderDeployJson | undefined
  readonly fail: (fault: RenderFault) => void
  readonly close: () => Promise<void>
}

/** Render's API and deploy hooks on loopback, with state: what was deployed goes on, goes live and is replaced. */
export async function fakeRender(options: FakeRenderOptions): Promise<FakeRender> {
  const { clock = systemClock, apiKey = 'rnd_test', onLive } = options
  const now = (): number => clock.now().getTime()
  const services = new Map(
    options.services.map((plan) => [plan.id, newService(plan, now(), (deploy) => onLive?.(deploy, plan.id))]),
  )
  const requests: RenderRequest[] = []
  const unexpected: string[] = []
  const faults = (options.faults ?? []).map(armed)
  const timer = 'waits' in clock ? undefined : wakeUp(services, clock)

  const server = createServer((incoming, response) => {
    void serve(incoming, response)
  })
  const { url, close } = await listen(server)

  const serviceOf = (id: string): ServiceState => {
    const service = services.get(id)
    if (service === undefined) throw new Error(`the fake has no service ${id}`)
    advance(service, now())
    return service
  }
  const render: FakeRender = {
    url: `${url}/v1`,
    hookUrl: (id) => `${url}/deploy/${id}?key=${serviceOf(id).plan.hookKey ?? 'hook-key'}`,
    requests,
    unexpected,
    service: (id) => serviceOf(id).json,
    deploys: (id) =>
      serviceOf(id)
        .deploys.map(({ json }) => json)
        .toReversed(),
    deploy: (id, plan) => {
      const { json } = startDeploy(serviceOf(id), plan, now())
      timer?.set()
      return json
    },
    push: (id, commit) => {
      const service = serviceOf(id)
      service.head = commit
      return service.json['autoDeploy'] === 'no' ? undefined : render.deploy(id, { commit, trigger: 'new_commit' })
    },
    fail: (fault) => {
      faults.push(armed(fault))
    },
    close: async () => {
      timer?.stop()
      await close()
    },
  }
  timer?.set()
  return render

  async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = await readRequest(incoming)
    requests.push(request)
    options.onRequest?.(request, render)
    if (options.latencyMs !== undefined) await systemClock.sleep(options.latencyMs)
    const fault = faults.find((one) => one.takes(request))?.fault
    const isDone = fault === undefined || fault.hasEffect || fault.close === 'after' || fault.hang === 'after'
    const answer = isDone ? handle(request) : { status: 200 }
    timer?.set()
    if (fault === undefined) return send(response, request, answer)
    if (fault.close !== undefined) return void incoming.socket.destroy()
    if (fault.hang !== undefined) return
    send(
      response,
      request,
      { status: fault.status ?? 500, body: fault.body ?? problem(0, 'injected fault').body },
      fault.headers,
    )
  }

  function handle(request: RenderRequest): RenderAnswer {
    const [, kind, id = ''] = request.path.split('/')
    const service = services.get(id)
    const time = now()
    if (service !== undefined) advance(service, time)
    if (kind === 'deploy') return service === undefined ? unknown(request) : answerHook(service, request.query, time)
    if (request.headers.authorization !== `Bearer ${apiKey}`) return problem(401, 'Unauthorized')
    if (kind !== 'services' || service === undefined) return unknown(request)
    return answerApi(service, request, time) ?? unknown(request)
  }

  function unknown({ method, path }: RenderRequest): RenderAnswer {
    unexpected.push(`${method} ${path}`)
    return problem(404, `not found: ${path}`)
  }
}

async function readRequest(incoming: IncomingMessage): Promise<RenderRequest> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk)
  const { pathname, searchParams } = new URL(incoming.url ?? '/', 'http://render')
  const { method = 'GET', headers } = incoming
  const body = parsed(Buffer.concat(chunks).toString())
  return { method, path: pathname.replace(/^\/v1/, ''), query: searchParams, headers, body, status: 0 }
}

function parsed(text: string): unknown {
  if (text === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

function send(response: ServerResponse, request: RenderRequest, { status, body }: RenderAnswer, headers = {}): void {
  request.status = status
  const isText = typeof body === 'string'
  response.writeHead(status, { 'content-type': isText ? 'text/html' : 'application/json', ...headers })
  response.end(body === undefined ? undefined : isText ? body : JSON.stringify(body))
}

interface ArmedFault {
  readonly fault: RenderFault
  readonly takes: (request: RenderRequest) => boolean
}

function armed(fault: RenderFault): ArmedFault {
  const pattern = new RegExp(
    `^${fault.route.replaceAll(/[.?+^$(){}|[\]\\]/g, String.raw`\$&`).replaceAll('*', '[^/]+')}$`,
  )
  let seen = 0
  const { skip = 0, times = 1 } = fault
  return {
    fault,
    takes: ({ method, path }) => {
      if (!pattern.test(`${method} ${path}`)) return false
      seen += 1
      return seen > skip && seen <= skip + times
    },
  }
}

/** Where time passes by itself, nobody asks at the moment at which a deploy goes live: a timer does. */
function wakeUp(services: ReadonlyMap<string, ServiceState>, clock: Clock): { set: () => void; stop: () => void } {
  let sleep = new AbortController()
  const set = (): void => {
    sleep.abort()
    sleep = new AbortController()
    const ends = [...services.values()].flatMap(({ deploys }) => deploys.flatMap(({ endsAt }) => endsAt ?? []))
    const next = Math.min(...ends)
    if (Number.isFinite(next)) void wakeAt(next, sleep.signal)
  }
  const wakeAt = async (at: number, signal: AbortSignal): Promise<void> => {
    await clock.sleep(Math.max(0, at - clock.now().getTime()), signal)
    if (signal.aborted) return
    for (const service of services.values()) advance(service, clock.now().getTime())
    set()
  }
  return { set, stop: () => sleep.abort() }
}
