import { createServer } from 'node:http'
import { type ActionsWorld, answerActions, answerStore, type FakeArtifact, type FakeRun } from './github-artifacts.ts'
import {
  answerConversation,
  type FakeComment,
  type FakePull,
  type FakeUser,
  WORKFLOW_BOT,
} from './github-conversation.ts'
import { answerJobs, type FakeAttempt, type FakeJob } from './github-jobs.ts'
import {
  type Fields,
  faultPlan,
  fieldsOf,
  type GitHubAnswer,
  type GitHubFault,
  type GitHubRequest,
  serveWith,
} from './github-wire.ts'
import { type Listening, listen } from './listen.ts'

export interface GitHubFile {
  readonly filename: string
  readonly previous_filename?: string
}

export interface FakeComparison {
  /** Default `ahead`. */
  readonly status?: string
  readonly files?: readonly (GitHubFile | string)[]
  /** How many commits only the head has. Default 1. */
  readonly aheadBy?: number
  /** How many commits only the base has. Default 0. */
  readonly behindBy?: number
}

export interface FakeDeployment {
  readonly id: number
  readonly sha: string
  readonly environment: string
  readonly task: string
  /** Oldest first. */
  readonly statuses: string[]
}

export interface FakeGitHubOptions {
  /** Default `octo/api`. */
  readonly repository?: string
  /** Default `ghs_test`. */
  readonly token?: string
  /** By `base...head`; any other pair is not found. */
  readonly comparisons?: Readonly<Record<string, FakeComparison>>
  /** Those that the jobs of the past made, oldest first. */
  readonly deployments?: readonly { readonly sha: string; readonly environment: string }[]
  readonly runs?: readonly FakeRun[]
  /** Oldest first. */
  readonly artifacts?: readonly FakeArtifact[]
  readonly pulls?: readonly FakePull[]
  readonly comments?: readonly FakeComment[]
  /** For whom the token acts. Default: a workflow's own bot. */
  readonly viewer?: FakeUser
  /** Default true. */
  readonly mayWrite?: boolean
  readonly jobs?: readonly FakeJob[]
  readonly attempts?: readonly FakeAttempt[]
  /** In front of every path, such as `/api/v3` of GitHub Enterprise Server. Default: nothing. */
  readonly basePath?: string
  readonly faults?: readonly GitHubFault[]
}

export interface FakeGitHub extends Listening {
  readonly requests: readonly GitHubRequest[]
  readonly deployments: readonly FakeDeployment[]
  /** As they stand now. */
  readonly comments: readonly FakeComment[]
  /** What the other host was asked, from which archives come. */
  readonly storeRequests: readonly GitHubRequest[]
  /** Their ids, in the order in which they went. */
  readonly deletedArtifacts: readonly number[]
  /** `METHOD path` of each request to a route that does not exist. */
  readonly unexpected: readonly string[]
}

