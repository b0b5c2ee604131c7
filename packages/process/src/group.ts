import type { ChildProcess } from 'node:child_process'
import type { Clock } from '@hardgate/http'

// A cancelled step has 10 s in all, and the report has to be written in them.
const GRACE_MS = 2000
const LOOK_EVERY_MS = 20
// A kill takes effect a moment later; a zombie that nobody waits for stays longer, and holds nothing.
const DEATH_MS = 200

/** Asks a child and all that it started to end, and kills what is left after 2 s. */
export async function endGroup(child: ChildProcess, clock: Clock): Promise<void> {
  if (process.platform === 'win32') return endTree(child)
  signalGroup(child, 'SIGTERM')
  await whileAlive(child, clock, GRACE_MS)
  signalGroup(child, 'SIGKILL')
  await whileAlive(child, clock, DEATH_MS)
  dropStreams(child)
}

async function whileAlive(child: ChildProcess, clock: Clock, limitMs: number): Promise<void> {
  for (let waited = 0; waited < limitMs && isGroupAlive(child); waited += LOOK_EVERY_MS) {
    await clock.sleep(LOOK_EVERY_MS)
  }
}

/** Windows has no groups and no SIGTERM: the tree below a process is ended by a program of its own. */
function endTree(child: ChildProcess): Promise<void> {
  const { spawn } = process.getBuiltinModule('node:child_process')
  return new Promise((resolve) => {
    const done = (): void => {
      child.kill('SIGKILL')
      dropStreams(child)
      resolve()
    }
    const killer = spawn('taskkill', ['/pid', String(child.pid), '/T', '/F'], { stdio: 'ignore', windowsHide: true })
    killer.once('error', done)
    killer.once('exit', done)
  })
}

/** A process that left the group may still hold the streams open, and would be waited for without end. */
function dropStreams(child: ChildProcess): void {
  child.stdout?.destroy()
  child.stderr?.destroy()
}

function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, signal)
  } catch {
    // It has ended by itself.
  }
}

function isGroupAlive({ pid }: ChildProcess): boolean {
  if (pid === undefined) return false
  try {
    return process.kill(-pid, 0)
  } catch {
    return false
  }
}

const alive = new Set<ChildProcess>()
let isWatching = false

/** A group of its own outlives us: at our own exit it is killed, until the function that this returns is called. */
export function killWithUs(child: ChildProcess): () => void {
  if (!isWatching) process.on('exit', () => alive.forEach(killNow))
  isWatching = true
  alive.add(child)
  return () => alive.delete(child)
}

function killNow(child: ChildProcess): void {
  if (process.platform === 'win32') child.kill('SIGKILL')
  else signalGroup(child, 'SIGKILL')
}
