import type { LookupAddress } from 'node:dns'
import type { Socket } from 'node:net'
import { type Deadline, within } from './deadline.ts'
import type { Trouble } from './exchange.ts'
import { codeOf, connectTrouble, lateTrouble, withCode } from './failure.ts'
import type { Trace } from './trace.ts'

/**
 * An address keeps this long before the next one is tried beside it; no attempt is given up before the deadline.
 * Node's own 250 ms end the attempt at a slow address, which then looks dead.
 */
const NEXT_ADDRESS_MS = 2000

export interface Endpoint {
  /** A name or an address, without brackets. */
  readonly host: string
  readonly port: number
  readonly family: 0 | 4 | 6
}

/** A TCP connection to the first address that accepts one; each call looks the name up anew. */
export async function connect(endpoint: Endpoint, deadline: Deadline, trace: Trace): Promise<Socket | Trouble> {
  const addresses = await lookup(endpoint, deadline)
  if ('kind' in addresses) return addresses
  trace.reached = 'name'
  trace.phases.lookup = deadline.elapsed()
  const errors: unknown[] = []
  const socket = await firstToAccept({ addresses, port: endpoint.port, errors }, deadline, trace)
  if (socket !== undefined) {
    trace.reached = 'tcp'
    trace.phases.connect = deadline.elapsed()
    return socket
  }
  const target = describe(endpoint, trace.address)
  const late = lateTrouble(deadline, 'connect-timeout', `${target} accepted no connection`)
  if (late.kind === 'aborted') return late
  const told = connectTrouble(target, errors)
  return deadline.signal.aborted && told.kind !== 'refused' ? late : told
}

async function lookup({ host, family }: Endpoint, deadline: Deadline): Promise<readonly LookupAddress[] | Trouble> {
  const literal = process.getBuiltinModule('node:net').isIP(host)
  if (literal !== 0 && family !== 0 && literal !== family) {
    return { kind: 'no-route', message: `${host} is not an IPv${family} address, and only those were asked for` }
  }
  if (literal !== 0) return [{ address: host, family: literal }]
  const dns = process.getBuiltinModule('node:dns')
  const found = await within<Error | LookupAddress[]>(deadline, (settle) => {
    dns.lookup(host, { all: true, family }, (error, addresses) => settle(error ?? addresses))
  })
  if (found === undefined) return lateTrouble(deadline, 'connect-timeout', `the lookup of the name ${host} did not end`)
  const addresses = [...(Array.isArray(found) ? found : []), ...loopbacks(host, family)]
  if (addresses.length > 0) return alternate(addresses)
  const code = Array.isArray(found) ? 'ENODATA' : codeOf(found)
  return withCode(code, { kind: 'dns', message: `the name ${host} does not resolve (${code ?? 'no code'})` })
}

/** `localhost` means both loopback addresses (RFC 6761 section 6.3), but the hosts file of many machines has one. */
function loopbacks(host: string, family: 0 | 4 | 6): LookupAddress[] {
  if (!/^(?:.+\.)?localhost\.?$/i.test(host)) return []
  const both = [
    { address: '127.0.0.1', family: 4 },
    { address: '::1', family: 6 },
  ]
  return both.filter((one) => family === 0 || one.family === family)
}

/** Each address once, one of each family in turn, the resolver's first choice first (RFC 8305 section 4). */
function alternate(found: readonly LookupAddress[]): LookupAddress[] {
  const addresses = [...new Map(found.map((one) => [one.address, one])).values()]
  const first = addresses.filter(({ family }) => family === addresses[0]?.family)
  const second = addresses.filter(({ family }) => family !== addresses[0]?.family)
  return addresses.flatMap((_, i) => [first[i], second[i]]).filter((address) => address !== undefined)
}

interface Race {
  readonly addresses: readonly LookupAddress[]
  readonly port: number
  /** Filled with the error of each attempt that ended. */
  readonly errors: unknown[]
}

/** undefined: every attempt failed, or the deadline came. */
async function firstToAccept(race: Race, deadline: Deadline, trace: Trace): Promise<Socket | undefined> {
  const net = process.getBuiltinModule('node:net')
  const { addresses, port, errors } = race
  const gap = Math.min(NEXT_ADDRESS_MS, (deadline.timeoutMs - deadline.elapsed()) / addresses.length)
  const open = new Set<Socket>()
  let timer: NodeJS.Timeout | undefined
  let next = 0
  const winner = await within<Socket | undefined>(deadline, (settle) => {
    const tryNext = (): void => {
      clearTimeout(timer)
      const address = addresses[next++]
      if (address === undefined) return
      trace.address = address.address
      const socket = net.connect({ host: address.address, port, autoSelectFamily: false })
      open.add(socket)
      socket.once('connect', () => settle(socket))
      // stays for the life of the socket: an error that comes between two steps must not end the process
      socket.on('error', (error) => {
        if (!open.delete(socket)) return
        errors.push(error)
        if (errors.length === addresses.length) settle(undefined)
        else tryNext()
      })
      if (next < addresses.length) timer = setTimeout(tryNext, gap)
    }
    tryNext()
  })
  clearTimeout(timer)
  for (const socket of open) if (socket !== winner) socket.destroy()
  open.clear()
  if (winner !== undefined) trace.address = winner.remoteAddress ?? trace.address ?? ''
  return winner
}

export function describe({ host, port }: Pick<Endpoint, 'host' | 'port'>, address?: string): string {
  const shown = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
  return address === undefined || address === host ? shown : `${shown} (${address})`
}
