import type { Distribution, TimeBin, Timeline } from './run.ts'
import { BinDistribution } from './time-bin.ts'

export interface Window {
  readonly startMs: number
  readonly endMs: number
  readonly requests: number
  readonly failures: number
  readonly latencies: Distribution
}

/** Windows follow each other from the start of the run; a last one of less than half its length joins the one before. */
export function windowsOf({ startMs, binMs, bins }: Timeline, windowMs: number): Window[] {
  const size = Math.max(1, Math.round(windowMs / binMs))
  const count = Math.max(1, Math.floor(bins.length / size) + (bins.length % size >= size / 2 ? 1 : 0))
  return Array.from({ length: count }, (_, index) => {
    const from = index * size
    const to = index === count - 1 ? bins.length : from + size
    return windowOf(bins.slice(from, to), { startMs: startMs + from * binMs, endMs: startMs + to * binMs })
  })
}

function windowOf(bins: readonly TimeBin[], times: { readonly startMs: number; readonly endMs: number }): Window {
  return {
    ...times,
    requests: bins.reduce((sum, one) => sum + one.requests, 0),
    failures: bins.reduce((sum, one) => sum + one.failures, 0),
    latencies: BinDistribution.of(bins.map(({ latencies }) => latencies)),
  }
}
