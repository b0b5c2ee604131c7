import http from 'node:http'
import net from 'node:net'

export interface SeenByProxy {
  readonly method: string
  /** As on the request line: `host:port` or an absolute URL. */
  readonly target: string
  readonly authorization: string | undefined
  readonly host: string | undefined
}

export interface ProxyPlan {
  /** Where every request ends up, whatever name it asks for. */
  readonly to: { readonly host: string; readonly port: number }
  /** `user:password`; others are answered 407. */
  readonly credentials?: string
  /** Answers this to all, instead of forwarding. */
  readonly status?: number
}

/** A forward proxy for tests: absolute URLs and CONNECT, both sent to one place. */
export function proxyServer({ to, credentials, status }: ProxyPlan) {
  const seen: SeenByProxy[] = []
  const expected = credentials === undefined ? undefined : `Basic ${Buffer.from(credentials).toString('base64')}`
  const admit = (request: http.IncomingMessage): number => {
    const { method = '', url = '', headers } = request
    seen.push({ method, target: url, authorization: headers['proxy-authorization'], host: headers.host })
    if (expected !== undefined && headers['proxy-authorization'] !== expected) return 407
    return status ?? 200
  }
  const server = http.createServer((request, answer) => {
    const verdict = admit(request)
    if (verdict !== 200) {
      answer.writeHead(verdict).end('from the proxy')
      return
    }
    const { pathname, search } = new URL(request.url ?? '')
    const headers = { ...request.headers }
    delete headers['proxy-authorization']
    const onward = http.request({ ...to, method: request.method, path: `${pathname}${search}`, headers, agent: false })
    onward.on('error', () => answer.writeHead(502).end())
    onward.once('response', (reply) => {
      answer.writeHead(reply.statusCode ?? 0, reply.headers)
      reply.pipe(answer)
    })
    request.pipe(onward)
  })
  server.on('connect', (request, socket, head) => {
    socket.on('error', () => {})
    const verdict = admit(request)
    if (verdict !== 200) {
      socket.end(`HTTP/1.1 ${verdict} Refused\r\ncontent-length: 0\r\n\r\n`)
      return
    }
    const onward = net.connect(to, () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
      onward.write(head)
      onward.pipe(socket).pipe(onward)
    })
    onward.on('error', () => socket.destroy())
  })
  return { server, seen }
}
