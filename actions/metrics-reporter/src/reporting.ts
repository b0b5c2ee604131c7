import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Account, Frame } from '@hardgate/action'
import type { BuildEvent } from './build-event.ts'
import { collect } from './collect.ts'
import { type Sending, type Sent, send } from './deliver.ts'
import { checkEvent } from './event-check.ts'
import { fit } from './fit.ts'
import { type Identity, identify } from './identity.ts'
import { type Keeping, logged, whereabouts } from './keeping.ts'
import { clearCredentials, hasCredentials } from './notices.ts'
import { eventOutputs, logLine, type Result, reportJson, sentTold, worstOf } from './outcome.ts'
import type { Endpoint } from './sinks/sink.ts'
import { sinkOf } from './sinks/sinks.ts'
import { keep, writeWhole } from './spool.ts'
import { summaryOf } from './summary.ts'
import type { Start } from './times.ts'
import type { Told } from './told.ts'

/** All that a report is made of. */
export interface Plan {
  readonly told: Told
  readonly start: Start
  readonly jobTimeoutMs: number
  readonly endpoints: readonly Endpoint[]
  /** Names of endpoints that another reporter of this job has. */
  readonly taken: readonly string[]
  readonly keeping: Keeping
  readonly timeoutMs: number
  readonly deadlineMs: number
  readonly attempts: number
  readonly isDryRun: boolean
  readonly isStrict: boolean
}

/** One event, built, checked, kept and sent. Throws only where there is nothing that could be reported. */
export async function report(plan: Plan, frame: Frame): Promise<Account> {
  const made = await makeEvent(plan, frame)
  for (const note of made.event.notes ?? []) frame.log.info(`metrics: ${note}`)
  const mine = plan.endpoints.filter(({ name }) => !plan.taken.includes(name))
  const notices = [
    ...clearCredentials(mine),
    ...plan.taken.map((name) => `Another reporter of this job sends to ${name}, so this one does not.`),
  ]
  if (plan.isDryRun) return dryRun(made, mine, frame)
  if (plan.endpoints.length === 0) return withoutEndpoint(made, plan, frame)
  return sendAll(made, mine, notices, plan, frame)
}

/** An input is wrong: nothing is sent, and the event is kept. */
export async function keepMisconfigured(
  plan: Omit<Plan, 'endpoints' | 'taken' | 'isDryRun'>,
  frame: Frame,
): Promise<Account> {
  const made = await makeEvent(plan, frame)
  const kept = await keepAll(made, 'misconfigured', plan.keeping, frame)
  return {
    ...accountOf(made, kept.result, kept.told),
    outputs: { ...outputsOf(made, kept.result), 'spool-path': kept.path },
  }
}

interface Made {
  readonly event: BuildEvent
  readonly json: string
  readonly identity: Identity
  readonly file: string
}

async function makeEvent(
  { told, start, jobTimeoutMs }: Pick<Plan, 'told' | 'start' | 'jobTimeoutMs'>,
  frame: Frame,
): Promise<Made> {
  const identity = identify(frame, told)
  const event = fit(await collect(told, identity, start, jobTimeoutMs, frame))
  const json = JSON.stringify(event)
  const file = await writeEvent(event.event_id, json, frame)
  checkEvent(event, file)
  return { event, json, identity, file }
}

/** Gives the path; empty where it cannot be written. */
async function writeEvent(eventId: string, json: string, { env }: Frame): Promise<string> {
  const temp = env['RUNNER_TEMP'] ?? ''
  if (temp === '') return ''
  const folder = join(temp, 'hardgate', 'event')
  const path = join(folder, `${eventId}.json`)
  try {
    await mkdir(folder, { recursive: true })
    await writeWhole(path, `${json}\n`)
    return path
  } catch {
    return ''
  }
}

function outputsOf({ event, file }: Made, result: Result): Record<string, string> {
  return { result, ...eventOutputs(event), 'event-file': file }
}

function accountOf({ event, json }: Made, result: Result, outcome: string): Account {
  const reason = logLine(event, outcome)
  return { reason, summary: summaryOf({ event, json, result, reason, sent: [] }) }
}

function dryRun(made: Made, endpoints: readonly Endpoint[], { log }: Frame): Account {
  const encoding = { labels: {}, isLate: false }
  for (const endpoint of endpoints) {
    for (const { to, body } of sinkOf(endpoint.kind).encode(made.event, endpoint, encoding))
      log.info(`${endpoint.name}: ${to}\n${body}`)
  }
  return { ...accountOf(made, 'dry-run', 'nothing sent (dry-run)'), outputs: outputsOf(made, 'dry-run') }
}

