import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fakeWebhook, type WebhookAnswer } from '@hardgate/fakes'
import { afterEach, describe, expect, test } from '@jest/globals'
import type { BuildEvent } from '../../../actions/metrics-reporter/src/build-event.ts'
import type { Endpoint } from '../../../actions/metrics-reporter/src/sinks/sink.ts'
import { sinkOf } from '../../../actions/metrics-reporter/src/sinks/sinks.ts'
import { EVENT_ID, newJob } from './job.ts'
import { cleanUp, only, receiver, said, spooled } from './receiver.ts'
import { closedUdpPort, closeServers, freeTcpPort, tcpServer, udpServer } from './sinks/statsd-servers.ts'
import { newTemp } from './temp.ts'

// Every kind of endpoint in every kind of outage, beside an endpoint that is up. What each cell must be is written down
// here by hand, from what the kind's protocol calls a success.

afterEach(async () => {
  await closeServers()
  await cleanUp()
})

type Result = 'delivered' | 'unconfirmed' | 'partial' | 'spooled'

/** The result, and the requests: of two that are allowed, for each of the two signals of OTLP. */
type Cell = readonly [Result, number]

/** The line for a receiver at `http://…` or `https://…`. */
const HTTP_LINES = {
  webhook: (url: string) => `webhook+${url}`,
  otlp: (url: string) => `otlp+${url}`,
  pushgateway: (url: string) => `pushgateway+${url}`,
  influx: (url: string) => `influx+${url} db=ci`,
} as const
type HttpKind = keyof typeof HTTP_LINES
const HTTP_KINDS: readonly HttpKind[] = ['webhook', 'otlp', 'pushgateway', 'influx']

const page = '<!doctype html><title>Log in</title>'
const html = { 'content-type': 'text/html' }
const large = Buffer.alloc(10 * 1024 * 1024, 'x')

/** An answer, or how the receiver is found otherwise. */
type Fault = WebhookAnswer | 'refused' | 'unknown host' | 'TLS'

interface Row {
  readonly name: string
  readonly fault: Fault
  readonly cells: Readonly<Record<HttpKind, Cell>>
}

const every = (webhook: Cell, otlp: Cell, pushgateway: Cell, influx: Cell): Row['cells'] => ({
  webhook,
  otlp,
  pushgateway,
  influx,
})
const again = every(['spooled', 2], ['spooled', 4], ['spooled', 2], ['spooled', 2])
const final = every(['spooled', 1], ['spooled', 2], ['spooled', 1], ['spooled', 1])

const ROWS: readonly Row[] = [
  { name: 'refused', fault: 'refused', cells: again },
  { name: 'an unknown host', fault: 'unknown host', cells: again },
  { name: 'accepts and never answers', fault: { hang: true }, cells: again },
  { name: 'a TLS error', fault: 'TLS', cells: final },
  // OTLP forbids to send again after a 500
  { name: '500', fault: { status: 500 }, cells: every(['spooled', 2], ['spooled', 2], ['spooled', 2], ['spooled', 2]) },
  { name: '503 for ever', fault: { status: 503 }, cells: again },
  { name: '429 for ever', fault: { status: 429 }, cells: again },
  { name: 'a reset', fault: { reset: true }, cells: again },
  { name: 'a reset in mid-body', fault: { status: 200, cut: true }, cells: again },
  {
    name: '200 with a page of HTML',
    fault: { status: 200, body: page, headers: html },
    // any 2xx is a webhook's receipt; of the others none answers with a page
    cells: every(['delivered', 1], ['spooled', 2], ['spooled', 1], ['spooled', 1]),
  },
  { name: '301', fault: { status: 301, headers: { location: 'https://login.example/' } }, cells: final },
  {
    name: '200 with 10 MiB',
    fault: { status: 200, body: large },
    cells: every(['delivered', 1], ['spooled', 2], ['spooled', 1], ['spooled', 1]),
  },
  { name: '401', fault: { status: 401 }, cells: final },
]

/** The address of a receiver with that fault. */
async function addressWith(fault: Fault): Promise<string> {
  if (fault === 'unknown host') return 'http://no-such-host.invalid'
  if (fault === 'refused') {
    const { url, close } = await fakeWebhook()
    await close()
    return url
  }
  if (fault === 'TLS') return (await receiver()).url.replace('http:', 'https:')
  return (await receiver({ answers: [fault] })).url
}

const quick = { timeout: '600ms', deadline: '2s', attempts: '2' }

/** One job that reports to an endpoint that is down, and to one that is up. */
async function report(down: string, more: Readonly<Record<string, string>> = {}) {
  const up = await receiver()
  const folder = newTemp()
  const step = newJob().step()
  const given = { endpoint: `${down} name=down\n${up.url} name=up`, spool: folder, ...quick, ...more }
  await step.main(given)
  const start = performance.now()
  const stage = await step.post(given)
  return { up, folder, stage, elapsedMs: performance.now() - start }
}

