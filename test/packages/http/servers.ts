import http from 'node:http'
import net, { type Server, type Socket } from 'node:net'
import { afterEach } from '@jest/globals'

export interface Running {
  readonly port: number
  /** `http://127.0.0.1:PORT`. */
  readonly url: string
  readonly host: string
  /** Connections that were ever accepted. */
  readonly accepted: () => number
  /** Connections that are open now. */
  readonly open: () => number
  /** The most that were ever open at once. */
  readonly mostOpen: () => number
  readonly stop: () => Promise<void>
}

/** Starts servers on loopback and stops each of them after the test that started it. */
export function serverKit() {
  const started: Running[] = []
  afterEach(async () => {
    await Promise.all(started.splice(0).map((one) => one.stop()))
  })
  const start = async (server: Server, host = '127.0.0.1', port = 0): Promise<Running> => {
    const running = await listen(server, host, port)
    started.push(running)
    return running
  }
  return {
    start,
    http: (handler: http.RequestListener, host?: string) => start(http.createServer(handler), host),
    /** Speaks raw bytes; an error of the connection is of no interest. */
    tcp: (handler: (socket: Socket) => void, host?: string) => {
      const server = net.createServer((socket) => {
        socket.on('error', () => {})
        handler(socket)
        socket.resume() // or the end of a client that goes away would never be read
      })
      return start(server, host)
    },
  }
}

async function listen(server: Server, host: string, port: number): Promise<Running> {
  const sockets = new Set<Socket>()
  let accepted = 0
  let mostOpen = 0
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    accepted += 1
    mostOpen = Math.max(mostOpen, sockets.size)
    socket.once('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host, port }, resolve)
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('this server has no port')
  const shown = host.includes(':') ? `[${host}]` : host
  return {
    port: address.port,
    host,
    url: `http://${shown}:${address.port}`,
    accepted: () => accepted,
    open: () => sockets.size,
    mostOpen: () => mostOpen,
    stop: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy()
        server.close(() => resolve())
      }),
  }
}

/** A port of loopback where nobody listens. */
export async function closedPort(host = '127.0.0.1'): Promise<number> {
  const running = await listen(net.createServer(), host, 0)
  await running.stop()
  return running.port
}

/** Waits for something that comes by itself; the guard is against hanging alone. */
export async function until(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 500 && !condition(); i += 1) await new Promise((resolve) => setTimeout(resolve, 10))
  if (!condition()) throw new Error('it did not come about')
}
