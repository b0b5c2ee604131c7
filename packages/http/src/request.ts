import type { Heard, Message, Reply } from './answer.ts'
import { askOnce } from './answer.ts'
import { describe } from './connect.ts'
import { type Deadline, startDeadline } from './deadline.ts'
import { blameProxy, open, type Route } from './dial.ts'
import type { Answer, Exchange, Failure, RequestPlan, Trouble } from './exchange.ts'
import { bare, basicOf, chooseProxy } from './proxy.ts'
import { redactUrl } from './redact.ts'
import { type Direction, directionOf, type Hop, MAX_REDIRECTS } from './redirect.ts'
import { checkCa } from './secure.ts'
import { isTrouble, newTrace, observed, type Trace } from './trace.ts'
import { refusal } from './tunnel.ts'

const DEFAULT_MAX_BODY_BYTES = 1_048_576

/**
 * One HTTP request, each hop on a connection of its own. Every network failure is a value. Throws a TypeError for
 * a plan that cannot be sent at all: no http URL, a header with a line break, a method with a blank, a bad `ca`.
 */
export async function request(plan: RequestPlan): Promise<Exchange> {
  const first = firstHop(plan)
  const deadline = startDeadline(plan.timeoutMs, plan.signal)
  try {
    return await travel(first, plan, deadline)
  } finally {
    deadline.end()
  }
}

/** What a journey gathers, hop by hop. */
interface Log {
  readonly redirects: string[]
  readonly visited: Set<string>
  readonly dropped: Set<string>
  mayHaveBeenSent: boolean
}

async function travel(first: Hop, plan: RequestPlan, deadline: Deadline): Promise<Exchange> {
  const log: Log = { redirects: [], visited: new Set(), dropped: new Set(), mayHaveBeenSent: false }
  let hop = first
  for (;;) {
    log.visited.add(`${hop.method} ${hop.url.href}`)
    const trace = newTrace()
    const outcome = await perform({ hop, plan, deadline, trace, log })
    if (isTrouble(outcome)) return failureOf(outcome, hop, trace, log)
    const direction = directionOf(hop, outcome.status, outcome.headers['location'], plan.followRedirects)
    if (direction.go !== 'on') return answerOf(outcome, direction, hop, trace, log)
    const lost = endOfPatience(direction.next, log)
    if (lost !== undefined) {
      const { status, headers } = outcome
      return failureOf({ kind: 'redirect', message: lost, status, headers }, hop, trace, log)
    }
    log.redirects.push(redactUrl(hop.url.href))
    if (direction.next.url.origin !== hop.url.origin) {
      for (const [written] of hop.headers.values()) log.dropped.add(written)
    }
    hop = direction.next
  }
}

function endOfPatience({ method, url }: Hop, { redirects, visited }: Log): string | undefined {
  if (visited.has(`${method} ${url.href}`)) return `the redirects go in a circle, back to ${redactUrl(url.href)}`
  if (redirects.length < MAX_REDIRECTS) return undefined
  return `more than ${MAX_REDIRECTS} redirects; the next would be ${redactUrl(url.href)}`
}

interface Step {
  readonly hop: Hop
  readonly plan: RequestPlan
  readonly deadline: Deadline
  readonly trace: Trace
  readonly log: Log
}

async function perform({ hop, plan, deadline, trace, log }: Step): Promise<Reply | Trouble> {
  const route = routeOf(hop.url, plan)
  const socket = await open(route, deadline, trace)
  if (isTrouble(socket)) return socket
  log.mayHaveBeenSent ||= !deadline.signal.aborted
  const heard = await askOnce(socket, messageOf(hop, plan, route), deadline, trace)
  return judgeProxied(heard, route, trace)
}

/** A plain `http:` answer through a proxy may be the proxy's own; until a whole head came, it is. */
function judgeProxied({ outcome, isHeard }: Heard, route: Route, trace: Trace): Reply | Trouble {
  const { proxy } = route
  if (proxy.use !== 'proxy' || route.tls !== undefined) return outcome
  if (isTrouble(outcome)) {
    const isOfTarget = route.isTunnelled ? isHeard : outcome.status !== undefined
    return isOfTarget ? outcome : blameProxy(outcome, proxy)
  }
  if (route.isTunnelled) return outcome
  if (outcome.status === 407) {
    return { ...refusal(407, describe(proxy), describe(route)), headers: outcome.headers }
  }
  trace.reached = 'tcp'
  return outcome
}

