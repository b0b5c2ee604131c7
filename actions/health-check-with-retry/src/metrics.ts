import type { MetricKind } from '@hardgate/gate'

/** Metrics of a check, but for the last, which is of the whole run. */
export const METRICS = {
  p50: 'duration',
  p95: 'duration',
  max: 'duration',
  cert_days: 'number',
  time_to_healthy: 'duration',
} as const satisfies Readonly<Record<string, MetricKind>>

/** A line on one of these takes warm samples. */
export const LATENCY_METRICS: readonly string[] = ['p50', 'p95', 'max']
