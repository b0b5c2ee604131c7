import { createServer, type Server, type ServerResponse } from 'node:http'
import { listen } from './listen.ts'

/** What the service answers while that release serves. */
export interface Release {
  readonly commit: string
  /** `bad` is the release whose database connection is broken: 503, with the failing part named. */
  readonly health: 'good' | 'bad'
  /** What it gives as its commit, where that is not the truth. */
  readonly says?: string
}

export interface FakeService {
  readonly url: string
  readonly serving: () => Release
  readonly switchTo: (release: Release) => void
  readonly close: () => Promise<void>
}

/** A web service as a health check sees it: `/api/v1/health` with the commit, and `/api/diagnostics`. */
export async function fakeService(first: Release): Promise<FakeService> {
  let release = first
  const server: Server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://service').pathname
    if (path === '/api/v1/health') return answerHealth(response, release)
    if (path === '/api/diagnostics') return answerDiagnostics(response, release)
    return answer(response, 404, { detail: 'Not Found' })
  })
  const { url, close } = await listen(server)
  return {
    url,
    close,
    serving: () => release,
    switchTo: (next) => {
      release = next
    },
  }
}

function answerHealth(response: ServerResponse, { commit, health, says = commit }: Release): void {
  if (health === 'good') return answer(response, 200, { status: 'ok', commit: says })
  return answer(response, 503, { status: 'fail', commit: says, components: { database: { status: 'down' } } })
}

function answerDiagnostics(response: ServerResponse, { health }: Release): void {
  const database = health === 'good' ? 'up' : 'down'
  return answer(response, 200, {
    status: health === 'good' ? 'ok' : 'fail',
    components: { database: { status: database }, redis: { status: 'up' } },
  })
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}
