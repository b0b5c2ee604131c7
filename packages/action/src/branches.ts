import type { GitHubContext } from './github-context.ts'

type Where = Pick<GitHubContext, 'event' | 'ref' | 'eventName'>

/** Of the pull request or the merge queue; otherwise the branch of the run. '' where there is none, as on a tag. */
export function baseBranch({ event, ref, eventName }: Where): string {
  const payload = event()
  const pull = fields(fields(payload?.['pull_request'])['base'])['ref']
  if (typeof pull === 'string' && eventName.startsWith('pull_request')) return pull
  const queue = fields(payload?.['merge_group'])['base_ref']
  if (typeof queue === 'string') return withoutHeads(queue)
  return ref.startsWith('refs/heads/') ? withoutHeads(ref) : ''
}

/** Its run becomes the baseline of later ones. */
export function isPushToDefault({ event, ref, eventName }: Where): boolean {
  return eventName === 'push' && isOnDefault({ event, ref, eventName })
}

/** The same for what is measured by the clock or by hand too. A pull request never is, whatever its ref says. */
export function isOnDefault({ event, ref, eventName }: Where): boolean {
  const branch = fields(event()?.['repository'])['default_branch']
  return TRUSTED_EVENTS.includes(eventName) && typeof branch === 'string' && ref === `refs/heads/${branch}`
}

// the ones that a baseline may come from
const TRUSTED_EVENTS = ['push', 'schedule', 'workflow_dispatch']

const withoutHeads = (ref: string): string => ref.replace(/^refs\/heads\//, '')

const fields = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? { ...value } : {}
