import type { GitHub } from './client.ts'

export interface BaselineSearch {
  readonly github: GitHub
  readonly artifactName: string
  /** The base branch, without `refs/heads/`. */
  readonly branch: string
  /** 40 hex digits. A run of the same commit is never its own baseline. */
  readonly measuredCommit: string
  /** Asks the local history; undefined: it does not reach, so GitHub is asked. */
  readonly isAncestor?: (commit: string) => Promise<boolean | undefined>
  /** Where the files go; made where it does not exist. */
  readonly folder: string
  /** Of the packed artifact, and of all its files unpacked. Default 64 MiB and 512 MiB. */
  readonly maxPackedBytes?: number
  readonly maxBytes?: number
}

export interface BaselineFile {
  /** Relative to the folder, with `/`. */
  readonly path: string
  readonly size: number
}

/** A run that was not taken, for the summary. */
export interface IgnoredRun {
  readonly runId: number
  readonly commit: string
  readonly why: string
}

export type Baseline = { readonly ignored: readonly IgnoredRun[]; readonly moreIgnored: number } & (
  | {
      readonly kind: 'found'
      readonly folder: string
      readonly files: readonly BaselineFile[]
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
export async function findBaseline(_search: BaselineSearch): Promise<Baseline> {
  throw new Error('not built yet')
}
