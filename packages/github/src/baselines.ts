import { adviceFor, type BaselineWanted, fetchChosen, ignoredRuns } from './baseline.ts'
import { type Ending, type IgnoredRun, trustedRuns } from './baseline-choice.ts'
import { GitHubError } from './errors.ts'
import type { ExtractedFile } from './unzip.ts'

export interface BaselinesWanted extends BaselineWanted {
  /** So many runs that are kept, and no more. */
  readonly most: number
  /** Whether this run counts, or why it does not. The newest is asked first. */
  readonly keep: (run: BaselineRun) => Promise<string | undefined>
}

/** The files of one earlier run, below a folder of its own. */
export interface BaselineRun {
  readonly folder: string
  readonly files: readonly ExtractedFile[]
  readonly runId: number
  readonly commit: string
  /** ISO 8601. */
  readonly createdAt: string
}

export type Baselines = { readonly ignored: readonly IgnoredRun[]; readonly moreIgnored: number } & (
  | { readonly kind: 'found'; readonly runs: readonly BaselineRun[] }
  /** The list was read to its end, and no run of it is kept. */
  | { readonly kind: 'none'; readonly listedAll: true }
  /** Never taken for none. One sentence without a dot. */
  | { readonly kind: 'unknown'; readonly why: string }
)

// each is a download of its own
const MOST_FETCHED = 100

/** The newest runs by the same rule of trust as `findBaseline`, each once. Never throws for what GitHub does. */
export async function findBaselines(search: BaselinesWanted): Promise<Baselines> {
  const ignored = ignoredRuns()
  const runs: BaselineRun[] = []
  try {
    const end = await collect(search, { runs, ignore: ignored.add })
    if (runs.length > 0) return { kind: 'found', runs, ...ignored.told() }
    return { ...end, ...ignored.told() }
  } catch (error) {
    if (!(error instanceof GitHubError)) throw error
    return { kind: 'unknown', why: `${error.message}${adviceFor(error)}`, ...ignored.told() }
  }
}

interface Into {
  readonly runs: BaselineRun[]
  readonly ignore: (run: IgnoredRun) => void
}

async function collect(search: BaselinesWanted, { runs, ignore }: Into): Promise<Ending> {
  const { most, keep, folder } = search
  const trusted = trustedRuns(search, ignore)
  let problem: string | undefined
  for (let fetched = 0; fetched < MOST_FETCHED; fetched += 1) {
    const next = await trusted.next()
    if (next.done === true) return problem === undefined ? next.value : { kind: 'unknown', why: problem }
    const { run } = next.value
    const found = await fetchChosen(next.value, { ...search, folder: `${folder}/${run.id}` })
    const why = found.kind === 'found' ? await keep(found) : found.why
    if (found.kind === 'unknown') problem ??= found.why
    if (why !== undefined) ignore({ runId: run.id, commit: run.commit, why })
    else if (found.kind === 'found') runs.push(found)
    if (runs.length === most) return { kind: 'none', listedAll: true }
  }
  return {
    kind: 'unknown',
    why: `none of the ${MOST_FETCHED} newest runs can be used, and older ones are not looked at`,
  }
}
