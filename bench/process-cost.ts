import { spawnSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface Program {
  readonly name: string
  readonly program: string
  readonly args: readonly string[]
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
  /** A file that it reads as its input. */
  readonly stdin?: string
}

export interface Cost {
  readonly name: string
  readonly status: number | null
  readonly seconds: number
  /** Of all its threads, for itself and in the system: other work on the machine adds little to it. */
  readonly processorSeconds: number
  /** The most memory that it, or one of its children, ever held. */
  readonly peakMb: number
  readonly stdout: string
  readonly stderr: string
}

const folder = mkdtempSync(join(tmpdir(), 'bench-cost-'))
process.once('exit', () => rmSync(folder, { recursive: true, force: true }))

/** Runs a program to its end under GNU time, which asks the kernel for the peak and costs the program nothing. */
export function costOf({ name, program, args, cwd, env, stdin }: Program): Cost {
  const tally = join(folder, 'tally')
  const input = stdin === undefined ? undefined : openSync(stdin, 'r')
  const { status, stdout, stderr } = spawnSync(
    '/usr/bin/time',
    ['-q', '-o', tally, '-f', '%e %U %S %M', program, ...args],
    {
      cwd,
      env: { PATH: process.env['PATH'], HOME: folder, ...env },
      encoding: 'utf8',
      maxBuffer: 256 * 1024 * 1024,
      stdio: [input ?? 'ignore', 'pipe', 'pipe'],
    },
  )
  if (input !== undefined) closeSync(input)
  const [seconds = Number.NaN, user = Number.NaN, system = Number.NaN, peakKb = Number.NaN] = readFileSync(
    tally,
    'utf8',
  )
    .trim()
    .split(' ')
    .map(Number)
  return { name, status, seconds, processorSeconds: user + system, peakMb: peakKb / 1024, stdout, stderr }
}

export const isInstalled = (program: string): boolean => spawnSync(program, ['--version']).error === undefined

/** Of several runs the fastest: other work on the machine only ever adds time. */
export function best(runs: readonly Cost[]): Cost {
  const [first, ...rest] = runs
  if (first === undefined) throw new Error('nothing was run')
  return rest.reduce((least, one) => (one.seconds < least.seconds ? one : least), first)
}
