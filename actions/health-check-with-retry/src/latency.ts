import type { Measurement } from '@hardgate/gate'
import type { Timeline } from '@hardgate/probe'
import type { Check } from './plan.ts'
import type { Sample } from './watch.ts'

const DAY_MS = 86_400_000
/** Below this many the 95th percentile is the maximum. */
export const ENOUGH_FOR_P95 = 20

/** What the thresholds are judged by, for a run whose streak was reached. The whole is all gating checks together. */
export function measurementsOf(
  checks: readonly Check[],
  timeline: Timeline<Sample>,
  now: Date,
): readonly Measurement[] {
  const parts = checks.map((check) => ({
    check,
    latencies: warmLatencies(check, timeline),
    days: certificateDays(check, timeline, now),
  }))
  const gating = parts.filter(({ check }) => check.subject.isGating)
  const { reachedMs } = timeline
  return [
    ...parts.flatMap(({ check, latencies }) => percentiles(latencies, check.subject.name)),
    ...percentiles(gating.flatMap(({ latencies }) => latencies)),
    ...parts.flatMap(({ check, days }) => (days === undefined ? [] : [certificate(days, check.subject.name)])),
    ...soonest(parts.flatMap(({ days }) => days ?? [])),
    ...(reachedMs === undefined ? [] : [{ metric: 'time_to_healthy', value: reachedMs, unit: 'ms' }]),
  ]
}

/** Of the streak and behind it. The first success of a check may have woken something up, and does not count. */
export function warmLatencies(
  { subject }: Check,
  { rounds, streakFrom = rounds.length }: Timeline<Sample>,
): readonly number[] {
  const own = rounds.flatMap((round, index) =>
    round.samples
      .filter((sample) => sample.subject === subject && sample.judgement.health === 'healthy')
      .map(({ latencyMs }) => ({ latencyMs, index })),
  )
  return own.slice(1).flatMap(({ latencyMs, index }) => (index >= streakFrom ? [latencyMs] : []))
}

/** Whole days until the first certificate of the chain ends, as the last connection showed it. */
export function certificateDays({ subject }: Check, { rounds }: Timeline<Sample>, now: Date): number | undefined {
  const samples = rounds.flatMap(({ samples: all }) => all.filter((sample) => sample.subject === subject))
  const certified = samples.findLast(({ exchange }) => exchange.certificate !== undefined)?.exchange.certificate
  return certified === undefined ? undefined : Math.floor((certified.validTo.getTime() - now.getTime()) / DAY_MS)
}

function percentiles(latencies: readonly number[], scope?: string): Measurement[] {
  const sorted = latencies.toSorted((a, b) => a - b)
  const part = scope === undefined ? {} : { scope }
  return (['p50', 'p95', 'max'] as const).flatMap((metric) => {
    const value = nearestRank(sorted, metric === 'p50' ? 0.5 : metric === 'p95' ? 0.95 : 1)
    return value === undefined ? [] : [{ metric, ...part, value, unit: 'ms', samples: sorted.length }]
  })
}

/** `sorted[ceil(share × n) − 1]`; undefined of nothing. */
export function nearestRank(sorted: readonly number[], share: number): number | undefined {
  // 0.95 × 20 is 19.000000000000004 for some shares: a rank must not jump for that
  return sorted[Math.ceil(Number((share * sorted.length).toFixed(6))) - 1]
}

const certificate = (days: number, scope?: string): Measurement => ({
  metric: 'cert_days',
  ...(scope === undefined ? {} : { scope }),
  value: days,
  unit: '',
})

const soonest = (days: readonly number[]): Measurement[] => (days.length === 0 ? [] : [certificate(Math.min(...days))])
