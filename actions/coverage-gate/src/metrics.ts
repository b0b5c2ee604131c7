import type { MetricKind } from '@hardgate/gate'

/** The metrics of the threshold language in this gate. */
export const METRICS = {
  lines: 'percent',
  branches: 'percent',
  combined: 'percent',
  statements: 'percent',
  'lines.strict': 'percent',
  'file.lines': 'percent',
  'file.branches': 'percent',
  'patch.lines': 'percent',
  'patch.branches': 'percent',
  newly_uncovered: 'number',
} as const satisfies Readonly<Record<string, MetricKind>>

export type Metric = keyof typeof METRICS

/** Metrics that need to know which branches were taken. */
export const BRANCH_METRICS: ReadonlySet<string> = new Set<Metric>([
  'branches',
  'combined',
  'lines.strict',
  'file.branches',
  'patch.branches',
])

/** Metrics over the lines that the change touches. */
export const PATCH_METRICS: ReadonlySet<string> = new Set<Metric>(['patch.lines', 'patch.branches'])
