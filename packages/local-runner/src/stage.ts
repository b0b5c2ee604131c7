import { randomUUID } from 'node:crypto'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { createCommandRunner } from './command-runner.ts'
import { contextVariables, machineVariables } from './contexts.ts'
import type { Fields } from './fields.ts'
import { parseFileCommands } from './file-commands.ts'
import { type ProcessEnd, runProcess } from './process.ts'
import type { Recorder } from './recorder.ts'
import type { Session } from './session.ts'

/** One process of a step: a script, or a stage of a JavaScript action. */
export interface StagePlan {
  readonly file: string
  readonly args: readonly string[]
  readonly cwd: string
  /** Beside those of the machine, the job and the contexts: inputs and state. */
  readonly variables: Readonly<Record<string, string>>
  /** The `env` context of the step. */
  readonly env: Readonly<Record<string, string>>
  readonly github: Fields
  readonly signal: AbortSignal
}

export interface StageEnd extends ProcessEnd {
  readonly outputs: Record<string, string>
  readonly state: Record<string, string>
  /** A command or a file of commands could not be read: the step fails whatever the exit code says. */
  readonly hasFailedCommand: boolean
}

const FILES = {
  output: 'set_output',
  env: 'set_env',
  path: 'add_path',
  state: 'save_state',
  step_summary: 'step_summary',
} as const
type FileName = keyof typeof FILES

const MAX_SUMMARY_BYTES = 1_048_576

export async function runStage(session: Session, recorder: Recorder, plan: StagePlan): Promise<StageEnd> {
  const files = createFiles(session)
  const commands = createCommandRunner(recorder, session.masker, session.workspace)
  const github = { ...plan.github, ...files }
  const env = { ...machineVariables(), ...plan.env }
  const end = await runProcess({
    ...plan,
    env: {
      ...env,
      ...(session.path.length === 0 ? {} : { PATH: [...session.path, env['PATH'] ?? ''].join(delimiter) }),
      ...plan.variables,
      ...contextVariables({ ...session.contexts, github }),
    },
    timeScale: session.timeScale,
    onLine: commands.takeLine,
    onRaw: recorder.addRaw,
  })
  if (end.orphans !== undefined) session.orphans.add(end.orphans)
  return { ...end, ...readFiles(session, recorder, files, commands.hasFailed()) }
}

function createFiles({ temp }: Session): Record<FileName, string> {
  const id = randomUUID()
  const at = (prefix: string): string => {
    const path = join(temp, '_runner_file_commands', `${prefix}_${id}`)
    writeFileSync(path, '')
    return path
  }
  return {
    output: at(FILES.output),
    env: at(FILES.env),
    path: at(FILES.path),
    state: at(FILES.state),
    step_summary: at(FILES.step_summary),
  }
}

function readFiles(
  session: Session,
  recorder: Recorder,
  files: Record<FileName, string>,
  hasFailed: boolean,
): Omit<StageEnd, keyof ProcessEnd> {
  let hasFailedCommand = hasFailed
  const fail = (name: FileName, fault: string): void => {
    recorder.issue({ level: 'error', message: `Unable to process file command '${name}' successfully.` })
    recorder.issue({ level: 'error', message: fault })
    hasFailedCommand = true
  }
  const pairs = (name: FileName): readonly [string, string][] => {
    const { pairs: read, fault } = parseFileCommands(readIfThere(files[name]))
    if (fault !== undefined) fail(name, fault)
    return read
  }
  const outputs = Object.fromEntries(pairs('output'))
  const state = Object.fromEntries(pairs('state'))
  for (const [name, value] of pairs('env')) {
    // The runner refuses this one name, and goes on (actions/runner FileCommandManager.cs).
    if (name.toUpperCase() === 'NODE_OPTIONS') {
      recorder.issue({
        level: 'error',
        message: "Can't store NODE_OPTIONS output parameter using '$GITHUB_ENV' command.",
      })
      continue
    }
    session.env.set(name, value)
    session.written.set(name, value)
  }
  for (const line of readIfThere(files.path).split(/\r\n|\r|\n/)) if (line !== '') prepend(session.path, line)
  readSummary(recorder, files.step_summary)
  return { outputs, state, hasFailedCommand }
}

function prepend(path: string[], folder: string): void {
  const at = path.indexOf(folder)
  if (at !== -1) path.splice(at, 1)
  path.unshift(folder)
}

function readSummary(recorder: Recorder, file: string): void {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0
  if (size === 0) return
  if (size > MAX_SUMMARY_BYTES) {
    const message = `$GITHUB_STEP_SUMMARY upload aborted, supports content up to a size of 1024k, got ${Math.floor(size / 1024)}k.`
    return recorder.issue({ level: 'error', message })
  }
  recorder.addSummary(readFileSync(file, 'utf8'))
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return '' // the action removed it
  }
}
