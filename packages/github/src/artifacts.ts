import type { GitHub } from './client.ts'
import { GitHubError } from './errors.ts'
import { type Fields, fieldsOf, idOf, textOf } from './json.ts'

export interface Artifact {
  readonly id: number
  readonly isExpired: boolean
  /** Of the archive; undefined: GitHub does not tell. */
  readonly sha256?: string
  /** The run that made it, as GitHub recorded it; undefined: it does not tell. */
  readonly run?: ArtifactRun
}

export interface ArtifactRun {
  readonly id: number
  readonly branch: string
  readonly commit: string
  /** False: of a fork. */
  readonly isOfRepository: boolean
}

export interface ArtifactPage {
  /** Of that very name. Newest first. */
  readonly artifacts: readonly Artifact[]
  /** There is nothing behind this page. */
  readonly isLast: boolean
}

const PER_PAGE = 100

/** One page of the artifacts of that name, of the whole repository or of one run. Pages count from 1. Throws a `GitHubError`. */
export async function listArtifacts(
  github: GitHub,
  { name, runId, page }: { readonly name: string; readonly runId?: number; readonly page: number },
): Promise<ArtifactPage> {
  const purpose = `Listing the artifacts "${name}"`
  const { data } = await github.call({
    purpose,
    method: 'GET',
    path: runId === undefined ? '/actions/artifacts' : `/actions/runs/${runId}/artifacts`,
    query: { name, per_page: String(PER_PAGE), page: String(page) },
  })
  const { total_count: total, artifacts } = fieldsOf(data)
  const count = idOf(total)
  // a list that cannot be read must not look like an empty one
  if (count === undefined || !Array.isArray(artifacts)) throw unreadable(purpose)
  const listed = artifacts.map(fieldsOf)
  // old servers do not know the filter and list all names
  const named = listed.filter((one) => one['name'] === name).map((one) => artifactOf(one, purpose))
  const isLast = (page - 1) * PER_PAGE + listed.length >= count
  if (!isLast && listed.length === 0) throw unreadable(purpose)
  return { artifacts: named.toSorted((a, b) => b.id - a.id), isLast }
}

function artifactOf({ id, expired, digest, workflow_run: run }: Fields, purpose: string): Artifact {
  const known = idOf(id)
  if (known === undefined || typeof expired !== 'boolean') throw unreadable(purpose)
  const sha256 = /^sha256:([0-9a-f]{64})$/.exec(textOf(digest))?.[1]
  const maker = artifactRunOf(fieldsOf(run))
  return {
    id: known,
    isExpired: expired,
    ...(sha256 === undefined ? {} : { sha256 }),
    ...(maker === undefined ? {} : { run: maker }),
  }
}

function artifactRunOf(run: Fields): ArtifactRun | undefined {
  const id = idOf(run['id'])
  const repository = idOf(run['repository_id'])
  if (id === undefined || repository === undefined) return undefined
  return {
    id,
    branch: textOf(run['head_branch']),
    commit: textOf(run['head_sha']),
    isOfRepository: run['head_repository_id'] === repository,
  }
}

/** The archive, which is a zip. Throws a `GitHubError`, also where it is not the one that was uploaded. */
export async function downloadArtifact(
  github: GitHub,
  { id, sha256 }: Artifact,
  { maxBytes }: { readonly maxBytes: number },
): Promise<Buffer> {
  const purpose = `Downloading artifact ${id}`
  const archive = await github.download({ purpose, path: `/actions/artifacts/${id}/zip`, maxBytes })
  const { createHash } = process.getBuiltinModule('node:crypto')
  if (sha256 !== undefined && createHash('sha256').update(archive).digest('hex') !== sha256)
    throw new GitHubError({
      kind: 'unreadable',
      message: `${purpose}: it is not what was uploaded, its SHA-256 is another`,
    })
  return archive
}

const unreadable = (purpose: string): GitHubError =>
  new GitHubError({ kind: 'unreadable', message: `${purpose}: GitHub gave no list of artifacts` })
