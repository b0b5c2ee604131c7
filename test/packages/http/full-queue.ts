import { type ChildProcess, spawn } from 'node:child_process'
import net, { type Socket } from 'node:net'
import { afterEach } from '@jest/globals'

export interface FullQueue {
  readonly port: number
}

/** Listens and blocks its own event loop, so that the kernel's queue of accepted connections never drains. */
const LISTENER = `
const server = require('node:net').createServer((socket) => {
  socket.on('error', () => {}).once('data', () => socket.end('HTTP/1.1 204 No Content\\r\\n\\r\\n'))
})
server.listen({ host: process.argv[1], port: Number(process.argv[2]), backlog: 1 }, () => {
  process.stdout.write(String(server.address().port) + '\\n', () => {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Number(process.argv[3]))
  })
})
`

/** Listeners that accept no connection, as a host behind a silent firewall. Linux drops what the queue cannot hold. */
export function fullQueueKit() {
  const children: ChildProcess[] = []
  const fillers: Socket[] = []
  afterEach(() => {
    for (const socket of fillers.splice(0)) socket.destroy()
    for (const child of children.splice(0)) child.kill('SIGKILL')
  })
  /** Accepts nothing for `blockedMs`, then everything, and answers 204. */
  return async (host = '127.0.0.1', port = 0, blockedMs = 60_000): Promise<FullQueue> => {
    const child = spawn(process.execPath, ['-e', LISTENER, host, String(port), String(blockedMs)])
    children.push(child)
    const line = await new Promise<string>((resolve) => child.stdout.once('data', (data) => resolve(String(data))))
    const full = Number(line)
    for (let i = 0; i < 4; i += 1) {
      const socket = net.connect({ host, port: full })
      socket.on('error', () => {})
      fillers.push(socket)
    }
    await new Promise((resolve) => setTimeout(resolve, 100))
    return { port: full }
  }
}
