import type { Frame } from '@hardgate/action'
import type { ResultsService, UploadWorld } from '@hardgate/github'
import type { BuildEvent } from './build-event.ts'
import { type Keeping, LOG_PREFIX, logged } from './keeping.ts'
import { REJECTED, type SpoolEntry, spoolText } from './spool.ts'

/** The names of artifacts with what a reporting run or a replay shall send. */
export const SPOOL_PREFIX = 'hardgate-metrics-spool-'
/** Of those with what was taken in part: nothing sends it by itself. */
export const REJECTED_PREFIX = 'hardgate-metrics-rejected-'
export const RETENTION_DAYS = 7
/** Of one artifact: a reader takes no more. */
export const ENTRIES_MAX = 64

/** An event that an endpoint did not take, or not wholly. */
export interface Leftover {
  readonly event: BuildEvent
  readonly json: string
  readonly entry: SpoolEntry
  /** Its spool file; absent: it could not be written. */
  readonly path?: string
  /** It was taken in part: it is not sent again by itself. */
  readonly isRejected: boolean
}

/** What became of leftovers of one sort. */
export interface Kept {
  readonly isKept: boolean
  /** Some of it is in the log alone, where no reporting run and no replay finds it. */
  readonly isLogOnly?: true
  /** A sentence; empty where there were none. */
  readonly told: string
}

export interface KeptAll {
  readonly spooled: Kept
  readonly rejected: Kept
}

export interface Place {
  readonly keeping: Keeping
  /** The id of this job, or what stands in for it. */
  readonly owner: string
  /** What finds it. Of a reporting run nobody reports, so what it leaves is a replay's. */
  readonly sentBy?: 'reporting run' | 'replay'
}

/**
 * What is left at the end goes where it outlives the job: the folder that was given, else an artifact of the run, else
 * the log. Takes 10 s at most.
 */
export async function keepForGood(
  left: readonly Leftover[],
  { keeping, owner, sentBy = 'reporting run' }: Place,
  frame: Frame,
): Promise<KeptAll> {
  const deadline = frame.clock.monotonic() + UPLOAD_MS
  const settle = (sort: Sort, isRejected: boolean): Promise<Kept> => {
    const some = left.filter((one) => one.isRejected === isRejected)
    return some.length === 0
      ? Promise.resolve(NONE)
      : settleOne({ ...sort, left: some, keeping, owner, deadline }, frame)
  }
  const spooled = await settle({ prefix: SPOOL_PREFIX, after: ` and is sent by the next ${sentBy}` }, false)
  return { spooled, rejected: await settle({ prefix: REJECTED_PREFIX, after: '' }, true) }
}

const UPLOAD_MS = 10_000
const NONE: Kept = { isKept: true, told: '' }

interface Sort {
  readonly prefix: string
  /** What a sentence says of the artifact beside how long it is there. */
  readonly after: string
}

interface Settling extends Sort {
  readonly left: readonly Leftover[]
  readonly keeping: Keeping
  readonly owner: string
  readonly deadline: number
}

async function settleOne(settling: Settling, frame: Frame): Promise<Kept> {
  const { left, keeping, after } = settling
  if (!keeping.isBrief) return inFolder(left, keeping)
  const made = await inArtifacts(settling, frame)
  const names = made.names.map((name) => `"${name}"`).join(', ')
  const artifacts = `in the ${made.names.length === 1 ? 'artifact' : 'artifacts'} ${names} for ${RETENTION_DAYS} days${after}`
  if (made.rest.length === 0) return { isKept: true, told: `${subject(left)} kept ${artifacts}.` }
  const told = made.names.length === 0 ? '' : `${subject([])} in part kept ${artifacts}. `
  if (!keeping.isLogged) return { isKept: false, told: `${told}${subject(made.rest)} lost: ${made.why}.` }
  return { isKept: true, isLogOnly: true, told: told + inLog(made.rest, made.why, keeping, frame) }
}

