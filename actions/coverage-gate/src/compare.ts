import { join, resolve } from 'node:path'
import { type Frame, type GitHubContext, globMatcher, isPushToDefault, UserError } from '@hardgate/action'
import type { Threshold } from '@hardgate/gate'
import type { Answer } from './answers.ts'
import { artifactBaseline } from './artifact-baseline.ts'
import { type Baseline, linesOf, traceOf } from './baseline.ts'
import type { Checkout } from './checkout.ts'
import { findPatch, type PatchPlan, planPatch } from './git/find-patch.ts'
import type { Inputs } from './inputs.ts'
import { loadBaseline } from './load-baseline.ts'
import type { Part } from './measured.ts'
import { PATCH_METRICS } from './metrics.ts'
import { measurePatch, type PatchResult } from './patch.ts'
import { type NewlyUncovered, newlyUncovered } from './ratchet.ts'
import { finding } from './reasons.ts'

/** What the changed lines are to be compared with; undefined where no threshold asks. A UserError where the event says nothing. */
export function patchPlanFor(
  thresholds: readonly Threshold[],
  { eventName, event }: GitHubContext,
  patchBase: string,
): PatchPlan | undefined {
  if (!thresholds.some(({ metric }) => PATCH_METRICS.has(metric))) return undefined
  return planPatch({ name: eventName, payload: event() }, patchBase)
}

export async function patchFor(plan: PatchPlan, { repository }: Checkout, whole: Part): Promise<PatchResult> {
  if (repository === undefined) {
    return {
      kind: 'unknown',
      why: 'The workspace is no git checkout, so nobody can say what this change wrote.',
      fix: 'Put actions/checkout before this step.',
    }
  }
  const patch = await findPatch(repository, plan)
  return patch.kind === 'unknown' ? patch : measurePatch(patch, whole)
}

export interface BaselineWorld {
  readonly frame: Frame
  readonly context: GitHubContext
  readonly checkout: Checkout
  readonly folder: string | undefined
}

export async function baselineFor(
  source: NonNullable<Inputs['baseline']>,
  token: string,
  { frame, context, checkout, folder }: BaselineWorld,
): Promise<Baseline> {
  if (source.kind === 'file')
    return loadBaseline({
      path: resolve(checkout.workspace, source.path),
      origin: source.path,
      isOnDefault: isPushToDefault(context),
      notes: [],
    })
  if (folder === undefined)
    throw new UserError('RUNNER_TEMP is not set: there is no folder for the artifact of the baseline.')
  const { repository } = checkout
  const world = { frame, context, token, repository, folder: join(folder, 'baseline') }
  return artifactBaseline(source.name, world)
}

export interface Newly {
  /** By scope, '' for the whole. */
  readonly counts: ReadonlyMap<string, number> | undefined
  /** Why there are no counts. */
  readonly unknown: Answer | undefined
  readonly files: readonly NewlyUncovered[]
}

const NOT_ASKED: Newly = { counts: undefined, unknown: undefined, files: [] }

/** What `newly_uncovered` counts, for each scope that asks. */
export function newlyFor(thresholds: readonly Threshold[], baseline: Baseline | undefined, whole: Part): Newly {
  const asking = thresholds.filter(({ metric }) => metric === 'newly_uncovered')
  if (asking.length === 0) return NOT_ASKED
  const before = linesOf(baseline)
  const trace = traceOf(baseline)
  if (before === undefined || trace === undefined) return { ...NOT_ASKED, unknown: whyNot(baseline) }
  const now = new Map(whole.files.map(({ path, coverage }) => [path, coverage]))
  const files = newlyUncovered(now, before, trace)
  const counts = new Map(asking.map(({ scope = '' }) => [scope, countIn(files, scope)]))
  return { counts, unknown: undefined, files }
}

function countIn(files: readonly NewlyUncovered[], scope: string): number {
  const matches = scope === '' ? () => true : globMatcher(scope)
  return files.reduce((sum, { path, lines }) => sum + (matches(path) ? lines.length : 0), 0)
}

function whyNot(baseline: Baseline | undefined): Answer {
  if (baseline?.kind === 'none' && baseline.isFirst)
    return { kind: 'not-applicable', why: 'first baseline recorded, there was nothing to compare with' }
  return {
    kind: 'decided',
    finding: finding({
      code: 'no-baseline',
      expected: 'newly_uncovered',
      outcome: 'inconclusive',
      explanation: `newly_uncovered cannot be counted: ${reasonOf(baseline)}.`,
    }),
  }
}

function reasonOf(baseline: Baseline | undefined): string {
  if (baseline === undefined) return 'there is no baseline'
  if (baseline.kind !== 'found') return baseline.why
  if ('problem' in baseline.coverage) return `of the baseline ${baseline.origin}, ${baseline.coverage.problem}`
  return 'problem' in baseline.trace
    ? `of the baseline ${baseline.origin}, ${baseline.trace.problem}`
    : 'its lines are not known'
}
