import type { Job } from '@hardgate/github'
import { jobEvent, runEvent } from './assemble.ts'
import { countsOf, endingOfJob, isOfAttempt, secondsOf, timesOfRun } from './attempt-jobs.ts'
import type { JobEvent, JobItem, JobPart, JobsPart, RunEvent, RunnerPart, Status } from './build-event.ts'
import { eventText, note } from './event-text.ts'
import { presentText, presentUrl } from './identity.ts'
import { idsOfRun } from './ids.ts'
import { measuredOf } from './measured.ts'
import type { RunFacts } from './run-facts.ts'
import type { EndedRun } from './run-payload.ts'
import { BY_CONCLUSION, type Ending, endingOf, worstStatus } from './status.ts'
import { isSeconds, queueOf } from './times.ts'
import type { Told } from './told.ts'

const ITEMS_MAX = 300

export interface RunEvidence {
  readonly told: Told
  readonly ended: EndedRun
  readonly facts: RunFacts
  /** Texts by which the step of a job that reported for itself is recognised. */
  readonly reporterSteps: readonly string[]
  readonly jobTimeoutMs: number
  /** Where GitHub tells no better. */
  readonly now: Date
}

export interface RunEvents {
  readonly run: RunEvent
  /** Of the jobs that did not report for themselves. */
  readonly unreported: readonly JobEvent[]
  /** Of all jobs of this attempt that ran, by their id: what GitHub says of them. */
  readonly facts: ReadonlyMap<string, JobEvent>
}

interface Judged {
  readonly job: Job
  readonly ending: Ending
}

/** The run, and its jobs as GitHub knows them. Pure. */
export function runEventsOf(evidence: RunEvidence): RunEvents {
  const { ended, facts, jobTimeoutMs } = evidence
  const attempt = { number: ended.run.attempt, startedAt: facts.startedAt }
  const own = (facts.jobs ?? []).filter((job) => isOfAttempt(job, attempt))
  const judged = own.flatMap((job): Judged[] => {
    const ending = endingOfJob(job, facts.causes.get(job.id), jobTimeoutMs)
    return ending === undefined ? [] : [{ job, ending }]
  })
  const open = own.filter((job) => !judged.some((one) => one.job === job))
  const ran = judged.filter(({ ending }) => ending.status !== 'skip')
  const told = new Map(ran.map((one) => [one.job.id, jobEventOf(one, evidence)]))
  const carriedOver = (facts.jobs?.length ?? 0) - own.length
  return {
    run: wholeEvent(judged, { open, carriedOver }, evidence),
    unreported: ran.flatMap(({ job }) => (isReported(job, evidence.reporterSteps) ? [] : (told.get(job.id) ?? []))),
    facts: told,
  }
}

/** The post stage of its reporter did its work. What became of the event is in the spool then. */
export function isReported({ steps }: Pick<Job, 'steps'>, reporterSteps: readonly string[]): boolean {
  return steps.some(
    ({ name, conclusion }) =>
      conclusion === 'success' && name.startsWith('Post ') && reporterSteps.some((text) => name.includes(text)),
  )
}

function wholeEvent(
  judged: readonly Judged[],
  { open, carriedOver }: { readonly open: readonly Job[]; readonly carriedOver: number },
  { told, ended, facts, now }: RunEvidence,
): RunEvent {
  const times = timesOfRun(
    judged.map(({ job }) => job),
    facts.startedAt,
  )
  const measured = measuredOf(told, { files: [], notes: [] })
  const updated = Date.parse(ended.updatedAt)
  const completed = times.completedAt ?? (Number.isNaN(updated) ? now : new Date(updated))
  const unfinished = open.map(({ name }) => note('job-unfinished', name))
  // of a run without a job that ran there is no length, and nothing odd about it
  const timeNotes = facts.jobs === undefined || judged.length > 0 ? times.notes : []
  return runEvent(
    {
      ...endingOfRun(ended.conclusion, judged),
      buildId: idsOfRun({ runId: ended.run.id, attempt: ended.run.attempt }, told['build-id']).buildId,
      seconds: times.seconds,
      run: ended.run,
      vcs: ended.vcs,
      time: { ...times.part, completed_at: completed.toISOString(), source: 'api' },
      measured: measured.part,
      mode: 'run',
      isForeign: ended.isForeign,
      notes: [ended.notes, facts.notes, timeNotes, measured.notes, unfinished].flat(),
    },
    facts.jobs === undefined ? { counts: {} } : jobsPart(judged, open.length, carriedOver),
  )
}

