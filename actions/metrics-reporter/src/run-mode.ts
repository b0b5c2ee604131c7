import { type Account, type Frame, UserError } from '@hardgate/action'
import type { GitHub, Job } from '@hardgate/github'
import { isOfAttempt } from './attempt-jobs.ts'
import type { Sending, Sent } from './deliver.ts'
import { draft, type Filed, final } from './draft.ts'
import { gitHubFor } from './github-reads.ts'
import { idOutputs, idsOfRun } from './ids.ts'
import { labelsTold } from './labels.ts'
import { clearCredentials } from './notices.ts'
import { eventOutputs, logLine, type Result, reportJson, sentTold, worstOf } from './outcome.ts'
import type { Plan } from './plan.ts'
import { isReported, runEventsOf } from './run-events.ts'
import { type RunFacts, readRunFacts } from './run-facts.ts'
import { type Outgoing, outgoingOf } from './run-outgoing.ts'
import { type EndedRun, readEndedRun } from './run-payload.ts'
import { type RunSpool, spooledOf } from './run-spool.ts'
import { runSummary } from './run-summary.ts'
import { sendMany } from './send-many.ts'
import { sendingOf } from './sending.ts'
import { isLeft, type Outcome, type Settled, settle } from './settle.ts'
import { tell } from './telling.ts'
import { readInstant } from './times.ts'

export interface RunPlan extends Omit<Plan, 'mode' | 'start' | 'taken'> {
  /** The input. */
  readonly reporterStep: string
}

const READ_MS = 10_000

/** The run that another workflow has ended, and every job of it that did not report for itself. */
export async function reportRun(plan: RunPlan, frame: Frame): Promise<Account> {
  const deadline = frame.clock.monotonic() + plan.deadlineMs
  const ended = readEndedRun(frame)
  if (plan.githubToken === '')
    throw new UserError('github-token: mode "run" reads the jobs of the run. Leave it to its default.')
  const ids = idsOf(ended, plan)
  for (const [name, value] of Object.entries(ids)) frame.setOutput(name, value)
  // a half for what GitHub tells, a quarter for what jobs left, the rest to send; and then it is cleared away
  let until = deadline - plan.deadlineMs / 2
  const reads = { token: plan.githubToken, limitMs: READ_MS, until: () => until, isPatient: true }
  const github = await gitHubFor(reads, frame)
  const { events, facts } = await eventsOf(ended, github, plan, frame)
  until = deadline - plan.deadlineMs / 4
  const spool = await spoolOf(github, ended, facts, plan, frame)
  until = deadline + READ_MS
  for (const note of [...(events.run.notes ?? []), ...spool.notes]) frame.log.info(`metrics: ${note}`)
  const outgoing = outgoingOf(events, spool, plan.endpoints, ended.isForeign)
  const filed = await final(outgoing[0]?.event ?? events.run, frame)
  const isSent = !plan.isDryRun && plan.endpoints.length > 0
  const account = !isSent
    ? unsent(filed, outgoing, facts, plan, frame)
    : await sendAll({ filed, outgoing, spool, ended, deadline, notices: facts.notices }, plan, frame)
  return { ...account, outputs: { ...ids, ...account.outputs } }
}

const idsOf = ({ run }: EndedRun, { told }: RunPlan): Record<string, string> =>
  idOutputs(idsOfRun({ runId: run.id, attempt: run.attempt }, told['build-id']))

async function eventsOf(ended: EndedRun, github: GitHub, plan: RunPlan, frame: Frame) {
  const { id: runId, attempt } = ended.run
  const reporterSteps = plan.reporterStep
    .split(',')
    .map((text) => text.trim())
    .filter((text) => text !== '')
  const askWhy = (jobs: readonly Job[], startedAt: Date | undefined): readonly Job[] =>
    jobs
      .filter((job) => isOfAttempt(job, { number: attempt, startedAt }))
      .filter(({ conclusion }) => conclusion === 'cancelled' || conclusion === 'failure')
      // those first of which we write the only event
      .toSorted((a, b) => Number(isReported(a, reporterSteps)) - Number(isReported(b, reporterSteps)))
  const facts = await readRunFacts({ github, runId, attempt, startedAt: readInstant(ended.startedAt), askWhy })
  const { told, jobTimeoutMs } = plan
  return { facts, events: runEventsOf({ told, ended, facts, reporterSteps, jobTimeoutMs, now: frame.clock.now() }) }
}

