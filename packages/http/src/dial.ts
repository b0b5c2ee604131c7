import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { connect, describe } from './connect.ts'
import { type Deadline, startDeadline } from './deadline.ts'
import type { Observed, Trouble } from './exchange.ts'
import { chooseProxy, type ProxyChoice } from './proxy.ts'
import { checkCa, secure, type TlsWish } from './secure.ts'
import { isTrouble, newTrace, observed, type Trace } from './trace.ts'
import { openTunnel } from './tunnel.ts'

/** The way to one target. */
export interface Route {
  /** A name or an address, without brackets. */
  readonly host: string
  readonly port: number
  readonly family?: 0 | 4 | 6
  /** `host:port` to the address to connect to. */
  readonly resolve?: ReadonlyMap<string, string>
  readonly proxy: ProxyChoice
  /** Asks the proxy for a tunnel; otherwise the socket ends at the proxy. */
  readonly isTunnelled: boolean
  /** Absent: plain TCP. */
  readonly tls?: TlsWish
}

/** Opens the way step by step; `trace` tells how far it got. The socket never throws: it has a listener for errors. */
export async function open(route: Route, deadline: Deadline, trace: Trace): Promise<Socket | TLSSocket | Trouble> {
  const socket = await openPlain(route, deadline, trace)
  if (isTrouble(socket) || route.tls === undefined) return socket
  const secured = await secure(socket, route.tls, deadline, trace)
  if (!isTrouble(secured)) return secured
  // A certificate that does not hold is evidence about the target: a proxy that only tunnels cannot make one up.
  return secured.kind === 'tls' ? secured : blameProxy(secured, route.proxy)
}

function openPlain(route: Route, deadline: Deadline, trace: Trace): Promise<Socket | Trouble> {
  const { host, port, family = 0, proxy } = route
  if (proxy.use === 'invalid') return Promise.resolve({ kind: 'proxy', message: proxy.message })
  const there = { host: route.resolve?.get(describe({ host, port })) ?? host, port, family }
  if (proxy.use === 'direct') return connect(there, deadline, trace)
  return openProxied({ ...route, proxy, there: describe(there) }, deadline, trace)
}

type Proxied = Route & { readonly proxy: Extract<ProxyChoice, { use: 'proxy' }>; readonly there: string }

async function openProxied(route: Proxied, deadline: Deadline, trace: Trace): Promise<Socket | Trouble> {
  const { proxy, there } = route
  trace.viaProxy = true
  // what the way to the proxy reached says nothing of the target
  const toProxy = newTrace()
  const socket = await openProxy(proxy, route.tls?.ca, deadline, toProxy)
  trace.phases = { ...toProxy.phases }
  if (toProxy.address !== undefined) trace.address = toProxy.address
  if (isTrouble(socket)) return blameProxy(socket, proxy)
  if (!route.isTunnelled) return socket
  const { authorization } = proxy
  const plan = { target: there, proxyName: describe(proxy), ...(authorization === undefined ? {} : { authorization }) }
  const refused = await openTunnel(socket, plan, deadline)
  if (refused !== undefined) {
    socket.destroy()
    return refused
  }
  trace.reached = 'tcp'
  trace.phases.connect = deadline.elapsed()
  return socket
}

async function openProxy(
  { host, port, isTls }: Proxied['proxy'],
  ca: string | undefined,
  deadline: Deadline,
  trace: Trace,
): Promise<Socket | Trouble> {
  const socket = await connect({ host, port, family: 0 }, deadline, trace)
  if (isTrouble(socket) || !isTls) return socket
  return secure(socket, { host, ...(ca === undefined ? {} : { ca }) }, deadline, trace)
}

/** Until the target itself was heard, a broken connection through a proxy is no evidence about the target. */
export function blameProxy(trouble: Trouble, proxy: ProxyChoice): Trouble {
  if (proxy.use !== 'proxy' || trouble.kind === 'aborted' || trouble.kind === 'proxy') return trouble
  return { ...trouble, kind: 'proxy', message: `through the proxy ${describe(proxy)}: ${trouble.message}` }
}

export interface DialPlan {
  /** A name or an address, without brackets. */
  readonly host: string
  readonly port: number
  readonly timeoutMs: number
  readonly tls?: Omit<TlsWish, 'host'>
  readonly family?: 0 | 4 | 6
  /** `host:port` to the address to connect to; SNI and certificate check stay those of `host`. */
  readonly resolve?: ReadonlyMap<string, string>
  /** `none` (default), `env` (as for https) or the URL of a proxy, which is asked for a tunnel. */
  readonly proxy?: string
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly signal?: AbortSignal
}

export type Dialled =
  | (Observed & { readonly ok: true; readonly socket: Socket })
  | (Observed & Trouble & { readonly ok: false })

/** A fresh TCP or TLS connection, or how far it got. The caller destroys the socket. A bad `ca` is a TypeError. */
export async function dial(plan: DialPlan): Promise<Dialled> {
  const { host, port, family, resolve } = plan
  checkCa(plan.tls?.ca)
  const deadline = startDeadline(plan.timeoutMs, plan.signal)
  const trace = newTrace()
  try {
    const socket = await open(
      {
        host,
        port,
        proxy: chooseProxy(`https://${describe({ host, port })}`, plan.proxy ?? 'none', plan.env),
        isTunnelled: true,
        ...(family === undefined ? {} : { family }),
        ...(resolve === undefined ? {} : { resolve }),
        ...(plan.tls === undefined ? {} : { tls: { host, ...plan.tls } }),
      },
      deadline,
      trace,
    )
    return isTrouble(socket) ? { ok: false, ...observed(trace), ...socket } : { ok: true, ...observed(trace), socket }
  } finally {
    deadline.end()
  }
}
