import { type ChildProcess, spawn } from 'node:child_process'

/** Milliseconds from the start of the process to `isDone`; then the process is ended. */
export async function timeTo(start: () => ChildProcess, isDone: Promise<void>): Promise<number> {
  const from = performance.now()
  const child = start()
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  await Promise.race([
    isDone,
    ended.then(() => Promise.reject(new Error('the process ended before it had done its work'))),
  ])
  const took = performance.now() - from
  child.kill('SIGKILL')
  await ended
  return took
}

export function node(script: string, env: Readonly<Record<string, string>>): ChildProcess {
  return spawn(process.execPath, [script], { env: { PATH: process.env['PATH'], ...env }, stdio: 'ignore' })
}

/** The inputs of an action as the runner hands them over. */
export function inputVariables(inputs: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]))
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

/** Both in turn, so that whatever else the machine does hits both. */
export async function interleaved(
  rounds: number,
  one: () => Promise<number>,
  other: () => Promise<number>,
): Promise<{ readonly ours: number; readonly theirs: number }> {
  const ours: number[] = []
  const theirs: number[] = []
  for (let round = 0; round < rounds; round += 1) {
    ours.push(await one())
    theirs.push(await other())
  }
  return { ours: median(ours), theirs: median(theirs) }
}

export const milliseconds = (ms: number): string => `${ms.toFixed(0)} ms`

export interface Moment {
  readonly isThere: Promise<void>
  readonly come: () => void
}

/** Something that will happen elsewhere. */
export function moment(): Moment {
  let come = (): void => {}
  const isThere = new Promise<void>((resolve) => {
    come = resolve
  })
  return { isThere, come: () => come() }
}
