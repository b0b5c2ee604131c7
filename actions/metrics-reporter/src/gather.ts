import { UserError } from '@hardgate/action'
import type { GitHub, Job } from '@hardgate/github'
import { runEvent } from './assemble.ts'
import { countsOf, isOfAttempt, secondsOf, timesOfRun } from './attempt-jobs.ts'
import type { Conclusion, JobItem, JobsPart, RunEvent, Status } from './build-event.ts'
import type { Evidence } from './collect.ts'
import { eventText, note } from './event-text.ts'
import { runIds } from './identity.ts'
import { membersOf, parsedJson, textAt } from './json-path.ts'
import { measuredOf } from './measured.ts'
import { givenDuration, givenStatus } from './overrides.ts'
import { type RunFacts, readRunFacts } from './run-facts.ts'
import { type Ending, endingOf, explained, worstStatus } from './status.ts'
import type { Subject } from './subject.ts'
import { isNameOf } from './task.ts'
import { isSeconds } from './times.ts'

const ITEMS_MAX = 300

/** The run, as its last job sees it: how the jobs that it needs ended. */
export function gatherSubject(evidence: Evidence): Subject {
  const { identity, told } = evidence
  const needs = readNeeds(told.needs)
  return {
    identity,
    event: () => gatherEventOf(evidence, needs, undefined),
    ask: async (github: GitHub) => {
      const { run } = identity
      const askWhy = (jobs: readonly Job[], startedAt: Date | undefined): readonly Job[] =>
        jobs
          .filter(
            (job) =>
              isOfAttempt(job, { number: run.attempt, startedAt }) &&
              needs.some(({ key, ending }) => isExplicable(ending) && isNameOf(job.name, key)),
          )
          .filter(({ conclusion }) => conclusion === 'cancelled' || conclusion === 'failure')
      const facts = await readRunFacts({ github, runId: run.id, attempt: run.attempt, askWhy })
      return { event: gatherEventOf(evidence, needs, facts), notices: facts.notices }
    },
  }
}

const isExplicable = ({ status }: Ending): boolean => status === 'cancellation' || status === 'failure'

export interface Need {
  readonly key: string
  readonly ending: Ending
}

/** `${{ toJSON(needs) }}`. Throws where it names no job: there is nothing to report of a run of none. */
export function readNeeds(text: string): readonly Need[] {
  const members = membersOf(parsedJson(text)?.value) ?? []
  const needs = members.flatMap(([key, need]) => {
    const ending = endingOf(textAt(need, 'result') ?? '', { ranMs: undefined, jobTimeoutMs: 0 })
    return ending === undefined ? [] : [{ key: eventText(key), ending }]
  })
  if (needs.length > 0 && needs.length === members.length) return needs
  throw new UserError(
    'needs: this is not the result of the jobs that this one needs. Write needs: ${{ toJSON(needs) }} in a job that has `needs:` and `if: always()`.',
  )
}

export function gatherEventOf(evidence: Evidence, needs: readonly Need[], facts: RunFacts | undefined): RunEvent {
  const { told, identity, end, verdicts } = evidence
  // where this job runs says nothing of the run
  const { run, vcs, isForeign } = identity
  const attempt = { number: run.attempt, startedAt: facts?.startedAt }
  // this job is still running, and is no part of what it tells
  const others = (facts?.jobs ?? []).filter(({ conclusion }) => conclusion !== '')
  const own = others.filter((one) => isOfAttempt(one, attempt))
  const seen = needs.map((need) => look(need, others, own, facts))
  const counted = seen.filter(({ isCarriedOver }) => !isCarriedOver)
  const given = givenDuration(told.duration)
  const status = givenStatus(told.status, { ranMs: undefined, jobTimeoutMs: 0 })
  const times = timesOf(evidence, own, facts)
  const measured = measuredOf(told, verdicts)
  const seconds = given.ms === undefined || !isSeconds(given.ms / 1000) ? times.seconds : given.ms / 1000
  const notes = [identity.notes, facts?.notes ?? [], given.notes, status.notes, times.notes, measured.notes]
  return runEvent(
    {
      ...(status.ending ?? together(counted.length === 0 ? seen : counted)),
      buildId: runIds(identity, told['build-id']).buildId,
      seconds,
      ...{ run, vcs, isForeign },
      time: {
        ...times.part,
        completed_at: (times.completedAt ?? end).toISOString(),
        source: given.ms === undefined ? times.source : 'input',
      },
      measured: measured.part,
      mode: 'gather',
      notes: notes.flat().filter((one) => one !== note('job-id-unknown')),
    },
    jobsPart(counted, seen.length - counted.length),
  )
}

interface Seen {
  readonly key: string
  readonly status: Status
  readonly isCarriedOver: boolean
  /** Where it is one job, with that very name. */
  readonly job: Job | undefined
}

function look({ key, ending }: Need, others: readonly Job[], own: readonly Job[], facts: RunFacts | undefined): Seen {
  const of = (jobs: readonly Job[]): Job[] => jobs.filter(({ name }) => isNameOf(name, key))
  const mine = of(own)
  // one of its jobs may be explained while another failed by itself
  const same = mine.filter(({ conclusion }) => conclusion === ending.conclusion)
  const status = worstStatus(same.map(({ id }) => explained(ending, facts?.causes.get(id)).status)) ?? ending.status
  const only = mine.length === 1 && mine[0]?.name === key ? mine[0] : undefined
  return { key, status, isCarriedOver: mine.length === 0 && of(others).length > 0, job: only }
}

/** The aggregate, with the nearest of GitHub's words. */
function together(seen: readonly Seen[]): Ending {
  const status = worstStatus(seen.map((one) => one.status)) ?? 'skip'
  return { status, conclusion: CONCLUSIONS[status] }
}

const CONCLUSIONS: Readonly<Record<Status, Conclusion>> = {
  success: 'success',
  failure: 'failure',
  error: 'failure',
  timeout: 'cancelled',
  cancellation: 'cancelled',
  skip: 'skipped',
}

function timesOf({ start }: Evidence, own: readonly Job[], facts: RunFacts | undefined) {
  const isGiven = start.source === 'input'
  const times = timesOfRun(own, isGiven ? start.at : facts?.startedAt)
  const isKnown = facts?.startedAt !== undefined && times.completedAt !== undefined
  return { ...times, source: isGiven ? ('input' as const) : isKnown ? ('api' as const) : ('local' as const) }
}

function jobsPart(seen: readonly Seen[], carriedOver: number): JobsPart {
  const items = seen.slice(0, ITEMS_MAX).map(({ key, status, job }): JobItem => {
    const seconds = job === undefined ? undefined : secondsOf(job)
    return {
      name: key,
      ...(job === undefined ? {} : { id: job.id }),
      status,
      ...(seconds === undefined ? {} : { duration_seconds: seconds }),
    }
  })
  return {
    total: seen.length,
    ...(carriedOver === 0 ? {} : { carried_over: carriedOver }),
    counts: countsOf(seen.map(({ status }) => status)),
    ...(items.length === 0 ? {} : { items }),
  }
}
