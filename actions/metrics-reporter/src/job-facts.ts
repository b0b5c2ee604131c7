import type { CheckAnnotation, GitHub, GitHubError, Job } from '@hardgate/github'
import type { JobPart } from './build-event.ts'
import { eventText, note } from './event-text.ts'
import { codeOf, gitHubError, isDenied } from './github-reads.ts'
import type { Identity } from './identity.ts'
import { callerOf, isNameOf } from './task.ts'

/** What GitHub tells of a job that is about to end. */
export interface JobFacts {
  readonly job?: Job
  readonly annotations?: readonly CheckAnnotation[]
  readonly notes: readonly string[]
  /** For people: what they could change. */
  readonly notices: readonly string[]
}

export interface FactsWanted {
  /** Each request has a limit of its own, and none is sent again. */
  readonly github: GitHub
  readonly identity: Identity
  readonly runnerName: string
  /** Ask why it was cancelled. */
  readonly isCancelled: boolean
}

/** At most two requests. What GitHub does not tell in time is left out with a note. */
export async function readJobFacts(wanted: FactsWanted): Promise<JobFacts> {
  const { id } = wanted.identity.job
  // side by side where the id is known: a GitHub that hangs must not take twice its time
  const early = id === undefined || !wanted.isCancelled ? undefined : annotationsOf(wanted.github, id)
  const found = await jobOf(wanted)
  const late = id === undefined && wanted.isCancelled && found.job !== undefined
  const why = late ? await annotationsOf(wanted.github, found.job.id) : await early
  const { notes = [], annotations } = why ?? {}
  return { ...found, ...(annotations === undefined ? {} : { annotations }), notes: [...found.notes, ...notes] }
}

async function jobOf({ github, identity, runnerName }: FactsWanted): Promise<JobFacts> {
  const { listJobs, readJob } = await import('@hardgate/github')
  const { run, job } = identity
  try {
    if (job.id === undefined) {
      // a second page would be a third request
      const jobs = await listJobs(github, { runId: run.id, attempt: run.attempt, pagesMax: 1 })
      const only = onlyCandidate(jobs, runnerName, job.key)
      return { ...(only === undefined ? {} : { job: only }), notes: [], notices: [] }
    }
    const read = await readJob(github, job.id)
    if (read.runId === run.id) return { job: read, notes: [], notices: [] }
    return { notes: [note('jobs-api-mismatch')], notices: [] }
  } catch (error) {
    const failure = gitHubError(error)
    return { notes: [note(`jobs-api-${codeOf(failure)}`)], notices: noticesOf(failure) }
  }
}

async function annotationsOf(github: GitHub, id: string): Promise<Pick<JobFacts, 'annotations' | 'notes'>> {
  const { listAnnotations } = await import('@hardgate/github')
  try {
    return { annotations: await listAnnotations(github, id), notes: [] }
  } catch (error) {
    return { notes: [note(`annotations-api-${codeOf(gitHubError(error))}`)] }
  }
}

/** The job that runs here; undefined where none or several could be it: the first one would be a guess. */
export function onlyCandidate(jobs: readonly Job[], runnerName: string, key: string): Job | undefined {
  const own = jobs.filter(
    (job) => job.status === 'in_progress' && job.runnerName === runnerName && isNameOf(job.name, key),
  )
  return runnerName !== '' && own.length === 1 ? own[0] : undefined
}

function noticesOf(failure: GitHubError): string[] {
  if (!isDenied(failure)) return []
  return [
    `the token cannot read this job (${failure.status}). The duration starts at this step and excludes "Set up job"; the queue time is unknown. "permissions: actions: read" gives both.`,
  ]
}

/** The job's name, and its id where the runner did not give it, from GitHub. */
export function withFacts(identity: Identity, job: Job | undefined, task: string): Identity {
  if (job === undefined) return identity
  const caller = callerOf(job.name, identity.job.key)
  const own = identity.job.task
  const part: JobPart = {
    id: job.id,
    key: identity.job.key,
    task: eventText(task) || (caller === '' ? own : eventText(`${caller} / ${own}`)),
    ...(eventText(job.name) === '' ? {} : { name: eventText(job.name) }),
    ...urlOf(identity, job.id),
    ...(identity.job.matrix === undefined ? {} : { matrix: identity.job.matrix }),
  }
  return {
    ...identity,
    job: part,
    jobKey: job.id,
    notes: identity.notes.filter((one) => one !== 'job-id-unknown'),
  }
}

function urlOf({ run, job }: Identity, id: string): { readonly url?: string } {
  const url = job.url ?? (run.url === undefined ? undefined : `${run.url}/job/${id}`)
  return url === undefined ? {} : { url }
}
