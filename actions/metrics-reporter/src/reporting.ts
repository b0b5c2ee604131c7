import { rm } from 'node:fs/promises'
import type { Account, Frame } from '@hardgate/action'
import { type Kept, keepAgain, keepForAll, send } from './deliver.ts'
import { draft, type Filed, final } from './draft.ts'
import { gitHubFor } from './github-reads.ts'
import type { Identity } from './identity.ts'
import { addedLabels, labelsTold } from './labels.ts'
import { clearCredentials } from './notices.ts'
import { eventOutputs, logLine, type Result, reportJson, sentTold, worstOf } from './outcome.ts'
import type { Plan } from './plan.ts'
import { type Made, sendingOf, type Way } from './sending.ts'
import { isLeft, settle } from './settle.ts'
import type { Endpoint } from './sinks/sink.ts'
import { sinkOf } from './sinks/sinks.ts'
import { keep } from './spool.ts'
import { keepForGood } from './spool-artifact.ts'
import { type Subject, subjectOf } from './subject.ts'
import { summaryOf } from './summary.ts'
import { tell } from './telling.ts'

export type { Plan } from './plan.ts'

/** One event, built, checked, kept and sent. Throws only where there is nothing that could be reported. */
export async function report(plan: Plan, frame: Frame): Promise<Account> {
  const started = frame.clock.monotonic()
  const subject = await subjectOf(plan, frame)
  const isWithoutSecrets = subject.identity.isForeign || subject.identity.isDependabot
  const endpoints = plan.endpoints.filter(({ name }) => !plan.taken.includes(name))
  const way: Way = { endpoints, deadline: started + plan.deadlineMs, isWithoutSecrets }
  const { made, kept, notices } = await complete(subject, way, plan, frame)
  for (const note of made.event.notes ?? []) frame.log.info(`metrics: ${note}`)
  if (plan.isDryRun) return dryRun(made, endpoints, plan, frame)
  if (plan.endpoints.length === 0) return withoutEndpoint(made, subject.identity, notices, plan, frame)
  for (const line of labelsTold(plan.told.labels, made.event)) frame.log.info(line)
  const own = [
    ...clearCredentials(endpoints),
    ...plan.taken.map((name) => `Another reporter of this job sends to ${name}, so this one does not.`),
  ]
  return sendAll(
    { made, way, kept, notices: [...own, ...notices], owner: ownerOf(subject.identity, made) },
    plan,
    frame,
  )
}

/** An input is wrong: nothing is sent, and the event is kept. */
export async function keepMisconfigured(
  plan: Pick<Plan, 'told' | 'start' | 'jobTimeoutMs' | 'keeping' | 'mode'>,
  frame: Frame,
): Promise<Account> {
  const subject = await subjectOf(plan, frame)
  const made = await final(subject.event(), frame)
  const kept = await keepAll(made, subject.identity, 'misconfigured', plan, frame)
  return {
    ...accountOf(made, kept.result, kept.told),
    outputs: { ...outputsOf(made, kept.result), 'spool-path': kept.path },
  }
}

interface Complete {
  readonly made: Filed
  /** undefined: it is kept when it is sent. */
  readonly kept: Kept | undefined
  readonly notices: readonly string[]
}

const READ_MS = 3000

/**
 * GitHub is asked once the event is kept as the runner knows it: it may take its time, and the job may be killed
 * meanwhile. It gets half of the deadline at most, so that there is time left to deliver.
 */
async function complete(subject: Subject, way: Way, plan: Plan, frame: Frame): Promise<Complete> {
  if (plan.githubToken === '') return { made: await final(subject.event(), frame), kept: undefined, notices: [] }
  const early = draft(subject.event())
  const kept = plan.isDryRun ? undefined : await keepForAll(sendingOf(early, way, plan, frame))
  const until = way.deadline - plan.deadlineMs / 2
  const limits = { limitMs: Math.min(READ_MS, plan.deadlineMs / 4), until: () => until }
  const github = await gitHubFor({ token: plan.githubToken, ...limits, isPatient: false }, frame)
  const { event, notices } = await subject.ask(github)
  const made = await final(event, frame)
  if (kept === undefined) return { made, kept, notices }
  const sending = sendingOf(made, way, plan, frame)
  if (made.event.event_id === early.event.event_id) {
    await keepAgain(sending, kept)
    return { made, kept, notices }
  }
  // GitHub gave the job's id, and the event another one with it
  const anew = await keepForAll(sending)
  for (const path of kept.values()) await rm(path, { force: true })
  return { made, kept: anew, notices }
}

