import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import {
  type Account,
  boolean,
  defineState,
  duration,
  type Frame,
  instant,
  lines,
  text,
  UserError,
} from '@hardgate/action'
import { claim, claimedByOthers } from './claims.ts'
import { assign } from './credentials.ts'
import { identify, jobIds, runIds } from './identity.ts'
import { idOutputs } from './ids.ts'
import type { Inputs } from './inputs.ts'
import { keepingOf } from './keeping.ts'
import { isOfThisJob, modeOf } from './mode.ts'
import type { Plan, StepPlan } from './plan.ts'
import type { Endpoint } from './sinks/sink.ts'
import { readInstant, type Start } from './times.ts'
import type { Told } from './told.ts'

// The main stage, and every input error, does without: it is a chunk of its own, loaded where something is reported.
const reporting = () => import('./reporting.ts')

const state = defineState({
  /** When this step ran. */
  seen: instant(),
  /** Absent: unknown. */
  started: instant(),
  source: text(),
  'job-id': text(),
  taken: lines(),
  reported: boolean(),
})

/** The main stage: what can only be known now. It sends nothing of this job, unless it is asked to report now. */
export async function run(inputs: Inputs, frame: Frame): Promise<Account> {
  const mode = modeOf(inputs.mode, inputs.needs)
  const { endpoints } = assign(inputs.endpoint, inputs.token, inputs.headers)
  const plan = { ...planOf(inputs, endpoints, frame), mode }
  if (!isOfThisJob(plan)) return atOnce(plan, inputs, frame)
  const ids = prepare(inputs, plan.mode, frame)
  const claimant = { runnerTemp: tempOf(frame), mode: plan.mode }
  if (inputs['report-at'] === 'now') {
    const taken = await claimedByOthers(endpoints, claimant)
    const { report } = await reporting()
    const account = await report({ ...plan, start: startNow(inputs, frame), taken }, frame)
    state.save(frame, 'reported', true)
    return { ...account, outputs: { ...ids, ...account.outputs } }
  }
  await saveStart(inputs['started-at'], frame)
  // one that only prints must keep nobody from sending
  state.save(frame, 'taken', inputs['dry-run'] ? [] : await claim(endpoints, claimant))
  return { reason: 'metrics: the event follows at the end of the job', outputs: ids, summary: [] }
}

/** The post stage: after all steps, whatever ended the job, with inputs that were evaluated anew. */
export async function post(inputs: Inputs, frame: Frame): Promise<Account> {
  if (state.load(frame, 'reported') === true) return alreadyReported
  const { endpoints } = assign(inputs.endpoint, inputs.token, inputs.headers)
  const mode = modeOf(inputs.mode, inputs.needs)
  const plan = { ...planOf({ ...inputs, 'job-id': jobIdOf(inputs, frame) }, endpoints, frame), mode }
  if (!isOfThisJob(plan)) return alreadyReported
  const { report } = await reporting()
  return report({ ...plan, start: savedStart(frame), taken: state.load(frame, 'taken') ?? [] }, frame)
}

/** An input is wrong, in either stage: the event is kept at the job's end, and nothing is sent. */
export async function onInputErrors(raw: Readonly<Record<string, string>>, frame: Frame): Promise<Account> {
  try {
    return await afterInputErrors(raw, frame)
  } catch (error) {
    // what is wrong with the inputs is still to be told
    if (error instanceof UserError) return { reason: error.message, summary: [] }
    throw error
  }
}

async function afterInputErrors(raw: Readonly<Record<string, string>>, frame: Frame): Promise<Account> {
  const told = toldOf(raw)
  const plan = {
    told,
    mode: modeOf(raw['mode'] ?? '', told.needs),
    jobTimeoutMs: jobTimeoutOf(raw),
    keeping: keepingOf(raw['spool'] || 'auto', frame.env),
  }
  const reason = `Nothing is sent from this job${raw['on-error'] === 'fail' ? '' : '; the build goes on'}.`
  // what is asked for is not lost: the same step can be run again
  if (!isOfThisJob(plan)) return { reason, summary: [] }
  if (frame.stage === 'post') {
    if (state.load(frame, 'reported') === true) return alreadyReported
    const { keepMisconfigured } = await reporting()
    const late = { ...told, 'job-id': jobIdOf(told, frame) }
    return keepMisconfigured({ ...plan, told: late, start: savedStart(frame) }, frame)
  }
  const ids = prepare(told, plan.mode, frame)
  if (raw['report-at'] !== 'now') {
    await saveStart(raw['started-at'] ?? '', frame)
    return { reason, outputs: ids, summary: [] }
  }
  state.save(frame, 'reported', true)
  const { keepMisconfigured } = await reporting()
  const start = startNow({ 'started-at': raw['started-at'] ?? '' }, frame)
  const account = await keepMisconfigured({ ...plan, start }, frame)
  return { ...account, outputs: { ...ids, ...account.outputs } }
}

