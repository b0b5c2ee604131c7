import type { PrintedTime } from './printed-time.ts'
import type { PrintedPercentile } from './sink.ts'

/** What wrk makes its correction of. */
export interface WrkRun {
  readonly complete: number
  readonly connections: number
  readonly duration: PrintedTime
  readonly max: PrintedTime
}

/**
 * wrk takes a latency of more than twice the mean time between two requests of a connection for a stall, and adds one
 * invented latency for each request that would have been sent meanwhile (stats.c, `stats_correct`). Undefined where it
 * did not, else that time in milliseconds.
 */
export function correctionOf({ complete, connections, duration, max }: WrkRun): number | undefined {
  const rounds = Math.floor(complete / connections)
  if (!(rounds > 0)) return undefined
  return max.highMs > (2 * duration.lowMs) / rounds ? duration.highMs / rounds : undefined
}

/**
 * Bounds of the percentiles of what was measured. A connection has one request at a time, so all latencies together
 * are no more than the run times the connections: at most one is invented for each that was measured.
 * - Each measured one that is more than the interval above a printed value has an invented one above it too: of twice as
 *   many latencies they are no more than the percentile leaves, so the true one is at most the interval higher.
 * - Of the measured ones no more lie below a printed value than of all: the true one is at least the printed one of the
 *   percentile divided by how many times more latencies there are.
 */
export function corrected(
  printed: readonly PrintedPercentile[],
  intervalMs: number,
  max: PrintedTime,
): PrintedPercentile[] {
  const most = timesMore(printed, intervalMs, max)
  return printed.map((one) => {
    const surely = printed.findLast(({ percentile }) => percentile <= one.percentile / most)
    return one.percentile === 100
      ? one
      : { ...one, lowMs: surely?.lowMs ?? 0, highMs: Math.min(max.highMs, one.highMs + intervalMs) }
  })
}

/** The most latencies that there can be after the correction for each before it. */
function timesMore(printed: readonly PrintedPercentile[], intervalMs: number, max: PrintedTime): number {
  const notStalled = printed.findLast(({ highMs }) => highMs <= 2 * intervalMs)?.percentile ?? 0
  const share = Math.ceil(max.highMs / intervalMs) * (1 - notStalled / 100)
  return share < 0.5 ? 1 / (1 - share) : 2
}
