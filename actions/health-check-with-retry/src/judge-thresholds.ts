import {
  checkThresholds,
  type Check as GateCheck,
  type Measurement,
  parseThresholds,
  sugarLine,
  type Threshold,
} from '@hardgate/gate'
import { ENOUGH_FOR_P95 } from './latency.ts'
import { METRICS } from './metrics.ts'
import type { Check } from './plan.ts'

/** All lines: those of `thresholds` and its sugar, and that of `min-cert-days` where there is a certificate. */
export function allThresholds(
  {
    thresholds,
    'min-cert-days': days,
  }: { readonly thresholds: readonly Threshold[]; readonly 'min-cert-days': number },
  checks: readonly Check[],
): readonly Threshold[] {
  if (!checks.some(({ isHttps }) => isHttps)) return thresholds
  const line = sugarLine('cert_days >= {} warn', String(days))
  return [...thresholds, ...parseThresholds(line, METRICS).thresholds]
}

/** Every line against what was measured. One that nothing answers has missed: an advisory check was not healthy. */
export function judgeThresholds(
  thresholds: readonly Threshold[],
  measurements: readonly Measurement[],
): readonly GateCheck[] {
  return checkThresholds({ gate: 'health-check-with-retry', measurements, thresholds }).map((check) => ({
    ...check,
    outcome: check.outcome === 'no-data' ? 'fail' : check.outcome,
    explanation: `${check.explanation}${noteOf(check, measurements)}`,
  }))
}

function noteOf({ metric, scope }: GateCheck, measurements: readonly Measurement[]): string {
  const measured = measurements.find((one) => one.metric === metric && one.scope === scope)
  if (metric === 'p95' && measured?.samples !== undefined && measured.samples < ENOUGH_FOR_P95) {
    return ` (max of ${measured.samples})`
  }
  if (metric !== 'cert_days' || scope !== undefined || measured === undefined) return ''
  const owner = measurements.find(
    (one) => one.metric === metric && one.scope !== undefined && one.value === measured.value,
  )
  return owner?.scope === undefined ? '' : ` (${owner.scope})`
}
