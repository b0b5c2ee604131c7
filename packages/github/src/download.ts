import type { Answer, Exchange, RequestPlan } from '@hardgate/http'
import { type Asked, noAnswer, refusal } from './answers.ts'
import { GitHubError } from './errors.ts'

export interface Wanted extends Asked {
  /** Of the API's own address, with the token. */
  readonly plan: RequestPlan
  readonly maxBytes: number
  readonly send: (plan: RequestPlan) => Promise<Exchange>
}

// of the whole archive; the answer of the API that names its place has the client's own limit
const TIMEOUT_MS = 120_000

/**
 * What GitHub redirects to is a store of another owner, with a signature in the address: it gets no header of ours, and
 * no message shows that address. Throws a `GitHubError`.
 */
export async function download(wanted: Wanted): Promise<Buffer> {
  const first = await wanted.send({ ...wanted.plan, maxBodyBytes: wanted.maxBytes, followRedirects: 'none' })
  if (!first.ok) throw noAnswer(first, wanted)
  const place = placeOf(first, wanted)
  if (place === undefined) return bodyOf(first, wanted)
  const { signal } = wanted.plan
  const second = await wanted.send({
    url: place,
    method: 'GET',
    // GitHub Enterprise Server may redirect once more, to another path of the same store
    followRedirects: 'same-host',
    timeoutMs: TIMEOUT_MS,
    maxBodyBytes: wanted.maxBytes,
    ...(signal === undefined ? {} : { signal }),
  })
  if (!second.ok) throw noAnswer(second, wanted)
  // its text may repeat the address
  return bodyOf({ ...second, ...(second.status === 200 ? {} : { body: Buffer.alloc(0) }) }, wanted)
}

function placeOf({ status, headers }: Answer, { plan, purpose }: Wanted): string | undefined {
  if (status < 300 || status > 399) return undefined
  const location = headers['location'] ?? ''
  const place = URL.canParse(location, plan.url) ? new URL(location, plan.url) : undefined
  // what comes by plain http can be anybody's
  const isSafe = place?.protocol === 'https:' || (place?.protocol === 'http:' && plan.url.startsWith('http:'))
  if (place === undefined || !isSafe)
    throw new GitHubError({ kind: 'unreadable', status, message: `${purpose}: GitHub names no https address of it` })
  place.username = ''
  place.password = ''
  return place.href
}

function bodyOf(answer: Answer, wanted: Wanted): Buffer {
  const { status, body, isBodyCut } = answer
  if (status !== 200) throw refusal(answer, wanted)
  if (isBodyCut)
    throw new GitHubError({
      kind: 'unreadable',
      message: `${wanted.purpose}: it is larger than ${wanted.maxBytes} bytes`,
    })
  return body
}