function outputsOf({ event, file }: Filed, result: Result): Record<string, string> {
  return { result, ...eventOutputs(event), 'event-file': file }
}

function accountOf({ event, json }: Filed, result: Result, outcome: string): Account {
  const reason = logLine(event, outcome)
  return { reason, summary: summaryOf({ event, json, result, reason, sent: [] }) }
}

function dryRun(made: Filed, endpoints: readonly Endpoint[], plan: Plan, { log }: Frame): Account {
  const encoding = { labels: addedLabels(plan.told.labels, made.event).labels, isLate: false }
  for (const endpoint of endpoints) {
    for (const { to, body } of sinkOf(endpoint.kind).encode(made.event, endpoint, encoding))
      log.info(`${endpoint.name}: ${to}\n${body}`)
  }
  return { ...accountOf(made, 'dry-run', 'nothing sent (dry-run)'), outputs: outputsOf(made, 'dry-run') }
}

async function withoutEndpoint(
  made: Filed,
  identity: Identity,
  notices: readonly string[],
  plan: Plan,
  frame: Frame,
): Promise<Account> {
  const tellAll = (first: string): void => frame.log.notice(`metrics-reporter: ${[first, ...notices].join('\n')}`)
  if (!identity.isForeign && !identity.isDependabot) {
    tellAll('no endpoint is set, so the event is in the summary and in event-file only.')
    return { ...accountOf(made, 'disabled', 'no endpoint'), outputs: outputsOf(made, 'disabled') }
  }
  const kept = await keepAll(made, identity, 'no-credentials', plan, frame)
  tellAll(`this run comes from a fork or from dependabot and has no credentials. ${kept.told}`)
  const account = accountOf(made, kept.result, 'no credentials')
  const isFailure = plan.isStrict && kept.result === 'dropped'
  return { ...account, isFailure, outputs: { ...outputsOf(made, kept.result), 'spool-path': kept.path } }
}

async function keepAll(
  made: Made,
  identity: Identity,
  reason: string,
  { keeping }: Pick<Plan, 'keeping'>,
  frame: Frame,
) {
  const { event, json } = made
  const first_failed_at = frame.clock.now().toISOString()
  const entry = { endpoint: 'all', kind: 'all', reason, attempts: 0, first_failed_at }
  const path =
    keeping.folder === undefined ? '' : await keep(keeping.folder, event.event_id, json, entry).catch(() => '')
  const left = { event, json, entry, isRejected: false, ...(path === '' ? {} : { path }) }
  const { spooled } = await keepForGood([left], { keeping, owner: ownerOf(identity, made) }, frame)
  const result: Result = spooled.isKept ? 'spooled' : 'dropped'
  return { path, result, told: spooled.told }
}

/** In the name of an artifact. What stands in for an unknown job id has characters that such a name may not have. */
const ownerOf = ({ job }: Identity, { event }: Made): string => job.id ?? event.event_id

interface Outgoing {
  readonly made: Filed
  readonly way: Way
  readonly kept: Kept | undefined
  readonly notices: readonly string[]
  readonly owner: string
}

async function sendAll({ made, way, kept, notices, owner }: Outgoing, plan: Plan, frame: Frame): Promise<Account> {
  const { event, json } = made
  const first = await send(sendingOf(made, way, plan, frame), kept)
  const settled = await settle([{ event, json, sent: first }], { keeping: plan.keeping, owner }, frame)
  tell(settled, notices, plan.isStrict, frame)
  const sent = settled.outcomes.flatMap((one) => one.sent)
  const left = sent.filter(isLeft)
  const isNobodys = way.endpoints.length === 0
  const result: Result = isNobodys ? 'disabled' : worstOf(sent)
  const reason = logLine(event, isNobodys ? 'left to another reporter' : sentTold(sent))
  return {
    reason,
    isFailure: plan.isStrict && left.length > 0,
    outputs: {
      ...outputsOf(made, result),
      report: reportJson(settled.outcomes),
      'spool-path': left.flatMap(({ spoolPath }) => spoolPath ?? []).join('\n'),
    },
    summary: summaryOf({ event, json, result, reason, sent }),
  }
}
