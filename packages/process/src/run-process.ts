import type { Clock } from '@hardgate/http'

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
  readonly clock?: Clock
}

export interface ProcessEnd {
  /** null where a signal ended it. */
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

export async function runProcess(_plan: ProcessPlan): Promise<ProcessEnd> {
  throw new Error('not written yet')
}
