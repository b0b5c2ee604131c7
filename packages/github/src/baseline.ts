import { downloadArtifact } from './artifacts.ts'
import { type BaselineSearch, type Chosen, chooseRun, type IgnoredRun } from './baseline-choice.ts'
import { excerpt, GitHubError } from './errors.ts'
import { type ExtractedFile, unzipInto } from './unzip.ts'
import { ZipError } from './zip-limits.ts'

export interface BaselineWanted extends BaselineSearch {
  /** Where the files go; made where it does not exist. */
  readonly folder: string
  /** Of the packed artifact, and of all its files unpacked. Default 64 MiB and 512 MiB. */
  readonly maxPackedBytes?: number
  readonly maxBytes?: number
}

export type Baseline = { readonly ignored: readonly IgnoredRun[]; readonly moreIgnored: number } & (
  | {
      readonly kind: 'found'
      readonly folder: string
      readonly files: readonly ExtractedFile[]
      readonly runId: number
      readonly commit: string
      /** When its run was made, ISO 8601. */
      readonly createdAt: string
      /** How many commits it lies behind the measured one; absent where the local history answered. */
      readonly behindBy?: number
    }
  /** The list was read to its end, and holds none. */
  | { readonly kind: 'none'; readonly listedAll: true }
  /** Never taken for none: a call failed, the list was cut, or the archive cannot be read. One sentence without a dot. */
  | { readonly kind: 'unknown'; readonly why: string }
)

/**
 * The newest artifact of that name whose run is a successful push, schedule or workflow_dispatch of this repository on
 * that branch, at an earlier commit of the measured one's history. Never throws for what GitHub does.
 */
export async function findBaseline(search: BaselineWanted): Promise<Baseline> {
  const ignored = ignoredRuns()
  try {
    const choice = await chooseRun(search, ignored.add)
    const end = choice.kind === 'chosen' ? await fetchChosen(choice, search) : choice
    return { ...end, ...ignored.told() }
  } catch (error) {
    if (!(error instanceof GitHubError)) throw error
    return { kind: 'unknown', why: `${error.message}${adviceFor(error)}`, ...ignored.told() }
  }
}

const MAX_PACKED_BYTES = 64 * 1024 * 1024
const MAX_BYTES = 512 * 1024 * 1024

export async function fetchChosen({ artifact, run, behindBy }: Chosen, search: BaselineWanted) {
  const { github, folder, maxPackedBytes = MAX_PACKED_BYTES, maxBytes = MAX_BYTES } = search
  const archive = await downloadArtifact(github, artifact, { maxBytes: maxPackedBytes })
  try {
    const files = await unzipInto(archive, folder, { maxBytes })
    const { id: runId, commit, createdAt } = run
    return {
      kind: 'found',
      folder,
      files,
      runId,
      commit,
      createdAt,
      ...(behindBy === undefined ? {} : { behindBy }),
    } as const
  } catch (error) {
    if (!(error instanceof ZipError)) throw error
    const why = `artifact ${artifact.id} of run ${run.id} cannot be read: ${excerpt(error.message)}. Delete it to compare with the one before`
    return { kind: 'unknown', why } as const
  }
}

export const adviceFor = ({ status, isRateLimited }: GitHubError): string =>
  (status === 401 || status === 403 || status === 404) && !isRateLimited
    ? '. The job needs the permissions "actions: read" and "contents: read"'
    : ''

const MOST_TOLD = 20

export function ignoredRuns(): {
  add: (run: IgnoredRun) => void
  told: () => { ignored: IgnoredRun[]; moreIgnored: number }
} {
  const ignored: IgnoredRun[] = []
  let moreIgnored = 0
  return {
    add: (run) => {
      if (ignored.length < MOST_TOLD) ignored.push(run)
      else moreIgnored += 1
    },
    told: () => ({ ignored, moreIgnored }),
  }
}
