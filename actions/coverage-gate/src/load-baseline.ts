import { createReadStream } from 'node:fs'
import { readdir, readFile, stat } from 'node:fs/promises'
import { dirname, join, resolve, sep } from 'node:path'
import { type DiffFile, type LineTrace, mapLines, ReportProblem, readReport } from '@hardgate/coverage'
import { parseVerdict, type Verdict } from '@hardgate/gate'
import type { Baseline, FoundBaseline } from './baseline.ts'
import { GitProblem, type Repository } from './git/repository.ts'
import { GATE } from './judge.ts'

/** Where an earlier run lies on this disk. */
export interface BaselinePlace {
  /** A verdict file, or a folder with one. */
  readonly path: string
  /** `main 1a2b3c4, 3 commits back`, or the path. */
  readonly origin: string
  /** The commit that GitHub says the run was for; absent for a file. */
  readonly commit?: string
  /** This run is one of the default branch. */
  readonly isOnDefault: boolean
  readonly notes: readonly string[]
}

/** The earlier run, checked; whatever is wrong with it makes it unknown, and never none. */
export async function loadBaseline(place: BaselinePlace): Promise<Baseline> {
  const { path, notes, origin } = place
  const found = await verdictIn(path)
  if ('why' in found) return { kind: found.isMissing ? 'none' : 'unknown', isFirst: false, why: found.why, notes }
  const { verdict, file } = found
  if (verdict.outcome === 'fail' || verdict.outcome === 'no-data')
    return { kind: 'unknown', why: `the baseline ${origin} ended in ${verdict.outcome}: it would lower the bar`, notes }
  const commit = commitOf(verdict)
  if (place.commit !== undefined && commit !== undefined && commit !== place.commit)
    return { kind: 'unknown', why: `the verdict of ${origin} is for another commit (${commit.slice(0, 7)})`, notes }
  return {
    kind: 'found',
    verdict,
    origin,
    commit: commit ?? place.commit,
    coverage: await mergedOf(verdict, file),
    trace: { problem: 'its changes were not asked for' },
    isFirst: place.isOnDefault,
    notes,
  }
}

type Search =
  | { readonly verdict: Verdict; readonly file: string }
  | { readonly why: string; readonly isMissing: boolean }

// far more than the 4 MiB of counts and the checks beside them
const LARGEST_VERDICT = 64 * 1024 * 1024

async function verdictIn(path: string): Promise<Search> {
  const found = await stat(path).catch(() => undefined)
  if (found === undefined) return { why: `there is no baseline: ${path} does not exist`, isMissing: true }
  if (!found.isDirectory()) return readVerdict(path)
  const names = (await readdir(path)).filter((name) => name.endsWith('.json')).toSorted()
  const read = await Promise.all(names.map((name) => readVerdict(join(path, name))))
  const own = read.filter((one) => 'verdict' in one)
  const [only, ...others] = own
  if (only === undefined) return read[0] ?? problem(`${path} holds no verdict file of this gate`)
  return others.length === 0 ? only : problem(`${path} holds ${own.length} verdict files of this gate`)
}

async function readVerdict(file: string): Promise<Search> {
  const { size } = await stat(file)
  if (size > LARGEST_VERDICT) return problem(`${file} is too large for a verdict file`)
  const read = parseVerdict(await readFile(file, 'utf8'))
  if ('problems' in read) return problem(`${file} is no verdict file: ${read.problems[0] ?? ''}`)
  if (read.verdict.gate !== GATE) return problem(`${file} is the verdict of another gate`)
  return { verdict: read.verdict, file }
}

const problem = (why: string): Search => ({ why, isMissing: false })

const COMMIT = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/

function commitOf({ evidence }: Verdict): string | undefined {
  const commit = evidence['commit']
  return typeof commit === 'string' && COMMIT.test(commit) ? commit : undefined
}

/** The merged LCOV beside the verdict, held against the hash that the verdict has of it. */
async function mergedOf({ evidence }: Verdict, file: string): Promise<FoundBaseline['coverage']> {
  const merged = evidence['mergedReport']
  const { path, sha256 } = isFields(merged) ? merged : {}
  if (typeof path !== 'string' || typeof sha256 !== 'string')
    return { problem: 'its verdict names no merged report (merged-report: lcov writes one)' }
  const folder = dirname(resolve(file))
  const target = resolve(folder, path)
  if (!target.startsWith(folder + sep)) return { problem: 'its merged report would lie outside of its folder' }
  try {
    return await readMerged(target, sha256)
  } catch (error) {
    if (error instanceof ReportProblem) return { problem: `its merged report cannot be read: ${error.message}` }
    return { problem: `its merged report ${path} cannot be read: keep all of baseline-dir as the artifact` }
  }
}

async function readMerged(target: string, sha256: string): Promise<FoundBaseline['coverage']> {
  const hash = process.getBuiltinModule('node:crypto').createHash('sha256')
  async function* hashed(): AsyncGenerator<Uint8Array> {
    for await (const chunk of createReadStream(target)) {
      const part = chunk instanceof Uint8Array ? chunk : Buffer.from(String(chunk))
      hash.update(part)
      yield part
    }
  }
  const { files } = await readReport(hashed(), 'lcov', 'the merged report of the baseline')
  if (hash.digest('hex') !== sha256)
    return { problem: 'its merged report is not the one that its verdict names (SHA-256)' }
  return new Map(files.map(({ path, coverage }) => [path, coverage]))
}

const isFields = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** With the way of its lines to ours: the missing commit is fetched, by itself, where it is not there. */
export async function withTrace(baseline: FoundBaseline, repository: Repository | undefined): Promise<FoundBaseline> {
  return { ...baseline, trace: await traceFrom(baseline, repository) }
}

async function traceFrom(
  { commit }: FoundBaseline,
  repository: Repository | undefined,
): Promise<FoundBaseline['trace']> {
  if (repository === undefined) return { problem: 'this is no git checkout, so its lines cannot be followed' }
  if (commit === undefined) return { problem: 'its verdict names no commit, so its lines cannot be followed' }
  try {
    const missing = await repository.obtain(commit)
    if (missing === undefined) return careful(await repository.diff(commit))
    return { problem: `its commit ${commit.slice(0, 7)} could not be had: ${missing}` }
  } catch (error) {
    if (error instanceof GitProblem) return { problem: `git cannot compare with its commit: ${error.message}` }
    throw error
  }
}

/** A file that git takes for binary is not a deleted one: who marks it so must not lower the bar. */
function careful(files: readonly DiffFile[]): LineTrace {
  const trace = mapLines(files)
  const opaque = new Set(
    files.flatMap(({ change, oldPath, newPath }) =>
      change === 'binary' && oldPath !== undefined && newPath !== undefined ? [oldPath] : [],
    ),
  )
  return {
    ...trace,
    oldLine: (path, line) => trace.oldLine(path, line),
    isRemoved: (path, line) => !opaque.has(path) && trace.isRemoved(path, line),
  }
}
