import type { Stats } from 'node:fs'
import { lstat, readdir, realpath, stat } from 'node:fs/promises'
import { join, relative, resolve, sep } from 'node:path'
import picomatch from 'picomatch'
import { UserError } from './errors.ts'

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
  const inside = `${resolve(search.workspace)}${sep}`
  const excluded = globs.flatMap((glob) =>
    // paths are compared from the workspace on, and ${{ github.workspace }} may stand in front
    glob.startsWith('!') ? [globMatcher(glob.slice(1).replace(inside, () => ''))] : [],
  )
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
export function globMatcher(glob: string): (path: string) => boolean {
  return picomatch(glob.replace(/^\.\//, ''), { dot: true, nonegate: true })
}

async function matchesOf(glob: string, { workspace, signal }: Search, budget: { left: number }): Promise<Hit[]> {
  const literal = await hitOf(resolve(workspace, glob), workspace, await allowed(workspace, glob))
  // a file may be called `lcov[1].info`
  if (literal !== undefined) return [literal]
  if (!picomatch.scan(glob).isGlob) return []
  const { base, rest } = await split(glob, workspace)
  const start = resolve(workspace, base)
  const roots = await allowed(workspace, base)
  const matches = globMatcher(rest)
  const hits: Hit[] = []
  const seesModules = glob.includes('node_modules')
  for await (const file of walk(start, { depth: depthOf(rest), seesModules, budget, signal })) {
    if (!matches(withSlashes(relative(start, file)))) continue
    const hit = await hitOf(file, workspace, roots)
    if (hit !== undefined) hits.push(hit)
  }
  return hits
}

/** The folder that a glob begins in, and what is left of it. A folder that is there may be called `out (1)`. */
async function split(glob: string, workspace: string): Promise<{ readonly base: string; readonly rest: string }> {
  const parts = glob.split('/')
  let base = ''
  for (const [at, part] of parts.slice(0, -1).entries()) {
    const next = at === 0 && part === '' ? '/' : join(base, part)
    const isPlain = !/[*?[\]{}()!+@|\\]/.test(part)
    if (!isPlain && !(await isFolder(resolve(workspace, next)))) return { base, rest: parts.slice(at).join('/') }
    base = next
  }
  return { base, rest: parts.at(-1) ?? '' }
}

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )

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
      `More than ${MOST_ENTRIES} files were looked at for the reports. Write a glob that starts in a folder.`,
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
  return withSlashes(isOutside ? file : inside)
}

const withSlashes = (path: string): string => (sep === '\\' ? path.replaceAll('\\', '/') : path)

const isBelow = (path: string, folder: string): boolean =>
  path === folder || path.startsWith(folder.replace(/[\\/]$/, '') + sep)
