import type { Verdict } from '@hardgate/gate'
import type { Run } from '@hardgate/load'
import type { Compared, Judgement } from './judge.ts'

export interface Told {
  readonly run: Run
  readonly verdict: Verdict
  readonly judgements: readonly Judgement[]
  /** Of the whole run's p95. */
  readonly p95Before: Compared | undefined
}

/** Numbers for later steps; what was not measured is '' and never 0. */
export function numberOutputs({ run, verdict, judgements, p95Before }: Told): Record<string, string> {
  const found = (metric: string) => verdict.measurements.find((one) => one.metric === metric && one.scope === undefined)
  const valueOf = (metric: string): string => text(found(metric)?.value)
  const p95 = found('p95')
  const duration = found('duration')?.value
  const failed = judgements.filter(({ check }) => check.outcome === 'fail' && check.severity === 'gate')
  return {
    p95: text(p95?.value),
    'p95-low': text(p95 === undefined ? undefined : (p95.low ?? p95.value)),
    'p95-high': text(p95?.unboundedAbove === undefined ? (p95?.high ?? p95?.value) : undefined),
    p50: valueOf('p50'),
    p99: valueOf('p99'),
    'error-rate': valueOf('error_rate'),
    rps: valueOf('rps'),
    requests: valueOf('requests'),
    users: valueOf('users'),
    duration: text(duration === undefined ? undefined : duration / 1000),
    regression: text(p95Before?.change),
    'failed-thresholds': JSON.stringify([...new Set(failed.map(({ threshold }) => threshold.line))]),
    format: run.format,
  }
}

const text = (value: number | undefined): string =>
  value === undefined || !Number.isFinite(value) ? '' : String(value)