/** GitHub's word for the run; its jobs tell a timeout from a cancellation, and a lost runner from a failure. */
function endingOfRun(conclusion: string, judged: readonly Judged[]): Ending {
  const ending = endingOf(conclusion, { ranMs: undefined, jobTimeoutMs: 0 }) ?? NO_WORD
  const bad = judged.map((one) => one.ending.status).filter((status) => status !== 'success' && status !== 'skip')
  const isFit = ending.status === 'cancellation' || ending.status === 'failure'
  const worst = isFit ? worstStatus(bad.filter((status) => MAY_EXPLAIN[ending.status]?.includes(status))) : undefined
  return worst === undefined ? ending : { ...ending, status: worst }
}

const NO_WORD: Ending = { status: BY_CONCLUSION.stale, conclusion: 'stale' }
const MAY_EXPLAIN: Readonly<Partial<Record<Status, readonly Status[]>>> = {
  failure: ['failure', 'error', 'timeout'],
  cancellation: ['error', 'timeout', 'cancellation'],
}

function jobsPart(judged: readonly Judged[], open: number, carriedOver: number): JobsPart {
  const items = judged.slice(0, ITEMS_MAX).map(({ job, ending }): JobItem => {
    const seconds = secondsOf(job)
    return {
      name: eventText(job.name),
      id: job.id,
      status: ending.status,
      ...(seconds === undefined ? {} : { duration_seconds: seconds }),
    }
  })
  return {
    total: judged.length + open,
    ...(carriedOver === 0 ? {} : { carried_over: carriedOver }),
    counts: countsOf(judged.map(({ ending }) => ending.status)),
    ...(items.length === 0 ? {} : { items }),
  }
}

/** The job as it would have told of itself, as far as GitHub knows it. */
function jobEventOf({ job, ending }: Judged, { told, ended, now }: RunEvidence): JobEvent {
  const { run, vcs, isForeign } = ended
  const seconds = secondsOf(job)
  const wait = job.createdAt === undefined || job.startedAt === undefined ? 0 : (+job.startedAt - +job.createdAt) / 1000
  const queue = isSeconds(wait) ? queueOf(job) : {}
  const isOdd = seconds === undefined || !isSeconds(wait)
  const attributes = measuredOf({ coverage: '', metrics: '', attributes: told.attributes }, { files: [], notes: [] })
  return jobEvent(
    {
      ...ending,
      buildId: idsOfRun({ runId: run.id, attempt: run.attempt }, told['build-id']).buildId,
      seconds,
      ...{ run, vcs, isForeign },
      runner: runnerOf(job),
      time: {
        ...queue,
        ...(seconds === undefined || job.startedAt === undefined ? {} : { started_at: job.startedAt.toISOString() }),
        completed_at: (job.completedAt ?? now).toISOString(),
        source: 'api',
      },
      measured: attributes.part,
      mode: 'run',
      notes: [ended.notes, isOdd ? [note('clock-anomaly')] : [], [note('job-key-from-name')]].flat(),
    },
    jobPart(job, run.url),
    job.id,
  )
}

/** GitHub shows the name alone, which without a `name` in the workflow is the key, with its matrix and its callers. */
function jobPart({ id, name }: Job, runUrl: string | undefined): JobPart {
  const plain = eventText(name)
  const inner = plain.replace(/ \(.*\)$/, '')
  return {
    id,
    key: inner.slice(inner.lastIndexOf(' / ') + 1).replace(/^\/ /, ''),
    task: plain,
    name: plain,
    ...(runUrl === undefined ? {} : presentUrl(`${runUrl}/job/${id}`)),
  }
}

/** Of GitHub's own labels the system is known; a label that somebody chose may say anything. */
function runnerOf({ runnerName, labels }: Job): RunnerPart {
  const isSelf = labels.includes('self-hosted')
  const systems = isSelf ? OWN_SYSTEMS : HOSTED_SYSTEMS
  const os = systems.find(([pattern]) => labels.some((label) => pattern.test(label)))?.[1]
  return {
    ...presentText('name', runnerName),
    ...presentText('os', os),
    ...(isSelf ? { environment: 'self-hosted' } : {}),
  }
}

const HOSTED_SYSTEMS = [
  [/^ubuntu-(?:latest|slim|\d\d\.\d\d)(?:-arm)?$/, 'Linux'],
  [/^windows-(?:latest|\d{2,4})(?:-\w+)?$/, 'Windows'],
  [/^macos-(?:latest|\d{2})(?:-\w+)?$/, 'macOS'],
] as const
const OWN_SYSTEMS = [
  [/^linux$/i, 'Linux'],
  [/^windows$/i, 'Windows'],
  [/^macos$/i, 'macOS'],
] as const
