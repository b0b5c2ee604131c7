import type { Stats } from 'node:fs'
import { lstat, readdir, realpath, stat } from 'node:fs/promises'
import { join, relative, resolve, sep } from 'node:path'
import { UserError } from '@hardgate/action'
import picomatch from 'picomatch'

export interface FoundReport {
  /** As people know it: from the workspace, with `/`. */
  readonly path: string
  readonly file: string
  readonly bytes: number
  readonly modifiedAtMs: number
}

export interface Found {
  /** By path, each once. */
  readonly reports: readonly FoundReport[]
  /** Globs, or lines, that no file answers. */
  readonly unmatched: readonly string[]
  /** What a glob matches and nobody may read. */
  readonly unusable: readonly { readonly path: string; readonly why: string }[]
}

export interface Search {
  readonly workspace: string
  readonly signal?: AbortSignal
}

// more files than that below one glob is a glob too wide
const MOST_ENTRIES = 500_000
const DEEPEST = 64
// a fifo among the reports would never end
const NO_FILE = 'is no regular file'

/** The report files, sorted. `**` also looks into hidden folders, never into `.git`, and into `node_modules` where the glob names it. */
export async function findReports(globs: readonly string[], search: Search): Promise<Found> {
  const excluded = globs.flatMap((glob) => (glob.startsWith('!') ? [matcher(glob.slice(1))] : []))
  const isExcluded = (path: string): boolean => excluded.some((matches) => matches(path))
  const hits = new Map<string, Hit>()
  const unmatched: string[] = []
  const budget = { left: MOST_ENTRIES }
  for (const glob of globs) {
    if (glob.startsWith('!')) continue
    const found = (await matchesOf(glob, search, budget)).filter((hit) => !isExcluded(hit.path))
    if (found.length === 0) unmatched.push(glob)
    for (const hit of found) hits.set(hit.path, hit)
  }
  const sorted = [...hits.values()].toSorted((a, b) => (a.path < b.path ? -1 : 1))
  return {
    reports: sorted.flatMap((hit) => ('why' in hit ? [] : [hit])),
    unmatched,
    unusable: sorted.flatMap((hit) => ('why' in hit ? [hit] : [])),
  }
}

type Hit = FoundReport | { readonly path: string; readonly why: string }

/** Paths with `/`, hidden ones too. */
export function matcher(glob: string): (path: string) => boolean {
  return picomatch(glob.replace(/^\.\//, ''), { dot: true, nonegate: true })
}

async function matchesOf(glob: string, { workspace, signal }: Search, budget: { left: number }): Promise<Hit[]> {
  const literal = await hitOf(resolve(workspace, glob), workspace, await allowed(workspace, glob))
  // a file may be called `lcov[1].info`
  if (literal !== undefined) return [literal]
  const { base, isGlob } = picomatch.scan(glob)
  if (!isGlob) return []
  const start = resolve(workspace, base)
  const root = await allowed(workspace, base)
  const matches = matcher(slashed(resolve(workspace), start, glob.slice(base.length).replace(/^\//, '')))
  const hits: Hit[] = []
  const seesModules = glob.includes('node_modules')
  for await (const file of walk(start, { depth: depthOf(glob), seesModules, budget, signal })) {
    if (!matches(shownPath(file, workspace))) continue
    const hit = await hitOf(file, workspace, root)
    if (hit !== undefined) hits.push(hit)
  }
  return hits
}

/** The glob from the workspace on, as the paths that are compared with it; its fixed part taken literally. */
function slashed(workspace: string, start: string, rest: string): string {
  const base = shownPath(start, workspace)
    .replace(/[\\$^*+?()[\]{}!|@]/g, String.raw`\$&`)
    .replace(/\/$/, '')
  return base === '' ? rest : `${base}/${rest}`
}

/** Where a match may really lie: in the workspace, or below the folder that the glob itself names outside of it. */
async function allowed(workspace: string, base: string): Promise<readonly string[]> {
  const inside = await realpath(workspace).catch(() => workspace)
  const start = resolve(workspace, base)
  return isBelow(start, resolve(workspace)) ? [inside] : [inside, await realpath(start).catch(() => start)]
}

async function hitOf(file: string, workspace: string, roots: readonly string[]): Promise<Hit | undefined> {
  const path = shownPath(file, workspace)
  const found: Stats | undefined = await stat(file).catch(() => undefined)
  if (found === undefined) {
    const isDangling = await lstat(file).then(
      (link) => link.isSymbolicLink(),
      () => false,
    )
    return isDangling ? { path, why: 'is a link to nothing' } : undefined
  }
  if (found.isDirectory()) return undefined
  if (!found.isFile()) return { path, why: NO_FILE }
  const real = await realpath(file)
  if (!roots.some((root) => isBelow(real, root))) return { path, why: 'is a link that leads out of the workspace' }
  return { path, file: real, bytes: found.size, modifiedAtMs: found.mtimeMs }
}

interface Walk {
  readonly depth: number
  readonly seesModules: boolean
  readonly budget: { left: number }
  readonly signal?: AbortSignal | undefined
}

/** Files and links below a folder. Links to folders are not followed: they lead in circles, or out. */
async function* walk(folder: string, options: Walk): AsyncGenerator<string> {
  const { depth, seesModules, budget, signal } = options
  signal?.throwIfAborted()
  if (depth < 1) return
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  budget.left -= entries.length
  if (budget.left < 0)
    throw new UserError(
      `reports: more than ${MOST_ENTRIES} files were looked at. Write a glob that starts in a folder.`,
    )
  for (const entry of entries) {
    const path = join(folder, entry.name)
    if (!entry.isDirectory()) yield path
    else if (entry.name !== '.git' && (seesModules || entry.name !== 'node_modules'))
      yield* walk(path, { ...options, depth: depth - 1 })
  }
}

/** Without `**` a glob reaches as many folders down as it has slashes. */
function depthOf(glob: string): number {
  return glob.includes('**') ? DEEPEST : Math.min(DEEPEST, glob.split('/').length)
}

function shownPath(file: string, workspace: string): string {
  const inside = relative(resolve(workspace), file)
  const isOutside = inside === '..' || inside.startsWith(`..${sep}`)
  return (isOutside ? file : inside).replaceAll('\\', sep === '\\' ? '/' : '\\')
}

const isBelow = (path: string, folder: string): boolean =>
  path === folder || path.startsWith(folder.replace(/[\\/]$/, '') + sep)
