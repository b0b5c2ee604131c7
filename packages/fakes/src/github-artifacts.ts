import { createHash } from 'node:crypto'
import { type GitHubAnswer, type GitHubRequest, NOT_FOUND, paged } from './github-wire.ts'

export interface FakeRun {
  readonly id: number
  readonly sha: string
  /** Default `push`. */
  readonly event?: string
  /** Default `main`. */
  readonly branch?: string
  /** Default `completed`. */
  readonly status?: string
  /** Default `success`; null while it has not ended. */
  readonly conclusion?: string | null
  /** Default: the repository itself; null: a fork that was deleted. */
  readonly headRepository?: string | null
  readonly createdAt?: string
}

export interface FakeArtifact {
  /** Default: in the order of the list, from 1. */
  readonly id?: number
  readonly name: string
  readonly runId: number
  readonly archive?: Buffer
  readonly expired?: boolean
  /** Default: that of the archive. */
  readonly digest?: string | null
  /** False: the list does not say which run made it. */
  readonly tellsRun?: boolean
  /** Where the download redirects to. Default: the store, another host. */
  readonly location?: string
  readonly createdAt?: string
}

export interface ActionsWorld {
  readonly repository: string
  readonly runs: readonly FakeRun[]
  /** In the order of their ids, if they have none; one that joins later belongs at the end. */
  readonly artifacts: readonly FakeArtifact[]
  /** The ids of those that were deleted, in that order. */
  readonly deleted: number[]
  /** False: the token may not delete. */
  readonly mayWrite: boolean
  readonly storeUrl: () => string
}

const CREATED = '2026-02-28T12:00:00Z'
const REPOSITORY_ID = 42
const FORK_ID = 43

/** Runs and artifacts. undefined: it is none of these routes. */
export function answerActions(request: GitHubRequest, world: ActionsWorld): GitHubAnswer | undefined {
  const { method, path, query } = request
  const base = `/repos/${world.repository}/actions`
  if (!path.startsWith(`${base}/`)) return undefined
  const rest = path.slice(base.length)
  const gone = /^\/artifacts\/(\d+)$/.exec(rest)?.[1]
  if (method === 'DELETE' && gone !== undefined) return removed(world, Number(gone))
  if (method !== 'GET') return undefined
  if (rest === '/artifacts') return listed(world, present(world), query)
  const ofRun = /^\/runs\/(\d+)\/artifacts$/.exec(rest)?.[1]
  if (ofRun !== undefined) {
    const own = present(world).filter(({ runId }) => runId === Number(ofRun))
    return runOf(world, Number(ofRun)) === undefined ? NOT_FOUND : listed(world, own, query)
  }
  const run = /^\/runs\/(\d+)$/.exec(rest)?.[1]
  if (run !== undefined) return runAnswer(world, Number(run))
  const zip = /^\/artifacts\/(\d+)\/zip$/.exec(rest)?.[1]
  return zip === undefined ? undefined : redirected(world, Number(zip))
}

/** The other host: it takes a signature in the address, and refuses who also brings a token. */
export function answerStore({ method, path, query, headers }: GitHubRequest, world: ActionsWorld): GitHubAnswer {
  const id = /^\/archives\/(\d+)$/.exec(path)?.[1]
  const artifact = present(world).find((one) => String(one.id) === id)
  if (method !== 'GET' || artifact === undefined) return { status: 404, body: '<Error>BlobNotFound</Error>' }
  if (query.get('sig') !== SIGNATURE || headers.authorization !== undefined)
    return { status: 403, body: '<Error>AuthenticationFailed</Error>' }
  return { status: 200, body: artifact.archive ?? Buffer.alloc(0) }
}

const SIGNATURE = 'c2lnbmVk'

type Numbered = FakeArtifact & { readonly id: number }

const present = ({ artifacts, deleted }: ActionsWorld): Numbered[] =>
  artifacts.map((one, at) => ({ ...one, id: one.id ?? at + 1 })).filter(({ id }) => !deleted.includes(id))

function removed(world: ActionsWorld, id: number): GitHubAnswer {
  if (!world.mayWrite) return { status: 403, body: { message: 'Resource not accessible by integration' } }
  if (!present(world).some((one) => one.id === id)) return NOT_FOUND
  world.deleted.push(id)
  return { status: 204, body: undefined }
}

const runOf = ({ runs }: ActionsWorld, id: number): FakeRun | undefined => runs.find((one) => one.id === id)

function listed(world: ActionsWorld, artifacts: readonly Numbered[], query: URLSearchParams): GitHubAnswer {
  const named = artifacts.filter(({ name }) => name === (query.get('name') ?? name)).toReversed()
  const body = { total_count: named.length, artifacts: paged(named, query).map((one) => artifactJson(world, one)) }
  return { status: 200, body }
}

function artifactJson(world: ActionsWorld, artifact: Numbered): unknown {
  const { id, name, archive = Buffer.alloc(0), expired = false, tellsRun = true, createdAt = CREATED } = artifact
  const { digest = `sha256:${createHash('sha256').update(archive).digest('hex')}` } = artifact
  const url = `https://api.github.com/repos/${world.repository}/actions/artifacts/${id}`
  const run = runOf(world, artifact.runId)
  return {
    id,
    node_id: `A_${id}`,
    name,
    size_in_bytes: archive.length,
    url,
    archive_download_url: `${url}/zip`,
    expired,
    created_at: createdAt,
    updated_at: createdAt,
    expires_at: '2026-05-29T12:00:00Z',
    digest,
    workflow_run: run === undefined || !tellsRun ? null : artifactRunJson(world, run),
  }
}

function artifactRunJson(world: ActionsWorld, run: FakeRun): unknown {
  const { id, branch = 'main', sha, headRepository = world.repository } = run
  return {
    id,
    repository_id: REPOSITORY_ID,
    head_repository_id: headRepository === world.repository ? REPOSITORY_ID : FORK_ID,
    head_branch: branch,
    head_sha: sha,
  }
}

function runAnswer(world: ActionsWorld, id: number): GitHubAnswer {
  const run = runOf(world, id)
  if (run === undefined) return NOT_FOUND
  const { repository } = world
  const { branch = 'main', sha, event = 'push', status = 'completed', conclusion = 'success' } = run
  const { headRepository = repository, createdAt = CREATED } = run
  const body = {
    id,
    node_id: `R_${id}`,
    name: 'ci',
    head_branch: branch,
    head_sha: sha,
    run_number: id,
    run_attempt: 1,
    event,
    status,
    conclusion: status === 'completed' ? conclusion : null,
    html_url: `https://github.com/${repository}/actions/runs/${id}`,
    pull_requests: [],
    created_at: createdAt,
    updated_at: createdAt,
    repository: { id: REPOSITORY_ID, full_name: repository },
    head_repository:
      headRepository === null
        ? null
        : { id: headRepository === repository ? REPOSITORY_ID : FORK_ID, full_name: headRepository },
  }
  return { status: 200, body }
}

function redirected(world: ActionsWorld, id: number): GitHubAnswer {
  const artifact = present(world).find((one) => one.id === id)
  if (artifact === undefined) return NOT_FOUND
  if (artifact.expired) return { status: 410, body: { message: 'Artifact has expired' } }
  const location = artifact.location ?? `${world.storeUrl()}/archives/${id}?sig=${SIGNATURE}`
  return { status: 302, body: '', headers: { location } }
}
