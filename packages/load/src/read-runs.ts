import { formatDuration } from '@hardgate/gate'
import type { SourceFacts } from '@hardgate/scan'
import { withView } from './cross-check.ts'
import { FirstStart } from './first-start.ts'
import type { FormatName } from './format.ts'
import { checkOverlap, type PartTimes } from './overlap.ts'
import {
  contentOf,
  type FileOptions,
  type FoundReport,
  findFormat,
  type ReportFile,
  readReport,
} from './report-file.ts'
import type { Run, Source } from './run.ts'
import { RunBuilder, type RunOptions } from './run-builder.ts'
import { LoadProblem } from './sink.ts'
import { viewsOf } from './views.ts'

export interface ReadPlan extends Omit<RunOptions, 'cutBeforeMs'>, FileOptions {
  /** Default `auto`. */
  readonly format?: FormatName | 'auto'
  /** Requests that started so early in the run are not measured. Default 0. */
  readonly warmUpMs?: number
  /** How many parts there have to be. */
  readonly expectReports?: number | undefined
}

/**
 * The one run that files are views and parts of, from the rawest of them. Rejects with a `LoadProblem` that names its
 * file.
 */
export async function readRuns(files: readonly ReportFile[], plan: ReadPlan = {}): Promise<Run> {
  const found: FoundReport[] = []
  for (const file of files) found.push(await findFormat(file, plan.format ?? 'auto'))
  const { kept, twins } = await withoutTwins(found, plan)
  const { measured, others } = viewsOf(kept)
  checkParts(measured, plan)
  let { run, cut } = await measuredRun(measured, plan)
  const sources: Source[] = [...run.sources]
  const name = measured.length === 1 ? measured[0].path : `the ${measured.length} files of ${run.format}`
  for (const { files: other, hasToAgree } of others) {
    const view = await readView(other, plan)
    sources.push(...view.sources)
    const names = { measured: name, view: other.map(({ path }) => path).join(', ') }
    if (hasToAgree) checkAgreement(view, run.total.requests + cut, names)
    run = view.run === undefined ? withNote(run, view.problem) : withView(run, view.run, { ...names, cut })
  }
  for (const { twin, of, facts } of twins) {
    sources.push({ path: twin.path, format: twin.reader.format, ...facts, use: `the same bytes as ${of}` })
    run = withNote(run, `${twin.path} holds the same bytes as ${of} and was counted once`)
  }
  return { ...run, sources }
}

function withNote(run: Run, note: string): Run {
  return { ...run, notes: [...run.notes, note] }
}

interface Twin {
  readonly twin: FoundReport
  readonly of: string
  readonly facts: SourceFacts
}

/** Of files that hold the same only the first: `gzip -k` leaves two. What is the same begins the same. */
async function withoutTwins(
  found: readonly FoundReport[],
  plan: ReadPlan,
): Promise<{ kept: FoundReport[]; twins: Twin[] }> {
  const kept: FoundReport[] = []
  const twins: Twin[] = []
  const hashes = new Map<string, string>()
  for (const one of found) {
    const isAlone = found.filter(({ start }) => start === one.start).length === 1
    if (isAlone) {
      kept.push(one)
      continue
    }
    const { content, facts } = await contentOf(one, plan)
    const of = hashes.get(content)
    if (of === undefined) {
      kept.push(one)
      hashes.set(content, one.path)
    } else twins.push({ twin: one, of, facts })
  }
  return { kept, twins }
}

function checkParts([first, ...others]: readonly [FoundReport, ...FoundReport[]], plan: ReadPlan): void {
  const { expectReports: expected, warmUpMs = 0 } = plan
  const count = others.length + 1
  if (expected !== undefined && count !== expected) {
    const list = [first, ...others].map(({ path }) => path).join(', ')
    const text = `${count} of the ${expected} parts of the run that should be there ${count === 1 ? 'is' : 'are'} there: ${list}`
    throw new LoadProblem('missing-parts', text)
  }
  if (warmUpMs > 0 && !first.reader.hasTimes) {
    const text = `${first.path} (${first.reader.format}) has no time of each request, so no warm-up can be cut from it. Remove the input warm-up, or write a log of all requests`
    throw new LoadProblem('no-times', text)
  }
}