type Reported = Awaited<ReturnType<typeof report>>

/** What became of it, and of what was kept; the other endpoint has the event in every case. */
async function outcomeOf(reported: Reported, kind: string, back: Receiver) {
  const { up, folder, stage, elapsedMs } = reported
  only(up)
  const told: unknown = JSON.parse(stage.account.outputs?.['report'] ?? '')
  const files = spooled(folder)
  const isKept = files.includes(`${EVENT_ID}.down.json`)
  return {
    result: stage.account.outputs?.['result'],
    report: told,
    isFailure: stage.account.isFailure ?? false,
    isInTime: elapsedMs < 4000, // the deadline and 2 s
    errors: said(stage, 'error').length,
    warnings: said(stage, 'warning').length,
    files,
    ...(isKept ? { isWhole: isKeptWhole(reported, kind) } : {}),
    replayed: await replayed(reported, kind, back),
  }
}

/** The kept event is, byte for byte, what the other endpoint got; and the warning says where it is. */
function isKeptWhole({ up, folder, stage }: Reported, kind: string): true {
  const kept = readFileSync(join(folder, `${EVENT_ID}.down.json`), 'utf8')
  expect(kept).toContain(`"event":${up.requests[0]?.body.toString()},"endpoint":"down"`)
  expect(JSON.parse(kept)).toMatchObject({ schema: 'hardgate.spool/v1', endpoint: 'down', kind })
  expect(said(stage, 'warning')[0]).toMatch(
    /^metrics-reporter: down \(.+\) did not take the event: .+\. The build is not affected\. The event is kept in /,
  )
  return true
}

/** A receiver that is up again. */
interface Receiver {
  readonly line: string
  /** The bodies that arrived; waits for one of a datagram. */
  readonly bodies: (isAwaited: boolean) => Promise<readonly string[]>
}

/** Two replays of what was kept, to a receiver that is up again: what arrived is the event, once. */
async function replayed({ up, folder }: Reported, kind: string, { line, bodies }: Receiver) {
  const isKept = spooled(folder).includes(`${EVENT_ID}.down.json`)
  const given = { mode: 'replay', endpoint: `${line} name=down`, spool: folder }
  const first = await newJob().step().main(given)
  await newJob().step().main(given)
  const arrived = await bodies(isKept)
  if (isKept) expect(arrived.toSorted()).toEqual(lateBodies(up.requests[0]?.body.toString() ?? '', kind).toSorted())
  return {
    arrived: arrived.length,
    warnings: said(first, 'warning').length,
    left: spooled(folder).filter((name) => name.endsWith('.json')),
  }
}

/** What that kind is sent of an event that was kept. */
function lateBodies(json: string, kind: string): string[] {
  const target = kind.endsWith('statsd') ? 'udp://127.0.0.1:1' : 'http://127.0.0.1:1'
  const options = kind === 'influx' ? { db: 'ci' } : {}
  const endpoint: Endpoint = { name: 'down', kind, target, shown: 'here', options, headers: {} }
  const event: BuildEvent = JSON.parse(json)
  const payloads = sinkOf(kind).encode(event, endpoint, { labels: {}, isLate: true })
  return payloads.map(({ body }) => body)
}

/** Bodies that one event is: OTLP has metrics and traces. */
const bodiesOf = (kind: string): number => (kind === 'otlp' ? 2 : 1)

const outcome = (kind: string, [result, attempts]: Cell) => ({
  result,
  report: [
    expect.objectContaining({ endpoint: 'down', kind, result, attempts }),
    expect.objectContaining({ endpoint: 'up', result: 'delivered' }),
  ],
  isFailure: false,
  isInTime: true,
  errors: 0,
  warnings: result === 'spooled' || result === 'partial' ? 1 : 0,
  files: FILES[result],
  ...(result === 'spooled' ? { isWhole: true } : {}),
  replayed: { arrived: result === 'spooled' ? bodiesOf(kind) : 0, warnings: 0, left: [] },
})

// a part would count twice if the whole were sent again by itself
const FILES: Readonly<Record<Result, readonly string[]>> = {
  delivered: [],
  unconfirmed: [],
  partial: ['rejected'],
  spooled: [`${EVENT_ID}.down.json`],
}

const CONFIRMED: Readonly<Record<HttpKind, readonly WebhookAnswer[]>> = {
  webhook: [{}],
  otlp: [{ status: 200, body: '{}', headers: { 'content-type': 'application/json' } }],
  // asked first for the groups that it has
  pushgateway: [{ status: 200, body: '{"status":"success","data":[]}' }, { status: 200 }],
  influx: [{ status: 204 }],
}

async function httpBack(kind: HttpKind): Promise<Receiver> {
  const fake = await receiver({ answers: CONFIRMED[kind] })
  const bodies = (): Promise<string[]> =>
    Promise.resolve(fake.requests.filter(({ method }) => method !== 'GET').map(({ body }) => body.toString()))
  return { line: HTTP_LINES[kind](fake.url), bodies }
}

