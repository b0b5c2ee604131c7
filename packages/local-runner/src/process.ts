import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { StringDecoder } from 'node:string_decoder'

export interface ProcessPlan {
  readonly file: string
  readonly args: readonly string[]
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  /** Aborting it starts the ending of a cancelled step. */
  readonly signal: AbortSignal
  /** Divides the waits that follow. */
  readonly timeScale: number
  readonly onLine: (line: string) => void
  readonly onRaw: (text: string) => void
}

export interface ProcessEnd {
  /** null when a signal ended it. */
  readonly exitCode: number | null
  readonly endedBy?: NodeJS.Signals
  /** The group of processes that it left behind, if it left any. */
  readonly orphans?: number
}

// actions/runner ProcessInvoker.cs: SIGINT, then SIGTERM, then the whole tree is killed.
const SIGTERM_AFTER_MS = 7500
const KILL_AFTER_MS = 2500
// How long the runner waits for the streams of a process that has ended: a grandchild may hold them open.
const STREAMS_AFTER_EXIT_MS = 5000

const alive = new Set<ChildProcess>()
process.on('exit', () => {
  for (const child of alive) killTree(child)
})

/** Runs one process to its end, with stdin closed. Rejects only where it cannot be started. */
export function runProcess(plan: ProcessPlan): Promise<ProcessEnd> {
  const child = spawn(plan.file, plan.args, {
    cwd: plan.cwd,
    env: plan.env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: process.platform !== 'win32', // a group of its own, so that the whole tree can be ended
  })
  alive.add(child)
  for (const stream of [child.stdout, child.stderr]) {
    const lines = lineSplitter(plan.onLine)
    const decoder = new StringDecoder('utf8')
    const take = (text: string): void => {
      plan.onRaw(text)
      lines.push(text)
    }
    stream.on('data', (chunk: Buffer) => take(decoder.write(chunk)))
    stream.on('close', () => {
      take(decoder.end())
      lines.end()
    })
  }
  const stopEnding = endOnAbort(child, plan)
  return new Promise<ProcessEnd>((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (exitCode, signal) => {
      const end = { exitCode, ...(signal === null ? {} : { endedBy: signal }) }
      const giveUp = setTimeout(() => {
        plan.onLine(`The STDIO streams did not close within ${STREAMS_AFTER_EXIT_MS / 1000} seconds of the exit event.`)
        child.stdout.destroy()
        child.stderr.destroy()
      }, STREAMS_AFTER_EXIT_MS / plan.timeScale)
      child.once('close', () => {
        clearTimeout(giveUp)
        resolve(child.pid !== undefined && isGroupAlive(child.pid) ? { ...end, orphans: child.pid } : end)
      })
    })
  }).finally(() => {
    stopEnding()
    alive.delete(child)
  })
}

function endOnAbort(child: ChildProcess, { signal, timeScale }: ProcessPlan): () => void {
  const timers: NodeJS.Timeout[] = []
  const end = (): void => {
    child.kill('SIGINT')
    timers.push(
      setTimeout(() => child.kill('SIGTERM'), SIGTERM_AFTER_MS / timeScale),
      setTimeout(() => killTree(child), (SIGTERM_AFTER_MS + KILL_AFTER_MS) / timeScale),
    )
  }
  if (signal.aborted) end()
  else signal.addEventListener('abort', end, { once: true })
  return () => {
    signal.removeEventListener('abort', end)
    for (const timer of timers) clearTimeout(timer)
  }
}

function killTree({ pid }: ChildProcess): void {
  if (pid === undefined) return
  if (process.platform === 'win32') spawnSync('taskkill', ['/pid', String(pid), '/T', '/F'])
  else killGroup(pid)
}

/** Ends what a process left behind, as the runner does at the end of a job. */
export function killGroup(group: number): void {
  try {
    process.kill(-group, 'SIGKILL')
  } catch {
    // The group has ended by itself.
  }
}

function isGroupAlive(group: number): boolean {
  if (process.platform === 'win32') return false // there are no groups
  try {
    return process.kill(-group, 0)
  } catch {
    return false
  }
}

/** Calls `onLine` for each line. As in .NET, LF, CR LF and a lone CR end a line, and a last line needs none. */
export function lineSplitter(onLine: (line: string) => void): { push: (text: string) => void; end: () => void } {
  let rest = ''
  return {
    push: (text) => {
      rest += text
      // A CR at the end may be half of a CR LF: it waits for what follows.
      const complete = /^[\s\S]*(?:\n|\r(?!$))/.exec(rest)?.[0]
      if (complete === undefined) return
      rest = rest.slice(complete.length)
      for (const line of complete.replace(/(?:\r\n|\r|\n)$/, '').split(/\r\n|\r|\n/)) onLine(line)
    },
    end: () => {
      if (rest === '') return
      const lines = rest.replace(/\r$/, '').split(/\r\n|\r|\n/)
      rest = ''
      for (const line of lines) onLine(line)
    },
  }
}