/** A run that is over, or what was kept: at once, for later steps shall have the outputs. The post stage has nothing to do. */
async function atOnce(plan: StepPlan, inputs: Inputs, frame: Frame): Promise<Account> {
  state.save(frame, 'reported', true)
  const { replayKept, reportRun } = await import('./rare-modes.ts')
  if (plan.mode === 'replay') return replayKept(plan, inputs['job-id'], frame)
  return reportRun({ ...plan, reporterStep: inputs['reporter-step'] }, frame)
}

const alreadyReported: Account = { reason: 'metrics: reported by the step itself', summary: [] }

const DEADLINE_MS = 20_000
/** Of many events. */
const LONG_DEADLINE_MS = 120_000

function prepare(
  told: Pick<Told, 'build-id' | 'job-id' | 'matrix' | 'task'>,
  mode: Plan['mode'],
  frame: Frame,
): Record<string, string> {
  const identity = identify(frame, told)
  const outputs = idOutputs((mode === 'job' ? jobIds : runIds)(identity, told['build-id']))
  for (const [name, value] of Object.entries(outputs)) frame.setOutput(name, value)
  state.save(frame, 'job-id', told['job-id'])
  return outputs
}

const jobIdOf = (told: Pick<Told, 'job-id'>, frame: Frame): string => state.load(frame, 'job-id') ?? told['job-id']
const tempOf = ({ env }: Frame): string | undefined => env['RUNNER_TEMP'] || undefined

function planOf(inputs: Inputs, endpoints: readonly Endpoint[], frame: Frame): Omit<StepPlan, 'mode'> {
  const isLong = !isOfThisJob({ mode: modeOf(inputs.mode, inputs.needs) })
  return {
    told: inputs,
    jobTimeoutMs: inputs['job-timeout'],
    endpoints,
    keeping: keepingOf(inputs.spool, frame.env),
    githubToken: inputs['github-token'],
    timeoutMs: inputs.timeout,
    deadlineMs: inputs.deadline ?? (isLong ? LONG_DEADLINE_MS : DEADLINE_MS),
    attempts: inputs.attempts,
    isDryRun: inputs['dry-run'],
    isStrict: inputs['on-error'] === 'fail',
  }
}

/** Now is not when the job began, so without `started-at` the start is unknown. */
function startNow(inputs: Pick<Inputs, 'started-at'>, frame: Frame): Start {
  const at = readInstant(inputs['started-at'])
  return { at, source: at === undefined ? 'local' : 'input', seenAt: frame.clock.now() }
}

async function saveStart(startedAt: string, frame: Frame): Promise<void> {
  const now = frame.clock.now()
  const given = readInstant(startedAt)
  state.save(frame, 'seen', now)
  state.save(frame, 'source', given === undefined ? 'local' : 'input')
  // a verdict that is there already shows that other steps ran before this one
  const isFirst = startedAt === '' && !(await hasVerdicts(tempOf(frame)))
  const start = given ?? (isFirst ? now : undefined)
  if (start !== undefined) state.save(frame, 'started', start)
}

function savedStart(frame: Frame): Start {
  return {
    at: state.load(frame, 'started'),
    source: state.load(frame, 'source') === 'input' ? 'input' : 'local',
    seenAt: state.load(frame, 'seen'),
  }
}

async function hasVerdicts(runnerTemp: string | undefined): Promise<boolean> {
  if (runnerTemp === undefined) return false
  try {
    return (await readdir(join(runnerTemp, 'hardgate'))).some((name) => name.endsWith('.json'))
  } catch {
    return false
  }
}

const TOLD = [
  'build-id',
  'status',
  'duration',
  'coverage',
  'metrics',
  'attributes',
  'task',
  'steps',
  'verdict-files',
  'job-status',
  'job-id',
  'matrix',
  'needs',
  'labels',
] as const

function toldOf(raw: Readonly<Record<string, string>>): Told {
  const entries = TOLD.map((name) => [name, raw[name] ?? ''] as const)
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- every name of Told is in the list
  return Object.fromEntries(entries) as Record<(typeof TOLD)[number], string>
}

const JOB_TIMEOUT_MS = 21_600_000

function jobTimeoutOf(raw: Readonly<Record<string, string>>): number {
  try {
    return duration().parse(raw['job-timeout'] ?? '', {})
  } catch {
    return JOB_TIMEOUT_MS
  }
}
