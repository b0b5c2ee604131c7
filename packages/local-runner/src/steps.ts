import { resolve } from 'node:path'
import { type ActionFile, type CompositeRuns, type JavaScriptRuns, readActionFile } from './action-file.ts'
import { evaluateCondition, evaluateText } from './expressions.ts'
import { resolveInputs } from './inputs.ts'
import { runScript } from './javascript.ts'
import { conditionScope, type Level, scopeOf } from './level.ts'
import type { Recorder } from './recorder.ts'
import { Refusal } from './refusal.ts'
import { resolveUses } from './repository.ts'
import { prepareScript } from './script.ts'
import { runStage, type StageEnd } from './stage.ts'
import { type Ending, startEnding } from './step-ending.ts'
import { type RunStep, readSteps, type Step, type UsesStep } from './step-file.ts'
import type { Outcome, StepResult } from './types.ts'

export interface StepEnd extends StepResult {
  readonly exitCode: number | null
  readonly endedBy?: string
  readonly state: Readonly<Record<string, string>>
  /** The steps of a composite that have an id. */
  readonly steps: Readonly<Record<string, StepResult>>
  /** The condition could not be evaluated: in a composite, no later step runs. */
  readonly isBroken: boolean
}

/** The post stage of a step. It gets the level anew, with inputs as they are at the end of the job. */
export type Post = (level: Level, recorder: Recorder) => Promise<StepEnd>

/** Where a step leaves its post stage. */
export type AddPost = (post: Post) => void

const NOTHING = { exitCode: null, outputs: {}, state: {}, steps: {}, isBroken: false } as const
const SKIPPED: StepEnd = { ...NOTHING, outcome: 'skipped', conclusion: 'skipped' }
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

  // A cancellation reaches the step only if its own condition then no longer holds: always() goes on undisturbed.
  const stillRuns = (): boolean => evaluateCondition(step.condition, conditionScope(level, env))
  const ending = startEnding(level.session, step.timeoutMinutes, stillRuns)
  try {
    if (level.kind === 'composite') recorder.addLine(`Run ${nameOf(step)}`)
    const end = await perform(level, { step, env, recorder, addPost, signal: ending.signal })
    return settle(level, step, env, { ...end, outcome: afterEnding(end.outcome, ending, step, recorder) })
  } catch (error) {
    return settle(level, step, env, failed(error, recorder))
  } finally {
    ending.stop()
  }
}

interface Run {
  readonly step: Step
  readonly env: Readonly<Record<string, string>>
  readonly recorder: Recorder
  readonly addPost: AddPost
  readonly signal: AbortSignal
}

function perform(level: Level, run: Run): Promise<StepEnd> {
  const { does } = run.step
  return does.kind === 'run' ? performRun(level, does, run) : performAction(level, does, run)
}

async function performRun(level: Level, does: RunStep, { env, recorder, signal }: Run): Promise<StepEnd> {
  const { session, github } = level
  const text = (value: string): string => evaluateText(value, scopeOf(level, env))
  const end = await runStage(session, recorder, {
    ...prepareScript(text(does.run), text(does.shell), session.temp),
    cwd: resolve(session.workspace, text(does.workingDirectory)),
    variables: {},
    env,
    github,
    signal,
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

type JavaScriptAction = ActionFile & { readonly runs: JavaScriptRuns }
type CompositeAction = ActionFile & { readonly runs: CompositeRuns }

async function performJavaScript(level: Level, does: UsesStep, run: Run, action: JavaScriptAction): Promise<StepEnd> {
  const { recorder, env, signal } = run
  const { github, session } = level
  const saved: Record<string, string> = {}
  if (action.runs.post !== undefined) {
    const script = action.runs.post
    run.addPost((late, other) =>
      performPost({ ...late, github }, does, { ...run, recorder: other }, { action, script, saved }),
    )
  }
  const inputs = inputsOf(level, does, run, action)
  const end = await runScript(session, recorder, action.runs.main, { action, inputs, env, github, signal })
  Object.assign(saved, end.state)
  return stageEnd(end)
}

interface PostStage {
  readonly action: JavaScriptAction
  readonly script: string
  readonly saved: Readonly<Record<string, string>>
}

async function performPost(
  level: Level,
  does: UsesStep,
  main: Run,
  { action, script, saved }: PostStage,
): Promise<StepEnd> {
  const { session, github } = level
  const { recorder, step } = main
  try {
    const env = stepEnvironment(level, step)
    if (!evaluateCondition(action.runs.postIf, conditionScope(level, env))) return SKIPPED
    const inputs = inputsOf(level, does, { ...main, env }, action)
    const signal = session.guard
    const call = { action, inputs, state: saved, env, github, signal }
    return stageEnd(await runScript(session, recorder, script, call))
  } catch (error) {
    return failed(error, recorder)
  }
}

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

function inputsOf(level: Level, does: UsesStep, { env, recorder }: Run, action: ActionFile): Map<string, string> {
  const scope = scopeOf(level, env)
  const given = Object.fromEntries(Object.entries(does.with).map(([name, text]) => [name, evaluateText(text, scope)]))
  return resolveInputs(action, given, scope, recorder)
}

/** The `env` context of a step: the job's, over it the enclosing steps', over it its own. */
function stepEnvironment(level: Level, step: Step): Record<string, string> {
  const env = { ...Object.fromEntries(level.session.env), ...level.overrides }
  const scope = scopeOf(level, env)
  const own = Object.entries(step.env).map(([name, text]) => [name, evaluateText(text, scope)])
  return { ...env, ...Object.fromEntries(own) }
}

function stageEnd({ exitCode, endedBy, outputs, state, hasFailedCommand }: StageEnd): StepEnd {
  const outcome = exitCode === 0 && !hasFailedCommand ? 'success' : 'failure'
  return {
    ...NOTHING,
    exitCode,
    ...(endedBy === undefined ? {} : { endedBy }),
    outputs,
    state,
    outcome,
    conclusion: outcome,
  }
}

function afterEnding(outcome: Outcome, ending: Ending, step: Step, recorder: Recorder): Outcome {
  const cause = ending.cause()
  if (cause === undefined) return outcome
  if (cause === 'cancelled') {
    recorder.issue({ level: 'error', message: 'The operation was canceled.' })
    return 'cancelled'
  }
  recorder.issue({ level: 'error', message: `The action '${nameOf(step)}' has timed out.` })
  return 'failure'
}

/** continue-on-error leaves the outcome and mends the conclusion. */
function settle(level: Level, step: Step, env: Readonly<Record<string, string>>, end: StepEnd): StepEnd {
  if (end.outcome !== 'failure' || step.continueOnError === '') return { ...end, conclusion: end.outcome }
  const goesOn = evaluateText(step.continueOnError, scopeOf(level, env)) === 'true'
  return { ...end, conclusion: goesOn ? 'success' : 'failure' }
}

function failed(error: unknown, recorder: Recorder): StepEnd {
  if (error instanceof Refusal) throw error
  recorder.issue({ level: 'error', message: error instanceof Error ? error.message : String(error) })
  return { ...NOTHING, outcome: 'failure', conclusion: 'failure' }
}

export function nameOf({ name, does }: Step): string {
  if (name !== '') return name
  return does.kind === 'uses' ? does.uses : (does.run.trimStart().split('\n')[0] ?? '')
}
