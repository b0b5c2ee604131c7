import type { Frame } from '@hardgate/action'
import type { GitHub, GitHubError, NamedArtifact } from '@hardgate/github'
import { oneLine } from '@hardgate/markdown'
import { type Batch, isProgress, isWhollyConfirmed, type Replayed, remaining, type Source } from './replay-source.ts'
import { readArchive } from './spool-archive.ts'
import { keepForGood, type Leftover, RETENTION_DAYS, SPOOL_PREFIX } from './spool-artifact.ts'
import type { ReadEntry } from './spool-entry.ts'

const ARTIFACTS_MAX = 1000
const DAY_MS = 86_400_000

export interface ArtifactsWanted {
  readonly github: GitHub
  /** The id of this job, or empty: it keeps what remains of an artifact that was sent in part. */
  readonly owner: string
}

/** The spool artifacts of the whole repository. A text says why there is nothing to replay. */
export async function openArtifacts({ github, owner }: ArtifactsWanted, frame: Frame): Promise<Source | string> {
  const { listArtifactsByPrefix, GitHubError } = await import('@hardgate/github')
  try {
    // none is older than its retention, and a day for clocks that differ
    const since = new Date(frame.clock.now().getTime() - (RETENTION_DAYS + 1) * DAY_MS)
    const listed = await listArtifactsByPrefix(github, { prefix: SPOOL_PREFIX, since })
    const live = listed.filter(({ isExpired }) => !isExpired)
    const notes: string[] = []
    if (live.length > ARTIFACTS_MAX)
      notes.push(`${live.length - ARTIFACTS_MAX} of ${live.length} artifacts wait for the next replay`)
    const chosen = live.slice(0, ARTIFACTS_MAX)
    const troubles: string[] = []
    const isError = (error: unknown): error is GitHubError => error instanceof GitHubError
    const batches = batchesOf(chosen, { github, owner, notes, troubles, frame, isError })
    return {
      place: `the artifacts of ${github.repository}`,
      count: chosen.length,
      batches,
      notes,
      trouble: () => troubles[0],
      close: async () => {},
    }
  } catch (error) {
    if (error instanceof GitHubError) return error.message
    throw error
  }
}

interface World extends ArtifactsWanted {
  readonly notes: string[]
  /** Of artifacts that could not be read. */
  readonly troubles: string[]
  readonly frame: Frame
  readonly isError: (error: unknown) => error is GitHubError
}

async function* batchesOf(artifacts: readonly NamedArtifact[], world: World): AsyncGenerator<Batch> {
  const { notes, isError } = world
  for (const artifact of artifacts) {
    // Facts in it are the words of a fork's code; only a reporting run knows those of GitHub.
    if (artifact.run?.isOfRepository !== true) {
      notes.push(`${shown(artifact)}: a run of a fork made it, so only mode "run" sends what it has`)
      continue
    }
    try {
      const batch = await batchOf(artifact, world)
      if (batch !== undefined) yield batch
    } catch (error) {
      if (!isError(error)) throw error
      // another replay may have sent it since the listing
      if (error.status === 404 || error.status === 410) continue
      world.troubles.push(error.message)
      if (error.kind === 'denied' || error.isRateLimited || error.kind === 'aborted') return
    }
  }
}

const shown = ({ id, name }: NamedArtifact): string => `artifact ${id} (${oneLine(name, 100)})`

/** undefined: nothing in it is sent. */
async function batchOf(artifact: NamedArtifact, world: World): Promise<Batch | undefined> {
  const { github, notes, frame } = world
  const { entries, refused } = await readArchive(github, artifact)
  const flaws = entries.flatMap((one) => {
    const flaw = flawOf(one, artifact, github.repository, frame.env)
    return flaw === undefined ? [] : [`${one.event.event_id} in ${shown(artifact)}: ${flaw}`]
  })
  notes.push(...refused, ...flaws)
  if (entries.length === 0) return undefined
  // It cannot be changed: with a part of it refused the rest would be sent by every replay, for seven days.
  if (refused.length + flaws.length > 0) {
    notes.push(`${shown(artifact)}: none of it is sent, and it stays until it expires`)
    return undefined
  }
  for (const { event, removed } of entries.filter((one) => one.removed.length > 0))
    notes.push(`${event.event_id} in ${shown(artifact)}: unknown fields are left out: ${removed.join(', ')}`)
  return { entries, settle: (replayed) => settle(artifact, replayed, world) }
}

/**
 * A run tells of itself alone. Only a reporting run or a replay keeps events of others, and those are runs of the
 * branch of this one: GitHub starts them on the default branch.
 */
function flawOf(
  { event }: ReadEntry,
  { run }: NamedArtifact,
  repository: string,
  env: Frame['env'],
): string | undefined {
  if (event.vcs.repository !== repository) return 'it names another repository, so it is refused'
  const isOwn = event.run.id === String(run?.id)
  const isOfThisBranch = env['GITHUB_REF_TYPE'] === 'branch' && run?.branch === env['GITHUB_REF_NAME']
  return isOwn || isOfThisBranch ? undefined : `a run of another branch, ${run?.id}, made it, so it is refused`
}

async function settle(
  artifact: NamedArtifact,
  replayed: readonly Replayed[],
  world: World,
): Promise<string | undefined> {
  // a new artifact would live longer than the old one, for ever if nobody ever takes it
  if (!replayed.some(isProgress)) return undefined
  try {
    if (!replayed.every(isWhollyConfirmed) && !(await keepAnew(artifact, replayed, world))) return undefined
    const { deleteArtifact } = await import('@hardgate/github')
    await deleteArtifact(world.github, artifact.id)
    return undefined
  } catch (error) {
    if (!world.isError(error)) throw error
    return `${error.message}. A replay needs "permissions: actions: write", or it sends the same again`
  }
}

/** An artifact cannot be changed: what remains of it goes into a new one before the old one goes. */
async function keepAnew(
  artifact: NamedArtifact,
  replayed: readonly Replayed[],
  { owner, frame, notes }: World,
): Promise<boolean> {
  const left = replayed.flatMap(leftoversOf)
  const keeping = { folder: undefined, isBrief: true, isLogged: false }
  const { spooled, rejected } = await keepForGood(left, { keeping, owner: owner || 'replay' }, frame)
  if (spooled.isKept && rejected.isKept) return true
  notes.push(`${shown(artifact)}: what remains of it could not be kept anew, so all of it stays`)
  return false
}

function leftoversOf({ read, fates }: Replayed): Leftover[] {
  const { event, entry } = read
  const json = JSON.stringify(event)
  return [...fates].flatMap(([name, { kind, fate }]) => {
    if (fate.kind === 'confirmed') return []
    return [{ event, json, entry: remaining(entry, { name, kind }, fate), isRejected: fate.kind === 'aside' }]
  })
}
