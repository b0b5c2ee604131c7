import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe } from '@jest/globals'

/** What test/real-tools/metrics-servers.sh has filled. */
const folderOfPrograms = process.env['HARDGATE_METRICS_SERVERS'] ?? ''
const WHY = 'skipped: HARDGATE_METRICS_SERVERS names no folder. Run test/real-tools/metrics-servers.sh FOLDER first.'
/** A machine that is busy with other things is slow to start a server. */
const START_MS = 30_000
const STOP_MS = 5000

/** For beforeAll: longer than a server may take. */
export const SERVER_START_MS = START_MS + 10_000

/** Tests that deliver to real servers. Where these were asked for, one that is missing is a failure. */
export const describeServers: (name: string, tests: () => void) => void = folderOfPrograms === '' ? skipped : describe

function skipped(name: string, tests: () => void): void {
  process.stderr.write(`${name}: ${WHY}\n`)
  // oxlint-disable-next-line jest/no-disabled-tests, jest/valid-title, jest/valid-describe-callback -- the reason is said
  describe.skip(`${name} (${WHY})`, tests)
}

/** A program that metrics-servers.sh has brought. */
export const programAt = (name: string): string => join(folderOfPrograms, name)

export interface ServerPlan {
  readonly program: string
  /** How many ports it listens on. */
  readonly ports: number
  /** Files to be written into its folder before it starts. */
  readonly files?: (place: Place) => Readonly<Record<string, string>>
  readonly args: (place: Place) => readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** Asked again and again: does it serve? */
  readonly isReady: (place: Place) => Promise<boolean>
}

export interface Place {
  /** Its own, below the machine's temporary folder. */
  readonly folder: string
  /** Free ones of 127.0.0.1. */
  readonly ports: readonly number[]
  /** The port of that number; one that the plan did not ask for is an error. */
  readonly port: (index: number) => number
}

export interface RunningServer extends Place {
  /** What it has printed so far. */
  readonly output: () => string
  /** Ends it and removes its folder. */
  readonly stop: () => Promise<void>
}

/** Starts a server on loopback, and comes back when it answers. */
export async function startServer(plan: ServerPlan): Promise<RunningServer> {
  const folder = mkdtempSync(join(tmpdir(), 'metrics-server-'))
  const place = placeOf(folder, await freePorts(plan.ports))
  for (const [name, content] of Object.entries(plan.files?.(place) ?? {})) writeFileSync(join(folder, name), content)
  const child = spawn(plan.program, [...plan.args(place)], {
    cwd: folder,
    // HOME: InfluxDB wants one
    env: { PATH: process.env['PATH'], HOME: folder, ...plan.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const output = outputOf(child)
  const gone = goneTold(plan.program, child)
  const stop = async () => {
    await ended(child, gone)
    rmSync(folder, { recursive: true, force: true })
  }
  const trouble = await untilReady(plan, place, gone)
  if (trouble === undefined) return { ...place, output, stop }
  await stop()
  throw new Error(`${plan.program}: ${trouble}\n${output()}`)
}

function placeOf(folder: string, ports: readonly number[]): Place {
  const port = (index: number) => {
    const one = ports[index]
    if (one === undefined) throw new Error(`the plan asks for ${ports.length} ports, so there is no port ${index}`)
    return one
  }
  return { folder, ports, port }
}

/** Held all together until each is known, so that they differ. */
export async function freePorts(count: number): Promise<number[]> {
  const holders = Array.from({ length: count }, () => createServer())
  const ports: number[] = []
  for (const holder of holders) {
    holder.listen(0, '127.0.0.1')
    await once(holder, 'listening')
    const address = holder.address()
    if (address === null || typeof address === 'string') throw new Error('a listener has no port')
    ports.push(address.port)
  }
  for (const holder of holders) {
    holder.close()
    await once(holder, 'close')
  }
  return ports
}

function outputOf(child: ChildProcess): () => string {
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (data: Buffer) => {
      output += data.toString('utf8')
    })
  }
  return () => output
}

function goneTold(program: string, child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(`it cannot be started: ${error.message}`))
    child.once('exit', (status, signal) => resolve(`${program} ended with ${status ?? signal}`))
  })
}

async function ended(child: ChildProcess, gone: Promise<string>): Promise<void> {
  child.kill('SIGTERM')
  const guard = setTimeout(() => child.kill('SIGKILL'), STOP_MS)
  await gone
  clearTimeout(guard)
}

/** undefined: it serves. */
async function untilReady({ isReady }: ServerPlan, place: Place, gone: Promise<string>): Promise<string | undefined> {
  let end: string | undefined
  void gone.then((told) => (end = told))
  const isSettled = await until(async () => end !== undefined || (await isReady(place)), START_MS)
  return isSettled ? end : `it does not answer after ${START_MS / 1000} s`
}

/** Asks until it holds, and says whether it came to hold: for what a server does in its own time. */
export async function until(holds: () => Promise<boolean>, limitMs: number): Promise<boolean> {
  const end = performance.now() + limitMs
  while (performance.now() < end) {
    if (await holds()) return true
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return false
}
