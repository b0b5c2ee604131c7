import type { Frame } from '@hardgate/action'
import type { GitHub, NamedArtifact } from '@hardgate/github'
import type { BuildEvent, JobEvent } from './build-event.ts'
import { note } from './event-text.ts'
import type { Endpoint } from './sinks/sink.ts'
import { readArchive } from './spool-archive.ts'
import { SPOOL_PREFIX } from './spool-artifact.ts'
import type { ReadEntry } from './spool-entry.ts'

export interface SpoolWanted {
  readonly github: GitHub
  readonly runId: string
  readonly attempt: number
  /** Of the jobs of this attempt, as GitHub has them. */
  readonly jobIds: ReadonlySet<string>
  /** Ours: an entry names one of them, and nothing else of it is used. */
  readonly endpoints: readonly Endpoint[]
}

/** An event that a job of the run left, for the endpoints that did not take it. */
export interface SpooledEvent {
  /**
   * It fits the schema, its job is of this run, and its id is that of its job. Who it is and how it ended are the
   * words of the job: `withValuesOf` takes only what was measured.
   */
  readonly event: BuildEvent
  /** undefined: it is the event of the whole run. */
  readonly jobId: string | undefined
  /** Names of those of our endpoints that lack it. */
  readonly endpoints: readonly string[]
  /** By endpoint, the payloads that it has already. */
  readonly taken: ReadonlyMap<string, readonly string[]>
}

export interface RunSpool {
  readonly events: readonly SpooledEvent[]
  /** For the log, one line each: what was refused or left, by name. Foreign text in it is cut and on one line. */
  readonly notes: readonly string[]
  /**
   * To be called once an event is at all its endpoints, or kept anew: an artifact is deleted when that holds for all
   * that it has. The text says why it could not be deleted, once.
   */
  readonly confirm: (eventId: string) => Promise<string | undefined>
}

/** More than a run has jobs. */
const ARTIFACTS_MAX = 300

/** What the jobs of a run left in artifacts; hostile, see `readArchive`. Throws no error of GitHub: it is a note. */
export async function spooledOf(wanted: SpoolWanted, { signal }: Pick<Frame, 'signal'>): Promise<RunSpool> {
  const { github, runId } = wanted
  const notes: string[] = []
  const holding = new Map<NamedArtifact, Set<string>>()
  const found = new Map<string, SpooledEvent>()
  const listed = await listSpool(github, Number(runId), notes)
  if (listed.length > ARTIFACTS_MAX) notes.push(`${listed.length - ARTIFACTS_MAX} spool artifacts are left unread`)
  for (const artifact of listed.slice(0, ARTIFACTS_MAX)) {
    if (signal.aborted) break
    const held = await readOne(artifact, wanted, found, notes)
    if (held !== undefined) holding.set(artifact, held)
  }
  return { events: [...found.values()], notes, confirm: confirmer(github, holding) }
}

async function listSpool(github: GitHub, runId: number, notes: string[]): Promise<readonly NamedArtifact[]> {
  const { listArtifactsByPrefix } = await import('@hardgate/github')
  try {
    const all = await listArtifactsByPrefix(github, { prefix: SPOOL_PREFIX, runId })
    return all.filter(({ isExpired }) => !isExpired)
  } catch (error) {
    notes.push(await told(error))
    return []
  }
}

/** Gives the ids of the events that it holds; undefined: there is something in it that must stay. */
async function readOne(
  artifact: NamedArtifact,
  wanted: SpoolWanted,
  found: Map<string, SpooledEvent>,
  notes: string[],
): Promise<Set<string> | undefined> {
  try {
    const { entries, refused } = await readArchive(wanted.github, artifact)
    notes.push(...refused)
    const verdicts = entries.map((one) => ({ one, why: refusalOf(one, wanted) }))
    for (const { one, why } of verdicts) {
      if (why !== undefined) notes.push(`${one.event.event_id} in artifact ${artifact.id}: ${why}`)
      else add(one, wanted.endpoints, found, notes)
    }
    const taken = verdicts.filter(({ why }) => why === undefined)
    const mustStay = verdicts.some(({ why }) => why !== undefined && why !== FORGED)
    return mustStay || taken.length === 0 ? undefined : new Set(taken.map(({ one }) => one.event.event_id))
  } catch (error) {
    notes.push(await told(error))
    return undefined
  }
}

