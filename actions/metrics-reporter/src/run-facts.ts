import type { GitHub, GitHubError, Job } from '@hardgate/github'
import { note } from './event-text.ts'
import { codeOf, gitHubError, isDenied } from './github-reads.ts'
import { type Cause, causeOf } from './status.ts'

/** What GitHub tells of an attempt of a run. */
export interface RunFacts {
  /** undefined: unknown. */
  readonly startedAt: Date | undefined
  /** undefined: GitHub did not give them. */
  readonly jobs: readonly Job[] | undefined
  /** By the id of the job. */
  readonly causes: ReadonlyMap<string, Cause>
  readonly notes: readonly string[]
  readonly notices: readonly string[]
}

export interface RunFactsWanted {
  readonly github: GitHub
  readonly runId: string
  readonly attempt: number
  /** undefined: GitHub is asked for it. */
  readonly startedAt?: Date | undefined
  /** Those of which the cause is asked, the most important first. */
  readonly askWhy: (jobs: readonly Job[], startedAt: Date | undefined) => readonly Job[]
}

/** Never throws an error of GitHub: what it does not tell is left out with a note. */
export async function readRunFacts(wanted: RunFactsWanted): Promise<RunFacts> {
  const { github, runId, attempt, askWhy } = wanted
  const { listJobs, readAttempt } = await import('@hardgate/github')
  const [start, list] = await Promise.all([
    wanted.startedAt === undefined ? tried('run', readAttempt(github, { runId, attempt })) : undefined,
    tried('jobs', listJobs(github, { runId, attempt })),
  ])
  const startedAt = wanted.startedAt ?? start?.value?.startedAt
  const why = await readCauses(github, askWhy(list.value ?? [], startedAt))
  const denied = [start, list].flatMap((one) =>
    one?.failure !== undefined && isDenied(one.failure) ? [one.failure] : [],
  )
  return {
    startedAt,
    jobs: list.value,
    causes: why.causes,
    notes: [...(start?.notes ?? []), ...list.notes, ...why.notes],
    notices: denied
      .slice(0, 1)
      .map(
        ({ status }) =>
          `the token cannot read the jobs of this run (${status}). Its times are unknown. "permissions: actions: read" gives them.`,
      ),
  }
}

interface Tried<T> {
  readonly value?: T
  readonly failure?: GitHubError
  readonly notes: readonly string[]
}

async function tried<T>(what: string, call: Promise<T>): Promise<Tried<T>> {
  try {
    return { value: await call, notes: [] }
  } catch (error) {
    const failure = gitHubError(error)
    return { failure, notes: [note(`${what}-api-${codeOf(failure)}`)] }
  }
}

const CAUSES_MAX = 20
const SIDE_BY_SIDE = 5

/** The first that fails ends it: the next would fail too, or find GitHub overloaded. */
async function readCauses(
  github: GitHub,
  jobs: readonly Job[],
): Promise<{ readonly causes: ReadonlyMap<string, Cause>; readonly notes: readonly string[] }> {
  const { listAnnotations } = await import('@hardgate/github')
  const causes = new Map<string, Cause>()
  const cut = jobs.length > CAUSES_MAX ? [note('truncated', `annotations of ${jobs.length} jobs to ${CAUSES_MAX}`)] : []
  for (let at = 0; at < Math.min(jobs.length, CAUSES_MAX); at += SIDE_BY_SIDE) {
    const some = jobs.slice(at, Math.min(at + SIDE_BY_SIDE, CAUSES_MAX))
    const read = await Promise.all(some.map(({ id }) => tried('annotations', listAnnotations(github, id))))
    for (const [index, { value = [] }] of read.entries()) {
      const cause = causeOf(value)
      const id = some[index]?.id
      if (cause !== undefined && id !== undefined) causes.set(id, cause)
    }
    const failed = read.flatMap(({ notes }) => notes)
    if (failed.length > 0) return { causes, notes: [...new Set(failed), ...cut] }
  }
  return { causes, notes: cut }
}
