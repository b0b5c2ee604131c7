import type { GitHub } from './client.ts'
import { GitHubError } from './errors.ts'
import { type Fields, fieldsOf, idOf, textOf } from './json.ts'

export interface JobStep {
  readonly name: string
  readonly status: string
  /** Empty while it has not ended. */
  readonly conclusion: string
}

/** One job of a run, as GitHub tells of it. A text is empty, and a time undefined, where GitHub gives none. */
export interface Job {
  /** Also the id of its check run. As text: it need not fit a number. */
  readonly id: string
  readonly runId: string
  /** undefined: an old server does not tell. */
  readonly attempt: number | undefined
  /** As it is shown: with its matrix in brackets, and the callers of its workflow in front. */
  readonly name: string
  readonly status: string
  /** Empty while it has not ended. */
  readonly conclusion: string
  readonly createdAt: Date | undefined
  readonly startedAt: Date | undefined
  readonly completedAt: Date | undefined
  readonly runnerName: string
  readonly labels: readonly string[]
  readonly steps: readonly JobStep[]
}

const PER_PAGE = 100
/** GitHub starts no run with so many jobs; a server that goes on for ever is left. */
const PAGES_MAX = 50

/** Throws a `GitHubError`. */
export async function readJob(github: GitHub, jobId: string): Promise<Job> {
  const purpose = `Reading job ${jobId}`
  const { data } = await github.call({ purpose, method: 'GET', path: `/actions/jobs/${jobId}` })
  return jobOf(fieldsOf(data), purpose)
}

export interface JobsWanted {
  readonly runId: string
  readonly attempt: number
  /** A list that is longer is an error: a part of it must not look like the whole. */
  readonly pagesMax?: number
}

/** All jobs of one attempt of a run, whatever page they are on, each once. Throws a `GitHubError`. */
export async function listJobs(
  github: GitHub,
  { runId, attempt, pagesMax = PAGES_MAX }: JobsWanted,
): Promise<readonly Job[]> {
  const purpose = `Listing the jobs of run ${runId}`
  const path = `/actions/runs/${runId}/attempts/${attempt}/jobs`
  const jobs = new Map<string, Job>()
  for (let page: number | undefined = 1; page !== undefined; ) {
    const query = { per_page: String(PER_PAGE), page: String(page) }
    const { data, nextPage } = await github.call({ purpose, method: 'GET', path, query })
    const { total_count: total, jobs: listed } = fieldsOf(data)
    const count = idOf(total)
    // a list that cannot be read must not look like a short one
    if (count === undefined || !Array.isArray(listed)) throw unreadable(purpose)
    for (const one of listed) {
      const job = jobOf(fieldsOf(one), purpose)
      jobs.set(job.id, job)
    }
    const isMore = nextPage !== undefined || jobs.size < count
    if (isMore && (listed.length === 0 || page >= pagesMax)) throw unreadable(purpose)
    page = isMore ? page + 1 : undefined
  }
  return [...jobs.values()]
}

function jobOf(fields: Fields, purpose: string): Job {
  const id = textId(fields['id'], fields['url'])
  const runId = textId(fields['run_id'], fields['run_url'])
  const attempt = idOf(fields['run_attempt'])
  if (id === undefined || runId === undefined) throw unreadable(purpose)
  const { labels, steps } = fields
  return {
    id,
    runId,
    attempt,
    name: textOf(fields['name']),
    status: textOf(fields['status']),
    conclusion: textOf(fields['conclusion']),
    createdAt: instantOf(fields['created_at']),
    startedAt: instantOf(fields['started_at']),
    completedAt: instantOf(fields['completed_at']),
    runnerName: textOf(fields['runner_name']),
    labels: Array.isArray(labels) ? labels.map(textOf).filter((label) => label !== '') : [],
    steps: Array.isArray(steps) ? steps.map((step) => stepOf(fieldsOf(step))) : [],
  }
}

const stepOf = ({ name, status, conclusion }: Fields): JobStep => ({
  name: textOf(name),
  status: textOf(status),
  conclusion: textOf(conclusion),
})

/** A number that JSON cannot carry exactly is still exact at the end of the resource's own address. */
function textId(id: unknown, url: unknown): string | undefined {
  const safe = idOf(id)
  if (safe !== undefined) return String(safe)
  return typeof id === 'number' ? /\/([1-9]\d{0,18})$/.exec(textOf(url))?.[1] : undefined
}

/** UTC or with an offset, as GitHub Enterprise Server sends it; without either it could be any hour. */
export function instantOf(value: unknown): Date | undefined {
  const text = textOf(value)
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)$/.test(text)) return undefined
  const at = Date.parse(text)
  return Number.isNaN(at) ? undefined : new Date(at)
}

const unreadable = (purpose: string): GitHubError =>
  new GitHubError({ kind: 'unreadable', message: `${purpose}: GitHub gave no jobs` })