function routeOf(url: URL, plan: RequestPlan): Route {
  const host = bare(url.hostname)
  const port = portOf(url)
  const { resolve, family, ca, insecure } = plan
  const isTls = url.protocol === 'https:'
  return {
    host,
    port,
    proxy: chooseProxy(url, plan.proxy, plan.env),
    // an absolute URL cannot name both the host and the address to connect to, a tunnel can
    isTunnelled: isTls || resolve?.has(describe({ host, port })) === true,
    ...(family === undefined ? {} : { family }),
    ...(resolve === undefined ? {} : { resolve }),
    ...(isTls
      ? {
          tls: {
            host,
            protocols: ['http/1.1'],
            ...(ca === undefined ? {} : { ca }),
            ...(insecure === undefined ? {} : { insecure }),
          },
        }
      : {}),
  }
}

function portOf(url: URL): number {
  if (url.port !== '') return Number(url.port)
  return url.protocol === 'https:' ? 443 : 80
}

function firstHop(plan: RequestPlan): Hop {
  const url = new URL(plan.url)
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw new TypeError('only http and https can be asked')
  const headers = new Map<string, [string, string]>()
  const basic = basicOf(url)
  if (basic !== undefined) headers.set('authorization', ['authorization', basic])
  for (const [name, value] of Object.entries(plan.headers ?? {})) headers.set(name.toLowerCase(), [name, value])
  url.username = ''
  url.password = ''
  url.hash = ''
  const hop = { method: plan.method ?? 'GET', url, headers }
  checkSendable(hop, plan)
  checkCa(plan.ca)
  return plan.body === undefined ? hop : { ...hop, body: Buffer.from(plan.body) }
}

/** Before anything is sent: Node finds these only once a connection stands. */
function checkSendable({ method, headers }: Hop, { defaultHeaders = {} }: RequestPlan): void {
  const http = process.getBuiltinModule('node:http')
  if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(method)) throw new TypeError('the method is not an HTTP token')
  if (method === 'CONNECT') throw new TypeError('CONNECT asks for no answer')
  for (const [name, value] of [...headers.values(), ...Object.entries(defaultHeaders)]) {
    http.validateHeaderName(name)
    http.validateHeaderValue(name, value)
  }
}

function messageOf(hop: Hop, plan: RequestPlan, route: Route): Message {
  const { method, url, body } = hop
  const isAbsolute = route.proxy.use === 'proxy' && !route.isTunnelled
  const path = `${url.pathname}${url.search}`
  return {
    method,
    path: isAbsolute ? `${url.origin}${path}` : path,
    headers: headersOf(hop, plan, route),
    target: url.host,
    maxBodyBytes: plan.maxBodyBytes ?? DEFAULT_MAX_BODY_BYTES,
    isBodyWanted: (status, headers) => directionOf(hop, status, headers['location'], plan.followRedirects).go !== 'on',
    ...(body === undefined ? {} : { body }),
  }
}

function headersOf({ method, url, headers, body }: Hop, plan: RequestPlan, route: Route): Record<string, string> {
  const all = new Map<string, readonly [string, string]>([['host', ['host', url.host]]])
  for (const [name, value] of Object.entries(plan.defaultHeaders ?? {})) all.set(name.toLowerCase(), [name, value])
  for (const [name, header] of headers) all.set(name, header)
  // the length is ours to know: two opinions on where a body ends are how requests get smuggled
  all.delete('transfer-encoding')
  all.delete('content-length')
  const length = body?.length ?? (['POST', 'PUT', 'PATCH'].includes(method) ? 0 : undefined)
  if (length !== undefined) all.set('content-length', ['content-length', String(length)])
  if (route.proxy.use === 'proxy' && !route.isTunnelled && route.proxy.authorization !== undefined) {
    all.set('proxy-authorization', ['proxy-authorization', route.proxy.authorization])
  }
  return Object.fromEntries(all.values())
}

function journey(hop: Hop, trace: Trace, { redirects, dropped }: Log) {
  return { ...observed(trace), url: redactUrl(hop.url.href), redirects: [...redirects], droppedHeaders: [...dropped] }
}

function failureOf(trouble: Trouble, hop: Hop, trace: Trace, log: Log): Failure {
  return { ok: false, ...journey(hop, trace, log), ...trouble, mayHaveBeenSent: log.mayHaveBeenSent }
}

function answerOf(reply: Reply, direction: Exclude<Direction, { go: 'on' }>, hop: Hop, trace: Trace, log: Log): Answer {
  const unfollowed = direction.go === 'stay' ? { unfollowed: { to: redactUrl(direction.to), why: direction.why } } : {}
  return { ok: true, ...journey(hop, trace, log), ...reply, ...unfollowed }
}
