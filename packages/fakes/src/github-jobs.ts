import { type GitHubAnswer, type GitHubRequest, NOT_FOUND, paged } from './github-wire.ts'

export interface FakeStep {
  readonly name: string
  /** Default `completed`. */
  readonly status?: string
  /** Default `success`; null while it has not ended. */
  readonly conclusion?: string | null
}

/** Times are ISO 8601, with `Z` or with an offset as GitHub Enterprise Server sends them. */
export interface FakeJob {
  readonly id: number
  readonly runId: number
  readonly name: string
  /** Default 1; null: an old server that does not tell. */
  readonly attempt?: number | null
  /** Default `completed`. */
  readonly status?: string
  /** Default `success`; null while it has not ended. */
  readonly conclusion?: string | null
  readonly createdAt?: string
  readonly startedAt?: string
  readonly completedAt?: string | null
  readonly runnerName?: string | null
  readonly labels?: readonly string[]
  readonly steps?: readonly FakeStep[]
  readonly annotations?: readonly FakeAnnotation[]
}

export interface FakeAnnotation {
  readonly message: string
  /** Default `failure`. */
  readonly level?: string
}

/** An attempt of a run: which jobs it lists, also those that an earlier one ran. */
export interface FakeAttempt {
  readonly runId: number
  readonly attempt: number
  readonly startedAt: string
  readonly jobIds: readonly number[]
}

export interface JobsWorld {
  readonly repository: string
  readonly jobs: readonly FakeJob[]
  readonly attempts: readonly FakeAttempt[]
}

/** Jobs, attempts and annotations. undefined: it is none of these routes. */
export function answerJobs(request: GitHubRequest, world: JobsWorld): GitHubAnswer | undefined {
  const base = `/repos/${world.repository}`
  const { method, path } = request
  if (method !== 'GET' || !path.startsWith(`${base}/`)) return undefined
  const rest = path.slice(base.length)
  const job = /^\/actions\/jobs\/(\d+)$/.exec(rest)?.[1]
  if (job !== undefined) return oneJob(world, Number(job))
  const check = /^\/check-runs\/(\d+)\/annotations$/.exec(rest)?.[1]
  if (check !== undefined) return annotationsOf(world, Number(check), request)
  const [, run, number, jobs] = /^\/actions\/runs\/(\d+)\/attempts\/(\d+)(\/jobs)?$/.exec(rest) ?? []
  if (run === undefined) return undefined
  const attempt = world.attempts.find((one) => one.runId === Number(run) && one.attempt === Number(number))
  if (attempt === undefined) return NOT_FOUND
  return jobs === undefined ? attemptAnswer(world, attempt) : jobsOf(world, attempt, request)
}

function oneJob(world: JobsWorld, id: number): GitHubAnswer {
  const job = world.jobs.find((one) => one.id === id)
  return job === undefined ? NOT_FOUND : { status: 200, body: jobJson(world, job) }
}

function jobsOf(world: JobsWorld, { jobIds }: FakeAttempt, request: GitHubRequest): GitHubAnswer {
  const own = world.jobs.filter(({ id }) => jobIds.includes(id))
  const body = { total_count: own.length, jobs: paged(own, request.query).map((job) => jobJson(world, job)) }
  return { status: 200, body, headers: linkTo(request, own.length) }
}

/** As GitHub writes it, where there is a page behind this one. */
function linkTo({ path, query }: GitHubRequest, total: number): Record<string, string> {
  const size = Math.min(Number(query.get('per_page') ?? 30), 100)
  const page = Number(query.get('page') ?? 1)
  const last = Math.ceil(total / size)
  if (page >= last) return {}
  const at = (number: number): string => `<https://api.github.com${path}?per_page=${size}&page=${number}>`
  return { link: `${at(page + 1)}; rel="next", ${at(last)}; rel="last"` }
}

function jobJson({ repository }: JobsWorld, job: FakeJob): unknown {
  const { id, runId, name, attempt = 1, status = 'completed', conclusion = 'success', labels = ['ubuntu-24.04'] } = job
  const { createdAt = '2026-11-22T20:00:01Z', startedAt = '2026-11-22T20:00:09Z', steps = [] } = job
  const { completedAt = '2026-11-22T20:01:44Z', runnerName = 'GitHub Actions 7' } = job
  const api = `https://api.github.com/repos/${repository}`
  return {
    id,
    run_id: runId,
    workflow_name: 'CI',
    head_branch: 'main',
    run_url: `${api}/actions/runs/${runId}`,
    ...(attempt === null ? {} : { run_attempt: attempt }),
    node_id: `CR_${id}`,
    head_sha: '9fceb02d0ae598e95dc970b74767f19372d61af8',
    url: `${api}/actions/jobs/${id}`,
    html_url: `https://github.com/${repository}/actions/runs/${runId}/job/${id}`,
    status,
    conclusion: status === 'completed' ? conclusion : null,
    created_at: createdAt,
    started_at: startedAt,
    completed_at: status === 'completed' ? completedAt : null,
    name,
    steps: steps.map((step, at) => ({
      name: step.name,
      status: step.status ?? 'completed',
      conclusion: step.conclusion === undefined ? 'success' : step.conclusion,
      number: at + 1,
      started_at: startedAt,
      completed_at: completedAt,
    })),
    check_run_url: `${api}/check-runs/${id}`,
    labels,
    runner_id: runnerName === null ? null : 7,
    runner_name: runnerName,
    runner_group_id: runnerName === null ? null : 2,
    runner_group_name: runnerName === null ? null : 'GitHub Actions',
  }
}

function annotationsOf({ repository, jobs }: JobsWorld, id: number, { query }: GitHubRequest): GitHubAnswer {
  const job = jobs.find((one) => one.id === id)
  if (job === undefined) return NOT_FOUND
  const body = paged(job.annotations ?? [], query).map(({ message, level = 'failure' }) => ({
    path: '.github',
    blob_href: `https://github.com/${repository}/blob/9fceb02d0ae598e95dc970b74767f19372d61af8/.github`,
    start_line: 1,
    end_line: 1,
    start_column: null,
    end_column: null,
    annotation_level: level,
    title: null,
    message,
    raw_details: null,
  }))
  return { status: 200, body }
}

function attemptAnswer({ repository }: JobsWorld, { runId, attempt, startedAt }: FakeAttempt): GitHubAnswer {
  const body = {
    id: runId,
    run_attempt: attempt,
    run_started_at: startedAt,
    html_url: `https://github.com/${repository}/actions/runs/${runId}`,
  }
  return { status: 200, body }
}
