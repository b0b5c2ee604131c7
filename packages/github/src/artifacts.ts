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

/** One that was found by the beginning of its name. */
export interface NamedArtifact extends Artifact {
  readonly name: string
  /** ISO 8601; empty: GitHub does not tell. */
  readonly createdAt: string
}

const PER_PAGE = 100
// the listing knows no filter by a part of the name, so that all artifacts have to be walked through
const MAX_PAGES = 100

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

/**
 * All artifacts whose name begins so, of one run or of the whole repository, oldest first. `since` ends the listing of a
 * repository, which is newest first, at the first page on which all are older. Throws a `GitHubError`.
 */
export async function listArtifactsByPrefix(
  github: GitHub,
  { prefix, runId, since }: { readonly prefix: string; readonly runId?: number; readonly since?: Date },
): Promise<readonly NamedArtifact[]> {
  const purpose = `Listing the artifacts "${prefix}…"`
  const path = runId === undefined ? '/actions/artifacts' : `/actions/runs/${runId}/artifacts`
  // pages shift while artifacts come and go, so one may be met twice
  const found = new Map<number, NamedArtifact>()
  for (let page = 1; page <= MAX_PAGES; page += 1) {
    const query = { per_page: String(PER_PAGE), page: String(page) }
    const { data } = await github.call({ purpose, method: 'GET', path, query })
    const { total_count: total, artifacts } = fieldsOf(data)
    const count = idOf(total)
    if (count === undefined || !Array.isArray(artifacts)) throw unreadable(purpose)
    const listed = artifacts.map(fieldsOf)
    for (const one of listed.filter((fields) => textOf(fields['name']).startsWith(prefix))) {
      const named = { ...artifactOf(one, purpose), name: textOf(one['name']), createdAt: textOf(one['created_at']) }
      found.set(named.id, named)
    }
    if (listed.length === 0 || page * PER_PAGE >= count || areAllBefore(listed, since)) break
  }
  return [...found.values()].toSorted((a, b) => a.id - b.id)
}

function areAllBefore(listed: readonly Fields[], since: Date | undefined): boolean {
  if (since === undefined) return false
  return listed.every((one) => Date.parse(textOf(one['created_at'])) < since.getTime())
}

/** Needs `actions: write`. Throws a `GitHubError`; one that is gone already is no error. */
export async function deleteArtifact(github: GitHub, id: number): Promise<void> {
  try {
    await github.call({
      purpose: `Deleting artifact ${id}`,
      method: 'DELETE',
      path: `/actions/artifacts/${id}`,
    })
  } catch (error) {
    if (!(error instanceof GitHubError && error.status === 404)) throw error
  }
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
