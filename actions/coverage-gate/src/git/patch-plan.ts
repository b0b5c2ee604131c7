import { UserError } from '@hardgate/action'

/** GITHUB_EVENT_NAME and the event's payload. */
export interface PatchEvent {
  readonly name: string
  readonly payload: Readonly<Record<string, unknown>> | undefined
}

/** What HEAD is to be compared with. */
export type PatchPlan =
  /** A commit, branch or tag that the workflow names. */
  | { readonly kind: 'named'; readonly revision: string }
  | { readonly kind: 'pull-request'; readonly headSha: string; readonly baseSha: string; readonly baseRef: string }
  | { readonly kind: 'merge-group'; readonly sha: string }
  | { readonly kind: 'push'; readonly before: string }
  /** A branch or tag that was pushed for the first time: where it left the default branch. */
  | { readonly kind: 'new-branch'; readonly defaultBranch: string }

/** What the event says to compare with. A UserError where it says nothing: to be called before anything is read. */
export function planPatch({ name, payload }: PatchEvent, patchBase: string): PatchPlan {
  if (patchBase !== 'auto') return named(patchBase)
  const event = objectOf(payload)
  if (name.startsWith('pull_request')) return pullRequest(name, event)
  if (name === 'merge_group') {
    return { kind: 'merge-group', sha: need(name, 'merge_group.base_sha', textAt(event, 'merge_group', 'base_sha')) }
  }
  if (name === 'push') return push(event)
  const where = name === '' ? 'a run without an event' : `the event ${name}`
  throw new UserError(
    `patch-base: "auto" finds no commit to compare with in ${where}. Set patch-base to a commit, a branch or a tag, or switch off min-patch-lines, min-patch-branches and every threshold that begins with patch.`,
  )
}

function named(revision: string): PatchPlan {
  // git would take it for an option, and nothing that begins so is a commit
  if (!/^[^-\s][^\s]*$/.test(revision)) {
    throw new UserError(
      `patch-base: ${JSON.stringify(revision)} is no commit, branch or tag. Write "auto" or a name such as origin/main.`,
    )
  }
  return { kind: 'named', revision }
}

function pullRequest(name: string, event: Json): PatchPlan {
  const at = (...path: string[]): string =>
    need(name, ['pull_request', ...path].join('.'), textAt(event, 'pull_request', ...path))
  return { kind: 'pull-request', headSha: at('head', 'sha'), baseSha: at('base', 'sha'), baseRef: at('base', 'ref') }
}

function push(event: Json): PatchPlan {
  const before = need('push', 'before', textAt(event, 'before'))
  if (!/^0+$/.test(before)) return { kind: 'push', before }
  const defaultBranch = need('push', 'repository.default_branch', textAt(event, 'repository', 'default_branch'))
  return { kind: 'new-branch', defaultBranch }
}

function need(event: string, field: string, value: string | undefined): string {
  if (value !== undefined && value !== '') return value
  throw new UserError(
    `patch-base: the event ${event} carries no ${field} (GITHUB_EVENT_PATH). Set patch-base to a commit, a branch or a tag.`,
  )
}

type Json = Readonly<Record<string, unknown>>

function textAt(event: Json, ...path: readonly string[]): string | undefined {
  const value = path.reduce<unknown>((inner, key) => objectOf(inner)[key], event)
  return typeof value === 'string' ? value : undefined
}

function objectOf(value: unknown): Json {
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {}
}
