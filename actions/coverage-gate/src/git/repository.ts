import { existsSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import { UserError } from '@hardgate/action'
import type { DiffFile, RepositoryFile } from '@hardgate/coverage'
import { readDiff } from './diff.ts'
import { type Git, GitProblem, type GitWorld, gitIn, lastWords } from './git.ts'
import { type Commit, distance, hasCommit, headCommit, isAncestor, resolveCommit } from './history.ts'
import { type MergeBase, mergeBase } from './merge-base.ts'
import { type BranchTip, branchTip, obtain } from './remote.ts'
import { generated, trackedFiles } from './tracked.ts'

export { GitProblem, type GitWorld } from './git.ts'
export type { Commit } from './history.ts'

/** The checkout in the workspace. Methods throw a GitProblem where git cannot answer. */
export interface Repository {
  readonly head: Commit
  /** All that git tracks, without submodules. */
  trackedFiles(): Promise<readonly RepositoryFile[]>
  /** Which of these are `linguist-generated` by the tracked .gitattributes. */
  generated(paths: readonly string[]): Promise<ReadonlySet<string>>
  hasCommit(sha: string): Promise<boolean>
  /** The full hash of a revision as a person writes it; undefined where it is no commit here. */
  resolve(revision: string): Promise<string | undefined>
  /** Fetches that one commit where it is missing. undefined: it is there; else why it could not be had. */
  obtain(sha: string): Promise<string | undefined>
  /** Where a branch or tag of `origin` points: as last fetched, else as the remote says now. */
  branchTip(name: string): Promise<BranchTip>
  /** The best common ancestor of HEAD and all of `others`, fetching history until it is certain. */
  mergeBase(others: readonly string[]): Promise<MergeBase>
  /** From `base` to HEAD, or to `head`. */
  diff(base: string, head?: string): Promise<readonly DiffFile[]>
  /** undefined: the history here does not reach far enough to tell. */
  isAncestor(ancestor: string, descendant: string): Promise<boolean | undefined>
  /** How many commits `descendant` is ahead; undefined as above. */
  distance(ancestor: string, descendant: string): Promise<number | undefined>
}

/**
 * undefined: the workspace is no git checkout, or has no commit yet. A UserError where there is one that git cannot
 * read: that must not look like a folder without history.
 */
export async function openRepository(world: GitWorld): Promise<Repository | undefined> {
  if (!existsSync(join(world.workspace, '.git'))) return undefined
  const git = gitIn({ ...world, workspace: realpathSync(world.workspace) })
  await checkAccess(git, world.workspace)
  const head = await headCommit(git)
  return head === undefined ? undefined : repositoryAt(git, head)
}

function repositoryAt(git: Git, head: Commit): Repository {
  return {
    head,
    trackedFiles: () => trackedFiles(git),
    generated: (paths) => generated(git, paths),
    hasCommit: (sha) => hasCommit(git, sha),
    resolve: (revision) => resolveCommit(git, revision),
    obtain: (sha) => obtain(git, sha),
    branchTip: (name) => branchTip(git, name),
    mergeBase: (others) => mergeBase(git, head.sha, others),
    diff: (base, to = head.sha) => readDiff(git, base, to),
    isAncestor: (ancestor, descendant) => isAncestor(git, ancestor, descendant),
    distance: (ancestor, descendant) => distance(git, ancestor, descendant),
  }
}

async function checkAccess(git: Git, workspace: string): Promise<void> {
  const end = await git(['rev-parse', '--is-inside-work-tree']).catch((error: unknown) => {
    throw error instanceof GitProblem
      ? error
      : new UserError(
          `${messageOf(error)}. ${workspace} is a git checkout, and only git can say what this change wrote.`,
        )
  })
  if (end.exitCode === 0 && end.stdout.toString('utf8').trim() === 'true') return
  throw new UserError(
    end.stderr.includes('dubious ownership')
      ? foreignOwner(workspace)
      : `git cannot read the checkout in ${workspace}: ${lastWords(end)}`,
  )
}

// Since git 2.35.2. In a container the checkout usually belongs to another user than the one who runs the step.
const foreignOwner = (workspace: string): string =>
  `git does not read ${workspace}, because it belongs to another user. Before this step, run: git config --global --add safe.directory ${JSON.stringify(workspace)}`

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