/** GitHub's API on loopback, as much of it as the product calls, and beside it the host that keeps archives. */
export async function fakeGitHub(options: FakeGitHubOptions = {}): Promise<FakeGitHub> {
  const { repository = 'octo/api', token = 'ghs_test', comparisons = {}, faults = [] } = options
  const requests: GitHubRequest[] = []
  const unexpected: string[] = []
  const deployments: FakeDeployment[] = (options.deployments ?? []).map((one, at) => newDeployment(at + 1, one))
  const comments = (options.comments ?? []).map((one) => ({ ...one }))
  const storeRequests: GitHubRequest[] = []
  const { runs = [], artifacts = [], pulls = [], viewer = WORKFLOW_BOT, mayWrite = true } = options
  const { jobs = [], attempts = [], basePath = '' } = options
  const working = { repository, jobs, attempts }
  const deletedArtifacts: number[] = []
  const stored = { artifacts, deleted: deletedArtifacts, storeUrl: () => store.url }
  const actions: ActionsWorld = { repository, runs, mayWrite, ...stored }
  const conversation = { repository, pulls, comments, viewer, mayWrite }

  const faultFor = faultPlan(faults)
  const storing = serveWith(storeRequests, faultFor, (request) => answerStore(request, actions))
  const store = await listen(createServer((incoming, response) => void storing(incoming, response)))
  const serving = serveWith(requests, faultFor, (request) => answer(below(basePath, request)))
  const api = await listen(createServer((incoming, response) => void serving(incoming, response)))
  const close = async (): Promise<void> => {
    await Promise.all([api.close(), store.close()])
  }
  return { url: api.url, close, requests, storeRequests, deployments, comments, deletedArtifacts, unexpected }

  function answer(request: GitHubRequest): GitHubAnswer {
    if (
      !/^(token|Bearer) /.test(request.headers.authorization ?? '') ||
      !request.headers.authorization?.endsWith(` ${token}`)
    )
      return { status: 401, body: { message: 'Bad credentials' } }
    const route = `${request.method} ${request.path}`
    const base = `/repos/${repository}`
    if (route.startsWith(`GET ${base}/compare/`))
      return compare(decodeURIComponent(route.slice(`GET ${base}/compare/`.length)))
    if (route === `GET ${base}/deployments`) return { status: 200, body: listed(request.query) }
    if (route === `POST ${base}/deployments`) return create(fieldsOf(request.body))
    const id = /^POST (.*)\/deployments\/(\d+)\/statuses$/.exec(route)
    if (id?.[1] === base) return setStatus(Number(id[2]), fieldsOf(request.body))
    const ofJobs = answerJobs(request, working)
    const other = ofJobs ?? answerActions(request, actions) ?? answerConversation(request, conversation)
    if (other !== undefined) return other
    unexpected.push(route)
    return { status: 404, body: { message: 'Not Found' } }
  }

  function compare(pair: string): GitHubAnswer {
    const found = comparisons[pair]
    if (found === undefined) return { status: 404, body: { message: 'Not Found' } }
    const files = (found.files ?? []).map((file) => (typeof file === 'string' ? { filename: file } : file))
    const { status = 'ahead', aheadBy = 1, behindBy = 0 } = found
    const distance = { ahead_by: aheadBy, behind_by: behindBy, total_commits: aheadBy }
    return { status: 200, body: { status, ...distance, files, commits: [] } }
  }

  function listed(query: URLSearchParams): unknown[] {
    const isAsked = ({ sha, environment }: FakeDeployment): boolean =>
      (query.get('sha') ?? sha) === sha && (query.get('environment') ?? environment) === environment
    return deployments.filter(isAsked).toReversed()
  }

  function create({
    ref,
    environment = 'production',
    task = 'deploy',
    auto_merge: merges = true,
    required_contexts: contexts,
  }: Fields): GitHubAnswer {
    if (typeof ref !== 'string') return { status: 422, body: { message: 'Invalid request.' } }
    if (merges === true) return { status: 202, body: { message: 'Auto-merged main into the ref on deployment.' } }
    if (contexts === undefined) return { status: 409, body: { message: 'Conflict: commit status checks failed.' } }
    const made = newDeployment(deployments.length + 1, {
      sha: ref,
      environment: String(environment),
      task: String(task),
    })
    deployments.push(made)
    return { status: 201, body: made }
  }

  function setStatus(id: number, { state, description = '' }: Fields): GitHubAnswer {
    const deployment = deployments.find((one) => one.id === id)
    if (deployment === undefined) return { status: 404, body: { message: 'Not Found' } }
    if (!STATES.includes(String(state)) || String(description).length > 140)
      return { status: 422, body: { message: 'Validation Failed' } }
    deployment.statuses.push(String(state))
    return { status: 201, body: { id: deployment.statuses.length, state } }
  }
}

function below(basePath: string, request: GitHubRequest): GitHubRequest {
  const isBelow = request.path.startsWith(`${basePath}/`)
  return { ...request, path: isBelow ? request.path.slice(basePath.length) : `/outside${request.path}` }
}

const STATES = ['error', 'failure', 'inactive', 'in_progress', 'queued', 'pending', 'success']

function newDeployment(
  id: number,
  { sha, environment, task = 'deploy' }: { sha: string; environment: string; task?: string },
): FakeDeployment {
  return { id, sha, environment, task, statuses: [] }
}
