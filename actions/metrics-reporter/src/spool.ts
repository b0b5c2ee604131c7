import { access, mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

/** What is known of an endpoint's delivery, beside the event itself. No URL, no header, no secret. */
export interface SpoolEntry {
  /** `all` where none was usable. */
  readonly endpoint: string
  readonly kind: string
  readonly reason: string
  readonly attempts: number
  readonly first_failed_at: string
  /** Names of the payloads that the receiver has: they are not sent again. */
  readonly taken?: readonly string[]
}

export const SPOOL_SCHEMA = 'hardgate.spool/v1'
/** The reason of what is written before the first request. */
export const IN_FLIGHT = 'not yet delivered'
/** From a deadline to the last write of whoever had it. */
const LAST_WRITE_MS = 5000

/** The same where somebody is sending it, with the time at which that is over: until then no replay sends it too. */
export const inFlight = (deadline: Date): string =>
  `${IN_FLIGHT}, being sent until ${new Date(deadline.getTime() + LAST_WRITE_MS).toISOString()}`

/** One that was killed meanwhile leaves it for the next replay. */
export function isInFlight({ reason }: SpoolEntry, now: Date): boolean {
  const until = reason.startsWith(IN_FLIGHT) ? / until (\S+)$/.exec(reason)?.[1] : undefined
  return until !== undefined && now.getTime() < Date.parse(until)
}
/** The folder, in a spool, of what a receiver took in part: it is not sent again by itself. */
export const REJECTED = 'rejected'

const SAME_NAME_MAX = 100

/** A file appears whole or not at all: a kill in the middle of a write leaves nothing that could be read as an event. */
export async function writeWhole(path: string, text: string): Promise<void> {
  const draft = `${path}.${process.pid}.part`
  try {
    await writeFile(draft, text)
    await rename(draft, path)
  } finally {
    await rm(draft, { force: true })
  }
}

/**
 * Keeps the event for one endpoint; gives the file's path. A file of that name is another reporter's of this job,
 * which may still need it: it stays.
 */
export async function keep(folder: string, eventId: string, event: string, entry: SpoolEntry): Promise<string> {
  await mkdir(folder, { recursive: true })
  const path = await freePath(join(folder, `${eventId}.${entry.endpoint}`))
  await keepAt(path, event, entry)
  return path
}

/** Writes a kept event again, with what is known now. */
export async function keepAt(path: string, event: string, entry: SpoolEntry): Promise<void> {
  await writeWhole(path, spoolText(event, entry))
}

/** Moves a kept event to where nothing sends it again; gives its new path. */
export async function setAside(path: string, event: string, entry: SpoolEntry): Promise<string> {
  const folder = join(dirname(path), REJECTED)
  await mkdir(folder, { recursive: true })
  const aside = await freePath(join(folder, basename(path).replace(/(?:-\d+)?\.json$/, '')))
  await keepAt(aside, event, entry)
  await rm(path, { force: true })
  return aside
}

/** What a spool file holds: the event is the very text that was sent. */
export function spoolText(event: string, { endpoint, ...rest }: SpoolEntry): string {
  const [head, tail] = [{ schema: SPOOL_SCHEMA }, { endpoint, ...rest }].map((part) =>
    JSON.stringify(part).slice(1, -1),
  )
  return `{${head},"event":${event},${tail}}\n`
}

async function freePath(stem: string): Promise<string> {
  for (let use = 1; use <= SAME_NAME_MAX; use += 1) {
    const path = use === 1 ? `${stem}.json` : `${stem}-${use}.json`
    if (!(await isThere(path))) return path
  }
  throw new Error(`${SAME_NAME_MAX} spool files of one event and endpoint`)
}

async function isThere(path: string): Promise<boolean> {
  try {
    await access(path)
    return true
  } catch {
    return false
  }
}
