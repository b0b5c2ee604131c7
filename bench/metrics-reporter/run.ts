// Side by side in one run, against a receiver on loopback: npm run bench -- metrics-reporter
// Theirs is a reporter of the same job over the OpenTelemetry SDK, metrics alone; ours sends metrics and traces.

import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { type Lost, lostBy, ourReport, theirReport } from './lost.ts'
import { BUNDLE, jobFolder, ours, STARTED_AT } from './ours.ts'
import { peerFolder, SDKS, theirs } from './peer.ts'
import { ended, interleaved, median, type Program } from './processes.ts'
import { receiver } from './receiver.ts'
import { replayOf } from './replay.ts'

const ROUNDS = 21
const POST_ROUNDS = 7

interface Peer {
  readonly name: string
  readonly folder: string
}

interface Row {
  readonly what: string
  readonly ours: number
  readonly theirs: number
  readonly unit: string
  /** Of ours to theirs. */
  readonly target: number
}

const nothing: Program = { args: ['-e', '0'], env: {} }

async function race(peers: readonly Peer[]): Promise<Row[]> {
  const sink = await receiver('{}')
  const inputs = { 'report-at': 'now', endpoint: `otlp+${sink.url}`, 'started-at': STARTED_AT }
  const [base = 0, our = 0, ...their] = await interleaved(ROUNDS, [
    nothing,
    ours(jobFolder(), inputs),
    ...peers.map(({ folder }) => theirs(folder, sink.url)),
  ])
  const traces = sink.paths.filter((path) => path === '/v1/traces').length
  if (traces !== ROUNDS) throw new Error(`${traces} of ${ROUNDS} spans came`)
  await sink.close()
  console.log(`node -e 0: ${base.toFixed(0)} ms, taken off below; medians of ${ROUNDS}`)
  return peers.map(({ name }, index) => ({
    what: `process, theirs ${name}`,
    ours: our - base,
    theirs: (their[index] ?? Number.NaN) - base,
    unit: 'ms',
    target: 0.5,
  }))
}

const sizes = (peers: readonly Peer[]): Row[] =>
  peers.map(({ name, folder }) => ({
    what: `bundle with all chunks, theirs ${name}`,
    ours: kilobytes(BUNDLE),
    theirs: kilobytes(join(folder, 'dist')),
    unit: 'kB',
    target: 0.33,
  }))

function kilobytes(folder: string): number {
  const scripts = readdirSync(folder).filter((file) => /\.m?js$/.test(file))
  return scripts.reduce((sum, file) => sum + statSync(join(folder, file)).size, 0) / 1000
}

/** The post stage after a main stage, as the runner starts both. */
async function postSeconds(): Promise<number> {
  const sink = await receiver('{}')
  const times: number[] = []
  for (let round = 0; round < POST_ROUNDS; round += 1) {
    const temp = jobFolder()
    const inputs = { endpoint: `otlp+${sink.url}`, 'started-at': STARTED_AT }
    await ended(ours(temp, inputs))
    const { ms, status, said } = await ended(ours(temp, inputs, savedIn(join(temp, 'state'))))
    if (status !== 0 || !said.includes('otlp delivered')) throw new Error(`the post stage did not deliver:\n${said}`)
    times.push(ms)
  }
  await sink.close()
  return median(times) / 1000
}

/** `name<<END\nvalue\nEND`, as actions write it. */
function savedIn(file: string): Record<string, string> {
  const pairs = readFileSync(file, 'utf8').matchAll(/^(.+?)<<(.+)\n([\s\S]*?)\n\2$/gm)
  return Object.fromEntries([...pairs].map(([, name = '', , value = '']) => [name, value]))
}

async function replays(): Promise<boolean> {
  const few = await replayOf(100)
  const many = await replayOf(1000)
  const growth = many.peakMb / few.peakMb
  console.table([
    {
      what: 'replay of 1,000 events',
      measured: `${many.seconds.toFixed(1)} s`,
      target: '<= 10 s',
      holds: many.seconds <= 10,
    },
    {
      what: 'its memory, to that of 100',
      measured: `${growth.toFixed(2)} (${many.peakMb.toFixed(0)} MB)`,
      target: '<= 1.3',
      holds: growth <= 1.3,
    },
  ])
  return many.seconds <= 10 && growth <= 1.3
}

function show(rows: readonly Row[]): boolean {
  const told = rows.map(({ what, ours: our, theirs: their, unit, target }) => ({
    what,
    ours: `${our.toFixed(0)} ${unit}`,
    theirs: `${their.toFixed(0)} ${unit}`,
    ratio: (our / their).toFixed(2),
    target: `<= ${target}`,
    holds: our / their <= target,
  }))
  console.table(told)
  return told.every(({ holds }) => holds)
}

async function showLost(peers: readonly Peer[]): Promise<boolean> {
  const our = await lostBy(ourReport)
  const all: (readonly [string, readonly Lost[]])[] = [['ours', our]]
  for (const { name, folder } of peers) all.push([name, await lostBy((url) => theirReport(folder, url))])
  console.log('events lost without a word:')
  console.table(
    all.map(([who, lost]) => ({
      who,
      ...Object.fromEntries(lost.map(({ case: name, told }) => [name, told])),
      lost: `${lost.filter(({ isLost }) => isLost).length} of ${lost.length}`,
    })),
  )
  return our.every(({ isLost }) => !isLost)
}

const post = await postSeconds()
console.log(`the post stage on a receiver that answers at once: ${post.toFixed(2)} s (at most 1 s)`)
const peers = SDKS.flatMap((sdk) => {
  const folder = peerFolder(sdk)
  return folder === undefined ? [] : [{ name: sdk.name, folder }]
})
if (peers.length === 0) console.log('the OpenTelemetry SDK cannot be installed here: it is left out.')
const held = [post <= 1, show([...(await race(peers)), ...sizes(peers)]), await showLost(peers), await replays()]
if (held.includes(false)) process.exitCode = 1