const FORGED = 'its job is not of this run, so it is refused'

/** undefined: it is sent. */
function refusalOf(
  { event, entry }: ReadEntry,
  { runId, attempt, jobIds, endpoints }: SpoolWanted,
): string | undefined {
  if (event.run.id !== runId) return FORGED
  if (event.run.attempt !== attempt) return `it is of attempt ${event.run.attempt}, so it stays`
  if (event.type === 'ci.job.completed' && !jobIds.has(event.job.id ?? '')) return FORGED
  const isOurs = entry.endpoint === 'all' || endpoints.some(({ name }) => name === entry.endpoint)
  return isOurs ? undefined : `no endpoint is called ${entry.endpoint} here, so it stays`
}

function add(
  { event, entry, removed }: ReadEntry,
  endpoints: readonly Endpoint[],
  found: Map<string, SpooledEvent>,
  notes: string[],
): void {
  const before = found.get(event.event_id)
  const names = entry.endpoint === 'all' ? endpoints.map(({ name }) => name) : [entry.endpoint]
  const isSameKind = endpoints.some(({ name, kind }) => name === entry.endpoint && kind === entry.kind)
  const taken = isSameKind ? [[entry.endpoint, entry.taken ?? []] as const] : []
  if (removed.length > 0) notes.push(note(`unknown fields removed from ${event.event_id}`, removed.join(', ')))
  found.set(event.event_id, {
    event: before?.event ?? event,
    jobId: event.type === 'ci.job.completed' ? event.job.id : undefined,
    endpoints: [...new Set([...(before?.endpoints ?? []), ...names])],
    taken: new Map([...(before?.taken ?? []), ...taken]),
  })
}

function confirmer(github: GitHub, holding: ReadonlyMap<NamedArtifact, Set<string>>): RunSpool['confirm'] {
  let isTold = false
  return async (eventId) => {
    const { deleteArtifact } = await import('@hardgate/github')
    for (const [artifact, held] of holding) {
      if (!held.delete(eventId) || held.size > 0) continue
      try {
        await deleteArtifact(github, artifact.id)
      } catch (error) {
        if (isTold) continue
        isTold = true
        return `what was sent could not be deleted: ${await told(error)}. "permissions: actions: write" allows it; without it no replay may run beside this, or it sends the same again`
      }
    }
    return undefined
  }
}

async function told(error: unknown): Promise<string> {
  const { GitHubError } = await import('@hardgate/github')
  if (error instanceof GitHubError) return error.message
  throw error
}

/**
 * The event that GitHub's facts make of a job, with what only the job itself could measure. Run, attempt, repository,
 * revision, status and times are GitHub's, whatever the job wrote; the runner's system is known to the job alone.
 */
export function withValuesOf(spooled: JobEvent, facts: JobEvent): JobEvent {
  const { coverage_percent, coverage, gates, metrics, soft_failures, attributes, build_id, job, notes = [] } = spooled
  const { key, task, matrix } = job
  const values = { coverage_percent, coverage, gates, metrics, soft_failures, attributes }
  const merged = [...new Set([...(facts.notes ?? []), ...notes])].slice(0, 50)
  return {
    ...facts,
    ...present(values),
    ...(spooled.runner === undefined ? {} : { runner: { ...spooled.runner, ...facts.runner } }),
    build_id,
    job: { ...facts.job, key, task, ...present({ matrix }) },
    ...(merged.length === 0 ? {} : { notes: merged }),
  }
}

function present<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined)
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the same members without the absent ones
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> }
}
