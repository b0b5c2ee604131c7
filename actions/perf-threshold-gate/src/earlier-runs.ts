import { mkdtemp, readFile, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type BaselineSource,
  baseBranch,
  type Frame,
  findReports,
  type GitHubContext,
  gitHubConnection,
} from '@hardgate/action'
import { parseVerdict, type Verdict } from '@hardgate/gate'
import type { BaselineRun } from '@hardgate/github'
import { type Conditions, conditionsIn, difference } from './conditions.ts'
import { GATE } from './gate-name.ts'

/** What earlier runs say, the newest first. */
export interface EarlierRuns {
  readonly kept: readonly EarlierRun[]
  /** Each that was looked at and left out, and why. */
  readonly leftOut: readonly string[]
  /** Why it is not known what there is. Never taken for none. */
  readonly unknown?: string
  /** What is to be known of the choice. */
  readonly note?: string
}

export interface EarlierRun {
  readonly verdict: Verdict
  readonly conditions: Conditions
  /** `run 12 (1a2b3c4)`, or the path of the file. */
  readonly origin: string
  readonly measuredAtMs: number
}

export interface EarlierWanted {
  readonly source: BaselineSource
  readonly most: number
  readonly now: Conditions
  /** The hashes of what is measured now: a run is never its own baseline. */
  readonly ownSources: readonly string[]
  /** Fewer make a percentile that nothing bounds. */
  readonly fewestRequests: number
  readonly workspace: string
  readonly frame: Pick<Frame, 'request' | 'signal' | 'clock'>
  readonly context: GitHubContext
  readonly token: string
  /** Where a folder is made for what is downloaded; '' for the system's own place. */
  readonly temporary: string
}

/** The newest comparable runs, each once; those of the same processor alone where there are enough of them. */
export async function earlierRuns(wanted: EarlierWanted): Promise<EarlierRuns> {
  const found =
    wanted.source.kind === 'file'
      ? await fromFiles(wanted.source.path, wanted)
      : await fromArtifacts(wanted.source.name, wanted)
  return ofSameProcessor(found, wanted.now)
}

// fewer say less than runs on a processor that may differ
const ENOUGH_OF_SAME_PROCESSOR = 3

function ofSameProcessor(found: EarlierRuns, now: Conditions): EarlierRuns {
  const { kept, leftOut } = found
  const same = kept.filter(({ conditions }) => conditions.runner.cpuModel === now.runner.cpuModel)
  if (same.length === kept.length) return found
  if (same.length < ENOUGH_OF_SAME_PROCESSOR) {
    const note = `${same.length} of the ${kept.length} earlier runs had this CPU model (${now.runner.cpuModel}), so those of other models are used too`
    return { ...found, note }
  }
  const others = kept.filter((one) => !same.includes(one))
  const reasons = others.map(({ origin, conditions }) => `${origin}: its CPU was ${conditions.runner.cpuModel}`)
  return { ...found, kept: same, leftOut: [...leftOut, ...reasons] }
}

async function fromFiles(glob: string, wanted: EarlierWanted): Promise<EarlierRuns> {
  const { workspace, most, frame } = wanted
  const { reports, unusable } = await findReports([glob], { workspace, signal: frame.signal })
  const leftOut = unusable.map(({ path, why }) => `${path} ${why}`)
  const candidates: EarlierRun[] = []
  for (const { file, path } of reports) {
    const read = await candidate(file, path, wanted)
    if (typeof read === 'string') leftOut.push(`${path}: ${read}`)
    else candidates.push(read)
  }
  const { kept, doubles } = eachOnce(candidates.toSorted((a, b) => b.measuredAtMs - a.measuredAtMs))
  return { kept: kept.slice(0, most), leftOut: [...leftOut, ...doubles] }
}

async function fromArtifacts(name: string, wanted: EarlierWanted): Promise<EarlierRuns> {
  const { context, token, frame, temporary, most } = wanted
  const branch = baseBranch(context)
  if (branch === '' || context.sha === '')
    return { kept: [], leftOut: [], unknown: 'the base branch or the commit of this run is not known' }
  const kept: EarlierRun[] = []
  const keep = async (run: BaselineRun): Promise<string | undefined> => {
    const read = await inArtifact(run, wanted)
    if (typeof read === 'string') return read
    const double = kept.find((one) => sameRun(one, read))
    if (double !== undefined) return `it holds the same run as ${double.origin}`
    kept.push(read)
    return undefined
  }
  const { connectGitHub, findBaselines } = await import('@hardgate/github')
  const { sha } = context
  const github = connectGitHub(gitHubConnection({ frame, context, token }))
  const folder = await mkdtemp(join(temporary === '' ? tmpdir() : temporary, 'perf-baselines-'))
  const found = await findBaselines({ github, artifactName: name, branch, measuredCommit: sha, folder, most, keep })
  const leftOut = found.ignored.map(({ runId, commit, why }) => `run ${runId} (${commit.slice(0, 7)}): ${why}`)
  if (found.moreIgnored > 0) leftOut.push(`and ${found.moreIgnored} more`)
  return { kept, leftOut, ...(found.kind === 'unknown' ? { unknown: found.why } : {}) }
}

