import { type FakeClock, fakeClock } from '@hardgate/fakes'
import { afterEach, describe, expect, test } from '@jest/globals'
import type { BuildEvent } from '../../../../actions/metrics-reporter/src/build-event.ts'
import { dogstatsd } from '../../../../actions/metrics-reporter/src/sinks/dogstatsd.ts'
import type { Endpoint, Transport } from '../../../../actions/metrics-reporter/src/sinks/sink.ts'
import { statsd } from '../../../../actions/metrics-reporter/src/sinks/statsd.ts'
import { datagramsOf } from '../../../../actions/metrics-reporter/src/sinks/statsd-samples.ts'
import { sampleEvent } from '../sample.ts'
import { closedUdpPort, closeServers, tcpServer, udpServer } from './statsd-servers.ts'

afterEach(closeServers)

const endpointAt = (target: string): Endpoint => ({
  name: 'statsd',
  kind: 'statsd',
  target,
  shown: new URL(target).host,
  options: {},
  headers: {},
})

const transport = (clock: FakeClock = fakeClock(), more: Partial<Transport> = {}): Transport => ({
  request: () => Promise.reject(new Error('StatsD is no HTTP')),
  clock,
  signal: new AbortController().signal,
  workspace: '.',
  // no whole number, as what is left of a deadline
  timeoutMs: 2000.25,
  attempts: 5,
  deadline: clock.monotonic() + 20_000,
  random: () => 0,
  ...more,
})

const encoding = { labels: {}, isLate: false }

function deliver(target: string, world: Transport = transport(), event: BuildEvent = sampleEvent) {
  const endpoint = endpointAt(target)
  return statsd.deliver(statsd.encode(event, endpoint, encoding), endpoint, event.event_id, world)
}

/** `encode` has its own tests; this is the text that is sent. */
const text = (event: BuildEvent = sampleEvent): string =>
  statsd.encode(event, endpointAt('udp://127.0.0.1:1'), encoding)[0]?.body ?? ''

/** Sockets of this process that are still open; a closed one goes with the next turns of the event loop. */
async function socketsLeft(expected = 0): Promise<string[]> {
  const sockets = (): string[] =>
    process.getActiveResourcesInfo().filter((one) => /^(?:UDPWrap|TCPSocketWrap)$/.test(one))
  for (let turn = 0; turn < 20 && sockets().length > expected; turn += 1)
    await new Promise((resolve) => setImmediate(resolve))
  return sockets()
}

describe('UDP', () => {
  test('all lines arrive in one datagram, and nobody confirms it', async () => {
    const server = await udpServer()

    expect(await deliver(`udp://127.0.0.1:${server.port}`)).toEqual({ result: 'unconfirmed', attempts: 1 })
    await server.arrived(1)

    expect(server.datagrams).toEqual([text().trimEnd()])
  })

  test('a name is looked up, and localhost is the loopback of IPv4, which servers of StatsD listen to', async () => {
    const server = await udpServer()

    expect(await deliver(`udp://localhost:${server.port}`)).toMatchObject({ result: 'unconfirmed' })
    await server.arrived(1)
  })

  test('an address of IPv6 is taken in its brackets', async () => {
    const server = await udpServer('::1')

    expect(await deliver(`udp://[::1]:${server.port}`)).toMatchObject({ result: 'unconfirmed' })
    await server.arrived(1)
  })

  test('many lines are datagrams of at most 1,432 bytes, split at line ends, and no line is lost', async () => {
    const server = await udpServer()
    const metrics = Array.from({ length: 200 }, (_, index) => ({ name: `m${index}`, value: -index, unit: '1' }))
    const event = { ...sampleEvent, metrics }

    await deliver(`udp://127.0.0.1:${server.port}`, transport(), event)
    await server.arrived(datagramsOf(text(event)).length)

    expect(server.datagrams.length).toBeGreaterThan(10)
    expect(Math.max(...server.datagrams.map((one) => Buffer.byteLength(one)))).toBeLessThanOrEqual(1432)
    expect(`${server.datagrams.join('\n')}\n`).toBe(text(event))
    // a change stays with the zero before it
    expect(server.datagrams.filter((one) => /^[^:|]+:-/.test(one))).toEqual([])
  })

  test('acceptance 8: a port that nobody listens to is unconfirmed, however many datagrams it refuses', async () => {
    const port = await closedUdpPort()
    const metrics = Array.from({ length: 100 }, (_, index) => ({ name: `m${index}`, value: index, unit: '1' }))

    const delivery = await deliver(`udp://127.0.0.1:${port}`, transport(), { ...sampleEvent, metrics })

    expect(delivery).toEqual({ result: 'unconfirmed', attempts: 1 })
  })

  test('acceptance 3: the lookup of a name is tried again: waits of half a second, doubling', async () => {
    const clock = fakeClock()

    const delivery = await deliver('udp://no-such-host.invalid:8125', transport(clock, { random: () => 0.999_999_999 }))

    expect(delivery).toMatchObject({ result: 'failed', attempts: 5 })
    expect(delivery.reason).toMatch(
      /^the name no-such-host\.invalid does not resolve \((?:ENOTFOUND|EAI_AGAIN)\), 5 attempts in /,
    )
    expect(clock.waits.map(Math.round)).toEqual([500, 1000, 2000, 4000])
  })

  test('the deadline ends the lookups before the attempts do', async () => {
    const clock = fakeClock()

    const delivery = await deliver('udp://no-such-host.invalid:8125', transport(clock, { deadline: 1000 }))

    expect(delivery.attempts).toBe(3) // after 0, 250 and 750 ms; the next wait would end at 1750
  })

  test('where the machine cannot send at all, nothing was sent, and it is tried again', async () => {
    const clock = fakeClock()

    // the address of all machines of a network, which a socket must ask for
    const delivery = await deliver('udp://255.255.255.255:8125', transport(clock, { attempts: 2 }))

    expect(delivery).toMatchObject({ result: 'failed', attempts: 2 })
    expect(delivery.reason).toMatch(/^this machine cannot send to 255\.255\.255\.255:8125 \(E[A-Z]+\), 2 attempts in /)
  })

  test('a step that is cancelled sends nothing more', async () => {
    const delivery = await deliver('udp://127.0.0.1:9', transport(fakeClock(), { signal: AbortSignal.abort() }))

    expect(delivery).toMatchObject({ result: 'failed', attempts: 1 })
  })

  test('no socket stays open', async () => {
    await deliver(`udp://127.0.0.1:${await closedUdpPort()}`)

    expect(await socketsLeft()).toEqual([])
  })
})