async function withoutEndpoint(made: Made, plan: Plan, frame: Frame): Promise<Account> {
  if (!isWithoutSecrets(made.identity)) {
    frame.log.notice('metrics-reporter: no endpoint is set, so the event is in the summary and in event-file only.')
    return { ...accountOf(made, 'disabled', 'no endpoint'), outputs: outputsOf(made, 'disabled') }
  }
  const kept = await keepAll(made, 'no-credentials', plan.keeping, frame)
  frame.log.notice(
    `metrics-reporter: this run comes from a fork or from dependabot and has no credentials. ${kept.told}`,
  )
  const account = accountOf(made, kept.result, 'no credentials')
  const isFailure = plan.isStrict && kept.result === 'dropped'
  return { ...account, isFailure, outputs: { ...outputsOf(made, kept.result), 'spool-path': kept.path } }
}

const isWithoutSecrets = ({ isForeign, isDependabot }: Identity): boolean => isForeign || isDependabot

async function keepAll({ event, json }: Made, reason: string, keeping: Keeping, { clock, log }: Frame) {
  const entry = { endpoint: 'all', kind: 'all', reason, attempts: 0, first_failed_at: clock.now().toISOString() }
  const path =
    keeping.folder === undefined ? '' : await keep(keeping.folder, event.event_id, json, entry).catch(() => '')
  if (keeping.isBrief) log.info(logged(event))
  const result: Result = path !== '' || keeping.isBrief ? 'spooled' : 'dropped'
  return { path, result, told: whereabouts(keeping, path !== '') }
}

async function sendAll(
  made: Made,
  endpoints: readonly Endpoint[],
  notices: readonly string[],
  plan: Plan,
  frame: Frame,
): Promise<Account> {
  const { event, json } = made
  const sent = await send(sendingOf(made, endpoints, plan, frame))
  const left = sent.filter(({ result }) => result !== 'delivered' && result !== 'unconfirmed')
  if (left.length > 0 && plan.keeping.isBrief) frame.log.info(logged(event))
  tell(left, notices, plan, frame)
  const settled = plan.keeping.isBrief ? sent.map(keptInLog) : sent
  const result: Result = endpoints.length === 0 ? 'disabled' : worstOf(settled)
  const reason = logLine(event, endpoints.length === 0 ? 'left to another reporter' : sentTold(settled))
  return {
    reason,
    isFailure: plan.isStrict && left.length > 0,
    outputs: {
      ...outputsOf(made, result),
      report: reportJson(settled),
      'spool-path': left.flatMap(({ spoolPath }) => spoolPath ?? []).join('\n'),
    },
    summary: summaryOf({ event, json, result, reason, sent: settled }),
  }
}

const keptInLog = (one: Sent): Sent => (one.result === 'dropped' ? { ...one, result: 'spooled' } : one)

function sendingOf({ event, json, identity }: Made, endpoints: readonly Endpoint[], plan: Plan, frame: Frame): Sending {
  const { clock, request, signal, log, env } = frame
  return {
    event,
    json,
    endpoints,
    encoding: { labels: {}, isLate: false },
    spoolFolder: plan.keeping.folder,
    transport: {
      request,
      clock,
      signal,
      workspace: env['GITHUB_WORKSPACE'] || process.cwd(),
      timeoutMs: plan.timeoutMs,
      attempts: plan.attempts,
      deadline: clock.monotonic() + plan.deadlineMs,
      random: Math.random,
    },
    explain: (endpoint, { isRefused, reason = '' }) =>
      isRefused === true && isWithoutSecrets(identity) && !hasCredentials(endpoint) ? 'no-credentials' : reason,
    onBug: ({ name }, error) =>
      log.info(
        `metrics-reporter: a bug ended ${name}. Please report it. ${error instanceof Error ? error.stack : String(error)}`,
      ),
  }
}

/** One warning and one notice a step: annotations are few, and the build is not about its reporter. */
function tell(left: readonly Sent[], notices: readonly string[], { keeping, isStrict }: Plan, { log }: Frame): void {
  const [expected, troubles] = [true, false].map((is) =>
    left.filter(({ reason }) => (reason === 'no-credentials') === is),
  )
  const refused = (expected ?? []).map(
    (one) =>
      `${nameOf(one)} wants credentials, and this run, from a fork or by dependabot, has none. ${whereOf(one, keeping)}`,
  )
  const all = [...notices, ...refused]
  if (all.length > 0) log.notice(`metrics-reporter: ${all.join('\n')}`)
  const lines = (troubles ?? []).map((one) => {
    const effect = isStrict ? '' : ' The build is not affected.'
    return `metrics-reporter: ${nameOf(one)} did not take the event: ${reasonOf(one)}.${effect} ${whereOf(one, keeping)}`
  })
  if (lines.length > 0) log.warning(lines.join('\n'))
}

const reasonOf = ({ reason = 'no reason', answer }: Sent): string =>
  answer === undefined ? reason : `${reason}, answer "${answer}"`
const nameOf = ({ endpoint }: Sent): string => `${endpoint.name} (${endpoint.shown})`
const whereOf = ({ spoolPath }: Sent, keeping: Keeping): string => whereabouts(keeping, spoolPath !== undefined)
