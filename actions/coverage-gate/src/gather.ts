import { type Frame, type GitHubContext, InputErrors } from '@hardgate/action'
import type { Threshold } from '@hardgate/gate'
import type { Evidence } from './answers.ts'
import { type Baseline, linesOf } from './baseline.ts'
import { branchFindings } from './branch-evidence.ts'
import { type Checkout, filesTooShort, mapperFor, repositoryPath } from './checkout.ts'
import { baselineFor, newlyFor, patchFor } from './compare.ts'
import type { PatchPlan } from './git/find-patch.ts'
import type { Inputs } from './inputs.ts'
import { type Judgement, judgeAll } from './judge.ts'
import { withTrace } from './load-baseline.ts'
import { hasStatements, type Part, scopeOf, wholeOf } from './measured.ts'
import { baselineShare } from './outputs.ts'
import { lineFinding, pathFindings } from './path-evidence.ts'
import { anyOf, type Project, type ProjectBuilder, projectBuilder } from './project.ts'
import type { NewlyUncovered } from './ratchet.ts'
import { namesOf, type Reading } from './reading.ts'
import type { Finding } from './reasons.ts'
import { staleFindings } from './stale-evidence.ts'
import { doubtTotals } from './totals-doubt.ts'
import { totalsFindings } from './totals-evidence.ts'
import { type Unreported, unreportedChanges, unreportedFindings, vanishedFiles } from './unreported.ts'

export interface Gathering {
  readonly inputs: Inputs
  readonly frame: Frame
  readonly context: GitHubContext
  readonly checkout: Checkout
  readonly thresholds: readonly Threshold[]
  readonly patchPlan: PatchPlan | undefined
  /** Of this use of the gate. */
  readonly folder: string | undefined
}

export interface Measured {
  readonly project: Project
  readonly whole: Part
  /** About the evidence; a gating one without data means that no threshold can be judged. */
  readonly findings: readonly Finding[]
}

/** What takes the reports, one after the other, and makes one project of this repository of them. */
export async function openProject(checkout: Checkout, context: GitHubContext, inputs: Inputs): Promise<ProjectBuilder> {
  const { repository } = checkout
  return projectBuilder({
    mapper: await mapperFor(checkout, context, inputs['path-map']),
    include: inputs.include,
    exclude: inputs.exclude,
    generated: async (paths) =>
      repository !== undefined && hasAttributes(checkout) ? repository.generated(paths) : new Set(),
  })
}

/** Where no .gitattributes is tracked git need not be asked for what is in them. */
const hasAttributes = ({ files }: Checkout): boolean => files.some(({ path }) => /(?:^|\/)\.gitattributes$/.test(path))

/** Whether the reports can be evidence for this commit, and the numbers. */
export async function measure(project: Project, reading: Reading, gathering: Gathering): Promise<Measured> {
  const { inputs, frame, checkout, thresholds } = gathering
  const whole = wholeOf(project, reading.reports)
  const noLines = lineFinding(whole.totals.lines.total, project)
  const findings = [
    ...pathFindings(project, inputs.unmapped),
    ...noLines,
    ...(noLines.length > 0
      ? []
      : branchFindings(
          thresholds.filter((one) => !isOptional(one, inputs)),
          whole.branches,
          whole.reports,
        )),
    ...totalsFindings(reading.reports),
    ...staleFindings({
      reports: reading.reports,
      policy: inputs.stale,
      nowMs: frame.clock.now().getTime(),
      maxAgeMs: inputs['max-report-age'],
      headAtMs: checkout.repository?.head.committedAtMs,
      isTracked: (path) => checkout.isTracked(repositoryPath(path, checkout.workspace)),
      tooLong: await filesTooShort(whole, checkout.workspace),
    }),
  ]
  return { project, whole, findings }
}

export interface Judged {
  readonly evidence: Evidence
  readonly judgements: readonly Judgement[]
  readonly baseline: Baseline | undefined
  readonly unreported: readonly Unreported[]
  readonly newly: readonly NewlyUncovered[]
  /** About source files in no report. */
  readonly findings: readonly Finding[]
}

/** Everything that is compared: with the change, with the baseline, with the limits. */
export async function judgeMeasured({ project, whole }: Measured, gathering: Gathering): Promise<Judged> {
  const { inputs, frame, checkout, thresholds, patchPlan } = gathering
  const scopes = scopesOf(thresholds, whole)
  const patch = patchPlan === undefined ? undefined : await patchFor(patchPlan, checkout, whole)
  const loaded =
    inputs.baseline === undefined ? undefined : await baselineFor(inputs.baseline, inputs['github-token'], gathering)
  const asksLines = thresholds.some(({ metric }) => metric === 'newly_uncovered')
  const baseline = asksLines ? await traced(loaded, checkout) : loaded
  if (baseline?.kind === 'found') frame.log.info(`Baseline: ${baseline.origin}.`)
  const unreported = await unreportedOf({ project, patch, baseline }, gathering)
  const newly = newlyFor(thresholds, baseline, whole)
  const evidence: Evidence = {
    whole,
    scopes,
    patch,
    unreported: inputs.unreported === 'fail' ? unreported.filter(({ why }) => why === 'changed').length : 0,
    newlyUncovered: newly.counts,
    newlyUnknown: newly.unknown,
  }
  const asked = thresholds.filter((one) => !isOptional(one, inputs) || hasBranches(whole, baseline))
  const judged = await judgeWithTrace({ evidence, baseline }, { ...gathering, thresholds: asked })
  return {
    evidence,
    baseline: judged.baseline,
    judgements: doubtTotals(judged.judgements, whole, project),
    unreported,
    newly: newly.files,
    findings: unreportedFindings(unreported, inputs.unreported),
  }
}

