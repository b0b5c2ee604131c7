import { UserError } from '@hardgate/action'
import type { PatchPlan } from './patch-plan.ts'
import type { Repository } from './repository.ts'

export type FoundBase = { readonly kind: 'base'; readonly sha: string } | UnknownBase

export interface UnknownBase {
  readonly kind: 'unknown'
  readonly why: string
  readonly fix: string
}

export const FETCH_ALL =
  'Check out with fetch-depth: 0, or keep the credentials of the checkout, so that this step can fetch the one commit that is missing.'
const FORCED = 'A forced push may have removed it for good: then set patch-base.'
const NAME_IT = 'Check out the commit that the event is about, or set patch-base.'

/** The commit that HEAD is compared with, fetched where it is missing. */
export async function baseOf(repository: Repository, plan: PatchPlan): Promise<FoundBase> {
  if (plan.kind === 'named') return namedBase(repository, plan.revision)
  if (plan.kind === 'pull-request') return pullRequestBase(repository, plan)
  if (plan.kind === 'new-branch') return newBranchBase(repository, plan.defaultBranch)
  if (plan.kind === 'merge-group') return had(repository, plan.sha, 'the base of the merge group', FETCH_ALL)
  return had(repository, plan.before, 'the commit before this push', `${FETCH_ALL} ${FORCED}`)
}

async function had(repository: Repository, sha: string, name: string, fix: string): Promise<FoundBase> {
  const problem = await repository.obtain(sha)
  if (problem === undefined) return { kind: 'base', sha }
  return {
    kind: 'unknown',
    why: `${name}, ${short(sha)}, is not in this clone and could not be fetched: ${problem}.`,
    fix,
  }
}

type PullRequest = Extract<PatchPlan, { readonly kind: 'pull-request' }>

async function pullRequestBase(repository: Repository, plan: PullRequest): Promise<FoundBase> {
  const { sha, parents } = repository.head
  const [first, second] = parents
  // GitHub's merge: its first parent is the base as it is now, so what the base got since the fork is not in the diff.
  if (first !== undefined && second === plan.headSha)
    return had(repository, first, 'the base of the pull request', FETCH_ALL)
  if (sha === plan.headSha) return forkPoint(repository, plan)
  if (sha === plan.baseSha) {
    return unknown(
      `HEAD, ${short(sha)}, is the base of the pull request, not its change: pull_request_target checks out the base branch.`,
      'Run the tests and this step on the event pull_request.',
    )
  }
  return unknown(
    `HEAD, ${short(sha)}, is neither the head of the pull request, ${short(plan.headSha)}, nor its merge.`,
    NAME_IT,
  )
}

/** The base as the event has it may be old: with the branch as it is now, what was merged from it does not count. */
async function forkPoint(repository: Repository, { baseSha, baseRef }: PullRequest): Promise<FoundBase> {
  const known = await had(repository, baseSha, 'the base of the pull request', FETCH_ALL)
  if (known.kind === 'unknown') return known
  const tip = await repository.branchTip(baseRef)
  const isNewer = tip.kind === 'found' && tip.sha !== baseSha && (await repository.obtain(tip.sha)) === undefined
  const now = isNewer ? await commonBase(repository, [baseSha, tip.sha]) : undefined
  // Once the pull request is merged, the branch holds all of it.
  return now === undefined || (now.kind === 'base' && now.sha === repository.head.sha)
    ? commonBase(repository, [baseSha])
    : now
}

async function newBranchBase(repository: Repository, defaultBranch: string): Promise<FoundBase> {
  const tip = await repository.branchTip(defaultBranch)
  if (tip.kind !== 'found') {
    const why = tip.kind === 'absent' ? 'the remote has no such branch' : tip.why
    return unknown(`this branch is new, and the default branch ${defaultBranch} could not be had: ${why}.`, FETCH_ALL)
  }
  const known = await had(repository, tip.sha, `the default branch ${defaultBranch}`, FETCH_ALL)
  return known.kind === 'unknown' ? known : commonBase(repository, [tip.sha])
}

async function commonBase(repository: Repository, others: readonly string[]): Promise<FoundBase> {
  const found = await repository.mergeBase(others)
  if (found.kind === 'found') return { kind: 'base', sha: found.sha }
  return unknown(`where HEAD left ${others.map(short).join(' and ')} is not known: ${found.why}.`, FETCH_ALL)
}

async function namedBase(repository: Repository, revision: string): Promise<FoundBase> {
  const here = await repository.resolve(revision)
  if (here !== undefined) return { kind: 'base', sha: here }
  if (/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/i.test(revision))
    return had(repository, revision.toLowerCase(), 'patch-base', FETCH_ALL)
  const tip = await repository.branchTip(
    revision.replace(/^(?:refs\/(?:heads|tags)\/|(?:refs\/remotes\/)?origin\/)/, ''),
  )
  if (tip.kind === 'found') return had(repository, tip.sha, `patch-base ${revision}`, FETCH_ALL)
  if (tip.kind === 'unreachable')
    return unknown(
      `patch-base ${JSON.stringify(revision)} is not in this clone, and the remote could not be asked: ${tip.why}.`,
      FETCH_ALL,
    )
  throw new UserError(
    `patch-base: ${JSON.stringify(revision)} is no commit in this clone, and no branch or tag of origin. Write a full hash, a branch or a tag.`,
  )
}

const unknown = (why: string, fix: string): UnknownBase => ({ kind: 'unknown', why, fix })

export const short = (sha: string): string => sha.slice(0, 7)

/** A commit compared with itself: nothing is changed, and so nothing would be judged. */
export function sameCommit(sha: string): UnknownBase {
  return unknown(
    `HEAD is the commit ${short(sha)} that it would be compared with, so this run has no change to judge.`,
    NAME_IT,
  )
}
