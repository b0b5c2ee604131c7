import { lstat, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '@hardgate/http'
import { lockFolder } from './replay-lock.ts'
import { type Batch, isUntouched, isWhollyConfirmed, type Replayed, remaining, type Source } from './replay-source.ts'
import { IN_FLIGHT, keep, keepAt, type SpoolEntry, setAside } from './spool.ts'
import { ENTRY_BYTES_MAX, readEntry } from './spool-entry.ts'

const FILE = /^hg1-[0-9a-f]{32}\.[a-z0-9][a-z0-9-]{0,35}\.json$/
/** A reporter that is at work writes its event first, and is done long before. */
const IN_FLIGHT_MS = 600_000

/** The spool files of a folder. A text says why there is nothing to replay. */
export async function openFolder(folder: string, leaseMs: number, clock: Clock): Promise<Source | string> {
  const lock = await lockFolder(folder, leaseMs, clock)
  if (lock === undefined) return `another replay is at work in ${folder}`
  try {
    const names = await indexOf(folder)
    const notes: string[] = []
    const batches = batchesOf(names, { folder, notes, clock })
    return { place: folder, count: names.length, batches, notes, trouble: () => undefined, close: lock.release }
  } catch (error) {
    await lock.release()
    throw error
  }
}

/** By the time of the event. Each file is read twice, so that only names are held in memory. */
async function indexOf(folder: string): Promise<readonly string[]> {
  const found: { readonly name: string; readonly at: string }[] = []
  for (const name of (await readdir(folder)).filter((one) => FILE.test(one))) {
    const bytes = await contentOf(join(folder, name))
    found.push({ name, at: /"completed_at":"([^"]{10,40})"/.exec(bytes?.toString('latin1') ?? '')?.[1] ?? '' })
  }
  return found.toSorted((a, b) => (a.at === b.at ? 0 : a.at < b.at ? -1 : 1)).map(({ name }) => name)
}

/** undefined: it is no file that is read. */
async function contentOf(path: string): Promise<Buffer | undefined> {
  try {
    const about = await lstat(path)
    return about.isFile() && about.size <= ENTRY_BYTES_MAX ? await readFile(path) : undefined
  } catch {
    return undefined
  }
}

interface Folder {
  readonly folder: string
  readonly notes: string[]
  readonly clock: Clock
}

async function* batchesOf(names: readonly string[], { folder, notes, clock }: Folder): AsyncGenerator<Batch> {
  for (const name of names) {
    const path = join(folder, name)
    const bytes = await contentOf(path)
    const read = bytes === undefined ? 'it is no regular file of a readable size' : readEntry(bytes)
    if (typeof read === 'string') notes.push(`${name}: ${read}`)
    else if (isInFlight(read.entry, clock.now())) notes.push(`${name}: it is being sent by another reporter`)
    else {
      if (read.removed.length > 0) notes.push(`${name}: unknown fields are left out: ${read.removed.join(', ')}`)
      yield { entries: [read], settle: (replayed) => settle(path, folder, replayed) }
    }
  }
}

function isInFlight({ reason, first_failed_at: at }: SpoolEntry, now: Date): boolean {
  return reason === IN_FLIGHT && Math.abs(now.getTime() - Date.parse(at)) < IN_FLIGHT_MS
}

async function settle(path: string, folder: string, replayed: readonly Replayed[]): Promise<string | undefined> {
  try {
    for (const one of replayed) await settleOne(path, folder, one)
    return undefined
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error'
    return `${folder} cannot be changed (${code}), so what was sent is still in it`
  }
}

/** What remains is written before the file goes: a kill in between leaves a copy more, and no event less. */
async function settleOne(path: string, folder: string, replayed: Replayed): Promise<void> {
  const { read, fates } = replayed
  if (isUntouched(replayed)) return
  if (isWhollyConfirmed(replayed)) return rm(path, { force: true })
  const isForAll = read.entry.endpoint === 'all'
  for (const [name, { kind, fate }] of fates) {
    if (fate.kind === 'confirmed') continue
    const entry = remaining(read.entry, { name, kind }, fate)
    const own = isForAll ? await keep(folder, read.event.event_id, read.json, entry) : path
    if (fate.kind === 'aside') await setAside(own, read.json, entry)
    else if (!isForAll) await keepAt(own, read.json, entry)
  }
  if (isForAll) await rm(path, { force: true })
}
