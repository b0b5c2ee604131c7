import type { Socket } from 'node:net'
import { type Deadline, within } from './deadline.ts'
import type { Trouble } from './exchange.ts'
import { codeOf, lateTrouble, withCode } from './failure.ts'

export interface TunnelPlan {
  /** `host:port` as CONNECT has it. */
  readonly target: string
  readonly proxyName: string
  readonly authorization?: string
}

interface Opened {
  readonly status: number
  readonly head: Buffer
}

/** Asks the proxy at the other end of `socket` for a tunnel; the socket then belongs to the target. */
export async function openTunnel(socket: Socket, plan: TunnelPlan, deadline: Deadline): Promise<Trouble | undefined> {
  const { proxyName, target } = plan
  const outcome = await connectMethod(socket, plan, deadline)
  if (outcome === undefined)
    return lateTrouble(deadline, 'proxy', `the proxy ${proxyName} opened no tunnel to ${target}`)
  if (outcome instanceof Error) {
    const code = codeOf(outcome)
    const message = `the proxy ${proxyName} broke off while asked for a tunnel to ${target} (${code ?? 'no code'})`
    return withCode(code, { kind: 'proxy', message })
  }
  if (outcome.status < 200 || outcome.status > 299) return refusal(outcome.status, proxyName, target)
  if (outcome.head.length > 0) socket.unshift(outcome.head)
  return undefined
}

export function refusal(status: number, proxyName: string, target: string): Trouble {
  const why =
    status === 407 ? 'its user name or password is missing or wrong' : `it refused the way to ${target}, or found none`
  return {
    kind: 'proxy',
    code: 'ERR_PROXY_TUNNEL',
    status,
    message: `the proxy ${proxyName} answered ${status}: ${why}`,
  }
}

function connectMethod(socket: Socket, plan: TunnelPlan, deadline: Deadline): Promise<Opened | Error | undefined> {
  const http = process.getBuiltinModule('node:http')
  return within<Opened | Error>(deadline, (settle) => {
    const request = http.request({
      method: 'CONNECT',
      path: plan.target,
      createConnection: () => socket,
      setHost: false,
      headers: {
        host: plan.target,
        ...(plan.authorization === undefined ? {} : { 'proxy-authorization': plan.authorization }),
      },
    })
    // raised for every status: after CONNECT no answer has a body of its own for the parser
    request.once('connect', (answer, _socket, head) => settle({ status: answer.statusCode ?? 0, head }))
    request.on('error', settle)
    request.end()
  })
}
