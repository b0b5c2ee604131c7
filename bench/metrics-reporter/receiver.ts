import { createServer } from 'node:http'
import { listen } from '@hardgate/fakes'

export interface Receiver {
  readonly url: string
  /** Paths of the requests, in the order in which they came. */
  readonly paths: string[]
  readonly close: () => Promise<void>
}

/** Takes every request at once, with this answer. */
export async function receiver(answer: string): Promise<Receiver> {
  const paths: string[] = []
  const server = createServer((request, response) => {
    paths.push(request.url ?? '')
    request.resume().on('end', () => response.setHeader('content-type', 'application/json').end(answer))
  })
  return { ...(await listen(server)), paths }
}