/** Without the list of jobs nobody can say whether what is there is of one of them. */
async function spoolOf(
  github: GitHub,
  { run }: EndedRun,
  { jobs }: RunFacts,
  { endpoints }: RunPlan,
  frame: Frame,
): Promise<RunSpool> {
  if (jobs === undefined || endpoints.length === 0)
    return { events: [], notes: [], confirm: () => Promise.resolve(undefined) }
  const jobIds = new Set(jobs.map(({ id }) => id))
  return spooledOf({ github, runId: run.id, attempt: run.attempt, jobIds, endpoints }, frame)
}

function unsent(filed: Filed, outgoing: readonly Outgoing[], facts: RunFacts, plan: RunPlan, { log }: Frame): Account {
  const why = plan.isDryRun ? 'nothing sent (dry-run)' : 'no endpoint'
  if (plan.isDryRun) for (const { event } of outgoing) log.info(`metrics: would send ${JSON.stringify(event)}`)
  else log.notice(['metrics-reporter: no endpoint is set, so nothing is sent.', ...facts.notices].join('\n'))
  const result: Result = plan.isDryRun ? 'dry-run' : 'disabled'
  const outcomes = outgoing.map(({ event }) => ({ event, json: '', sent: [] }))
  const reason = logLine(filed.event, why)
  return {
    reason,
    outputs: { result, ...eventOutputs(filed.event), 'event-file': filed.file },
    summary: runSummary({ outcomes, result, reason, json: filed.json }),
  }
}

interface Ready {
  readonly filed: Filed
  readonly outgoing: readonly Outgoing[]
  readonly spool: RunSpool
  readonly ended: EndedRun
  readonly deadline: number
  readonly notices: readonly string[]
}

async function sendAll(
  { filed, outgoing, spool, deadline, notices }: Ready,
  plan: RunPlan,
  frame: Frame,
): Promise<Account> {
  for (const line of labelsTold(plan.told.labels, filed.event)) frame.log.info(line)
  const sendings = outgoing.map((one, index): Sending => {
    const made = index === 0 ? filed : draft(one.event)
    const sending = sendingOf(made, { endpoints: one.endpoints, deadline, isWithoutSecrets: false }, plan, frame)
    return one.taken === undefined ? sending : { ...sending, taken: one.taken }
  })
  const first = await sendMany(sendings, frame)
  const owner = /^[1-9]\d{0,18}$/.test(plan.told['job-id']) ? plan.told['job-id'] : filed.event.event_id
  const settled = await settle(first, { keeping: plan.keeping, owner, sentBy: 'replay' }, frame)
  const unkept = await confirmAll(settled, outgoing, spool)
  tell(settled, [...clearCredentials(plan.endpoints), ...notices, ...unkept], plan.isStrict, frame)
  const sent = settled.outcomes.flatMap((one) => one.sent)
  const left = sent.filter(isLeft)
  const result: Result = worstOf(sent)
  const reason = logLine(filed.event, runTold(settled.outcomes))
  return {
    reason,
    isFailure: plan.isStrict && left.length > 0,
    outputs: {
      result,
      ...eventOutputs(filed.event),
      'event-file': filed.file,
      report: reportJson(settled.outcomes),
      'spool-path': left.flatMap(({ spoolPath }) => spoolPath ?? []).join('\n'),
    },
    summary: runSummary({ outcomes: settled.outcomes, result, reason, json: filed.json }),
  }
}

/** What was kept of a job goes once it is where it should be, or kept anew: never what was lost, or is in a log alone. */
async function confirmAll(
  { outcomes, kept }: Settled,
  outgoing: readonly Outgoing[],
  spool: RunSpool,
): Promise<string[]> {
  const notices: string[] = []
  const isGone = ({ result }: Sent): boolean =>
    result === 'dropped' || (result === 'spooled' && kept.spooled.isLogOnly === true)
  for (const [index, { event, sent }] of outcomes.entries()) {
    if (outgoing[index]?.isSpooled !== true || sent.some(isGone)) continue
    const why = await spool.confirm(event.event_id)
    if (why !== undefined) notices.push(`${why}.`)
  }
  return notices
}

function runTold(outcomes: readonly Outcome[]): string {
  const [only, ...more] = outcomes
  if (only !== undefined && more.length === 0) return sentTold(only.sent)
  const sent = outcomes.flatMap((one) => one.sent)
  const names = [...new Set(sent.map(({ endpoint }) => endpoint.name))]
  const told = names.map((name) => {
    const own = sent.filter(({ endpoint }) => endpoint.name === name)
    const fine = own.filter((one) => !isLeft(one)).length
    return `${name} took ${fine} of ${own.length}`
  })
  return `with ${more.length} ${more.length === 1 ? 'job' : 'jobs'}: ${told.join(', ')}`
}
