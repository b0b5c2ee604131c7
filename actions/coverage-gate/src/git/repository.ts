import type { DiffFile, RepositoryFile } from '@hardgate/coverage'
import type { Clock } from '@hardgate/http'

/** What `openRepository` needs of the frame. */
export interface GitWorld {
  /** The work tree: `GITHUB_WORKSPACE`, or the current folder. */
  readonly workspace: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly signal: AbortSignal
  readonly clock: Clock
}

export interface Commit {
  readonly sha: string
  readonly parents: readonly string[]
  readonly committedAtMs: number
}

/** The checkout in the workspace. Every method asks git; what git refuses for a reason that the user can mend is a UserError. */
export interface Repository {
  readonly head: Commit
  /** All that git tracks, without submodules. Read once. */
  trackedFiles(): Promise<readonly RepositoryFile[]>
  /** Which of these are `linguist-generated` by the tracked .gitattributes. */
  generated(paths: readonly string[]): Promise<ReadonlySet<string>>
  hasCommit(sha: string): Promise<boolean>
  /** Fetches that one commit where it is missing. undefined: it is there; else why it could not be had. */
  obtain(sha: string): Promise<string | undefined>
  /** From `base` to `head` (default: HEAD). Throws a GitProblem where one is missing. */
  diff(base: string, head?: string): Promise<readonly DiffFile[]>
  /** undefined: the history here does not reach far enough to tell. */
  isAncestor(ancestor: string, descendant: string): Promise<boolean | undefined>
  /** How many commits `descendant` is ahead; undefined as above. */
  distance(ancestor: string, descendant: string): Promise<number | undefined>
}

/** undefined: the workspace is no git checkout, or has no commit yet. A UserError where git refuses to look. */
export async function openRepository(_world: GitWorld): Promise<Repository | undefined> {
  throw new Error('not written yet')
}