async function inArtifact({ folder, files, runId, commit, createdAt }: BaselineRun, wanted: EarlierWanted) {
  const origin = `run ${runId} (${commit.slice(0, 7)})`
  const reasons: string[] = []
  const usable: EarlierRun[] = []
  for (const { path } of files.filter((one) => one.path.endsWith('.json'))) {
    const read = await candidate(join(folder, path), origin, wanted)
    if (typeof read === 'string') reasons.push(read)
    else usable.push({ ...read, measuredAtMs: Date.parse(createdAt) })
  }
  const [only, ...others] = usable
  if (only === undefined) return reasons[0] ?? 'it holds no verdict file'
  if (others.length > 0)
    return `it holds ${usable.length} comparable verdict files, and which one is meant is not known`
  const claimed = only.verdict.evidence['commit']
  return typeof claimed === 'string' && claimed !== commit
    ? `its verdict is for another commit (${claimed.slice(0, 7)})`
    : only
}

const LARGEST_VERDICT = 64 * 1024 * 1024
const DAY_MS = 86_400_000
const OLDEST_DAYS = 90

/** The run of a verdict file, or why it is none that counts. */
async function candidate(file: string, origin: string, wanted: EarlierWanted): Promise<EarlierRun | string> {
  const { size } = await stat(file)
  if (size > LARGEST_VERDICT) return 'it is too large for a verdict file'
  const read = parseVerdict(await readFile(file, 'utf8'))
  if ('problems' in read) return `it is no verdict file: ${read.problems[0] ?? ''}`
  const { verdict } = read
  if (verdict.gate !== GATE) return 'it is the verdict of another gate'
  if (verdict.outcome !== 'pass') return `it ended as ${verdict.outcome}`
  if (typeof verdict.evidence['partial'] === 'string') return 'its report was cut off'
  const conditions = conditionsIn(verdict)
  if (conditions === undefined) return 'it does not say under which conditions it was measured'
  if (identityOf(verdict).some((one) => wanted.ownSources.includes(one))) return 'it is of this very run'
  const measuredAtMs = timeOf(verdict)
  const why = tooOld(measuredAtMs, wanted) ?? tooFew(conditions, wanted) ?? difference(wanted.now, conditions)
  return why ?? { verdict, conditions, origin, measuredAtMs }
}

function timeOf({ evidence }: Verdict): number {
  const at = evidence['measuredAt']
  return typeof at === 'string' ? Date.parse(at) : Number.NaN
}

function tooOld(measuredAtMs: number, { frame }: EarlierWanted): string | undefined {
  const days = (frame.clock.now().getTime() - measuredAtMs) / DAY_MS
  if (Number.isNaN(days)) return 'it does not say when it was measured'
  // a clock that runs ahead would keep a baseline for ever
  if (days < -1) return 'it is dated in the future'
  return days > OLDEST_DAYS ? `it is older than ${OLDEST_DAYS} days` : undefined
}

function tooFew({ requests }: Conditions, { fewestRequests }: EarlierWanted): string | undefined {
  return requests < fewestRequests ? `it has ${requests} requests, and ${fewestRequests} are needed` : undefined
}

/** Two files of one run are one opinion. */
function eachOnce(sorted: readonly EarlierRun[]): { kept: EarlierRun[]; doubles: string[] } {
  const kept: EarlierRun[] = []
  const doubles: string[] = []
  for (const one of sorted) {
    const double = kept.find((other) => sameRun(one, other))
    if (double === undefined) kept.push(one)
    else doubles.push(`${one.origin}: it is of the same run as ${double.origin}`)
  }
  return { kept, doubles }
}

function sameRun(a: EarlierRun, b: EarlierRun): boolean {
  const [ofA, ofB] = [identityOf(a.verdict), identityOf(b.verdict)]
  return ofA.some((one) => ofB.includes(one))
}

/** The run of the workflow, and the bytes of what was measured. */
function identityOf({ evidence }: Verdict): string[] {
  const { run, sources } = evidence
  const runId = typeof run === 'object' && run !== null && 'id' in run ? run['id'] : undefined
  const hashes = Array.isArray(sources) ? sources.flatMap((one: unknown) => hashOf(one) ?? []) : []
  return [...(typeof runId === 'string' ? [`run ${runId}`] : []), ...hashes]
}

function hashOf(source: unknown): string | undefined {
  if (typeof source !== 'object' || source === null) return undefined
  const [sha256, use]: unknown[] = [Reflect.get(source, 'sha256'), Reflect.get(source, 'use')]
  return typeof sha256 === 'string' && use === 'measured' ? sha256 : undefined
}
