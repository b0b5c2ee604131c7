import type { GitHub } from './client.ts'
import { GitHubError } from './errors.ts'
import { type IsOwn, ownIdentity } from './identity.ts'
import { type Fields, fieldsOf, idOf, textOf } from './json.ts'
import { readPull } from './pulls.ts'

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
  /** False: only a comment that is there is edited. Default true. */
  readonly mayCreate?: boolean
}

export type CommentResult =
  | { readonly kind: 'created' | 'updated' | 'unchanged'; readonly url: string }
  /** There is none, and none was to be written. */
  | { readonly kind: 'not-there' }
  /** The token may not write, as on a pull request from a fork. A notice, never a red build. */
  | { readonly kind: 'not-allowed'; readonly why: string }
  /** The pull request has moved on, or is closed. */
  | { readonly kind: 'outdated'; readonly why: string }
  /** GitHub could not be asked, or said something else. */
  | { readonly kind: 'failed'; readonly why: string }

/**
 * Writes the one comment of that marker, or edits the one that this token's own identity wrote; somebody else's comment
 * with the same marker is left alone. Never throws for what GitHub does.
 */
export async function upsertComment(sticky: StickyComment): Promise<CommentResult> {
  if (!sticky.body.startsWith(sticky.marker)) throw new Error('the body does not begin with its marker')
  try {
    const why = await reasonNotTo(sticky)
    if (why !== undefined) return { kind: 'outdated', why }
    return await write(sticky, await ownIdentity(sticky.github))
  } catch (error) {
    if (!(error instanceof GitHubError)) throw error
    const isForbidden = error.status === 403 && !error.isRateLimited
    return { kind: isForbidden ? 'not-allowed' : 'failed', why: error.message }
  }
}

async function reasonNotTo({ github, pullRequest, headSha }: StickyComment): Promise<string | undefined> {
  if (headSha === undefined) return undefined
  const { isOpen, headSha: head } = await readPull(github, pullRequest)
  if (!isOpen) return `pull request #${pullRequest} is closed`
  return head === headSha ? undefined : `pull request #${pullRequest} has moved on to ${head.slice(0, 7)}`
}

async function write(sticky: StickyComment, isOwn: IsOwn): Promise<CommentResult> {
  const found = await ownComments(sticky, isOwn)
  if (found.length > 0) return keepOldest(sticky, found)
  if (sticky.mayCreate === false) return { kind: 'not-there' }
  const made = await create(sticky)
  // two jobs that both found none have both written one by now, and both keep the older one
  const present = await ownComments(sticky, isOwn)
  if (present.every(({ id }) => id >= made.id)) return { kind: 'created', url: made.url }
  return keepOldest(sticky, present)
}

async function keepOldest(sticky: StickyComment, [oldest, ...others]: readonly Comment[]): Promise<CommentResult> {
  if (oldest === undefined) throw new Error('there is no comment to keep')
  const result = await edit(sticky, oldest)
  for (const { id } of others) await remove(sticky.github, id)
  return result
}

interface Comment {
  readonly id: number
  readonly body: string
  readonly url: string
}

const PER_PAGE = 100
const MOST_PAGES = 50

/** Oldest first, over all pages. */
async function ownComments({ github, pullRequest, marker }: StickyComment, isOwn: IsOwn): Promise<Comment[]> {
  const purpose = 'Listing the comments'
  const found: Comment[] = []
  for (let page = 1; page <= MOST_PAGES; page += 1) {
    const path = `/issues/${pullRequest}/comments`
    const query = { per_page: String(PER_PAGE), page: String(page) }
    const { data } = await github.call({ purpose, method: 'GET', path, query })
    if (!Array.isArray(data)) throw unreadable(purpose)
    const own = data.map(fieldsOf).filter((one) => isOwn(fieldsOf(one['user'])))
    found.push(...own.map((one) => commentOf(one, purpose)).filter(({ body }) => body.startsWith(marker)))
    if (data.length < PER_PAGE) return found.toSorted((a, b) => a.id - b.id)
  }
  // to write a second one would be worse than to write none
  throw new GitHubError({ kind: 'unreadable', message: `${purpose}: there are more than ${MOST_PAGES * PER_PAGE}` })
}

async function edit({ github, body }: StickyComment, { id, body: before, url }: Comment): Promise<CommentResult> {
  if (sameText(before, body)) return { kind: 'unchanged', url }
  await github.call({ purpose: 'Editing the comment', method: 'PATCH', path: `/issues/comments/${id}`, body: { body } })
  return { kind: 'updated', url }
}

async function create({ github, pullRequest, body }: StickyComment): Promise<Comment> {
  const purpose = 'Writing the comment'
  const path = `/issues/${pullRequest}/comments`
  const { data } = await github.call({ purpose, method: 'POST', path, body: { body } })
  return commentOf(fieldsOf(data), purpose)
}

async function remove(github: GitHub, id: number): Promise<void> {
  try {
    await github.call({ purpose: 'Removing a second comment', method: 'DELETE', path: `/issues/comments/${id}` })
  } catch (error) {
    // the other job was quicker
    if (!(error instanceof GitHubError) || error.status !== 404) throw error
  }
}

function commentOf(fields: Fields, purpose: string): Comment {
  const id = idOf(fields['id'])
  if (id === undefined) throw unreadable(purpose)
  return { id, body: textOf(fields['body']), url: textOf(fields['html_url']) }
}

/** GitHub may keep other line ends than it was given, and no blanks at the end. */
const sameText = (a: string, b: string): boolean => unified(a) === unified(b)
const unified = (text: string): string => text.replaceAll('\r\n', '\n').trimEnd()

const unreadable = (purpose: string): GitHubError =>
  new GitHubError({ kind: 'unreadable', message: `${purpose}: GitHub gave no comment` })
