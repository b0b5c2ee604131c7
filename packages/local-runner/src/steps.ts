import { resolve } from 'node:path'
import { type ActionFile, type CompositeRuns, readActionFile } from './action-file.ts'
import { evaluateCondition, evaluateText } from './expressions.ts'
import { inputsOf } from './inputs.ts'
import { performJavaScript } from './javascript.ts'
import { conditionScope, type Level, scopeOf, stepEnvironment } from './level.ts'
import type { Recorder } from './recorder.ts'
import { Refusal } from './refusal.ts'
import { resolveUses } from './repository.ts'
import { prepareScript } from './script.ts'
import { runStage } from './stage.ts'
import { type AddPost, failed, NOTHING, type Post, type Run, SKIPPED, type StepEnd, stageEnd } from './step-end.ts'
import { type Ending, startEnding } from './step-ending.ts'
import { type RunStep, readSteps, type Step, type UsesStep } from './step-file.ts'
import type { Outcome } from './types.ts'

const MAX_DEPTH = 10

/** Runs one step, or finds that it does not run, and enters it in the `steps` of its level. */
export async function runStep(level: Level, step: Step, recorder: Recorder, addPost: AddPost): Promise<StepEnd> {
  const end = await judgeStep(level, step, recorder, addPost)
  const { outcome, conclusion, outputs } = end
  if (step.id !== '') level.steps[step.id] = { outcome, conclusion, outputs }
  return end
}

async function judgeStep(level: Level, step: Step, recorder: Recorder, addPost: AddPost): Promise<StepEnd> {
  let env: Record<string, string>
  try {
    env = stepEnvironment(level, step)
  } catch (error) {
    return failed(error, recorder)
  }
  try {
    if (!evaluateCondition(step.condition, conditionScope(level, env))) return SKIPPED
  } catch (error) {
    return { ...failed(error, recorder), isBroken: true }
  }

  const stillRuns = (): boolean => evaluateCondition(step.condition, conditionScope(level, env))
  const ending = startEnding(level, step.timeoutMinutes, stillRuns)
  try {
    if (level.kind === 'composite') recorder.addLine(`Run ${nameOf(step)}`)
    const end = await perform(level, { step, env, recorder, addPost, ending })
    return settle(level, step, env, { ...end, outcome: outcomeOf(end, ending, step, recorder) })
  } catch (error) {
    return settle(level, step, env, failed(error, recorder))
  } finally {
    ending.stop()
  }
}

function perform(level: Level, run: Run): Promise<StepEnd> {
  const { does } = run.step
  return does.kind === 'run' ? performRun(level, does, run) : performAction(level, does, run)
}

async function performRun(level: Level, does: RunStep, { env, recorder, ending }: Run): Promise<StepEnd> {
  const { session, github } = level
  const text = (value: string): string => evaluateText(value, scopeOf(level, env))
  const end = await runStage(session, recorder, {
    ...prepareScript(text(does.run), text(does.shell), session.temp),
    cwd: resolve(session.workspace, text(does.workingDirectory)),
    variables: {},
    env,
    github,
    signal: ending.signal,
  })
  if (end.exitCode !== 0) {
    recorder.issue({ level: 'error', message: `Process completed with exit code ${end.exitCode ?? end.endedBy}.` })
  }
  return stageEnd(end)
}

function performAction(level: Level, does: UsesStep, run: Run): Promise<StepEnd> {
  const place = does.place ?? resolveUses(does.uses, { ...level.session, root: level.root })
  const action = readActionFile(place.folder)
  const { runs } = action
  const github = { ...level.github, action_repository: place.repository ?? '', action_ref: place.ref ?? '' }
  if (runs.kind === 'javascript') return performJavaScript({ ...level, github }, does, run, { ...action, runs })
  return performComposite({ ...level, github }, { does, root: place.root }, run, { ...action, runs })
}

type CompositeAction = ActionFile & { readonly runs: CompositeRuns }

