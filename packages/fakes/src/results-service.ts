import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import type { FakeArtifact } from './github-artifacts.ts'
import {
  type Fields,
  faultPlan,
  fieldsOf,
  type GitHubAnswer,
  type GitHubFault,
  type GitHubRequest,
  serveWith,
} from './github-wire.ts'
import { listen } from './listen.ts'

export interface FakeResultsOptions {
  /** The run whose artifacts these are, for GitHub's API. Default 1. */
  readonly runId?: number
  /** Names that the run has already. */
  readonly names?: readonly string[]
  /**
   * Routes are `POST /twirp/github.actions.results.api.v1.ArtifactService/CreateArtifact` (or `…/FinalizeArtifact`), and
   * on the other host `PUT /blobs/NAME`.
   */
  readonly faults?: readonly GitHubFault[]
}

export interface UploadedFile {
  readonly name: string
  readonly archive: Buffer
  readonly expiresAt: string
}

export interface FakeResults {
  /** What the runner gives to a step: ACTIONS_RUNTIME_TOKEN and ACTIONS_RESULTS_URL. */
  readonly env: Readonly<Record<string, string>>
  readonly requests: readonly GitHubRequest[]
  /** What the store of another owner was asked. */
  readonly storeRequests: readonly GitHubRequest[]
  /** Those that were finalized. */
  readonly uploaded: readonly UploadedFile[]
  /** The same for `fakeGitHub`, which then lists and serves them. */
  readonly artifacts: FakeArtifact[]
  /** The part of a store's address that nobody may see. */
  readonly signature: string
  readonly close: () => Promise<void>
}

const SERVICE = 'POST /twirp/github.actions.results.api.v1.ArtifactService'
const RUN = 'ce7f54c7-61c7-4aae-887f-30da475f5f1a'
const JOB = 'ca395085-040a-526b-2ce8-bdc85f692774'
const SIGNATURE = 'c2lnOmZha2UtdXBsb2FkLXNpZ25hdHVyZQ'

/** The service that takes the artifacts of a running job, and the store behind it, both on loopback. */
export async function fakeResults({
  runId = 1,
  names = [],
  faults = [],
}: FakeResultsOptions = {}): Promise<FakeResults> {
  const requests: GitHubRequest[] = []
  const storeRequests: GitHubRequest[] = []
  const created = new Map<string, string>(names.map((name) => [name, '']))
  const blobs = new Map<string, Buffer>()
  const uploaded: UploadedFile[] = []
  const artifacts: FakeArtifact[] = []
  const token = tokenOf(`Actions.ExampleScope Actions.Results:${RUN}:${JOB}`)

  const faultFor = faultPlan(faults)
  const storing = serveWith(storeRequests, faultFor, answerStore)
  const store = await listen(createServer((incoming, response) => void storing(incoming, response)))
  const serving = serveWith(requests, faultFor, answerService)
  const service = await listen(createServer((incoming, response) => void serving(incoming, response)))
  const close = async (): Promise<void> => {
    await Promise.all([service.close(), store.close()])
  }
  const env = { ACTIONS_RUNTIME_TOKEN: token, ACTIONS_RESULTS_URL: `${service.url}/` }
  return { env, requests, storeRequests, uploaded, artifacts, signature: SIGNATURE, close }

  function answerService({ method, path, headers, body }: GitHubRequest): GitHubAnswer {
    if (headers.authorization !== `Bearer ${token}`) return twirp(401, 'unauthenticated', 'bad token')
    const fields = fieldsOf(body)
    if (fields['workflow_run_backend_id'] !== RUN || fields['workflow_job_run_backend_id'] !== JOB)
      return twirp(400, 'invalid_argument', 'not the ids of the token')
    if (`${method} ${path}` === `${SERVICE}/CreateArtifact`) return create(fields)
    if (`${method} ${path}` === `${SERVICE}/FinalizeArtifact`) return finalize(fields)
    return twirp(404, 'bad_route', 'no such method')
  }

  function create({ name, version, expires_at: expires }: Fields): GitHubAnswer {
    if (typeof name !== 'string' || !/^[^"\\:<>|*?\r\n/]+$/.test(name)) return twirp(400, 'invalid_argument', 'name')
    if (version !== 4 && version !== 7) return twirp(400, 'invalid_argument', 'version')
    if (typeof expires !== 'string' || Number.isNaN(Date.parse(expires)))
      return twirp(400, 'invalid_argument', 'expires_at')
    if (created.has(name))
      return twirp(409, 'already_exists', 'an artifact with this name already exists on the workflow run')
    created.set(name, expires)
    return { status: 200, body: { ok: true, signed_upload_url: `${store.url}/blobs/${name}?sv=2025&sig=${SIGNATURE}` } }
  }

  /** An Azure block blob: one PUT, signed in its address, and no token of anybody. */
  function answerStore({ method, path, query, headers, body }: GitHubRequest): GitHubAnswer {
    const name = /^\/blobs\/(.+)$/.exec(path)?.[1]
    if (method !== 'PUT' || name === undefined) return { status: 404, body: '<Error>BlobNotFound</Error>' }
    if (query.get('sig') !== SIGNATURE || headers.authorization !== undefined)
      return { status: 403, body: '<Error>AuthenticationFailed</Error>' }
    if (headers['x-ms-blob-type'] !== 'BlockBlob' || !Buffer.isBuffer(body))
      return { status: 400, body: '<Error>MissingRequiredHeader</Error>' }
    blobs.set(decodeURIComponent(name), body)
    return { status: 201, body: '' }
  }

  function finalize({ name, size, hash }: Fields): GitHubAnswer {
    const archive = blobs.get(String(name))
    if (archive === undefined) return twirp(404, 'not_found', 'no blob')
    if (size !== String(archive.length)) return twirp(400, 'invalid_argument', 'size')
    if (hash !== `sha256:${createHash('sha256').update(archive).digest('hex')}`)
      return twirp(400, 'invalid_argument', 'hash')
    uploaded.push({ name: String(name), archive, expiresAt: created.get(String(name)) ?? '' })
    artifacts.push({ id: artifacts.length + 1, name: String(name), runId, archive })
    return { status: 200, body: { ok: true, artifact_id: String(artifacts.length) } }
  }
}

const twirp = (status: number, code: string, msg: string): GitHubAnswer => ({ status, body: { code, msg } })

/** As the runner's own: a JSON web token, whose signature nobody here checks. */
function tokenOf(scp: string): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  return `${part({ alg: 'RS256' })}.${part({ scp, iss: 'https://token.example' })}.c2lnbmVk`
}
