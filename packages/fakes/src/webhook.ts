import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import { listen } from './listen.ts'
import { githubFlaw, standardFlaw } from './webhook-signatures.ts'

/** How one request is answered, after it was read. Left out: 204. */
export interface WebhookAnswer {
  readonly status?: number
  readonly body?: string | Buffer
  readonly headers?: Readonly<Record<string, string>>
  /** The connection is reset without an answer. */
  readonly reset?: true
  /** The connection is reset in the middle of the body. */
  readonly cut?: true
  readonly hang?: true
}

export interface FakeWebhookOptions {
  /** One each; the last one also for all that follow, so `[{ status: 503 }]` is an outage and `[…, {}]` ends one. */
  readonly answers?: readonly WebhookAnswer[]
  /** The shared secret: every request is checked against it. */
  readonly secret?: string
  /** The receiver's clock, by which a signature is fresh. Default: the system's. */
  readonly now?: () => Date
  /** Told of each request when it was read. */
  readonly onRequest?: (request: WebhookRequest) => void
}

export interface WebhookRequest {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  /** The raw bytes. */
  readonly body: Buffer
  /** Why the request does not verify; empty: it does, or there is no secret to check it with. */
  readonly flaws: readonly string[]
}

export interface FakeWebhook {
  readonly url: string
  /** Every request, whatever became of it. */
  readonly requests: readonly WebhookRequest[]
  /** The events that were accepted with a 2xx, parsed. */
  readonly events: readonly Readonly<Record<string, unknown>>[]
  readonly close: () => Promise<void>
}

/** A receiver of signed webhooks on loopback, which misbehaves by script. */
export async function fakeWebhook(options: FakeWebhookOptions = {}): Promise<FakeWebhook> {
  const { answers = [], secret, now = () => new Date(), onRequest } = options
  const requests: WebhookRequest[] = []
  const events: Readonly<Record<string, unknown>>[] = []
  const server = createServer((incoming, response) => {
    // a client that goes away in the middle is what some tests are about
    serve(incoming, response).catch(() => incoming.destroy())
  })
  const { url, close } = await listen(server)
  return { url, requests, events, close }

  async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(incoming)
    const { method = '', url: path = '', headers } = incoming
    const flaws = secret === undefined ? [] : flawsOf(body, headers, secret, now())
    const request = { method, path, headers, body, flaws }
    const answer = answers[Math.min(requests.length, answers.length - 1)] ?? {}
    requests.push(request)
    onRequest?.(request)
    if (flaws.length > 0) return void response.writeHead(401, { 'content-type': 'text/plain' }).end(flaws.join('\n'))
    if (isAccepted(answer)) events.push(parsed(body))
    give(answer, incoming, response)
  }
}

function flawsOf(body: Buffer, headers: IncomingHttpHeaders, secret: string, now: Date): string[] {
  return [standardFlaw(body, headers, secret, now), githubFlaw(body, headers, secret)].flatMap((flaw) => flaw ?? [])
}

const isAccepted = ({ status = 204, reset, cut, hang }: WebhookAnswer): boolean =>
  status >= 200 && status < 300 && reset === undefined && cut === undefined && hang === undefined

function give(
  { status = 204, body, headers, reset, cut, hang }: WebhookAnswer,
  incoming: IncomingMessage,
  response: ServerResponse,
): void {
  if (hang) return
  if (reset) return void incoming.socket.resetAndDestroy()
  if (!cut) return void response.writeHead(status, headers).end(body)
  response.writeHead(status, { ...headers, 'content-length': '1000' })
  response.write('half of', () => incoming.socket.resetAndDestroy())
}

async function readBody(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks)
}

/** Without a member where it is no object of JSON: other kinds of receivers are tested with this one too. */
function parsed(body: Buffer): Readonly<Record<string, unknown>> {
  try {
    const event: unknown = JSON.parse(body.toString())
    return typeof event === 'object' && event !== null ? { ...event } : {}
  } catch {
    return {}
  }
}
