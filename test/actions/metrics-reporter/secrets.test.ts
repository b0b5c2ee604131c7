import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { WebhookAnswer } from '@hardgate/fakes'
import { runJob } from '@hardgate/local-runner'
import { afterEach, describe, expect, test } from '@jest/globals'
import { formsOf, leavings } from './leavings.ts'
import { cleanUp, receiver } from './receiver.ts'
import { newTemp } from './temp.ts'

// The committed bundle with an endpoint of every kind that takes credentials, each with its own.

afterEach(cleanUp)

const uses = '$/actions/metrics-reporter'
const job = { job: { check_run_id: 50_123_456_789 }, github: { run_id: '17654321098', run_attempt: '2' } }

const KINDS = ['webhook', 'otlp', 'pushgateway', 'influx'] as const
type Kind = (typeof KINDS)[number]

/** Of one endpoint, each such that its forms differ. */
const secretsOf = (kind: Kind) => ({
  token: `t0ken/of+${kind}?&`,
  header: `h34der/of+${kind}=&`,
  password: `p4ss of+${kind}/&`,
})
const userPair = (kind: Kind): string => `ci:${secretsOf(kind).password}`

/** Where credentials are, beside the headers: in the input token, or in the URLs. The webhook has them in both. */
type Place = 'token' | 'URL'

const hasToken = (kind: Kind, place: Place): boolean => place === 'token' || kind === 'webhook'
const hasUserInfo = (kind: Kind, place: Place): boolean => place === 'URL' || kind === 'webhook'

/** All that such a job is given. */
const given = (place: Place): string[] =>
  KINDS.flatMap((kind) => [
    secretsOf(kind).header,
    ...(hasToken(kind, place) ? [secretsOf(kind).token] : []),
    ...(hasUserInfo(kind, place) ? [secretsOf(kind).password, userPair(kind)] : []),
  ])

/** What a receiver might say that repeats what it was given, in several forms, cut or not. */
function echo(kind: Kind, place: Place): string {
  const { token, header, password } = secretsOf(kind)
  const own = [
    header,
    ...(hasToken(kind, place) ? [token] : []),
    ...(hasUserInfo(kind, place) ? [Buffer.from(userPair(kind)).toString('base64'), password] : []),
  ]
  return `you sent ${own.map((secret) => `${secret} ${encodeURIComponent(secret)}`).join(', ')} ${own.join(' ').repeat(9)}`
}

function inputsFor(urls: Readonly<Record<Kind, string>>, place: Place): Record<string, string> {
  const lines = KINDS.map((kind) => {
    const user = hasUserInfo(kind, place) ? `http://ci:${encodeURIComponent(secretsOf(kind).password)}@` : 'http://'
    return `${kind}+${urls[kind].replace('http://', user)}${kind === 'influx' ? ' db=ci' : ''}`
  })
  const tokens = KINDS.filter((kind) => hasToken(kind, place))
  return {
    endpoint: lines.join('\n'),
    token: tokens.map((kind) => `${kind}/${secretsOf(kind).token}`).join('\n'),
    headers: KINDS.map((kind) => `${kind}/X-Key: ${secretsOf(kind).header}`).join('\n'),
  }
}

async function receivers(answer: WebhookAnswer, place: Place) {
  const start = (kind: Kind) =>
    receiver({ answers: [{ ...answer, ...bodyOf(kind, answer, place), ...confirmationOf(kind, answer) }] })
  const [webhook, otlp, pushgateway, influx] = await Promise.all([
    start('webhook'),
    start('otlp'),
    start('pushgateway'),
    start('influx'),
  ])
  const urls = { webhook: webhook.url, otlp: otlp.url, pushgateway: pushgateway.url, influx: influx.url }
  return { fakes: [webhook, otlp, pushgateway, influx], urls }
}

/** A refusal says why. */
const bodyOf = (kind: Kind, { status = 204 }: WebhookAnswer, place: Place): WebhookAnswer =>
  status >= 400 ? { body: echo(kind, place) } : {}

/** Only where the answer says nothing. */
const confirmationOf = (kind: Kind, { status }: WebhookAnswer): WebhookAnswer =>
  status === undefined && (kind === 'otlp' || kind === 'pushgateway') ? { status: 200 } : {}

const found = (text: string, place: Place): string[] =>
  given(place)
    .flatMap(formsOf)
    .filter((form) => text.includes(form))

