import { systemClock } from '@hardgate/http'
import { escapeHtml, escapeMarkdown } from '@hardgate/markdown'
import { type Cancellation, listenForCancellation } from './cancellation.ts'
import { conclude, type Step } from './conclude.ts'
import { type Ending, endingOf } from './ending.ts'
import type { Account, Frame, Report, Stage } from './frame.ts'
import { type Contract, type InputDefinition, type Renamed, rawInputs, secretsOf } from './inputs.ts'
import { createLog } from './log.ts'
import { createMasks } from './masks.ts'
import { createOutputs, createStateKeeper } from './outputs.ts'
import { leave, listenForCrash } from './process-end.ts'
import { readInputs } from './read-inputs.ts'
import { readText } from './read-text.ts'
import type { RunnerCommands } from './runner-commands.ts'

export interface Action<V> {
  readonly contract: Contract
  readonly inputs: InputDefinition<V>
  /** What outputs hold until the report; left out is '', and `no-data` for the verdict. */
  readonly presets?: Readonly<Record<string, string>>
  readonly renamed?: Renamed
  readonly run: (values: V, frame: Frame) => Promise<Report | Account>
  /** The post stage, where action.yml has one. It must not turn a good job red: its faults are warnings. */
  readonly post?: (values: V, frame: Frame) => Promise<Report | Account>
  /** For an action that has something to do even where its inputs are wrong, in either stage. */
  readonly onInputErrors?: (problems: readonly string[], frame: Frame) => Promise<Account>
  /** True: exit 0, whatever happens. Asked with the inputs as they came, for they may be wrong. False makes `post` count too. */
  readonly neverFails?: (raw: Readonly<Record<string, string>>) => boolean
  /** How long `run` may take to end after a signal. */
  readonly graceMs?: number
}

// The real runner kills the process 10 s after the first signal; outputs and summary are long written by then.
const GRACE_MS = 2000
const STAGE = 'hardgate-stage'

/** Runs the action as the runner expects it, reports, and ends the process. */
export async function runAction<V>(action: Action<V>): Promise<never> {
  const crash = listenForCrash()
  const cancellation = listenForCancellation(systemClock, action.graceMs ?? GRACE_MS)
  // a chunk of its own: with all that it brings along it is as large as the rest of an action
  const runner: RunnerCommands = await import('@actions/core')
  const step = newStep(action, runner, cancellation)
  const ending = await Promise.race([
    perform(action, step, newFrame(step, runner, cancellation)).then((end) => unlessCancelled(end, cancellation)),
    cancellation.overdue.then((by): Ending => ({ kind: 'cancelled', by })),
    crash.then((error): Ending => unlessCancelled({ kind: 'bug', errors: [error] }, cancellation)),
  ])
  return leave(finish(ending, step))
}

function newStep<V>({ contract, neverFails }: Action<V>, runner: RunnerCommands, cancellation: Cancellation): Step {
  const { env } = process
  const masks = createMasks(runner.setSecret, markdownForms)
  const raw = rawInputs(contract, env)
  const stage: Stage = runner.getState(STAGE) === '' ? 'main' : 'post'
  return {
    contract,
    stage,
    mayFail: neverFails === undefined ? stage === 'main' : !neverFails(raw),
    raw,
    env,
    masks,
    log: createLog(runner, masks.redact, (text) => process.stdout.write(`${text}\n`)),
    outputs: createOutputs(runner, contract.outputs, masks),
    cancelledBy: cancellation.by,
  }
}

/** A secret in a summary has been escaped: at a line's start and in its middle that may differ. */
const markdownForms = (secret: string): string[] => [
  escapeMarkdown(secret),
  escapeMarkdown(`(${secret})`).slice(1, -1),
  escapeHtml(secret),
]

function newFrame(step: Step, runner: RunnerCommands, { signal }: Cancellation): Frame {
  const { stage, env, log, masks, outputs } = step
  return {
    stage,
    clock: systemClock,
    request: lazyRequest,
    signal,
    env,
    log,
    mask: masks.add,
    readText,
    setOutput: outputs.set,
    saveState: createStateKeeper(runner, masks),
    getState: runner.getState,
  }
}

/** In a chunk of its own: an input error is told without loading it. */
const lazyRequest: Frame['request'] = async (plan) => {
  const { request } = await import('@hardgate/http')
  return request(plan)
}

async function perform<V>(action: Action<V>, step: Step, frame: Frame): Promise<Ending> {
  try {
    const { inputs, renamed = {}, presets = {} } = action
    if (step.stage === 'main') {
      step.outputs.preset(presets)
      if (action.post !== undefined) frame.saveState(STAGE, 'post')
    }
    for (const secret of secretsOf(inputs, step.env, renamed)) step.masks.add(secret)
    const values = await readInputs(inputs, step.env, renamed)
    maskParsed(inputs, values, step)
    const work = step.stage === 'post' ? action.post : action.run
    if (work === undefined) throw new Error('action.yml has a post stage and the action has none')
    return { kind: 'report', report: await work(values, frame) }
  } catch (error) {
    return afterInputErrors(endingOf(error), action, frame)
  }
}

/** A secret that was given as `env:NAME` is known only now. */
function maskParsed<V>({ parsers }: InputDefinition<V>, values: V, { masks }: Step): void {
  for (const [name, value] of Object.entries(values ?? {}))
    if (parsers[name]?.isSecret === true && typeof value === 'string') masks.add(value)
}

async function afterInputErrors<V>(ending: Ending, { onInputErrors }: Action<V>, frame: Frame): Promise<Ending> {
  if (ending.kind !== 'input-errors' || onInputErrors === undefined) return ending
  try {
    return { ...ending, account: await onInputErrors(ending.problems, frame) }
  } catch (error) {
    return endingOf(error)
  }
}

/** An error that a cancelled run ends in is most likely the abort itself. */
function unlessCancelled(ending: Ending, { by }: Cancellation): Ending {
  const name = by()
  if (name === undefined || ending.kind === 'report' || ending.kind === 'input-errors') return ending
  const meanwhile = ending.kind === 'bug' ? ending.errors[0] : undefined
  return { kind: 'cancelled', by: name, meanwhile }
}

function finish(ending: Ending, step: Step): number {
  try {
    return conclude(ending, step)
  } catch (error) {
    return finishWith(endingOf(error), step)
  }
}

/** The report itself went wrong. What cannot be written now is said in the log at least. */
function finishWith(ending: Ending, step: Step): number {
  try {
    return conclude(ending, step)
  } catch (error) {
    step.log.info(`The outputs or the summary cannot be written: ${error instanceof Error ? error.message : ''}`)
    return step.mayFail ? 1 : 0
  }
}
