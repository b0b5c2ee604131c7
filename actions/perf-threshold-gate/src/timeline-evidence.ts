import type { Json } from '@hardgate/gate'
import { type Run, windowsOf } from '@hardgate/load'
import { joinedBy } from './charts.ts'

const MOST_POINTS = 200

/** The run over its time, for a trend: at most 200 points. Seconds from the start, milliseconds of p95. */
export function timelineEvidence(run: Run): Json | undefined {
  const { timeline } = run.total
  if (timeline === undefined) return undefined
  const { bins, binMs, startMs } = timeline
  const width = Math.ceil(bins.length / MOST_POINTS) * binMs
  const points = joinedBy(1, windowsOf(timeline, width), run).map(
    (point): Json => ({
      at: Math.round(point.startMs - startMs) / 1000,
      requests: point.requests,
      failures: point.failures,
      ...(point.p95 === undefined ? {} : { p95: point.p95 }),
      ...(point.users === undefined ? {} : { users: point.users }),
    }),
  )
  return { start: isoTime(startMs), seconds: width / 1000, points }
}

export const isoTime = (ms: number): string => (Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString() : String(ms))
