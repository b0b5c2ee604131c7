import type { BuildEvent } from '../build-event.ts'
import type { Endpoint } from './sink.ts'

/** What names a group. Of few values, and never the build: a group stays until somebody deletes it. */
export function groupingKey(event: BuildEvent, { options }: Endpoint): readonly (readonly [string, string])[] {
  const { run, vcs } = event
  return [
    ['job', options['job'] ?? 'ci'],
    ['repository', vcs.repository],
    ['workflow', run.workflow],
    ...(event.type === 'ci.job.completed' ? [['task', event.job.task] as const] : []),
    ['ref_class', vcs.ref_class],
  ]
}

export function groupUrl(event: BuildEvent, endpoint: Endpoint): string {
  // As base64 always: Pushgateway refuses a value with a slash, as %2F too
  const parts = groupingKey(event, endpoint).map(([name, value]) => `${name}@base64/${base64Of(value)}`)
  return below(endpoint, `/metrics/${parts.join('/')}`)
}

export const groupsUrl = (endpoint: Endpoint): string => below(endpoint, '/api/v1/metrics')

/** An empty value would leave two slashes side by side, of which some proxies make one. */
const base64Of = (value: string): string => Buffer.from(value, 'utf8').toString('base64url') || '='

function below({ target }: Endpoint, path: string): string {
  const url = new URL(target)
  url.pathname = `${url.pathname.replace(/\/+$/, '')}${path}`
  return url.href
}
