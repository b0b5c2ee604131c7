import { type Frame, githubContext, UserError } from '@hardgate/action'
import type { JobPart, RunnerPart, RunPart, VcsPart } from './build-event.ts'
import { eventText, note } from './event-text.ts'
import { type Ids, idsOf, idsOfRun, jobStandIn } from './ids.ts'
import { numberAt, textAt, valueAt } from './json-path.ts'
import { readMatrix, taskOf } from './task.ts'
import type { Told } from './told.ts'

type Environment = Readonly<Record<string, string | undefined>>

export interface Given {
  readonly env: Environment
  /** The JSON of GITHUB_EVENT_PATH; undefined: it could not be read. */
  readonly payload: unknown
  readonly jobId: string
  readonly matrix: string
  /** The input; empty: from the job and its matrix. */
  readonly task: string
}

export interface Identity {
  readonly run: RunPart
  readonly job: JobPart
  readonly vcs: VcsPart
  readonly runner: RunnerPart
  /** What the ids are made of: the job's id, or its stand-in. */
  readonly jobKey: string
  /** What was measured may come from outside the repository: a pull request that is not known to be its own. */
  readonly isForeign: boolean
  readonly isDependabot: boolean
  readonly notes: readonly string[]
}

/** Git's own name for "no commit". The schema demands a revision, and the merge commit of a pull request is none. */
export const NO_REVISION = '0'.repeat(40)

/** The same from the frame. Throws where this is no job of GitHub Actions: there is nothing to report then. */
export function identify({ env }: Frame, told: Pick<Told, 'job-id' | 'matrix' | 'task'>): Identity {
  const payload = githubContext(env).event()
  const identity = readIdentity({ env, payload, jobId: told['job-id'], matrix: told.matrix, task: told.task })
  if (identity !== undefined) return identity
  throw new UserError(
    'GITHUB_RUN_ID and GITHUB_REPOSITORY are not set: this is no job of GitHub Actions, so there is nothing to report.',
  )
}

/** The ids of the event of this job. */
export function jobIds({ run, jobKey }: Identity, buildId: string): Ids {
  return idsOf({ runId: run.id, attempt: run.attempt }, jobKey, buildId)
}

/** The ids of the event of its whole run. */
export function runIds({ run }: Pick<Identity, 'run'>, buildId: string): Ids {
  return idsOfRun({ runId: run.id, attempt: run.attempt }, buildId)
}

/** Who ran where, as far as the runner tells it without the API; undefined: this is no job of GitHub Actions. */
export function readIdentity(given: Given): Identity | undefined {
  const { env } = given
  const id = env['GITHUB_RUN_ID'] ?? ''
  const repository = env['GITHUB_REPOSITORY'] ?? ''
  if (!isInt64(id) || repository === '') return undefined
  const urls = { repository: `${env['GITHUB_SERVER_URL'] || 'https://github.com'}/${repository}` }
  const run = `${urls.repository}/actions/runs/${id}`
  const job = readJob(given, run)
  const vcs = readVcs(given, repository, urls.repository)
  return {
    run: readRun(given, id, run),
    job: job.part,
    vcs: vcs.part,
    runner: readRunner(env),
    jobKey: job.key,
    isForeign: vcs.part.ref_class === 'pr' && vcs.part.fork !== false,
    isDependabot: env['GITHUB_ACTOR'] === 'dependabot[bot]',
    notes: [...job.notes, ...vcs.notes],
  }
}

function readRun({ env }: Given, id: string, url: string): RunPart {
  const path = /^[^/]+\/[^/]+\/(.+?)(?:@.*)?$/.exec(env['GITHUB_WORKFLOW_REF'] ?? '')?.[1]
  const event = env['GITHUB_EVENT_NAME'] ?? ''
  return {
    id,
    attempt: positive(env['GITHUB_RUN_ATTEMPT']) ?? 1,
    ...present('number', positive(env['GITHUB_RUN_NUMBER'])),
    ...presentUrl(url),
    workflow: eventText(env['GITHUB_WORKFLOW'] ?? ''),
    ...presentText('workflow_path', path),
    event: /^[a-z_]{1,50}$/.test(event) ? event : 'unknown',
    ...presentText('actor', env['GITHUB_TRIGGERING_ACTOR'] || env['GITHUB_ACTOR']),
  }
}

