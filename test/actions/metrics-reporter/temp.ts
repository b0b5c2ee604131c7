import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const folders: string[] = []

export function newTemp(): string {
  const folder = mkdtempSync(join(tmpdir(), 'metrics-reporter-'))
  folders.push(folder)
  return folder
}

export function removeTemps(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
}
