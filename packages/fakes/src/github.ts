import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type Listening, listen } from './listen.ts'

export interface GitHubFile {
  readonly filename: string
  readonly previous_filename?: string
}

export interface FakeComparison {
  /** Default `ahead`. */
  readonly status?: string
  readonly files?: readonly (GitHubFile | string)[]
}

export interface FakeDeployment {
  readonly id: number
  readonly sha: string
  readonly environment: string
  readonly task: string
  /** Oldest first. */
  readonly statuses: string[]
}

export interface GitHubFault {
  /** `POST /repos/octo/api/deployments`; `*` stands for one part of the path. */
  readonly route: string
  readonly status?: number
  readonly body?: unknown
  readonly close?: true
  readonly hang?: true
  /** Default: every time. */
  readonly times?: number
}

export interface FakeGitHubOptions {
  /** Default `octo/api`. */
  readonly repository?: string
  /** Default `ghs_test`. */
  readonly token?: string
  /** By `base...head`; any other pair is not found. */
  readonly comparisons?: Readonly<Record<string, FakeComparison>>
  /** Those that the jobs of the past made, oldest first. */
  readonly deployments?: readonly { readonly sha: string; readonly environment: string }[]
  readonly faults?: readonly GitHubFault[]
}

export interface GitHubRequest {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: IncomingMessage['headers']
  readonly body: unknown
}

export interface FakeGitHub extends Listening {
  readonly requests: readonly GitHubRequest[]
  readonly deployments: readonly FakeDeployment[]
  /** `METHOD path` of each request to a route that does not exist. */
  readonly unexpected: readonly string[]
}

interface Answer {
  readonly status: number
  readonly body: unknown
}

/** GitHub's API on loopback, as much of it as writes deployments and compares commits. */
export async function fakeGitHub(options: FakeGitHubOptions = {}): Promise<FakeGitHub> {
  const { repository = 'octo/api', token = 'ghs_test', comparisons = {}, faults = [] } = options
  const requests: GitHubRequest[] = []
  const unexpected: string[] = []
  const deployments: FakeDeployment[] = (options.deployments ?? []).map((one, at) => newDeployment(at + 1, one))
  const used = new Map<GitHubFault, number>()

  const server = createServer((incoming, response) => {
    void serve(incoming, response)
  })
  return { ...(await listen(server)), requests, deployments, unexpected }

  async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = await readRequest(incoming)
    requests.push(request)
    const fault = faults.find((one) => matches(one.route, request) && (used.get(one) ?? 0) < (one.times ?? Infinity))
    if (fault !== undefined) used.set(fault, (used.get(fault) ?? 0) + 1)
    if (fault?.hang) return
    if (fault?.close) return void incoming.socket.destroy()
    if (fault?.status !== undefined)
      return send(response, { status: fault.status, body: fault.body ?? { message: 'injected fault' } })
    send(response, answer(request))
  }

  function answer(request: GitHubRequest): Answer {
    if (
      !/^(token|Bearer) /.test(request.headers.authorization ?? '') ||
      !request.headers.authorization?.endsWith(` ${token}`)
    )
      return { status: 401, body: { message: 'Bad credentials' } }
    const route = `${request.method} ${request.path}`
    const base = `/repos/${repository}`
    if (route.startsWith(`GET ${base}/compare/`))
      return compare(decodeURIComponent(route.slice(`GET ${base}/compare/`.length)))
    if (route === `GET ${base}/deployments`) return { status: 200, body: listed(request.query) }
    if (route === `POST ${base}/deployments`) return create(fieldsOf(request.body))
    const id = /^POST (.*)\/deployments\/(\d+)\/statuses$/.exec(route)
    if (id?.[1] === base) return setStatus(Number(id[2]), fieldsOf(request.body))
    unexpected.push(route)
    return { status: 404, body: { message: 'Not Found' } }
  }

  function compare(pair: string): Answer {
    const found = comparisons[pair]
    if (found === undefined) return { status: 404, body: { message: 'Not Found' } }
    const files = (found.files ?? []).map((file) => (typeof file === 'string' ? { filename: file } : file))
    return { status: 200, body: { status: found.status ?? 'ahead', files, commits: [], total_commits: 1 } }
  }

  function listed(query: URLSearchParams): unknown[] {
    const isAsked = ({ sha, environment }: FakeDeployment): boolean =>
      (query.get('sha') ?? sha) === sha && (query.get('environment') ?? environment) === environment
    return deployments.filter(isAsked).toReversed()
  }

  function create({
    ref,
    environment = 'production',
    task = 'deploy',
    auto_merge: merges = true,
    required_contexts: contexts,
  }: Fields): Answer {
    if (typeof ref !== 'string') return { status: 422, body: { message: 'Invalid request.' } }
    if (merges === true) return { status: 202, body: { message: 'Auto-merged main into the ref on deployment.' } }
    if (contexts === undefined) return { status: 409, body: { message: 'Conflict: commit status checks failed.' } }
    const made = newDeployment(deployments.length + 1, {
      sha: ref,
      environment: String(environment),
      task: String(task),
    })
    deployments.push(made)
    return { status: 201, body: made }
  }

  function setStatus(id: number, { state, description = '' }: Fields): Answer {
    const deployment = deployments.find((one) => one.id === id)
    if (deployment === undefined) return { status: 404, body: { message: 'Not Found' } }
    if (!STATES.includes(String(state)) || String(description).length > 140)
      return { status: 422, body: { message: 'Validation Failed' } }
    deployment.statuses.push(String(state))
    return { status: 201, body: { id: deployment.statuses.length, state } }
  }
}

const STATES = ['error', 'failure', 'inactive', 'in_progress', 'queued', 'pending', 'success']

type Fields = Readonly<Record<string, unknown>>

function newDeployment(
  id: number,
  { sha, environment, task = 'deploy' }: { sha: string; environment: string; task?: string },
): FakeDeployment {
  return { id, sha, environment, task, statuses: [] }
}

async function readRequest(incoming: IncomingMessage): Promise<GitHubRequest> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk)
  const { method = 'GET', url = '/', headers } = incoming
  const { pathname, searchParams } = new URL(url, 'http://github')
  const text = Buffer.concat(chunks).toString()
  return { method, path: pathname, query: searchParams, headers, body: text === '' ? undefined : JSON.parse(text) }
}

function send(response: ServerResponse, { status, body }: Answer): void {
  const isText = typeof body === 'string'
  response.writeHead(status, { 'content-type': isText ? 'text/html' : 'application/json; charset=utf-8' })
  response.end(isText ? body : JSON.stringify(body))
}

function matches(route: string, { method, path }: GitHubRequest): boolean {
  const escaped = route.replaceAll(/[.?+^$(){}|[\]\\]/g, String.raw`\$&`).replaceAll('*', '[^/]+')
  return new RegExp(`^${escaped}$`).test(`${method} ${path}`)
}

const fieldsOf = (value: unknown): Fields => (typeof value === 'object' && value !== null ? { ...value } : {})
