/** What a run found about a service. Only `unhealthy` can be a release's fault. */
export type Health = 'healthy' | 'unhealthy' | 'stale' | 'unverified' | 'blocked' | 'unreachable' | 'cancelled'

export type FailureClass =
  | 'assertion'
  | 'status'
  | 'edge-upstream'
  | 'refused'
  | 'response-timeout'
  | 'truncated'
  | 'protocol'
  | 'redirect'
  | 'lost'
  | 'flapping'
  | 'tls'
  | 'threshold'
  | 'version-missing'
  | 'cached'
  | 'too-few-rounds'
  | 'challenge'
  | 'rate-limited'
  | 'dns'
  | 'connect-timeout'
  | 'no-route'
  | 'proxy'
  | 'control-failed'

/** Every class within its health. `healthy`, `stale` and `cancelled` have none. */
export const CLASSES: Readonly<Record<Health, readonly FailureClass[]>> = {
  healthy: [],
  unhealthy: [
    'assertion',
    'status',
    'edge-upstream',
    'refused',
    'response-timeout',
    'truncated',
    'protocol',
    'redirect',
    'lost',
    'flapping',
    'tls',
    'threshold',
  ],
  stale: [],
  unverified: ['version-missing', 'cached', 'too-few-rounds'],
  blocked: ['challenge', 'rate-limited'],
  unreachable: ['dns', 'connect-timeout', 'no-route', 'proxy', 'control-failed'],
  cancelled: [],
}

/** The worst first. A healthy check never decides a run that did not succeed. */
export const WORST_FIRST: readonly Health[] = ['unhealthy', 'stale', 'unverified', 'blocked', 'unreachable', 'healthy']

const OUTCOMES = {
  healthy: 'pass',
  unhealthy: 'fail',
  stale: 'fail',
  unverified: 'inconclusive',
  blocked: 'inconclusive',
  unreachable: 'inconclusive',
  cancelled: 'inconclusive',
} as const

/** What a gate makes of a health. */
export function outcomeOf(health: Health): 'pass' | 'fail' | 'inconclusive' {
  return OUTCOMES[health]
}

/** `unhealthy:status`, or the health alone where it has no classes. */
export function classified(health: Health, failureClass: FailureClass | undefined): string {
  return failureClass === undefined ? health : `${health}:${failureClass}`
}