function readJob({ env, jobId, matrix, task }: Given, run: string) {
  const key = eventText(env['GITHUB_JOB'] ?? '')
  const id = isInt64(jobId.trim()) ? jobId.trim() : undefined
  const read = readMatrix(matrix)
  const part: JobPart = {
    ...present('id', id),
    key,
    task: eventText(task) || taskOf(key, read),
    ...(id === undefined ? {} : presentUrl(`${run}/job/${id}`)),
    ...(Object.keys(read.values).length === 0 ? {} : { matrix: read.values }),
  }
  const notes = [...read.notes, ...(id === undefined ? [note('job-id-unknown')] : [])]
  return { part, key: id ?? jobStandIn(key, read.json), notes }
}

function readVcs({ env, payload }: Given, repository: string, url: string) {
  const isPull = (env['GITHUB_EVENT_NAME'] ?? '').startsWith('pull_request')
  const place = isPull ? pullPlace(env, payload, repository) : branchPlace(env, payload)
  const revision = isPull ? textAt(payload, 'pull_request', 'head', 'sha') : env['GITHUB_SHA']
  const isKnown = /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(revision ?? '')
  const part: VcsPart = {
    repository: eventText(repository),
    repository_url: url,
    ...place,
    revision: isKnown && revision !== undefined ? revision : NO_REVISION,
  }
  return { part, notes: isKnown ? [] : [note('revision-unknown')] }
}

type Place = Omit<VcsPart, 'repository' | 'repository_url' | 'revision'>

// GITHUB_REF_NAME of a pull request is `123/merge` and GITHUB_SHA a merge commit that nobody pushed.
function pullPlace(env: Environment, payload: unknown, repository: string): Place {
  const change = numberAt(payload, 'pull_request', 'number')
  const isHeadKnown = valueAt(payload, 'pull_request', 'head') !== undefined
  // a fork that was deleted since has no repository any more
  const head = textAt(payload, 'pull_request', 'head', 'repo', 'full_name')
  return {
    ...presentText('ref_name', textAt(payload, 'pull_request', 'head', 'ref') ?? env['GITHUB_HEAD_REF']),
    ref_type: 'branch',
    ref_class: 'pr',
    ...presentText('base_ref_name', textAt(payload, 'pull_request', 'base', 'ref') ?? env['GITHUB_BASE_REF']),
    ...(change === undefined || !isInt64(String(change)) ? {} : { change_id: String(change) }),
    ...(isHeadKnown ? { fork: head?.toLowerCase() !== repository.toLowerCase() } : {}),
  }
}

function branchPlace(env: Environment, payload: unknown): Place {
  const type = env['GITHUB_REF_TYPE']
  const name = env['GITHUB_REF_NAME'] ?? ''
  const isDefault = type === 'branch' && name !== '' && name === textAt(payload, 'repository', 'default_branch')
  return {
    ...presentText('ref_name', name),
    ...(type === 'branch' || type === 'tag' ? { ref_type: type } : {}),
    ref_class: type === 'tag' ? 'tag' : isDefault ? 'default' : 'other',
  }
}

function readRunner(env: Environment): RunnerPart {
  const place = env['RUNNER_ENVIRONMENT']
  return {
    ...presentText('name', env['RUNNER_NAME']),
    ...presentText('os', env['RUNNER_OS']),
    ...presentText('arch', env['RUNNER_ARCH']),
    ...(place === 'github-hosted' || place === 'self-hosted' ? { environment: place } : {}),
  }
}

/** As an id of GitHub is written. */
export const isInt64 = (text: string): boolean => /^[1-9][0-9]{0,18}$/.test(text)

function positive(text = ''): number | undefined {
  return /^[1-9][0-9]{0,14}$/.test(text) ? Number(text) : undefined
}

/** The member, where there is a value. */
export function present<K extends string, V>(key: K, value: V | undefined): Partial<Record<K, V>> {
  if (value === undefined) return {}
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a computed key widens to string
  return { [key]: value } as Record<K, V>
}

/** The same of a text, made plain; an empty one is none. */
export function presentText<K extends string>(key: K, text: string | undefined): Partial<Record<K, string>> {
  const plain = eventText(text ?? '')
  return present(key, plain === '' ? undefined : plain)
}

/** The same of an address that an event may hold. */
export function presentUrl(url: string): { readonly url?: string } {
  return /^https?:\/\/[^\s?#@]+$/.test(url) && url.length <= 500 ? { url } : {}
}
