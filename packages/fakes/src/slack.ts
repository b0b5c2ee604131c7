import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { listen } from './listen.ts'
import { slackProblems } from './slack-limits.ts'

/** How one request is answered. `close` and `hang` take effect after the request was read. */
export interface SlackAnswer {
  readonly status?: number
  readonly body?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly close?: true
  readonly hang?: true
}

export interface FakeSlackOptions {
  /** One each; after the last one every good message is accepted. */
  readonly answers?: readonly SlackAnswer[]
  readonly latencyMs?: number
}

export interface FakeSlack {
  /** The webhook URL: whoever has it can post. */
  readonly url: string
  /** Every request, whatever became of it. */
  readonly requests: readonly SlackRequest[]
  /** What people see: the accepted messages. */
  readonly messages: readonly SlackPayload[]
  /** What is wrong with the requests by Slack's own limits. */
  readonly problems: readonly string[]
  readonly close: () => Promise<void>
}

export interface SlackRequest {
  readonly method: string
  readonly path: string
  readonly headers: IncomingMessage['headers']
  /** Parsed JSON; text where it is none. */
  readonly body: unknown
}

export type SlackPayload = Readonly<Record<string, unknown>>

const PATH = '/services/T0000/B0000/s3cr3tHookPath'

/** Slack's incoming webhook on loopback: `ok` for a message within the limits, plain text for an error. */
export async function fakeSlack({ answers = [], latencyMs = 0 }: FakeSlackOptions = {}): Promise<FakeSlack> {
  const requests: SlackRequest[] = []
  const messages: SlackPayload[] = []
  const problems: string[] = []
  const script = [...answers]

  const server = createServer((incoming, response) => {
    void serve(incoming, response)
  })
  const { url, close } = await listen(server)
  return { url: `${url}${PATH}`, requests, messages, problems, close }

  async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = await readRequest(incoming)
    requests.push(request)
    if (latencyMs > 0) await new Promise((resolve) => setTimeout(resolve, latencyMs))
    const answer = script.shift()
    if (answer?.hang) return
    if (answer?.close) return void incoming.socket.destroy()
    const { status, body, headers = {} } = answer ?? judge(request)
    response.writeHead(status ?? 200, { 'content-type': 'text/plain', ...headers }).end(body ?? (status ? '' : 'ok'))
    if (answer !== undefined && (status ?? 200) === 200 && isPayload(request.body)) messages.push(request.body)
  }

  function judge({ method, path, body }: SlackRequest): SlackAnswer {
    if (path !== PATH) return { status: 404, body: 'no_service' }
    if (method !== 'POST' || !isPayload(body)) return { status: 400, body: 'invalid_payload' }
    const wrong = slackProblems(body)
    problems.push(...wrong)
    if (wrong.length > 0) return { status: 400, body: 'invalid_blocks' }
    messages.push(body)
    return { status: 200, body: 'ok' }
  }
}

async function readRequest(incoming: IncomingMessage): Promise<SlackRequest> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk)
  const { method = 'GET', url = '/', headers } = incoming
  return { method, path: url, headers, body: parsed(Buffer.concat(chunks).toString()) }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

function isPayload(body: unknown): body is SlackPayload {
  return typeof body === 'object' && body !== null && !Array.isArray(body)
}
