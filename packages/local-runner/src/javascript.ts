import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { ActionFile, JavaScriptRuns } from './action-file.ts'
import { runtimeVariables } from './contexts.ts'
import { evaluateCondition } from './expressions.ts'
import { inputsOf, inputVariables } from './inputs.ts'
import { conditionScope, type Level, stepEnvironment } from './level.ts'
import type { Recorder } from './recorder.ts'
import type { Session } from './session.ts'
import { runStage, type StageEnd, type StagePlan } from './stage.ts'
import { failed, type Run, SKIPPED, type StepEnd, stageEnd } from './step-end.ts'
import type { UsesStep } from './step-file.ts'
import { timeWarp } from './time-warp.ts'

export type JavaScriptAction = ActionFile & { readonly runs: JavaScriptRuns }

/** Runs main, and leaves the post stage for the end of the job. */
export async function performJavaScript(
  level: Level,
  does: UsesStep,
  run: Run,
  action: JavaScriptAction,
): Promise<StepEnd> {
  const { recorder, env, ending } = run
  const { github, session } = level
  const saved: Record<string, string> = {}
  if (action.runs.post !== undefined) {
    const script = action.runs.post
    run.addPost((late, other) =>
      performPost({ ...late, github }, does, { ...run, recorder: other }, { action, script, saved }),
    )
  }
  const inputs = inputsOf(level, does, run, action)
  const end = await runScript(session, recorder, action.runs.main, {
    action,
    inputs,
    env,
    github,
    signal: ending.signal,
  })
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
    const call = { action, inputs, state: saved, env, github, signal: level.deadline }
    return stageEnd(await runScript(session, recorder, script, call))
  } catch (error) {
    return failed(error, recorder)
  }
}

interface ScriptCall {
  readonly action: JavaScriptAction
  readonly inputs: ReadonlyMap<string, string>
  /** What the main stage saved, for its post stage. */
  readonly state?: Readonly<Record<string, string>>
  readonly env: Readonly<Record<string, string>>
  readonly github: StagePlan['github']
  readonly signal: AbortSignal
}

/** Runs `main` or `post` of a JavaScript action in the workspace. */
function runScript(session: Session, recorder: Recorder, script: string, call: ScriptCall): Promise<StageEnd> {
  const file = resolve(call.action.folder, script)
  if (!existsSync(file)) throw new Error(`File not found: '${file}'`)
  const state = Object.fromEntries(Object.entries(call.state ?? {}).map(([name, value]) => [`STATE_${name}`, value]))
  return runStage(session, recorder, {
    file: session.node,
    args: session.timeScale === 1 ? [file] : ['--import', timeWarp({ scale: session.timeScale }), file],
    cwd: session.workspace,
    variables: { ...state, ...inputVariables(call.inputs) },
    env: { ...runtimeVariables, ...call.env },
    github: call.github,
    signal: call.signal,
  })
}