function inFolder(left: readonly Leftover[], { folder }: Keeping): Kept {
  if (folder === undefined) return { isKept: false, told: `${subject(left)} lost: the input spool is "none".` }
  const lost = left.filter(({ path }) => path === undefined)
  if (lost.length > 0) return { isKept: false, told: `${subject(lost)} lost: ${folder} cannot be written.` }
  const place = left.some(({ isRejected }) => isRejected) ? `${REJECTED}/ of ${folder}` : folder
  return { isKept: true, told: `${subject(left)} kept in ${place}.` }
}

function inLog(left: readonly Leftover[], why: string, { folder }: Keeping, { log }: Frame): string {
  const events = new Map(left.map(({ event }) => [event.event_id, event]))
  for (const event of events.values()) log.info(logged(event))
  const isFile = folder !== undefined && left.every(({ path }) => path !== undefined)
  const file = isFile ? `in ${folder} until the job ends, and ` : ''
  const lines = events.size === 1 ? 'the line that begins' : 'the lines that begin'
  return `${subject(left)} kept ${file}in this log, in ${lines} with "${LOG_PREFIX}". No artifact: ${why}.`
}

const subject = (left: readonly Leftover[]): string =>
  new Set(left.map(({ event }) => event.event_id)).size === 1 ? 'The event is' : 'The events are'

interface Made {
  readonly names: readonly string[]
  /** What is in none of them. */
  readonly rest: readonly Leftover[]
  readonly why: string
}

async function inArtifacts({ left, prefix, owner, deadline }: Settling, frame: Frame): Promise<Made> {
  const { resultsServiceOf } = await import('@hardgate/github')
  const { request, clock, signal, mask, env } = frame
  if (signal.aborted) return { names: [], rest: left, why: 'the step was interrupted' }
  const service = resultsServiceOf(env)
  if (typeof service === 'string') return { names: [], rest: left, why: service }
  const uploading = { service, stem: `${prefix}${owner}`, world: { request, clock, signal, mask, deadline } }
  const names: string[] = []
  for (let at = 0; at < left.length; at += ENTRIES_MAX) {
    const made = await upload(left.slice(at, at + ENTRIES_MAX), names.length + 1, uploading)
    if ('why' in made) return { names, rest: left.slice(at), why: made.why }
    names.push(made.name)
  }
  return { names, rest: [], why: '' }
}

interface Uploading {
  readonly service: ResultsService
  readonly stem: string
  readonly world: UploadWorld
}

/** Another reporter of this job may have taken the first names. */
const NAMES_MAX = 20

async function upload(
  left: readonly Leftover[],
  first: number,
  { service, stem, world }: Uploading,
): Promise<{ readonly name: string } | { readonly why: string }> {
  const { uploadArtifact, GitHubError } = await import('@hardgate/github')
  const files = filesOf(left)
  for (let use = first; use < first + NAMES_MAX; use += 1) {
    const name = use === 1 ? stem : `${stem}-${use}`
    try {
      await uploadArtifact(service, { name, files, retentionDays: RETENTION_DAYS }, world)
      return { name }
    } catch (error) {
      if (!(error instanceof GitHubError)) throw error
      if (error.status !== 409) return { why: lowerFirst(error.message) }
    }
  }
  return { why: `${NAMES_MAX} artifacts of this job have that name` }
}

/** The names are those of the spool files, so that a person finds them again; a reader makes no path of them. */
function filesOf(left: readonly Leftover[]): { readonly name: string; readonly content: string }[] {
  const used = new Map<string, number>()
  return left.map(({ event, json, entry }) => {
    const stem = `${event.event_id}.${entry.endpoint}`
    const use = (used.get(stem) ?? 0) + 1
    used.set(stem, use)
    return { name: use === 1 ? `${stem}.json` : `${stem}-${use}.json`, content: spoolText(json, entry) }
  })
}

const lowerFirst = (text: string): string => text.slice(0, 1).toLowerCase() + text.slice(1)