const SCENARIOS: readonly (readonly [string, WebhookAnswer, Readonly<Record<string, string>>, boolean])[] = [
  ['a delivery', {}, {}, true],
  ['a refusal that repeats them', { status: 400 }, {}, true],
  ['a refusal for want of rights', { status: 401 }, {}, true],
  ['an outage', { status: 503 }, { attempts: '2', deadline: '2s' }, true],
  ['a redirect', { status: 301, headers: { location: 'https://ci:p4ss@login.example/?token=t0ken' } }, {}, true],
  ['an input error', {}, { timeout: 'soon' }, false],
  ['a dry run', {}, { 'dry-run': 'true' }, false],
]

describe.each<[Place]>([['token'], ['URL']])('acceptance 15: credentials in the %s', (place) => {
  test.each(SCENARIOS)('after %s no secret is anywhere, in none of its forms', async (_name, answer, more, isSent) => {
    const { fakes, urls } = await receivers(answer, place)

    const run = await runJob({ ...job, steps: [{ uses, with: { ...inputsFor(urls, place), ...more } }] })

    expect(found(leavings(run), place)).toEqual([])
    expect(leavings(run)).not.toMatch(/p4ss|t0ken|h34der/)
    expect(run.runs.map(({ exitCode }) => exitCode)).toEqual([0, 0])
    // each got its own, and so the search above had something to find
    const keys = fakes.map(({ requests }) => requests[0]?.headers['x-key'])
    expect(keys).toEqual(KINDS.map((kind) => (isSent ? secretsOf(kind).header : undefined)))
  })

  test('each endpoint is sent its own credentials and no others', async () => {
    const { fakes, urls } = await receivers({}, place)

    await runJob({ ...job, steps: [{ uses, with: inputsFor(urls, place) }] })

    const basic = (kind: Kind): string => `Basic ${Buffer.from(userPair(kind)).toString('base64')}`
    const expected: Readonly<Record<Kind, string>> =
      place === 'URL'
        ? { webhook: basic('webhook'), otlp: basic('otlp'), pushgateway: basic('pushgateway'), influx: basic('influx') }
        : {
            webhook: basic('webhook'),
            otlp: `Bearer ${secretsOf('otlp').token}`,
            pushgateway: `Bearer ${secretsOf('pushgateway').token}`,
            influx: `Token ${secretsOf('influx').token}`,
          }
    for (const [index, kind] of KINDS.entries()) {
      const { requests = [] } = fakes[index] ?? {}
      expect(requests.length).toBeGreaterThan(0)
      for (const { headers, path, body } of requests) {
        expect(headers.authorization).toBe(expected[kind])
        expect(found(`${path} ${body.toString()}`, place)).toEqual([])
      }
    }
  })
})

test('acceptance 15: it connects to its endpoints and to nothing else', async () => {
  const { fakes, urls } = await receivers({}, 'token')
  const folder = newTemp()
  const log = join(folder, 'connections')
  const hook = join(folder, 'hook.mjs')
  writeFileSync(log, '')
  writeFileSync(
    hook,
    `import { appendFileSync } from 'node:fs'
import { Socket as Tcp } from 'node:net'
import { Socket as Udp } from 'node:dgram'
const note = (what) => appendFileSync(${JSON.stringify(log)}, what + '\\n')
const connect = Tcp.prototype.connect
Tcp.prototype.connect = function (...args) {
  const [options] = Array.isArray(args[0]) ? args[0] : args
  note(options.host + ':' + options.port)
  return connect.apply(this, args)
}
const send = Udp.prototype.send
Udp.prototype.send = function (...args) {
  note('udp ' + args[2] + ':' + args[1])
  return send.apply(this, args)
}
`,
  )
  const inputs = inputsFor(urls, 'token')
  const endpoint = `${inputs['endpoint']}\ndogstatsd://127.0.0.1:9`

  await runJob({
    ...job,
    env: { NODE_OPTIONS: `--import=${hook}` },
    steps: [{ uses, with: { ...inputs, endpoint, 'github-token': '' } }],
  })

  const connections = new Set(readFileSync(log, 'utf8').trim().split('\n'))
  expect(connections).toEqual(new Set([...fakes.map(({ url }) => new URL(url).host), 'udp 127.0.0.1:9']))
})
