import http from 'node:http'

export interface Told {
  readonly status: number
  readonly text: string
}

export interface Asking {
  readonly method?: string
  readonly body?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** One request to a server of a test, past every proxy. */
export function ask(url: string, { method = 'GET', body, headers = {} }: Asking = {}): Promise<Told> {
  return new Promise((resolve, reject) => {
    const request = http.request(url, { method, headers, agent: false, timeout: 10_000 }, (answer) => {
      const parts: Buffer[] = []
      answer.on('data', (part: Buffer) => parts.push(part))
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(parts).toString('utf8') }))
      answer.on('error', reject)
    })
    request.on('timeout', () => request.destroy(new Error(`${url} does not answer`)))
    request.on('error', reject)
    request.end(body)
  })
}

/** The parsed answer; one that is no 200 is an error. */
export async function askJson(url: string, asking: Asking = {}): Promise<unknown> {
  const { status, text } = await ask(url, asking)
  if (status !== 200) throw new Error(`${url} answers ${status}: ${text}`)
  return JSON.parse(text)
}

/** Whether it answers with that status. A refused connection is a no. */
export async function answers(url: string, status = 200): Promise<boolean> {
  return ask(url).then(
    (told) => told.status === status,
    () => false,
  )
}
