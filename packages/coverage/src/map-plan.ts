/** What the mapping knows of the world. `files` are the repository's own, or without git those that a walk found. */
export interface PathMapPlan {
  readonly files: readonly RepositoryFile[]
  /** As `GITHUB_WORKSPACE` says it, and its real path where that differs. */
  readonly workspaces: readonly string[]
  /** `hardgate` of `owner/hardgate`; '' where it is not known. */
  readonly repositoryName: string
  readonly rules: readonly PathRule[]
  readonly goModules: readonly GoModule[]
  readonly disk: Disk
}

export interface RepositoryFile {
  readonly path: string
  /** A symbolic link: what it leads to is the file. */
  readonly isLink?: boolean
}

/** A line of `path-map`: whole segments at the start of a report path, and what stands there instead. */
export interface PathRule {
  readonly from: string
  readonly to: string
}

/** `name` as in `module example.com/shop`; `folder` of its go.mod in the repository, '' for the root. */
export interface GoModule {
  readonly name: string
  readonly folder: string
}

/** The work tree as it is now. Both take a path of the repository or an absolute one. */
export interface Disk {
  readonly isFile: (path: string) => boolean
  /** With links resolved: relative to the work tree with `/` where it lies in there, else absolute. undefined: no such file. */
  readonly realPath: (path: string) => string | undefined
}

export interface ReportPaths {
  readonly files: readonly ReportedPath[]
  readonly sources: readonly string[]
  /** Paths are import paths of Go. */
  readonly isGo: boolean
}

export interface ReportedPath {
  readonly path: string
  readonly module?: string
}

/** What a report path is in the repository. */
export type PathMapping =
  | {
      readonly kind: 'mapped'
      readonly path: string /** false: on disk, but not in git ("generated?"). */
      readonly isTracked: boolean
    }
  /** Two or more fit, and nothing says which. At most 10 are named. */
  | { readonly kind: 'ambiguous'; readonly candidates: readonly string[] }
  /** A file on this disk that lies outside of the repository. */
  | { readonly kind: 'outside' }
  | { readonly kind: 'unmapped' }
