import type { DiffFile } from '@hardgate/coverage'
import type { Repository } from './repository.ts'

/** `why`: one sentence; `fix`: one thing to do. They may hold text from outside. */
export type Patch =
  | { readonly kind: 'patch'; readonly base: string; readonly head: string; readonly files: readonly DiffFile[] }
  | { readonly kind: 'unknown'; readonly why: string; readonly fix: string }

/** GITHUB_EVENT_NAME and the event's payload. */
export interface PatchEvent {
  readonly name: string
  readonly payload: Readonly<Record<string, unknown>> | undefined
}

/** What the event says to compare with. A UserError where it says nothing: call it before anything is read. */
export function planPatch(_event: PatchEvent, _patchBase: string): PatchPlan {
  throw new Error('not written yet')
}

export type PatchPlan =
  | { readonly kind: 'named'; readonly revision: string }
  | { readonly kind: 'pull-request'; readonly headSha: string; readonly baseSha: string; readonly baseRef: string }
  | { readonly kind: 'commit'; readonly sha: string }
  | { readonly kind: 'branch'; readonly name: string }

/** The lines that the event's change wrote, by git alone. Never an empty patch where the base is not known. */
export async function findPatch(_repository: Repository, _plan: PatchPlan): Promise<Patch> {
  throw new Error('not written yet')
}
