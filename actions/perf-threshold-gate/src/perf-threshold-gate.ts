import { resolve } from 'node:path'
import { type Frame, type GitHubContext, githubContext, isOnDefault, postComment, type Report } from '@hardgate/action'
import { fewestForPass, fewestForValue, percentileOf, type Threshold } from '@hardgate/gate'
import { type Assessment, type MeasureOptions, neededFor, type Run } from '@hardgate/load'
import { type Conditions, conditionsOf } from './conditions.ts'
import { type EarlierRuns, earlierRuns } from './earlier-runs.ts'
import { endpointsOf } from './endpoints.ts'
import { GATE } from './gate-name.ts'
import { htmlPage, writePage } from './html-page.ts'
import type { Inputs } from './inputs.ts'
import { type Compared, comparedWith, judgeRun } from './judge.ts'
import { numberOutputs } from './outputs.ts'
import { readReports } from './reading.ts'
import { remarksOf } from './remarks.ts'
import { thisRunner } from './runner.ts'
import { commentSections, type Plan, type Story, sectionsOf, summaryOf } from './summary.ts'
import { refusedVerdict, verdictFrom } from './verdict.ts'

/** What every part of the gate is told. */
interface World {
  readonly inputs: Inputs
  readonly frame: Frame
  readonly context: GitHubContext
  readonly workspace: string
  readonly plan: Plan
}

export async function run(inputs: Inputs, frame: Frame): Promise<Report> {
  const world: World = {
    inputs,
    frame,
    context: githubContext(frame.env),
    workspace: resolve(frame.env['GITHUB_WORKSPACE'] ?? '.'),
    plan: planOf(inputs),
  }
  const reading = await readReports({
    globs: inputs.report,
    workspace: world.workspace,
    ownPage: inputs['html-report'],
    plan: readPlan(inputs),
    signal: frame.signal,
    clock: frame.clock,
    log: frame.log,
  })
  if ('run' in reading) return judge(reading.run, world)
  const verdict = refusedVerdict(reading.refusals)
  return report(
    { verdict, run: undefined, judgements: [], endpoints: [], remarks: [], earlier: undefined, plan: world.plan },
    {},
    world,
  )
}

function planOf(inputs: Inputs): Plan {
  const { window: windowMs, 'warm-up': warmUpMs, failures, confidence, exclude } = inputs
  return { windowMs, warmUpMs, failures, confidence, exclude }
}

function readPlan({ format, window: windowMs, 'warm-up': warmUpMs, exclude, failures, thresholds, ...rest }: Inputs) {
  return {
    format,
    windowMs,
    warmUpMs,
    exclude,
    failures,
    expectReports: rest['expect-reports'],
    ...neededFor(thresholds),
  }
}

async function judge(measured: Run, world: World): Promise<Report> {
  const { inputs, frame, context, plan } = world
  for (const { path, use } of measured.sources) frame.log.info(`Read ${path}: ${use}.`)
  const conditions = conditionsOf(measured, thisRunner(frame.env), inputs.failures)
  const earlier = await earlierFor(measured, conditions, world)
  const { assessment, judgements } = judgeRun({
    run: measured,
    thresholds: inputs.thresholds,
    options: optionsOf(plan),
    earlier,
    isFirst: isOnDefault(context),
  })
  const endpoints = endpointsOf(measured, inputs.failures)
  const facts = { run: measured, conditions, assessment, judgements, endpoints, earlier, context }
  const verdict = verdictFrom({ ...facts, nowMs: frame.clock.now().getTime(), warmUpMs: plan.warmUpMs })
  const p95Before = changeOfP95(assessment, earlier, plan)
  const outputs = numberOutputs({ run: measured, verdict, judgements, p95Before })
  const remarks = remarksOf(judgements, assessment)
  return report({ verdict, run: measured, judgements, endpoints, remarks, earlier, plan }, outputs, world)
}

const optionsOf = ({ failures, confidence, windowMs }: Plan): MeasureOptions => ({ failures, confidence, windowMs })

function changeOfP95(
  { measurements }: Assessment,
  earlier: EarlierRuns | undefined,
  { confidence }: Plan,
): Compared | undefined {
  const measurement = measurements.find(({ metric, scope }) => metric === 'p95' && scope === undefined)
  if (measurement === undefined) return undefined
  return comparedWith(earlier, { threshold: { kind: 'duration' }, measurement, confidence })
}

async function earlierFor(measured: Run, now: Conditions, world: World): Promise<EarlierRuns | undefined> {
  const { inputs, frame, context, workspace } = world
  const { baseline, thresholds, confidence } = inputs
  if (baseline === undefined) return undefined
  const found = await earlierRuns({
    source: baseline,
    most: inputs['baseline-runs'],
    now,
    ownSources: measured.sources.map(({ sha256 }) => sha256),
    fewestRequests: fewestRequests(thresholds, confidence),
    workspace,
    frame,
    context,
    token: inputs['github-token'],
    temporary: frame.env['RUNNER_TEMP'] ?? '',
  })
  const { kept, leftOut, unknown } = found
  frame.log.info(
    unknown === undefined
      ? `Baseline: ${kept.length} earlier ${kept.length === 1 ? 'run' : 'runs'}, ${leftOut.length} left out.`
      : `Baseline: not known, ${unknown}.`,
  )
  return found
}

/** What the highest percentile needs that is compared; p95 where none is. */
function fewestRequests(thresholds: readonly Threshold[], confidence: string | undefined): number {
  const percents = thresholds.flatMap(({ metric, limit }) =>
    limit.from === 'baseline' ? (percentileOf(metric) ?? []) : [],
  )
  const all = percents.length === 0 ? ['95'] : percents
  return Math.max(...all.map((p) => (confidence === undefined ? fewestForValue(p) : fewestForPass(p, confidence))))
}

async function report(story: Story, outputs: Readonly<Record<string, string>>, world: World): Promise<Report> {
  const { inputs, frame, context, workspace } = world
  const { verdict } = story
  const page = inputs['html-report']
  const problem = page === undefined ? undefined : await writePage(page, pageOf(story), workspace)
  // the verdict is not less true without its page
  if (problem !== undefined) frame.log.warning(problem)
  if (inputs.comment !== 'off') {
    // one that says "fail" is brought up to date once that is no longer true
    await postComment(verdict, commentSections(story), {
      frame,
      context,
      token: inputs['github-token'],
      mayCreate: inputs.comment === 'always' || verdict.outcome !== 'pass',
    })
  }
  return {
    verdict,
    outputs: { ...outputs, 'html-report': problem === undefined ? (page ?? '') : '' },
    summary: summaryOf(story),
  }
}

function pageOf(story: Story): string {
  const { verdict } = story
  const head = [
    { kind: 'heading', text: verdict.outcome } as const,
    { kind: 'list', items: verdict.reasons.map((reason) => [reason]) } as const,
  ]
  return htmlPage(`${GATE}: ${verdict.outcome}`, [head, ...sectionsOf(story)])
}
