import { type Frame, githubContext, UserError } from '@hardgate/action'
import type { RunPart, VcsPart } from './build-event.ts'
import { eventText, note } from './event-text.ts'
import { isInt64, NO_REVISION, present, presentText, presentUrl } from './identity.ts'
import { numberAt, textAt, valueAt } from './json-path.ts'

/** The run that another workflow has ended, as GitHub told of it when it started this one. */
export interface EndedRun {
  readonly run: RunPart
  readonly vcs: VcsPart
  /** GitHub's word. */
  readonly conclusion: string
  /** Of this attempt, as GitHub wrote it. */
  readonly startedAt: string
  /** Near the end of it; moves later. */
  readonly updatedAt: string
  /** Code from outside the repository may have run in it. */
  readonly isForeign: boolean
  readonly notes: readonly string[]
}

/** Throws where no `workflow_run` started this workflow, or the run is not over. */
export function readEndedRun({ env }: Pick<Frame, 'env'>): EndedRun {
  const payload = githubContext(env).event()
  const run = valueAt(payload, 'workflow_run')
  const part = runPart(run, payload)
  if (env['GITHUB_EVENT_NAME'] !== 'workflow_run' || part === undefined)
    throw new UserError(
      'mode: "run" reports the run that started this workflow. Use it in a workflow with `on: workflow_run`, `types: [completed]`.',
    )
  if (textAt(run, 'status') !== 'completed')
    throw new UserError(
      `mode: "run" reports a run that is over, and run ${part.id} is not. Give \`on: workflow_run\` the \`types: [completed]\`.`,
    )
  const { vcs, notes, isForeign } = vcsOf(run, payload, env)
  return {
    run: part,
    vcs,
    conclusion: textAt(run, 'conclusion') ?? '',
    startedAt: textAt(run, 'run_started_at') ?? '',
    updatedAt: textAt(run, 'updated_at') ?? '',
    isForeign,
    notes,
  }
}

function runPart(run: unknown, payload: unknown): RunPart | undefined {
  const url = textAt(run, 'html_url') ?? ''
  const number = numberAt(run, 'id')
  // a number that JSON cannot carry exactly is still exact in the address
  const id = Number.isSafeInteger(number) ? String(number) : (/\/runs\/(\d+)$/.exec(url)?.[1] ?? '')
  if (!isInt64(id)) return undefined
  const event = textAt(run, 'event') ?? ''
  const runNumber = numberAt(run, 'run_number')
  return {
    id,
    attempt: positive(numberAt(run, 'run_attempt')) ?? 1,
    ...present('number', positive(runNumber)),
    ...presentUrl(url),
    workflow: eventText(textAt(payload, 'workflow', 'name') ?? textAt(run, 'name') ?? ''),
    ...presentText('workflow_path', (textAt(run, 'path') ?? '').replace(/@.*$/, '')),
    event: /^[a-z_]{1,50}$/.test(event) ? event : 'unknown',
    ...presentText('actor', textAt(run, 'triggering_actor', 'login') ?? textAt(run, 'actor', 'login')),
  }
}

const positive = (number: number | undefined): number | undefined =>
  number !== undefined && Number.isSafeInteger(number) && number >= 1 ? number : undefined

function vcsOf(run: unknown, payload: unknown, env: Frame['env']) {
  const repository = textAt(payload, 'repository', 'full_name') ?? env['GITHUB_REPOSITORY'] ?? ''
  const head = textAt(run, 'head_repository', 'full_name')
  const sha = textAt(run, 'head_sha') ?? ''
  const isKnown = /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(sha)
  const isPull = (textAt(run, 'event') ?? '').startsWith('pull_request')
  const isFork = head?.toLowerCase() !== repository.toLowerCase()
  const branch = textAt(run, 'head_branch') ?? ''
  const vcs: VcsPart = {
    repository: eventText(repository),
    repository_url: `${env['GITHUB_SERVER_URL'] || 'https://github.com'}/${repository}`,
    ...presentText('ref_name', branch),
    ...(isPull ? pullPlace(run, isFork) : branchPlace(textAt(run, 'event') ?? '', branch, payload)),
    revision: isKnown ? sha : NO_REVISION,
  }
  return { vcs, isForeign: isFork, notes: isKnown ? [] : [note('revision-unknown')] }
}

type Place = Pick<VcsPart, 'ref_type' | 'ref_class' | 'base_ref_name' | 'change_id' | 'fork'>

/** Of a fork the pull request is often not named; of several with one head none is the one. */
function pullPlace(run: unknown, fork: boolean): Place {
  const listed = valueAt(run, 'pull_requests')
  const pulls: readonly unknown[] = Array.isArray(listed) ? listed : []
  const only = pulls.length === 1 ? pulls[0] : undefined
  const number = positive(numberAt(only, 'number'))
  return {
    ref_type: 'branch',
    ref_class: 'pr',
    ...presentText('base_ref_name', textAt(only, 'base', 'ref')),
    ...(number === undefined ? {} : { change_id: String(number) }),
    fork,
  }
}

/** A tag that was pushed stands where a branch would, and nothing tells the two apart; a release has a tag. */
function branchPlace(event: string, branch: string, payload: unknown): Place {
  if (event === 'release') return { ref_type: 'tag', ref_class: 'tag' }
  const isDefault = branch !== '' && branch === textAt(payload, 'repository', 'default_branch')
  return isDefault ? { ref_type: 'branch', ref_class: 'default' } : { ref_class: 'other' }
}
