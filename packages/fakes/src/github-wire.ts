import type { IncomingMessage, ServerResponse } from 'node:http'

export interface GitHubFault {
  /**
   * `POST /repos/octo/api/deployments`; `*` stands for one part of the path. The store of archives is another host, and
   * its routes are `GET /archives/7`.
   */
  readonly route: string
  /** Only where the query has this, such as `page=2`. */
  readonly query?: string
  readonly status?: number
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  readonly close?: true
  readonly hang?: true
  /** Default: every time. */
  readonly times?: number
}

export interface GitHubRequest {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: IncomingMessage['headers']
  readonly body: unknown
}

export interface GitHubAnswer {
  readonly status: number
  readonly body: unknown
  readonly headers?: Readonly<Record<string, string>>
}

export type Fields = Readonly<Record<string, unknown>>

export const NOT_FOUND: GitHubAnswer = { status: 404, body: { message: 'Not Found' } }

/** The faults in order, each as often as it says. */
export function faultPlan(faults: readonly GitHubFault[]): (request: GitHubRequest) => GitHubFault | undefined {
  const used = new Map<GitHubFault, number>()
  return (request) => {
    const fault = faults.find((one) => matches(one, request) && (used.get(one) ?? 0) < (one.times ?? Infinity))
    if (fault !== undefined) used.set(fault, (used.get(fault) ?? 0) + 1)
    return fault
  }
}

/** Reads, records, and answers or misbehaves. */
export function serveWith(
  requests: GitHubRequest[],
  faultFor: (request: GitHubRequest) => GitHubFault | undefined,
  answer: (request: GitHubRequest) => GitHubAnswer,
): (incoming: IncomingMessage, response: ServerResponse) => Promise<void> {
  return async (incoming, response) => {
    const request = await readRequest(incoming)
    requests.push(request)
    const fault = faultFor(request)
    if (fault?.hang) return
    if (fault?.close) return void incoming.socket.destroy()
    if (fault?.status === undefined) return send(response, answer(request))
    const { status, body = { message: 'injected fault' }, headers = {} } = fault
    return send(response, { status, body, headers })
  }
}

/** GitHub gives 30 entries a page, and 100 at most. */
export function paged<T>(list: readonly T[], query: URLSearchParams): T[] {
  const size = Math.min(Number(query.get('per_page') ?? 30), 100)
  const page = Number(query.get('page') ?? 1)
  return list.slice((page - 1) * size, page * size)
}

export const fieldsOf = (value: unknown): Fields => (typeof value === 'object' && value !== null ? { ...value } : {})

async function readRequest(incoming: IncomingMessage): Promise<GitHubRequest> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk)
  const { method = 'GET', url = '/', headers } = incoming
  const { pathname, searchParams } = new URL(url, 'http://github')
  return { method, path: pathname, query: searchParams, headers, body: bodyOf(Buffer.concat(chunks), headers) }
}

/** JSON, but for an archive, whose bytes stay as they are. */
function bodyOf(bytes: Buffer, headers: IncomingMessage['headers']): unknown {
  if (headers['content-type'] === 'application/zip') return bytes
  return bytes.length === 0 ? undefined : JSON.parse(bytes.toString())
}

function send(response: ServerResponse, { status, body, headers = {} }: GitHubAnswer): void {
  response.writeHead(status, { 'content-type': typeOf(body), ...headers })
  if (body === undefined) response.end()
  else response.end(typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body))
}

function typeOf(body: unknown): string {
  if (Buffer.isBuffer(body)) return 'application/zip'
  return typeof body === 'string' ? 'text/html' : 'application/json; charset=utf-8'
}

function matches({ route, query: wanted = '' }: GitHubFault, { method, path, query }: GitHubRequest): boolean {
  const escaped = route.replaceAll(/[.?+^$(){}|[\]\\]/g, String.raw`\$&`).replaceAll('*', '[^/]+')
  const isQuery = [...new URLSearchParams(wanted)].every(([name, value]) => query.get(name) === value)
  return isQuery && new RegExp(`^${escaped}$`).test(`${method} ${path}`)
}
