import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface Command {
  readonly name: string
  readonly program: string
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

export interface Ended {
  readonly status: number | null
  readonly ms: number
  /** The most memory that it ever held; 0 where the system does not tell. */
  readonly peakMb: number
}

const temp = mkdtempSync(join(tmpdir(), 'bench-health-'))
process.once('exit', () => rmSync(temp, { recursive: true, force: true }))
const root = join(import.meta.dirname, '../..')

/** The built action with these inputs. */
export function action(inputs: Readonly<Record<string, string>>): Command {
  const output = join(temp, 'output')
  writeFileSync(output, '')
  writeFileSync(join(temp, 'summary'), '')
  const given = Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])
  return {
    name: 'health-check-with-retry',
    program: process.execPath,
    args: [join(root, 'dist/health-check-with-retry/index.js')],
    env: {
      GITHUB_OUTPUT: output,
      GITHUB_STEP_SUMMARY: join(temp, 'summary'),
      RUNNER_TEMP: temp,
      ...Object.fromEntries(given),
    },
  }
}

export function start({ program, args, env = {} }: Command): ChildProcess {
  return spawn(program, args, { env: { PATH: process.env['PATH'], HOME: temp, ...env }, stdio: 'ignore' })
}

/** Runs it to its end. To look at its memory costs time of its own, so that is done only where it is asked for. */
export async function timed(command: Command, isWatched = false): Promise<Ended> {
  const from = performance.now()
  const child = start(command)
  let peakMb = 0
  const look = (): void => {
    if (isWatched) peakMb = Math.max(peakMb, peakOf(child.pid))
  }
  const timer = setInterval(look, isWatched ? 5 : 60_000)
  const ended = once(child, 'exit')
  await ended
  clearInterval(timer)
  return { status: child.exitCode, ms: performance.now() - from, peakMb }
}

/** Linux keeps the high-water mark of a process. */
function peakOf(pid: number | undefined): number {
  try {
    return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024
  } catch {
    return 0
  }
}

/** So many runs of each, one after the other in turns, so that a slow moment of the machine hits all. */
export async function inTurns(
  commands: readonly Command[],
  runs: number,
  isWatched = false,
): Promise<ReadonlyMap<string, readonly Ended[]>> {
  const results = new Map<string, Ended[]>(commands.map(({ name }) => [name, []]))
  for (let run = 0; run < runs; run += 1) {
    for (const command of commands) {
      const ended = await timed(command, isWatched)
      if (ended.status !== 0) throw new Error(`${command.name} ended with ${ended.status}`)
      results.get(command.name)?.push(ended)
    }
  }
  return results
}

export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0
}

export const median = (values: readonly number[]): number => percentile(values, 0.5)

let missed = 0

/** Prints a line, with the limit that it has to hold. */
export function report(what: string, value: number, unit: string, limit: number): void {
  const isGood = value <= limit
  if (!isGood) missed += 1
  console.log(`${isGood ? 'ok  ' : 'MISS'}  ${what}: ${round(value)}${unit} (limit ${round(limit)}${unit})`)
}

export const hasMissed = (): boolean => missed > 0
export const round = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toFixed(2))
