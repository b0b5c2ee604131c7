import { spawn } from 'node:child_process'

export interface Program {
  /** Default: Node. */
  readonly program?: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
}

export interface Ended {
  readonly ms: number
  readonly status: number | null
  readonly said: string
}

/** From its start to its end. This process goes on meanwhile: it is the receiver. */
export async function ended({ program = process.execPath, args, env }: Program, guardMs = 60_000): Promise<Ended> {
  const from = performance.now()
  const child = spawn(program, args, {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()))
  const guard = setTimeout(() => child.kill('SIGKILL'), guardMs)
  const status = await new Promise<number | null>((resolve) => child.once('close', resolve))
  clearTimeout(guard)
  return { ms: performance.now() - from, status, said }
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

/** Each in turn, so that whatever else the machine does hits all. Medians, in milliseconds. */
export async function interleaved(rounds: number, programs: readonly Program[]): Promise<readonly number[]> {
  const times = programs.map((): number[] => [])
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, program] of programs.entries()) {
      const { ms, status, said } = await ended(program)
      if (status !== 0) throw new Error(`a process ended with ${status}:\n${said}`)
      times[index]?.push(ms)
    }
  }
  return times.map(median)
}
