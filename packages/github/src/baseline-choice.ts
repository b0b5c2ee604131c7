import { ancestry } from './ancestry.ts'
import { type Artifact, type ArtifactRun, listArtifacts } from './artifacts.ts'
import type { GitHub } from './client.ts'
import { excerpt } from './errors.ts'
import { type Run, readRun } from './runs.ts'

export interface BaselineSearch {
  readonly github: GitHub
  readonly artifactName: string
  /** The base branch, without `refs/heads/`. */
  readonly branch: string
  /** 40 hex digits. A run of the same commit is never its own baseline. */
  readonly measuredCommit: string
  /** Asks the local history; undefined: it does not reach, so GitHub is asked. */
  readonly isAncestor?: (commit: string) => Promise<boolean | undefined>
}

/** A run that was not taken, for the summary. */
export interface IgnoredRun {
  readonly runId: number
  readonly commit: string
  readonly why: string
}

export type Ending =
  | { readonly kind: 'none'; readonly listedAll: true }
  | { readonly kind: 'unknown'; readonly why: string }

export interface Chosen {
  readonly kind: 'chosen'
  readonly artifact: Artifact
  readonly run: Run
  readonly behindBy?: number
}

type Ignore = (run: IgnoredRun) => void

// What others may upload under this name comes page by page; 1000 artifacts of one name are months of a busy branch.
const MOST_PAGES = 10
// each costs a call or two, and a repository's token has 1000 an hour
const MOST_RUNS = 60
const EVENTS = ['push', 'schedule', 'workflow_dispatch']

/** The newest that may be trusted. */
export async function chooseRun(search: BaselineSearch, ignore: Ignore): Promise<Chosen | Ending> {
  const { value } = await trustedRuns(search, ignore).next()
  return value
}

/**
 * All that may be trusted, the newest first, looked for as they are asked for. Artifacts are listed by their name, not
 * runs by their branch: GitHub ends a filtered list of runs at 1000, so a busy repository could never be known to have
 * no baseline.
 */
export async function* trustedRuns(search: BaselineSearch, ignore: Ignore): AsyncGenerator<Chosen, Ending> {
  const { github, artifactName: name } = search
  let undecided = 0
  let asked = 0
  for (let page = 1; page <= MOST_PAGES; page += 1) {
    const { artifacts, isLast } = await listArtifacts(github, { name, page })
    for (const artifact of lastOfEachRun(artifacts)) {
      if (asked >= MOST_RUNS) return cutAt(`${MOST_RUNS} newest runs with the artifact`, name)
      const sight = await lookAt(artifact, search)
      if (sight.kind === 'chosen') {
        asked += 1
        yield sight
        continue
      }
      ignore(sight.ignored)
      if (sight.isUndecided) undecided += 1
      if (sight.isAsked) asked += 1
    }
    if (isLast) return endOf(undecided, name)
  }
  return cutAt(`${MOST_PAGES * 100} newest artifacts`, name)
}

const cutAt = (newest: string, name: string): Ending => ({
  kind: 'unknown',
  why: `none of the ${newest} "${name}" can be used, and older ones are not looked at`,
})

function endOf(undecided: number, name: string): Ending {
  if (undecided === 0) return { kind: 'none', listedAll: true }
  const runs = undecided === 1 ? 'one run' : `${undecided} runs`
  return { kind: 'unknown', why: `of ${runs} with the artifact "${name}" it cannot be known whether it is a baseline` }
}

/** A run that is repeated makes a new artifact of an old commit, so the run decides what is newest. */
function lastOfEachRun(artifacts: readonly Artifact[]): Artifact[] {
  const sorted = artifacts.toSorted((a, b) => (b.run?.id ?? 0) - (a.run?.id ?? 0) || b.id - a.id)
  return sorted.filter(({ run }, at) => run === undefined || run.id !== sorted[at - 1]?.run?.id)
}

interface Ignored {
  readonly kind: 'ignored'
  readonly ignored: IgnoredRun
  /** It may be a baseline all the same. */
  readonly isUndecided?: true
  /** It cost a call. */
  readonly isAsked?: true
}

/** What costs nothing first: the list, the local history, then GitHub. */
async function lookAt(artifact: Artifact, search: BaselineSearch): Promise<Chosen | Ignored> {
  const { run: listed } = artifact
  if (listed === undefined) return withoutRun(artifact)
  const { id: runId, commit } = listed
  const ignored = (why: string): Ignored => ({ kind: 'ignored', ignored: { runId, commit, why } })
  const why = reasonByList(artifact, listed, search)
  if (why !== undefined) return ignored(why)
  const isAncestor = await search.isAncestor?.(commit)
  if (isAncestor === false) return ignored(NOT_IN_HISTORY)
  const run = await readRun(search.github, runId)
  const refused = reasonByRun(run, listed, search)
  if (refused !== undefined) return { ...ignored(refused), isAsked: true }
  if (isAncestor) return { kind: 'chosen', artifact, run }
  const relation = await ancestry(search.github, commit, search.measuredCommit)
  if (relation.kind === 'ancestor') return { kind: 'chosen', artifact, run, behindBy: relation.behindBy }
  if (relation.kind === 'other') return { ...ignored(NOT_IN_HISTORY), isAsked: true }
  return {
    ...ignored('GitHub knows no common history of it and the measured commit'),
    isUndecided: true,
    isAsked: true,
  }
}

const NOT_IN_HISTORY = 'its commit is not in the history of the measured one'

function withoutRun({ id, isExpired }: Artifact): Ignored {
  const ignored = { runId: 0, commit: '', why: `GitHub does not say which run made artifact ${id}` }
  return { kind: 'ignored', ignored, ...(isExpired ? {} : { isUndecided: true }) }
}

function reasonByList({ isExpired }: Artifact, run: ArtifactRun, search: BaselineSearch): string | undefined {
  if (!run.isOfRepository) return 'it is of a fork'
  if (run.branch !== search.branch) return 'it is of another branch'
  if (run.commit === search.measuredCommit) return 'it is of the measured commit itself'
  return isExpired ? 'its artifact has expired' : undefined
}

function reasonByRun(run: Run, listed: ArtifactRun, { github, branch }: BaselineSearch): string | undefined {
  // GitHub compares names of repositories without their case
  if (run.headRepository.toLowerCase() !== github.repository.toLowerCase()) return 'it is of a fork'
  if (run.branch !== branch) return 'it is of another branch'
  if (run.commit !== listed.commit) return 'its artifact is of another commit'
  if (!EVENTS.includes(run.event)) return `its event is ${excerpt(run.event)}`
  // also while it is repeated
  if (run.status !== 'completed') return 'it has not ended'
  return run.conclusion === 'success' ? undefined : `it ended as ${excerpt(run.conclusion)}`
}
