import type { MetricKind } from '@hardgate/gate'

/** The metrics of the threshold language in this gate. */
export const METRICS = {
  pN: 'duration',
  'pN.sustained': 'duration',
  med: 'duration',
  avg: 'duration',
  min: 'duration',
  max: 'duration',
  error_rate: 'percent',
  errors: 'number',
  requests: 'number',
  rps: 'number',
  duration: 'duration',
  users: 'number',
  dropped: 'number',
} as const satisfies Readonly<Record<string, MetricKind>>

/** How long requests took; `duration` is the length of the run. */
export function isLatency(metric: string): boolean {
  return /^p\d/.test(metric) || ['med', 'avg', 'min', 'max'].includes(metric)
}
