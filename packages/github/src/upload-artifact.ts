import { GitHubError } from './errors.ts'
import { type Fields, textOf } from './json.ts'
import { callService, type ResultsService, refusal, type ServiceWorld, sendWithin } from './results-service.ts'
import { type NewZipFile, writeZip } from './write-zip.ts'

export interface NewArtifact {
  /** Unique in its run. */
  readonly name: string
  readonly files: readonly NewZipFile[]
  readonly retentionDays: number
}

export interface UploadWorld extends ServiceWorld {
  /** Told of each secret before anything that might hold it. */
  readonly mask: (secret: string) => void
}

export interface UploadedArtifact {
  /** undefined: the service did not tell. */
  readonly id: number | undefined
}

/** What the service calls the archives of upload-artifact v4. */
const VERSION = 4
const DAY_MS = 86_400_000
/** No signature is so short, and what is masked is hidden wherever it stands. */
const SHORTEST_SIGNED = 16

/**
 * Makes an artifact of the running job. It needs no permission of a workflow: the runner's own token is for this.
 * Throws a `GitHubError`, whose `status` is 409 where the run has an artifact of that name.
 */
export async function uploadArtifact(
  service: ResultsService,
  { name, files, retentionDays }: NewArtifact,
  world: UploadWorld,
): Promise<UploadedArtifact> {
  const purpose = `Uploading the artifact "${name}"`
  world.mask(service.token)
  const archive = writeZip(files)
  const about = { workflow_run_backend_id: service.runId, workflow_job_run_backend_id: service.jobId, name }
  const expires = new Date(world.clock.now().getTime() + retentionDays * DAY_MS).toISOString()
  const create = { ...about, version: VERSION, expires_at: expires }
  const created = await callService(service, { purpose, method: 'CreateArtifact', body: create }, world)
  await store(uploadUrlOf(created, service, purpose), archive, purpose, world)
  // a 64-bit number is text in the JSON of protocol buffers, and a wrapped text is text
  const finish = { ...about, size: String(archive.length), hash: `sha256:${sha256(archive)}` }
  const finished = await callService(service, { purpose, method: 'FinalizeArtifact', body: finish }, world)
  return { id: idOf(finished['artifact_id'] ?? finished['artifactId']) }
}

/** Both spellings are JSON of protocol buffers. */
function uploadUrlOf(created: Fields, { origin }: ResultsService, purpose: string): string {
  const url = textOf(created['signed_upload_url'] ?? created['signedUploadUrl'])
  const protocol = URL.canParse(url) ? new URL(url).protocol : ''
  // what goes by plain http can be read by anybody
  if (protocol === 'https:' || (protocol === 'http:' && origin.startsWith('http:'))) return url
  throw new GitHubError({ kind: 'unreadable', message: `${purpose}: the service names no https address for it` })
}

/** One block blob of a store of another owner: its signature is in the address, and no token of ours goes there. */
async function store(url: string, archive: Buffer, purpose: string, world: UploadWorld): Promise<void> {
  world.mask(url)
  // a part of it alone may be shown where the whole is cut
  const { search } = new URL(url)
  if (search.length > SHORTEST_SIGNED) world.mask(search.slice(1))
  const headers = { 'x-ms-blob-type': 'BlockBlob', 'content-type': 'application/zip' }
  const exchange = await sendWithin(world, { url, method: 'PUT', headers, body: archive })
  if (!exchange.ok || exchange.status !== 201) throw refusal(exchange, purpose)
}

const sha256 = (bytes: Buffer): string =>
  process.getBuiltinModule('node:crypto').createHash('sha256').update(bytes).digest('hex')

function idOf(value: unknown): number | undefined {
  const id = typeof value === 'string' && /^[1-9][0-9]*$/.test(value) ? Number(value) : value
  return typeof id === 'number' && Number.isSafeInteger(id) && id > 0 ? id : undefined
}
