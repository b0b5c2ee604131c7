import type { GitHub } from './client.ts'

export interface StickyComment {
  readonly github: GitHub
  /** The number. */
  readonly pullRequest: number
  /** An HTML comment; `body` begins with it, and so does the comment that is looked for. */
  readonly marker: string
  /** At most 65 536 characters. */
  readonly body: string
  /** The commit that the body speaks of: nothing is written once the pull request has another head. */
  readonly headSha?: string
}

export type CommentResult =
  | { readonly kind: 'created' | 'updated' | 'unchanged'; readonly url: string }
  /** The token may not write, as on a pull request from a fork. A notice, never a red build. */
  | { readonly kind: 'not-allowed'; readonly why: string }
  /** The pull request has moved on, or is closed. */
  | { readonly kind: 'outdated'; readonly why: string }
  /** GitHub could not be asked, or said something else. */
  | { readonly kind: 'failed'; readonly why: string }

/** Writes the one comment of that marker, or edits the one that this token's own identity wrote. Never throws for what GitHub does. */
export async function upsertComment(_comment: StickyComment): Promise<CommentResult> {
  throw new Error('not built yet')
}
