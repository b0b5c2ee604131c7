import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '@hardgate/http'

const NAME = 'replay.lock'
/** After its deadline a replay still settles what it has sent. */
const GRACE_MS = 60_000

export interface Lock {
  readonly release: () => Promise<void>
}

/**
 * One replay at a time in a folder: two would send each event twice. The lock names the time at which its owner is gone
 * at the latest, so that one which was killed holds nobody up for long. undefined: another one is at work.
 */
export async function lockFolder(folder: string, leaseMs: number, clock: Clock): Promise<Lock | undefined> {
  await mkdir(folder, { recursive: true })
  const path = join(folder, NAME)
  const { randomUUID } = process.getBuiltinModule('node:crypto')
  const until = new Date(clock.now().getTime() + leaseMs + GRACE_MS).toISOString()
  const mine = JSON.stringify({ id: randomUUID(), until })
  if (!(await create(path, mine))) {
    if (!(await removeStale(path, clock.now())) || !(await create(path, mine))) return undefined
  }
  return {
    release: async () => {
      if ((await contentOf(path)) === mine) await rm(path, { force: true })
    },
  }
}

/** It appears with its content or not at all; false: there is one. */
async function create(path: string, content: string): Promise<boolean> {
  const draft = `${path}.${process.pid}.${process.getBuiltinModule('node:crypto').randomUUID()}.part`
  try {
    await writeFile(draft, content)
    await link(draft, path)
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    throw error
  } finally {
    await rm(draft, { force: true })
  }
}

/** Takes away the lock of one that is gone, and no other: between the look and the removal it may have been replaced. */
async function removeStale(path: string, now: Date): Promise<boolean> {
  const seen = await contentOf(path)
  // it went away by itself
  if (seen === undefined) return true
  if (!isStale(seen, now)) return false
  const aside = `${path}.${process.pid}.${process.getBuiltinModule('node:crypto').randomUUID()}.old`
  try {
    await rename(path, aside)
  } catch {
    return false
  }
  const isTheSame = (await contentOf(aside)) === seen
  if (!isTheSame) await link(aside, path).catch(() => undefined)
  await rm(aside, { force: true })
  return isTheSame
}

function isStale(content: string, now: Date): boolean {
  const until = /"until":"([^"]+)"/.exec(content)?.[1] ?? ''
  return !(Date.parse(until) >= now.getTime())
}

async function contentOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch {
    return undefined
  }
}

const codeOf = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : undefined)
