import type { FileIndex } from './map-index.ts'
import { below, isOfAnyCase, joinedTo, type NormalPath, normalPath } from './map-normal.ts'
import type { PathMapPlan, ReportPaths } from './map-plan.ts'

/** A file that a path leads to. `outside`: it is on this disk, and not in the repository. */
export type Hit = { readonly path: string; readonly isTracked: boolean } | 'outside'

/** Finds files that a path names outright, without a guess at what stands before it. */
export class DirectLookup {
  readonly #plan: PathMapPlan
  readonly #index: FileIndex
  readonly #folders: readonly NormalPath[]
  readonly #rules: readonly { readonly from: NormalPath; readonly to: string }[]
  readonly #modules: readonly { readonly name: readonly string[]; readonly folder: string }[]

  constructor(plan: PathMapPlan, index: FileIndex) {
    this.#plan = plan
    this.#index = index
    this.#folders = [...plan.workspaces, ...runnerFolders(plan.repositoryName)].map(normalPath)
    this.#rules = plan.rules.map(({ from, to }) => ({ from: normalPath(from), to }))
    this.#modules = plan.goModules
      .map(({ name, folder }) => ({ name: name.split('/'), folder }))
      .toSorted((a, b) => b.name.length - a.name.length)
  }

  /** By the first line of `path-map` that leads to a file. */
  byRules(path: NormalPath): Hit[] {
    for (const { from, to } of this.#rules) {
      const rest = below(from, path)
      const hits = rest === undefined ? [] : this.#at(joinedTo(to, rest.join('/')), path)
      if (hits.length > 0) return hits
    }
    return []
  }

  /** By the longest module that the import path begins with; undefined: it is of none of them. */
  byGoModule(path: NormalPath): Hit[] | undefined {
    if (path.root !== '' || path.ups > 0) return undefined
    const module = this.#modules.find(({ name }) => name.every((segment, at) => path.segments[at] === segment))
    if (module === undefined) return undefined
    return this.#at(joinedTo(module.folder, path.segments.slice(module.name.length).join('/')), path)
  }

  /** As it stands, or without a folder where a workspace is known to lie, here or where the report was written. */
  byPath(path: NormalPath): Hit[] {
    if (path.root === '') return this.#at(path, path)
    for (const folder of this.#folders) {
      const rest = below(folder, path)
      const hits = rest === undefined ? [] : this.#at({ root: '', ups: 0, segments: rest }, path)
      if (hits.length > 0) return hits
    }
    // By way of a symbolic link, an absolute path can end in the workspace too.
    const real = this.#plan.disk.realPath(textOf(path))
    return real === undefined || normalPath(real).root !== '' ? [] : this.#onDisk(real)
  }

  isOutside(path: NormalPath): boolean {
    return path.root !== '' && this.#plan.disk.isFile(textOf(path))
  }

  /** Files of the repository under exactly this path; of any case where `origin` has a drive letter. */
  #at({ root, ups, segments }: NormalPath, origin: NormalPath): Hit[] {
    if (root !== '' || ups > 0 || segments.length === 0) return []
    const path = segments.join('/')
    if (this.#index.has(path)) return [{ path, isTracked: true }]
    const onDisk = this.#onDisk(path)
    if (onDisk.length > 0 || !isOfAnyCase(origin)) return onDisk
    return this.#index.getAnyCase(path).map((found) => ({ path: found, isTracked: true }))
  }

  #onDisk(path: string): Hit[] {
    const { disk } = this.#plan
    if (!disk.isFile(path)) return []
    const real = disk.realPath(path)
    if (real === undefined) return []
    if (normalPath(real).root !== '') return ['outside']
    return [{ path: real, isTracked: this.#index.has(real) }]
  }
}

/** All places where a name can stand by the report's own word: below each `<source>`. */
export function placesOf({ sources }: ReportPaths, path: string): NormalPath[] {
  if (normalPath(path).root !== '') return []
  return sources.filter((source) => source !== '').map((source) => joinedTo(source, path))
}

/** Where GitHub's runners, self-hosted ones and usual containers check out: the report may come from another job. */
function runnerFolders(name: string): string[] {
  const named = [
    `/home/runner/work/${name}/${name}`,
    `/home/runner/_work/${name}/${name}`,
    `/Users/runner/work/${name}/${name}`,
    `/__w/${name}/${name}`,
    `D:/a/${name}/${name}`,
  ]
  return [...(name === '' ? [] : named), '/github/workspace', '/app']
}

const textOf = ({ root, segments }: NormalPath): string => `${root}${segments.join('/')}`
