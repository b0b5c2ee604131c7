import { globMatcher } from '@hardgate/action'
import type { FileCoverage, PathMapper, PathMapping, ReportedFile } from '@hardgate/coverage'
import { ReportProblem } from '@hardgate/coverage'
import type { ReadReport, RefusedReport } from './reading.ts'

/** One file of the repository as all reports together have it. */
export interface ProjectFile {
  /** Of the repository, with `/`. */
  readonly path: string
  readonly coverage: FileCoverage
  /** That mention it. */
  readonly reports: readonly ReadReport[]
  /** false: on disk and not in git. */
  readonly isTracked: boolean
}

/** A path of a report that became no file of the repository. */
export interface UnmappedPath {
  readonly path: string
  readonly report: string
  readonly lines: number
  /** Empty but for an ambiguous one. */
  readonly candidates: readonly string[]
  readonly kind: 'unmapped' | 'ambiguous' | 'outside'
}

export interface DroppedFile {
  readonly path: string
  readonly lines: number
  readonly why: 'excluded' | 'not included' | 'generated'
}

export interface Project {
  /** By path; without the dropped ones. */
  readonly files: ReadonlyMap<string, ProjectFile>
  readonly dropped: readonly DroppedFile[]
  readonly unmapped: readonly UnmappedPath[]
  /** Every file that a report mentions, dropped ones too. */
  readonly mentioned: ReadonlySet<string>
  /** Files whose reports cannot be put together. */
  readonly refused: readonly RefusedReport[]
  /** Paths that became files of the repository. */
  readonly mapped: number
}

export interface ProjectPlan {
  readonly mapper: PathMapper
  readonly include: readonly string[]
  readonly exclude: readonly string[]
  /** Which of these are `linguist-generated`. */
  readonly generated: (paths: readonly string[]) => Promise<ReadonlySet<string>>
}

export interface ProjectBuilder {
  /** Every path of the report becomes one file of the repository, or is named with the reason why it did not. */
  add(report: ReadReport, files: readonly ReportedFile[]): void
  /** Without what does not count. */
  finish(): Promise<Project>
}

/** Takes one report after the other, so that none has to be kept. */
export function projectBuilder(plan: ProjectPlan): ProjectBuilder {
  const excludes = anyOf(plan.exclude)
  const all = new Map<string, MutableFile>()
  const unmapped: UnmappedPath[] = []
  const dropped: DroppedFile[] = []
  const refused: RefusedReport[] = []
  let mapped = 0
  return {
    add: (report, files) => {
      for (const { path, coverage, place } of placesOf(report, files, plan.mapper)) {
        if (place.kind === 'mapped') {
          mapped++
          refused.push(...put(all, { report, coverage, path: place.path, isTracked: place.isTracked }))
          continue
        }
        const lines = coverage.totals().lines.total
        // a header of the system is outside of every repository and may be excluded by the path that the report has
        if (excludes(path.replaceAll('\\', '/'))) dropped.push({ path, lines, why: 'excluded' })
        else unmapped.push(notMapped({ path, report: report.path, lines, place }))
      }
    },
    finish: async () => {
      const files = await drop(all, { ...plan, excludes, dropped })
      return { files, dropped, unmapped, mentioned: new Set(all.keys()), refused, mapped }
    },
  }
}

interface MutableFile {
  readonly path: string
  readonly coverage: FileCoverage
  readonly reports: ReadReport[]
  readonly isTracked: boolean
}

type Place = { readonly path: string; readonly coverage: FileCoverage; readonly place: PathMapping }

function placesOf({ report, path }: ReadReport, files: readonly ReportedFile[], mapper: PathMapper): Place[] {
  const { sources, format } = report
  const places = mapper.map({ files, sources, isGo: format === 'go' })
  return files.map((file, index) => {
    const place = places[index]
    if (place === undefined) throw new Error(`the mapping of ${path} has ${places.length} answers for ${files.length}`)
    return { path: file.path, coverage: file.coverage, place }
  })
}

interface Arrival {
  readonly report: ReadReport
  readonly coverage: FileCoverage
  readonly path: string
  readonly isTracked: boolean
}

function put(all: Map<string, MutableFile>, { report, coverage, path, isTracked }: Arrival): RefusedReport[] {
  const known = all.get(path)
  if (known === undefined) {
    all.set(path, { path, coverage, reports: [report], isTracked })
    return []
  }
  if (!known.reports.includes(report)) known.reports.push(report)
  try {
    known.coverage.merge(coverage)
    return []
  } catch (error) {
    if (!(error instanceof ReportProblem)) throw error
    return [{ path: report.path, code: error.code, explanation: `${report.path}: ${path}: ${error.message}.` }]
  }
}

interface Unplaced {
  readonly path: string
  readonly report: string
  readonly lines: number
  readonly place: Exclude<PathMapping, { readonly kind: 'mapped' }>
}

const notMapped = ({ place, ...rest }: Unplaced): UnmappedPath => ({
  ...rest,
  kind: place.kind,
  candidates: place.kind === 'ambiguous' ? place.candidates : [],
})

interface Dropping extends ProjectPlan {
  readonly excludes: (path: string) => boolean
  readonly dropped: DroppedFile[]
}

async function drop(
  all: ReadonlyMap<string, MutableFile>,
  { include, excludes, generated, dropped }: Dropping,
): Promise<Map<string, ProjectFile>> {
  const includes = include.length === 0 ? () => true : anyOf(include)
  const made = await generated([...all.keys()])
  const kept = new Map<string, ProjectFile>()
  for (const path of [...all.keys()].toSorted()) {
    const file = all.get(path)
    if (file === undefined) continue
    const why = excludes(path)
      ? 'excluded'
      : !includes(path)
        ? 'not included'
        : made.has(path)
          ? 'generated'
          : undefined
    if (why === undefined) kept.set(path, file)
    else dropped.push({ path, lines: file.coverage.totals().lines.total, why })
  }
  return kept
}

/** Whether one of the globs matches. */
export function anyOf(globs: readonly string[]): (path: string) => boolean {
  const matchers = globs.map(globMatcher)
  return (path) => matchers.some((matches) => matches(path))
}
