import type { ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { type Clock, systemClock } from '@hardgate/http'
import { endGroup, killWithUs } from './group.ts'

export interface ProcessPlan {
  /** A program on the PATH of `env`, or a path. Never a shell. */
  readonly command: string
  readonly args: readonly string[]
  readonly cwd: string
  /** All that the child gets: see `chosenEnvironment`. */
  readonly env: Readonly<Record<string, string>>
  readonly deadlineMs: number
  /** Of stdout, streamed or kept. Above it the child is ended and a `ProcessProblem` thrown. */
  readonly maxOutputBytes: number
  /** Takes stdout as it comes: nothing is kept. Where it throws, the child is ended and the error passed on. */
  readonly onStdout?: (chunk: Buffer) => void
  /** Written to stdin, which is closed otherwise. */
  readonly input?: string | Uint8Array
  readonly signal: AbortSignal
  /** A fake clock, whose sleeps take no time, ends the child at once. */
  readonly clock?: Clock
}

export interface ProcessEnd {
  /** null where a signal ended it, or it was never started. */
  readonly exitCode: number | null
  readonly signal?: NodeJS.Signals
  /** Empty where it was streamed. */
  readonly stdout: Buffer
  /** The last 64 KiB. */
  readonly stderr: string
  /** Its whole group was ended at the deadline. */
  readonly timedOut: boolean
  /** Its whole group was ended because `signal` was aborted. */
  readonly aborted: boolean
}

/** Why a program could not be run to an end. */
export class ProcessProblem extends Error {
  override readonly name = 'ProcessProblem'
  readonly code: 'not-found' | 'not-started' | 'too-much-output'

  constructor(code: ProcessProblem['code'], message: string) {
    super(message)
    this.code = code
  }
}

const STDERR_BYTES = 65_536

/**
 * Runs a program until it has ended and closed its streams, in a process group of its own. At the deadline and on an
 * abort the whole group is ended: SIGTERM, then SIGKILL. Throws a ProcessProblem where it cannot be started.
 */
export async function runProcess(plan: ProcessPlan): Promise<ProcessEnd> {
  if (plan.signal.aborted) {
    return { exitCode: null, stdout: Buffer.alloc(0), stderr: '', timedOut: false, aborted: true }
  }
  const child = await start(plan)
  const letGo = killWithUs(child)
  const ending = endingOf(child, plan)
  const output = collect(child, plan, () => ending.endFor('output'))
  try {
    const [exitCode, signal] = await closed(child)
    await ending.done()
    if (output.problem !== undefined) throw output.problem
    return {
      exitCode,
      ...(signal === null ? {} : { signal }),
      stdout: output.stdout(),
      stderr: output.stderr(),
      timedOut: ending.reason === 'deadline',
      aborted: ending.reason === 'abort',
    }
  } finally {
    ending.stopWatching()
    letGo()
  }
}

interface Ending {
  readonly reason: 'deadline' | 'abort' | 'output' | undefined
  endFor(reason: 'output'): void
  /** Where it was begun, the group is gone. */
  done(): Promise<void> | undefined
  stopWatching(): void
}

/** Ends the group once, for whatever comes first. */
function endingOf(child: ChildProcess, { clock = systemClock, signal, deadlineMs }: ProcessPlan): Ending {
  const watch = new AbortController()
  let reason: Ending['reason']
  let ended: Promise<void> | undefined
  const endFor = (why: NonNullable<Ending['reason']>): void => {
    reason ??= why
    ended ??= endGroup(child, clock)
  }
  const onAbort = (): void => endFor('abort')
  const endAtDeadline = async (): Promise<void> => {
    await clock.sleep(deadlineMs, watch.signal)
    if (!watch.signal.aborted) endFor('deadline')
  }
  signal.addEventListener('abort', onAbort, { once: true })
  if (signal.aborted) onAbort() // while it was being started
  void endAtDeadline()
  return {
    get reason() {
      return reason
    },
    endFor,
    done: () => ended,
    stopWatching: () => {
      watch.abort()
      signal.removeEventListener('abort', onAbort)
    },
  }
}

function start(plan: ProcessPlan): Promise<ChildProcess> {
  // Loaded only where a program is run: it costs 8 ms of an action's start.
  const { spawn } = process.getBuiltinModule('node:child_process')
  const child = spawn(plan.command, plan.args, {
    cwd: plan.cwd,
    env: plan.env,
    stdio: [plan.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    detached: process.platform !== 'win32', // a group of its own, so that the whole tree can be ended
    windowsHide: true,
  })
  return new Promise((resolve, reject) => {
    child.once('error', (error: NodeJS.ErrnoException) => reject(notStarted(plan, error)))
    child.once('spawn', () => {
      // A program that ends without reading its input is no fault of ours: its exit code tells.
      child.stdin?.on('error', () => {})
      child.stdin?.end(plan.input)
      resolve(child)
    })
  })
}

function notStarted({ command, cwd }: ProcessPlan, { code = 'unknown' }: NodeJS.ErrnoException): ProcessProblem {
  if (!existsSync(cwd)) return new ProcessProblem('not-started', `${command} cannot be run: there is no folder ${cwd}`)
  if (code !== 'ENOENT') return new ProcessProblem('not-started', `${command} cannot be run (${code})`)
  return new ProcessProblem('not-found', `${command} was not found on the PATH: install it in this job`)
}

interface Output {
  /** Why the child was ended early. */
  readonly problem: unknown
  stdout(): Buffer
  stderr(): string
}

function collect(child: ChildProcess, plan: ProcessPlan, end: () => void): Output {
  const kept: Buffer[] = []
  let bytes = 0
  let tail = Buffer.alloc(0)
  let problem: unknown
  const take = plan.onStdout ?? ((chunk: Buffer) => kept.push(chunk))
  child.stdout?.on('data', (chunk: Buffer) => {
    if (problem !== undefined) return
    bytes += chunk.length
    try {
      if (bytes > plan.maxOutputBytes) throw tooMuch(plan)
      take(chunk)
    } catch (error) {
      problem = error
      end()
    }
  })
  child.stderr?.on('data', (chunk: Buffer) => {
    tail = Buffer.concat([tail, chunk]).subarray(-STDERR_BYTES)
  })
  return {
    get problem() {
      return problem
    },
    stdout: () => Buffer.concat(kept),
    stderr: () => tail.toString('utf8'),
  }
}

const tooMuch = ({ command, maxOutputBytes }: ProcessPlan): ProcessProblem =>
  new ProcessProblem('too-much-output', `${command} wrote more than ${maxOutputBytes} bytes`)

function closed(child: ChildProcess): Promise<[number | null, NodeJS.Signals | null]> {
  return new Promise((resolve) => {
    child.once('close', (exitCode, signal) => resolve([exitCode, signal]))
  })
}
