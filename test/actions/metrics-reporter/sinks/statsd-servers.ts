import { createSocket, type Socket as UdpSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { fakeClock } from '@hardgate/fakes'
import type { Transport } from '../../../../actions/metrics-reporter/src/sinks/sink.ts'

const open: (() => Promise<void>)[] = []

/** Closes every server of this file. */
export async function closeServers(): Promise<void> {
  for (const close of open.splice(0)) await close()
}

export interface UdpServer {
  readonly port: number
  readonly datagrams: readonly string[]
  /** Waits for so many datagrams. */
  readonly arrived: (count: number) => Promise<void>
}

export async function udpServer(host = '127.0.0.1'): Promise<UdpServer> {
  const socket: UdpSocket = createSocket(host.includes(':') ? 'udp6' : 'udp4')
  const datagrams: string[] = []
  socket.on('message', (message) => datagrams.push(message.toString('utf8')))
  socket.bind(0, host)
  await once(socket, 'listening')
  open.push(async () => {
    socket.close()
    await once(socket, 'close')
  })
  const arrived = async (count: number): Promise<void> => {
    while (datagrams.length < count) await once(socket, 'message', { signal: AbortSignal.timeout(3000) })
  }
  return { port: socket.address().port, datagrams, arrived }
}

/** A port of UDP that nobody listens to. */
export async function closedUdpPort(): Promise<number> {
  const socket = createSocket('udp4')
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const { port } = socket.address()
  socket.close()
  await once(socket, 'close')
  return port
}

/** A port of TCP that nobody listens to. */
export async function freeTcpPort(): Promise<number> {
  const { port, close } = await tcpServer()
  await close()
  return port
}

/** One attempt, and no clock that runs. */
export const plainTransport = (): Transport => ({
  request: () => Promise.reject(new Error('StatsD is no HTTP')),
  clock: fakeClock(),
  signal: new AbortController().signal,
  workspace: '.',
  timeoutMs: 5000,
  attempts: 1,
  deadline: 20_000,
  random: () => 0,
})

export interface TcpServer {
  readonly port: number
  /** What each connection sent. */
  readonly connections: readonly { text: string }[]
  /** Connections that are open now. */
  readonly count: () => number
  readonly close: () => Promise<void>
}

/** A server that keeps what it gets; `behave` does more with each connection. Its half closes when the client's does. */
export async function tcpServer(behave: (socket: Socket) => void = () => undefined): Promise<TcpServer> {
  const connections: { text: string }[] = []
  const sockets = new Set<Socket>()
  const server: Server = createServer((socket) => {
    const connection = { text: '' }
    connections.push(connection)
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => undefined)
    socket.on('data', (bytes) => (connection.text += bytes.toString('utf8')))
    behave(socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const close = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy()
    if (!server.listening) return
    server.close()
    await once(server, 'close')
  }
  open.push(close)
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return { port, connections, count: () => sockets.size, close }
}
