import type { Job } from '@hardgate/github'
import type { JobsPart, Status, TimePart } from './build-event.ts'
import { note } from './event-text.ts'
import { type Cause, type Ending, endingOf, explained } from './status.ts'
import { isSeconds } from './times.ts'

/** One attempt of a run: a re-run of what failed lists the jobs of the attempt before as well. */
export interface Attempt {
  readonly number: number
  /** undefined: unknown. */
  readonly startedAt: Date | undefined
}

export function isOfAttempt({ attempt, startedAt }: Job, { number, startedAt: began }: Attempt): boolean {
  if (attempt !== undefined && attempt !== number) return false
  return startedAt === undefined || began === undefined || +startedAt >= +began
}

/** Undefined: GitHub does not know yet how it ended, or says so in a word that we do not know. */
export function endingOfJob(job: Job, cause: Cause | undefined, jobTimeoutMs: number): Ending | undefined {
  const seconds = secondsOf(job)
  const ending = endingOf(job.conclusion, { ranMs: seconds === undefined ? undefined : seconds * 1000, jobTimeoutMs })
  return ending === undefined ? undefined : explained(ending, cause)
}

/** Undefined for a job that was skipped, is not over, or ended before it began: that is no length. */
export function secondsOf({ conclusion, startedAt, completedAt }: Job): number | undefined {
  if (conclusion === 'skipped' || startedAt === undefined || completedAt === undefined) return undefined
  const seconds = (+completedAt - +startedAt) / 1000
  return isSeconds(seconds) ? seconds : undefined
}

export interface RunTimes {
  readonly seconds?: number
  /** undefined: no job has ended that ran. */
  readonly completedAt: Date | undefined
  readonly part: Pick<TimePart, 'started_at' | 'queued_seconds'>
  readonly notes: readonly string[]
}

/** Of the jobs of one attempt that ran: from its own start to the end of the last, and how long the first waited. */
export function timesOfRun(jobs: readonly Job[], startedAt: Date | undefined): RunTimes {
  const ran = jobs.filter(({ conclusion }) => conclusion !== 'skipped')
  const ends = ran.flatMap(({ completedAt }) => (completedAt === undefined ? [] : [+completedAt]))
  const waits = ran.flatMap(waitOf)
  const sound = waits.filter(isSeconds)
  const end = ends.length === 0 ? undefined : Math.max(...ends)
  const length = end === undefined || startedAt === undefined ? undefined : (end - +startedAt) / 1000
  const isSound = length !== undefined && isSeconds(length)
  const isOdd = sound.length < waits.length || (length !== undefined && !isSound)
  return {
    ...(isSound ? { seconds: length } : {}),
    completedAt: end === undefined ? undefined : new Date(end),
    part: {
      ...(startedAt === undefined || (length !== undefined && !isSound) ? {} : { started_at: startedAt.toISOString() }),
      ...(sound.length === 0 ? {} : { queued_seconds: Math.min(...sound) }),
    },
    notes: [...(isOdd ? [note('clock-anomaly')] : []), ...(startedAt === undefined ? [note('start-unknown')] : [])],
  }
}

function waitOf({ createdAt, startedAt }: Job): number[] {
  return createdAt === undefined || startedAt === undefined ? [] : [(+startedAt - +createdAt) / 1000]
}

export function countsOf(statuses: readonly Status[]): JobsPart['counts'] {
  const counts: Partial<Record<Status, number>> = {}
  for (const status of statuses) counts[status] = (counts[status] ?? 0) + 1
  return counts
}
