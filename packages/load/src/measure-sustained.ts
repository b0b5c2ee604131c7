import { fewestForValue, rankOf } from '@hardgate/gate'
import type { Bounded } from './measure-percentile.ts'
import type { Timeline } from './run.ts'
import { windowsOf } from './windows.ts'

/**
 * The highest percentile of any window. One of a few requests has no percentile worth failing for, and still may hide a
 * stall: it counts for the upper bound and not for the lower.
 */
export function sustained(
  timeline: Timeline,
  { windowMs, percent }: { readonly windowMs: number; readonly percent: string },
): Bounded | undefined {
  const windows = windowsOf(timeline, windowMs)
    .map(({ latencies }) => latencies)
    .filter(({ count }) => count > 0)
    .map((latencies) => ({ samples: latencies.count, ...latencies.at(rankOf(percent, latencies.count)) }))
  const full = windows.filter(({ samples }) => samples >= fewestForValue(percent))
  const highest = maxBy(full.length > 0 ? full : windows, ({ value }) => value)
  if (highest === undefined) return undefined
  return {
    value: highest.value,
    low: Math.max(0, ...full.map(({ low }) => low)),
    high: Math.max(...windows.map(({ high }) => high)),
    samples: windows.reduce((sum, { samples }) => sum + samples, 0),
  }
}

function maxBy<T>(list: readonly T[], of: (one: T) => number): T | undefined {
  let most: T | undefined
  for (const one of list) if (most === undefined || of(one) > of(most)) most = one
  return most
}
