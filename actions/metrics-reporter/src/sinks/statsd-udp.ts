import type { Socket } from 'node:dgram'
import { type Attempted, again, codeOf, type Limits, limitOf, type Place, within } from './statsd-attempt.ts'
import { datagramsOf } from './statsd-samples.ts'

interface Address {
  readonly address: string
  readonly family: number
}

/** Nobody answers: what was sent is sent. */
export async function sendByUdp(body: string, { host, port, shown }: Place, limits: Limits): Promise<Attempted> {
  const signal = limitOf(limits)
  const found = await addressOf(host, signal)
  if (found === undefined) return again(`the name ${host} was not looked up in time`)
  if (typeof found === 'string') return again(`the name ${host} does not resolve (${found})`)
  const socket = process.getBuiltinModule('node:dgram').createSocket(found.family === 6 ? 'udp6' : 'udp4')
  // an error that comes late must not end the process
  socket.on('error', () => undefined)
  try {
    return await sendAll(socket, datagramsOf(body), { address: found.address, port, shown, signal })
  } finally {
    socket.close()
  }
}

interface Way {
  readonly address: string
  readonly port: number
  readonly shown: string
  readonly signal: AbortSignal
}

async function sendAll(socket: Socket, datagrams: readonly string[], way: Way): Promise<Attempted> {
  for (const [index, datagram] of datagrams.entries()) {
    const trouble = await sendOne(socket, datagram, way)
    if (trouble === undefined) continue
    const reason = `this machine cannot send to ${way.shown} (${trouble})`
    if (index === 0) return again(reason)
    const [accepted, rejected] = [datagrams.slice(0, index), datagrams.slice(index)].map(linesIn)
    return { end: 'settled', result: 'partial', reason, accepted: accepted ?? 0, rejected: rejected ?? 0 }
  }
  return { end: 'settled', result: 'unconfirmed' }
}

const linesIn = (datagrams: readonly string[]): number => datagrams.flatMap((one) => one.split('\n')).length

/**
 * The code of an error, or undefined. The socket is not connected: on one that is, an old "port unreachable" takes the
 * place of the next datagram, which is then not sent.
 */
async function sendOne(socket: Socket, datagram: string, { address, port, signal }: Way): Promise<string | undefined> {
  const outcome = await within<{ error: Error | null }>(signal, (settle) => {
    socket.send(datagram, port, address, (error) => settle({ error }))
  })
  if (outcome === undefined) return 'no time left'
  return outcome.error === null ? undefined : codeOf(outcome.error)
}

/** An error's code where there is none. Of both families the older: no answer tells which one a server listens to. */
async function addressOf(host: string, signal: AbortSignal): Promise<Address | string | undefined> {
  const family = process.getBuiltinModule('node:net').isIP(host)
  if (family !== 0) return { address: host, family }
  const { lookup } = process.getBuiltinModule('node:dns')
  return within<Address | string>(signal, (settle) => {
    lookup(host, { all: true }, (error, addresses) => {
      const first = addresses?.find((one) => one.family === 4) ?? addresses?.[0]
      settle(first ?? codeOf(error))
    })
  })
}
