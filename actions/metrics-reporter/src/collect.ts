import { jobEvent } from './assemble.ts'
import type { JobEvent } from './build-event.ts'
import { type Identity, jobIds } from './identity.ts'
import { type JobFacts, withFacts } from './job-facts.ts'
import { measuredOf } from './measured.ts'
import { givenDuration, givenStatus, runnersWord } from './overrides.ts'
import { softFailures } from './soft-failures.ts'
import { causeOf, explained } from './status.ts'
import { type Start, timesOf } from './times.ts'
import type { Told } from './told.ts'
import type { VerdictsFound } from './verdict-files.ts'

/** All that is known at the end of a job. */
export interface Evidence {
  readonly told: Told
  readonly identity: Identity
  readonly start: Start
  readonly end: Date
  readonly jobTimeoutMs: number
  readonly verdicts: VerdictsFound
  /** Undefined: GitHub was not asked, or not yet. */
  readonly facts?: JobFacts | undefined
}

/** The job as one event. */
export function jobEventOf({ told, start, end, jobTimeoutMs, verdicts, facts, ...rest }: Evidence): JobEvent {
  const identity = withFacts(rest.identity, facts?.job, told.task)
  const given = givenDuration(told.duration)
  const times = timesOf(start, end, given.ms, facts?.job)
  const length = { ranMs: times.ranMs, jobTimeoutMs }
  const status = givenStatus(told.status, length)
  const ending = status.ending ?? explained(runnersWord(told, length), causeOf(facts?.annotations ?? []))
  const measured = measuredOf(told, verdicts)
  const isGreen = ending.conclusion === 'success'
  const soft = isGreen ? softFailures(told.steps, measured.gates, facts?.job?.steps) : { notes: [] }
  const { run, vcs, runner, isForeign, job, jobKey } = identity
  const notes = [identity.notes, facts?.notes ?? [], given.notes, status.notes, times.notes, measured.notes, soft.notes]
  return jobEvent(
    {
      ...ending,
      buildId: jobIds(identity, told['build-id']).buildId,
      seconds: times.seconds,
      ...{ run, vcs, runner, isForeign },
      time: times.part,
      measured: measured.part,
      softFailures: soft.part,
      mode: 'job',
      notes: notes.flat(),
    },
    job,
    jobKey,
  )
}
