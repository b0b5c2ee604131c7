import { unreadable } from './errors.ts'
import { byNewest } from './identity.ts'
import {
  type Deploy,
  readDeploy,
  readEvent,
  readPage,
  readService,
  recordOf,
  type Service,
  type ServiceEvent,
  textOf,
  UnreadableAnswer,
} from './model.ts'
import { type Call, type RenderConnection, type Reply, type RequestRecord, transport } from './transport.ts'

export type AutoDeployPatch =
  | { readonly autoDeployTrigger: 'off' | 'commit' | 'checksPass' }
  // strings, never booleans
  | { readonly autoDeploy: 'yes' | 'no' }

export interface NewDeploy {
  readonly commitId?: string
  readonly imageUrl?: string
  readonly clearCache?: boolean
}

export interface ListOptions {
  /** Asked after each page with all that was read; true ends the reading. Default: read on to the end. */
  readonly until?: (deploys: readonly Deploy[]) => boolean
  readonly createdAfter?: Date
}

export interface DeployList {
  /** Newest first, each once. */
  readonly deploys: readonly Deploy[]
  /** The service has no older ones: the list was not ended by `until` or by the limit of 10 pages. */
  readonly isWhole: boolean
}

/** The calls of Render's API, each once and typed. All throw a `RenderError`. */
export interface RenderClient {
  readonly getService: (serviceId: string) => Promise<Service>
  readonly patchAutoDeploy: (serviceId: string, patch: AutoDeployPatch) => Promise<Service>
  readonly listDeploys: (serviceId: string, options?: ListOptions) => Promise<DeployList>
  /** `attempts: 1` for a caller that asks again anyway. */
  readonly getDeploy: (serviceId: string, deployId: string, options?: { readonly attempts?: number }) => Promise<Deploy>
  /** One POST; undefined: queued, 202 without a body. Prefer `startDeploy`, which finds that deploy. */
  readonly postDeploy: (serviceId: string, deploy: NewDeploy) => Promise<Deploy | undefined>
  /** One POST. Prefer `rollBack`, which survives an answer that got lost. */
  readonly postRollback: (serviceId: string, targetDeployId: string) => Promise<Deploy>
  /** One POST to a deploy hook; `path` is what the evidence shows. undefined: queued, without an id. */
  readonly postHook: (hook: { readonly url: string; readonly path: string }) => Promise<string | undefined>
  readonly cancelDeploy: (serviceId: string, deployId: string) => Promise<Deploy>
  /** Newest first. Render's own default start is one hour ago, so the start must be named. */
  readonly listEvents: (serviceId: string, options: EventOptions) => Promise<readonly ServiceEvent[]>
  /** Every request so far, for the evidence. */
  readonly requests: readonly RequestRecord[]
}

export interface EventOptions {
  readonly types: readonly string[]
  readonly since: Date
}

const PAGE_SIZE = 100
const MAX_PAGES = 10

