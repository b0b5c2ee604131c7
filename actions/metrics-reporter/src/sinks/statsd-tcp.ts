import type { Socket } from 'node:net'
import { dial } from '@hardgate/http'
import { type Attempted, again, codeOf, failed, type Limits, limitOf, type Place, within } from './statsd-attempt.ts'

/**
 * Sent once both sides have closed in order. After the first byte nothing is tried again: a counter that arrived
 * would count twice.
 */
export async function sendByTcp(body: string, { host, port, shown }: Place, limits: Limits): Promise<Attempted> {
  const dialled = await dial({ host, port, ...limits })
  if (!dialled.ok) return dialled.kind === 'aborted' ? failed(dialled.message) : again(dialled.message)
  const { socket } = dialled
  try {
    const closed = await closing(socket, body, limitOf(limits, dialled.phases.connect))
    if (closed === undefined && limits.signal.aborted) return failed('the step was cancelled')
    return attemptedOf(closed, shown)
  } finally {
    socket.destroy()
  }
}

type Closing =
  | { readonly is: 'orderly' }
  | { readonly is: 'answered' }
  | { readonly is: 'broken'; readonly code: string }

function closing(socket: Socket, body: string, signal: AbortSignal): Promise<Closing | undefined> {
  return within<Closing>(signal, (settle) => {
    socket.once('error', (error) => settle({ is: 'broken', code: codeOf(error) }))
    socket.once('data', () => settle({ is: 'answered' }))
    socket.once('close', () => settle({ is: 'orderly' }))
    socket.end(body)
  })
}

function attemptedOf(closed: Closing | undefined, shown: string): Attempted {
  if (closed === undefined) return failed(`${shown} accepted the connection and did not close it in time`)
  if (closed.is === 'broken') return failed(`${shown} broke the connection off (${closed.code})`)
  // the protocol has no answers: it is a web server, or TLS
  if (closed.is === 'answered') return failed(`${shown} answered, which no StatsD server does`)
  return { end: 'settled', result: 'unconfirmed' }
}