/**
 * The branches of `ratchet: total` where min-branches is off: a language without branches has none now and had none
 * before. Where the baseline has them, they are asked for.
 */
const isOptional = ({ metric, scope, limit }: Threshold, inputs: Inputs): boolean =>
  inputs.ratchet === 'total' &&
  inputs['min-branches'] === undefined &&
  metric === 'branches' &&
  scope === undefined &&
  limit.from === 'baseline'

const hasBranches = ({ branches }: Part, baseline: Baseline | undefined): boolean =>
  branches !== 'missing' || (baseline?.kind === 'found' && baselineShare('branches', baseline) !== undefined)

interface Compared {
  readonly evidence: Evidence
  readonly baseline: Baseline | undefined
}

/** A ratchet that is missed is looked at again with what the change deleted, for which git must know both commits. */
async function judgeWithTrace(
  { evidence, baseline }: Compared,
  { thresholds, checkout }: Gathering,
): Promise<{ judgements: readonly Judgement[]; baseline: Baseline | undefined }> {
  const first = judgeAll({ thresholds, evidence, baseline })
  const isMissed = first.some(
    ({ threshold, finding }) => threshold.limit.from === 'baseline' && finding.outcome === 'fail',
  )
  const isTraced = baseline?.kind === 'found' && !('problem' in baseline.trace)
  if (!isMissed || isTraced || baseline?.kind !== 'found') return { judgements: first, baseline }
  const again = await withTrace(baseline, checkout.repository)
  return { judgements: judgeAll({ thresholds, evidence, baseline: again }), baseline: again }
}

async function traced(baseline: Baseline | undefined, { repository }: Checkout): Promise<Baseline | undefined> {
  return baseline?.kind === 'found' ? withTrace(baseline, repository) : baseline
}

/** A scope without a file, and a metric that the reports do not have, are mistakes of the workflow. */
function scopesOf(thresholds: readonly Threshold[], whole: Part): ReadonlyMap<string, Part> {
  const named = [...new Set(thresholds.flatMap(({ scope }) => scope ?? []))]
  const scopes = new Map(named.map((scope) => [scope, scopeOf(whole, scope)]))
  const problems = [...scopes].flatMap(([scope, { files }]) => (files.length > 0 ? [] : [emptyScope(scope, whole)]))
  for (const { metric, scope, line } of thresholds) {
    const part = scope === undefined ? whole : scopes.get(scope)
    if (metric === 'statements' && part !== undefined && part.files.length > 0 && !hasStatements(part.files))
      problems.push(
        `thresholds: "${line}" cannot be measured: ${namesOf(part.reports)} ${part.reports.length === 1 ? 'counts' : 'count'} no statements. Go profiles and Istanbul's coverage-final.json do; use lines with the others.`,
      )
  }
  if (problems.length > 0) throw new InputErrors(problems)
  return scopes
}

function emptyScope(scope: string, { files }: Part): string {
  const below = files.some(({ path }) => path.startsWith(`${scope.replace(/\/$/, '')}/`))
  const hint = below ? `Write ${scope.replace(/\/$/, '')}/**.` : `Measured are ${namesOf(files)}.`
  return `thresholds: no measured file is in the scope "${scope}". ${hint}`
}

interface UnreportedFacts {
  readonly project: Project
  readonly patch: Evidence['patch']
  readonly baseline: Baseline | undefined
}

async function unreportedOf(
  { project, patch, baseline }: UnreportedFacts,
  { inputs, checkout }: Gathering,
): Promise<Unreported[]> {
  if (inputs.unreported === 'ignore') return []
  const excludes = anyOf(inputs.exclude)
  const includes = inputs.include.length === 0 ? () => true : anyOf(inputs.include)
  const isLeftOut = (path: string): boolean => excludes(path) || !includes(path)
  const changes = patch === undefined || 'kind' in patch ? [] : patch.changes
  const before = [...(linesOf(baseline)?.keys() ?? [])]
  const asked = [...before, ...changes.flatMap(({ newPath }) => newPath ?? [])].filter(
    (path) => !project.mentioned.has(path),
  )
  const made = hasAttributes(checkout) ? await checkout.repository?.generated(asked) : undefined
  const existing = new Set(checkout.files.map(({ path }) => path))
  const question = { project, isLeftOut, isGenerated: (path: string) => made?.has(path) === true }
  const changed = unreportedChanges(changes, question)
  const known = new Set(changed.map(({ path }) => path))
  const vanished = vanishedFiles(before, (path) => existing.has(path), question)
  return [...changed, ...vanished.filter(({ path }) => !known.has(path))]
}
