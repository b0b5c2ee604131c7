import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { ActionFile, JavaScriptRuns } from './action-file.ts'
import { runtimeVariables } from './contexts.ts'
import { inputVariables } from './inputs.ts'
import type { Recorder } from './recorder.ts'
import type { Session } from './session.ts'
import { runStage, type StageEnd, type StagePlan } from './stage.ts'
import { timeWarp } from './time-warp.ts'

export interface ScriptCall {
  readonly action: ActionFile & { readonly runs: JavaScriptRuns }
  readonly inputs: ReadonlyMap<string, string>
  /** What the main stage saved, for its post stage. */
  readonly state?: Readonly<Record<string, string>>
  readonly env: Readonly<Record<string, string>>
  readonly github: StagePlan['github']
  readonly signal: AbortSignal
}

/** Runs `main` or `post` of a JavaScript action in the workspace. */
export function runScript(session: Session, recorder: Recorder, script: string, call: ScriptCall): Promise<StageEnd> {
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