async function measuredRun(
  parts: readonly [FoundReport, ...FoundReport[]],
  plan: ReadPlan,
): Promise<{ run: Run; cut: number }> {
  const { warmUpMs = 0 } = plan
  const builder = new RunBuilder(
    parts[0].reader,
    warmUpMs > 0 ? { ...plan, cutBeforeMs: (await firstStart(parts, plan)) + warmUpMs } : plan,
  )
  const times: PartTimes[] = []
  const sources: Source[] = []
  for (const part of parts) {
    builder.beginPart(part.path)
    const facts = await readReport(part, builder, plan)
    times.push({ path: part.path, span: builder.endPart() })
    sources.push({ path: part.path, format: part.reader.format, ...facts, use: 'measured' })
  }
  checkOverlap(times)
  const run = builder.finish(sources)
  checkMeasured(run, { names: parts.map(({ path }) => path).join(', '), cut: builder.cut, warmUpMs })
  return { run, cut: builder.cut }
}

async function firstStart(parts: readonly FoundReport[], plan: ReadPlan): Promise<number> {
  const sink = new FirstStart()
  for (const part of parts) await readReport(part, sink, { signal: plan.signal })
  return sink.ms
}

function checkMeasured(
  run: Run,
  { names, cut, warmUpMs }: { readonly names: string; readonly cut: number; readonly warmUpMs: number },
): void {
  const { total, groups, partial } = run
  const hasPercentiles = (total.printed?.percentiles.length ?? 0) > 0
  // a record that counts no requests can still tell how long they took
  if (total.requests > 0 || (total.all?.count ?? 0) > 0 || (hasPercentiles && total.printed?.requests === undefined))
    return
  if (cut > 0) {
    const text = `${names}: the warm-up of ${formatDuration(warmUpMs)} cut all ${cut} requests away`
    throw new LoadProblem('no-samples', text)
  }
  const why = partial === undefined ? '' : ` (${partial})`
  const excluded = groups.size === 0 ? '' : `, of ${groups.size} labels`
  throw new LoadProblem('no-samples', `${names}: it holds 0 requests${excluded}: nothing was measured${why}`)
}

function checkAgreement(
  { run, problem }: ViewRead,
  measured: number,
  names: { readonly measured: string; readonly view: string },
): void {
  const why = run === undefined ? `cannot be read (${problem})` : `has ${run.total.requests} requests`
  if (run?.total.requests === measured) return
  const text = `${names.view} ${why}, and ${names.measured} has ${measured}: they are not views of one run. Use one step for each run`
  throw new LoadProblem('different-runs', text)
}

type ViewRead =
  | { readonly run: Run; readonly problem?: never; readonly sources: readonly Source[] }
  | { readonly run?: never; readonly problem: string; readonly sources: readonly Source[] }

/** A view that cannot be read takes nothing from what is measured. */
async function readView(files: readonly [FoundReport, ...FoundReport[]], plan: ReadPlan): Promise<ViewRead> {
  const builder = new RunBuilder(files[0].reader, { ...plan, timelineLabels: [] })
  const sources: Source[] = []
  try {
    for (const file of files) {
      builder.beginPart(file.path)
      const facts = await readReport(file, builder, plan)
      sources.push({ path: file.path, format: file.reader.format, ...facts, use: 'cross-check' })
    }
    return { run: builder.finish(sources), sources }
  } catch (error) {
    if (!(error instanceof LoadProblem)) throw error
    return { problem: `${error.message}. It is another view of the run, and was left out`, sources }
  }
}