async function socketBack(scheme: string): Promise<Receiver> {
  if (scheme.endsWith('+tcp')) {
    const { port, connections } = await tcpServer()
    return { line: `${scheme}://127.0.0.1:${port}`, bodies: () => Promise.resolve(connections.map(({ text }) => text)) }
  }
  const { port, datagrams, arrived } = await udpServer()
  const bodies = async (isAwaited: boolean): Promise<string[]> => {
    if (isAwaited) await arrived(1)
    return datagrams.map((text) => `${text}\n`)
  }
  return { line: `${scheme}://127.0.0.1:${port}`, bodies }
}

const httpCells = ROWS.flatMap(({ name, fault, cells }) =>
  HTTP_KINDS.map((kind): [HttpKind, string, Fault, Cell] => [kind, name, fault, cells[kind]]),
)

describe('acceptance 2: over HTTP', () => {
  test.each(httpCells)('%s: %s', async (kind, _name, fault, cell) => {
    const line = HTTP_LINES[kind](await addressWith(fault))

    expect(await outcomeOf(await report(line), kind, await httpBack(kind))).toEqual(outcome(kind, cell))
  })

  const partialSuccess = JSON.stringify({ partialSuccess: { rejectedDataPoints: '2', errorMessage: 'out of bounds' } })
  const partialWrite = '{"error":"partial write: field type conflict: input field dropped=1"}'

  test.each<[HttpKind, string, WebhookAnswer, Cell]>([
    ['otlp', ' signals=metrics', { status: 200, body: partialSuccess }, ['partial', 1]],
    ['influx', '', { status: 400, body: partialWrite }, ['partial', 1]],
  ])('%s, of which a part is refused: kept apart, and not sent again', async (kind, option, fault, cell) => {
    const line = `${HTTP_LINES[kind](await addressWith(fault))}${option}`

    const reported = await report(line, { metrics: 'size = 1 By\nlength = 2' })

    expect(await outcomeOf(reported, kind, await httpBack(kind))).toEqual(outcome(kind, cell))
  })

  test.each(HTTP_KINDS)('%s with on-error fail is a failure', async (kind) => {
    const line = HTTP_LINES[kind](await addressWith({ status: 400 }))

    const { stage } = await report(line, { 'on-error': 'fail' })

    expect(stage.account.isFailure).toBe(true)
    expect(said(stage, 'warning')[0]).not.toContain('The build is not affected')
  })
})

const answering = (text: string) => async (): Promise<string> => {
  const { port } = await tcpServer((socket) => socket.once('data', () => socket.end(text)))
  return `127.0.0.1:${port}`
}

/** No StatsD server answers: whatever does is another, and has taken nothing. */
const TCP_ROWS: readonly (readonly [string, () => Promise<string>, Cell])[] = [
  ['refused', async () => `127.0.0.1:${await freeTcpPort()}`, ['spooled', 2]],
  ['an unknown host', () => Promise.resolve('no-such-host.invalid:8125'), ['spooled', 2]],
  [
    'accepts and never closes',
    async () => `127.0.0.1:${(await tcpServer((socket) => socket.pause())).port}`,
    ['spooled', 1],
  ],
  [
    'a reset',
    async () => `127.0.0.1:${(await tcpServer((socket) => socket.once('data', () => socket.resetAndDestroy()))).port}`,
    ['spooled', 1],
  ],
  ['a server of TLS', answering('\u0015\u0003\u0003\u0000\u0002\u0002F'), ['spooled', 1]],
  ['a web server', answering(`HTTP/1.1 400 Bad Request\r\n\r\n${page}`), ['spooled', 1]],
  ['10 MiB', answering(large.toString()), ['spooled', 1]],
  ['an orderly close, which is all there is', async () => `127.0.0.1:${(await tcpServer()).port}`, ['unconfirmed', 1]],
]

const UDP_ROWS: readonly (readonly [string, () => Promise<string>, Cell])[] = [
  ['refused', async () => `127.0.0.1:${await closedUdpPort()}`, ['unconfirmed', 1]],
  ['an unknown host', () => Promise.resolve('no-such-host.invalid:8125'), ['spooled', 2]],
  ['never answers', async () => `127.0.0.1:${(await udpServer()).port}`, ['unconfirmed', 1]],
]

const socketCells = ['statsd', 'dogstatsd'].flatMap((kind) => [
  ...TCP_ROWS.map((row) => [`${kind}+tcp`, kind, ...row] as const),
  ...UDP_ROWS.map((row) => [kind, kind, ...row] as const),
])

describe('acceptance 2: StatsD', () => {
  test.each(socketCells)('%s (%s): %s', async (scheme, kind, _name, addressOf, cell) => {
    const line = `${scheme}://${await addressOf()}`

    expect(await outcomeOf(await report(line), kind, await socketBack(scheme))).toEqual(outcome(kind, cell))
  })
})
