import type { DiffFile } from '@hardgate/coverage'
import { baseOf, FETCH_ALL, sameCommit } from './patch-base.ts'
import type { PatchPlan } from './patch-plan.ts'
import { GitProblem, type Repository } from './repository.ts'

export { type PatchEvent, type PatchPlan, planPatch } from './patch-plan.ts'

/** `why`: one sentence; `fix`: one thing to do. They may hold text from outside. */
export type Patch =
  | { readonly kind: 'patch'; readonly base: string; readonly head: string; readonly files: readonly DiffFile[] }
  | { readonly kind: 'unknown'; readonly why: string; readonly fix: string }

/** The lines that the event's change wrote, by git alone. Never an empty patch where the base is not known. */
export async function findPatch(repository: Repository, plan: PatchPlan): Promise<Patch> {
  const head = repository.head.sha
  try {
    const found = await baseOf(repository, plan)
    if (found.kind === 'unknown') return found
    if (found.sha === head) return sameCommit(head)
    return { kind: 'patch', base: found.sha, head, files: await repository.diff(found.sha) }
  } catch (error) {
    if (error instanceof GitProblem) return { kind: 'unknown', why: error.message, fix: FETCH_ALL }
    throw error
  }
}