describe('TCP', () => {
  test('all lines arrive, ended by a line end, and an orderly close confirms nothing', async () => {
    const server = await tcpServer()

    expect(await deliver(`tcp://127.0.0.1:${server.port}`)).toEqual({ result: 'unconfirmed', attempts: 1 })

    expect(server.connections).toEqual([{ text: text() }])
  })

  test('acceptance 3: a connection that is refused is tried again', async () => {
    const clock = fakeClock()
    const { port, close } = await tcpServer()
    await close()

    const delivery = await deliver(`tcp://127.0.0.1:${port}`, transport(clock))

    expect(delivery).toMatchObject({ result: 'failed', attempts: 5 })
    expect(delivery.reason).toMatch(/refused the connection \(ECONNREFUSED\), 5 attempts in 3\.8 s$/)
    expect(clock.waits).toEqual([250, 500, 1000, 2000])
  })

  test('acceptance 3: a name that does not resolve is tried again', async () => {
    expect(await deliver('tcp://no-such-host.invalid:8125')).toMatchObject({ result: 'failed', attempts: 5 })
  })

  test('what was sent over a connection that broke is not sent again: a counter could count twice', async () => {
    const server = await tcpServer((socket) => socket.once('data', () => socket.resetAndDestroy()))

    const delivery = await deliver(`tcp://127.0.0.1:${server.port}`)

    expect(delivery).toMatchObject({ result: 'failed', attempts: 1 })
    expect(delivery.reason).toMatch(/ broke the connection off \(ECONNRESET\), 1 attempt in /)
    expect(server.connections).toHaveLength(1)
  })

  test('a server that accepts and never closes ends at the limit of one request', async () => {
    const server = await tcpServer((socket) => socket.pause())

    const delivery = await deliver(`tcp://127.0.0.1:${server.port}`, transport(fakeClock(), { timeoutMs: 200 }))

    expect(delivery).toMatchObject({ result: 'failed', attempts: 1 })
    expect(delivery.reason).toMatch(/accepted the connection and did not close it in time, 1 attempt in /)
  })

  test('what answers is no StatsD server', async () => {
    const server = await tcpServer((socket) =>
      socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')),
    )

    const delivery = await deliver(`tcp://127.0.0.1:${server.port}`)

    expect(delivery).toMatchObject({ result: 'failed', attempts: 1 })
    expect(delivery.reason).toMatch(/ answered, which no StatsD server does, 1 attempt in /)
  })

  test('an abort ends it, and no connection stays open', async () => {
    const controller = new AbortController()
    // which is not read, so that the server does not see the end of it either
    const server = await tcpServer((socket) => socket.on('readable', () => controller.abort('SIGTERM')))

    const delivery = await deliver(
      `tcp://127.0.0.1:${server.port}`,
      transport(fakeClock(), { signal: controller.signal, timeoutMs: 60_000 }),
    )

    expect(delivery).toMatchObject({ result: 'failed', attempts: 1 })
    expect(delivery.reason).toMatch(/cancelled/)
    // the server's own end, which reads nothing and so does not see that the other is gone
    expect(await socketsLeft(1)).toEqual(['TCPSocketWrap'])
  })
})

describe('datagrams', () => {
  const line = (length: number, mark = 'x'): string => mark.repeat(length)

  test('two lines that fill 1,432 bytes with the line end between them are one, a byte more are two', () => {
    expect(datagramsOf(`${line(1000)}\n${line(431)}\n`)).toHaveLength(1)
    expect(datagramsOf(`${line(1000)}\n${line(432)}\n`)).toHaveLength(2)
  })

  test('the limit counts bytes, not characters', () => {
    expect(datagramsOf(`${line(400, '☃')}\n${line(77, '☃')}\n`)).toHaveLength(1) // 1200 + 1 + 231
    expect(datagramsOf(`${line(400, '☃')}\n${line(78, '☃')}\n`)).toHaveLength(2)
  })

  test('a gauge below zero stays with the line that sets it to zero', () => {
    const zero = `${line(100, 'n')}:0|g`

    expect(datagramsOf(`${line(1300)}\n${zero}\n${line(100, 'n')}:-3|g\n`)).toEqual([
      line(1300),
      `${zero}\n${line(100, 'n')}:-3|g`,
    ])
  })
})

test('a dry run shows the way and the lines', () => {
  const endpoint = endpointAt('tcp://statsd.internal:8125')

  expect(statsd.encode(sampleEvent, endpoint, encoding)[0]).toMatchObject({
    name: 'lines',
    to: 'TCP statsd.internal:8125',
  })
  expect(dogstatsd.encode(sampleEvent, endpointAt('udp://[::1]:8125'), encoding)[0]).toMatchObject({
    to: 'UDP [::1]:8125',
  })
})
