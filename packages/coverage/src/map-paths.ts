import { DirectLookup, type Hit, placesOf } from './map-direct.ts'
import { FileIndex } from './map-index.ts'
import { type NormalPath, normalPath } from './map-normal.ts'
import type { PathMapPlan, PathMapping, ReportedPath, ReportPaths } from './map-plan.ts'
import { isOfModule, MOST_CANDIDATES, preferModule, suffixCandidates } from './map-suffix.ts'

export interface PathMapper {
  /** One answer for each file, in the same order. A report is mapped as a whole: its paths share their roots. */
  map(report: ReportPaths): PathMapping[]
}

/** Prepares the mapping of any number of reports. Pure but for what `disk` looks at. */
export function mapPaths(plan: PathMapPlan): PathMapper {
  const index = new FileIndex(plan.files)
  const lookup = new DirectLookup(plan, index)
  return { map: (report) => mapReport(report, index, lookup) }
}

/** First what paths name outright; then, for the rest, what the report's paths have in common tells their root. */
function mapReport(report: ReportPaths, index: FileIndex, lookup: DirectLookup): PathMapping[] {
  const direct = report.files.map(({ path }) => mapDirectly(report, path, lookup))
  const roots = direct.includes(undefined) ? rootsOf(report, direct) : new Map<string, string>()
  const mapped = report.files.map(
    (file, at): PathMapping => direct[at] ?? mapBySuffix(report, file, { index, lookup, roots }),
  )
  return withoutClashes(report, mapped)
}

/** undefined: nothing is there under this name, and it may have lost or won folders at its start. */
function mapDirectly(report: ReportPaths, path: string, lookup: DirectLookup): PathMapping | undefined {
  const own = normalPath(path)
  const places = placesOf(report, path)
  const byRules = decide([...places, own].flatMap((place) => lookup.byRules(place)))
  if (byRules !== undefined) return byRules
  const byModule = report.isGo ? lookup.byGoModule(own) : undefined
  // The module is ours, so a file that is not there is no other file of the same name.
  if (byModule !== undefined) return decide(byModule) ?? { kind: 'unmapped' }
  return decide((places.length === 0 ? [own] : places).flatMap((place) => lookup.byPath(place)))
}

interface Rest {
  readonly index: FileIndex
  readonly lookup: DirectLookup
  readonly roots: ReadonlyMap<string, string>
}

/**
 * With a `<source>` that leads nowhere here, the name alone is one candidate among those that the source suggests:
 * `index.js` below `/build/web` is not the one at the root of the repository.
 */
function mapBySuffix(report: ReportPaths, { path, module }: ReportedPath, { index, lookup, roots }: Rest): PathMapping {
  const own = normalPath(path)
  const places = placesOf(report, path)
  const suffixes = (at: NormalPath): Hit[] => {
    const candidates = suffixCandidates(index, at, at.root !== '' && roots.get(at.root) === folderOf(at))
    return preferModule(candidates, at, module).map((found) => ({ path: found, isTracked: true }))
  }
  const alone = places.length === 0 ? [] : lookup.byPath(own)
  const found = decide([...places.flatMap(suffixes), ...alone]) ?? decide(suffixes(own))
  return found ?? { kind: [own, ...places].some((place) => lookup.isOutside(place)) ? 'outside' : 'unmapped' }
}

/**
 * The folder that all paths of a kind (absolute, of a drive) have in common, where none of them was found outright: a
 * file right in there may lie at the root of the repository.
 */
function rootsOf(report: ReportPaths, direct: readonly (PathMapping | undefined)[]): Map<string, string> {
  const roots = new Map<string, string>()
  const known = new Set<string>()
  report.files.forEach(({ path }, at) => {
    const place = placesOf(report, path)[0] ?? normalPath(path)
    if (direct[at] !== undefined) known.add(place.root)
    const root = roots.get(place.root)
    roots.set(place.root, root === undefined ? folderOf(place) : inCommon(root, folderOf(place)))
  })
  for (const kind of known) roots.delete(kind)
  return roots
}

const folderOf = ({ segments }: NormalPath): string => segments.slice(0, -1).join('/')

function inCommon(a: string, b: string): string {
  const [left, right] = [a.split('/'), b.split('/')]
  const end = left.findIndex((segment, at) => segment !== right[at])
  return end === -1 ? a : left.slice(0, end).join('/')
}

function decide(hits: readonly Hit[]): PathMapping | undefined {
  if (hits.length === 0) return undefined
  const files = new Map(hits.flatMap((hit) => (hit === 'outside' ? [] : [[hit.path, hit] as const])))
  const [first, ...others] = files.values()
  if (first === undefined) return { kind: 'outside' }
  if (others.length === 0) return { kind: 'mapped', path: first.path, isTracked: first.isTracked }
  return { kind: 'ambiguous', candidates: [...files.keys()].slice(0, MOST_CANDIDATES) }
}

/** Two modules may each have a file of one name and package, and only one of them is in git: the other is not that one. */
function withoutClashes(report: ReportPaths, mapped: readonly PathMapping[]): PathMapping[] {
  const claims = new Map<string, number>()
  const claimOf = (mapping: PathMapping, at: number): string | undefined => {
    const file = report.files[at]
    return mapping.kind === 'mapped' && file?.module !== undefined ? `${mapping.path}\0${file.path}` : undefined
  }
  mapped.forEach((mapping, at) => {
    const claim = claimOf(mapping, at)
    if (claim !== undefined) claims.set(claim, (claims.get(claim) ?? 0) + 1)
  })
  return mapped.map((mapping, at) => {
    const { path = '', module = '' } = report.files[at] ?? {}
    const isShared = (claims.get(claimOf(mapping, at) ?? '') ?? 0) > 1
    if (!isShared || mapping.kind !== 'mapped' || isOfModule(mapping.path, normalPath(path), module)) return mapping
    return { kind: 'unmapped' }
  })
}
