import { createServer, type RequestListener } from 'node:http'
import { createServer as createTcpServer, type Server, type Socket } from 'node:net'
import { createGzip } from 'node:zlib'

export interface Running {
  readonly url: string
  readonly mostOpen: () => number
  readonly close: () => void
}

async function listen(server: Server): Promise<Running> {
  const open = new Set<Socket>()
  let mostOpen = 0
  server.on('connection', (socket: Socket) => {
    open.add(socket)
    mostOpen = Math.max(mostOpen, open.size)
    socket.on('error', () => {}).once('close', () => open.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    mostOpen: () => mostOpen,
    close: () => {
      for (const socket of open) socket.destroy()
      server.close()
    },
  }
}

const serve = (listener: RequestListener): Promise<Running> => listen(createServer(listener))

export const healthy = (): Promise<Running> =>
  serve((_request, response) => {
    response.setHeader('content-type', 'application/json')
    response.end('{"status":"ok"}')
  })

/** Accepts and never answers. */
export const hanging = (): Promise<Running> => listen(createTcpServer((socket) => socket.resume()))

/** Answers each request after a while. */
export const slow = (ms: number): Promise<Running> =>
  serve((_request, response) => {
    setTimeout(() => response.end('{"status":"ok"}'), ms)
  })

/** 503 until it is told to be good. */
export async function turning(): Promise<Running & { turnGood: () => void }> {
  let status = 503
  const running = await serve((_request, response) => response.writeHead(status).end('{}'))
  return {
    ...running,
    turnGood: () => {
      status = 200
    },
  }
}

/** `/plain`: so many bytes of text. `/gzip`: so many bytes of zeros, packed. */
export const large = (plain: number, packed: number): Promise<Running> =>
  serve((request, response) => {
    if (request.url === '/plain') return response.end(Buffer.alloc(plain, 'a'))
    response.setHeader('content-encoding', 'gzip')
    const gzip = createGzip({ level: 1 })
    gzip.pipe(response)
    response.on('close', () => gzip.destroy())
    const chunk = Buffer.alloc(1_000_000)
    let left = packed
    const more = (): void => {
      while (left > 0 && !gzip.destroyed) {
        left -= chunk.length
        if (!gzip.write(chunk)) return void gzip.once('drain', more)
      }
      gzip.end()
    }
    more()
    return undefined
  })