export function renderClient(connection: RenderConnection): RenderClient {
  const { call, requests } = transport(connection)
  const ask = async <T>(asked: Call, read: (json: unknown) => T): Promise<T> => reading(asked, await call(asked), read)
  const service = (id: string): string => `/services/${encodeURIComponent(id)}`
  const deploy = (id: string, deployId: string): string => `${service(id)}/deploys/${encodeURIComponent(deployId)}`

  return {
    requests,
    getService: (id) => ask({ purpose: 'Reading the service', method: 'GET', path: service(id) }, readService),
    // safe to repeat, but what waits behind it is more urgent
    patchAutoDeploy: (id, body) =>
      ask({ purpose: 'Setting auto-deploy', method: 'PATCH', path: service(id), body, attempts: 2 }, readService),
    listDeploys: async (id, { until, createdAfter } = {}) => {
      const path = `${service(id)}/deploys`
      const query = createdAfter === undefined ? {} : { createdAfter: createdAfter.toISOString() }
      const { items, isWhole } = await allPages(
        (page) => ask({ purpose: 'Listing the deploys', method: 'GET', path, query: { ...query, ...page } }, deploysOf),
        (read) => until?.(newestFirst(read)) ?? false,
      )
      return { deploys: newestFirst(items), isWhole }
    },
    getDeploy: (id, deployId, { attempts } = {}) =>
      ask(
        {
          purpose: `Reading ${deployId}`,
          method: 'GET',
          path: deploy(id, deployId),
          ...(attempts === undefined ? {} : { attempts }),
        },
        readDeploy,
      ),
    postDeploy: async (id, { commitId, imageUrl, clearCache = false }) => {
      const body = { commitId, imageUrl, clearCache: clearCache ? 'clear' : undefined }
      const asked: Call = { purpose: 'Starting the deploy', method: 'POST', path: `${service(id)}/deploys`, body }
      const reply = await call(asked)
      return reply.json === undefined ? undefined : reading(asked, reply, readDeploy)
    },
    postRollback: (id, deployId) =>
      ask(
        { purpose: `Rolling back to ${deployId}`, method: 'POST', path: `${service(id)}/rollback`, body: { deployId } },
        readDeploy,
      ),
    postHook: async ({ url, path }) => {
      const { json } = await call({ purpose: 'Calling the deploy hook', method: 'POST', path, hookUrl: url })
      return hookDeployId(json)
    },
    cancelDeploy: (id, deployId) =>
      ask({ purpose: `Cancelling ${deployId}`, method: 'POST', path: `${deploy(id, deployId)}/cancel` }, readDeploy),
    listEvents: async (id, { types, since }) => {
      const path = `${service(id)}/events`
      // how a list of types is written is not documented, one type is
      const [type, ...others] = types
      const filter = type === undefined || others.length > 0 ? {} : { type }
      const query = { ...filter, startTime: since.toISOString() }
      const { items } = await allPages((page) =>
        ask(
          { purpose: 'Reading the events', method: 'GET', path, query: { ...query, ...page }, attempts: 2 },
          eventsOf,
        ),
      )
      const wanted = items.filter((event) => types.includes(event.type))
      return wanted.toSorted((a, b) => Date.parse(b.timestamp) - Date.parse(a.timestamp))
    },
  }
}

function reading<T>({ purpose }: Call, { status, json }: Reply, read: (json: unknown) => T): T {
  try {
    return read(json)
  } catch (error) {
    throw error instanceof UnreadableAnswer ? unreadable(purpose, status, error.message) : error
  }
}

type Page<T> = ReturnType<typeof readPage<T>>

/** Ends on a short page, a page without a new item, or a cursor seen before. */
async function allPages<T extends { readonly id: string }>(
  ask: (page: Readonly<Record<string, string>>) => Promise<Page<T>>,
  isEnough: (items: readonly T[]) => boolean = () => false,
): Promise<{ readonly items: readonly T[]; readonly isWhole: boolean }> {
  const byId = new Map<string, T>()
  const cursors = new Set<string>()
  let cursor: string | undefined
  for (let page = 1; page <= MAX_PAGES; page += 1) {
    const next = await ask({ limit: String(PAGE_SIZE), ...(cursor === undefined ? {} : { cursor }) })
    for (const item of next.items) byId.set(item.id, item)
    const items = [...byId.values()]
    cursor = next.cursor
    if (next.items.length < PAGE_SIZE || cursor === undefined) return { items, isWhole: true }
    if (isEnough(items) || cursors.has(cursor)) return { items, isWhole: false }
    cursors.add(cursor)
  }
  return { items: [...byId.values()], isWhole: false }
}

const deploysOf = (json: unknown): Page<Deploy> => readPage(json, 'deploy', readDeploy)
const eventsOf = (json: unknown): Page<ServiceEvent> => readPage(json, 'event', readEvent)
const newestFirst = (deploys: readonly Deploy[]): readonly Deploy[] => deploys.toSorted(byNewest)

// 200 {"deploy":{"id":"dep-…"}}, or 202 without one
const hookDeployId = (json: unknown): string | undefined => textOf(recordOf(recordOf(json)['deploy']), 'id')
