import type { ClientRequest, IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { readBody, UndecodableBody } from './body.ts'
import { type Deadline, within } from './deadline.ts'
import type { Trouble } from './exchange.ts'
import { type AnswerState, answerTrouble, lateTrouble } from './failure.ts'
import type { Trace } from './trace.ts'

/** One request as it goes over the wire. */
export interface Message {
  readonly method: string
  /** `/path?query`, or the whole URL for a proxy. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: Buffer
  /** For messages: `host:port`. */
  readonly target: string
  readonly maxBodyBytes: number
  /** False: the status is all that is wanted, and the body is not waited for. */
  readonly isBodyWanted: (status: number, headers: Readonly<Record<string, string>>) => boolean
}

export interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
  readonly isBodyCut: boolean
}

/** What came so far, for the trouble that a broken answer becomes. */
interface Progress {
  isHeard: boolean
  status?: number
  headers?: Readonly<Record<string, string>>
  bytes: Buffer[]
}

export interface Heard {
  readonly outcome: Reply | Trouble
  /** At least one byte of an answer came. */
  readonly isHeard: boolean
}

/** Sends one message over a fresh connection, reads its answer, and destroys the socket. */
export async function askOnce(socket: Socket, message: Message, deadline: Deadline, trace: Trace): Promise<Heard> {
  const progress: Progress = { isHeard: false, bytes: [] }
  const reply = await within<Reply | Trouble>(deadline, (settle) => {
    const request = send(socket, message)
    request.once('socket', () => {
      // only now, after the parser's own listener: an earlier one would take the bytes away from it
      socket.once('data', () => {
        progress.isHeard = true
        trace.phases.firstByte = deadline.elapsed()
      })
    })
    request.on('error', (error) => settle(troubleOf(error, message, progress)))
    request.once('response', (answer) => receive(answer, { message, progress, settle }))
    // 101 raises no `response`: without a listener it would hang until the deadline
    request.once('upgrade', (answer) => settle({ ...begin(answer, progress), body: Buffer.alloc(0), isBodyCut: false }))
  })
  socket.destroy()
  if (reply !== undefined && !('kind' in reply)) trace.phases.lastByte = deadline.elapsed()
  return { outcome: reply ?? tooLate(deadline, message, progress), isHeard: progress.isHeard }
}

function send(socket: Socket, { method, path, headers, body }: Message): ClientRequest {
  const http = process.getBuiltinModule('node:http')
  // no agent: nothing keeps the connection, so the next attempt gets a new one
  const request = http.request({ method, path, headers, setHost: false, createConnection: () => socket })
  request.end(body)
  return request
}

interface Receiving {
  readonly message: Message
  readonly progress: Progress
  readonly settle: (outcome: Reply | Trouble) => void
}

function receive(answer: IncomingMessage, { message, progress, settle }: Receiving): void {
  const start = begin(answer, progress)
  const fail = (error: Error): void => settle(troubleOf(error, message, progress))
  answer.on('error', fail)
  if (!message.isBodyWanted(start.status, start.headers)) {
    return settle({ ...start, body: Buffer.alloc(0), isBodyCut: false })
  }
  readBody(answer, {
    maxBytes: message.maxBodyBytes,
    chunks: progress.bytes,
    onEnd: ({ isCut }) => settle({ ...start, body: Buffer.concat(progress.bytes), isBodyCut: isCut }),
    onError: fail,
  })
}

function begin(answer: IncomingMessage, progress: Progress): Pick<Reply, 'status' | 'headers'> {
  const start = { status: answer.statusCode ?? 0, headers: joinHeaders(answer.rawHeaders) }
  Object.assign(progress, start)
  return start
}

/** Node's own `headers` drops the second of many names; here none is lost. */
function joinHeaders(raw: readonly string[]): Record<string, string> {
  const joined = new Map<string, string>()
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = (raw[i] ?? '').toLowerCase()
    const before = joined.get(name)
    joined.set(name, before === undefined ? (raw[i + 1] ?? '') : `${before}, ${raw[i + 1]}`)
  }
  return Object.fromEntries(joined)
}

function stateOf({ target }: Message, { isHeard, status, headers }: Progress): AnswerState {
  return {
    target,
    isHeard,
    ...(status === undefined ? {} : { status }),
    ...(headers === undefined ? {} : { headers }),
  }
}

function troubleOf(error: Error, message: Message, progress: Progress): Trouble {
  const state = stateOf(message, progress)
  if (!(error instanceof UndecodableBody)) return answerTrouble(error, state)
  const { target, isHeard: _told, ...begun } = state
  if (error.isTruncated) return { kind: 'truncated', message: `the packed body of ${target} ends too early`, ...begun }
  return { kind: 'protocol', message: `the body of ${target} is not in its content-encoding`, ...begun }
}

function tooLate(deadline: Deadline, message: Message, progress: Progress): Trouble {
  const { target, isHeard, ...begun } = stateOf(message, progress)
  const got = begun.status === undefined ? 'did not answer' : `answered ${begun.status}, but its body did not end`
  const what = isHeard && begun.status === undefined ? 'began an answer and did not end its headers' : got
  const late = lateTrouble(deadline, 'response-timeout', `${target} ${what}`)
  return late.kind === 'aborted' ? late : { ...late, ...begun }
}
