import { mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const ours = new Set<string>()
let isSwept = false

/** A fresh folder, which goes when this process ends, or at the latest when a later process asks for one. */
export function temporaryFolder(): string {
  if (!isSwept) sweep()
  isSwept = true
  // realpath: on macOS the temporary folder is a link, and a file in it would not lie in the workspace by its name.
  const folder = realpathSync(mkdtempSync(join(tmpdir(), `local-runner-${process.pid}-`)))
  ours.add(folder)
  return folder
}

process.on('exit', () => {
  for (const folder of ours) rmSync(folder, { recursive: true, force: true })
})

// A test runner may give its tests a process object whose exit is never told, and a killed process tells nobody.
function sweep(): void {
  for (const name of readdirSync(tmpdir())) {
    const pid = /^local-runner-(\d+)-/.exec(name)?.[1]
    if (pid === undefined || isAlive(Number(pid))) continue
    try {
      rmSync(join(tmpdir(), name), { recursive: true, force: true })
    } catch {
      // Somebody else's, or just being removed by another process.
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    // EPERM: it is there, but another user's.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
