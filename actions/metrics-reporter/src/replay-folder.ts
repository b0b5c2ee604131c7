import { constants } from 'node:fs'
import { type FileHandle, open, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '@hardgate/http'
import { lockFolder } from './replay-lock.ts'
import { type Batch, isUntouched, isWhollyConfirmed, type Replayed, remaining, type Source } from './replay-source.ts'
import { isInFlight, keep, keepAt, setAside } from './spool.ts'
import { ENTRY_BYTES_MAX, readEntry } from './spool-entry.ts'

const FILE = /^hg1-[0-9a-f]{32}\.[a-z0-9][a-z0-9-]{0,35}\.json$/

/** The spool files of a folder. A text says why there is nothing to replay. */
export async function openFolder(folder: string, leaseMs: number, clock: Clock): Promise<Source | string> {
  const lock = await lockFolder(folder, leaseMs, clock)
  if (lock === undefined) return `another replay is at work in ${folder}`
  try {
    const notes: string[] = []
    const place = { folder, notes, clock, room: Buffer.allocUnsafe(ENTRY_BYTES_MAX + 1) }
    const names = await indexOf(place)
    const batches = batchesOf(names, place)
    return { place: folder, count: names.length, batches, notes, trouble: () => undefined, close: lock.release }
  } catch (error) {
    await lock.release()
    throw error
  }
}

/** By the time of the event. Each file is read twice, so that only names are held in memory. */
async function indexOf({ folder, room }: Folder): Promise<readonly string[]> {
  const found: { readonly name: string; readonly at: number }[] = []
  for (const name of (await readdir(folder)).filter((one) => FILE.test(one)))
    found.push({ name, at: completedAt(await contentOf(join(folder, name), room)) })
  return found.toSorted((a, b) => a.at - b.at).map(({ name }) => name)
}

const MARK = '"completed_at":"'

/** As a number: a piece of a text would hold all of the text in memory. What has no time comes first, and is refused. */
function completedAt(bytes: Buffer = Buffer.alloc(0)): number {
  const at = bytes.indexOf(MARK) + MARK.length
  const end = bytes.indexOf('"', at)
  const time = at < MARK.length || end - at > 40 ? Number.NaN : Date.parse(bytes.toString('latin1', at, end))
  return Number.isNaN(time) ? 0 : time
}

/** In `room`, until the next one is read; undefined: it is no file that is read. */
async function contentOf(path: string, room: Buffer): Promise<Buffer | undefined> {
  let file: FileHandle | undefined
  try {
    // a link may lead anywhere, and a named pipe would wait for its writer
    file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
    if (!(await file.stat()).isFile()) return undefined
    let length = 0
    for (let more = -1; more !== 0 && length < room.length; length += more)
      more = (await file.read(room, length, room.length - length)).bytesRead
    return length > ENTRY_BYTES_MAX ? undefined : room.subarray(0, length)
  } catch {
    return undefined
  } finally {
    await file?.close()
  }
}

interface Folder {
  readonly folder: string
  readonly notes: string[]
  readonly clock: Clock
  /** One for all files: a thousand buffers would wait for the collector. */
  readonly room: Buffer
}

async function* batchesOf(names: readonly string[], { folder, notes, clock, room }: Folder): AsyncGenerator<Batch> {
  for (const name of names) {
    const path = join(folder, name)
    const bytes = await contentOf(path, room)
    const read = bytes === undefined ? 'it is no regular file of a readable size' : readEntry(bytes)
    if (typeof read === 'string') notes.push(`${name}: ${read}`)
    else if (isInFlight(read.entry, clock.now())) notes.push(`${name}: it is being sent by another reporter`)
    else {
      if (read.removed.length > 0) notes.push(`${name}: unknown fields are left out: ${read.removed.join(', ')}`)
      yield { entries: [read], settle: (replayed) => settle(path, folder, replayed) }
    }
  }
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
  const json = JSON.stringify(read.event)
  for (const [name, { kind, fate }] of fates) {
    if (fate.kind === 'confirmed') continue
    const entry = remaining(read.entry, { name, kind }, fate)
    const own = isForAll ? await keep(folder, read.event.event_id, json, entry) : path
    if (fate.kind === 'aside') await setAside(own, json, entry)
    else if (!isForAll) await keepAt(own, json, entry)
  }
  if (isForAll) await rm(path, { force: true })
}
