import { type Frame, githubContext, postComment, type Report, UserError } from '@hardgate/action'
import { annotatePatch } from './annotations.ts'
import { openCheckout, workspaceOf } from './checkout.ts'
import { patchPlanFor } from './compare.ts'
import { type Gathering, type Judged, judgeMeasured, type Measured, measure, openProject } from './gather.ts'
import { GitProblem } from './git/repository.ts'
import type { Inputs } from './inputs.ts'
import { GATE } from './judge.ts'
import { numberOutputs } from './outputs.ts'
import { ratchetThresholds } from './ratchet.ts'
import { type ReadPlan, readReports } from './read-reports.ts'
import type { Reading } from './reading.ts'
import { codesOf, type Finding } from './reasons.ts'
import { reportFindings } from './report-evidence.ts'
import { ownSections, type Story, summaryOf } from './summary.ts'
import { verdictFrom } from './verdict.ts'
import { waive } from './waiver.ts'
import { type MergedReports, makeWorkFolder, writeBaselineVerdict, writeMerged } from './work-folder.ts'

export async function run(inputs: Inputs, frame: Frame): Promise<Report> {
  try {
    return await gate(inputs, frame)
  } catch (error) {
    // what git refuses is in the checkout or in its configuration
    if (error instanceof GitProblem) throw new UserError(error.message)
    throw error
  }
}

async function gate(inputs: Inputs, frame: Frame): Promise<Report> {
  const context = githubContext(frame.env)
  const thresholds = [...inputs.thresholds, ...ratchetThresholds(inputs)]
  const patchPlan = patchPlanFor(thresholds, context, inputs['patch-base'])
  const workspace = workspaceOf(frame.env)
  const { signal, clock, log } = frame
  const { reports: globs, format } = inputs
  // side by side: git answers while the first report is read
  const opening = openCheckout(workspace, frame)
  const building = opening.then((checkout) => openProject(checkout, context, inputs))
  const take: ReadPlan['take'] = async (report, files) => (await building).add(report, files)
  const [checkout, builder, reading] = await Promise.all([
    opening,
    building,
    readReports({ globs, format, workspace, signal, clock, log, take }),
  ])
  const first = reportFindings(reading, inputs['expected-reports'])
  const folder = await makeWorkFolder(frame.env['RUNNER_TEMP'], GATE)
  const gathering: Gathering = { inputs, frame, context, checkout, thresholds, patchPlan, folder }
  // without a report nothing else can be said
  if (reading.reports.length === 0) return conclude({ findings: first, reading }, gathering)
  const measured = await measure(await builder.finish(), reading, gathering)
  const evidence = [...first, ...measured.findings]
  if (evidence.some(isBlocking)) return conclude({ findings: evidence.map(undecided), reading, measured }, gathering)
  const judged = await judgeMeasured(measured, gathering)
  const all = [...evidence, ...judged.findings, ...judged.judgements.map(({ finding }) => finding)]
  return conclude({ findings: waived(all, inputs, frame), reading, measured, judged }, gathering)
}

/** What is not there is not judged: every number would be a guess. */
const isBlocking = ({ severity, outcome }: Finding): boolean => severity === 'gate' && outcome === 'no-data'

/** Beside what is missing, a fault in what is there decides nothing. */
const undecided = (one: Finding): Finding => (one.outcome === 'fail' ? { ...one, outcome: 'no-data' } : one)

function waived(findings: readonly Finding[], inputs: Inputs, { clock }: Frame): readonly Finding[] {
  const { 'warn-until': until, 'warn-reason': reason } = inputs
  return waive(findings, until === undefined ? undefined : { until, reason }, clock.now())
}

interface Outcome {
  readonly findings: readonly Finding[]
  readonly reading: Reading
  readonly measured?: Measured
  readonly judged?: Judged
}

async function conclude(outcome: Outcome, gathering: Gathering): Promise<Report> {
  const { findings, reading, measured, judged } = outcome
  const { inputs, frame, context, checkout, folder } = gathering
  // what was not judged is not handed on either: its numbers would look like an answer
  const merged = judged === undefined || measured === undefined ? undefined : await mergedFor(measured, gathering)
  const verdict = verdictFrom({
    findings,
    reading,
    commit: checkout.repository?.head.sha ?? context.sha,
    project: measured?.project,
    evidence: judged?.evidence,
    baseline: judged?.baseline,
    merged,
  })
  const story: Story = {
    verdict,
    codes: codesOf(findings),
    findings,
    reading,
    judgements: judged?.judgements ?? [],
    project: measured?.project,
    evidence: judged?.evidence,
    baseline: judged?.baseline,
    unreported: judged?.unreported ?? [],
    newly: judged?.newly ?? [],
  }
  if (folder !== undefined && judged !== undefined) await writeBaselineVerdict(folder, verdict)
  annotate(story, gathering)
  if (inputs.comment === 'sticky')
    await postComment(verdict, ownSections(story), { frame, context, token: inputs['github-token'] })
  return { verdict, outputs: outputsOf(outcome, { merged, folder }), summary: summaryOf(story) }
}

async function mergedFor(
  { whole }: Measured,
  { inputs, frame, folder }: Gathering,
): Promise<MergedReports | undefined> {
  if (folder === undefined) return undefined
  const coverage = new Map(whole.files.map(({ path, coverage: one }) => [path, one]))
  const { clock, signal, log } = frame
  const merged = await writeMerged(coverage, {
    folder,
    formats: inputs['merged-report'],
    nowMs: clock.now().getTime(),
    signal,
  })
  for (const path of merged.leftOut)
    log.info(`The merged report leaves out ${JSON.stringify(path)}: its format has no way to write that name.`)
  return merged
}

function annotate({ evidence, findings }: Story, { inputs, frame }: Gathering): void {
  const patch = evidence?.patch
  if (inputs.annotations === 'off' || patch === undefined || 'kind' in patch) return
  annotatePatch(patch, findings, frame.log)
}

function outputsOf(
  { judged }: Outcome,
  { merged, folder }: { readonly merged: MergedReports | undefined; readonly folder: string | undefined },
): Record<string, string> {
  return {
    ...numberOutputs({
      whole: judged?.evidence.whole,
      patch: judged?.evidence.patch,
      baseline: judged?.baseline,
      judgements: judged?.judgements ?? [],
    }),
    'baseline-dir': judged === undefined ? '' : (folder ?? ''),
    'merged-lcov': merged?.lcov?.path ?? '',
    'merged-cobertura': merged?.cobertura ?? '',
  }
}
