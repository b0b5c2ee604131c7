import { type Git, lineOf } from './git.ts'
import { isShallow, reaches } from './history.ts'
import { deepen } from './remote.ts'

export type MergeBase =
  | { readonly kind: 'found'; readonly sha: string }
  | { readonly kind: 'unknown'; readonly why: string }

const STEPS = [50, 500, 'all'] as const

/**
 * The best common ancestor of `head` and all of `others`. In a shallow clone git may name an older one, and the lines
 * of others would count as this change's: history is fetched until no commit at the edge lies between.
 */
export async function mergeBase(git: Git, head: string, others: readonly string[]): Promise<MergeBase> {
  for (const step of STEPS) {
    const sha = await certainBase(git, head, others)
    if (sha !== undefined) return { kind: 'found', sha }
    if (!(await isShallow(git))) return { kind: 'unknown', why: 'the two have no commit in common' }
    const problem = await deepen(git, step, [head, ...others])
    if (problem !== undefined) return { kind: 'unknown', why: problem }
  }
  const sha = await certainBase(git, head, others)
  return sha === undefined ? { kind: 'unknown', why: 'the two have no commit in common' } : { kind: 'found', sha }
}

async function certainBase(git: Git, head: string, others: readonly string[]): Promise<string | undefined> {
  const sha = await lineOf(git, ['merge-base', head, ...others])
  return sha !== undefined && (await reaches(git, [head, ...others], [sha])) ? sha : undefined
}
