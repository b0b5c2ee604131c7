import { createServer, type Server, type ServerResponse } from 'node:http'
import { listen } from './listen.ts'

/** What the service answers while that release serves. */
export interface Release {
  readonly commit: string
  /** `bad` is the release whose database connection is broken: 503, with the failing part named. */
  readonly health: 'good' | 'bad'
  /** What it gives as its commit, where that is not the truth. */
  readonly says?: string
  /** What `/api/v1/messages` takes, more or less. Default: it answers at once. Health stays quick, as in a slow release. */
  readonly messagesTakeMs?: number
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
  let messages = 0
  const server: Server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://service').pathname
    if (path === '/api/v1/health') return answerHealth(response, release)
    if (path === '/api/diagnostics') return answerDiagnostics(response, release)
    if (path === '/api/v1/messages') {
      messages += 1
      return answerMessages(response, release, messages)
    }
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

// its multiples are spread evenly over 0 to 1 and in no order that repeats
const GOLDEN = 0.618033988749895

/** A fifth more or less, as answers of a real service scatter. */
function answerMessages(response: ServerResponse, { messagesTakeMs = 0 }: Release, count: number): void {
  const spread = 0.8 + 0.4 * ((count * GOLDEN) % 1)
  setTimeout(() => answer(response, 200, { messages: [] }), messagesTakeMs * spread)
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}
