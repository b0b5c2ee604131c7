/** What h2load counts. `failed` holds what was answered with 4xx or 5xx, and `errored`, which holds `timeout`. */
export interface H2loadCounts {
  readonly done: number
  readonly succeeded: number
  readonly failed: number
  readonly errored: number
  readonly timeout: number
}

/** Requests that could not even be sent because their connection was lost are among the failed. */
export function h2loadRequests({ succeeded, failed }: H2loadCounts): { requests: number; failures: number } {
  return { requests: succeeded + failed, failures: failed }
}

export function h2loadErrors({ failed, errored, timeout }: H2loadCounts): [message: string, count: number][] {
  const errors: [string, number][] = [
    ['timeout', timeout],
    ['no whole answer', Math.max(0, errored - timeout)],
    ['failed status', Math.max(0, failed - errored)],
  ]
  return errors.filter(([, count]) => count > 0)
}
