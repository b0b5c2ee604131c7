import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { answerOf, type Git, GitProblem, lineOf } from './git.ts'

export interface Commit {
  readonly sha: string
  /** As the commit itself names them, also where a shallow clone does not have them. */
  readonly parents: readonly string[]
  readonly committedAtMs: number
}

/** Text from outside reaches git as a commit in this form alone. */
export const isHash = (text: string): boolean => /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text)

/** undefined: there is no commit yet. */
export async function headCommit(git: Git): Promise<Commit | undefined> {
  const answer = (await answerOf(git, ['cat-file', '--batch'], { input: 'HEAD\n' })).toString('latin1')
  const [, sha] = /^([0-9a-f]{40,64}) commit \d+\n/.exec(answer) ?? []
  return sha === undefined ? undefined : parseCommit(sha, answer.slice(answer.indexOf('\n') + 1))
}

function parseCommit(sha: string, content: string): Commit {
  const header = content.slice(0, content.indexOf('\n\n'))
  const seconds = /^committer .*> (-?\d+) [+-]\d+$/m.exec(header)?.[1]
  if (seconds === undefined) throw new GitProblem(`commit ${sha} has no committer date`)
  const parents = [...header.matchAll(/^parent ([0-9a-f]+)$/gm)].map(([, parent = '']) => parent)
  return { sha, parents, committedAtMs: Number(seconds) * 1000 }
}

export async function hasCommit(git: Git, sha: string): Promise<boolean> {
  return isHash(sha) && (await git(['cat-file', '-e', `${sha}^{commit}`])).exitCode === 0
}

export async function resolveCommit(git: Git, revision: string): Promise<string | undefined> {
  const sha = await lineOf(git, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`])
  return sha !== undefined && isHash(sha) ? sha : undefined
}

export async function isAncestor(git: Git, ancestor: string, descendant: string): Promise<boolean | undefined> {
  if (!(await hasCommit(git, ancestor)) || !(await hasCommit(git, descendant))) return undefined
  if ((await git(['merge-base', '--is-ancestor', ancestor, descendant])).exitCode === 0) return true
  return (await reaches(git, [descendant], [ancestor])) ? false : undefined
}

export async function distance(git: Git, ancestor: string, descendant: string): Promise<number | undefined> {
  if ((await isAncestor(git, ancestor, descendant)) !== true) return undefined
  if (!(await reaches(git, [descendant], [ancestor]))) return undefined
  return Number((await answerOf(git, ['rev-list', '--count', descendant, `^${ancestor}`])).toString('utf8'))
}

/**
 * Whether all commits of `tips` that are not of `bases` are here. In a shallow clone a commit at the edge looks as if
 * it had no parents, and whatever lies behind it may change an answer.
 */
export async function reaches(git: Git, tips: readonly string[], bases: readonly string[]): Promise<boolean> {
  const edge = await edgeOf(git)
  if (edge.size === 0) return true
  const walked = await answerOf(git, ['rev-list', ...tips, ...bases.map((base) => `^${base}`)])
  return !walked
    .toString('latin1')
    .split('\n')
    .some((sha) => edge.has(sha))
}

export async function isShallow(git: Git): Promise<boolean> {
  return (await edgeOf(git)).size > 0
}

/** The commits whose parents a shallow clone leaves out. */
async function edgeOf(git: Git): Promise<ReadonlySet<string>> {
  const path = await lineOf(git, ['rev-parse', '--git-path', 'shallow'])
  const root = await lineOf(git, ['rev-parse', '--show-toplevel'])
  if (path === undefined || root === undefined)
    throw new GitProblem('git does not say where its shallow commits are listed')
  const text = await readFile(resolve(root, path), 'latin1').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return ''
    throw error
  })
  return new Set(text.split('\n').filter((line) => line !== ''))
}
