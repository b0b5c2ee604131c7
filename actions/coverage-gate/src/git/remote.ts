import { type Git, GitProblem, lastWords, lineOf } from './git.ts'
import { hasCommit, isHash, isShallow } from './history.ts'

// Nothing but objects comes in, asked for by their hash: no tag, no branch, no FETCH_HEAD, no submodule.
const FETCH = ['fetch', '--quiet', '--no-tags', '--no-write-fetch-head', '--no-recurse-submodules', '--no-prune']

/** Fetches one commit where it is missing. undefined: it is there; else why it could not be had. */
export async function obtain(git: Git, sha: string): Promise<string | undefined> {
  if (!isHash(sha)) return 'it is no full hash of a commit'
  if (await hasCommit(git, sha)) return undefined
  // In a whole clone a depth would make it a shallow one, to the harm of later steps.
  const depth = (await isShallow(git)) ? ['--depth=1'] : []
  const problem = await fetch(git, [...depth, 'origin', sha])
  if (problem !== undefined) return problem
  return (await hasCommit(git, sha)) ? undefined : 'the remote answered without it'
}

/** Fetches so many commits more behind the edge of a shallow clone. undefined: done; else why not. */
export function deepen(git: Git, by: number | 'all', tips: readonly string[]): Promise<string | undefined> {
  return fetch(git, [by === 'all' ? '--unshallow' : `--deepen=${by}`, 'origin', ...tips])
}

async function fetch(git: Git, args: readonly string[]): Promise<string | undefined> {
  try {
    const end = await git([...FETCH, ...args], { isOverNetwork: true })
    return end.exitCode === 0 ? undefined : lastWords(end)
  } catch (error) {
    if (error instanceof GitProblem) return error.message
    throw error
  }
}

export type BranchTip =
  | { readonly kind: 'found'; readonly sha: string }
  /** The remote answered, and has no branch or tag of that name. */
  | { readonly kind: 'absent' }
  | { readonly kind: 'unreachable'; readonly why: string }

/** Where a branch or tag of `origin` points: as last fetched, else as the remote says now. */
export async function branchTip(git: Git, name: string): Promise<BranchTip> {
  const tracked = await lineOf(git, ['rev-parse', '--verify', '--quiet', `refs/remotes/origin/${name}^{commit}`])
  if (tracked !== undefined) return { kind: 'found', sha: tracked }
  const wanted = [`refs/heads/${name}`, `refs/tags/${name}^{}`, `refs/tags/${name}`]
  try {
    const end = await git(['ls-remote', '--quiet', 'origin', ...wanted], { isOverNetwork: true })
    if (end.exitCode !== 0) return { kind: 'unreachable', why: lastWords(end) }
    const found = shaOf(end.stdout.toString('utf8'), wanted)
    return found === undefined ? { kind: 'absent' } : { kind: 'found', sha: found }
  } catch (error) {
    if (error instanceof GitProblem) return { kind: 'unreachable', why: error.message }
    throw error
  }
}

/** git takes the names as patterns, so others may be among the answers. */
function shaOf(answer: string, wanted: readonly string[]): string | undefined {
  const byName = new Map(
    answer.split('\n').map((line) => [line.slice(line.indexOf('\t') + 1), line.slice(0, line.indexOf('\t'))]),
  )
  return wanted.map((name) => byName.get(name)).find((sha) => sha !== undefined && isHash(sha))
}