interface CompositeUse {
  readonly does: UsesStep
  /** The repository that `$/` means in the composite. */
  readonly root: string
}

async function performComposite(outer: Level, use: CompositeUse, run: Run, action: CompositeAction): Promise<StepEnd> {
  if (outer.depth >= MAX_DEPTH) throw new Refusal(`Composite action depth exceeded max depth ${MAX_DEPTH}.`)
  let status: 'success' | 'failure' | 'cancelled' = 'success'
  const level = compositeLevel(outer, use, run, action, () => status)
  const posts: Post[] = []
  for (const step of readSteps(action.runs.steps, action.folder, 'composite')) {
    // oxlint-disable-next-line no-await-in-loop -- steps run one after the other
    const { conclusion, isBroken } = await runStep(level, step, run.recorder, (post) => posts.push(post))
    if (conclusion === 'cancelled' || (conclusion === 'failure' && status === 'success')) status = conclusion
    if (isBroken) break
  }
  if (posts.length > 0) {
    run.addPost(async (late, recorder) => {
      const again = compositeLevel(late, use, { ...run, recorder }, action, () => late.session.status)
      return performPosts({ ...again, steps: level.steps }, posts, recorder)
    })
  }
  const scope = scopeOf(level, run.env)
  const outputs = Object.fromEntries([...action.outputs].map(([name, value]) => [name, evaluateText(value, scope)]))
  return { ...NOTHING, outputs, steps: level.steps, outcome: status, conclusion: status }
}

function compositeLevel(
  outer: Level,
  use: CompositeUse,
  run: Run,
  action: CompositeAction,
  status: Level['status'],
): Level {
  const own = Object.keys(run.step.env).map((name) => [name, run.env[name] ?? ''])
  return {
    ...outer,
    kind: 'composite',
    root: use.root,
    github: { ...outer.github, action_path: action.folder },
    inputs: Object.fromEntries(inputsOf(outer, use.does, run, action)),
    steps: {},
    deadline: run.ending.deadline,
    overrides: { ...outer.overrides, ...Object.fromEntries(own) },
    status,
    depth: outer.depth + 1,
  }
}

/** The post stages inside of one composite, the last action's first. */
async function performPosts(level: Level, posts: readonly Post[], recorder: Recorder): Promise<StepEnd> {
  const outcomes: Outcome[] = []
  for (const post of posts.toReversed()) {
    // oxlint-disable-next-line no-await-in-loop -- post stages run one after the other
    outcomes.push((await post(level, recorder)).outcome)
  }
  const outcome = outcomes.includes('failure') ? 'failure' : 'success'
  return { ...NOTHING, outcome, conclusion: outcome }
}

function outcomeOf(end: StepEnd, ending: Ending, step: Step, recorder: Recorder): Outcome {
  const cause = ending.cause()
  if (cause === undefined) return end.outcome
  // A composite has no process that was ended: its steps have said it.
  const hasProcess = end.exitCode !== null || end.endedBy !== undefined
  const message = cause === 'cancelled' ? 'The operation was canceled.' : `The action '${nameOf(step)}' has timed out.`
  if (hasProcess) recorder.issue({ level: 'error', message })
  return cause === 'cancelled' ? 'cancelled' : 'failure'
}

/** continue-on-error leaves the outcome and mends the conclusion. */
function settle(level: Level, step: Step, env: Readonly<Record<string, string>>, end: StepEnd): StepEnd {
  if (end.outcome !== 'failure' || step.continueOnError === '') return { ...end, conclusion: end.outcome }
  const goesOn = evaluateText(step.continueOnError, scopeOf(level, env)) === 'true'
  return { ...end, conclusion: goesOn ? 'success' : 'failure' }
}

export function nameOf({ name, does }: Step): string {
  if (name !== '') return name
  return does.kind === 'uses' ? does.uses : (does.run.trimStart().split('\n')[0] ?? '')
}
