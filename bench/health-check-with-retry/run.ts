// Side by side with wait-on 9 and a shell loop of curl, in one run on one machine. Needs Linux, curl, npm and a build.
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { action, type Command, hasMissed, inTurns, median, percentile, report, round, start, timed } from './measure.ts'
import { hanging, healthy, large, slow, turning } from './servers.ts'

const RUNS = 20
const INTERVAL_MS = 500
const folder = mkdtempSync(join(tmpdir(), 'bench-wait-on-'))
process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
execFileSync('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--prefix', folder, 'wait-on@9'], {
  stdio: 'ignore',
})

/** `http-get`: its default of HEAD is not what a health check asks. */
function waitOn(url: string, ...options: readonly string[]): Command {
  const program = join(folder, 'node_modules/wait-on/bin/wait-on')
  return { name: 'wait-on', program: process.execPath, args: [program, url.replace('http:', 'http-get:'), ...options] }
}

const bareNode: Command = { name: 'node -e 0', program: process.execPath, args: ['-e', '0'] }

const curlLoop = (url: string, pauseS: number): Command => ({
  name: 'curl loop',
  program: 'sh',
  args: ['-c', `until curl -fsS -o /dev/null -m 10 '${url}' 2>/dev/null; do sleep ${pauseS}; done`],
})

const ours = (url: string, more: Readonly<Record<string, string>> = {}): Command =>
  action({ url: `${url}/health`, 'initial-delay': '0', interval: `${INTERVAL_MS}ms`, ...more })

await startToExit()
await turnsGood()
await hangs()
await memory()
await manyChecks()
if (hasMissed()) process.exitCode = 1

async function startToExit(): Promise<void> {
  const server = await healthy()
  const results = await inTurns([ours(server.url), waitOn(server.url), curlLoop(server.url, 1), bareNode], RUNS)
  server.close()
  const of = (name: string): number => median((results.get(name) ?? []).map(({ ms }) => ms))
  console.log(`start to exit, server healthy, medians of ${RUNS}:`)
  for (const name of results.keys())
    console.log(`      ${name} ${round(of(name))} ms, ${round(of(name) / of('node -e 0'))} x node -e 0`)
  report('start to exit, against wait-on', of('health-check-with-retry') / of('wait-on'), ' x', 0.35)
  report('start to exit, over node -e 0', of('health-check-with-retry') - of('node -e 0'), ' ms', 90)
}

async function turnsGood(): Promise<void> {
  // the moment is spread evenly over the interval: by chance alone one would look faster
  const reaction = async (command: (url: string) => Command, run: number): Promise<number> => {
    const server = await turning()
    const child = start(command(server.url))
    await new Promise((resolve) => setTimeout(resolve, 1000 + ((run + 0.5) / RUNS) * INTERVAL_MS))
    const from = performance.now()
    server.turnGood()
    await once(child, 'exit')
    server.close()
    return performance.now() - from
  }
  const times = { own: [] as number[], waitOn: [] as number[] }
  for (let run = 0; run < RUNS; run += 1) {
    times.own.push(await reaction((url) => ours(url, { 'max-attempts': '100' }), run))
    times.waitOn.push(await reaction((url) => waitOn(url, '-i', String(INTERVAL_MS)), run))
  }
  console.log(
    `server turns good to exit, interval ${INTERVAL_MS} ms: wait-on p95 ${round(percentile(times.waitOn, 0.95))} ms, median ${round(median(times.waitOn))} ms; ours median ${round(median(times.own))} ms`,
  )
  report('turns good to exit, p95', percentile(times.own, 0.95), ' ms', INTERVAL_MS + 60)
  // both wait for the same interval, so they are equal but for noise
  report('turns good to exit, median against wait-on', median(times.own) / median(times.waitOn), ' x', 1.05)
}

async function hangs(): Promise<void> {
  const open = async (command: (url: string) => Command): Promise<number> => {
    const server = await hanging()
    const child = start(command(server.url))
    await new Promise((resolve) => setTimeout(resolve, 5000))
    child.kill('SIGKILL')
    server.close()
    return server.mostOpen()
  }
  const theirs = await open((url) => waitOn(url))
  console.log(`hanging server, 5 s: wait-on has ${theirs} connections open`)
  report(
    'hanging server, open connections',
    await open((url) => ours(url, { timeout: '1s', interval: '250ms' })),
    '',
    1,
  )
}

async function memory(): Promise<void> {
  const server = await healthy()
  const results = await inTurns([ours(server.url), waitOn(server.url)], 5, true)
  server.close()
  const of = (name: string): number => median((results.get(name) ?? []).map(({ peakMb }) => peakMb))
  console.log(
    `peak memory, healthy: ours ${round(of('health-check-with-retry'))} MB, wait-on ${round(of('wait-on'))} MB`,
  )
  report('peak memory against wait-on', of('health-check-with-retry') / of('wait-on'), ' x', 0.8)
  const big = await large(5_000_000, 200_000_000)
  const plain = await timed(action({ url: `${big.url}/plain`, 'initial-delay': '0' }), true)
  const packed = await timed(action({ url: `${big.url}/gzip`, 'initial-delay': '0' }), true)
  big.close()
  report('peak memory, 5 MB of text', plain.peakMb, ' MB', 150)
  report('peak memory, 200 MB behind gzip', packed.peakMb, ' MB', 150)
}

async function manyChecks(): Promise<void> {
  const server = await slow(200)
  const urls = Array.from({ length: 20 }, (_, index) => `${server.url}/${index}`)
  const loop: Command = {
    name: 'curl one by one',
    program: 'sh',
    args: ['-c', `for u in ${urls.join(' ')}; do curl -fsS -o /dev/null "$u" || exit 1; done`],
  }
  const own = action({ url: urls.join('\n'), 'initial-delay': '0' })
  const results = await inTurns([own, loop], 5)
  server.close()
  const of = (name: string): number => median((results.get(name) ?? []).map(({ ms }) => ms))
  console.log(`20 checks of 200 ms: ours ${round(of(own.name))} ms, curl one by one ${round(of(loop.name))} ms`)
  report('20 checks of 200 ms, against curl one by one', of(own.name) / of(loop.name), ' x', 0.2)
}
