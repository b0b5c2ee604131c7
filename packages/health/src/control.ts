import type { RunHealth } from './run-health.ts'

/** Could the network between this runner and the service be what failed? Then a target known to be good is asked. */
export function needsControl({ health, failureClass }: RunHealth): boolean {
  if (health === 'unreachable') return true
  if (health !== 'unhealthy') return false
  return failureClass !== 'assertion' && failureClass !== 'status' && failureClass !== 'threshold'
}

/** What a run comes to where the control failed as well: nothing was learnt of the release. */
export function withFailedControl(run: RunHealth, why: string): RunHealth {
  const finding = {
    health: 'unreachable',
    failureClass: 'control-failed',
    reason: `${run.reason}; but the control failed as well: ${why}`,
  } as const
  const deciding = { ...run.deciding, ...finding }
  return { ...finding, deciding, checks: run.checks.map((check) => (check === run.deciding ? deciding : check)) }
}
