import type { Threshold } from '@hardgate/gate'

const MILLISECONDS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }

/** What has to be known of thresholds before a report is read: their labels get timelines, their limits lie between counts. */
export function neededFor(thresholds: readonly Threshold[]): {
  readonly timelineLabels: readonly string[]
  readonly limitsMs: readonly number[]
} {
  const limitsMs = thresholds.flatMap(({ kind, limit }) => {
    const scale = limit.from === 'value' && kind === 'duration' ? MILLISECONDS[limit.unit] : undefined
    return scale === undefined || limit.from !== 'value' ? [] : [Number(limit.value) * scale]
  })
  return { timelineLabels: [...new Set(thresholds.flatMap(({ scope }) => scope ?? []))], limitsMs }
}
